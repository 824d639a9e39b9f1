"""Verdicts on overlaps, handovers and gaps; the database refuses to change one."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kekiz.register.frozen import forbid_updates


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0002_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region_key", models.CharField(max_length=8, verbose_name="Region")),
                (
                    "kind",
                    models.CharField(
                        choices=[("overlap", "Überschneidung"), ("handover", "Übergabe"), ("gap", "Lücke")],
                        max_length=10,
                        verbose_name="Art",
                    ),
                ),
                ("item_key", models.CharField(max_length=400, verbose_name="Hinweis")),
                ("title", models.CharField(max_length=300, verbose_name="Bezeichnung")),
                (
                    "area",
                    models.CharField(
                        help_text="AGS, mehrere mit Leerzeichen.", max_length=600, verbose_name="Gebiet"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("open", "offen"),
                            ("diversity_intended", "Vielfalt gewollt"),
                            ("coordinate", "abstimmen"),
                            ("merge", "zusammenlegen"),
                            ("agree", "Übergabe vereinbaren"),
                            ("exists", "Absprache gibt es schon"),
                            ("not_needed", "nicht nötig"),
                            ("look_into", "der Lücke nachgehen"),
                            ("accepted", "bekannt und hingenommen"),
                            ("wrong_data", "Daten stimmen nicht"),
                        ],
                        error_messages={
                            "blank": "Bitte wählen Sie eine Antwort.",
                            "invalid_choice": "Diese Antwort gibt es nicht. Bitte wählen Sie eine aus der Liste.",
                        },
                        max_length=20,
                        verbose_name="Urteil",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True,
                        help_text="Ohne Angaben zu einzelnen Kindern oder Familien.",
                        max_length=2000,
                        validators=[
                            django.core.validators.MaxLengthValidator(2000),
                            django.core.validators.ProhibitNullCharactersValidator(),
                        ],
                        verbose_name="Begründung",
                    ),
                ),
                ("evidence", models.JSONField(verbose_name="Befund")),
                ("evidence_digest", models.CharField(max_length=64, verbose_name="Prüfsumme des Befunds")),
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
                        related_name="verdicts",
                        to="analysis.run",
                        verbose_name="Analyselauf",
                    ),
                ),
            ],
            options={
                "verbose_name": "Urteil",
                "verbose_name_plural": "Urteile",
                "ordering": ("-pk",),
                "indexes": [models.Index(fields=["region_key", "kind", "item_key"], name="verdict_item")],
            },
        ),
        forbid_updates("analysis_verdict"),
    ]
