"""Two entries field by field: what is equal, what differs, and which words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kekiz.register import facets
from kekiz.register.models import Offer, Provider, Site
from kekiz.register.wording import describe_age
from kekiz.web.finder.opening_hours import write_hours
from kekiz.web.words import write_date

Part = tuple[str, bool]  # a piece of text, and whether it differs from the other side
NOTHING = "nicht angegeben"
WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Field:
    """A field on both sides, as parts of text; ``mark`` says in a word how they relate."""

    name: str
    label: str
    left: list[Part]
    right: list[Part]
    mark: str
    default: str  # a, b or ab: what a merge proposes
    can_join: bool = False

    @property
    def is_equal(self) -> bool:
        """Do both sides say the same?"""
        return self.mark == "gleich"


def compare_entries(left: Provider | Site | Offer, right: Provider | Site | Offer) -> list[Field]:
    """Every field that at least one of two entries of one kind fills; differing ones first.

    A merge proposes the side that says more (:func:`prefer_side`), and the other one where that is silent.
    """
    columns = PROVIDER_FIELDS if isinstance(left, Provider) else SITE_FIELDS
    columns = OFFER_FIELDS if isinstance(left, Offer) else columns
    written = {name: (write(left), write(right)) for name, write in columns.items()}
    preferred = _prefer(written)
    fields = [
        _compare(name, _label_of(left, name), texts, preferred)
        for name, texts in written.items()
        if any(texts)
    ]
    return sorted(fields, key=lambda field: field.is_equal)


def _prefer(written: dict[str, tuple[str, str]]) -> str:
    left, right = (sum(bool(texts[side]) for texts in written.values()) for side in (0, 1))
    return "b" if right > left else "a"


def prefer_side(fields: list[Field]) -> str:
    """The side that says more, "a" or "b"; "a" where both say as much."""
    left, right = (sum(field.mark == mark for field in fields) for mark in ("nur in A", "nur in B"))
    return "b" if right > left else "a"


def _compare(name: str, label: str, texts: tuple[str, str], preferred: str) -> Field:
    one, other = texts
    if one == other:
        mark, default = "gleich", preferred
    elif not one or not other:
        mark, default = ("nur in B", "b") if not one else ("nur in A", "a")
    else:
        mark, default = "anders", preferred
    left, right = mark_differences(one, other)
    nothing = [(NOTHING, False)]
    return Field(name, label, left or nothing, right or nothing, mark, default, name in JOINABLE)


def _label_of(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name).removesuffix(" (Monate)")


def mark_differences(left: str, right: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts; words that the other side does not have are marked."""
    ones, others = WORDS.findall(left), WORDS.findall(right)
    marked_left: list[Part] = []
    marked_right: list[Part] = []
    matcher = SequenceMatcher(None, ones, others, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        differs = kind != "equal"
        if end > start:
            marked_left.append(("".join(ones[start:end]), differs))
        if other_end > other_start:
            marked_right.append(("".join(others[other_start:other_end]), differs))
    return marked_left, marked_right


def _text(name: str) -> Callable[[Any], str]:
    return lambda row: str(getattr(row, name) if getattr(row, name) is not None else "").strip()


def _chosen(name: str) -> Callable[[Any], str]:
    return lambda row: str(getattr(row, f"get_{name}_display")()) if getattr(row, name) else ""


def _codes(name: str, names: dict[str, str]) -> Callable[[Any], str]:
    return lambda row: ", ".join(names.get(code, code) for code in getattr(row, name))


def _degree(name: str) -> Callable[[Any], str]:
    return lambda row: f"{getattr(row, name):.5f}".replace(".", ",")


def _date(name: str) -> Callable[[Any], str]:
    return lambda row: write_date(getattr(row, name)) if getattr(row, name) else ""


def _write_sites(offer: Offer) -> str:
    sites = sorted(offer.sites.all(), key=lambda site: site.key)
    return "; ".join(f"{site.name}, {site.street}, {site.postcode} {site.town}" for site in sites)


JOINABLE = {"sites", "fields", "service_area", "hurdles", "languages"}
PROVIDER_FIELDS: dict[str, Callable[[Any], str]] = {
    "name": _text("name"),
    "kind": _chosen("kind"),
    "ags": _text("ags"),
    "website": _text("website"),
    "contact_name": _text("contact_name"),
    "contact_email": _text("contact_email"),
    "contact_phone": _text("contact_phone"),
}
SITE_FIELDS: dict[str, Callable[[Any], str]] = {
    "name": _text("name"),
    "street": _text("street"),
    "postcode": _text("postcode"),
    "town": _text("town"),
    "ags": _text("ags"),
    "lat": _degree("lat"),
    "lon": _degree("lon"),
    "barrier_free": _chosen("barrier_free"),
}
OFFER_FIELDS: dict[str, Callable[[Any], str]] = {
    "title": _text("title"),
    "provider": lambda offer: str(offer.provider),
    "sites": _write_sites,
    "summary": _text("summary"),
    "description": _text("description"),
    "plain_text": _text("plain_text"),
    "age_from_months": lambda offer: describe_age(offer.age_from_months),
    "age_to_months": lambda offer: describe_age(offer.age_to_months),
    "fields": _codes("fields", dict(facets.FIELD_CHOICES)),
    "opening_hours": lambda offer: write_hours(offer.opening_hours),
    "phone": _text("phone"),
    "email": _text("email"),
    "website": _text("website"),
    "places": _text("places"),
    "mode": _chosen("mode"),
    "access": _chosen("access"),
    "hurdles": _codes("hurdles", dict(facets.HURDLE_CHOICES)),
    "cost": _chosen("cost"),
    "cost_note": _text("cost_note"),
    "languages": _codes("languages", facets.LANGUAGE_NAMES),
    "barrier_free": _chosen("barrier_free"),
    "service_area": _codes("service_area", {}),
    "system": _chosen("system"),
    "level": _chosen("level"),
    "permanent": lambda offer: "ja" if offer.permanent else "nein",
    "until": _date("until"),
    "funding": _text("funding"),
    "evidence": _chosen("evidence"),
    "assured_on": _date("assured_on"),
    "assured_by": _text("assured_by"),
}
