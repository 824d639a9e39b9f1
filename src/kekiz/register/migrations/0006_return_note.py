"""The reason with which a proposal went back to its provider."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0005_search_entries"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="return_note",
            field=models.TextField(
                blank=True,
                editable=False,
                help_text="Warum der Vorschlag zurückging; leer, sobald er wieder eingereicht ist.",
                max_length=1000,
                verbose_name="Rückmeldung der Prüfung",
            ),
        ),
    ]
