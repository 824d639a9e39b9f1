"""Rows of kekiz's own list, read to the letter: an export that comes back loses nothing.

A cell that an export wrote is taken as it stands. A cell that somebody changed into something else goes to
the readers of other lists, so an exported workbook can be worked on like any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import opening_hours

from .gazetteer import Located
from .own_columns import COLUMNS, PROVIDER_COLUMNS, SITE_COLUMNS, NotExact, OwnColumn
from .places import Place, is_in_germany
from .sheets import SheetRow

if TYPE_CHECKING:
    from .rows import ReadRow

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
# Columns that only this list has; in any list they are read here and nowhere else.
ONLY_HERE = frozenset(
    {"cost_note", "hurdles", "service_area", "system", "level", "evidence", "assured_by", "is_invented",
     "provider_kind", "provider_website", "provider_key", "site_key", "site_barrier_free"}
)  # fmt: skip
_LEFT_WHERE_EMPTY = frozenset(
    {"key", "title", "provider", "fields", "age_from_months", "age_to_months", "mode", "access", "cost",
     "level", "evidence", "barrier_free", "provider_kind", "site_barrier_free", "is_invented"}
)  # fmt: skip


@dataclass(frozen=True)
class OwnFacts:
    """What kekiz's own list says beside the offer: which offer, provider and site of the other side it is."""

    key: str = ""
    provider: dict[str, Any] = field(default_factory=dict)
    site: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ExactRow:
    """Values by column name as an export wrote them, and the row with the cells that are left to read."""

    values: dict[str, Any]
    rest: SheetRow


def find_exact_columns(columns: Mapping[str, list[int]], is_own: bool) -> list[tuple[OwnColumn, int]]:
    """The columns to take to the letter, and where they stand; in other lists those that only we know."""
    return [
        (column, columns[column.target][0])
        for column in COLUMNS
        if columns[column.target] and (is_own or column.target in ONLY_HERE)
    ]


def read_exact(
    row: SheetRow, columns: Sequence[tuple[OwnColumn, int]], result: ReadRow, *, is_by_hand: bool
) -> ExactRow:
    """Take every cell that stands as an export wrote it; ``is_by_hand``: people may have changed it."""
    if not columns:
        return ExactRow({}, row)
    values: dict[str, Any] = {}
    cells = list(row.cells)
    for column, at in columns:
        try:
            value = _read_cell(column, cells[at], is_by_hand)
        except NotExact:
            if column.target in ONLY_HERE:
                result.remark(f"{column.header} „{str(cells[at])[:60]}“ nicht verstanden.", column.header)
            continue
        if value in (None, "", []) and column.name in _LEFT_WHERE_EMPTY:
            continue
        values[column.name] = value
        cells[at] = None
    return ExactRow(values, SheetRow(row.number, tuple(cells)))


def _read_cell(column: OwnColumn, cell: object, is_by_hand: bool) -> Any:
    value = column.read(cell)
    if is_by_hand and column.name == "opening_hours" and value and not opening_hours.validate(value):
        raise NotExact
    return value


def apply_exact(result: ReadRow, exact: ExactRow, is_own: bool) -> None:
    """Put the exact values over what the other readers found in the rest of the row."""
    values = dict(exact.values)
    facts = _take_facts(values)
    if is_own or facts.provider or facts.site:
        result.own = facts
    if "provider" in exact.values:
        result.provider = str(exact.values["provider"])
    if "key" in exact.values:
        result.external_id = str(exact.values["key"])[:120]
    offer = result.offer
    if "cost" in offer:  # somebody wrote the price into the cell of the cost
        values["hurdles"] = list(dict.fromkeys([*values.get("hurdles", []), *offer.get("hurdles", [])]))
        values["cost_note"] = values.get("cost_note") or offer["cost_note"]
    if offer.get("description") and values.get("description"):
        values["description"] = f"{values['description']}\n{offer['description']}"
    if "until" in values:
        offer["permanent"] = values["until"] is None
    offer.update(values)
    _locate(result, facts)


def _take_facts(values: dict[str, Any]) -> OwnFacts:
    """Part what belongs to provider and site from what belongs to the offer."""
    provider = {
        field_name: values.pop(name) for name, field_name in PROVIDER_COLUMNS.items() if name in values
    }
    site = {field_name: values.pop(name) for name, field_name in SITE_COLUMNS.items() if name in values}
    key = str(values.pop("key", "") or "")
    for part in (provider, site):
        if not KEY.fullmatch(str(part.get("key") or "")):
            part.pop("key", None)
    return OwnFacts(key if KEY.fullmatch(key) else "", provider, site)


def _locate(result: ReadRow, facts: OwnFacts) -> None:
    """A site that is said in full lies where it is said; any other is looked for as in other lists."""
    site = facts.site
    lat, lon, ags, town = (site.get(name) for name in ("lat", "lon", "ags", "town"))
    if lat is None or lon is None or not town or not re.fullmatch(r"\d{8}", str(ags or "")):
        return
    if not is_in_germany(lat, lon):
        return
    result.place = Place(
        name=site.get("name", ""), street=site.get("street", ""), postcode=site.get("postcode", ""),
        town=str(town), ags=str(ags), lat=lat, lon=lon,
    )  # fmt: skip
    result.located = Located(lat, lon, str(ags), str(town))
