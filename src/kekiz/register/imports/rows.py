"""Rows of a list as offers: every cell read by its reader, what was assumed and what is missing told by
row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .fill import fill_ages, fill_cost, fill_fields, fill_title
from .gazetteer import Gazetteer, Geocoder, Located
from .headers import load_targets
from .mapping import ColumnMapping
from .own_rows import ExactRow, OwnFacts, apply_exact, find_exact_columns, read_exact
from .places import Place, locate_rows, read_place
from .sheets import Sheet, SheetRow
from .values import (
    Reading,
    as_text,
    join_hours,
    read_access,
    read_age,
    read_ages,
    read_barrier_free,
    read_cost,
    read_date,
    read_email,
    read_hours,
    read_languages,
    read_mode,
    read_phone,
    read_url,
    read_whole_number,
)
from .values.reading import is_nothing, shorten

FAULT, REMARK = "fault", "remark"
CHUNK = 500
LONGEST = {
    "title": 200,
    "summary": 300,
    "description": 8000,
    "funding": 200,
    "provider": 200,
    "site_name": 200,
}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """Something to tell about a row: a fault (the row cannot be taken) or a remark (it can)."""

    kind: str
    text: str
    column: str = ""


@dataclass
class ReadRow:
    """One row understood: ``offer`` holds values as the register takes them, ``place`` where it happens.

    ``own`` is there for rows that kekiz itself wrote.
    """

    number: int
    external_id: str = ""
    provider: str = ""
    offer: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    located: Located | None = None
    own: OwnFacts | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Has the row a fault?"""
        return any(finding.kind == FAULT for finding in self.findings)

    def fault(self, text: str, column: str = "") -> None:
        """Tell why the row cannot be taken."""
        self.findings.append(Finding(FAULT, text, column))

    def remark(self, text: str, column: str = "") -> None:
        """Tell something worth knowing."""
        self.findings.append(Finding(REMARK, text, column))


def read_rows(
    sheet: Sheet,
    mapping: ColumnMapping,
    gazetteer: Gazetteer,
    *,
    geocode: Geocoder | None = None,
    progress: Progress = lambda done, of: None,
) -> list[ReadRow]:
    """Every row of the sheet in order. Never raises for what stands in the cells."""
    reader = RowReader(sheet, mapping)
    rows: list[ReadRow] = []
    for number, row in enumerate(sheet.rows, start=1):
        rows.append(reader.read(row))
        if number % CHUNK == 0:
            progress(number, len(sheet.rows))
    locate_rows(rows, gazetteer, mapping.fallbacks, geocode)
    progress(len(sheet.rows), len(sheet.rows))
    return rows


class RowReader:
    """Reads rows of one sheet under one mapping; equal cells are read once."""

    def __init__(self, sheet: Sheet, mapping: ColumnMapping) -> None:
        self.sheet = sheet
        self.mapping = mapping
        self.columns = {target: mapping.of_target(target) for target in load_targets()}
        self._exact = find_exact_columns(self.columns, sheet.is_own)
        self._days = mapping.fallbacks.get("days", "")
        self._kept: dict[tuple[str, object], Reading[Any]] = {}

    def read(self, row: SheetRow) -> ReadRow:
        """One row, not yet located."""
        result = ReadRow(row.number)
        exact = read_exact(row, self._exact, result, is_by_hand=self.sheet.form != "hsds")
        rest = exact.rest
        result.external_id = shorten(self.text(rest, "external_id"), 120)
        result.provider = self._limit(
            result, "provider", self.text(rest, "provider") or self.fallback("provider", row)
        )
        self._read_texts(result, rest)
        self._read_values(result, rest)
        apply_exact(result, exact, self.sheet.is_own)
        if result.located is None:
            result.place = read_place(
                result, lambda target: self.text(row, target), lambda target: self.cell(row, target)
            )
        self._fill(result, row, exact)
        return result

    def _fill(self, result: ReadRow, row: SheetRow, exact: ExactRow) -> None:
        """What the row does not say."""
        kind = self.kind(row)
        fill_title(result, self.fallback("title", row))
        fill_cost(result, read_cost(self.fallback("cost", row)).value)
        start, end = self._read_ages(result, exact.rest)
        ages = exact.values.get("age_from_months", start), exact.values.get("age_to_months", end)
        fill_ages(result, ages, read_ages(self.fallback("ages", row)).value, kind)
        if not exact.values.get("fields"):
            fill_fields(result, self.text(row, "fields"), self.fallback("fields", row), kind)
        if not result.provider:
            result.fault("Der Träger fehlt. Wählen Sie seine Spalte oder nennen Sie ihn für alle Zeilen.")

    def cell(self, row: SheetRow, target: str) -> object:
        """The first filled cell used for a field."""
        return next(
            (row.cells[at] for at in self.columns[target] if not is_nothing(as_text(row.cells[at]))), None
        )

    def text(self, row: SheetRow, target: str) -> str:
        """All filled cells used for a field, as one text."""
        parts = [as_text(row.cells[at]) for at in self.columns[target]]
        return ", ".join(part for part in parts if not is_nothing(part))

    def kind(self, row: SheetRow) -> str:
        """What kind of offer the row says it is."""
        return self.text(row, "kind")

    def fallback(self, key: str, row: SheetRow) -> str:
        """What was said once for all rows, with the row's own cells put in; "" where one of these is
        empty.
        """
        template = self.mapping.fallbacks.get(key, "")
        is_empty = False

        def put(match: re.Match[str]) -> str:
            nonlocal is_empty
            if match[1] not in self.sheet.header:
                return match.group()
            text = as_text(row.cells[self.sheet.header.index(match[1])])
            is_empty = is_empty or is_nothing(text)
            return text

        text = re.sub(r"\{([^{}]+)\}", put, template)
        return "" if is_empty and text.strip(" ,") == "" else text.strip(" ,")

    def _limit(self, result: ReadRow, key: str, text: str) -> str:
        line = text if key == "description" else " ".join(text.split())
        if len(line) > LONGEST[key]:
            result.remark(f"{load_targets()[key].label} ist auf {LONGEST[key]} Zeichen gekürzt.")
            return f"{line[: LONGEST[key] - 1].rstrip()}…"
        return line

    def _read_texts(self, result: ReadRow, row: SheetRow) -> None:
        offer = result.offer
        offer["title"] = self._limit(result, "title", self.text(row, "title"))
        offer["summary"] = self._limit(result, "summary", self.text(row, "summary"))
        offer["plain_text"] = self.text(row, "plain_text")
        offer["funding"] = self._limit(result, "funding", self.text(row, "funding"))
        offer["description"] = self._limit(result, "description", self._describe(row))

    def _describe(self, row: SheetRow) -> str:
        """One column as it is; of several each under its header, except the one called description."""
        parts = []
        for at in self.columns["description"]:
            text = as_text(row.cells[at])
            if is_nothing(text):
                continue
            header = self.sheet.header[at]
            is_plain = len(self.columns["description"]) == 1 or re.search(
                r"beschreibung|description|inhalt|text", header.lower()
            )
            parts.append(
                text
                if is_plain and not header.endswith("eligibility_description")
                else f"{_name_header(header)}: {text}"
            )
        return "\n".join(parts)

    def _read_values(self, result: ReadRow, row: SheetRow) -> None:
        offer = result.offer
        for target, read in _READERS.items():
            value = self._take(result, target, self.cell(row, target), read)
            if value is not None:
                offer[target] = value
        phones = self._take(result, "phone", self.text(row, "phone"), read_phone)
        if phones:
            offer["phone"] = phones
        cost = offer.pop("cost", None)
        if cost is not None:
            offer["cost"], offer["cost_note"] = cost.code, cost.note
            offer["hurdles"] = ["paid"] if cost.code == "paid" else []
        self._read_hours(result, row)
        until = offer.get("until")
        offer["permanent"] = until is None
        if "languages" in offer:
            offer["languages"] = list(offer["languages"])
        if offer.get("access") in {"registration", "referral"}:
            offer["hurdles"] = [*offer.get("hurdles", []), offer["access"]]
        if offer.get("access") == "outreach":
            offer.setdefault("mode", "outreach")

    def _read_hours(self, result: ReadRow, row: SheetRow) -> None:
        if self.columns["opens"] and self.columns["closes"]:
            key = (as_text(self.cell(row, "opens")), as_text(self.cell(row, "closes")))
            value = self._take(result, "opens", key, lambda pair: join_hours(*pair, days=self._days))
            if value:
                result.offer["opening_hours"] = value
        cell = self.text(row, "opening_hours")
        value = self._take(
            result, "opening_hours", cell, lambda text: read_hours(text, days_if_missing=self._days)
        )
        if value:
            result.offer["opening_hours"] = value

    def _take(self, result: ReadRow, target: str, cell: object, read: Callable[[Any], Reading[Any]]) -> Any:
        """Read a cell, tell what was assumed; what was not understood is told and kept in the description."""
        if cell is None or cell == "":
            return None
        key = (target, cell if not isinstance(cell, (bool, float)) else (type(cell).__name__, cell))
        reading = self._kept.get(key)
        if reading is None:
            reading = self._kept[key] = read(cell)
        column = self.header(target)
        for text in reading.assumed:
            result.remark(text, column)
        for text in reading.missed:
            result.remark(text, column)
        if reading.value is None and reading.missed and target in _KEPT_IN_TEXT:
            label, text = (
                _KEPT_IN_TEXT[target],
                " ".join(as_text(cell).split()) if not isinstance(cell, tuple) else "",
            )
            if text:
                result.offer["description"] = (
                    f"{result.offer.get('description', '')}\n{label}: {text}".strip()[
                        : LONGEST["description"]
                    ]
                )
        return reading.value

    def header(self, target: str) -> str:
        """The header of the first column used for a field."""
        at = self.columns[target]
        return self.sheet.header[at[0]] if at else ""

    def _read_ages(self, result: ReadRow, row: SheetRow) -> tuple[int | None, int | None]:
        start = end = None
        if self.columns["ages"]:
            choice = self.mapping.columns[self.columns["ages"][0]]
            cell = self.cell(row, "ages")
            ages = self._take(
                result, "ages", cell, lambda one: _read_ages_in(one, choice.unit, choice.is_end_included)
            )
            if ages:
                start, end = ages.start, ages.end
        for target, is_end in (("age_from", False), ("age_to", True)):
            if not self.columns[target]:
                continue
            choice = self.mapping.columns[self.columns[target][0]]
            unit = choice.unit
            read = partial(read_age, unit=unit, is_end=is_end)
            months = self._take(result, target, self.cell(row, target), read)
            if months is not None and is_end:
                end = months + ((12 if unit == "years" else 1) if choice.is_end_included else 0)
            elif months is not None:
                start = months
        return start, end


def _read_ages_in(cell: object, unit: str, is_end_included: bool) -> Reading[Any]:
    """Ages of one cell; bare numbers in a column of months are months."""
    text = as_text(cell)
    if unit == "months" and re.fullmatch(r"[\d\s,.–—-]+", text):
        return read_ages(f"{text} Monate", is_end_included=is_end_included)
    return read_ages(cell, is_end_included=is_end_included)


def _name_header(header: str) -> str:
    named = {"service.eligibility_description": "Für wen"}
    return named.get(header, header.rpartition(".")[2].replace("_", " ").strip().capitalize())


_READERS: dict[str, Callable[[Any], Reading[Any]]] = {
    "places": lambda cell: read_whole_number(cell, name="Plätze"),
    "cost": read_cost,
    "access": read_access,
    "mode": read_mode,
    "languages": read_languages,
    "until": read_date,
    "assured_on": read_date,
    "website": read_url,
    "email": read_email,
    "barrier_free": read_barrier_free,
}
_KEPT_IN_TEXT = {
    "cost": "Kosten",
    "access": "Zugang",
    "opening_hours": "Zeiten",
    "places": "Plätze",
    "ages": "Für wen",
    "languages": "Sprachen",
}


def iterate_wrong(rows: list[ReadRow]) -> Iterator[ReadRow]:
    """The rows that cannot be taken."""
    return (row for row in rows if row.is_wrong)
