"""The list as a workbook for the people who made it: what happened to each row and why, formulas without
effect.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from .rows import FAULT, ReadRow
from .sheets import Sheet

RESULT, REASONS = "kekiz: Ergebnis", "kekiz: Hinweise"
LONGEST_CELL = 32_000
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WRONG = PatternFill("solid", fgColor="FBE3D6")
_NOTED = PatternFill("solid", fgColor="FFF4CE")
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_annotated(sheet: Sheet, rows: Sequence[ReadRow], results: Mapping[int, str]) -> bytes:
    """An xlsx of the list: two columns in front say the result and the reasons; left-out rows at the end.

    ``results`` gives the result by row number. The rows keep their numbers as a column, for the list is read
    without its title rows.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet("Liste")
    page.freeze_panes = "D2"
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 18, 70
    for index in range(4, len(sheet.header) + 4):
        page.column_dimensions[get_column_letter(index)].width = 22
    page.append([_cell(page, text, is_bold=True) for text in (RESULT, REASONS, "Zeile", *sheet.header)])
    by_number = {row.number: row for row in rows}
    for line in sheet.rows:
        row = by_number.get(line.number)
        result = results.get(line.number, "")
        reasons = "\n".join(_describe(row)) if row else ""
        fill = _WRONG if row and row.is_wrong else _NOTED if reasons else None
        lead = [_cell(page, result, fill=fill), _cell(page, reasons, fill=fill), line.number]
        page.append([*lead, *(_cell(page, cell) for cell in line.cells)])
    if sheet.left_out:
        rest = book.create_sheet("Ausgelassen")
        rest.column_dimensions["B"].width, rest.column_dimensions["C"].width = 28, 90
        rest.append([_cell(rest, text, is_bold=True) for text in ("Zeile", "Erkannt als", "Inhalt")])
        for out in sheet.left_out:
            rest.append([out.number, _cell(rest, out.kind), _cell(rest, out.text)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _describe(row: ReadRow) -> list[str]:
    """Faults first."""
    ordered = sorted(row.findings, key=lambda finding: finding.kind != FAULT)
    return [
        f"{'Fehler' if finding.kind == FAULT else 'Hinweis'}: {finding.text}"
        + (f" (Spalte „{finding.column}“)" if finding.column else "")
        for finding in ordered
    ]


def neutralise(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe in front where it would."""
    return f"'{text}" if text.startswith(_STARTS) else text


def _cell(page: object, value: object, *, is_bold: bool = False, fill: PatternFill | None = None) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    if isinstance(value, int) and abs(value) >= 10**15:
        value = str(value)
    if value is None or isinstance(value, (bool, int, float, dt.datetime, dt.date, dt.time)):
        return value
    cell = WriteOnlyCell(page, value=neutralise(_ILLEGAL.sub(" ", str(value)))[:LONGEST_CELL])
    cell.data_type = "s"
    if is_bold:
        cell.font = Font(bold=True)
    if fill is not None:
        cell.fill = fill
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
