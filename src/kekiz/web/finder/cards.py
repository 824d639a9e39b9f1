"""An offer in the list: what helps a family to decide whether to read on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, npgettext

from kekiz.register import facets
from kekiz.register.queries import FoundOffer
from kekiz.register.wording import describe_ages
from kekiz.web.finder.freshness import Freshness, judge_content
from kekiz.web.finder.places import Location, Position, measure_km
from kekiz.web.finder.plain_words import name_language
from kekiz.web.languages import isolate, translate
from kekiz.web.words import join_words, write_number

_ACCESS_WORDS = {
    facets.Access.WALK_IN: gettext_noop("einfach hingehen"),
    facets.Access.REGISTRATION: gettext_noop("mit Anmeldung"),
    facets.Access.REFERRAL: gettext_noop("mit Überweisung"),
    facets.Access.OUTREACH: gettext_noop("kommt zu Ihnen"),
    facets.Access.ONLINE: gettext_noop("online oder am Telefon"),
    facets.Access.UNKNOWN: gettext_noop("Zugang nicht bekannt"),
}
_COST_WORDS = {
    facets.Cost.FREE: gettext_noop("kostenlos"),
    facets.Cost.REDUCED: gettext_noop("ermäßigt möglich"),
    facets.Cost.PAID: gettext_noop("kostet Geld"),
    facets.Cost.UNKNOWN: gettext_noop("Kosten nicht bekannt"),
}
_METRES_UNTIL_KM = 0.95
_DISTRICT_DIGITS = 5


@dataclass(frozen=True)
class Card:
    """An offer as the list shows it; ``number`` is its number in the list and on the map."""

    number: int
    key: str
    title: str
    summary: str
    ages: str
    cost: str
    is_free: bool
    access: str
    where: str
    distance: str
    languages: str
    area_note: str
    freshness: Freshness
    position: Position | None


def make_cards(
    offers: Iterable[FoundOffer],
    *,
    first_number: int,
    home: Location | None,
    area_names: Mapping[str, str],
    today: dt.date,
) -> list[Card]:
    """The cards of one page of the list, numbered from ``first_number``; ``area_names`` is AGS -> name."""
    return [
        _make_card(offer, number, home, area_names, today)
        for number, offer in enumerate(offers, start=first_number)
    ]


def _make_card(
    offer: FoundOffer, number: int, home: Location | None, area_names: Mapping[str, str], today: dt.date
) -> Card:
    content = offer.content
    sites = sort_sites(content["sites"], home.position if home else None)
    return Card(
        number=number,
        key=offer.key,
        title=content["title"],
        summary=content["summary"],
        ages=describe_ages(content["age_from_months"], content["age_to_months"]),
        cost=name_cost(content["cost"]),
        is_free=content["cost"] == facets.Cost.FREE,
        access=name_access(content["access"]),
        where="" if content["mode"] == content["access"] else describe_where(content["mode"], sites),
        distance=write_distance(offer.distance_km),
        languages=describe_other_languages(content["languages"]),
        area_note=describe_area(content["service_area"], area_names, home.ags if home else ""),
        freshness=judge_content(content, today),
        position=(sites[0]["lat"], sites[0]["lon"]) if sites else None,
    )


def name_cost(code: str) -> str:
    """What it costs in a few words."""
    return translate(_COST_WORDS[facets.Cost(code)])


def name_access(code: str) -> str:
    """How one gets in, in a few words."""
    return translate(_ACCESS_WORDS[facets.Access(code)])


def sort_sites(sites: list[dict[str, Any]], near: Position | None) -> list[dict[str, Any]]:
    """The sites of an offer, nearest first where a position is given."""
    if near is None:
        return sites
    return sorted(sites, key=lambda site: measure_km(near, (site["lat"], site["lon"])))


def describe_where(mode: str, sites: list[dict[str, Any]]) -> str:
    """Where it takes place in a few words: "Treff Mitte, Detmold und ein weiterer Ort"."""
    if mode == facets.Mode.OUTREACH:
        return _("bei Ihnen zu Hause")
    if mode == facets.Mode.ONLINE:
        return _("online oder am Telefon")
    if not sites:
        return ""
    site = sites[0]
    place = site["name"] if site["town"] in site["name"] else f"{site['name']}, {site['town']}"
    if len(sites) == 1:
        return place
    more = len(sites) - 1
    return ngettext("%(place)s und ein weiterer Ort", "%(place)s und %(count)d weitere Orte", more) % {
        "place": isolate(place),
        "count": more,
    }


def write_distance(km: float | None) -> str:
    """A distance as people say it: "300 m", "4,2 km", "17 km"; "" where it is not known."""
    if km is None:
        return ""
    if km < _METRES_UNTIL_KM:
        return _("%(distance)s m") % {"distance": max(round(km * 10), 1) * 100}
    return _("%(distance)s km") % {"distance": write_number(km, 1 if km < 9.95 else 0)}


def describe_other_languages(codes: Iterable[str]) -> str:
    """The languages beside German; "" if there are none."""
    return _(", ").join(name_language(code) for code in codes if code != "de")


def describe_area(service_area: list[str], area_names: Mapping[str, str], home_ags: str = "") -> str:
    """For whom it is, where it is not for everyone: "nur für Familien aus Lemgo und Lage".

    "" where it is for the whole region, or for the municipality the family asks from.
    """
    is_for_all = not service_area or any(len(code) <= _DISTRICT_DIGITS for code in service_area)
    if is_for_all or (home_ags and home_ags.startswith(tuple(service_area))):
        return ""
    names = [area_names.get(code, code) for code in service_area]
    shown = [isolate(name) for name in names]
    if len(names) > 3:
        more = len(names) - 2
        others = npgettext("nur für Familien aus", "%(count)d weiteren Ort", "%(count)d weiteren Orten", more)
        shown = [*shown[:2], others % {"count": more}]
    return _("nur für Familien aus %(places)s") % {"places": join_words(shown)}
