"""The dates of a child as a calendar (RFC 5545): to subscribe or to download. Nothing is stored for it."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event

from kekiz.evidence.child_dates import BirthMonth, ChildDate, list_child_dates, read_facts
from kekiz.web.family.child_form import name_month
from kekiz.web.family.child_page import write_doubt, write_when
from kekiz.web.words import write_date

_KEEP_DAYS = 31  # what ended longer ago is left out
_REFRESH = dt.timedelta(days=7)
_PRODUCT = "-//kekiz//Kette meines Kindes//DE"


def write_child_calendar(birth: BirthMonth, *, state: str, today: dt.date, page_url: str) -> bytes:
    """The calendar of all dates that are not over. Each event is a whole day and does not block it.

    A window of months is one entry on its first day: a bar over a quarter of a year helps nobody.
    """
    entries = Calendar()
    entries.add("prodid", _PRODUCT)
    entries.add("version", "2.0")
    entries.add("calscale", "GREGORIAN")
    entries.add("method", "PUBLISH")
    name = gettext("Kette meines Kindes")
    entries.add("name", name)
    entries.add("x-wr-calname", name)
    entries.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    entries.add("x-published-ttl", "P1W")
    for date in list_child_dates(birth, state):
        if date.last >= today - dt.timedelta(days=_KEEP_DAYS):
            entries.add_component(_make_event(date, birth, page_url))
    return entries.to_ical()


def _make_event(date: ChildDate, birth: BirthMonth, page_url: str) -> Event:
    as_of = read_facts().as_of
    day = _choose_day(date)
    event = Event()
    event.add("uid", _make_uid(date, birth))
    event.add("dtstamp", dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC))
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", _write_summary(date), parameters={"LANGUAGE": get_language() or "de"})
    event.add("description", _write_description(date, birth))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("url", page_url)
    return event


def _choose_day(date: ChildDate) -> dt.date:
    """A deadline of a single month stands on its last day, everything else where its window opens."""
    is_one_month = (date.first.year, date.first.month) == (date.last.year, date.last.month)
    return date.last if date.kind == "deadline" and is_one_month else date.first


def _write_summary(date: ChildDate) -> str:
    title = gettext(date.title)
    return title if _choose_day(date) == date.last else f"{title} ({write_when(date)})"


def _write_description(date: ChildDate, birth: BirthMonth) -> str:
    lines = [
        " ".join(filter(None, (gettext(date.text), write_doubt(date)))),
        f"{gettext('Zeitraum')}: {gettext(date.span)} ({write_when(date)})",
    ]
    if date.late:
        lines.append(gettext(date.late))
    lines.append(
        gettext(
            "Gerechnet aus dem Geburtsmonat %(month)s. Den genauen Tag nennt Ihnen die Praxis oder das Amt."
        )
        % {"month": name_month(birth)}
    )
    lines.append(f"{gettext('Quelle')}: {date.source}. {gettext('Stand')}: {write_date(read_facts().as_of)}")
    return "\n".join(lines)


def _make_uid(date: ChildDate, birth: BirthMonth) -> str:
    """The same for the same date of the same child, so that a calendar refreshes instead of doubling."""
    return f"{hashlib.sha256(f'{birth} {date.code}'.encode()).hexdigest()[:24]}@kekiz"
