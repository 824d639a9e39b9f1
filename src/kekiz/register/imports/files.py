"""Any list that kekiz knows, from its bytes: told apart by content, never by the name alone."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .delimited import decode_text, read_delimited
from .hsds import read_tables
from .objects import load_json, read_objects
from .osm import find_form, read_extract
from .own_columns import is_own_header, unshield
from .own_hsds import nest_own_tables, read_own_services
from .own_lines import is_lined, read_own_lines
from .refusals import RefusedList
from .sheets import HIGHEST_ROWS, Sheet, find_table
from .workbooks import check_zip, read_workbook

MEGABYTE = 1024 * 1024
LARGEST_BYTES = 20 * MEGABYTE
# HSDS JSON that kekiz wrote is read line by line: some 13,000 offers.
LARGEST_OWN_BYTES = 120 * MEGABYTE
MOST_TABLE_ROWS = 25 * HIGHEST_ROWS  # of a package in all: an offer has some twenty attributes
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_REFUSED_STARTS = (
    (b"%PDF", "Die Datei ist ein PDF. Bitte senden Sie die Tabelle selbst: xlsx, ods oder csv."),
    (b"\x89PNG", "Die Datei ist ein Bild. Bitte senden Sie die Tabelle selbst: xlsx, ods oder csv."),
    (b"\xff\xd8\xff", "Die Datei ist ein Bild. Bitte senden Sie die Tabelle selbst: xlsx, ods oder csv."),
    (b"{\\rtf", "Die Datei ist ein Textdokument. Bitte kopieren Sie die Tabelle in eine Mappe (xlsx)."),
)


@dataclass(frozen=True)
class ReadFile:
    """The sheets of a file that hold a table; ``form`` names what it is, ``digest`` is its SHA-256."""

    name: str
    form: str
    digest: str
    sheets: tuple[Sheet, ...]

    @property
    def largest(self) -> Sheet:
        """The sheet with most rows: the one meant, unless somebody chooses another."""
        return max(self.sheets, key=lambda sheet: len(sheet.rows))

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name; the largest one for "". Raises RefusedList."""
        if not name:
            return self.largest
        found = next((sheet for sheet in self.sheets if sheet.name == name), None)
        if found is None:
            known = ", ".join(f"„{sheet.name}“" for sheet in self.sheets)
            raise RefusedList(f"Das Blatt „{name}“ gibt es nicht. Vorhanden: {known}.")
        return found


def read_path(path: Path) -> ReadFile:
    """Read a file, or a folder that is an HSDS CSV package. Raises RefusedList."""
    try:
        if path.is_dir():
            tables = {one.name: one.read_bytes() for one in sorted(path.glob("*.csv"))[:100] if one.is_file()}
            if sum(map(len, tables.values())) > LARGEST_OWN_BYTES:
                raise RefusedList(describe_limit())
            return _read_package(path.name, tables)
        if path.stat().st_size > LARGEST_OWN_BYTES:
            raise RefusedList(describe_limit())
        return read_content(path.name, path.read_bytes())
    except OSError as error:
        raise RefusedList(f"{path} lässt sich nicht lesen: {error.strerror}.") from error


def read_content(name: str, content: bytes) -> ReadFile:
    """Read a list from its bytes; ``name`` is shown and otherwise without meaning. Raises RefusedList."""
    own = _read_own(name, content)
    if own:
        return own
    if not content.strip():
        raise RefusedList("Die Datei ist leer.")
    for start, reason in _REFUSED_STARTS:
        if content.startswith(start):
            raise RefusedList(reason)
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(b"PK"):
        return _read_zip(name, content, digest)
    extract = find_form(content)
    if extract:
        return _as_file(name, "osm", digest, [read_extract(_stem(name), content, extract)])
    if content.startswith(_OLE):
        return _as_file(name, "workbook", digest, _read_sheets(content))
    lead = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if lead[:1] in b"{[":
        text, _ = decode_text(content)
        sheets = read_objects(_stem(name), load_json(text.lstrip("\ufeff")))
        return _as_file(name, sheets[0].form, digest, sheets)
    if lead[:1] == b"<":
        raise RefusedList(
            "Die Datei ist eine Webseite oder XML, keine Tabelle. Bitte öffnen Sie sie in Ihrem "
            "Tabellenprogramm "
            "und speichern Sie sie als xlsx oder csv."
        )
    rows, notes = read_delimited(content)
    if rows and is_own_header([str(cell) for cell in rows[0]]):
        rows = [[unshield(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    sheet = find_table(_stem(name), rows, notes=notes)
    return _as_file(name, "csv", digest, [sheet] if sheet else [])


def _read_own(name: str, content: bytes) -> ReadFile | None:
    """HSDS JSON that kekiz wrote may be larger than all else. Raises RefusedList for what is too large."""
    if is_lined(content) and len(content) <= LARGEST_OWN_BYTES:
        sheet = read_own_lines(_stem(name), content)
        if sheet:
            return _as_file(name, sheet.form, hashlib.sha256(content).hexdigest(), [sheet])
    if len(content) > LARGEST_BYTES:
        raise RefusedList(describe_limit())
    return None


def describe_limit() -> str:
    """How large a file may be, as a sentence for whoever sent a larger one."""
    return (
        f"Die Datei ist größer als {LARGEST_BYTES // MEGABYTE} MB (HSDS JSON, das kekiz geschrieben hat: "
        f"{LARGEST_OWN_BYTES // MEGABYTE} MB). Bitte teilen Sie die Liste."
    )


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem[:100] or "Liste"


def _as_file(name: str, form: str, digest: str, sheets: list[Sheet]) -> ReadFile:
    if not sheets:
        raise RefusedList(
            "In der Datei ist keine Tabelle zu finden. Erwartet: eine Zeile mit Spaltennamen wie „Angebot“, "
            "„Träger“, „Ort“ und darunter je Zeile ein Angebot."
        )
    for sheet in sheets:
        if len(sheet.rows) > HIGHEST_ROWS:
            raise RefusedList(
                f"Die Liste hat mehr als {HIGHEST_ROWS:,} Zeilen. Bitte teilen Sie sie.".replace(",", ".")
            )
    return ReadFile(name, form, digest, tuple(sheets))


def _read_zip(name: str, content: bytes, digest: str) -> ReadFile:
    archive = check_zip(content)
    names = archive.namelist()
    if "[Content_Types].xml" in names or "mimetype" in names:
        if any(part.startswith("word/") or part.startswith("ppt/") for part in names):
            raise RefusedList(
                "Die Datei ist ein Textdokument. Bitte kopieren Sie die Tabelle in eine Mappe (xlsx)."
            )
        return _as_file(name, "workbook", digest, _read_sheets(content))
    tables = {
        PurePosixPath(part).name: archive.read(part)
        for part in names
        if part.lower().endswith(".csv") and not part.startswith("__MACOSX")
    }
    if "services.csv" in tables:
        return _read_package(name, tables, digest)
    inner = [part for part in names if not part.endswith("/") and not part.startswith("__MACOSX")]
    if len(inner) == 1:
        unpacked = archive.read(inner[0])
        if not unpacked.startswith(b"PK"):  # never an archive in an archive
            return read_content(PurePosixPath(inner[0]).name, unpacked)
    raise RefusedList("Das Zip-Archiv ist weder eine Mappe noch ein HSDS-Paket (services.csv fehlt).")


def _read_sheets(content: bytes) -> list[Sheet]:
    found = [find_table(name, rows) for name, rows in read_workbook(content)]
    return [sheet for sheet in found if sheet]


def _read_package(name: str, files: Mapping[str, bytes], digest: str = "") -> ReadFile:
    """An HSDS CSV package: one table per file, comma and UTF-8 as the standard says."""
    tables: dict[str, list[dict[str, str]]] = {}
    left = MOST_TABLE_ROWS
    for file, content in files.items():
        tables[PurePosixPath(file).stem] = _read_table(file, content, left)
        left -= len(tables[PurePosixPath(file).stem])
    if not digest:
        joined = hashlib.sha256()
        for file, content in sorted(files.items()):
            joined.update(file.encode() + b"\0" + content)
        digest = joined.hexdigest()
    if "services" not in tables:
        raise RefusedList(f"{name} ist kein HSDS-Paket: services.csv fehlt.")
    own = read_own_services(_stem(name), nest_own_tables(tables))
    return _as_file(name, "hsds", digest, [own or read_tables(_stem(name), tables)])


def _read_table(file: str, content: bytes, most: int) -> list[dict[str, str]]:
    text, _ = decode_text(content)
    rows: list[dict[str, str]] = []
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), restkey="", restval=""):
            rows.append({str(key).strip(): value for key, value in row.items() if isinstance(value, str)})
            if len(rows) > most:
                raise RefusedList(
                    f"Das HSDS-Paket hat mehr als {MOST_TABLE_ROWS:,} Zeilen. Bitte teilen Sie es.".replace(
                        ",", "."
                    )
                )
        return rows
    except csv.Error as error:
        raise RefusedList(f"{file} lässt sich nicht als CSV lesen: {error}.") from error
