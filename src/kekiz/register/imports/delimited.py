"""CSV in whatever delimiter, encoding and line ending offices send it."""

from __future__ import annotations

import csv
import io
from collections import Counter

from .refusals import RefusedList
from .sheets import HIGHEST_ROWS

DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_LINES = 200
_LONGEST_FIELD = 200_000
# German letters in Windows-1252; where these bytes stand alone the text is not Mac Roman or DOS.
_DOS_LETTERS, _WINDOWS_LETTERS = b"\x84\x94\x81\xe1\x8e\x99\x9a", b"\xe4\xf6\xfc\xdf\xc4\xd6\xdc"


def decode_text(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16 with a mark, else Windows-1252 or DOS."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(name), name
            except UnicodeDecodeError as error:
                raise RefusedList(
                    "Der Text der Datei ist beschädigt. Bitte speichern Sie sie neu als CSV UTF-8."
                ) from error
    if b"\x00" in content[:4000]:
        raise RefusedList(
            "Die Datei ist keine Tabelle, die kekiz kennt. Möglich sind xlsx, xls, ods, csv, json und "
            "geojson."
        )
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        dos = sum(content.count(bytes([letter])) for letter in _DOS_LETTERS)
        windows = sum(content.count(bytes([letter])) for letter in _WINDOWS_LETTERS)
        name = "cp850" if dos > windows else "cp1252"
        return content.decode(name, errors="replace"), name


def read_delimited(content: bytes) -> tuple[list[list[object]], tuple[str, ...]]:
    """All rows as text cells, and notes. Raises RefusedList for what is no CSV."""
    text, encoding = decode_text(content)
    delimiter = None
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[4], "\n" + rest  # keeps the row numbers
    delimiter = delimiter or find_delimiter(text)
    csv.field_size_limit(_LONGEST_FIELD)
    rows: list[list[object]] = []
    at = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for row in reader:
            # A cell may hold line breaks; the row counts where it begins, as a text editor shows it.
            rows.extend([] for _ in range(at - len(rows)))
            rows.append([cell if cell.strip() else None for cell in row])
            at = len(rows)
            if len(rows) > HIGHEST_ROWS + 1000:
                raise RefusedList(
                    f"Die Liste hat mehr als {HIGHEST_ROWS:,} Zeilen. Bitte teilen Sie sie.".replace(",", ".")
                )
    except csv.Error as error:
        raise RefusedList(f"Zeile {len(rows) + 1} lässt sich nicht als CSV lesen: {error}.") from error
    notes = (
        () if encoding.startswith("utf") else (f"Zeichensatz {encoding} angenommen: Bitte Umlaute prüfen.",)
    )
    return rows, notes


def find_delimiter(text: str) -> str:
    """The sign that parts most lines into the same number of cells, and into most of them."""
    sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])
    best, best_score = DELIMITERS[0], (-1.0, 0)
    for sign in DELIMITERS:
        try:
            widths = [
                len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if any(row)
            ]
        except csv.Error:
            continue
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        score = (count / len(widths) if width > 1 else -0.5, width)
        if score > best_score:
            best, best_score = sign, score
    return best
