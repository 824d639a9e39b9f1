"""Areas, children by cell and group, norms in force, places by name, needs that families report."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kekiz.accounts.fields import person_field
from kekiz.register.fields import CodeListField
from kekiz.register.frozen import FrozenModel


class Dataset(models.Model):
    """Where figures come from: office, licence, year, and how they were made."""

    key = models.CharField("Schlüssel", max_length=120, unique=True)
    name = models.CharField("Name", max_length=200)
    source = models.CharField("Quelle", max_length=400)
    licence = models.CharField("Lizenz", max_length=120, blank=True)
    year = models.PositiveSmallIntegerField("Jahr", null=True, blank=True)
    method = models.TextField("Verfahren", blank=True, help_text="Wie die Zahlen entstanden sind.")
    note = models.TextField("Hinweis", blank=True)
    is_synthetic = models.BooleanField("Geschätzt oder erzeugt", default=False)
    loaded_at = models.DateTimeField("Geladen am", auto_now_add=True)

    class Meta:
        verbose_name = "Datensatz"
        verbose_name_plural = "Datensätze"
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """An area that people look at: region, youth welfare office, municipality or social area."""

    class Kind(models.TextChoices):
        """In the order of the choice on the screen."""

        REGION = "region", "Region"
        YOUTH_OFFICE = "youth_office", "Jugendamt"
        MUNICIPALITY = "municipality", "Kommune"
        SOCIAL_AREA = "social_area", "Sozialraum"

    key = models.CharField("Schlüssel", max_length=80, unique=True)
    name = models.CharField("Name", max_length=120)
    kind = models.CharField("Art", max_length=14, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name="Gehört zu",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    ags = CodeListField(
        "Gemeindeschlüssel", max_length=2000, help_text="AGS oder ihre Anfänge, die das Gebiet bilden."
    )
    population = models.PositiveIntegerField("Einwohner", null=True, blank=True)
    population_on = models.DateField("Stand der Einwohnerzahl", null=True, blank=True)
    area_km2 = models.FloatField("Fläche (km²)", null=True, blank=True)
    boundary = models.JSONField("Grenze (GeoJSON)", null=True, blank=True)
    source = models.CharField("Quelle", max_length=400, blank=True)

    class Meta:
        verbose_name = "Gebiet"
        verbose_name_plural = "Gebiete"
        ordering = ("kind", "name")
        indexes = (models.Index(fields=("kind", "name"), name="area_kind_name"),)

    def __str__(self) -> str:
        return self.name


class ChildrenLoad(models.Model):
    """One loaded table of children of a region; the newest one is in force, older ones stay."""

    region_key = models.CharField("Region", max_length=8, db_index=True)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="children_loads")
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField("Geladen am", auto_now_add=True)

    class Meta:
        verbose_name = "Kinderzahlen"
        verbose_name_plural = "Kinderzahlen"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.region_key}: {self.dataset}"


class ChildrenCount(models.Model):
    """Children of one cell, life phase and group. Counts, never children."""

    load = models.ForeignKey(ChildrenLoad, on_delete=models.CASCADE, related_name="counts")
    cell = models.CharField(max_length=60)
    x = models.FloatField(help_text="Metres, EPSG:3035, as the engine keeps them.")
    y = models.FloatField()
    ags = models.CharField(max_length=8)
    phase = models.CharField(max_length=8)
    group = models.CharField(max_length=40)
    n = models.FloatField()

    class Meta:
        verbose_name = "Kinder einer Zelle"
        verbose_name_plural = "Kinder der Zellen"
        constraints = (
            models.UniqueConstraint(fields=("load", "cell", "phase", "group"), name="children_count_once"),
            models.CheckConstraint(condition=Q(n__gte=0), name="children_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.cell} {self.phase} {self.group}: {self.n}"


class NormEntry(FrozenModel):
    """A region's own norm (Kennwert). Entries are never edited; a newer one for the same place supersedes."""

    region_key = models.CharField("Region", max_length=8, db_index=True)
    key = models.CharField("Kennwert", max_length=40)
    phase = models.CharField("Lebensphase", max_length=8, blank=True)
    field = models.CharField("Bedarfsfeld", max_length=8, blank=True)
    group = models.CharField("Gruppe", max_length=40, blank=True)
    hurdle = models.CharField("Hürde", max_length=20, blank=True)
    mode = models.CharField("Form", max_length=10, blank=True)
    low = models.FloatField("niedrig")
    mid = models.FloatField("mittel")
    high = models.FloatField("hoch")
    unit = models.CharField("Einheit", max_length=10)
    valid_from = models.DateField("Gültig ab")
    source = models.CharField("Quelle", max_length=400)
    note = models.TextField("Hinweis", blank=True)
    entered_at = models.DateTimeField("Eingetragen am", auto_now_add=True)
    entered_by = person_field("Eingetragen von")

    class Meta:
        verbose_name = "Kennwert der Region"
        verbose_name_plural = "Kennwerte der Region"
        ordering = ("key", "phase", "field", "group", "-valid_from", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("mid"), mid__lte=F("high")),
                name="norm_range_in_order",
                violation_error_message="Es muss gelten: 0 ≤ niedrig ≤ mittel ≤ hoch.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.mid}"


class Place(models.Model):
    """A name or postcode that families type, with its position (gazetteer)."""

    class Kind(models.TextChoices):
        """What the name stands for."""

        MUNICIPALITY = "municipality", "Gemeinde"
        LOCALITY = "locality", "Ortsteil"
        POSTCODE = "postcode", "Postleitzahl"

    name = models.CharField("Name", max_length=120)
    folded_name = models.CharField(max_length=120, db_index=True)
    postcode = models.CharField("Postleitzahl", max_length=5, blank=True, db_index=True)
    kind = models.CharField("Art", max_length=14, choices=Kind.choices)
    ags = models.CharField("AGS", max_length=8)
    municipality = models.CharField("Gemeinde", max_length=120, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    source = models.CharField("Quelle", max_length=200, blank=True)

    class Meta:
        verbose_name = "Ort im Verzeichnis"
        verbose_name_plural = "Orte im Verzeichnis"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("folded_name", "postcode", "kind", "ags"), name="place_once"),
        )

    def __str__(self) -> str:
        return self.name


class ReportedNeed(models.Model):
    """What a family misses, in its own words (gemeldeter Bedarf). Never public; nothing about who wrote."""

    class State(models.TextChoices):
        """New until the coordination decides."""

        NEW = "new", "neu"
        REACT = "react", "wir reagieren"
        NOT_NOW = "not_now", "jetzt nicht"
        NOT_OURS = "not_ours", "nicht unsere Aufgabe"

    text = models.TextField("Was fehlt")
    typed_place = models.CharField("Ort, wie geschrieben", max_length=120, blank=True)
    ags = models.CharField("Gemeinde (AGS)", max_length=8, blank=True, db_index=True)
    # A day, not a moment: nobody shall be found by when they wrote.
    received_on = models.DateField("Eingegangen am")
    has_personal_marks = models.BooleanField("Enthält vielleicht persönliche Angaben", default=False)
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.NEW, db_index=True)
    phase = models.CharField("Lebensphase", max_length=8, blank=True)
    field = models.CharField("Bedarfsfeld", max_length=8, blank=True)
    reason = models.CharField("Begründung", max_length=400, blank=True)
    decided_on = models.DateField("Entschieden am", null=True, blank=True)
    decided_by = person_field("Entschieden von")

    class Meta:
        verbose_name = "Gemeldeter Bedarf"
        verbose_name_plural = "Gemeldete Bedarfe"
        ordering = ("-received_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""),
                name="need_has_text",
                violation_error_message="Bitte schreiben Sie, was fehlt.",
            ),
            models.CheckConstraint(
                condition=Q(state="new") | ~Q(reason=""),
                name="need_decided_with_reason",
                violation_error_message="Bitte begründen Sie die Entscheidung in einem Satz.",
            ),
        )

    def __str__(self) -> str:
        return f"Bedarf Nr. {self.pk}"
