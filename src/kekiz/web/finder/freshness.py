"""How sure it is that an offer is still as it is written: the date somebody last confirmed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kekiz.web.words import write_date

# After a year without a confirmation families are told to ask first.
STALE_AFTER_DAYS = 365


@dataclass(frozen=True)
class Freshness:
    """One sentence about the last confirmation, and whether families should ask before they go."""

    sentence: str
    is_stale: bool


def judge_freshness(assured_on: str | None, today: dt.date) -> Freshness:
    """Say when an offer was last confirmed; ``assured_on`` is an ISO date or None."""
    if not assured_on:
        return Freshness(_("Noch nicht bestätigt"), True)
    day = dt.date.fromisoformat(assured_on)
    if (today - day).days > STALE_AFTER_DAYS:
        return Freshness(_("Nicht bestätigt seit %(date)s") % {"date": write_date(day)}, True)
    return Freshness(_("Zuletzt bestätigt am %(date)s") % {"date": write_date(day)}, False)
