"""Searches for duplicates, answers to pairs, learned weights, merges; all but merges are written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kekiz.register.fields
from kekiz.register.frozen import forbid_updates


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0002_frozen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("provider", "Träger"), ("site", "Orte"), ("offer", "Angebote")],
                        db_index=True,
                        max_length=10,
                        verbose_name="Ebene",
                    ),
                ),
                ("records", models.PositiveIntegerField(verbose_name="Verglichene Einträge")),
                ("digest", models.CharField(max_length=64, verbose_name="Prüfsumme der Einträge")),
                ("log_position", models.BigIntegerField(default=0, verbose_name="Stand des Protokolls")),
                ("weights", models.JSONField(verbose_name="Gewichte")),
                ("seconds", models.FloatField(default=0.0, verbose_name="Rechenzeit (s)")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="Gesucht am")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Gesucht von",
                    ),
                ),
            ],
            options={
                "verbose_name": "Suche nach doppelten Einträgen",
                "verbose_name_plural": "Suchen nach doppelten Einträgen",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="DuplicateWeights",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("provider", "Träger"), ("site", "Orte"), ("offer", "Angebote")],
                        max_length=10,
                        verbose_name="Ebene",
                    ),
                ),
                ("weights", models.JSONField(verbose_name="Gewichte")),
                ("digest", models.CharField(max_length=64, verbose_name="Prüfsumme")),
                ("answers", models.PositiveIntegerField(verbose_name="Antworten")),
                ("last_answer", models.BigIntegerField(default=0, verbose_name="Letzte Antwort")),
                ("quality", models.JSONField(verbose_name="Güte vorher und nachher")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="Gelernt am")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Gelernt von",
                    ),
                ),
            ],
            options={
                "verbose_name": "Gelernte Gewichte",
                "verbose_name_plural": "Gelernte Gewichte",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="DuplicateAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("provider", "Träger"), ("site", "Orte"), ("offer", "Angebote")],
                        max_length=10,
                        verbose_name="Ebene",
                    ),
                ),
                ("left_key", models.CharField(max_length=80)),
                ("right_key", models.CharField(max_length=80)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("same", "Dasselbe"),
                            ("different", "Verschieden"),
                            ("overlapping", "Überschneidet sich"),
                            ("later", "Später"),
                        ],
                        max_length=12,
                        verbose_name="Antwort",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="Begründung")),
                ("probability", models.FloatField(verbose_name="Wahrscheinlichkeit")),
                ("evidence", models.JSONField(blank=True, default=dict, verbose_name="Merkmale")),
                ("left_digest", models.CharField(max_length=64)),
                ("right_digest", models.CharField(max_length=64)),
                ("is_audit", models.BooleanField(default=False, verbose_name="Stichprobe")),
                (
                    "areas",
                    kekiz.register.fields.CodeListField(
                        blank=True, default=list, max_length=2000, verbose_name="Gebiete"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="Zeitpunkt")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Wer",
                    ),
                ),
            ],
            options={
                "verbose_name": "Antwort zu einem Paar",
                "verbose_name_plural": "Antworten zu Paaren",
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["level", "left_key", "right_key"], name="duplicate_answer_pair")
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="Stelle in der Reihe")),
                ("left_key", models.CharField(max_length=80)),
                ("right_key", models.CharField(max_length=80)),
                ("left_digest", models.CharField(max_length=64)),
                ("right_digest", models.CharField(max_length=64)),
                ("probability", models.FloatField(verbose_name="Wahrscheinlichkeit")),
                ("is_audit", models.BooleanField(default=False, verbose_name="Stichprobe")),
                (
                    "evidence",
                    models.JSONField(
                        blank=True,
                        help_text="Field -> 0..1; silent fields are left out.",
                        verbose_name="Merkmale",
                    ),
                ),
                (
                    "areas",
                    kekiz.register.fields.CodeListField(
                        blank=True, default=list, max_length=2000, verbose_name="Gebiete"
                    ),
                ),
                (
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pairs",
                        to="register.duplicatesearch",
                    ),
                ),
            ],
            options={
                "verbose_name": "Verdächtiges Paar",
                "verbose_name_plural": "Verdächtige Paare",
                "ordering": ("search", "position"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("search", "left_key", "right_key"), name="duplicate_pair_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("provider", "Träger"), ("site", "Orte"), ("offer", "Angebote")],
                        max_length=10,
                        verbose_name="Ebene",
                    ),
                ),
                ("kept_key", models.CharField(db_index=True, max_length=80, verbose_name="Bleibt")),
                ("merged_key", models.CharField(db_index=True, max_length=80, verbose_name="Geht darin auf")),
                ("label", models.CharField(max_length=300, verbose_name="Bezeichnung")),
                ("chosen", models.JSONField(blank=True, default=dict, verbose_name="Gewählt")),
                ("before", models.JSONField(verbose_name="Vorher")),
                ("after", models.JSONField(verbose_name="Nachher")),
                ("moved", models.JSONField(blank=True, default=dict, verbose_name="Umgehängt")),
                (
                    "areas",
                    kekiz.register.fields.CodeListField(
                        blank=True, default=list, max_length=2000, verbose_name="Gebiete"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="Zeitpunkt")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="Zurückgenommen am")),
                (
                    "actor",
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
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Zurückgenommen von",
                    ),
                ),
            ],
            options={
                "verbose_name": "Zusammenführung",
                "verbose_name_plural": "Zusammenführungen",
                "ordering": ("-pk",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("level", "merged_key"),
                        name="merged_once",
                        violation_error_message="Dieser Eintrag ist schon in einem anderen aufgegangen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept_key", models.F("merged_key")), _negated=True),
                        name="merge_of_two",
                    ),
                ],
            },
        ),
        forbid_updates("register_duplicatesearch"),
        forbid_updates("register_duplicatepair"),
        forbid_updates("register_duplicateanswer"),
        forbid_updates("register_duplicateweights"),
    ]
