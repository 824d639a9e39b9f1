"""Open a CSV or Parquet file as columns of text or numbers, or say why that is impossible."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from kekiz.engine.problems import SHOWN_PER_COLUMN, InputError, Problem

DELIMITERS = ",;\t"
HEADER_BYTES = 65_536
PARQUET_MAGIC = b"PAR1"
GERMAN_DELIMITERS = {",": "Komma", ";": "Semikolon", "\t": "Tabulator"}


def read_columns(path: Path, *, known: frozenset[str], required: frozenset[str]) -> pa.Table:
    """Read a table whose columns are all text (CSV) or typed (Parquet).

    ``known`` and ``required`` are column names; unknown columns are dropped.
    Raises InputError for a file that is absent, empty, not a table, or lacks a required column.
    """
    if not path.is_file():
        raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")])
    if path.stat().st_size == 0:
        raise InputError(
            [
                Problem(
                    path.name,
                    "Die Datei ist leer. Erwartet wird eine Kopfzeile mit: "
                    + ", ".join(sorted(required))
                    + ".",
                )
            ]
        )
    with path.open("rb") as file:
        start = file.read(HEADER_BYTES)
    if start[:4] == PARQUET_MAGIC:
        table = _read_parquet(path)
    else:
        table = _read_csv(path, start, known=known, required=required)
    _require_columns(path, table.column_names, known=known, required=required)
    return table.select([name for name in table.column_names if name in known])


def _read_parquet(path: Path) -> pa.Table:
    try:
        return pa_parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError([Problem(path.name, f"Die Parquet-Datei ist beschädigt: {error}")]) from error


def _read_csv(path: Path, start: bytes, *, known: frozenset[str], required: frozenset[str]) -> pa.Table:
    header = _decode_header(path, start)
    delimiter = _guess_delimiter(header, known)
    names = [name.strip() for name in next(csv.reader(io.StringIO(header), delimiter=delimiter), [])]
    _require_columns(path, names, known=known, required=required)
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise InputError(
            [
                Problem(
                    path.name, f"Die Spalte „{name}“ steht mehrfach in der Kopfzeile.", row=1, column=name
                )
                for name in doubled
            ]
        )
    ragged: list[Problem] = []
    count = 0

    def note_ragged(row: pa_csv.InvalidRow) -> str:
        nonlocal count
        count += 1
        if len(ragged) < SHOWN_PER_COLUMN:
            ragged.append(
                Problem(
                    path.name,
                    f"{row.actual_columns} Spalten statt {row.expected_columns}. Steht ein "
                    f"{GERMAN_DELIMITERS[delimiter]} in einem Text, gehört der Text in "
                    "Anführungszeichen.",
                    row=row.number,
                )
            )
        return "skip"

    try:
        table = pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=True,
                invalid_row_handler=note_ragged,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError([_explain_unreadable(path, error)]) from error
    if ragged:
        raise InputError(ragged, total=count)
    return table


def _decode_header(path: Path, start: bytes) -> str:
    line = start.removeprefix(b"\xef\xbb\xbf").splitlines()[0] if start.strip() else b""
    if b"\x00" in start or (len(start) == HEADER_BYTES and len(line) >= HEADER_BYTES - 3):
        raise InputError(
            [
                Problem(
                    path.name,
                    "Das ist keine Tabelle: Die Datei hat keine lesbare Kopfzeile. "
                    "Erwartet wird CSV (UTF-8) oder Parquet.",
                )
            ]
        )
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError([Problem(path.name, _ENCODING_HINT, row=1)]) from error


_ENCODING_HINT = (
    "Die Datei ist nicht in UTF-8 gespeichert (ein Zeichen, z. B. ein Umlaut, ist nicht lesbar). "
    "In Excel: Speichern unter → „CSV UTF-8“."
)


def _explain_unreadable(path: Path, error: Exception) -> Problem:
    if "UTF8" in str(error) or "UTF-8" in str(error):
        return Problem(path.name, _ENCODING_HINT, row=_find_undecodable_row(path))
    return Problem(path.name, f"Die Datei ist nicht als CSV lesbar: {error}")


def _find_undecodable_row(path: Path) -> int | None:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def _guess_delimiter(header: str, known: frozenset[str]) -> str:
    """The delimiter that yields the most known column names; the first of equals."""

    def count_known(delimiter: str) -> int:
        return sum(name.strip().strip('"') in known for name in header.split(delimiter))

    return max(DELIMITERS, key=count_known)


def _require_columns(
    path: Path, names: list[str], *, known: frozenset[str], required: frozenset[str]
) -> None:
    missing = sorted(required - set(names))
    if not missing:
        return
    if not set(names) & known:
        found = ", ".join(repr(name[:30]) for name in names[:5])
        raise InputError(
            [
                Problem(
                    path.name,
                    f"Keine bekannte Spalte in der Kopfzeile ({found} …). Erwartet werden: "
                    f"{', '.join(sorted(required))}; Trennzeichen Komma, Semikolon oder Tabulator.",
                    row=1,
                )
            ]
        )
    raise InputError(
        [
            Problem(path.name, f"Die Spalte fehlt. Gefunden wurden: {', '.join(names)}.", row=1, column=name)
            for name in missing
        ]
    )
