"""How sure it is that an offer is still as it is written, in one sentence for families."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kekiz.register.freshness import is_unconfirmed, spans_in_force
from kekiz.register.freshness_queries import read_day
from kekiz.web.words import write_date


@dataclass(frozen=True)
class Freshness:
    """One sentence about the last confirmation, and whether families should ask before they go."""

    sentence: str
    is_stale: bool


def judge_content(content: Mapping[str, Any], today: dt.date) -> Freshness:
    """Say when an offer was last confirmed; ``content`` is what is published of it."""
    return judge_freshness(read_day(content["assured_on"]), permanent=content["permanent"], today=today)


def judge_freshness(day: dt.date | None, *, permanent: bool, today: dt.date) -> Freshness:
    """Say when an offer was last confirmed, and whether that is too long ago; ``day``: None for never."""
    if day is None:
        return Freshness(_("Noch nicht bestätigt"), True)
    if is_unconfirmed(day, permanent=permanent, today=today, spans=spans_in_force()):
        return Freshness(_("Nicht bestätigt seit %(date)s") % {"date": write_date(day)}, True)
    return Freshness(_("Zuletzt bestätigt am %(date)s") % {"date": write_date(day)}, False)
