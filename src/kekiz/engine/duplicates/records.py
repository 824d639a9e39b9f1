"""What is compared: records of providers, sites or offers from several lists, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..problems import InputError, Problem

TEXTS = ("id", "source", "name", "provider", "street", "postcode", "town", "phone", "title", "hours")
NUMBERS = ("lat", "lon", "age_from", "age_to")


@dataclass(frozen=True)
class Records:
    """Columns of equal length, one row per record; what a list does not tell is null or NaN.

    ``id`` is unique; ``source`` names the list. ``street`` holds street and house number, ``hours`` OSM
    ``opening_hours``, ``lat``/``lon`` degrees (WGS84), ``age_from``/``age_to`` months. ``title`` names the
    offer, ``name`` the site (or provider) it belongs to.
    """

    id: pa.Array
    source: pa.Array
    name: pa.Array
    provider: pa.Array
    street: pa.Array
    postcode: pa.Array
    town: pa.Array
    phone: pa.Array
    title: pa.Array
    hours: pa.Array
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    age_from: NDArray[np.float64]
    age_to: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def from_columns(cls, **columns: Sequence[Any] | pa.Array | NDArray[Any]) -> Records:
        """Take columns by name (lists, Arrow or NumPy arrays); ``id`` is needed, the rest is optional.

        Raises InputError for an unknown column, columns of unequal length and ids that are empty or repeated.
        """
        _check_columns(columns)
        size = len(columns["id"])
        texts = {column: _to_text(columns.get(column), size) for column in TEXTS}
        numbers = {column: _to_number(columns.get(column), size) for column in NUMBERS}
        _check_ids(texts["id"])
        return cls(**texts, **numbers)

    @classmethod
    def from_table(cls, table: pa.Table) -> Records:
        """Take the columns of the table that have a name known here; others are left aside."""
        known = {field.name for field in fields(cls)}
        return cls.from_columns(**{name: table[name] for name in table.column_names if name in known})


def _check_columns(columns: dict[str, Any]) -> None:
    if "id" not in columns:
        raise InputError([Problem("Dubletten", "Die Spalte „id“ fehlt: Jeder Eintrag braucht eine Kennung.")])
    unknown = sorted(set(columns) - set(TEXTS) - set(NUMBERS))
    if unknown:
        known = ", ".join(TEXTS + NUMBERS)
        raise InputError([Problem("Dubletten", f"Unbekannt: {', '.join(unknown)}. Möglich sind {known}.")])
    sizes = {name: len(column) for name, column in columns.items()}
    odd = [name for name, size in sizes.items() if size != sizes["id"]]
    if odd:
        message = f"{sizes[odd[0]]} Werte, erwartet werden {sizes['id']} wie in der Spalte „id“."
        raise InputError([Problem("Dubletten", message, column=odd[0])])


def _check_ids(ids: pa.Array) -> None:
    if ids.null_count:
        row = int(np.flatnonzero(ids.is_null().to_numpy(zero_copy_only=False))[0]) + 1
        raise InputError([Problem("Dubletten", "Die Kennung ist leer.", row=row, column="id")])
    if pc.count_distinct(ids).as_py() == len(ids):
        return
    counts = ids.value_counts()
    doubled = [entry["values"] for entry in counts.filter(pc.greater(counts.field("counts"), 1))[:5]]
    if doubled:
        names = ", ".join(str(value) for value in doubled)
        message = f"Mehrfach vergeben: {names}. Jede Kennung darf nur einmal vorkommen."
        raise InputError([Problem("Dubletten", message, column="id")])


def _to_text(column: Any, size: int) -> pa.Array:
    if column is None:
        return pa.nulls(size, pa.string())
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not isinstance(column, pa.Array):
        column = pa.array([None if value is None else str(value) for value in column], pa.string())
    return column.cast(pa.string())


def _to_number(column: Any, size: int) -> NDArray[np.float64]:
    if column is None:
        return np.full(size, np.nan)
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64)
