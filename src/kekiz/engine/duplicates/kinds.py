"""Kinds of houses that exclude each other, read from names: a Grundschule is no Realschule."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Kinds = NDArray[np.int64]


@dataclass(frozen=True)
class Words:
    """What words.toml says of words: the bit of each kind, the bits of each table, and unspecific words."""

    kind_of: dict[str, int]
    tables: tuple[int, ...]
    ends: tuple[str, ...]  # kinds that also end compounds
    unspecific: frozenset[str]


@cache
def load_words() -> Words:
    """The tables of words.toml."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    kind_of: dict[str, int] = {}
    tables, ends, bit = [], [], 1
    for groups in read["excluding"].values():
        table = 0
        for group in groups:
            kind_of |= dict.fromkeys((word.removeprefix("*") for word in group), bit)
            ends += [word[1:] for word in group if word.startswith("*")]
            table, bit = table | bit, bit << 1
        tables.append(table)
    spelled = {row[0] for row in read["spellings"]}
    return Words(kind_of, tuple(tables), tuple(ends), frozenset(read["unspecific"]) | spelled)


def read_kinds(names: pa.Array) -> Kinds:
    """Kinds the folded names hold, one bit each; 0 where a name tells none."""
    coded = names.dictionary_encode()
    lists = pc.utf8_split_whitespace(coded.dictionary)
    words = lists.flatten().dictionary_encode()
    bits = np.array([read_kind(word) for word in words.dictionary.to_pylist()] or [0], dtype=np.int64)
    each = bits[words.indices.to_numpy(zero_copy_only=False)]
    starts = lists.offsets.to_numpy()
    summed = np.zeros(len(starts) - 1, dtype=np.int64)
    is_filled = np.diff(starts) > 0
    if is_filled.any():
        summed[is_filled] = np.bitwise_or.reduceat(each, starts[:-1][is_filled])
    return np.asarray(np.append(summed, 0)[coded.indices.to_numpy(zero_copy_only=False)])


def read_kind(word: str) -> int:
    """The bit of the kind a folded word names, also at the end of a compound; 0 for other words."""
    return load_words().kind_of.get(find_kind(word), 0)


def find_kind(word: str) -> str:
    """The kind in the folded word: all of it, or the end of a compound; empty where there is none."""
    words = load_words()
    if word in words.kind_of:
        return word
    if not word.endswith(words.ends):
        return ""
    return next(end for end in words.ends if word.endswith(end))


def exclude_kinds(lefts: Kinds, rights: Kinds) -> NDArray[np.bool_]:
    """True where both tell kinds of one table and share none of it."""
    is_excluded = np.zeros(len(lefts), dtype=bool)
    for table in load_words().tables:
        one, two = lefts & table, rights & table
        is_excluded |= (one > 0) & (two > 0) & ((one & two) == 0)
    return is_excluded
