"""Files ready to send: written once for a state of the register, kept until something else is published."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from kekiz.register.exports.catalogue import open_catalogue
from kekiz.register.exports.formats import Format, Licence, write_export
from kekiz.register.queries import visible_versions
from kekiz.register.search.store import read_state

# Another way of writing makes another file: raise it with every change of a form.
WRITING = 1
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


def open_export(form: Format, region: str, licence: Licence) -> StoredFile:
    """The file of what is published now; written if it is not there yet, one at a time. Raises BusyError."""
    stamp = _make_stamp(form, region, licence)
    path = _folder() / f"{stamp}-{form.file_name}"
    if not path.is_file():
        if not _LOCK.acquire(timeout=WAIT_SECONDS):
            raise BusyError
        try:
            if not path.is_file():
                _write(path, form, region, licence)
        finally:
            _LOCK.release()
    return StoredFile(path, f'"{stamp}"')


def find_written(form: Format, region: str, licence: Licence) -> StoredFile | None:
    """The same file, only if it is there already."""
    stamp = _make_stamp(form, region, licence)
    path = _folder() / f"{stamp}-{form.file_name}"
    return StoredFile(path, f'"{stamp}"') if path.is_file() else None


def find_size(form: Format, region: str, licence: Licence) -> int | None:
    """How large the file is, or was when it was last written; None if nobody has asked for it yet."""
    written = find_written(form, region, licence)
    if written is not None:
        return written.size
    sizes = [path.stat() for path in _folder().glob(f"*-{form.file_name}")]
    return max(sizes, key=lambda one: one.st_mtime).st_size if sizes else None


def find_last_change() -> dt.datetime | None:
    """When the youngest of the visible offers was approved."""
    found: dt.datetime | None = visible_versions().aggregate(Max("published_at"))["published_at__max"]
    return found


def make_etag(region: str, licence: Licence, what: str) -> str:
    """An ETag for something else that follows from the published offers and the day."""
    return f'"{_digest(region, licence, what)}"'


def _folder() -> Path:
    return Path(settings.OPEN_DATA_FOLDER)


def _make_stamp(form: Format, region: str, licence: Licence) -> str:
    return _digest(region, licence, form.key)


def _digest(region: str, licence: Licence, what: str) -> str:
    """Offers end by the day, so the day belongs to the state."""
    told = repr((WRITING, what, region, licence, timezone.localdate(), read_state()))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _write(path: Path, form: Format, region: str, licence: Licence) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as stream:
            write_export(form, open_catalogue(region), stream, licence)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for old in path.parent.glob(f"*-{form.file_name}"):
        if old != path:
            old.unlink(missing_ok=True)  # whoever is reading it reads on
