"""A proposal beside what families see, field by field, with the words that came and went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kekiz.register import facets
from kekiz.register.content import describe_offer
from kekiz.register.models import Offer
from kekiz.register.wording import describe_ages
from kekiz.web.desk.compared import Part, mark_differences
from kekiz.web.finder.opening_hours import write_hours
from kekiz.web.finder.plain_words import list_topics
from kekiz.web.words import write_date

Content = dict[str, Any]
NOTHING = "nicht angegeben"


@dataclass(frozen=True)
class ProposedField:
    """A field as families see it and as it is proposed, in parts of text that differ or not."""

    label: str
    shown: list[Part]
    proposed: list[Part]
    is_changed: bool


def compare_proposal(offer: Offer, area_names: Mapping[str, str]) -> list[ProposedField]:
    """Every field that one of both fills, changed ones first; all are new while families see nothing."""
    proposed = describe_offer(offer, offer.sites.all(), offer.provider)
    shown = offer.published.content if offer.published else None
    fields = []
    for label, write in _list_writers(area_names):
        old, new = (write(shown) if shown else "", write(proposed))
        if not old and not new:
            continue
        left, right = mark_differences(old, new)
        if shown is None:
            left, right = [], [(new, False)]
        fields.append(
            ProposedField(label, left or [(NOTHING, False)], right or [(NOTHING, False)], old != new)
        )
    return sorted(fields, key=lambda field: not field.is_changed)


def name_changes(offer: Offer, area_names: Mapping[str, str]) -> list[str]:
    """The labels of what a proposal changes; empty for one that families do not see yet."""
    if offer.published is None:
        return []
    return [field.label for field in compare_proposal(offer, area_names) if field.is_changed]


def _list_writers(area_names: Mapping[str, str]) -> list[tuple[str, Callable[[Content], str]]]:
    return [
        ("Titel", _text("title")),
        ("Kurz gesagt", _text("summary")),
        ("Beschreibung", _text("description")),
        ("In Leichter Sprache", _text("plain_text")),
        ("Alter", lambda one: describe_ages(one["age_from_months"], one["age_to_months"])),
        ("Themen", _codes("fields", dict(list_topics()))),
        ("Für wen", _choice("level", facets.Level)),
        ("Sprachen", _codes("languages", facets.LANGUAGE_NAMES)),
        ("Plätze im Jahr", lambda one: "unbekannt" if one["places"] is None else str(one["places"])),
        ("Form", _choice("mode", facets.Mode)),
        ("Orte", _write_sites),
        ("Nur für Familien aus", _codes("service_area", area_names)),
        ("Öffnungszeiten", lambda one: write_hours(one["opening_hours"])),
        ("Dauer", lambda one: f"bis {_day(one['until'])}" if one["until"] else "dauerhaft"),
        ("Zugang", _choice("access", facets.Access)),
        ("Hürden", _codes("hurdles", dict(facets.HURDLE_CHOICES))),
        ("Kosten", _choice("cost", facets.Cost)),
        ("Hinweis zu den Kosten", _text("cost_note")),
        ("Barrierefreiheit", _choice("barrier_free", facets.BarrierFree)),
        ("Telefon", _text("phone")),
        ("E-Mail", _text("email")),
        ("Webseite", _text("website")),
        ("Träger", lambda one: str(one["provider"]["name"])),
        ("Gehört zu", _choice("system", facets.System)),
        ("Grüne Liste Prävention", _choice("evidence", facets.Evidence)),
        ("Finanzierung", _text("funding")),
        ("Zuletzt bestätigt", lambda one: _day(one["assured_on"]) if one["assured_on"] else ""),
    ]


def _text(name: str) -> Callable[[Content], str]:
    return lambda one: str(one[name]).strip()


def _choice(name: str, choices: Any) -> Callable[[Content], str]:
    return lambda one: str(choices(one[name]).label) if one[name] else ""


def _codes(name: str, words: Mapping[str, str]) -> Callable[[Content], str]:
    return lambda one: ", ".join(words.get(code, code) for code in one[name])


def _day(text: str) -> str:
    return write_date(dt.date.fromisoformat(text))


def _write_sites(one: Content) -> str:
    return "\n".join(
        f"{site['name']}, {site['street']}, {site['postcode']} {site['town']}".replace(", ,", ",")
        for site in one["sites"]
    )
