"""The region whose offers this API tells of."""

from __future__ import annotations

from kekiz.evidence.queries import regions
from kekiz.register.hsds.directory import Directory, current_directory

NO_REGION = "kekiz"


def read_region_key() -> str:
    """The official key of the first loaded region; identifiers follow from it."""
    loaded = regions()
    return loaded[0].key if loaded else NO_REGION


def open_directory() -> Directory:
    """The directory of what is published now."""
    return current_directory(read_region_key())
