"""Public holidays and school holidays of the German states, day by day (package ``holidays``)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import holidays

# Official key of the state (first two digits of the AGS) -> ISO 3166-2 without "DE-".
STATES = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip


@dataclass(frozen=True)
class CalendarDay:
    """A day with what matters for opening hours; None where it is not known."""

    date: dt.date
    is_public_holiday: bool | None
    is_school_holiday: bool | None


@lru_cache(maxsize=1024)
def describe_day(date: dt.date, state: str) -> CalendarDay:
    """Is the day a public or a school holiday in a state (official key, "05" for NRW)?

    School holidays are published a few years ahead only; beyond that they are not known.
    """
    code = STATES.get(state)
    if code is None:
        return CalendarDay(date, None, None)
    school = _list_days(code, "school", date.year)
    return CalendarDay(
        date, date in _list_days(code, "public", date.year), date in school if school else None
    )


@lru_cache(maxsize=64)
def _list_days(code: str, category: str, year: int) -> frozenset[dt.date]:
    known = holidays.country_holidays("DE", subdiv=code, years=year, categories=(category,))
    return frozenset(day for day in known if day.year == year)
