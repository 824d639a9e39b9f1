"""Zip archives whose bytes follow from their contents alone."""

from __future__ import annotations

import zipfile
from typing import IO

MOMENT = (1980, 1, 1, 0, 0, 0)  # the first one a zip can name
_CHUNK = 1 << 20
_MODE = 0o644 << 16


def add_part(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    """Add a file under a fixed date, compressed, a piece at a time."""
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # the same on every machine
    entry.external_attr = _MODE
    with archive.open(entry, "w") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
