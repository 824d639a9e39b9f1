"""Weekdays named in OSM opening hours, as bits: two listings of one offer share their days."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
NAMED = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)(?:\s*-\s*(Mo|Tu|We|Th|Fr|Sa|Su))?\b")


def read_days(hours: pa.Array) -> NDArray[np.int64]:
    """Bit 0 is Monday; 0 where no day is named."""
    coded = hours.dictionary_encode()
    bits = np.array([_read_bits(text) for text in coded.dictionary.to_pylist()] + [0], dtype=np.int64)
    indices = coded.indices.fill_null(len(bits) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(bits[indices])


def _read_bits(text: str | None) -> int:
    bits = 0
    for first, last in NAMED.findall(text or ""):
        start = DAYS.index(first)
        span = (DAYS.index(last) - start) % 7 if last else 0
        for day in range(start, start + span + 1):
            bits |= 1 << (day % 7)
    return bits
