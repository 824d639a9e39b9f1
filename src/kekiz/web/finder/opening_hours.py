"""Opening hours in German, as families read them.

Where the notation is not understood, there are no lines: the page then shows the notation itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kekiz.register.opening_hours import ALWAYS, MONTHS, Rule, read_hours
from kekiz.web.words import join_words

DAY_NAMES = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTH_NAMES = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_HOLIDAYS = {"PH": "an Feiertagen", "SH": "in den Schulferien"}
_NTH = {1: "ersten", 2: "zweiten", 3: "dritten", 4: "vierten", 5: "fünften", -1: "letzten"}


@dataclass(frozen=True)
class HoursLine:
    """One line for the page."""

    days: str
    times: str


def describe_hours(notation: str) -> list[HoursLine]:
    """The lines families read; empty where the notation is not understood."""
    return [HoursLine(_write_days(rule), _write_times(rule)) for rule in read_hours(notation) or []]


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
    elif rule.spans == (ALWAYS,):
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
