"""Check the columns of one input table; collect every fault with its row, then raise all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kekiz.engine.files import LINE
from kekiz.engine.problems import SHOWN_PER_COLUMN, InputError, Problem

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
LIST_SEPARATORS = re.compile(r"[\s;|,]+")


class ColumnChecker:
    """Reads one pyarrow table column by column. ``raise_problems`` ends the reading."""

    def __init__(self, table: pa.Table, name: str, first_row: int = 2) -> None:
        self.table = table
        self.name = name
        self.lines = table[LINE].to_pylist() if LINE in table.column_names else None
        self.first_row = first_row
        self.problems: list[Problem] = []
        self.total = 0

    def has(self, column: str) -> bool:
        """True if the table has this column."""
        return column in self.table.column_names

    def line(self, row: int) -> int:
        """The line of the file that a row of the table stands in, counted from 1."""
        return row + self.first_row if self.lines is None else int(self.lines[row])

    def report(self, column: str, faulty: NDArray[np.bool_], explain: Callable[[int], str]) -> None:
        """Note every faulty row of a column; the first ones in words, the rest as a count."""
        rows = np.flatnonzero(faulty)
        self.total += len(rows)
        self.problems += [
            Problem(self.name, explain(int(row)), row=self.line(int(row)), column=column)
            for row in rows[:SHOWN_PER_COLUMN]
        ]

    def report_table(self, message: str) -> None:
        """Note a fault of the table as a whole."""
        self.total += 1
        self.problems.append(Problem(self.name, message))

    def raise_problems(self) -> None:
        """Raise InputError if anything was noted."""
        if self.problems:
            raise InputError(self.problems, total=self.total)

    def texts(self, column: str, *, required: bool = True) -> Texts:
        """A column as stripped text; "" where it is absent or empty."""
        if not self.has(column):
            return np.full(self.table.num_rows, "", dtype=object)
        cast = pc.utf8_trim_whitespace(pc.fill_null(pc.cast(self.table[column], pa.string()), ""))
        values = np.asarray(cast.to_numpy(zero_copy_only=False), dtype=object)
        if required:
            self.report(column, values == "", lambda _: "Der Wert fehlt.")
        return values

    def numbers(
        self,
        column: str,
        *,
        default: float | None = None,
        low: float = -np.inf,
        high: float = np.inf,
        expected: str = "eine Zahl",
    ) -> Floats:
        """A column of numbers within bounds; ``default`` stands for an empty value, None: it is required."""
        if not self.has(column):
            return np.full(self.table.num_rows, np.nan if default is None else default)
        values, unreadable, empty = self._parse_numbers(column)
        originals = self.table[column]

        def quote(row: int) -> str:
            return f"„{_shorten(originals[row].as_py())}“"

        self.report(column, unreadable, lambda row: f"{quote(row)} ist keine Zahl. Erwartet: {expected}.")
        if default is None:
            self.report(column, empty, lambda _: f"Der Wert fehlt. Erwartet: {expected}.")
        with np.errstate(invalid="ignore"):
            outside = ~unreadable & ~empty & ~((values >= low) & (values <= high))
        self.report(
            column, outside, lambda row: f"{quote(row)} liegt außerhalb des Erlaubten. Erwartet: {expected}."
        )
        values[empty] = np.nan if default is None else default
        return values

    def _parse_numbers(self, column: str) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
        raw = self.table[column]
        if pa.types.is_integer(raw.type) or pa.types.is_floating(raw.type):
            values = np.array(pc.cast(raw, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
            empty = np.isnan(values)
            return values, np.isinf(values), empty
        texts = self.texts(column, required=False)
        empty = texts == ""
        try:
            cast = pc.cast(pa.array(np.where(empty, "nan", texts), pa.string()), pa.float64())
            values = np.array(cast.to_numpy(zero_copy_only=False), dtype=np.float64)
        except pa.ArrowInvalid:
            values = np.array([_parse_number(text) for text in texts], dtype=np.float64)
        unreadable = ~empty & ~np.isfinite(values)
        return values, unreadable, empty

    def codes(self, column: str, allowed: Sequence[str], *, default: str | None = None) -> NDArray[np.int64]:
        """A column of codes as indices into ``allowed``; -1 where faulty."""
        values = self.texts(column, required=default is None)
        if default is not None:
            values[values == ""] = default
        index = {code: position for position, code in enumerate(allowed)}
        positions = np.fromiter((index.get(value, -1) for value in values), np.int64, len(values))
        self.report(
            column,
            (positions < 0) & (values != ""),
            lambda row: f"„{_shorten(values[row])}“ ist unbekannt. Möglich sind: {', '.join(allowed)}.",
        )
        return positions

    def code_sets(self, column: str, allowed: Sequence[str], *, required: bool = False) -> NDArray[np.int64]:
        """A column of lists of codes as bit masks over ``allowed``."""
        values = self.texts(column, required=required)
        bits = {code: 1 << position for position, code in enumerate(allowed)}
        masks: dict[str, int] = {}
        for value in set(values):
            parts = split_list(value)
            masks[value] = (
                -1 if any(part not in bits for part in parts) else sum({bits[part] for part in parts})
            )
        result = np.fromiter((masks[value] for value in values), np.int64, len(values))
        self.report(
            column,
            result < 0,
            lambda row: (
                f"„{_shorten(values[row])}“ enthält einen unbekannten Eintrag. Möglich sind: "
                f"{', '.join(allowed)}, getrennt durch Leerzeichen."
            ),
        )
        return result

    def unique(self, column: str, values: Texts) -> None:
        """Note every value of an identifying column that came before."""
        first: dict[str, int] = {}
        repeated = np.zeros(len(values), dtype=bool)
        for row, value in enumerate(values):
            repeated[row] = value != "" and first.setdefault(value, row) != row
        self.report(
            column,
            repeated,
            lambda row: (
                f"„{_shorten(values[row])}“ steht schon in Zeile {self.line(first[values[row]])}."
                " Jede Kennung darf nur einmal vorkommen."
            ),
        )

    def ags(self, column: str) -> Texts:
        """A column of municipality keys: eight digits as text."""
        values = self.texts(column)
        unusual = [value for value in set(values) if value and not re.fullmatch(r"\d{8}", value)]

        def explain(row: int) -> str:
            value = values[row]
            if re.fullmatch(r"\d{7}", value):
                return (
                    f"„{value}“ hat 7 Ziffern: Die führende Null ist verloren gegangen. Gemeint ist wohl "
                    f"„0{value}“; die Spalte muss Text sein."
                )
            return f"„{_shorten(value)}“ ist kein Gemeindeschlüssel. Erwartet: 8 Ziffern, z. B. 05766020."

        self.report(column, np.isin(values, np.array(unusual, dtype=object)), explain)
        return values


def split_list(text: str) -> list[str]:
    """The entries of a list in one cell, separated by blanks, commas, semicolons or bars."""
    return [part for part in LIST_SEPARATORS.split(text) if part]


def _parse_number(text: str) -> float:
    """A number as people write it, with a decimal point or comma; not a number if it is none."""
    try:
        return float(text) if "," not in text else float(text.replace(".", "").replace(",", "."))
    except ValueError:
        return np.nan


def _shorten(value: Any, length: int = 40) -> str:
    text = str(value)
    return text if len(text) <= length else text[:length] + "…"
