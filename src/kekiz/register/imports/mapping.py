"""What each column of a list means: proposed from header and values, changed by people, kept for the next
list.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .headers import LIKELY, SURE, UNSURE, fold_header, load_targets, match_header
from .own_columns import find_own_column
from .sheets import Sheet
from .values import as_text, read_ages, read_email, read_hours, read_phone, read_url
from .values.reading import is_nothing

UNITS = ("years", "months")
# Fields that several columns may fill together; all others take one column.
SHARED = frozenset({"description", "kind", "phone", "title"})
# What can be said once for all rows that say nothing themselves; {Header} puts the row's own cell in.
FALLBACKS = {
    "title": "Titel",
    "provider": "Träger",
    "ages": "Alter",
    "fields": "Bedarfsfelder",
    "cost": "Kosten",
    "days": "Wochentage, wenn nur Uhrzeiten dastehen",
    "town": "Ort",
    "ags": "Gemeindeschlüssel (AGS)",
}
_SAMPLE = 200
_COUNTER_HEADERS = frozenset({"nr", "lfd nr", "lfd nummer", "nummer", "pos", "id"})


@dataclass(frozen=True)
class ColumnChoice:
    """What a column is used for: ``target`` is a field of columns.toml, "" for not used.

    ``unit`` and ``is_end_included`` matter for ages. ``reason`` and ``sureness`` explain a proposal.
    """

    header: str
    target: str = ""
    unit: str = "years"
    is_end_included: bool = False
    reason: str = ""
    sureness: str = ""


@dataclass(frozen=True)
class ColumnMapping:
    """All columns of a sheet in their order, and what is said once for all rows (``fallbacks``)."""

    columns: tuple[ColumnChoice, ...]
    fallbacks: Mapping[str, str]
    fallback_reasons: Mapping[str, str]

    def of_target(self, target: str) -> list[int]:
        """Indices of the columns used for a field."""
        return [index for index, column in enumerate(self.columns) if column.target == target]

    def has(self, *targets: str) -> bool:
        """Is one of these fields filled by a column?"""
        return any(column.target in targets for column in self.columns)

    def as_content(self) -> dict[str, Any]:
        """As JSON values, to be stored."""
        return {
            "columns": [
                {
                    "header": one.header,
                    "target": one.target,
                    "unit": one.unit,
                    "is_end_included": one.is_end_included,
                }
                for one in self.columns
            ],
            "fallbacks": {key: text for key, text in self.fallbacks.items() if text},
        }

    def change(self, changes: Mapping[str, str], fallbacks: Mapping[str, str]) -> ColumnMapping:
        """The mapping with other targets by header and other texts for all rows.

        Raises ValueError with a German sentence for an unknown header, field or text.
        """
        known = {one.header for one in self.columns}
        for header, target in changes.items():
            if header not in known:
                raise ValueError(
                    f"Die Spalte „{header}“ gibt es nicht. Vorhanden: {', '.join(sorted(known))}."
                )
            if target and target not in load_targets():
                raise ValueError(
                    f"Das Feld „{target}“ gibt es nicht. Möglich sind: {', '.join(load_targets())}."
                )
        odd = sorted(set(fallbacks) - set(FALLBACKS))
        if odd:
            raise ValueError(
                f"„{', '.join(odd)}“ lässt sich nicht für alle Zeilen sagen. Möglich: {', '.join(FALLBACKS)}."
            )
        columns = tuple(
            replace(one, target=changes[one.header], reason="von Hand gewählt", sureness=SURE)
            if one.header in changes
            else one
            for one in self.columns
        )
        return ColumnMapping(columns, {**self.fallbacks, **fallbacks}, self.fallback_reasons)


def digest_header(header: Iterable[str]) -> str:
    """The same columns in the same order give the same digest, however they are written."""
    return hashlib.sha256("\n".join(fold_header(name) for name in header).encode()).hexdigest()


def restore_mapping(content: Mapping[str, Any], sheet: Sheet) -> ColumnMapping:
    """A stored mapping for a sheet with the same columns. Raises ValueError if it does not fit."""
    columns = content.get("columns", [])
    if digest_header(str(one.get("header")) for one in columns) != digest_header(sheet.header):
        raise ValueError("Die gespeicherte Zuordnung passt nicht zu den Spalten dieser Liste.")
    choices = tuple(
        ColumnChoice(
            header,
            one["target"] if one.get("target") in load_targets() else "",
            one["unit"] if one.get("unit") in UNITS else "years",
            bool(one.get("is_end_included")),
            "wie beim letzten Mal",
            SURE,
        )
        for header, one in zip(sheet.header, columns, strict=True)
    )
    fallbacks = {key: str(text) for key, text in content.get("fallbacks", {}).items() if key in FALLBACKS}
    return ColumnMapping(choices, fallbacks, dict.fromkeys(fallbacks, "wie beim letzten Mal"))


def propose_mapping(sheet: Sheet) -> ColumnMapping:
    """What the columns seem to mean, with the reason and how sure that is."""
    samples = [_take_sample(sheet, index) for index in range(len(sheet.header))]
    proposals = [
        _propose_column(sheet, header, cells) for header, cells in zip(sheet.header, samples, strict=True)
    ]
    columns = _settle(_settle_coordinates(proposals, samples))
    fallbacks, reasons = _propose_fallbacks(columns, samples, sheet.form)
    return ColumnMapping(tuple(columns), fallbacks, reasons)


def _take_sample(sheet: Sheet, index: int) -> list[object]:
    step = max(len(sheet.rows) // _SAMPLE, 1)
    cells = [row.cells[index] for row in sheet.rows[::step]]
    return [cell for cell in cells if not is_nothing(as_text(cell))] or [
        row.cells[index] for row in sheet.rows if not is_nothing(as_text(row.cells[index]))
    ][:_SAMPLE]


def _propose_column(sheet: Sheet, header: str, cells: list[object]) -> ColumnChoice:
    own = find_own_column(header) if sheet.is_own else None
    if own is not None:
        unit = "months" if own.target in {"age_from", "age_to"} else "years"
        return ColumnChoice(header, own.target, unit, reason="Spalte einer Liste von kekiz", sureness=SURE)
    if not cells:
        return ColumnChoice(header, reason="Die Spalte ist leer.", sureness=SURE)
    match = match_header(header)
    if match is None:
        return _propose_by_values(header, cells)
    if (
        match.target == "external_id"
        and fold_header(header) in _COUNTER_HEADERS
        and _is_counter(sheet, header)
    ):
        return ColumnChoice(
            header,
            reason="Die Spalte zählt nur die Zeilen; nächstes Mal stünde dort eine andere Zahl.",
            sureness=LIKELY,
        )
    reason = f"Überschrift „{header}“" if match.sureness == SURE else f"„{match.word}“ in der Überschrift"
    choice = ColumnChoice(header, match.target, reason=reason, sureness=match.sureness)
    return _check_by_values(sheet, choice, cells)


def _is_counter(sheet: Sheet, header: str) -> bool:
    texts = [as_text(cell) for cell in sheet.column(sheet.header.index(header))]
    numbers = [int(text) for text in texts if re.fullmatch(r"\d{1,6}", text)]
    return len(numbers) == len(texts) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _share(cells: list[object], is_good: Callable[[object], bool]) -> float:
    return sum(1 for cell in cells if is_good(cell)) / len(cells)


def _check_by_values(sheet: Sheet, choice: ColumnChoice, cells: list[object]) -> ColumnChoice:
    """Look whether the values fit the field; find the unit of ages."""
    if choice.target == "ages":
        readable = _share(cells, lambda cell: read_ages(cell).value is not None)
        if readable < 0.2:
            return replace(
                choice,
                target="description",
                reason=f"{choice.reason}, aber keine Altersangaben darin",
                sureness=LIKELY,
            )
        included = bool(re.search(r"einschl|inkl", choice.header.lower()))
        unit = "months" if re.search(r"monat|month", choice.header.lower()) else "years"
        return replace(choice, unit=unit, is_end_included=included)
    if choice.target in {"age_from", "age_to"}:
        unit, why = _find_unit(choice.header, cells)
        is_included = sheet.form == "hsds" and choice.target == "age_to"
        note = "; das letzte Jahr zählt mit, so sagt es der Standard" if is_included else ""
        return replace(choice, unit=unit, is_end_included=is_included, reason=f"{choice.reason}, {why}{note}")
    if choice.target == "opening_hours" and not _holds_hours(cells):
        return replace(
            choice, target="description", reason=f"{choice.reason}, aber keine Zeiten darin", sureness=LIKELY
        )
    return choice


def _holds_hours(cells: list[object]) -> bool:
    """Does every fifth cell hold a number or read as hours?"""

    def is_hours(cell: object) -> bool:
        reading = read_hours(cell)
        return bool(re.search(r"\d", as_text(cell))) or (reading.value is not None and not reading.missed)

    return _share(cells, is_hours) >= 0.2


def _find_unit(header: str, cells: list[object]) -> tuple[str, str]:
    lowered = header.lower()
    if re.search(r"monat|month", lowered):
        return "months", "in Monaten laut Überschrift"
    if re.search(r"jahr|year", lowered):
        return "years", "in Jahren laut Überschrift"
    numbers = [
        float(text)
        for text in (as_text(cell).replace(",", ".") for cell in cells)
        if re.fullmatch(r"\d+(?:\.\d+)?", text)
    ]
    over = sum(1 for number in numbers if number > 27)
    if numbers and over > 0.3 * len(numbers) and not any(27 < number < 36 for number in numbers if over < 3):
        high = sum(1 for number in numbers if number in {36, 72, 48, 60, 84, 120, 144, 168, 192, 216})
        if high:
            return "months", "in Monaten, denn die Zahlen sind größer als 27"
    return "years", "in Jahren"


_BY_VALUES: tuple[tuple[str, float, Callable[[object], bool], str], ...] = (
    (
        "email",
        0.6,
        lambda cell: "@" in as_text(cell) and read_email(cell).value is not None,
        "E-Mail-Adressen",
    ),
    (
        "website",
        0.6,
        lambda cell: (
            bool(re.match(r"(?:https?://|www\.)", as_text(cell))) and read_url(cell).value is not None
        ),
        "Webadressen",
    ),
    (
        "postcode",
        0.8,
        lambda cell: bool(re.fullmatch(r"\d{5}", as_text(cell))),
        "fünfstellige Postleitzahlen",
    ),
    (
        "opening_hours",
        0.5,
        lambda cell: (
            bool(re.search(r"\d", as_text(cell)))
            and bool(re.search(r"[A-Za-z]", as_text(cell)))
            and read_hours(cell).value is not None
            and not read_hours(cell).missed
        ),
        "Wochentage mit Uhrzeiten",
    ),
    (
        "ages",
        0.6,
        lambda cell: (
            bool(
                re.search(
                    r"jahr|monat|klasse|years|months|"
                    r"\bj\.",
                    as_text(cell).lower(),
                )
            )
            and read_ages(cell).value is not None
        ),
        "Altersangaben",
    ),
    (
        "phone",
        0.6,
        lambda cell: (
            bool(re.match(r"\(?(?:\+|0)[\d\s/()-]{6,}", as_text(cell))) and read_phone(cell).value is not None
        ),
        "Telefonnummern",
    ),
)


def _propose_by_values(header: str, cells: list[object]) -> ColumnChoice:
    for target, share, is_good, words in _BY_VALUES:
        if _share(cells, is_good) >= share:
            return ColumnChoice(header, target, reason=f"In der Spalte stehen {words}.", sureness=LIKELY)
    if sum(len(as_text(cell)) for cell in cells) / len(cells) > 80:
        return ColumnChoice(
            header, "description", reason="In der Spalte stehen längere Texte.", sureness=UNSURE
        )
    return ColumnChoice(header, reason="Die Bedeutung ist nicht zu erkennen.", sureness=UNSURE)


def _settle_coordinates(columns: list[ColumnChoice], samples: list[list[object]]) -> list[ColumnChoice]:
    """Latitude and longitude that were swapped by their headers; the values decide (Germany: 47–56 and
    5–16).
    """
    at = {column.target: index for index, column in enumerate(columns) if column.target in {"lat", "lon"}}
    if set(at) != {"lat", "lon"}:
        return columns
    lats, lons = ([_number(cell) for cell in samples[at[key]]] for key in ("lat", "lon"))
    if lats and lons and all(5 < one < 16 for one in lats) and all(47 < one < 56 for one in lons):
        for key, other in (("lat", "lon"), ("lon", "lat")):
            columns[at[key]] = replace(
                columns[at[key]],
                target=other,
                reason="Breite und Länge sind nach den Werten vertauscht.",
                sureness=LIKELY,
            )
    return columns


def _number(cell: object) -> float:
    try:
        return float(as_text(cell).replace(",", "."))
    except ValueError:
        return float("nan")


def _settle(columns: list[ColumnChoice]) -> list[ColumnChoice]:
    """One column per field, the surest first; further ones become part of the description or are not used."""
    rank = {SURE: 0, LIKELY: 1, UNSURE: 2}
    taken: set[str] = set()
    settled = list(columns)
    for index in sorted(range(len(columns)), key=lambda at: (rank.get(columns[at].sureness, 3), at)):
        column = columns[index]
        if not column.target or column.target in SHARED - {"title"}:
            continue
        if column.target in taken:
            is_text = column.target in {
                "title",
                "ages",
                "opening_hours",
                "cost",
                "access",
                "site_name",
                "summary",
            }
            settled[index] = replace(
                column,
                target="description" if is_text else "",
                sureness=UNSURE,
                reason=f"„{load_targets()[column.target].label}“ steht schon in einer anderen Spalte.",
            )
        taken.add(column.target)
    return settled


def _propose_fallbacks(
    columns: list[ColumnChoice], samples: list[list[object]], form: str
) -> tuple[dict[str, str], dict[str, str]]:
    texts: dict[str, str] = {}
    reasons: dict[str, str] = {}
    headers: dict[str, str] = {}
    for column in columns:
        headers.setdefault(column.target, column.header)

    def say(key: str, text: str, reason: str) -> None:
        texts[key], reasons[key] = text, reason

    if "title" not in headers:
        what = headers.get("kind") or headers.get("provider")
        where = headers.get("address") or headers.get("street") or headers.get("town")
        parts = [f"{{{name}}}" for name in (what, where) if name]
        if parts:
            say(
                "title",
                ", ".join(parts),
                "Keine Spalte nennt einen Titel; er wird aus anderen Spalten gebildet.",
            )
    if "provider" not in headers and "title" in headers:
        say(
            "provider",
            f"{{{headers['title']}}}",
            "Keine Spalte nennt den Träger; angenommen ist der Name der Einrichtung.",
        )
    elif form == "osm":
        say(
            "provider",
            f"{{{headers['title']}}}",
            "Die Karte nennt den Träger selten; wo er fehlt, steht dafür der Name der Einrichtung.",
        )
    hours = next(
        (cells for column, cells in zip(columns, samples, strict=True) if column.target == "opening_hours"),
        [],
    )
    bare = [
        cell
        for cell in hours
        if read_hours(cell).value is None and read_hours(cell, days_if_missing="Mo-Fr").value
    ]
    if {"opens", "closes"} <= set(headers) or (hours and len(bare) > 0.5 * len(hours)):
        say("days", "Mo-Fr", "Die Liste nennt Uhrzeiten ohne Wochentage; angenommen ist Montag bis Freitag.")
    return texts, reasons
