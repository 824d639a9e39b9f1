"""A German address in one cell: "Jugendhaus, Wiesenstraße 5a, 32756 Detmold"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .reading import Reading, as_text, is_nothing, shorten


@dataclass(frozen=True)
class Address:
    """Parts of an address; "" where the cell does not say."""

    name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""


_POSTCODE = re.compile(r"(?<![\d-])(?:D\s*-?\s*)?(?P<code>\d{5})(?![\d-])\s*(?P<town>[^\d,;\n]*)")
_NUMBER = r"\d{1,4}\s?[a-zA-Z]?(?:\s?[-–/+]\s?\d{0,4}\s?[a-zA-Z]?)*"
_STREET = re.compile(rf"^(?P<street>.*?[^\W\d_][\w.’'() -]*?)\s+(?P<number>{_NUMBER})$")
_STREET_WORD = re.compile(
    r"(?:stra(?:ß|ss)e|str\.?|weg|platz|pl\.|allee|gasse|ring|damm|ufer|markt|hof|chaussee|stieg|pfad|tor|wall|"
    r"kamp|berg|feld|park|wiese|deich|steig|winkel|breite|garten)\b", re.IGNORECASE
)  # fmt: skip
_COUNTRY = re.compile(r"^(?:deutschland|germany|brd|de|d)$", re.IGNORECASE)
_ABROAD = re.compile(
    r"\b(?:usa|u\.s\.a\.|united states|österreich|austria|wien|schweiz|switzerland|niederlande|netherlands|"
    r"united kingdom|uk|france|frankreich)\b", re.IGNORECASE
)  # fmt: skip
_STATES = re.compile(
    r"^(?:baden-württemberg|bayern|berlin|brandenburg|bremen|hamburg|hessen|mecklenburg-vorpommern|"
    r"niedersachsen|nordrhein-westfalen|nrw|rheinland-pfalz|saarland|sachsen|sachsen-anhalt|"
    r"schleswig-holstein|thüringen)$", re.IGNORECASE
)  # fmt: skip


def read_address(cell: object) -> Reading[Address]:
    """Name of the house, street with number, postcode and town, as far as the cell has them."""
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    if _ABROAD.search(original) and not re.search(r"germany|deutschland", original, re.IGNORECASE):
        return Reading(missed=(f"Adresse „{shorten(original)}“ liegt nicht in Deutschland.",))
    text = original.replace("\n", ", ")
    # The last one: a name before may hold five digits.
    match = next(reversed(list(_POSTCODE.finditer(text))), None)
    if match is None:
        return _read_without_postcode(text, original)
    before = [part.strip(" -–") for part in re.split(r"[,;|]", text[: match.start()]) if part.strip(" -–")]
    after = [part.strip() for part in re.split(r"[,;|]", text[match.end() :]) if part.strip()]
    town = match["town"].strip(" -–().")
    rest = [part for part in after if not _COUNTRY.match(part) and not _STATES.match(part)]
    if not town and rest and not re.search(r"\d", rest[0]):
        town = rest.pop(0)
    if not before and rest and _is_street(rest[0]):
        before, rest = [rest[0]], rest[1:]
    street, name = _choose_street(before)
    missed = (f"Adresse: „{shorten(', '.join(rest))}“ nicht verstanden.",) if rest else ()
    return Reading(Address(name, street, match["code"], town), missed=missed)


def _read_without_postcode(text: str, original: str) -> Reading[Address]:
    parts = [part.strip() for part in re.split(r"[,;|]", text) if part.strip()]
    streets = [index for index, part in enumerate(parts) if _is_street(part)]
    if not streets:
        return Reading(missed=(f"Adresse „{shorten(original)}“ nicht verstanden.",))
    at = streets[-1]
    towns = [part for part in parts[at + 1 :] if not _COUNTRY.match(part) and not _STATES.match(part)]
    return Reading(Address(", ".join(parts[:at]), parts[at], "", towns[0] if towns else ""))


def _is_street(text: str) -> bool:
    return bool(_STREET.match(text) or (_STREET_WORD.search(text) and len(text) < 60))


def _choose_street(parts: list[str]) -> tuple[str, str]:
    """The last part that looks like a street; the others name the house."""
    for index in range(len(parts) - 1, -1, -1):
        if _is_street(parts[index]):
            return parts[index], ", ".join(parts[:index] + parts[index + 1 :])
    return (parts[-1], ", ".join(parts[:-1])) if parts else ("", "")


def split_street(text: str) -> tuple[str, str]:
    """Street and house number apart; the number is "" where there is none."""
    match = _STREET.match(text.strip())
    return (match["street"], match["number"]) if match else (text.strip(), "")
