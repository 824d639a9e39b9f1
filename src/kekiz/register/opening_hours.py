"""Opening hours: the common forms of OpenStreetMap's notation, read into rules.

Single dates always name their year ("2026 Mar 14,2026 Mar 21 10:00-12:00"): a course does not come back by
itself. What is not understood is not guessed: ``read_hours`` then returns None.
Source of the notation: OpenStreetMap wiki, Key:opening_hours/specification.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAYS = ("PH", "SH")  # public holidays, school holidays
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ALWAYS = ("00:00", "24:00")
LONGEST_STRETCH_DAYS = 366  # of dates from one day to another
Stretch = tuple[dt.date, dt.date]  # first and last day; a single date is both

_DAY = rf"(?:{'|'.join(DAYS)})"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DAY_ITEM = rf"(?:{_DAY}\[-?\d(?:,-?\d)*\]|{_DAY}-{_DAY}|{_DAY}|PH|SH)"
_DATE = rf"\d{{4}} {_MONTH} \d{{1,2}}"
_DATE_ITEM = rf"{_DATE}(?:-(?:(?:\d{{4}} )?{_MONTH} )?\d{{1,2}})?"
_DATE_PARTS = re.compile(rf"(\d{{4}}) ({_MONTH}) (\d{{1,2}})(?:-(?:(?:(\d{{4}}) )?({_MONTH}) )?(\d{{1,2}}))?")
_SPAN = r"(?:[01]?\d|2[0-4]):[0-5]\d(?:-(?:[01]?\d|2[0-6]):[0-5]\d|\+)"
_RULE = re.compile(
    rf"(?:week (?P<week>[12])-5[1-3]/2:?\s*)?"
    rf"(?:(?P<dates>{_DATE_ITEM}(?:,\s*{_DATE_ITEM})*):?\s*)?"
    rf"(?:(?P<months>{_MONTH}(?:-{_MONTH})?(?:,{_MONTH}(?:-{_MONTH})?)*):?\s*)?"
    rf"(?:(?P<within>PH|SH)\s+(?={_DAY}))?"
    rf"(?P<days>{_DAY_ITEM}(?:,\s*{_DAY_ITEM})*)?:?\s*"
    rf"(?P<times>{_SPAN}(?:,\s*{_SPAN})*|24/7|off|closed|open)?"
    r"(?:\s*\"(?P<comment>[^\"]{1,120})\")?"
)
# A comma before a new day starts a new rule ("Mo 09:00-12:00, We 14:00-16:00"), one between days does not.
_RULE_END = re.compile(
    rf";|\|\||(?<=[\d+]),\s*(?={_DAY}|PH|SH)|(?<=:[0-5]\d),\s*(?={_DATE})|(?<=\+),\s*(?={_DATE})"
)


@dataclass(frozen=True)
class Rule:
    """One rule: on which days, from when to when ("" = open end), what is said about it."""

    weekdays: tuple[int, ...] = ()
    nth: tuple[int, ...] = ()
    holidays: tuple[str, ...] = ()
    within: str = ""
    months: str = ""
    week: str = ""
    spans: tuple[tuple[str, str], ...] = ()
    is_closed: bool = False
    comment: str = ""
    dates: tuple[Stretch, ...] = ()


def read_hours(notation: str) -> list[Rule] | None:
    """Read a notation such as "Mo-Fr 09:00-12:00; PH off"; None where any part is not understood."""
    parts = [part.strip() for part in _RULE_END.split(notation)]
    rules = [_read_rule(part) for part in parts if part]
    if not rules or None in rules:
        return None
    return [rule for rule in rules if rule is not None]


def _read_rule(text: str) -> Rule | None:
    match = _RULE.fullmatch(text)
    if not match or not (match["times"] or match["comment"]):
        return None
    dates = _read_dates(match["dates"] or "")
    if dates is None or (dates and (match["months"] or match["week"])):
        return None
    weekdays, nth, holidays = _read_days(match["days"] or "")
    times = match["times"] or ""
    if times in {"24/7", "open"}:
        spans: tuple[tuple[str, str], ...] = (ALWAYS,)
    elif times in {"off", "closed", ""}:
        spans = ()
    else:
        spans = tuple(_read_span(span) for span in times.split(","))
    return Rule(
        weekdays=weekdays,
        nth=nth,
        holidays=holidays,
        within=match["within"] or "",
        months=match["months"] or "",
        week=match["week"] or "",
        spans=spans,
        is_closed=times in {"off", "closed"},
        comment=(match["comment"] or "").strip(),
        dates=dates,
    )


def list_rule_dates(rule: Rule) -> list[dt.date]:
    """The days that the dates of a rule name, in order; of a stretch only the weekdays it says."""
    days = {
        first + dt.timedelta(days=count)
        for first, last in rule.dates
        for count in range((last - first).days + 1)
    }
    return sorted(day for day in days if not rule.weekdays or day.weekday() in rule.weekdays)


def find_last_date(rules: Iterable[Rule]) -> dt.date | None:
    """The last day of hours that consist of dates alone; None where something comes back every week."""
    open_rules = [rule for rule in rules if not rule.is_closed]
    if not open_rules or not all(rule.dates for rule in open_rules):
        return None
    return max((last for rule in open_rules for _first, last in rule.dates), default=None)


def write_date_item(first: dt.date, last: dt.date | None = None) -> str:
    """A date as the notation has it: "2026 Mar 14"; a stretch as "2026 Jul 06-2026 Jul 17"."""
    text = f"{first.year:04d} {MONTHS[first.month - 1]} {first.day:02d}"
    return text if last is None or last == first else f"{text}-{write_date_item(last)}"


def _read_dates(text: str) -> tuple[Stretch, ...] | None:
    """The stretches of a rule, in the order they are written; None for a day that does not exist."""
    stretches = []
    for year, month, day, last_year, last_month, last_day in _DATE_PARTS.findall(text):
        try:
            first = dt.date(int(year), MONTHS.index(month) + 1, int(day))
            last = (
                dt.date(int(last_year or year), MONTHS.index(last_month or month) + 1, int(last_day))
                if last_day
                else first
            )
        except ValueError:
            return None
        if not first <= last <= first + dt.timedelta(days=LONGEST_STRETCH_DAYS):
            return None
        stretches.append((first, last))
    return tuple(stretches)


def _read_days(text: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...]]:
    weekdays: list[int] = []
    nth: list[int] = []
    holidays = []
    for item in re.findall(_DAY_ITEM, text):
        if item in HOLIDAYS:
            holidays.append(item)
        elif "[" in item:
            weekdays.append(DAYS.index(item[:2]))
            nth += [int(number) for number in item[3:-1].split(",")]
        elif "-" in item:
            start, end = DAYS.index(item[:2]), DAYS.index(item[3:])
            weekdays += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
        else:
            weekdays.append(DAYS.index(item))
    return tuple(dict.fromkeys(weekdays)), tuple(dict.fromkeys(nth)), tuple(holidays)


def _read_span(text: str) -> tuple[str, str]:
    start, _, end = text.strip().rstrip("+").partition("-")
    return start.zfill(5), end.zfill(5) if end else ""
