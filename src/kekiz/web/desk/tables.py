"""One table for the page and for the CSV file: the same columns, the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kekiz.analysis.queries import Reasons
from kekiz.web import words
from kekiz.web.components.bars import draw_bar
from kekiz.web.components.reasons import REASONS

# What a spreadsheet would take as the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: heading and kind (text, note, children, exact, share, minutes, points, euro, change, bar)."""

    heading: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Numbers stand to the right."""
        return self.kind not in {"text", "note", "bar"}


@dataclass(frozen=True)
class Row:
    """Values in the order of the columns; `url` links the first one; `is_here` marks the chosen row."""

    values: tuple[Any, ...]
    url: str = ""
    is_here: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption and the name of its CSV file."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    csv_url: str = ""

    def drawn_rows(self) -> list[dict[str, Any]]:
        """The rows as the page shows them."""
        return [
            {
                "url": row.url,
                "is_here": row.is_here,
                "cells": [
                    {
                        "text": write_cell(value, column.kind),
                        "is_number": column.is_number,
                        "kind": column.kind,
                    }
                    for value, column in zip(row.values, self.columns, strict=True)
                ],
            }
            for row in self.rows
        ]


def write_cell(value: Any, kind: str) -> str | SafeString:
    """Write a value for the page; unknown is "?", too small is "·", never an empty cell or a zero."""
    if value == words.SUPPRESSED:
        return format_html(
            '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>',
            words.SUPPRESSED_SIGN,
            words.SUPPRESSED_WORDS,
        )
    if value == words.NO_NEED:
        return str(value)
    writers: dict[str, Callable[[Any], str]] = {
        "children": write_children,
        "exact": words.write_number,
        "share": words.write_percent,
        "minutes": words.write_minutes,
        "euro": words.write_euro,
        "change": lambda v: ("+" if v is not None and v > 0 else "") + words.write_number(v),
        "points": lambda v: words.write_number(v, 1),
        "bar": lambda v: draw_bar(v) if isinstance(v, Reasons) else "",
    }
    if kind in writers:
        return writers[kind](value)
    return words.UNKNOWN if value is None else str(value)


def write_children(children: float | None) -> str:
    """Write children of a table to the whole; what is above zero and below one half is "unter 1"."""
    if children is not None and 0 < children < 0.5:
        return "unter 1"
    return words.write_number(children)


def is_too_small(reasons: Reasons) -> bool:
    """Is a need left out because it is small, or because it would give a small one away?"""
    return reasons.is_hidden


def reason_columns() -> tuple[Column, ...]:
    """The columns of a need: bar, unmet share, unmet, need, and the six parts."""
    return (
        Column("Verteilung", "bar"),
        Column("Anteil ohne Platz", "share"),
        Column("ohne Platz", "children"),
        Column("Bedarf", "children"),
        *(Column(reason.label, "children") for reason in REASONS),
    )


def reason_values(reasons: Reasons) -> tuple[Any, ...]:
    """The values for `reason_columns`; a need too small to show gives dots."""
    if is_too_small(reasons):
        return (words.SUPPRESSED,) * len(reason_columns())
    parts = [getattr(reasons, reason.code) for reason in REASONS]
    return (reasons, reasons.unmet_share, reasons.unmet, reasons.need, *parts)


def write_csv(table: Table) -> str:
    """Write a table as CSV for German spreadsheets: semicolons, decimal commas, one heading row."""
    kept = [index for index, column in enumerate(table.columns) if column.kind != "bar"]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([table.columns[index].heading for index in kept])
    for row in table.rows:
        writer.writerow([_write_csv_value(row.values[index]) for index in kept])
    return buffer.getvalue()


def _write_csv_value(value: Any) -> str:
    if value is None:
        return words.UNKNOWN
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int | float):
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def answer_csv(table: Table, file_name: str) -> HttpResponse:
    """Send a table as a CSV file; the byte-order mark tells spreadsheets that it is UTF-8."""
    response = HttpResponse("\ufeff" + write_csv(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    return response
