"""The columns of kekiz's own list: how a published offer stands in a table, and how a cell is read back.

One row is an offer at one of its sites. Exports write these columns with German headers and words (people) or
with their names and codes (programs); imports know both and take such a list over without a question or
a loss.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kekiz.register import facets

Kind = Literal["text", "number", "degrees", "date", "yes", "choice", "codes", "areas"]


class NotExact(ValueError):
    """A cell that is not as an export writes it; somebody has changed it, so people's readers are asked."""


@dataclass(frozen=True)
class OwnColumn:
    """One column: its name for programs, its header for people, the import's field, what its values are.

    ``words`` are the German words by code, for choices and lists of codes.
    """

    name: str
    header: str
    target: str
    kind: Kind = "text"
    words: tuple[tuple[str, str], ...] = ()

    def say(self, value: Any) -> Any:
        """A value as people read it in a table: words for codes, lists with commas; None for nothing."""
        if value in (None, "", []):
            return None
        by_code = dict(self.words)
        if self.kind in {"codes", "areas"}:
            return ", ".join(by_code.get(code, code) for code in value)
        if self.kind == "choice":
            return by_code.get(value, value)
        if self.kind == "yes":
            return "ja" if value else "nein"
        return value

    def read(self, cell: object) -> Any:
        """The value of a cell that an export wrote, in words or codes. Raises NotExact."""
        is_empty = cell in (None, "")
        if self.kind in {"codes", "areas"}:
            return [] if is_empty else self._read_codes(cell)
        if self.kind == "text":
            return "" if is_empty else _read_text(cell)
        if is_empty:
            return "" if self.kind == "choice" else None
        if self.kind == "choice":
            return self._read_code(str(cell))
        return _READERS[self.kind](cell)

    def _read_code(self, text: str) -> str:
        code = _codes_by_word(self.words).get(text)
        if code is None:
            raise NotExact
        return code

    def _read_codes(self, cell: object) -> list[str]:
        if isinstance(cell, (list, tuple)):
            parts = [str(part) for part in cell]
        elif isinstance(cell, str):
            parts = [part for part in re.split(r"[,;\s]*[,;]\s*", cell) if part]
        else:
            raise NotExact
        if self.kind == "areas":
            if not all(re.fullmatch(r"\d{2,8}", part) for part in parts):
                raise NotExact
            return parts
        return [self._read_code(part) for part in parts]


@cache
def _codes_by_word(words: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {word: code for code, word in words} | {code: code for code, _ in words}


def _read_text(cell: object) -> str:
    """The text as it stands; a number that a spreadsheet made of one as people see it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise NotExact
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


def _read_number(cell: object) -> int:
    try:
        number = float(str(cell))
    except ValueError as error:
        raise NotExact from error
    if isinstance(cell, bool) or not number.is_integer() or abs(number) > 1_000_000:
        raise NotExact
    return int(number)


def _read_degrees(cell: object) -> float:
    try:
        number = float(str(cell))
    except ValueError as error:
        raise NotExact from error
    if isinstance(cell, bool) or not abs(number) <= 180:  # also refuses what is no number (nan)
        raise NotExact
    return number


def _read_date(cell: object) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    try:
        return dt.date.fromisoformat(str(cell))
    except ValueError as error:
        raise NotExact from error


def _read_yes(cell: object) -> bool:
    known = {"ja": True, "nein": False, "true": True, "false": False}
    if isinstance(cell, bool):
        return cell
    if str(cell) not in known:
        raise NotExact
    return known[str(cell)]


_READERS = {"number": _read_number, "degrees": _read_degrees, "date": _read_date, "yes": _read_yes}
_KINDS = tuple((str(code), str(word)) for code, word in facets.ProviderKind.choices)
_FREE = tuple((str(code), str(word)) for code, word in facets.BarrierFree.choices)


def _words(choices: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(code), str(word)) for code, word in choices)


_FIELDS = facets.FIELD_CODES
COLUMNS = (
    OwnColumn("key", "Schlüssel", "external_id"),
    OwnColumn("title", "Titel", "title"),
    OwnColumn("provider", "Träger", "provider"),
    OwnColumn("summary", "Kurz gesagt", "summary"),
    OwnColumn("description", "Beschreibung", "description"),
    OwnColumn("plain_text", "Leichte Sprache", "plain_text"),
    OwnColumn("fields", "Bedarfsfelder", "fields", "codes", _words(zip(_FIELDS, _FIELDS, strict=True))),
    OwnColumn("age_from_months", "Alter von (Monate)", "age_from", "number"),
    OwnColumn("age_to_months", "Alter bis (Monate)", "age_to", "number"),
    OwnColumn("places", "Plätze im Jahr", "places", "number"),
    OwnColumn("mode", "Form", "mode", "choice", _words(facets.Mode.choices)),
    OwnColumn("access", "Zugang", "access", "choice", _words(facets.Access.choices)),
    OwnColumn("hurdles", "Hürden", "hurdles", "codes", _words(facets.HURDLE_CHOICES)),
    OwnColumn("cost", "Kosten", "cost", "choice", _words(facets.Cost.choices)),
    OwnColumn("cost_note", "Hinweis zu den Kosten", "cost_note"),
    OwnColumn("languages", "Sprachen", "languages", "codes", _words(facets.LANGUAGE_CHOICES)),
    OwnColumn("service_area", "Einzugsgebiet (AGS)", "service_area", "areas"),
    OwnColumn("barrier_free", "Barrierefreiheit", "barrier_free", "choice", _FREE),
    OwnColumn("system", "Hilfesystem", "system", "choice", _words(facets.System.choices)),
    OwnColumn("level", "Stufe der Prävention", "level", "choice", _words(facets.Level.choices)),
    OwnColumn("evidence", "Wirksamkeit (Grüne Liste)", "evidence", "choice", _words(facets.Evidence.choices)),
    OwnColumn("opening_hours", "Öffnungszeiten", "opening_hours"),
    OwnColumn("until", "Läuft bis", "until", "date"),
    OwnColumn("funding", "Finanzierung", "funding"),
    OwnColumn("website", "Webseite", "website"),
    OwnColumn("phone", "Telefon", "phone"),
    OwnColumn("email", "E-Mail", "email"),
    OwnColumn("assured_on", "Zuletzt bestätigt am", "assured_on", "date"),
    OwnColumn("assured_by", "Bestätigt von", "assured_by"),
    OwnColumn("site_name", "Name des Ortes", "site_name"),
    OwnColumn("street", "Straße und Hausnummer", "street"),
    OwnColumn("postcode", "Postleitzahl", "postcode"),
    OwnColumn("town", "Ort", "town"),
    OwnColumn("ags", "Gemeindeschlüssel (AGS)", "ags"),
    OwnColumn("lat", "Breitengrad", "lat", "degrees"),
    OwnColumn("lon", "Längengrad", "lon", "degrees"),
    OwnColumn("site_barrier_free", "Barrierefreiheit des Ortes", "site_barrier_free", "choice", _FREE),
    OwnColumn("is_invented", "Erfundenes Beispiel", "is_invented", "yes"),
    OwnColumn("provider_kind", "Art des Trägers", "provider_kind", "choice", _KINDS),
    OwnColumn("provider_website", "Webseite des Trägers", "provider_website"),
    OwnColumn("provider_key", "Schlüssel des Trägers", "provider_key"),
    OwnColumn("site_key", "Schlüssel des Ortes", "site_key"),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
# Whoever has these has our list: nobody else keeps the keys of provider and site beside an offer.
_SIGNS = ("key", "title", "provider", "provider_key", "site_key")
# The site's own columns and how the site calls them.
SITE_COLUMNS = {
    "site_key": "key", "site_name": "name", "street": "street", "postcode": "postcode", "town": "town",
    "ags": "ags", "lat": "lat", "lon": "lon", "site_barrier_free": "barrier_free",
}  # fmt: skip
PROVIDER_COLUMNS = {
    "provider": "name", "provider_key": "key", "provider_kind": "kind", "provider_website": "website",
}  # fmt: skip


def find_own_column(header: str) -> OwnColumn | None:
    """The column with this header or name."""
    return _by_header().get(header)


def is_own_header(header: Sequence[str]) -> bool:
    """Is this the header of a list that kekiz wrote, perhaps with columns added or taken away?"""
    found = {column.name for name in header if (column := find_own_column(name))}
    return found.issuperset(_SIGNS)


@cache
def _by_header() -> Mapping[str, OwnColumn]:
    return {column.header: column for column in COLUMNS} | BY_NAME


# What a spreadsheet would take for a formula; numbers and telephone numbers are none.
_FORMULA = re.compile(r"'*(?:[=@\t\r]|[+-](?![\d\s()/.,-]*$))")


def shield(text: str) -> str:
    """A text for a CSV that no spreadsheet takes for a formula: an apostrophe in front where it would."""
    return f"'{text}" if _FORMULA.match(text) else text


def unshield(text: str) -> str:
    """The text as it was before ``shield``."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
