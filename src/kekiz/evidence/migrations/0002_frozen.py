"""The database itself refuses to change norms once entered."""

from django.db import migrations

from kekiz.register.frozen import forbid_updates


class Migration(migrations.Migration):
    dependencies = (("evidence", "0001_initial"),)

    operations = (forbid_updates("evidence_normentry"),)
