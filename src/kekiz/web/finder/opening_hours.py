"""Opening hours as families read them, in the language of the page.

Where the notation is not understood, there are no lines: the page then shows the notation itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from kekiz.register.opening_hours import (
    ALWAYS,
    MONTHS,
    Rule,
    find_last_date,
    list_rule_dates,
    read_hours,
)
from kekiz.web.languages import is_german, translate
from kekiz.web.words import join_words, write_date

_HOLIDAYS = {"PH": gettext_noop("an Feiertagen"), "SH": gettext_noop("in den Schulferien")}
_NTH = {
    1: gettext_noop("ersten"),
    2: gettext_noop("zweiten"),
    3: gettext_noop("dritten"),
    4: gettext_noop("vierten"),
    5: gettext_noop("fünften"),
    -1: gettext_noop("letzten"),
}


@dataclass(frozen=True)
class HoursLine:
    """One line for the page."""

    days: str
    times: str


def describe_hours(notation: str, today: dt.date | None = None) -> list[HoursLine]:
    """The lines families read; empty where the notation is not understood.

    With ``today`` single dates that are over are left out. Each single date has a line of its own.
    """
    return [line for rule in read_hours(notation) or [] for line in _write_rule(rule, today)]


def write_hours(notation: str) -> str:
    """All lines as one text, a line each; the notation itself where it is not understood."""
    lines = describe_hours(notation)
    return "\n".join(f"{line.days}: {line.times}" if line.days else line.times for line in lines) or notation


def are_dates_over(notation: str, today: dt.date) -> bool:
    """Do the hours name dates only, and are all of them past?"""
    last = find_last_date(read_hours(notation) or [])
    return last is not None and last < today


def _write_rule(rule: Rule, today: dt.date | None) -> list[HoursLine]:
    times = _write_times(rule)
    if not rule.dates:
        return [HoursLine(_write_days(rule), times)]
    if all(first == last for first, last in rule.dates):
        days = [day for day in list_rule_dates(rule) if today is None or day >= today]
        return [HoursLine(_write_day(day), times) for day in days]
    return [
        HoursLine(_write_stretch(rule, first, last), times)
        for first, last in rule.dates
        if today is None or last >= today
    ]


def _write_day(day: dt.date) -> str:
    """ "Samstag, 14. März 2026"."""
    return _("%(weekday)s, %(date)s") % {"weekday": str(DAY_NAMES[day.weekday()]), "date": write_date(day)}


def _write_stretch(rule: Rule, first: dt.date, last: dt.date) -> str:
    """ "6. Juli 2026 bis 17. Juli 2026 (Montag bis Freitag)"."""
    if first == last:
        return _write_day(first)
    text = pgettext("Tage oder Monate", "%(first)s bis %(last)s") % {
        "first": write_date(first),
        "last": write_date(last),
    }
    return f"{text} ({_write_weekdays(rule)})" if rule.weekdays else text


def _write_days(rule: Rule) -> str:
    parts = []
    if rule.weekdays:
        parts.append(_write_weekdays(rule))
    elif not rule.holidays and rule.spans:
        parts.append(_("täglich"))
    parts += [translate(_HOLIDAYS[code]) for code in rule.holidays]
    text = join_words(parts)
    if rule.within:
        text = f"{translate(_HOLIDAYS[rule.within])} {text}"
    if rule.week:
        weeks = _("in ungeraden Kalenderwochen") if rule.week == "1" else _("in geraden Kalenderwochen")
        text += f" {weeks}"
    if rule.months:
        text += f" ({_write_months(rule.months)})"
    text = text.strip()
    return text[:1].upper() + text[1:]


def _write_weekdays(rule: Rule) -> str:
    names = [str(DAY_NAMES[day]) for day in rule.weekdays]
    if rule.nth:
        ordinals = join_words([translate(_NTH.get(number)) or f"{number}." for number in rule.nth])
        return _("jeden %(nth)s %(days)s im Monat") % {"nth": ordinals, "days": join_words(names)}
    is_run = all(after - before == 1 for before, after in pairwise(rule.weekdays))
    if len(names) == 7:
        return _("täglich")
    if is_run and len(names) > 2:
        return _write_range(names[0], names[-1])
    return join_words(names)


def _write_months(text: str) -> str:
    spans = []
    for item in text.split(","):
        names = [str(MONTH_NAMES[MONTHS.index(month) + 1]) for month in item.split("-")]
        spans.append(_write_range(names[0], names[1]) if len(names) == 2 else names[0])
    return join_words(spans)


def _write_range(first: str, last: str) -> str:
    return pgettext("Tage oder Monate", "%(first)s bis %(last)s") % {"first": first, "last": last}


def _write_times(rule: Rule) -> str:
    if rule.is_closed:
        text = _("geschlossen")
    elif rule.spans == (ALWAYS,):
        text = _("rund um die Uhr")
    else:
        text = join_words([_write_span(span) for span in rule.spans])
    if rule.comment:
        text = f"{text} ({rule.comment})" if text else rule.comment
    return text


def _write_span(span: tuple[str, str]) -> str:
    start, end = (_write_clock(clock) for clock in span)
    if end:
        return _("%(start)s bis %(end)s Uhr") % {"start": start, "end": end}
    return _("ab %(start)s Uhr") % {"start": start}


def _write_clock(clock: str) -> str:
    """ "09:00" -> "9" (in other languages "9:00"), "15:30" -> "15:30", "26:00" (after midnight) -> "2"."""
    if not clock:
        return ""
    hours, minutes = (int(part) for part in clock.split(":"))
    hours = hours - 24 if hours > 24 else hours
    return f"{hours}:{minutes:02d}" if minutes or not is_german() else str(hours)
