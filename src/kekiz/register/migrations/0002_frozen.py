"""The database itself refuses to change what was published."""

from django.db import migrations

from kekiz.register.frozen import forbid_updates


class Migration(migrations.Migration):
    dependencies = (("register", "0001_initial"),)

    operations = (forbid_updates("register_offerversion"), forbid_updates("register_publishedplace"))
