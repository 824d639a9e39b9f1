"""Opening hours: the common forms of OpenStreetMap's notation, read into rules and written in German.

What is not understood is not guessed: ``read_hours`` then returns None, the page shows the notation itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from kekiz.web.words import join_words

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_NAMES = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAMES = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_HOLIDAYS = {"PH": "an Feiertagen", "SH": "in den Schulferien"}
_NTH = {1: "ersten", 2: "zweiten", 3: "dritten", 4: "vierten", 5: "fünften", -1: "letzten"}
_ALWAYS = ("00:00", "24:00")

_DAY = rf"(?:{'|'.join(DAYS)})"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DAY_ITEM = rf"(?:{_DAY}\[-?\d(?:,-?\d)*\]|{_DAY}-{_DAY}|{_DAY}|PH|SH)"
_SPAN = r"(?:[01]?\d|2[0-4]):[0-5]\d(?:-(?:[01]?\d|2[0-6]):[0-5]\d|\+)"
_RULE = re.compile(
    rf"(?:week (?P<week>[12])-5[1-3]/2:?\s*)?"
    rf"(?:(?P<months>{_MONTH}(?:-{_MONTH})?(?:,{_MONTH}(?:-{_MONTH})?)*):?\s*)?"
    rf"(?:(?P<within>PH|SH)\s+(?={_DAY}))?"
    rf"(?P<days>{_DAY_ITEM}(?:,\s*{_DAY_ITEM})*)?:?\s*"
    rf"(?P<times>{_SPAN}(?:,\s*{_SPAN})*|24/7|off|closed|open)?"
    r"(?:\s*\"(?P<comment>[^\"]{1,120})\")?"
)
# A comma before a new day starts a new rule ("Mo 09:00-12:00, We 14:00-16:00"), one between days does not.
_RULE_END = re.compile(rf";|\|\||(?<=[\d+]),\s*(?={_DAY}|PH|SH)")


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


@dataclass(frozen=True)
class HoursLine:
    """One line for the page."""

    days: str
    times: str


def read_hours(notation: str) -> list[Rule] | None:
    """Read a notation such as "Mo-Fr 09:00-12:00; PH off"; None where any part is not understood."""
    parts = [part.strip() for part in _RULE_END.split(notation)]
    rules = [_read_rule(part) for part in parts if part]
    if not rules or None in rules:
        return None
    return [rule for rule in rules if rule is not None]


def describe_hours(notation: str) -> list[HoursLine]:
    """The lines families read; empty where the notation is not understood."""
    return [HoursLine(_write_days(rule), _write_times(rule)) for rule in read_hours(notation) or []]


def _read_rule(text: str) -> Rule | None:
    match = _RULE.fullmatch(text)
    if not match or not (match["times"] or match["comment"]):
        return None
    weekdays, nth, holidays = _read_days(match["days"] or "")
    times = match["times"] or ""
    if times in {"24/7", "open"}:
        spans: tuple[tuple[str, str], ...] = (_ALWAYS,)
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
    )


def _read_days(text: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...]]:
    weekdays: list[int] = []
    nth: list[int] = []
    holidays = []
    for item in re.findall(_DAY_ITEM, text):
        if item in _HOLIDAYS:
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


def _write_days(rule: Rule) -> str:
    parts = []
    if rule.weekdays:
        parts.append(_write_weekdays(rule))
    elif not rule.holidays and rule.spans:
        parts.append("täglich")
    parts += [_HOLIDAYS[code] for code in rule.holidays]
    text = join_words(parts)
    if rule.within:
        text = f"{_HOLIDAYS[rule.within]} {text}"
    if rule.week:
        text += f" in {'ungeraden' if rule.week == '1' else 'geraden'} Kalenderwochen"
    if rule.months:
        text += f" ({_write_months(rule.months)})"
    text = text.strip()
    return text[:1].upper() + text[1:]


def _write_weekdays(rule: Rule) -> str:
    names = [DAY_NAMES[day] for day in rule.weekdays]
    if rule.nth:
        ordinals = join_words([_NTH.get(number, f"{number}.") for number in rule.nth])
        return f"jeden {ordinals} {join_words(names)} im Monat"
    is_run = all(after - before == 1 for before, after in pairwise(rule.weekdays))
    if len(names) == 7:
        return "täglich"
    return f"{names[0]} bis {names[-1]}" if is_run and len(names) > 2 else join_words(names)


def _write_months(text: str) -> str:
    spans = []
    for item in text.split(","):
        names = [_MONTH_NAMES[MONTHS.index(month)] for month in item.split("-")]
        spans.append(" bis ".join(names))
    return join_words(spans)


def _write_times(rule: Rule) -> str:
    if rule.is_closed:
        text = "geschlossen"
    elif rule.spans == (_ALWAYS,):
        text = "rund um die Uhr"
    else:
        text = join_words([_write_span(span) for span in rule.spans])
    if rule.comment:
        text = f"{text} ({rule.comment})" if text else rule.comment
    return text


def _write_span(span: tuple[str, str]) -> str:
    start, end = (_write_clock(clock) for clock in span)
    return f"{start} bis {end} Uhr" if end else f"ab {start} Uhr"


def _write_clock(clock: str) -> str:
    """ "09:00" -> "9", "15:30" -> "15:30", "26:00" (after midnight) -> "2"."""
    if not clock:
        return ""
    hours, minutes = (int(part) for part in clock.split(":"))
    hours = hours - 24 if hours > 24 else hours
    return f"{hours}:{minutes:02d}" if minutes else str(hours)
