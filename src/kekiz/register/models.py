"""Providers, sites and offers; the versions that families see; agreed cooperations."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from kekiz.accounts.fields import person_field
from kekiz.register import facets
from kekiz.register.duplicate_models import (
    DuplicateAnswer,
    DuplicateLevel,
    DuplicatePair,
    DuplicateSearch,
    DuplicateWeights,
    Merge,
    Verdict,
)
from kekiz.register.fields import CodeListField
from kekiz.register.freshness_models import AssuranceLink, LinkAnswer, ReminderMail
from kekiz.register.frozen import FrozenModel
from kekiz.register.validation import find_offer_faults, find_provider_faults, find_site_faults

__all__ = [
    "AssuranceLink",
    "Cooperation",
    "DuplicateAnswer",
    "DuplicateLevel",
    "DuplicatePair",
    "DuplicateSearch",
    "DuplicateWeights",
    "LinkAnswer",
    "Merge",
    "Offer",
    "OfferVersion",
    "Provider",
    "PublishedPlace",
    "ReminderMail",
    "Site",
    "Verdict",
]

validate_key = RegexValidator(
    r"^[a-z0-9][a-z0-9-]*$",
    "Ein Schlüssel besteht aus kleinen Buchstaben, Ziffern und Bindestrichen, z. B. „elterncafe-lemgo“.",
)


class Provider(models.Model):
    """An organisation that runs offers (Träger). Contacts are work contacts only."""

    key = models.CharField("Schlüssel", max_length=80, unique=True, validators=[validate_key])
    name = models.CharField("Name", max_length=200)
    kind = models.CharField(
        "Art", max_length=20, choices=facets.ProviderKind.choices, default=facets.ProviderKind.OTHER
    )
    ags = models.CharField(
        "Sitz (AGS)", max_length=8, blank=True, help_text="Gemeinde, in der der Träger sitzt."
    )
    website = models.URLField("Webseite", max_length=300, blank=True)
    contact_name = models.CharField("Ansprechperson (dienstlich)", max_length=120, blank=True)
    contact_email = models.EmailField("E-Mail (dienstlich)", blank=True)
    contact_phone = models.CharField("Telefon (dienstlich)", max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "Träger"
        verbose_name_plural = "Träger"
        ordering = ("name", "key")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Sentences for what the columns alone cannot say."""
        faults = find_provider_faults(self)
        if faults:
            raise ValidationError(faults)


class Site(models.Model):
    """A place where offers happen (Ort)."""

    key = models.CharField("Schlüssel", max_length=80, unique=True, validators=[validate_key])
    name = models.CharField("Name", max_length=200)
    street = models.CharField("Straße und Hausnummer", max_length=200, blank=True)
    postcode = models.CharField("Postleitzahl", max_length=5, blank=True)
    town = models.CharField("Ort", max_length=120)
    ags = models.CharField("Gemeindeschlüssel (AGS)", max_length=8, db_index=True)
    lat = models.FloatField("Breitengrad")
    lon = models.FloatField("Längengrad")
    barrier_free = models.CharField(
        "Barrierefreiheit",
        max_length=10,
        choices=facets.BarrierFree.choices,
        default=facets.BarrierFree.UNKNOWN,
    )

    class Meta:
        verbose_name = "Ort"
        verbose_name_plural = "Orte"
        ordering = ("town", "name", "key")
        constraints = (
            models.CheckConstraint(
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="site_position_on_earth",
                violation_error_message="Die Koordinaten liegen nicht auf der Erde.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"

    def clean(self) -> None:
        """Sentences for what the columns alone cannot say."""
        faults = find_site_faults(self)
        if faults:
            raise ValidationError(faults)


class Offer(models.Model):
    """What families can use (Angebot): the working copy. Families see ``published`` (an OfferVersion)."""

    key = models.CharField("Schlüssel", max_length=80, unique=True, validators=[validate_key])
    provider = models.ForeignKey(
        Provider, verbose_name="Träger", on_delete=models.PROTECT, related_name="offers",
        error_messages={"null": "Bitte nennen Sie den Träger des Angebots."},
    )  # fmt: skip
    sites = models.ManyToManyField(Site, verbose_name="Orte", related_name="offers", blank=True)
    title = models.CharField(
        "Titel", max_length=200, error_messages={"blank": "Bitte geben Sie dem Angebot einen Titel."}
    )
    summary = models.CharField("Kurz gesagt", max_length=300, blank=True)
    description = models.TextField("Beschreibung", blank=True)
    plain_text = models.TextField("Leichte Sprache", blank=True)
    age_from_months = models.SmallIntegerField("Alter von (Monate)")
    age_to_months = models.SmallIntegerField("Alter bis (Monate)")
    fields = CodeListField(
        "Bedarfsfelder", codes=facets.FIELD_CODES,
        error_messages={"blank": "Bitte wählen Sie mindestens ein Bedarfsfeld."},
    )  # fmt: skip
    places = models.PositiveIntegerField(
        "Plätze im Jahr", null=True, blank=True, validators=[MaxValueValidator(1_000_000)],
        help_text="Kinder, die im Jahr einen Platz bekommen. Leer lassen, wenn nicht bekannt.",
    )  # fmt: skip
    mode = models.CharField("Form", max_length=10, choices=facets.Mode.choices, default=facets.Mode.VISIT)
    access = models.CharField(
        "Zugang", max_length=12, choices=facets.Access.choices, default=facets.Access.UNKNOWN
    )
    service_area = CodeListField(
        "Einzugsgebiet", blank=True, help_text="AGS oder ihre Anfänge. Leer: alle können kommen."
    )
    hurdles = CodeListField("Hürden", codes=facets.HURDLES, blank=True)
    cost = models.CharField("Kosten", max_length=10, choices=facets.Cost.choices, default=facets.Cost.UNKNOWN)
    cost_note = models.CharField("Hinweis zu den Kosten", max_length=200, blank=True)
    languages = CodeListField("Sprachen", codes=facets.LANGUAGE_NAMES, blank=True)
    barrier_free = models.CharField(
        "Barrierefreiheit",
        max_length=10,
        choices=facets.BarrierFree.choices,
        default=facets.BarrierFree.UNKNOWN,
    )
    system = models.CharField("System", max_length=20, choices=facets.System.choices, blank=True)
    level = models.CharField(
        "Stufe", max_length=12, choices=facets.Level.choices, default=facets.Level.UNIVERSAL
    )
    permanent = models.BooleanField("Dauerhaft", default=True)
    until = models.DateField("Läuft bis", null=True, blank=True)
    funding = models.CharField("Finanzierung", max_length=200, blank=True)
    opening_hours = models.CharField(
        "Öffnungszeiten",
        max_length=400,
        blank=True,
        help_text="Schreibweise von OpenStreetMap, z. B. Mo 09:00-11:00",
    )
    evidence = models.CharField(
        "Wirksamkeit", max_length=12, choices=facets.Evidence.choices, default=facets.Evidence.NOT_LISTED
    )
    assured_on = models.DateField("Bestätigt am", null=True, blank=True)
    assured_by = models.CharField("Bestätigt von", max_length=120, blank=True)
    website = models.URLField("Webseite", max_length=300, blank=True)
    phone = models.CharField("Telefon", max_length=60, blank=True)
    email = models.EmailField("E-Mail", blank=True)
    is_invented = models.BooleanField("Erfundenes Beispiel", default=False)
    state = models.CharField(
        "Stand",
        max_length=10,
        choices=facets.OfferState.choices,
        default=facets.OfferState.DRAFT,
        db_index=True,
    )
    return_note = models.TextField(
        "Rückmeldung der Prüfung", max_length=1000, blank=True, editable=False,
        help_text="Warum der Vorschlag zurückging; leer, sobald er wieder eingereicht ist.",
    )  # fmt: skip
    assurance_before = models.JSONField(
        "Bestätigung vor dem Vorschlag", null=True, blank=True, editable=False,
        help_text="Tag und Wort, zu denen ein zurückgegebener Vorschlag zurückkehrt; leer ohne Vorschlag.",
    )  # fmt: skip
    published = models.OneToOneField(
        "OfferVersion", verbose_name="Veröffentlichter Stand", related_name="published_of",
        on_delete=models.PROTECT, null=True, blank=True, editable=False,
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "Angebot"
        verbose_name_plural = "Angebote"
        ordering = ("title", "key")
        constraints = (
            models.CheckConstraint(
                condition=Q(age_from_months__lt=F("age_to_months")),
                name="offer_ages_in_order",
                violation_error_message="Das Alter „von“ muss kleiner sein als das Alter „bis“.",
            ),
            models.CheckConstraint(
                condition=Q(
                    age_from_months__gte=facets.AGE_MIN_MONTHS, age_to_months__lte=facets.AGE_MAX_MONTHS
                ),
                name="offer_ages_in_range",
                violation_error_message="Das Alter liegt zwischen −9 Monaten und 27 Jahren (324 Monaten).",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published__isnull=False),
                name="offer_published_has_version",
                violation_error_message="Ein veröffentlichtes Angebot braucht einen veröffentlichten Stand.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paused", "ended"]) | Q(published__isnull=True),
                name="offer_stopped_is_hidden",
                violation_error_message="Pausierte und beendete Angebote sind für Familien nicht sichtbar.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Sentences for what the columns alone cannot say, each with the field it belongs to."""
        faults = find_offer_faults(self)
        if faults:
            raise ValidationError(faults)


class OfferVersion(FrozenModel):
    """An approved state of an offer, written once: what families see, with columns the finder filters by."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="Everything that is shown; see content.describe_offer.")
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = person_field()
    title = models.CharField(max_length=200)
    age_from_months = models.SmallIntegerField()
    age_to_months = models.SmallIntegerField()
    fields = CodeListField()
    languages = CodeListField(blank=True)
    service_area = CodeListField(blank=True)
    mode = models.CharField(max_length=10)
    cost = models.CharField(max_length=10)
    barrier_free = models.CharField(max_length=10)
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "Veröffentlichter Stand"
        verbose_name_plural = "Veröffentlichte Stände"
        ordering = ("offer", "-number")
        constraints = (models.UniqueConstraint(fields=("offer", "number"), name="version_number_once"),)
        indexes = (models.Index(fields=("age_from_months", "age_to_months"), name="version_ages"),)

    def __str__(self) -> str:
        return f"{self.title} (Stand {self.number})"


class SearchEntry(models.Model):
    """The analysed words of a version, made when it is published and anew for a newer analyser."""

    version = models.OneToOneField(
        OfferVersion, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    analyser = models.PositiveIntegerField()
    terms = models.TextField(help_text="Term and weight in turn; see search.entries.")

    class Meta:
        verbose_name = "Wörter eines Stands"
        verbose_name_plural = "Wörter der Stände"

    def __str__(self) -> str:
        return f"Wörter von {self.version_id}"


class PublishedPlace(FrozenModel):
    """Where a published version happens; beside it for fast filters by place."""

    version = models.ForeignKey(OfferVersion, on_delete=models.CASCADE, related_name="places")
    site_key = models.CharField(max_length=80)
    ags = models.CharField(max_length=8, db_index=True)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        verbose_name = "Veröffentlichter Ort"
        verbose_name_plural = "Veröffentlichte Orte"
        indexes = (models.Index(fields=("lat", "lon"), name="place_position"),)

    def __str__(self) -> str:
        return f"{self.site_key} ({self.ags})"


class Cooperation(models.Model):
    """An agreed cooperation between two offers: children of ``offer_a`` go on to ``offer_b`` (Übergabe)."""

    offer_a = models.ForeignKey(
        Offer, verbose_name="Angebot A", on_delete=models.CASCADE, related_name="handovers_out"
    )
    offer_b = models.ForeignKey(
        Offer, verbose_name="Angebot B", on_delete=models.CASCADE, related_name="handovers_in"
    )
    kind = models.CharField(
        "Art", max_length=12, choices=facets.CooperationKind.choices, default=facets.CooperationKind.HANDOVER
    )
    since = models.DateField("Seit", null=True, blank=True)

    class Meta:
        verbose_name = "Zusammenarbeit"
        verbose_name_plural = "Zusammenarbeiten"
        ordering = ("offer_a", "offer_b", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("offer_a", "offer_b", "kind"),
                name="cooperation_once",
                violation_error_message="Diese Zusammenarbeit ist schon eingetragen.",
            ),
            models.CheckConstraint(
                condition=~Q(offer_a=F("offer_b")),
                name="cooperation_of_two",
                violation_error_message="Eine Zusammenarbeit verbindet zwei verschiedene Angebote.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.offer_a} → {self.offer_b}"


from kekiz.register.import_models import (  # noqa: E402, F401 - Django looks for models here
    ImportBatch,
    ImportChange,
    ImportLink,
    SavedMapping,
)
