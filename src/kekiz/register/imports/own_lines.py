"""HSDS JSON that kekiz itself wrote: an array with one service a line, read line by line.

So a file of a whole district needs the memory of its rows, not of its objects, and what a hostile file can
cost is known beforehand: a line is short, and only rows of the list are kept.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from .own_hsds import read_own_services
from .sheets import Sheet

LONGEST_LINE_BYTES = 1024 * 1024
_LEAD = b"[\n{"


class _OtherShape(ValueError):
    """Not an array with one object a line."""


def is_lined(content: bytes) -> bool:
    """Does the file begin as kekiz writes HSDS?"""
    return content.startswith(_LEAD)


def read_own_lines(name: str, content: bytes) -> Sheet | None:
    """The rows of services that kekiz wrote; None where the file is of another shape or somebody else's.

    Raises RefusedList where there are too many.
    """
    try:
        return read_own_services(name, _read_entries(content))
    except _OtherShape:
        return None


def _read_entries(content: bytes) -> Iterator[Any]:
    stream = io.BytesIO(content)  # shares the bytes
    stream.readline()
    has_next = True
    while has_next:
        line = stream.readline(LONGEST_LINE_BYTES + 1)
        has_next = line.endswith(b",\n")
        if len(line) > LONGEST_LINE_BYTES:
            raise _OtherShape
        try:
            entry = json.loads(line[:-2] if has_next else line)
        except (ValueError, RecursionError) as error:
            raise _OtherShape from error
        if not isinstance(entry, dict):
            raise _OtherShape
        yield entry
    if stream.read() != b"]\n":
        raise _OtherShape
