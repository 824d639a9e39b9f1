"""Opening hours as HSDS schedules (rules of iCalendar) where they are understood, as text where not.

A single date is a rule that happens once (``dtstart``, ``count`` 1); a stretch of dates says from when to
when (``valid_from``, ``valid_to``) its weekdays hold.
Times are local (Europe/Berlin): HSDS has one offset for a schedule, opening hours ignore summer time.
"""

from __future__ import annotations

from typing import Any

from kekiz.register.hsds.identity import Identity
from kekiz.register.opening_hours import Rule, list_rule_dates, read_hours

ICAL_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def describe_schedules(notation: str, identity: Identity, own: str) -> list[dict[str, Any]]:
    """One schedule for each span of each rule; a rule that HSDS cannot say keeps its words only."""
    if not notation:
        return []
    rules = read_hours(notation)
    if rules is None or not all(_is_sayable(rule) for rule in rules):
        return [{"id": identity.name("schedule", own), "service_id": own, "description": notation}]
    schedules = []
    for number, rule in enumerate(rules):
        occasions = _list_occasions(rule)
        for place, (opens, closes) in enumerate(rule.spans):
            for turn, occasion in enumerate(occasions):
                name = f"{number}.{place}" if not rule.dates else f"{number}.{place}.{turn}"
                schedule = {
                    "id": identity.name("schedule", own, name),
                    "service_id": own,
                    **occasion,
                    "opens_at": opens,
                    "closes_at": closes,
                    "description": rule.comment,
                }
                schedules.append({key: value for key, value in schedule.items() if value})
    return schedules


def _list_occasions(rule: Rule) -> list[dict[str, Any]]:
    """When a rule holds: once each day it names, for a stretch, or week after week."""
    if not rule.dates:
        return [{"freq": "MONTHLY" if rule.nth else "WEEKLY", "byday": _write_days(rule)}]
    if all(first == last for first, last in rule.dates):
        return [
            {"dtstart": day.isoformat(), "freq": "WEEKLY", "byday": ICAL_DAYS[day.weekday()], "count": 1}
            for day in list_rule_dates(rule)
        ]
    return [
        {
            "valid_from": first.isoformat(), "valid_to": last.isoformat(),
            "dtstart": first.isoformat(), "until": last.isoformat(),
            "freq": "WEEKLY", "byday": _write_days(rule),
        }
        for first, last in rule.dates
    ]  # fmt: skip


def _is_sayable(rule: Rule) -> bool:
    return bool(rule.spans) and not (
        rule.holidays or rule.within or rule.months or rule.week or rule.is_closed
    )


def _write_days(rule: Rule) -> str:
    days = [ICAL_DAYS[day] for day in rule.weekdays or range(7)]
    if not rule.nth:
        return ",".join(days)
    return ",".join(f"{nth}{day}" for nth in rule.nth for day in days)
