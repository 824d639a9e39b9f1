"""The words of a published version move to a table of their own that a newer analyser may write anew."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("register", "0004_imports"),)

    operations = (
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="register.offerversion",
                    ),
                ),
                ("analyser", models.PositiveIntegerField()),
                ("terms", models.TextField(help_text="Term and weight in turn; see search.entries.")),
            ],
            options={"verbose_name": "Wörter eines Stands", "verbose_name_plural": "Wörter der Stände"},
        ),
        migrations.RemoveField(model_name="offerversion", name="search_terms"),
        migrations.RemoveField(model_name="offerversion", name="title_terms"),
    )
