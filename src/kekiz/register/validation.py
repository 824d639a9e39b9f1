"""What is wrong with a site or an offer, as German sentences by field, for forms and imports alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from kekiz.accounts.errors import InvalidInput
from kekiz.register import facets

if TYPE_CHECKING:
    from kekiz.register.models import Offer, Provider, Site

_AGS = re.compile(r"\d{8}")
_AGS_PREFIX = re.compile(r"\d{2,8}")
_POSTCODE = re.compile(r"\d{5}")
# Germany with its islands, in degrees: wide enough for every site, narrow enough to notice swapped values.
_GERMANY = (47.2, 55.2, 5.8, 15.1)
Faults = dict[str, list[str]]


class InvalidFields(InvalidInput):
    """Invalid input whose sentences also stand by field (``fields``), for forms."""

    def __init__(self, fields: Mapping[str, list[str]], names: Mapping[str, str]) -> None:
        self.fields = {field: list(texts) for field, texts in fields.items()}
        super().__init__(
            [
                text if field == NON_FIELD_ERRORS else f"{names.get(field, field)}: {text}"
                for field, texts in self.fields.items()
                for text in texts
            ]
        )

    @classmethod
    def of_model(cls, error: ValidationError, model: type[models.Model]) -> InvalidFields:
        """What ``full_clean`` found on a row, with the German names of its fields."""
        names = {
            field.name: str(getattr(field, "verbose_name", field.name)) for field in model._meta.get_fields()
        }
        found: dict[str, list[str]] = {str(NON_FIELD_ERRORS): error.messages}
        if hasattr(error, "error_dict"):
            found = error.message_dict
        return cls(found, names)


class ChangedMeanwhile(InvalidInput):
    """Somebody else was faster: what the actor saw is no longer what is stored."""

    def __init__(self, title: str) -> None:
        super().__init__([f"„{title}“ wurde inzwischen geändert. Bitte sehen Sie sich den neuen Stand an."])


def clean_row(row: models.Model) -> None:
    """``full_clean``, refusing with sentences by field. Raises InvalidFields."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise InvalidFields.of_model(error, type(row)) from error


def find_provider_faults(provider: Provider) -> Faults:
    """Faults of a provider by field."""
    return _find_ags_fault("ags", provider.ags)


def find_site_faults(site: Site) -> Faults:
    """Faults of a site by field."""
    faults: Faults = {}
    faults |= _find_ags_fault("ags", site.ags)
    if site.postcode and not _POSTCODE.fullmatch(site.postcode):
        faults["postcode"] = ["Eine Postleitzahl hat fünf Ziffern, z. B. 32657."]
    return faults | _find_position_fault(site.lat, site.lon)


def _find_ags_fault(field: str, ags: str | None) -> Faults:
    if not ags or _AGS.fullmatch(ags):
        return {}
    hint = " Die führende Null fehlt." if re.fullmatch(r"\d{7}", ags) else ""
    return {field: [f"„{ags}“ ist kein Gemeindeschlüssel: Er hat acht Ziffern, z. B. 05766044.{hint}"]}


def _find_position_fault(lat: float | None, lon: float | None) -> Faults:
    if lat is None or lon is None:
        return {}
    south, north, west, east = _GERMANY
    if south <= lat <= north and west <= lon <= east:
        return {}
    if south <= lon <= north and west <= lat <= east:
        return {
            "lat": [f"Breiten- und Längengrad sind vertauscht: {lat}, {lon}. Erwartet: z. B. 51.94, 8.87."]
        }
    return {"lat": [f"Der Punkt {lat}, {lon} liegt nicht in Deutschland. Erwartet: Grad, z. B. 51.94, 8.87."]}


def find_offer_faults(offer: Offer) -> Faults:
    """Faults of an offer by field; what the single columns already say is not repeated."""
    return _find_age_faults(offer) | _find_area_faults(offer) | _find_contradictions(offer)


def find_publish_faults(mode: str, has_sites: bool) -> Faults:
    """What a draft may lack, but not a proposal: a place to go to."""
    if mode == facets.Mode.VISIT and not has_sites:
        sentence = (
            "Ein Angebot vor Ort braucht mindestens einen Ort. Wählen Sie einen Ort oder eine andere Form."
        )
        return {"sites": [sentence]}
    return {}


def find_row_faults(row: models.Model, exclude: Iterable[str] = ()) -> Faults:
    """What ``full_clean`` finds on a row, by field; nothing on the excluded ones (not readable, say)."""
    left_out = set(exclude)
    try:
        row.full_clean(exclude=left_out, validate_unique=False)
    except ValidationError as error:
        found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        return {field: texts for field, texts in found.items() if field not in left_out}
    return {}


def _find_age_faults(offer: Offer) -> Faults:
    faults: Faults = {}
    start, end = offer.age_from_months, offer.age_to_months
    if start is not None and not facets.AGE_MIN_MONTHS <= start < facets.AGE_MAX_MONTHS:
        faults["age_from_months"] = [
            f"{start} Monate liegt außerhalb: Das Alter beginnt frühestens in der Schwangerschaft (−9)."
        ]
    if end is not None and end > facets.AGE_MAX_MONTHS:
        faults["age_to_months"] = [
            f"{end} Monate liegt außerhalb: Das Alter endet spätestens mit 27 Jahren (324)."
        ]
    elif start is not None and end is not None and end <= start:
        faults["age_to_months"] = [
            f"Das Alter „bis“ ({end} Monate) muss größer sein als „von“ ({start} Monate)."
        ]
    return faults


def _find_area_faults(offer: Offer) -> Faults:
    wrong = [code for code in offer.service_area if not _AGS_PREFIX.fullmatch(code)]
    if not wrong:
        return {}
    return {
        "service_area": [
            f"„{', '.join(wrong)}“: Ein Gebiet ist ein AGS oder sein Anfang, z. B. 05766 oder 05766044."
        ]
    }


def _find_contradictions(offer: Offer) -> Faults:
    faults: Faults = {}
    if offer.cost == facets.Cost.FREE and "paid" in offer.hurdles:
        faults["hurdles"] = [
            "Ein kostenloses Angebot hat nicht die Hürde „kostet Geld“. Ändern Sie Kosten oder Hürden."
        ]
    if offer.cost == facets.Cost.UNKNOWN and "paid" in offer.hurdles:
        faults["hurdles"] = [
            "Die Hürde „kostet Geld“ passt nicht zu „Kosten nicht bekannt“. Ändern Sie Kosten oder Hürden."
        ]
    if offer.permanent and offer.until:
        faults["until"] = [
            "Ein dauerhaftes Angebot hat kein Enddatum. Entfernen Sie das Datum oder „dauerhaft“."
        ]
    if not offer.permanent and not offer.until:
        faults["until"] = ["Bitte nennen Sie den letzten Tag, wenn das Angebot nicht dauerhaft ist."]
    return faults
