"""The list as CSV for spreadsheets in German: semicolons, UTF-8 with its mark, words as in the workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import IO, Any

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.exports.table import iterate_rows
from kekiz.register.imports.own_columns import COLUMNS, shield


def write_csv(catalogue: Catalogue, stream: IO[bytes]) -> None:
    """Write the CSV; texts that a spreadsheet would take for formulas get an apostrophe."""
    stream.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.header for column in COLUMNS])
    for row in iterate_rows(catalogue):
        writer.writerow([_write_cell(column.say(row.get(column.name))) for column in COLUMNS])
    text.detach()


def _write_cell(said: Any) -> Any:
    if isinstance(said, dt.date):
        return said.isoformat()
    return shield(said) if isinstance(said, str) else said
