"""The figures as CSV for spreadsheets in German, written as the files of the cockpit are."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import IO, Any

from kekiz.analysis.exports.columns import COLUMNS, DIGITS, FigureColumn, describe_figure, say_codes
from kekiz.analysis.exports.dossier import Dossier
from kekiz.register.imports.own_columns import shield

PROTECTED = "."  # as the statistical offices write it
NO_NEED = "–"  # the share of a need of zero


def write_csv(dossier: Dossier, stream: IO[bytes]) -> None:
    """Semicolons, decimal commas, UTF-8 with its mark, a header; one row for each figure."""
    stream.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.header for column in COLUMNS])
    for figure in dossier.figures():
        row = say_codes(describe_figure(dossier, figure))
        writer.writerow([_write_cell(column, row) for column in COLUMNS])
    text.detach()


def _write_cell(column: FigureColumn, row: dict[str, Any]) -> str:
    value = row[column.name]
    if value is None:
        return PROTECTED if row["is_hidden"] else NO_NEED
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float):
        return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".").replace(".", ",")
    return value.isoformat() if isinstance(value, dt.date) else shield(str(value))
