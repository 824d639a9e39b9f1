"""Analysis runs and their tables: written once, superseded by newer runs, never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kekiz.register.frozen import FrozenModel


class Run(FrozenModel):
    """One frozen analysis of a region (Analyselauf), with everything that identifies it."""

    region_key = models.CharField("Region", max_length=8, db_index=True)
    region_name = models.CharField("Name der Region", max_length=120)
    reference_date = models.DateField("Stichtag")
    inputs_digest = models.CharField("Prüfsumme der Eingaben", max_length=64)
    norms_digest = models.CharField("Prüfsumme der Kennwerte", max_length=64)
    code_version = models.CharField("Stand der Software", max_length=80)
    digests = models.JSONField("Alle Prüfsummen", default=dict)
    seed = models.BigIntegerField("Startwert", default=0)
    level = models.CharField("Stufe der Kennwerte", max_length=4, default="mid")
    travel = models.CharField("Wegezeiten", max_length=10)
    headline = models.JSONField("Kernaussage")
    sources = models.JSONField("Quellen", default=list)
    is_synthetic = models.BooleanField("Beruht auf geschätzten Kinderzahlen", default=False)
    has_invented_offers = models.BooleanField("Enthält erfundene Angebote", default=False)
    seconds = models.FloatField("Rechenzeit (s)", default=0.0)
    created_at = models.DateTimeField("Gerechnet am", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="Gerechnet von", related_name="+",
        on_delete=models.PROTECT, null=True, blank=True,
    )  # fmt: skip
    # Not unique: two runs made at the same time both supersede the one before; the newest counts.
    supersedes = models.ForeignKey(
        "self",
        verbose_name="Ersetzt",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
    )

    class Meta:
        verbose_name = "Analyselauf"
        verbose_name_plural = "Analyseläufe"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.region_name}, {self.reference_date:%d.%m.%Y}"


class RunTable(FrozenModel):
    """One table of a run as Parquet: a result (``links``, …) or what it read (``input_children``, …)."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tables")
    name = models.CharField(max_length=40)
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = "Tabelle eines Laufs"
        verbose_name_plural = "Tabellen eines Laufs"
        ordering = ("run", "name")
        constraints = (models.UniqueConstraint(fields=("run", "name"), name="run_table_once"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.rows})"
