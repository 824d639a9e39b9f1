"""Dates in the life of a child, from the month of birth alone: health checks, deadlines, rights.

The day of birth is neither asked for nor needed. Every window therefore opens when the first child of that
month is old enough, and closes while it is still open for all of them (an early end is safe, a late one is
not). The facts, each with its source, stand in child_dates.toml.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

KINDS = ("check", "deadline", "right")
_FILE = Path(__file__).with_name("child_dates.toml")
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_MONTHS_AHEAD = 10  # a due month lies at most this far ahead
_YEARS_BACK = 27


@dataclass(frozen=True, order=True)
class BirthMonth:
    """The month in which a child was born, or is due. Never the day."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def plus(self, months: int) -> BirthMonth:
        """The month so many months later."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return BirthMonth(year, month + 1)

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the month."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def age_months(self, on: dt.date) -> int:
        """Months since the month of birth; negative before it. The true age may be one less."""
        return (on.year - self.year) * 12 + on.month - self.month


@dataclass(frozen=True)
class ChildDate:
    """One date for one child. ``first`` to ``last`` is safe for every day of the birth month (see above)."""

    code: str
    kind: str  # of KINDS
    title: str
    text: str
    span: str
    late: str
    first: dt.date
    last: dt.date
    age_months: int  # at ``first``
    is_extra: bool
    is_unsure: bool  # not confirmed in this form: families are told to ask
    source: str


@dataclass(frozen=True)
class _Fact:
    code: str
    kind: str
    title: str
    text: str
    span: str
    source: str
    late: str = ""
    from_months: int | None = None
    to_months: int | None = None
    from_days: int | None = None
    to_days: int | None = None
    school_year: int | None = None
    month: int = 0
    day: int = 0
    states: tuple[str, ...] = ()
    is_extra: bool = False
    is_unsure: bool = False
    school_since: int = 0


@dataclass(frozen=True)
class Facts:
    """The facts of child_dates.toml."""

    as_of: dt.date
    entries: tuple[_Fact, ...]
    cut_off: Mapping[str, Any]


@cache
def read_facts() -> Facts:
    """The facts as they are shipped. Raises TypeError for an unknown name: that is a fault of the file."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    entries = tuple(_Fact(**entry | {"states": tuple(entry.get("states", ()))}) for entry in raw["date"])
    return Facts(raw["as_of"], entries, raw["cut_off"])


def read_birth_month(text: str, today: dt.date) -> BirthMonth | None:
    """Read "2025-03"; None for anything else and for months no child of the chain can be born in."""
    match = _MONTH.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12:
        return None
    birth = BirthMonth(int(match[1]), int(match[2]))
    now = BirthMonth(today.year, today.month)
    return birth if now.plus(-12 * _YEARS_BACK) < birth <= now.plus(_MONTHS_AHEAD) else None


def find_school_year(birth: BirthMonth, state: str) -> int | None:
    """The year in which the child has to go to school; None where the rule of the state is not known."""
    cut_off = read_facts().cut_off
    if state not in cut_off["states"]:
        return None
    is_before = birth.month <= cut_off["last_month"]
    return birth.year + int(cut_off["age_years"]) + (0 if is_before else 1)


def list_child_dates(birth: BirthMonth, state: str) -> list[ChildDate]:
    """All dates of a child in order. ``state``: official key of the federal state, e.g. "05"."""
    facts = [fact for fact in read_facts().entries if not fact.states or state in fact.states]
    dates = [date for fact in facts if (date := _settle(fact, birth, state)) is not None]
    return sorted(dates, key=lambda date: (date.first, date.last, date.code))


def _settle(fact: _Fact, birth: BirthMonth, state: str) -> ChildDate | None:
    span = _find_span(fact, birth, state)
    if span is None:
        return None
    first, last = span
    return ChildDate(
        code=fact.code,
        kind=fact.kind,
        title=fact.title,
        text=fact.text,
        span=fact.span,
        late=fact.late,
        first=first,
        last=last,
        age_months=birth.age_months(first),
        is_extra=fact.is_extra,
        is_unsure=fact.is_unsure,
        source=fact.source,
    )


def _find_span(fact: _Fact, birth: BirthMonth, state: str) -> tuple[dt.date, dt.date] | None:
    if fact.from_months is not None and fact.to_months is not None:
        return birth.plus(fact.from_months).first_day, birth.plus(fact.to_months - 1).last_day
    if fact.from_days is not None and fact.to_days is not None:
        # Windows of days are shorter than the month that is known: from the first child's to the last one's.
        opens, closes = dt.timedelta(fact.from_days), dt.timedelta(fact.to_days)
        return birth.first_day + opens, birth.last_day + closes
    school_year = find_school_year(birth, state)
    if fact.school_year is None or school_year is None or school_year < fact.school_since:
        return None
    last = dt.date(school_year + fact.school_year, fact.month, fact.day)
    return last.replace(day=1), last
