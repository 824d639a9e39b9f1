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
LINE = "#line"  # added where a row is not one line: blank lines, texts over several lines
HEADER_BYTES = 65_536
PARQUET_MAGIC = b"PAR1"
GERMAN_DELIMITERS = {",": "Komma", ";": "Semikolon", "\t": "Tabulator"}
OTHER_DELIMITERS = {"|": "senkrechter Strich", ":": "Doppelpunkt", " ": "Leerzeichen"}
ZIP_MAGIC = b"PK\x03\x04"
BOM = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_columns(path: Path, *, known: frozenset[str], required: frozenset[str]) -> pa.Table:
    """Read a table whose columns are all text (CSV) or typed (Parquet).

    ``known`` and ``required`` are column names; unknown columns are dropped.
    Raises InputError for a file that is absent, empty, not a table, or lacks a required column.
    """
    if not path.is_file():
        raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")])
    with path.open("rb") as file:
        start = file.read(HEADER_BYTES)
    if not start.removeprefix(BOM).strip():
        names = f" mit: {', '.join(sorted(required))}" if required else ""
        raise InputError([Problem(path.name, f"Die Datei ist leer. Erwartet wird eine Kopfzeile{names}.")])
    if start[:4] == PARQUET_MAGIC:
        table = _read_parquet(path)
    else:
        table = _read_csv(path, start, known=known, required=required)
    _require_columns(path, table.column_names, known=known, required=required)
    return table.select([name for name in table.column_names if name in known or name == LINE])


def _read_parquet(path: Path) -> pa.Table:
    try:
        return pa_parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        text = (
            "Die Datei beginnt wie eine Parquet-Datei, ist aber beschädigt oder unvollständig. "
            "Bitte neu erzeugen oder neu übertragen."
        )
        raise InputError([Problem(path.name, text)]) from error


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
    ragged = _RaggedRows(path.name, delimiter)

    try:
        table = pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=True,
                invalid_row_handler=ragged.note,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError([_explain_unreadable(path, error, names, delimiter)]) from error
    if ragged.total:
        raise InputError(ragged.problems, total=ragged.total)
    lines = _find_lines(path, delimiter, table.num_rows)
    return table if lines is None else table.append_column(LINE, pa.array(lines))


def _find_lines(path: Path, delimiter: str, rows: int) -> list[int] | None:
    """The line each row begins in; None in the usual case of one line a row, header first."""
    content = path.read_bytes().rstrip(b"\r\n")
    if content.count(b"\n") == rows:
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        lines, before = [], 0
        for row in reader:
            if row:
                lines.append(before + 1)
            before = reader.line_num
    return lines[1 : rows + 1]


class _RaggedRows:
    """Collects the rows that have more or fewer columns than the header."""

    def __init__(self, name: str, delimiter: str) -> None:
        self.name, self.delimiter = name, delimiter
        self.problems: list[Problem] = []
        self.total = 0

    def note(self, row: pa_csv.InvalidRow) -> str:
        """Note one row and go on; pyarrow asks for the word "skip"."""
        self.total += 1
        if len(self.problems) < SHOWN_PER_COLUMN:
            self.problems.append(Problem(self.name, self._explain(row), row=row.number))
        return "skip"

    def _explain(self, row: pa_csv.InvalidRow) -> str:
        noun = "Spalte" if row.actual_columns == 1 else "Spalten"
        text = f"{row.actual_columns} {noun} statt {row.expected_columns}."
        own = GERMAN_DELIMITERS[self.delimiter]
        for other, word in GERMAN_DELIMITERS.items():
            if other != self.delimiter and row.text.count(other) == row.expected_columns - 1:
                return f"{text} Die Kopfzeile trennt mit {own}, diese Zeile mit {word}."
        return f"{text} Steht ein {own} in einem Text, gehört der Text in Anführungszeichen."


def _decode_header(path: Path, start: bytes) -> str:
    if start[:2] in UTF16_MARKS:
        raise InputError([Problem(path.name, _ENCODING_HINT)])
    if start[:4] == ZIP_MAGIC:
        raise InputError([Problem(path.name, _ZIP_HINT)])
    line = start.removeprefix(BOM).splitlines()[0]
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
        text = _quote_misread(line, error.start) + _ENCODING_HINT
        raise InputError([Problem(path.name, text, row=1)]) from error


_ENCODING_HINT = "Die Datei ist nicht in UTF-8 gespeichert. In Excel: Speichern unter → „CSV UTF-8“."
_ZIP_HINT = (
    "Das ist eine Excel- oder ZIP-Datei. Erwartet wird CSV oder Parquet. "
    "In Excel: Speichern unter → „CSV UTF-8“."
)


def _quote_misread(line: bytes, position: int) -> str:
    """The word around an unreadable character, read as Windows wrote it."""
    before, after = line[:position].split(b" "), line[position:].split(b" ")
    word = (before[-1][-20:] + after[0][:20]).decode("cp1252", "replace").strip().strip('"')
    return f"Ein Zeichen ist nicht lesbar; gemeint ist wohl „{word}“. "


def _explain_unreadable(path: Path, error: Exception, names: list[str], delimiter: str) -> Problem:
    if "UTF8" in str(error) or "UTF-8" in str(error):
        return _find_undecodable(path, names, delimiter)
    return Problem(path.name, f"Die Datei ist nicht als CSV lesbar: {error}")


def _find_undecodable(path: Path, names: list[str], delimiter: str) -> Problem:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                values = next(csv.reader([line[:HEADER_BYTES].decode("latin-1")], delimiter=delimiter), [])
                columns = [at for at, value in enumerate(values) if not value.isascii()]
                column = names[columns[0]] if columns and columns[0] < len(names) else None
                raw = values[columns[0]].encode("latin-1") if columns else line
                at = next((at for at, byte in enumerate(raw) if byte > 127), error.start)
                return Problem(path.name, _quote_misread(raw, at) + _ENCODING_HINT, row=number, column=column)
    return Problem(path.name, _ENCODING_HINT)


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
        raise InputError([_explain_unknown_header(path, names, known, required)])
    raise InputError(
        [
            Problem(path.name, f"Die Spalte fehlt. Gefunden wurden: {', '.join(names)}.", row=1, column=name)
            for name in missing
        ]
    )


def _explain_unknown_header(
    path: Path, names: list[str], known: frozenset[str], required: frozenset[str]
) -> Problem:
    for delimiter, word in OTHER_DELIMITERS.items():
        if len(names) == 1 and len(set(names[0].split(delimiter)) & known) > 1:
            text = (
                f"Das Trennzeichen ist wohl „{delimiter}“ ({word}). "
                "Erwartet wird Komma, Semikolon oder Tabulator."
            )
            return Problem(path.name, text, row=1)
    found = ", ".join(f"„{name[:30]}“" for name in names[:5])
    more = " …" if len(names) > 5 else ""
    return Problem(
        path.name,
        f"Keine bekannte Spalte in der Kopfzeile ({found}{more}). Erwartet werden: "
        f"{', '.join(sorted(required))}; Trennzeichen Komma, Semikolon oder Tabulator.",
        row=1,
    )
