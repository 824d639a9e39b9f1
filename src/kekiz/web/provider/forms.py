"""An offer as a form: all facets in plain words, all faults at once next to the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from kekiz.register import facets
from kekiz.register.models import Offer, Provider, Site
from kekiz.register.validation import find_publish_faults, find_row_faults
from kekiz.web.finder.plain_words import list_languages, list_topics
from kekiz.web.provider import ages, hours
from kekiz.web.provider.fields import Checks, Choice, Day, Line, Radios, Text

# Taken over from the offer and into it as they are.
SAME_NAME = (
    "title", "summary", "description", "plain_text", "mode", "access", "service_area", "hurdles",
    "cost", "cost_note", "languages", "barrier_free", "system", "level", "funding", "evidence", "website",
    "phone", "email",
)  # fmt: skip
# Read from several fields, or with a word of their own.
READ_TOGETHER = (
    "fields", "places", "opening_hours", "age_from_months", "age_to_months", "permanent", "until", "provider",
)  # fmt: skip
# Where a fault of the model's field stands in the form.
FORM_FIELD = {
    "fields": "topics",
    "age_from_months": "age_from",
    "age_to_months": "age_to",
    "permanent": "duration",
}
MOST_PLACES = 1_000_000


def _unknown_first(choices: Iterable[tuple[str, str]], code: str = "unknown") -> list[tuple[str, str]]:
    """The choices with the unknown first, so that it is not overlooked."""
    rows = [(str(key), str(words)) for key, words in choices]
    return sorted(rows, key=lambda row: row[0] != code)


class OfferForm(forms.Form):
    """Names of fields are those of the register where one field says one thing."""

    use_required_attribute = False

    title = Line("Titel", hint="So suchen Familien danach, z. B. Krabbelgruppe Lemgo-Brake")
    summary = Line("Kurz gesagt", length=300, hint="Ein Satz: Was ist es, und was haben Familien davon?")
    description = Text("Beschreibung", hint="Was erwartet Familien? Kurze Absätze.")
    plain_text = Text(
        "In Leichter Sprache", rows=4, hint="Kurze Sätze, bekannte Wörter. Freiwillig, hilft aber vielen."
    )
    age_from = Line("Alter von", length=8, inputmode="decimal")
    age_from_unit = Choice("Einheit (von)", ages.UNITS_FROM)
    age_to = Line("Alter bis", length=8, inputmode="decimal")
    age_to_unit = Choice("Einheit (bis)", ages.UNITS_TO)
    topics = Checks("Worum geht es?", list_topics(), hint="Eines oder mehrere")
    level = Radios("Für wen ist es gedacht?", facets.Level.choices)
    places = Line(
        "Plätze im Jahr", length=9, inputmode="numeric",
        hint="Wie viele Kinder können in einem Jahr dabei sein? Auch eine Schätzung hilft.",
    )  # fmt: skip
    places_unknown = forms.BooleanField(
        label="unbekannt", required=False,
        widget=forms.CheckboxInput(attrs={"class": "kern-form-check__checkbox"}),
    )  # fmt: skip
    mode = Radios("Wo findet es statt?", facets.Mode.choices)
    sites = Checks("Orte")
    site_search = Line("Anderen Ort suchen", hint="Name, Straße oder Gemeinde")
    service_area = Checks(
        "Nur für Familien aus", hint="Nichts ankreuzen, wenn alle kommen können, egal wo sie wohnen"
    )
    access = Choice("Wie kommen Familien dazu?", _unknown_first(facets.Access.choices))
    hurdles = Checks("Was kann Familien abhalten?", facets.HURDLE_CHOICES, hint="Nur was wirklich zutrifft")
    cost = Radios("Was kostet es?", facets.Cost.choices)
    cost_note = Line("Hinweis zu den Kosten", hint="z. B. 5 € im Monat, mit Bildungspaket kostenlos")
    hours_mo, hours_tu, hours_we, hours_th, hours_fr, hours_sa, hours_su = (
        Line(name, length=80) for name in hours.DAY_NAMES
    )
    hours_dates = Text(
        "Einzelne Termine", rows=3, length=hours.DATES_LENGTH,
        hint="Je Zeile, mit Jahr, z. B. 14.3.2026 und 21.3.2026, 10–12 Uhr",
    )  # fmt: skip
    hours_note = Line("Hinweis zu den Zeiten", length=hours.NOTE_LENGTH, hint="z. B. nach Vereinbarung")
    opening_hours = Line("Öffnungszeiten", length=400, hint="in der Schreibweise von OpenStreetMap")
    languages = Checks("Sprachen", list_languages(), hint="In welchen Sprachen wird gesprochen?")
    barrier_free = Choice("Barrierefreiheit", _unknown_first(facets.BarrierFree.choices))
    duration = Radios(
        "Wie lange gibt es das Angebot?", [("permanent", "Dauerhaft"), ("until", "Bis zu einem Tag")]
    )
    until = Day("Letzter Tag")
    phone = Line("Telefon", length=60, kind="tel")
    email = Line("E-Mail", length=254, kind="email", hint="Dienstlich; Familien sehen sie.")
    website = Line("Webseite", length=300, kind="url", hint="mit https://")
    system = Choice("Gehört zu", [("", "keine Angabe"), *facets.System.choices])
    evidence = Choice("Grüne Liste Prävention", facets.Evidence.choices)
    funding = Line("Finanzierung", hint="z. B. Kommune, Spenden; Familien sehen es nicht")
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    provider = Choice("Träger", ())

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        providers: Sequence[Provider],
        sites: Sequence[Site],
        area_names: Mapping[str, str],
        initial: Mapping[str, Any] | None = None,
        is_proposal: bool = False,
    ) -> None:
        super().__init__(data, auto_id="feld-%s", initial=dict(initial or START))
        self.known_providers = {provider.key: provider for provider in providers}
        self.known_sites = {site.key: site for site in sites}
        self.is_proposal = is_proposal
        self["sites"].field.choices = [(site.key, write_site(site)) for site in sites]  # type: ignore[attr-defined]
        self["service_area"].field.choices = list(area_names.items())  # type: ignore[attr-defined]
        self["provider"].field.choices = [(one.key, one.name) for one in providers]  # type: ignore[attr-defined]
        self.is_plain_hours = split_of(self) is not None

    def clean(self) -> dict[str, Any]:
        """Read what several fields say together, then ask the register about the offer as a whole."""
        values = self.cleaned_data
        self._read_ages(values)
        self._read_places(values)
        self._read_hours(values)
        if "topics" in values:
            values["fields"] = values["topics"]
        values["permanent"] = values.get("duration") != "until"
        if values["permanent"]:
            values["until"] = None
        provider = self.known_providers.get(values.get("provider", ""))
        if provider is None and len(self.known_providers) == 1:
            provider = next(iter(self.known_providers.values()))
        if provider is None:
            self.add_error("provider", "Bitte wählen Sie den Träger.")
        values["provider"] = provider
        self._ask_register(values)
        return values

    def _read_ages(self, values: dict[str, Any]) -> None:
        for name in ("age_from", "age_to"):
            try:
                values[f"{name}_months"] = ages.read_age(values.get(name, ""), values.get(f"{name}_unit", ""))
            except ValueError as error:
                self.add_error(name, str(error))

    def _read_places(self, values: dict[str, Any]) -> None:
        text = values.get("places", "").replace(".", "").replace(" ", "")
        if values.get("places_unknown"):
            if text:
                self.add_error("places", "Bitte geben Sie entweder eine Zahl an oder „unbekannt“.")
            values["places"] = None
        elif text.isascii() and text.isdigit() and int(text) <= MOST_PLACES:
            values["places"] = int(text)
        elif text:
            self.add_error("places", "Erwartet: eine ganze Zahl bis 1 000 000, z. B. 24.")
        else:
            self.add_error("places", "Bitte geben Sie eine Zahl an oder kreuzen Sie „unbekannt“ an.")

    def _read_hours(self, values: dict[str, Any]) -> None:
        if not self.is_plain_hours:
            return
        spans = []
        for name in hours.DAY_FIELDS:
            try:
                spans.append(hours.read_day(values.get(name, "")))
            except ValueError as error:
                self.add_error(name, str(error))
        try:
            dates = hours.read_dates(values.get("hours_dates", ""))
        except ValueError as error:
            self.add_error("hours_dates", str(error))
            return
        if len(spans) == len(hours.DAY_FIELDS):
            values["opening_hours"] = hours.write_notation(spans, values.get("hours_note", ""), dates)

    def _ask_register(self, values: dict[str, Any]) -> None:
        draft = Offer(key="entwurf", **self.offer_values())
        unreadable = {model for model, form in FORM_FIELD.items() if form in self.errors} | set(self.errors)
        faults = find_row_faults(draft, {"key", "published", *(unreadable & OFFER_COLUMNS)})
        if self.is_proposal:
            faults |= find_publish_faults(values.get("mode", ""), bool(values.get("sites")))
        for field, texts in faults.items():
            self.add_error(FORM_FIELD.get(field, field if field in self.fields else None), texts)

    def offer_values(self) -> dict[str, Any]:
        """What the actions take, as far as it could be read."""
        values = self.cleaned_data
        names = (*SAME_NAME, *READ_TOGETHER)
        return {name: values[name] for name in names if name in values}

    def chosen_sites(self) -> list[Site]:
        """The sites that are ticked."""
        return [self.known_sites[key] for key in self.cleaned_data.get("sites", [])]

    def list_faults(self) -> list[tuple[str, str, str]]:
        """Every fault with the id of its field and its label, for the summary on top."""
        return [
            (self[name].id_for_label or f"feld-{name}", str(self[name].label), str(text))
            if name in self.fields
            else ("", "", str(text))
            for name, texts in self.errors.items()
            for text in texts
        ]

    def hour_fields(self) -> list[forms.BoundField]:
        """The seven days."""
        return [self[name] for name in hours.DAY_FIELDS]


OFFER_COLUMNS = {field.name for field in Offer._meta.fields}
START = {
    "level": facets.Level.UNIVERSAL, "mode": facets.Mode.VISIT, "access": facets.Access.UNKNOWN,
    "cost": facets.Cost.UNKNOWN, "languages": ["de"], "barrier_free": facets.BarrierFree.UNKNOWN,
    "evidence": facets.Evidence.NOT_LISTED, "duration": "permanent", "age_from_unit": "jahre",
    "age_to_unit": "jahre",
}  # fmt: skip


def split_of(form: OfferForm) -> dict[str, str] | None:
    """The helper's fields of what the offer says now; None where only the notation can say it."""
    return hours.split_notation(str(form.initial.get("opening_hours", "")))


def describe_initial(offer: Offer, sites: Iterable[Site], seen: str) -> dict[str, Any]:
    """What the form shows of a stored offer."""
    number_from, unit_from = ages.write_age(offer.age_from_months, is_end=False)
    number_to, unit_to = ages.write_age(offer.age_to_months, is_end=True)
    return {
        **{name: getattr(offer, name) for name in (*SAME_NAME, "opening_hours", "until")},
        **(hours.split_notation(offer.opening_hours) or {}),
        "topics": offer.fields,
        "age_from": number_from, "age_from_unit": unit_from, "age_to": number_to, "age_to_unit": unit_to,
        "places": "" if offer.places is None else str(offer.places),
        "places_unknown": offer.places is None,
        "duration": "permanent" if offer.permanent else "until",
        "sites": [site.key for site in sites],
        "provider": offer.provider.key,
        "seen": seen,
    }  # fmt: skip


def write_site(site: Site) -> str:
    """A site in one line."""
    town = f"{site.postcode} {site.town}".strip()
    return ", ".join(part for part in (site.name, site.street, town) if part)


class SiteForm(forms.Form):
    """A new place. Its position comes from town and postcode unless it is given."""

    use_required_attribute = False

    new_name = Line("Name des Ortes", hint="z. B. Familienzentrum Brake")
    new_street = Line("Straße und Hausnummer")
    new_postcode = Line("Postleitzahl", length=5, inputmode="numeric")
    new_town = Line("Gemeinde", length=120)
    new_barrier_free = Choice("Ist er barrierefrei?", _unknown_first(facets.BarrierFree.choices))
    new_position = Line(
        "Genaue Lage", length=60,
        hint="Freiwillig: Breite und Länge, z. B. 52.0280, 8.8990. Sonst nehmen wir die Ortsmitte.",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="feld-%s", initial={"new_barrier_free": facets.BarrierFree.UNKNOWN})
