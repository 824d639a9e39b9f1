"""Measured ways of a region, and which of them a run used; the database refuses to change a measurement."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kekiz.register.frozen import forbid_updates


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0004_publications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="ways",
            field=models.JSONField(
                blank=True, help_text="None: all by the model.", null=True, verbose_name="Welche Wege"
            ),
        ),
        migrations.CreateModel(
            name="TravelMeasurement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region_key", models.CharField(db_index=True, max_length=8, verbose_name="Region")),
                (
                    "digest",
                    models.CharField(
                        help_text="Über beide Tabellen.", max_length=64, verbose_name="Prüfsumme"
                    ),
                ),
                (
                    "request_digest",
                    models.CharField(help_text="Of all that the measurement depends on.", max_length=64),
                ),
                ("told", models.JSONField(verbose_name="Woraus gemessen wurde")),
                ("rows", models.PositiveIntegerField(verbose_name="Zeilen")),
                ("times", models.BinaryField()),
                ("spots", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="Gemessen am")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Gemessen von",
                    ),
                ),
            ],
            options={
                "verbose_name": "Messung der Wege",
                "verbose_name_plural": "Messungen der Wege",
                "ordering": ("-pk",),
            },
        ),
        migrations.AddField(
            model_name="run",
            name="measurement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="analysis.travelmeasurement",
                verbose_name="Messung der Wege",
            ),
        ),
        forbid_updates("analysis_travelmeasurement"),
    ]
