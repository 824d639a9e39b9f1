"""Opening hours between the stored notation and the way people write them in a form."""

from __future__ import annotations

import re

from kekiz.register.imports.values import read_hours as read_written_hours
from kekiz.register.opening_hours import MONTHS, read_hours

_GERMAN = {"Tu": "Di", "We": "Mi", "Th": "Do", "Su": "So", "PH": "Feiertage", "off": "zu"}
_STORED = {german.lower(): stored for stored, german in _GERMAN.items()}
_DATE = re.compile(rf"(\d{{4}}) ({'|'.join(MONTHS)}) (\d{{1,2}})")
_WORD = re.compile(r"[A-Za-zÄÖÜäöü]+")


def write_hours(stored: str) -> str:
    """ "Tu 09:00-11:00; PH off" -> "Di 09:00-11:00; Feiertage zu"; dates as "14.03.2026"."""
    stored = _DATE.sub(
        lambda match: f"{int(match[3]):02d}.{MONTHS.index(match[2]) + 1:02d}.{match[1]}", stored
    )
    return _WORD.sub(lambda match: _GERMAN.get(match[0], match[0]), stored)


def store_hours(written: str) -> str:
    """The stored notation where the hours are understood, else what was written: the review reads it.

    A date without a year stays as it was written: which year is meant, the review asks.
    """
    text = " ".join(written.replace("–", "-").split())
    stored = _WORD.sub(lambda match: _STORED.get(match[0].lower(), match[0]), text)
    if stored and read_hours(stored) is not None:
        return stored
    reading = read_written_hours(text)
    rules = read_hours(reading.value or "") or []
    has_clear_dates = any(rule.dates for rule in rules) and not (reading.missed or reading.assumed)
    return reading.value if has_clear_dates and reading.value else text
