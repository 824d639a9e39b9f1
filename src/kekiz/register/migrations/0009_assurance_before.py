"""The assurance to which a proposal that is returned goes back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("register", "0008_unknown_values"),)

    operations = (
        migrations.AddField(
            model_name="offer",
            name="assurance_before",
            field=models.JSONField(
                blank=True,
                editable=False,
                help_text="Tag und Wort, zu denen ein zurückgegebener Vorschlag zurückkehrt; leer ohne Vorschlag.",
                null=True,
                verbose_name="Bestätigung vor dem Vorschlag",
            ),
        ),
    )
