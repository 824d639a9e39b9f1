"""How sure it is that an offer is still as it is written: when it is due, and what families are told.

Pure functions of dates. The spans are settings (docs/settings.md), so a changed span counts at once for all.
The defaults are assumptions: a year for permanent offers, because printed guides of the field are renewed
every one to two years; half a year for projects, because dates, staff and funding change by school year.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import TextChoices

REMINDERS = 2


class Standing(TextChoices):
    """Where an offer stands between two confirmations."""

    CURRENT = "current", "Aktuell"
    DUE = "due", "Fällig, noch nicht erinnert"
    ONCE = "once", "Einmal erinnert"
    TWICE = "twice", "Zweimal erinnert"
    UNANSWERED = "unanswered", "Ohne Antwort: bitte nachfragen"
    CHANGE_WAITS = "change_waits", "Änderung wartet auf Prüfung"
    SAID_GONE = "said_gone", "Gibt es laut Träger nicht mehr"


@dataclass(frozen=True)
class Spans:
    """The spans in force: months an assurance holds, days between the steps after it."""

    permanent_months: int
    project_months: int
    remind_days: int  # between two mails to a provider, and from the second to the coordinator's list
    unconfirmed_days: int  # from the due date until families read "nicht bestätigt"
    link_days: int  # how long a link can be used


def spans_in_force() -> Spans:
    """The spans of this installation, from its settings."""
    return Spans(
        permanent_months=settings.KEKIZ_ASSURE_MONTHS,
        project_months=settings.KEKIZ_ASSURE_PROJECT_MONTHS,
        remind_days=settings.KEKIZ_REMIND_DAYS,
        unconfirmed_days=settings.KEKIZ_UNCONFIRMED_DAYS,
        link_days=settings.KEKIZ_LINK_DAYS,
    )


def find_due_date(assured_on: dt.date, *, permanent: bool, spans: Spans) -> dt.date:
    """The day from which an offer has to be confirmed again."""
    return add_months(assured_on, spans.permanent_months if permanent else spans.project_months)


def is_unconfirmed(assured_on: dt.date | None, *, permanent: bool, today: dt.date, spans: Spans) -> bool:
    """Are families told that this is not confirmed? Some time after the due date, or if it never was."""
    if assured_on is None:
        return True
    due = find_due_date(assured_on, permanent=permanent, spans=spans)
    return today >= due + dt.timedelta(days=spans.unconfirmed_days)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later; the last of the month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def find_standing(
    *,
    due_on: dt.date,
    today: dt.date,
    reminders: int,
    last_reminder: dt.date | None,
    has_contact: bool,
    spans: Spans,
) -> Standing:
    """Where a published offer stands without a waiting change; `reminders`: those since it was assured."""
    if today < due_on:
        return Standing.CURRENT
    if not has_contact:
        return Standing.UNANSWERED
    if not reminders or last_reminder is None:
        return Standing.DUE
    if reminders < REMINDERS:
        return Standing.ONCE
    waited = (today - last_reminder).days >= spans.remind_days
    return Standing.UNANSWERED if waited else Standing.TWICE
