"""Entries that may be listed twice: what a search found, what people answered, what was merged."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kekiz.accounts.fields import person_field
from kekiz.register.fields import CodeListField
from kekiz.register.frozen import FrozenModel


class DuplicateLevel(models.TextChoices):
    """What is compared; decided in this order."""

    PROVIDER = "provider", "Träger"
    SITE = "site", "Orte"
    OFFER = "offer", "Angebote"


class Verdict(models.TextChoices):
    """What a person says about a pair."""

    SAME = "same", "Dasselbe"
    DIFFERENT = "different", "Verschieden"
    OVERLAPPING = "overlapping", "Überschneidet sich"
    LATER = "later", "Später"


class DuplicateSearch(FrozenModel):
    """One search for duplicates on one level, kept as it was: pages read it and compute nothing."""

    level = models.CharField("Ebene", max_length=10, choices=DuplicateLevel.choices, db_index=True)
    records = models.PositiveIntegerField("Verglichene Einträge")
    digest = models.CharField("Prüfsumme der Einträge", max_length=64)
    log_position = models.BigIntegerField("Stand des Protokolls", default=0)
    weights = models.JSONField("Gewichte")
    seconds = models.FloatField("Rechenzeit (s)", default=0.0)
    created_at = models.DateTimeField("Gesucht am", auto_now_add=True)
    created_by = person_field("Gesucht von")

    class Meta:
        verbose_name = "Suche nach doppelten Einträgen"
        verbose_name_plural = "Suchen nach doppelten Einträgen"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.records} Einträge"


class DuplicatePair(FrozenModel):
    """Two entries that may be the same, at their place in the queue (``left_key`` < ``right_key``)."""

    search = models.ForeignKey(DuplicateSearch, on_delete=models.CASCADE, related_name="pairs")
    position = models.PositiveIntegerField("Stelle in der Reihe")
    left_key = models.CharField(max_length=80)
    right_key = models.CharField(max_length=80)
    left_digest = models.CharField(max_length=64)
    right_digest = models.CharField(max_length=64)
    probability = models.FloatField("Wahrscheinlichkeit")
    is_audit = models.BooleanField("Stichprobe", default=False)
    evidence = models.JSONField(
        "Merkmale", blank=True, help_text="Field -> 0..1; silent fields are left out."
    )
    areas = CodeListField("Gebiete", blank=True, max_length=2000)

    class Meta:
        verbose_name = "Verdächtiges Paar"
        verbose_name_plural = "Verdächtige Paare"
        ordering = ("search", "position")
        constraints = (
            models.UniqueConstraint(fields=("search", "left_key", "right_key"), name="duplicate_pair_once"),
        )

    def __str__(self) -> str:
        return f"{self.left_key} – {self.right_key}"


class DuplicateAnswer(FrozenModel):
    """A person's verdict on a pair, with what the engine saw then; the newest counts, the older ones stay."""

    level = models.CharField("Ebene", max_length=10, choices=DuplicateLevel.choices)
    left_key = models.CharField(max_length=80)
    right_key = models.CharField(max_length=80)
    verdict = models.CharField("Antwort", max_length=12, choices=Verdict.choices)
    reason = models.CharField("Begründung", max_length=500, blank=True)
    probability = models.FloatField("Wahrscheinlichkeit")
    evidence = models.JSONField("Merkmale", default=dict, blank=True)
    left_digest = models.CharField(max_length=64)
    right_digest = models.CharField(max_length=64)
    is_audit = models.BooleanField("Stichprobe", default=False)
    areas = CodeListField("Gebiete", blank=True, max_length=2000)
    at = models.DateTimeField("Zeitpunkt", auto_now_add=True)
    actor = person_field("Wer")

    class Meta:
        verbose_name = "Antwort zu einem Paar"
        verbose_name_plural = "Antworten zu Paaren"
        ordering = ("pk",)
        indexes = (models.Index(fields=("level", "left_key", "right_key"), name="duplicate_answer_pair"),)

    def __str__(self) -> str:
        return f"{self.left_key} – {self.right_key}: {self.get_verdict_display()}"


class DuplicateWeights(FrozenModel):
    """Weights learned from the answers of one level; the newest are in force."""

    level = models.CharField("Ebene", max_length=10, choices=DuplicateLevel.choices)
    weights = models.JSONField("Gewichte")
    digest = models.CharField("Prüfsumme", max_length=64)
    answers = models.PositiveIntegerField("Antworten")
    last_answer = models.BigIntegerField("Letzte Antwort", default=0)
    quality = models.JSONField("Güte vorher und nachher")
    created_at = models.DateTimeField("Gelernt am", auto_now_add=True)
    created_by = person_field("Gelernt von")

    class Meta:
        verbose_name = "Gelernte Gewichte"
        verbose_name_plural = "Gelernte Gewichte"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.answers} Antworten"


class Merge(models.Model):
    """Two entries made one, and all that is needed to part them again.

    ``before`` holds both entries as they were, ``after`` the kept one as it became, ``moved`` what pointed to
    the merged one. Only undoing changes a row.
    """

    level = models.CharField("Ebene", max_length=10, choices=DuplicateLevel.choices)
    kept_key = models.CharField("Bleibt", max_length=80, db_index=True)
    merged_key = models.CharField("Geht darin auf", max_length=80, db_index=True)
    label = models.CharField("Bezeichnung", max_length=300)
    chosen = models.JSONField("Gewählt", default=dict, blank=True)
    before = models.JSONField("Vorher")
    after = models.JSONField("Nachher")
    moved = models.JSONField("Umgehängt", default=dict, blank=True)
    areas = CodeListField("Gebiete", blank=True, max_length=2000)
    at = models.DateTimeField("Zeitpunkt", auto_now_add=True)
    actor = person_field("Wer")
    undone_at = models.DateTimeField("Zurückgenommen am", null=True, blank=True)
    undone_by = person_field("Zurückgenommen von")

    class Meta:
        verbose_name = "Zusammenführung"
        verbose_name_plural = "Zusammenführungen"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("level", "merged_key"),
                condition=Q(undone_at__isnull=True),
                name="merged_once",
                violation_error_message="Dieser Eintrag ist schon in einem anderen aufgegangen.",
            ),
            models.CheckConstraint(condition=~Q(kept_key=F("merged_key")), name="merge_of_two"),
        )

    def __str__(self) -> str:
        return f"{self.merged_key} → {self.kept_key}"
