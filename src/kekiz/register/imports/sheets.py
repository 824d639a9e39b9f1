"""A list as rows under a header: finds the table in a sheet as offices write it.

Title rows above, headers over two rows with merged cells, empty rows and columns, headings between the rows,
a header repeated on every page, a total line and notes at the end: all are found, left out, and named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .headers import count_known
from .own_columns import is_own_header
from .refusals import RefusedList
from .values.reading import as_text

HIGHEST_ROWS = 50_000
HIGHEST_COLUMNS = 300
SEARCHED_ROWS = 40
SECTION = "Abschnitt"
_LONGEST_HEADER = 80
_TOTAL = re.compile(r"^(?:summen?|gesamt\w*|insgesamt|total|zusammen|anzahl|Σ)\b", re.IGNORECASE)
_NOTE = re.compile(
    r"^(?:\*|stand\b|quelle\b|hinweis|anmerkung|legende|alle angaben|erstellt|source|note)", re.IGNORECASE
)


def refuse_too_many(rows: int) -> None:
    """Raise RefusedList for more entries than a list may have; asked while they are read, not afterwards."""
    if rows > HIGHEST_ROWS:
        raise RefusedList(
            f"Mehr als {HIGHEST_ROWS:,} Angebote. Bitte teilen Sie die Datei.".replace(",", ".")
        )


@dataclass(frozen=True)
class SheetRow:
    """One row with its number as the file's own program shows it."""

    number: int
    cells: tuple[object, ...]


@dataclass(frozen=True)
class LeftOut:
    """A row that is no entry of the list, and what it is taken for."""

    number: int
    text: str
    kind: str


@dataclass(frozen=True)
class Sheet:
    """One table: column names, rows, what was left out. ``header_rows`` are row numbers.

    ``form`` is ``list`` for tables that people write, else the standard it comes from (``hsds``, ``geojson``,
    ``osm``); ``notes`` say what the reader had to leave aside.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    left_out: tuple[LeftOut, ...] = ()
    header_rows: tuple[int, ...] = (1,)
    form: str = "list"
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def is_own(self) -> bool:
        """Did kekiz write this list?"""
        return is_own_header(self.header)

    @property
    def shares_ids(self) -> bool:
        """Are rows with the same id one offer at several sites?"""
        return self.form == "hsds" or self.is_own

    def column(self, index: int) -> list[object]:
        """All cells of a column."""
        return [row.cells[index] for row in self.rows]


def find_table(name: str, grid: Sequence[Sequence[object]], *, notes: tuple[str, ...] = ()) -> Sheet | None:
    """The table of a grid of cells, or None where there is none (no header with two columns and a row)."""
    filled = [(number, tuple(row)) for number, row in enumerate(grid, start=1) if _count_filled(row)]
    if not filled:
        return None
    width = min(max(len(row) for _, row in filled), HIGHEST_COLUMNS)
    rows = [(number, (*row, *(None,) * (width - len(row)))[:width]) for number, row in filled]
    found = _find_header(rows)
    if found is None:
        return None
    first, size, names = found
    body = rows[first + size :]
    kept = [
        column
        for column in range(width)
        if names[column] or any(_is_filled(cells[column]) for _, cells in body)
    ]
    header = _name_columns([names[column] for column in kept])
    left_out = [LeftOut(number, _join(cells), "Überschrift der Liste") for number, cells in rows[:first]]
    narrow = [(number, tuple(cells[column] for column in kept)) for number, cells in body]
    if is_own_header(header):  # every row is an entry, whatever its words look like
        rows_of_own = tuple(SheetRow(number, cells) for number, cells in narrow)
        return Sheet(name, header, rows_of_own, tuple(left_out), (rows[first][0],), notes=notes)
    entries, others, sections = _part_rows(narrow, [names[column] for column in kept])
    if len(header) < 2 or not entries:
        return None
    if any(sections):
        header = (*header, SECTION)
        entries = [
            SheetRow(row.number, (*row.cells, section))
            for row, section in zip(entries, sections, strict=True)
        ]
    header_rows = tuple(number for number, _ in rows[first : first + size])
    return Sheet(name, header, tuple(entries), tuple(left_out + others), header_rows, notes=notes)


def _count_filled(row: Sequence[object]) -> int:
    return sum(1 for cell in row if _is_filled(cell))


def _is_filled(cell: object) -> bool:
    """Does the cell hold text? The quick way for what is plainly readable."""
    if isinstance(cell, str) and cell.isprintable():
        return bool(cell) and not cell.isspace()
    return cell is not None and as_text(cell) != ""


def _join(cells: Sequence[object]) -> str:
    return " · ".join(text for text in (as_text(cell) for cell in cells) if text)[:200]


def _find_header(rows: list[tuple[int, tuple[object, ...]]]) -> tuple[int, int, list[str]] | None:
    """Index of the first header row, how many rows it has (1 or 2), and the names."""
    typical = _typical_width(rows)
    best: tuple[tuple[float, float, int], int, int, list[str]] | None = None
    for index in range(min(len(rows) - 1, SEARCHED_ROWS)):
        for size in (1, 2):
            names = _read_names(rows, index, size)
            if names is None:
                continue
            filled = sum(1 for name in names if name)
            known = count_known(names)
            if filled < 2 or (not known and filled < 0.6 * typical):
                continue
            score = (
                float(known),
                min(filled / max(typical, 1), 1.0) - 0.01 * index - 0.3 * (size == 2),
                -size,
            )
            if best is None or score > best[0]:
                best = (score, index, size, names)
    return best[1:] if best else None


def _typical_width(rows: list[tuple[int, tuple[object, ...]]]) -> int:
    widths = sorted(_count_filled(cells) for _, cells in rows[:500])
    return widths[len(widths) // 2]


def _read_names(rows: list[tuple[int, tuple[object, ...]]], index: int, size: int) -> list[str] | None:
    """Names from one row, or from two of which the upper one groups columns; None if these are no headers."""
    if index + size >= len(rows):
        return None
    lines = [[_header_text(cell) for cell in cells] for _, cells in rows[index : index + size]]
    if any(text is None for line in lines for text in line):
        return None
    texts = [[text or "" for text in line] for line in lines]
    if size == 1:
        return texts[0]
    upper, lower = texts
    is_group = sum(1 for text in upper if text) >= 2 or not upper[0]
    fills_gaps = any(under and not over for over, under in zip(upper, lower, strict=True))
    if not (is_group and fills_gaps and rows[index + 1][0] == rows[index][0] + 1):
        return None
    names, group = [], ""
    for over, under in zip(upper, lower, strict=True):
        group = over or (group if under else "")
        names.append(" ".join(dict.fromkeys(part for part in (group, under) if part)))
    return names


def _header_text(cell: object) -> str | None:
    """The text of a cell that may stand in a header; None for numbers, dates and long texts."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return None
    text = " ".join(as_text(cell).split())
    if len(text) > _LONGEST_HEADER or re.fullmatch(r"[\d.,:\s-]+", text):
        return None
    return text


def _name_columns(names: list[str]) -> tuple[str, ...]:
    """Every column gets a name, and no name twice."""
    used: dict[str, int] = {}
    result = []
    for index, name in enumerate(names, start=1):
        base = (
            re.sub(r"-\s+(?=[a-zäöü])", "", name) or f"Spalte {index}"
        )  # "Öffnungs- zeiten" broken in the cell
        used[base] = used.get(base, 0) + 1
        result.append(base if used[base] == 1 else f"{base} ({used[base]})")
    return tuple(result)


def _part_rows(
    rows: list[tuple[int, tuple[object, ...]]], names: list[str]
) -> tuple[list[SheetRow], list[LeftOut], list[str]]:
    """Entries, rows that are none, and the section each entry stands in."""
    last = max((at for at, (_, cells) in enumerate(rows) if _count_filled(cells) > 1), default=-1)
    entries: list[SheetRow] = []
    others: list[LeftOut] = []
    sections: list[str] = []
    section = ""
    for at, (number, cells) in enumerate(rows):
        count = _count_filled(cells)
        first = next((as_text(cell) for cell in cells if _is_filled(cell)), "")
        if first in names and [as_text(cell) for cell in cells] == [" ".join(name.split()) for name in names]:
            others.append(LeftOut(number, _join(cells), "wiederholter Tabellenkopf"))
        elif _TOTAL.match(first) and count <= max(3, len(cells) // 2):
            others.append(LeftOut(number, _join(cells), "Summenzeile"))
        elif count == 1 and len(cells) > 2 and (at > last or _NOTE.match(first)):
            others.append(LeftOut(number, _join(cells), "Anmerkung"))
        elif count == 1 and len(cells) > 3 and as_text(cells[0]):
            section = first
            others.append(LeftOut(number, first, "Zwischenüberschrift"))
        else:
            entries.append(SheetRow(number, cells))
            sections.append(section)
    return entries, others, sections
