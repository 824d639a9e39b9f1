"""What looks like personal data in a text: pointed out before it is sent, so that it need not be stored.

A finding is a hint, not a verdict: names cannot be told from other words with certainty, and some are missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

EMAIL, PHONE, IBAN, BIRTH_DATE, ADDRESS, NAME = "email", "phone", "iban", "birth_date", "address", "name"
REMOVED = "[…]"

_EMAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.])(?:\+|00)?\d(?:[\d /()-]{5,18})\d(?![\w.])")
_DATE = re.compile(
    r"\b(?:[0-3]?\d\.\s?[01]?\d\.\s?(?:19|20)?\d{2}|(?:19|20)\d{2}-[01]\d-[0-3]\d|[0-3]?\d/[01]?\d/(?:19|20)\d{2})\b"
)
_MONTH_DATE = re.compile(
    r"\b[0-3]?\d\.\s?(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
    r"\s(?:19|20)\d{2}\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b[\w-]{0,40}(?:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|cadde|sokak|street|road)"
    r"\s{1,2}\d{1,4}\s?[a-z]?\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b\d{5}\s[A-ZÄÖÜ][\wäöüß-]{2,40}")
_CAPITAL = r"[A-ZÄÖÜÇĞİŞА-ЯІЇЄ][\w'-]{1,30}"
_NAME = re.compile(
    rf"\b(?:(?i:ich heiße|mein name ist|meine tochter|mein sohn|mein kind|unser sohn|unsere tochter|name:|"
    rf"my name is|my son|my daughter|benim adım|меня зовут|мене звати)|Frau|Herr|Familie)\s+"
    rf"({_CAPITAL}(?:\s{_CAPITAL})?)"
)


@dataclass(frozen=True)
class PersonalMark:
    """A part of a text, from <= place < to, and what it looks like."""

    start: int
    end: int
    kind: str


def find_personal_marks(text: str) -> list[PersonalMark]:
    """The parts that look like personal data, in order, without overlap (the earlier, longer one stays)."""
    found = sorted(_list_marks(text), key=lambda mark: (mark.start, -mark.end))
    marks: list[PersonalMark] = []
    for mark in found:
        if not marks or mark.start >= marks[-1].end:
            marks.append(mark)
    return marks


def remove_personal_marks(text: str) -> str:
    """The text with […] in place of each of them."""
    for mark in reversed(find_personal_marks(text)):
        text = f"{text[: mark.start]}{REMOVED}{text[mark.end :]}"
    return text


def _list_marks(text: str) -> Iterator[PersonalMark]:
    for kind, pattern in (
        (EMAIL, _EMAIL),
        (BIRTH_DATE, _DATE),
        (BIRTH_DATE, _MONTH_DATE),
        (ADDRESS, _STREET),
    ):
        for match in pattern.finditer(text):
            yield PersonalMark(match.start(), match.end(), kind)
    for match in _POSTCODE.finditer(text):
        # A town alone says where something is missing; it becomes an address beside a street.
        if _STREET.search(text):
            yield PersonalMark(match.start(), match.end(), ADDRESS)
    for match in _IBAN.finditer(text):
        length = _measure_iban(match[0])
        if length:
            yield PersonalMark(match.start(), match.start() + length, IBAN)
    for found in phonenumbers.PhoneNumberMatcher(text, "DE", leniency=phonenumbers.Leniency.VALID):
        yield PersonalMark(found.start, found.end, PHONE)
    for match in _DIGITS.finditer(text):
        if 7 <= sum(sign.isdigit() for sign in match[0]) <= 16 and match[0][0] in "+0":
            yield PersonalMark(match.start(), match.end(), PHONE)
    for match in _NAME.finditer(text):
        yield PersonalMark(match.start(1), match.end(1), NAME)


def _measure_iban(text: str) -> int:
    """How many signs of a candidate are the number: words may follow it; 0 if it is none."""
    while text and not is_iban(text):
        text = text.rpartition(" ")[0]
    return len(text)


def is_iban(text: str) -> bool:
    """Does the check sum hold? ISO 13616, modulo 97."""
    compact = text.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34 or not compact.isascii() or not compact.isalnum():
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
