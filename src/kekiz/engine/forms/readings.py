"""What a reader of a public form hands back, and the small tools that the readers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kekiz.engine.checks import ColumnChecker

Table = TypeVar("Table")


@dataclass(frozen=True)
class Reading(Generic[Table]):
    """A table taken from a public form, with what was assumed to get there."""

    table: Table
    notes: tuple[str, ...]  # German sentences, shown in the report


def choose_column(check: ColumnChecker, names: Sequence[str]) -> str:
    """The first of several spellings that the table has; the first spelling if it has none."""
    return next((name for name in names if check.has(name)), names[0])


def replace_marks(
    table: pa.Table, columns: Sequence[str], zero: Sequence[str], unknown: Sequence[str]
) -> pa.Table:
    """Write the offices' marks in text columns of numbers as "0" (``zero``) or "" (``unknown``)."""
    for column in columns:
        if column not in table.column_names or not pa.types.is_string(table[column].type):
            continue
        texts = pc.utf8_trim_whitespace(pc.fill_null(table[column], ""))
        texts = pc.if_else(pc.is_in(texts, pa.array(list(zero), pa.string())), "0", texts)
        texts = pc.if_else(pc.is_in(texts, pa.array(list(unknown), pa.string())), "", texts)
        table = table.set_column(table.column_names.index(column), column, texts)
    return table


def write_rounded(value: float) -> str:
    """A number of children or people for a sentence: whole, with thin spaces."""
    return f"{int(np.rint(value)):,}".replace(",", "\u202f")
