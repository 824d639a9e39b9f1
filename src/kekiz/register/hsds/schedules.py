"""Opening hours as HSDS schedules (rules of iCalendar) where they are understood, as text where not.

Times are local (Europe/Berlin): HSDS has one offset for a schedule, opening hours ignore summer time.
"""

from __future__ import annotations

from typing import Any

from kekiz.register.hsds.identity import Identity
from kekiz.register.opening_hours import Rule, read_hours

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
        for place, (opens, closes) in enumerate(rule.spans):
            schedule = {
                "id": identity.name("schedule", own, f"{number}.{place}"),
                "service_id": own,
                "freq": "MONTHLY" if rule.nth else "WEEKLY",
                "byday": _write_days(rule),
                "opens_at": opens,
                "closes_at": closes,
                "description": rule.comment,
            }
            schedules.append({key: value for key, value in schedule.items() if value})
    return schedules


def _is_sayable(rule: Rule) -> bool:
    return bool(rule.spans) and not (
        rule.holidays or rule.within or rule.months or rule.week or rule.is_closed
    )


def _write_days(rule: Rule) -> str:
    days = [ICAL_DAYS[day] for day in rule.weekdays or range(7)]
    if not rule.nth:
        return ",".join(days)
    return ",".join(f"{nth}{day}" for nth in rule.nth for day in days)
