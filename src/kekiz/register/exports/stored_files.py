"""Files ready to send: each written once for what it follows from, and kept until that is another."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

_LOCK = threading.Lock()
WAIT_SECONDS = 5.0


class BusyError(RuntimeError):
    """Another file is being written; asking again in a while is better than holding up the site."""


@dataclass(frozen=True)
class StoredFile:
    """A file of one form: where it lies, and its ETag (equal bytes, equal ETag)."""

    path: Path
    etag: str

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size


def digest(told: object) -> str:
    """A stamp for what a file follows from: anything whose ``repr`` tells all of it."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def open_stored(stamp: str, file_name: str, write: Callable[[IO[bytes]], None]) -> StoredFile:
    """The file of this stamp; written if it is not there yet, one at a time. Raises BusyError."""
    path = _folder() / f"{stamp}-{file_name}"
    if not path.is_file():
        if not _LOCK.acquire(timeout=WAIT_SECONDS):
            raise BusyError
        try:
            if not path.is_file():
                _write(path, file_name, write)
        finally:
            _LOCK.release()
    return StoredFile(path, f'"{stamp}"')


def find_stored(stamp: str, file_name: str) -> StoredFile | None:
    """The same file, only if it is there already."""
    path = _folder() / f"{stamp}-{file_name}"
    return StoredFile(path, f'"{stamp}"') if path.is_file() else None


def find_size(stamp: str, file_name: str) -> int | None:
    """How large the file is, or was when it was last written; None if nobody has asked for it yet."""
    stored = find_stored(stamp, file_name)
    if stored is not None:
        return stored.size
    sizes = [path.stat() for path in _folder().glob(f"*-{file_name}")]
    return max(sizes, key=lambda one: one.st_mtime).st_size if sizes else None


def _folder() -> Path:
    return Path(settings.OPEN_DATA_FOLDER)


def _write(path: Path, file_name: str, write: Callable[[IO[bytes]], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as stream:
            write(stream)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for old in path.parent.glob(f"*-{file_name}"):
        if old != path:
            old.unlink(missing_ok=True)  # whoever is reading it reads on
