"""Workbooks (xlsx, xls, ods), read by python-calamine in a process of its own with limits on memory and time.

A workbook from outside may claim a million columns, unpack to terabytes or crash its reader. The child
process
then dies alone and the list is refused with a sentence.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from .child_process import ask_child
from .refusals import RefusedList

LARGEST_UNPACKED_BYTES = 250 * 1024 * 1024
MOST_PARTS = 3000

_CHUNK = 1 << 20
_REASONS = {
    "password": "Die Mappe ist mit einem Passwort geschützt. Bitte speichern Sie sie ohne Passwort.",
    "broken": "Die Mappe ist beschädigt oder keine echte Excel- oder OpenDocument-Datei. Bitte öffnen Sie "
    "sie und speichern sie neu.",
    "size": "Die Mappe ist zu groß oder behauptet, Millionen leerer Zellen zu haben. Bitte kopieren Sie "
    "die Liste in eine neue Mappe.",
}


def check_zip(content: bytes) -> zipfile.ZipFile:
    """Open a zip whose parts unpack to a sensible size; unpacked once to be sure. Raises RefusedList."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise RefusedList(_REASONS["size"])
        total = 0
        for part in parts:
            with archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    total += len(chunk)
                    if total > LARGEST_UNPACKED_BYTES:
                        raise RefusedList(_REASONS["size"])
    except RuntimeError as error:  # encrypted
        raise RefusedList(_REASONS["password"]) from error
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise RefusedList(_REASONS["broken"]) from error
    except Exception as error:
        if type(error).__module__ in {"zlib", "lzma", "_lzma"}:
            raise RefusedList(_REASONS["broken"]) from error
        raise
    return archive


def read_workbook(content: bytes) -> list[tuple[str, list[list[object]]]]:
    """Visible sheets with their cells (text, number, yes/no, date, time or None). Raises RefusedList."""
    sheets = ask_child("workbook_child", content, _REASONS)
    return [(name, [[_restore(cell) for cell in row] for row in rows]) for name, rows in sheets]


def _restore(cell: object) -> object:
    """Dates and times come as {"kind": iso}."""
    if not isinstance(cell, dict):
        return cell
    ((kind, text),) = cell.items()
    if kind == "time":
        return dt.time.fromisoformat(text)
    return dt.datetime.fromisoformat(text) if kind == "datetime" else dt.date.fromisoformat(text)
