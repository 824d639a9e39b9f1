"""The database itself refuses to change a run and its tables."""

from django.db import migrations

from kekiz.register.frozen import forbid_updates


class Migration(migrations.Migration):
    dependencies = (("analysis", "0001_initial"),)

    operations = (forbid_updates("analysis_run"), forbid_updates("analysis_runtable"))
