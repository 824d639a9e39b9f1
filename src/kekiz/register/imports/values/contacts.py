"""Phones, e-mail and web addresses; several in a cell are told apart."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import phonenumbers

from .reading import Reading, as_text, is_nothing, shorten

COUNTRY = "DE"
LONGEST_PHONE = 60
LONGEST_URL = 300
LONGEST_EMAIL = 254
_PARTS = re.compile(r"\n|;|,|\||\s+(?:oder|und|or|and|bzw\.?)\s+|(?<=\d)\s{2,}(?=\+?0)")
_FAX = re.compile(r"\b(?:tele)?fax\b", re.IGNORECASE)
_LABEL = re.compile(r"^[^\d+(]*")
_SEPARATED = re.compile(r"(?<=\d{3})\s*/\s*(?=\(?(?:0[1-9]|\+\d))")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}"
)
_AT = re.compile(r"\s*[\[({]\s*(?:at|ät|@)\s*[\])}]\s*|\s+at\s+(?=[\w-]+(?:\.|\s*[\[({]))", re.IGNORECASE)
_DOT = re.compile(r"\s*[\[({]\s*(?:dot|punkt)\s*[\])}]\s*", re.IGNORECASE)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s,;<>\"'|]+|(?<![@\w.])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?:/[^\s,;<>\"'|]*)?",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE
)


def read_phone(cell: object) -> Reading[str]:
    """Phone numbers in national form ("05231 620"), several joined by " oder "; fax numbers are left out."""
    original = as_text(cell).strip("'\"")
    if is_nothing(original):
        return Reading()
    if re.fullmatch(r"[1-9]\d{6,11}", original):
        return _read_bare_number(original)
    found: list[str] = []
    assumed: list[str] = []
    missed: list[str] = []
    for part in _PARTS.split(_SEPARATED.sub(" ; ", original)):
        if not re.search(r"\d", part):
            continue
        if _FAX.search(part):
            assumed.append(f"Telefon: Die Faxnummer „{shorten(part.strip())}“ ist nicht übernommen.")
            continue
        written = _LABEL.sub("", part).strip()
        number = _format_phone(written)
        if number is None and re.fullmatch(r"[\d /().-]{3,20}", written):
            number = " ".join(written.split())
            assumed.append(f"Telefon „{number}“ ist ohne Vorwahl übernommen, wie es dasteht.")
        if number is None:
            missed.append(f"Telefon „{shorten(part.strip())}“ ist keine Telefonnummer.")
        elif number not in found:
            found.append(number)
    if not found and not missed and not assumed:
        return Reading(missed=(f"Telefon „{shorten(original)}“ ist keine Telefonnummer.",))
    while len(" oder ".join(found)) > LONGEST_PHONE:
        assumed.append(f"Telefon: „{found.pop()}“ passt nicht mehr in das Feld.")
    return Reading(" oder ".join(found) or None, tuple(assumed), tuple(missed))


def _read_bare_number(digits: str) -> Reading[str]:
    """A spreadsheet took the number for a number: its leading zero is gone."""
    number = _format_phone(f"0{digits}")
    if number is None:
        return Reading(missed=(f"Telefon „{digits}“ ist keine Telefonnummer.",))
    return Reading(number, assumed=(f"Telefon: führende Null ergänzt ({number}).",))


def _format_phone(text: str) -> str | None:
    if not text.startswith(("0", "+", "(0", "(+")):
        return None  # "650 780-7525" is no German number, though one could make one of it
    try:
        parsed = phonenumbers.parse(text.replace("(0)", ""), COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    is_german = parsed.country_code == 49
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_german else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    parsed.extension = None
    return phonenumbers.format_number(parsed, form)


def read_email(cell: object) -> Reading[str]:
    """The first e-mail address of a cell, in lower case; "name(at)host.de" is understood."""
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    text = re.sub(r"^mailto:", "", _DOT.sub(".", _AT.sub("@", original)), flags=re.IGNORECASE)
    found = [match.strip(".'").lower() for match in _EMAIL.findall(text)]
    good = list(dict.fromkeys(one for one in found if len(one) <= LONGEST_EMAIL and ".." not in one))
    if not good:
        return Reading(missed=(f"E-Mail „{shorten(original)}“ ist keine Adresse.",))
    more = (f"E-Mail: weitere Adressen nicht übernommen: {', '.join(good[1:])}.",) if good[1:] else ()
    return Reading(good[0], assumed=more)


def read_url(cell: object) -> Reading[str]:
    """The first web address of a cell; without "https://" it is put in front."""
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    found = [match.rstrip(".)]") for match in _URL.findall(original)]
    good = [url for url in (_complete_url(one) for one in found) if url]
    if not good:
        return Reading(missed=(f"Webadresse „{shorten(original)}“ nicht verstanden.",))
    more = (f"Webseite: weitere Adressen nicht übernommen: {', '.join(good[1:3])}.",) if good[1:] else ()
    return Reading(good[0], assumed=more)


def _complete_url(text: str) -> str | None:
    url = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host) or parts.username or len(url) > LONGEST_URL or not url.isprintable():
        return None
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()
