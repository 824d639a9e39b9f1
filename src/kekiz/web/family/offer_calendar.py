"""The hours of an offer as a calendar (RFC 5545): a year ahead, without public holidays, and single dates.

Only what a rule of the calendar says exactly becomes an entry: weekdays, "every first Monday", and each day
that hours name by its date. Hours with months, weeks, school holidays or an open end stay on the page.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Calendar, Event

from kekiz.register.calendar_days import describe_day
from kekiz.register.opening_hours import ALWAYS, Rule, list_rule_dates, read_hours

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_AHEAD = dt.timedelta(days=365)
_PRODUCT = "-//kekiz//Angebot//DE"


def list_regular_rules(notation: str) -> list[Rule]:
    """The rules of opening hours that a calendar can say exactly."""
    return [rule for rule in read_hours(notation) or [] if _is_regular(rule)]


def write_offer_calendar(content: dict[str, Any], *, today: dt.date, page_url: str) -> bytes:
    """The calendar of an offer: a series for each span of a regular rule, an entry for each single date."""
    entries = Calendar()
    entries.add("prodid", _PRODUCT)
    entries.add("version", "2.0")
    entries.add("method", "PUBLISH")
    entries.add("x-wr-calname", content["title"])
    for rule in list_regular_rules(content["opening_hours"]):
        for span in rule.spans:
            for event in _make_entries(content, rule, span, today, page_url):
                entries.add_component(event)
    entries.add_missing_timezones()
    return entries.to_ical()


def _is_regular(rule: Rule) -> bool:
    is_plain = not (rule.holidays or rule.within or rule.months or rule.week or rule.is_closed)
    names_days = (rule.dates and not rule.nth) or (rule.weekdays and not rule.dates)
    return bool(is_plain and names_days and rule.spans) and all(
        end and end <= "24:00" and (start, end) != ALWAYS for start, end in rule.spans
    )


def _make_entries(
    content: dict[str, Any], rule: Rule, span: tuple[str, str], today: dt.date, page_url: str
) -> list[Event]:
    if not rule.dates:
        series = _make_series(content, rule, span, today, page_url)
        return [series] if series is not None else []
    last = _find_last_day(content)
    days = [day for day in list_rule_dates(rule) if today <= day <= last]
    return [_make_event(content, rule, span, day, today, page_url) for day in days]


def _make_series(
    content: dict[str, Any], rule: Rule, span: tuple[str, str], today: dt.date, page_url: str
) -> Event | None:
    last = min(today + _AHEAD, _find_last_day(content))
    days = [day for day in _list_days(today, last) if _happens(rule, day)]
    while days and _is_holiday(days[0], content):  # a series has to begin with a day that takes place
        days.pop(0)
    if not days:
        return None
    event = _make_event(content, rule, span, days[0], today, page_url)
    event.add("rrule", _write_rule(rule, _begin(days[-1], span[0])))
    off = [day for day in days[1:] if _is_holiday(day, content)]
    if off:
        event.add("exdate", [_begin(day, span[0]) for day in off])
    return event


def _make_event(
    content: dict[str, Any], rule: Rule, span: tuple[str, str], day: dt.date, today: dt.date, page_url: str
) -> Event:
    event = Event()
    event.add("uid", _make_uid(content["key"], rule, span, day))
    event.add("dtstamp", dt.datetime.combine(today, dt.time(), dt.UTC))
    event.add("dtstart", _begin(day, span[0]))
    event.add("dtend", _begin(day, span[1]))
    event.add("summary", content["title"])
    event.add("description", _write_description(content, rule))
    event.add("url", page_url)
    if content["sites"]:
        site = content["sites"][0]
        event.add(
            "location", ", ".join(part for part in (site["name"], site["street"], site["town"]) if part)
        )
    return event


def _begin(day: dt.date, clock: str) -> dt.datetime:
    moment = dt.datetime.combine(day, dt.time()) + _read_clock(clock)
    return moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def _find_last_day(content: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(content["until"] or "9999-12-31")


def _list_days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=count) for count in range((last - first).days + 1)]


def _happens(rule: Rule, day: dt.date) -> bool:
    if day.weekday() not in rule.weekdays:
        return False
    days_left = ((day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - day).days - 1
    from_end = -(days_left // 7 + 1)
    return not rule.nth or (day.day - 1) // 7 + 1 in rule.nth or from_end in rule.nth


def _write_rule(rule: Rule, last: dt.datetime) -> dict[str, Any]:
    until = last.astimezone(dt.UTC)  # RFC 5545, 3.3.10: in UTC where the start has a time zone
    if rule.nth:
        return {
            "freq": "monthly",
            "byday": [f"{n}{_DAYS[day]}" for day in rule.weekdays for n in rule.nth],
            "until": until,
        }
    return {"freq": "weekly", "byday": [_DAYS[day] for day in rule.weekdays], "until": until}


def _is_holiday(day: dt.date, content: dict[str, Any]) -> bool:
    sites = content["sites"]
    return bool(sites and describe_day(day, sites[0]["ags"][:2]).is_public_holiday)


def _write_description(content: dict[str, Any], rule: Rule) -> str:
    contact = ", ".join(part for part in (content["phone"], content["email"]) if part)
    doubt = "" if rule.dates else gettext("An Feiertagen und in den Ferien bitte nachfragen.")
    lines = [rule.comment, content["summary"], contact, doubt]
    return "\n".join(line for line in lines if line)


def _read_clock(clock: str) -> dt.timedelta:
    hours, minutes = clock.split(":")
    return dt.timedelta(hours=int(hours), minutes=int(minutes))


def _make_uid(key: str, rule: Rule, span: tuple[str, str], day: dt.date) -> str:
    """The same entry keeps its name from day to day; single dates have one each."""
    named = f"{key} {rule} {span}{f' {day}' if rule.dates else ''}"
    return f"{hashlib.sha256(named.encode()).hexdigest()[:24]}@kekiz"
