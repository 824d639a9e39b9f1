"""The files of the register for what is published today, written when somebody asks for them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils import timezone

from kekiz.register.exports import stored_files
from kekiz.register.exports.catalogue import open_catalogue
from kekiz.register.exports.formats import Format, Licence, write_export
from kekiz.register.exports.stored_files import StoredFile
from kekiz.register.queries import visible_versions
from kekiz.register.search.store import read_state

# Another way of writing makes another file: raise it with every change of a form.
WRITING = 2


def open_export(form: Format, region: str, licence: Licence) -> StoredFile:
    """The file of what is published now; written if it is not there yet, one at a time. Raises BusyError."""
    return stored_files.open_stored(
        _digest(region, licence, form.key),
        form.file_name,
        lambda stream: write_export(form, open_catalogue(region), stream, licence),
    )


def find_written(form: Format, region: str, licence: Licence) -> StoredFile | None:
    """The same file, only if it is there already."""
    return stored_files.find_stored(_digest(region, licence, form.key), form.file_name)


def find_size(form: Format, region: str, licence: Licence) -> int | None:
    """How large the file is, or was when it was last written; None if nobody has asked for it yet."""
    return stored_files.find_size(_digest(region, licence, form.key), form.file_name)


def find_last_change() -> dt.datetime | None:
    """When the youngest of the visible offers was approved."""
    found: dt.datetime | None = visible_versions().aggregate(Max("published_at"))["published_at__max"]
    return found


def make_etag(region: str, licence: Licence, what: str) -> str:
    """An ETag for something else that follows from the published offers and the day."""
    return f'"{_digest(region, licence, what)}"'


def _digest(region: str, licence: Licence, what: str) -> str:
    """Offers end by the day, so the day belongs to the state."""
    return stored_files.digest((WRITING, what, region, licence, timezone.localdate(), read_state()))
