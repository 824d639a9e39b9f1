"""Opening hours between the stored notation and the way people write them in a form."""

from __future__ import annotations

import re

from kekiz.register.opening_hours import read_hours

_GERMAN = {"Tu": "Di", "We": "Mi", "Th": "Do", "Su": "So", "PH": "Feiertage", "off": "zu"}
_STORED = {german.lower(): stored for stored, german in _GERMAN.items()}
_WORD = re.compile(r"[A-Za-zÄÖÜäöü]+")


def write_hours(stored: str) -> str:
    """ "Tu 09:00-11:00; PH off" -> "Di 09:00-11:00; Feiertage zu"."""
    return _WORD.sub(lambda match: _GERMAN.get(match[0], match[0]), stored)


def store_hours(written: str) -> str:
    """The stored notation where the hours are understood, else what was written: the review reads it."""
    text = " ".join(written.replace("–", "-").split())
    stored = _WORD.sub(lambda match: _STORED.get(match[0].lower(), match[0]), text)
    return stored if stored and read_hours(stored) is not None else text
