"""Single dates as people write them: "12.3., 19.3. und 26.3.2026", "Sa 14. März 2026", "6.-17.7.2026".

A day without a year takes the year that stands behind a later day of the same list; where no year stands at
all, the next such day from ``today`` on is assumed, and told.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from kekiz.register.opening_hours import DAYS, LONGEST_STRETCH_DAYS, write_date_item

_MONTH_WORDS = {
    "januar": 1, "jan": 1, "january": 1, "februar": 2, "feb": 2, "february": 2, "märz": 3, "mär": 3, "mrz": 3,
    "march": 3, "april": 4, "apr": 4, "mai": 5, "may": 5, "juni": 6, "jun": 6, "june": 6, "juli": 7, "jul": 7,
    "july": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "oktober": 10, "okt": 10,
    "october": 10, "november": 11, "nov": 11, "dezember": 12, "dez": 12, "december": 12,
}  # fmt: skip
_MONTH = rf"(?:{'|'.join(sorted(_MONTH_WORDS, key=len, reverse=True))})(?![a-zäöü])\.?"
_YEAR = r"(?:\s?(?:19|20)\d\d(?!\d|\s?uhr)|\d\d(?![\d:.]|\s*(?:uhr|h\b|-|bis)))"
_WRITTEN = (
    r"(?<![\d.])(?:(?:19|20)\d\d-\d\d-\d\d(?!\d)"
    rf"|\d{{1,2}}\.\s?(?:\d{{1,2}}\.(?!\d\d?\s?(?:uhr|:)){_YEAR}?|{_MONTH}(?:\s?(?:19|20)\d\d(?!\d))?))"
)
_BETWEEN = r"\s*(?:-|bis(?:\s+zum)?)\s*"
ONE_OR_STRETCH = re.compile(
    rf"(?:(?P<lead>\d{{1,2}}\.(?!\d)|{_WRITTEN}){_BETWEEN}(?P<end>{_WRITTEN})|(?P<one>{_WRITTEN}))"
)
_PARTS = re.compile(rf"(\d{{1,2}})\.\s?(?:(\d{{1,2}})\.|({_MONTH}))?\s?(\d{{2}}(?:\d\d)?)?")


@dataclass
class WrittenDay:
    """A day as it stands in a text: year and month may be missing."""

    day: int
    month: int | None = None
    year: int | None = None


def read_days(match: re.Match[str]) -> tuple[WrittenDay, WrittenDay]:
    """First and last day of what ``ONE_OR_STRETCH`` found; a single date is both."""
    last = _read_day(match["end"] or match["one"])
    first = _read_day(match["lead"]) if match["lead"] else last
    if first is not last:
        first.month = first.month or last.month
    return first, last


def _read_day(text: str) -> WrittenDay:
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    if iso:
        return WrittenDay(int(iso[3]), int(iso[2]), int(iso[1]))
    parts = _PARTS.fullmatch(text.strip())
    if parts is None:
        return WrittenDay(0)
    month = int(parts[2]) if parts[2] else _MONTH_WORDS.get((parts[3] or "").rstrip("."))
    year = int(parts[4]) if parts[4] else None
    return WrittenDay(int(parts[1]), month, 2000 + year if year is not None and year < 100 else year)


def put_dates(
    days: list[str],
    dates: list[tuple[WrittenDay, WrittenDay]],
    today: dt.date,
    assumed: list[str],
    faults: list[str],
) -> list[str]:
    """The days of a rule with its dates in front, as OSM writes them.

    What was assumed and what is wrong is added to the two lists.
    """
    if not dates:
        return days
    settled = _settle_days(dates, today)
    if settled is None:
        faults.append("Einen der Tage gibt es nicht, oder das Ende liegt vor dem Anfang.")
        return days
    stretches, is_assumed = settled
    if any((last - first).days > LONGEST_STRETCH_DAYS for first, last in stretches):
        faults.append("Ein Zeitraum ist länger als ein Jahr.")
    if is_assumed:
        named = ", ".join(f"{first:%d.%m.%Y}" for first, _last in stretches)
        assumed.append(f"Öffnungszeiten: Das Jahr steht nicht da, angenommen ist {named}.")
    weekdays = {DAYS.index(day) for day in days if day in DAYS}
    if all(first == last for first, last in stretches):
        # "Sa 14.3.": the weekday says the same again, or one of both is wrong.
        wrong = [day for day, _ in stretches if weekdays and day.weekday() not in weekdays]
        faults += [f"Der {day:%d.%m.%Y} ist ein anderer Wochentag." for day in wrong]
        days = []
    return [*(write_date_item(first, last) for first, last in stretches), *days]


def _settle_days(
    stretches: list[tuple[WrittenDay, WrittenDay]], today: dt.date
) -> tuple[list[tuple[dt.date, dt.date]], bool] | None:
    """The days with their years, and whether a year was assumed; None for a day that does not exist."""
    settled: list[tuple[dt.date, dt.date]] = []
    later: dt.date | None = None
    is_assumed = False
    for first, last in reversed(stretches):
        ends = _settle_day(last, later, today)
        begins = ends if first is last else _settle_day(first, ends, today)
        if ends is None or begins is None or begins > ends:
            return None
        # Without a year behind it a day is the next such day: told as an assumption.
        is_assumed |= last.year is None and later is None
        later = begins if last.year is not None or later is not None else None
        settled.insert(0, (begins, ends))
    return settled, is_assumed


def _settle_day(written: WrittenDay, later: dt.date | None, today: dt.date) -> dt.date | None:
    if written.month is None:
        return None
    try:
        if written.year is not None:
            return dt.date(written.year, written.month, written.day)
        if later is not None:
            day = dt.date(later.year, written.month, written.day)
            return day if day <= later else day.replace(year=later.year - 1)
        day = dt.date(today.year, written.month, written.day)
        return day if day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return None
