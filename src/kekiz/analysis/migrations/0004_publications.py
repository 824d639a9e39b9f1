"""What is open data of the runs; the database refuses to change a step."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kekiz.register.frozen import forbid_updates


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0003_verdicts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region_key", models.CharField(db_index=True, max_length=8, verbose_name="Region")),
                (
                    "step",
                    models.CharField(
                        choices=[("published", "veröffentlicht"), ("taken_back", "zurückgenommen")],
                        max_length=10,
                        verbose_name="Schritt",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="Zeitpunkt")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Wer",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="analysis.run",
                        verbose_name="Analyselauf",
                    ),
                ),
            ],
            options={
                "verbose_name": "Veröffentlichung",
                "verbose_name_plural": "Veröffentlichungen",
                "ordering": ("-pk",),
            },
        ),
        forbid_updates("analysis_publication"),
    ]
