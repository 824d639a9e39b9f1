"""The list as a workbook (xlsx) for people: German words, real numbers and dates, nothing that calculates."""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.exports.fixed_zip import add_part
from kekiz.register.exports.table import iterate_rows
from kekiz.register.imports.own_columns import COLUMNS, OwnColumn

SHEET = "Angebote"
LONGEST_CELL = 32_767  # more does not fit into a cell
_MADE = dt.datetime(2026, 1, 1)  # a workbook has to name a day: the same for all
_FIRST_DAY = dt.date(1901, 1, 1)  # spreadsheets count days from 1900, and that year wrongly
_WIDTHS = {"title": 40, "provider": 30, "summary": 40, "description": 60, "site_name": 28, "street": 28}
_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
# Spreadsheets take "_x0041_" in a text for an "A", so the sign before it is written in the same way.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write_workbook(catalogue: Catalogue, stream: IO[bytes], licence: str) -> None:
    """Write the workbook; rows go to disk as they come."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator, book.properties.description = "Angebote", "kekiz", licence
    book.properties.created = _MADE
    page = book.create_sheet(SHEET)
    page.freeze_panes = "C2"
    for at, column in enumerate(COLUMNS, start=1):
        page.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(column.name, 18)
    head = [WriteOnlyCell(page, value=column.header) for column in COLUMNS]
    for cell in head:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    page.append(head)
    for row in iterate_rows(catalogue):
        page.append([_make_cell(page, column, row.get(column.name)) for column in COLUMNS])
    with tempfile.TemporaryFile() as written:
        book.save(written)
        _fix_moments(written, stream)


def _make_cell(page: object, column: OwnColumn, value: Any) -> Any:
    said = column.say(value)
    if isinstance(said, dt.date):
        if said < _FIRST_DAY:
            return _make_text(page, said.isoformat())
        cell = WriteOnlyCell(page, value=said)
        cell.number_format = "DD.MM.YYYY"
        return cell
    return _make_text(page, said) if isinstance(said, str) else said


def _make_text(page: object, text: str) -> Any:
    """A cell that is text whatever it begins with, also after somebody has edited it."""
    cell = WriteOnlyCell(page, value=_ESCAPED.sub("_x005F_", text)[:LONGEST_CELL])
    cell.data_type = "s"
    if text[0] in "=+-@\t'":
        cell.quotePrefix = True
    return cell


def _fix_moments(written: IO[bytes], stream: IO[bytes]) -> None:
    """The same parts under a fixed date: openpyxl writes the time of day into the archive."""
    written.seek(0)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            if name == _CORE:
                moment = _MADE.isoformat().encode() + b"Z"
                add_part(target, name, io.BytesIO(_MODIFIED.sub(rb"\g<1>" + moment, source.read(name))))
                continue
            with source.open(name) as part:
                add_part(target, name, part)
