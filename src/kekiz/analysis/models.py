"""Analysis runs with their tables, what of them is public, people's verdicts: written once, never edited."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models

from kekiz.accounts.fields import person_field
from kekiz.register.frozen import FrozenModel


class TravelMeasurement(FrozenModel):
    """Measured ways of a region (Messung der Wege): from its cells to its sites and to all its named places.

    ``times`` and ``spots`` are Parquet: TravelTimes and Spots of the engine, with ``basis``. Kept as long as
    there is a run that used it.
    """

    region_key = models.CharField("Region", max_length=8, db_index=True)
    digest = models.CharField("Prüfsumme", max_length=64, help_text="Über beide Tabellen.")
    request_digest = models.CharField(max_length=64, help_text="Of all that the measurement depends on.")
    told = models.JSONField("Woraus gemessen wurde")
    rows = models.PositiveIntegerField("Zeilen")
    times = models.BinaryField()
    spots = models.BinaryField()
    created_at = models.DateTimeField("Gemessen am", auto_now_add=True)
    created_by = person_field("Gemessen von")

    class Meta:
        verbose_name = "Messung der Wege"
        verbose_name_plural = "Messungen der Wege"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Messung {self.pk}: {self.rows} Zeilen"


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
    measurement = models.ForeignKey(
        TravelMeasurement, verbose_name="Messung der Wege", related_name="runs",
        on_delete=models.PROTECT, null=True, blank=True,
    )  # fmt: skip
    ways = models.JSONField("Welche Wege", null=True, blank=True, help_text="None: all by the model.")
    headline = models.JSONField("Kernaussage")
    sources = models.JSONField("Quellen", default=list)
    is_synthetic = models.BooleanField("Beruht auf geschätzten Kinderzahlen", default=False)
    has_invented_offers = models.BooleanField("Enthält erfundene Angebote", default=False)
    seconds = models.FloatField("Rechenzeit (s)", default=0.0)
    created_at = models.DateTimeField("Gerechnet am", auto_now_add=True)
    created_by = person_field("Gerechnet von")
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


class PublicationStep(models.TextChoices):
    """What was done with a run."""

    PUBLISHED = "published", "veröffentlicht"
    TAKEN_BACK = "taken_back", "zurückgenommen"


class Publication(FrozenModel):
    """A step of making the figures of a run open data, or no longer; the newest of a region counts."""

    region_key = models.CharField("Region", max_length=8, db_index=True)
    run = models.ForeignKey(
        Run, verbose_name="Analyselauf", on_delete=models.PROTECT, related_name="publications"
    )
    step = models.CharField("Schritt", max_length=10, choices=PublicationStep.choices)
    created_at = models.DateTimeField("Zeitpunkt", auto_now_add=True)
    created_by = person_field("Wer")

    class Meta:
        verbose_name = "Veröffentlichung"
        verbose_name_plural = "Veröffentlichungen"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Lauf {self.run_id}: {self.get_step_display()}"


LONGEST_REASON = 2_000  # characters


class ItemKind(models.TextChoices):
    """What a verdict is on."""

    OVERLAP = "overlap", "Überschneidung"
    HANDOVER = "handover", "Übergabe"
    GAP = "gap", "Lücke"


class VerdictCode(models.TextChoices):
    """What people may say; which of it belongs to which kind stands in VERDICTS_OF."""

    OPEN = "open", "offen"
    DIVERSITY_INTENDED = "diversity_intended", "Vielfalt gewollt"
    COORDINATE = "coordinate", "abstimmen"
    MERGE = "merge", "zusammenlegen"
    AGREE = "agree", "Übergabe vereinbaren"
    EXISTS = "exists", "Absprache gibt es schon"
    NOT_NEEDED = "not_needed", "nicht nötig"
    LOOK_INTO = "look_into", "der Lücke nachgehen"
    ACCEPTED = "accepted", "bekannt und hingenommen"
    WRONG_DATA = "wrong_data", "Daten stimmen nicht"


VERDICTS_OF = {
    ItemKind.OVERLAP: (
        VerdictCode.DIVERSITY_INTENDED, VerdictCode.COORDINATE, VerdictCode.MERGE, VerdictCode.OPEN,
    ),
    ItemKind.HANDOVER: (VerdictCode.AGREE, VerdictCode.EXISTS, VerdictCode.NOT_NEEDED, VerdictCode.OPEN),
    ItemKind.GAP: (VerdictCode.LOOK_INTO, VerdictCode.ACCEPTED, VerdictCode.WRONG_DATA, VerdictCode.OPEN),
}  # fmt: skip


class Verdict(FrozenModel):
    """What somebody said about an item of a list, why, and on which evidence; the newest of an item counts.

    ``evidence`` is what the run said of the item then ({"figures": …, "facts": …}, see standing.py).
    """

    region_key = models.CharField("Region", max_length=8)
    kind = models.CharField("Art", max_length=10, choices=ItemKind.choices)
    item_key = models.CharField("Hinweis", max_length=400)
    title = models.CharField("Bezeichnung", max_length=300)
    area = models.CharField("Gebiet", max_length=600, help_text="AGS, mehrere mit Leerzeichen.")
    verdict = models.CharField(
        "Urteil", max_length=20, choices=VerdictCode.choices,
        error_messages={
            "blank": "Bitte wählen Sie eine Antwort.",
            "invalid_choice": "Diese Antwort gibt es nicht. Bitte wählen Sie eine aus der Liste.",
        },
    )  # fmt: skip
    reason = models.TextField(
        "Begründung",
        max_length=LONGEST_REASON,
        blank=True,
        # A text field does not check its length by itself.
        validators=[MaxLengthValidator(LONGEST_REASON), ProhibitNullCharactersValidator()],
        help_text="Ohne Angaben zu einzelnen Kindern oder Familien.",
    )
    run = models.ForeignKey(
        Run, verbose_name="Analyselauf", on_delete=models.PROTECT, related_name="verdicts"
    )
    evidence = models.JSONField("Befund")
    evidence_digest = models.CharField("Prüfsumme des Befunds", max_length=64)
    created_at = models.DateTimeField("Zeitpunkt", auto_now_add=True)
    created_by = person_field("Wer")

    class Meta:
        verbose_name = "Urteil"
        verbose_name_plural = "Urteile"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("region_key", "kind", "item_key"), name="verdict_item"),)

    def __str__(self) -> str:
        return f"{self.title}: {self.get_verdict_display()}"

    def clean(self) -> None:
        """The answer has to fit the kind of item, and everything but "open" needs a reason."""
        faults = {}
        if self.verdict and self.verdict not in VERDICTS_OF.get(ItemKind(self.kind), ()):
            faults["verdict"] = "Diese Antwort passt nicht zu dieser Art von Hinweis."
        if self.verdict not in {"", VerdictCode.OPEN} and not self.reason.strip():
            faults["reason"] = "Bitte begründen Sie Ihre Antwort in einem Satz, damit andere sie verstehen."
        if faults:
            raise ValidationError(faults)
