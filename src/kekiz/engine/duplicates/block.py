"""Which pairs are worth comparing: a union of keys, each of which one typing mistake can miss but not all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..kernels.duplicates import count_pairs, keep_distinct, list_pairs, pick_rare_trigrams
from .bags import Bags
from .normalise import Columns, number_texts

Keys = NDArray[np.int64]
LARGEST_BLOCK = 40  # records; a larger block is split by the next, finer key of its scheme
LARGEST_RARE_BLOCK = 10  # a trigram shared by more is not rare
RARE_TRIGRAMS = 3
MIX = 0x9E3779B97F4A7C15  # odd constant of Fibonacci hashing


def list_candidates(columns: Columns, bags: Bags) -> Keys:
    """Pairs (row i << 32 | row j, i < j, ascending) that share an address, phone, provider, name, trigrams
    or position.

    A block with too many records is split by the next finer key of its scheme; what is still too large at the
    finest key is left out, because a key that hundreds share says nothing.
    """
    pairs = np.empty(0, dtype=np.int64)  # grows in place: a million records have a hundred megabytes of pairs
    schemes = [(_address_schemes(columns), LARGEST_BLOCK), (_name_schemes(columns, bags), LARGEST_RARE_BLOCK)]
    for levels, cap in ((levels, cap) for scheme, cap in schemes for levels in scheme):
        found = _pair_scheme(levels, cap)
        pairs.resize(len(pairs) + len(found), refcheck=False)
        pairs[len(pairs) - len(found) :] = found
    pairs.sort()  # sorting whole numbers in place beats hashing them
    pairs.resize(keep_distinct(pairs), refcheck=False)
    return pairs


def _address_schemes(columns: Columns) -> Iterator[list[Keys]]:
    street, number, place = number_texts(columns.street), columns.number, columns.place
    region = np.where(columns.postcode > 0, columns.postcode // 1000 + 1, 0)
    whole = number_texts(columns.name)
    yield [join_keys(place, number), join_keys(place, number, street)]
    yield [join_keys(street, number), join_keys(street, number, region), join_keys(street, number, place)]
    yield [columns.phone, join_keys(columns.phone, place), join_keys(columns.phone, street, number)]
    yield [join_keys(street, place), join_keys(street, place, whole)]
    yield [join_keys(number_texts(columns.provider), place)]  # a short name misprinted, no street, no phone
    yield [_square(columns)]


def _name_schemes(columns: Columns, bags: Bags) -> Iterator[list[Keys]]:
    picked = np.zeros((len(bags.norms), RARE_TRIGRAMS), dtype=np.int64)
    pick_rare_trigrams(bags.starts, bags.codes, bags.holders, picked)
    picked = picked[bags.bag_of]
    region = np.where(columns.postcode > 0, columns.postcode // 1000 + 1, 0)
    for key in (number_texts(columns.name), *picked.T):
        yield [key, join_keys(key, region), join_keys(key, columns.place)]


def _square(columns: Columns) -> Keys:
    """About 150 m × 150 m in Germany."""
    is_known = np.isfinite(columns.lat) & np.isfinite(columns.lon)
    south = np.floor(np.where(is_known, columns.lat, 0.0) * 750).astype(np.int64)
    west = np.floor(np.where(is_known, columns.lon, 0.0) * 450).astype(np.int64)
    return np.where(is_known, (south + 10**6) * 10**7 + west + 10**6, 0)


def join_keys(*parts: Keys) -> Keys:
    """One key of several; 0 (unknown) if any part is 0."""
    key = np.zeros(len(parts[0]), dtype=np.uint64)
    is_known = np.ones(len(key), dtype=bool)
    for part in parts:
        key = (key ^ part.astype(np.uint64)) * np.uint64(MIX)
        key ^= key >> np.uint64(29)
        is_known &= part != 0
    return np.where(is_known, key.astype(np.int64), 0)


def _pair_scheme(levels: list[Keys], cap: int) -> Keys:
    """Pairs of all blocks of one scheme; too large blocks go on to the next level."""
    rows = np.arange(len(levels[0]), dtype=np.int64)
    found = []
    for level in levels:
        keys = level[rows]
        rows, keys = rows[keys != 0], keys[keys != 0]
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        ends = np.append(starts[1:], len(keys)).astype(np.int64)[: len(starts)]
        pairs = np.empty(count_pairs(ends, starts, cap), dtype=np.int64)
        list_pairs(rows, starts, ends, cap, pairs)
        found.append(pairs)
        is_large = (ends - starts) > cap
        rows = rows[np.repeat(is_large, ends - starts)]
    return np.concatenate(found)
