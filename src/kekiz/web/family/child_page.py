"""The chain of one child: the seven phases with what is there for it, its dates, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext

from kekiz.engine.scheme import Phase
from kekiz.evidence.child_dates import BirthMonth, ChildDate, list_child_dates
from kekiz.register import facets
from kekiz.register.queries import FoundOffer, offers_for_stretch
from kekiz.register.search.fit import Stretch
from kekiz.register.wording import describe_age, describe_ages
from kekiz.web.family.child_form import name_month
from kekiz.web.finder import plain_words
from kekiz.web.finder.cards import Card, make_cards
from kekiz.web.finder.places import Location

OFFERS_NOW = 6
OFFERS_LATER = 3
SOON_DAYS = 92  # what opens within about three months stands on top
PAST, NOW, NEXT, LATER = "past", "now", "next", "later"


@dataclass(frozen=True)
class Home:
    """Where the family lives, and what it typed for it."""

    location: Location | None = None
    typed: str = ""

    @property
    def address(self) -> list[tuple[str, str]]:
        """The place as a part of an address."""
        return [("ort", self.typed)] if self.location else []


@dataclass(frozen=True)
class DateLine:
    """A date as the page shows it."""

    code: str
    kind: str
    title: str
    text: str
    when: str
    span: str
    late: str
    is_past: bool
    is_due: bool
    is_extra: bool
    doubt: str
    source: str


@dataclass(frozen=True)
class PhasePart:
    """One phase of the chain: its name, where the child stands (PAST … LATER), its dates and offers."""

    code: str
    name: str
    ages: str
    state: str
    years: str
    dates: tuple[DateLine, ...]
    cards: tuple[Card, ...]
    all_query: str


@dataclass(frozen=True)
class ChildPage:
    """What the template shows."""

    born: str
    is_unborn: bool
    age: str
    place: str
    phases: tuple[PhasePart, ...]
    soon: tuple[DateLine, ...]
    knows_state: bool
    query: str


def make_child_page(
    birth: BirthMonth, home: Home, *, state: str, today: dt.date, area_names: Mapping[str, str]
) -> ChildPage:
    """Put the chain together. ``state``: official key of the federal state; ``area_names`` is AGS -> name."""
    dates = list_child_dates(birth, state)
    age = birth.age_months(today)
    lines = {date.code: _make_line(date, today) for date in dates}
    names = [link.name for link in plain_words.list_phase_links()]
    phases = []
    number = 1
    for name, (phase, state_of_phase) in zip(names, _list_phase_states(age), strict=True):
        found = _choose_offers(phase, state_of_phase, age, home.location, today)
        cards = make_cards(found, first_number=number, home=home.location, area_names=area_names, today=today)
        number += len(cards)
        phases.append(
            PhasePart(
                code=phase.code,
                name=name,
                ages=describe_ages(phase.age_from, phase.age_to),
                state=state_of_phase,
                years=_write_years(birth, phase.age_from, phase.age_to),
                dates=tuple(
                    lines[date.code] for date in dates if phase.age_from <= date.age_months < phase.age_to
                ),
                cards=tuple(cards),
                all_query=_ask_all(phase, state_of_phase, age, home),
            )
        )
    return ChildPage(
        born=name_month(birth),
        is_unborn=age < 0,
        age=gettext("noch nicht geboren") if age < 0 else _write_age(age),
        place=home.location.words if home.location else "",
        phases=tuple(phases),
        soon=tuple(lines[date.code] for date in dates if _is_soon(date, today)),
        knows_state=any(date.code == "einschulung" for date in dates),
        query=urlencode([("monat", birth.month), ("jahr", birth.year), *home.address]),
    )


def _list_phase_states(age: int) -> list[tuple[Phase, str]]:
    """Each phase with where the child stands: one now, one next."""
    states = []
    has_next = False
    for phase in facets.SCHEME.phases:
        if phase.age_to <= age:
            states.append((phase, PAST))
        elif phase.age_from <= max(age, facets.AGE_MIN_MONTHS):
            states.append((phase, NOW))
        else:
            states.append((phase, LATER if has_next else NEXT))
            has_next = True
    return states


def _choose_offers(
    phase: Phase, state: str, age: int, home: Location | None, today: dt.date
) -> list[FoundOffer]:
    if state == PAST:
        return []
    # In the phase of now what has been outgrown is of no use: the next half year counts.
    start = max(phase.age_from, age) if state == NOW else phase.age_from
    end = min(phase.age_to, start + 6) if state == NOW else phase.age_to
    stretch = Stretch(start, max(end, start + 1), home.position if home else None, home.ags if home else "")
    return offers_for_stretch(stretch, limit=OFFERS_LATER if state == LATER else OFFERS_NOW, on=today)


def _ask_all(phase: Phase, state: str, age: int, home: Home) -> str:
    months = age if state == NOW else (phase.age_from + phase.age_to) // 2
    pairs = [("alter", plain_words.PREGNANT if months < 0 else f"{months}m")]
    return urlencode([*home.address, *pairs])


def _make_line(date: ChildDate, today: dt.date) -> DateLine:
    return DateLine(
        code=date.code,
        kind=date.kind,
        title=gettext(date.title),
        text=gettext(date.text),
        when=write_when(date),
        span=gettext(date.span),
        late=gettext(date.late) if date.late else "",
        is_past=date.last < today,
        is_due=date.first <= today <= date.last,
        is_extra=date.is_extra,
        doubt=write_doubt(date),
        source=date.source,
    )


def write_doubt(date: ChildDate) -> str:
    """What stands behind a date that no law or directive confirms in this form; "" for all others."""
    return gettext("Ohne Gewähr; bitte fragen Sie nach.") if date.is_unsure else ""


def _is_soon(date: ChildDate, today: dt.date) -> bool:
    return date.last >= today and date.first <= today + dt.timedelta(days=SOON_DAYS)


def write_when(date: ChildDate) -> str:
    """The window in months: "März 2026", "Januar bis März 2026", "November 2025 bis Februar 2026"."""
    first = BirthMonth(date.first.year, date.first.month)
    last = BirthMonth(date.last.year, date.last.month)
    if first == last:
        return name_month(last)
    start = name_month(first).removesuffix(f" {last.year}") if first.year == last.year else name_month(first)
    return gettext("%(start)s bis %(end)s") % {"start": start, "end": name_month(last)}


def _write_age(months: int) -> str:
    if months == 0:
        return gettext("gerade geboren")
    return gettext("etwa %(age)s alt") % {"age": describe_age(months)}


def _write_years(birth: BirthMonth, age_from: int, age_to: int) -> str:
    first, last = birth.plus(age_from).year, birth.plus(age_to - 1).year
    return str(first) if first == last else f"{first}–{last}"
