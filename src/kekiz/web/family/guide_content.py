"""The printed guide of a municipality: every offer once, by phase and field of need, in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from kekiz.engine.scheme import Phase
from kekiz.register import facets
from kekiz.register.queries import FoundOffer, offers_for_family
from kekiz.register.wording import describe_ages
from kekiz.web.family.guide_model import Guide, GuideEntry, GuideField, GuidePhase, GuideReference
from kekiz.web.finder.cards import name_access, name_cost
from kekiz.web.finder.offer_page import OfferPage, make_offer_page
from kekiz.web.finder.plain_words import list_phase_links, list_topics
from kekiz.web.words import write_date


@dataclass
class _Shelf:
    """What is collected for one phase while the offers are sorted in."""

    fields: dict[str, list[GuideEntry]] = field(default_factory=dict)
    also: list[GuideReference] = field(default_factory=list)


def collect_guide(
    ags: str, name: str, *, today: dt.date, page_url: str, area_names: Mapping[str, str]
) -> Guide:
    """Everything that families of a municipality (AGS) find there, on a day.

    An offer is printed in full where its ages begin, and named with its number in the later phases it serves.
    """
    offers = sorted(offers_for_family(ags=ags, on=today), key=_sort_key)
    shelves = {phase.code: _Shelf() for phase in facets.SCHEME.phases}
    for number, offer in enumerate(offers, start=1):
        entry = _describe_offer(offer, ags, number, area_names, today)
        served = [phase for phase in facets.SCHEME.phases if _serves(offer, phase)]
        for position, phase in enumerate(served):
            shelf = shelves[phase.code]
            if position == 0:
                shelf.fields.setdefault(offer.content["fields"][0], []).append(entry)
            else:
                shelf.also.append(GuideReference(number, entry.title))
    return Guide(
        municipality=name,
        region_note=gettext("Angebote für Kinder, Jugendliche und Eltern"),
        date=write_date(today),
        page_url=page_url,
        count=len(offers),
        is_invented=any(offer.content["is_invented"] for offer in offers),
        phases=tuple(_close_shelf(phase, link.name, shelves[phase.code]) for phase, link in _name_phases()),
    )


def _name_phases() -> list[tuple[Phase, Any]]:
    return list(zip(facets.SCHEME.phases, list_phase_links(), strict=True))


def _close_shelf(phase: Phase, name: str, shelf: _Shelf) -> GuidePhase:
    fields = tuple(
        GuideField(words, tuple(shelf.fields[code])) for code, words in list_topics() if code in shelf.fields
    )
    return GuidePhase(str(name), describe_ages(phase.age_from, phase.age_to), fields, tuple(shelf.also))


def _sort_key(offer: FoundOffer) -> tuple[int, int, str, str]:
    """By the phase in which it begins, then field, then title: numbers rise through the guide."""
    content = offer.content
    first = next(
        (place for place, phase in enumerate(facets.SCHEME.phases) if _serves(offer, phase)),
        len(facets.SCHEME.phases),
    )
    return first, facets.FIELD_CODES.index(content["fields"][0]), content["title"], offer.key


def _serves(offer: FoundOffer, phase: Phase) -> bool:
    content = offer.content
    return bool(content["age_from_months"] < phase.age_to and content["age_to_months"] > phase.age_from)


def _describe_offer(
    offer: FoundOffer, ags: str, number: int, area_names: Mapping[str, str], today: dt.date
) -> GuideEntry:
    page = make_offer_page(offer, area_names=area_names, today=today)
    hours = [f"{line.days}: {line.times}" if line.days else line.times for line in page.hours]
    return GuideEntry(
        number=number,
        title=page.title,
        summary=page.summary,
        facts=_list_facts(offer.content, page),
        provider=page.provider,
        where=_list_places(offer, page, ags),
        hours=tuple(hours) or ((page.hours_as_written,) if page.hours_as_written else ()),
        contact=tuple(text for text in (page.phone, page.email, page.website_name) if text),
        note=gettext("%(freshness)s: bitte vorher nachfragen") % {"freshness": page.freshness.sentence}
        if page.freshness.is_stale
        else "",
    )


def _list_facts(content: dict[str, Any], page: OfferPage) -> tuple[str, ...]:
    """Ages, cost and access; what nobody has said is named, for "please ask" alone would not say what."""
    cost = name_cost(facets.Cost.UNKNOWN) if content["cost"] == facets.Cost.UNKNOWN else page.cost[0]
    is_unknown = content["access"] == facets.Access.UNKNOWN
    access = name_access(facets.Access.UNKNOWN) if is_unknown else page.access[0]
    return tuple(text.rstrip(".") for text in (page.ages, cost, access))


def _list_places(offer: FoundOffer, page: OfferPage, ags: str) -> tuple[str, ...]:
    """The sites in this municipality with their address; how it is offered where there is none."""
    pairs = zip(offer.content["sites"], page.sites, strict=True)
    here = [", ".join((line.name, *line.lines)) for site, line in pairs if site["ags"].startswith(ags)]
    return tuple(here) or ((page.where,) if page.where else ())
