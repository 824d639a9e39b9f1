"""How alike two records are, field by field: evidence in 0..1 for or against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from .bags import Bags
from .block import join_keys
from .kinds import exclude_kinds
from .normalise import Columns, number_texts

Rows = NDArray[np.int64]
Evidence = NDArray[np.floating[Any]]  # float16 where kept, 0.001 is fine enough
CHUNK = 1 << 15  # pairs compared at a time, bounds the memory
DIFFERENT_BELOW = 0.45  # names less alike than this speak against
METRES_PER_DEGREE = 111_195.0

FIELDS = (
    "name_alike", "name_part", "name_words", "name_clash", "name_echo", "name_common",
    "name_number_clash", "name_kind_clash", "whole_alike", "provider_alike",
    "provider_clash",
    "street_same", "street_clash", "number_same", "number_clash", "neighbour_clash", "letter_clash",
    "postcode_same",
    "postcode_clash", "phone_same", "phone_shared", "phone_kin",
    "phone_clash", "place_near", "place_far", "title_alike",
    "title_clash", "hours_same", "days_same", "days_clash", "ages_same", "ages_clash", "source_same",
)  # fmt: skip


STREETS = ("street_same", "street_clash", "number_same", "neighbour_clash")
WORDINGS = ("name_words", "name_echo", "provider_alike", "provider_clash")
Hope = Callable[[Evidence, NDArray[np.bool_]], NDArray[np.bool_]]  # evidence, fields still to come


def compare_pairs(
    columns: Columns,
    bags: dict[str, Bags],
    texts: Texts,
    lefts: Rows,
    rights: Rows,
    whole: NDArray[np.float64],
    is_hopeful: NDArray[np.bool_],
    hope: Hope,
) -> Evidence:
    """Evidence per pair and field, (pairs × len(FIELDS)); a field that either record lacks is 0, neither way.

    ``whole`` is how alike name, provider and title are together. What is dear to compare (letter by letter)
    is compared last, and only for pairs that are worth it: ``hope`` says whether the fields still to come
    could. ``is_hopeful`` is set False for the others, whose rows stay incomplete.
    """
    evidence = np.zeros((len(lefts), len(FIELDS)), dtype=np.float32)
    if not len(lefts):
        return evidence
    named: dict[str, NDArray[Any]] = {}
    for compare in (_compare_names, _compare_addresses, _compare_phones, _compare_offers):
        named |= compare(columns, bags, texts, lefts, rights)
    named["whole_alike"] = np.maximum(whole, named["name_alike"])
    _write_fields(evidence, slice(None), named)
    to_come = np.isin(FIELDS, STREETS + WORDINGS)
    for names, measure in ((STREETS, _compare_streets), (WORDINGS, _compare_wordings)):
        open_rows = np.flatnonzero(is_hopeful)
        is_hopeful[open_rows] = hope(evidence[open_rows], to_come)
        open_rows = np.flatnonzero(is_hopeful)
        found = measure(columns, bags, texts, lefts[open_rows], rights[open_rows])
        _write_fields(evidence, open_rows, found)
        to_come &= ~np.isin(FIELDS, names)
    return evidence


def _write_fields(evidence: Evidence, rows: slice | Rows, named: dict[str, NDArray[Any]]) -> None:
    for index, field in enumerate(FIELDS):
        if field in named:
            evidence[rows, index] = named[field]


class Texts:
    """Columns as lists for rapidfuzz, each distinct text once."""

    def __init__(self, columns: Columns) -> None:
        self.lists: dict[str, list[str]] = {}
        self.codes: dict[str, Rows] = {}
        self.is_empty: dict[str, NDArray[np.bool_]] = {}
        for field in ("name", "provider", "street"):
            coded = getattr(columns, field).dictionary_encode()
            self.lists[field] = coded.dictionary.to_pylist()
            self.is_empty[field] = np.array([not text for text in self.lists[field]], dtype=bool)
            self.codes[field] = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
        address = join_keys(number_texts(columns.street), columns.number)
        titles = number_texts(columns.title)
        self.phone_holders = np.maximum(
            _count_partners(columns.phone, address), _count_partners(columns.phone, titles)
        )
        self.name_holders = _count_partners(number_texts(columns.name), columns.place)

    def compare(
        self, field: str, lefts: Rows, rights: Rows, scorer: Callable[..., float]
    ) -> NDArray[np.float64]:
        """rapidfuzz score in 0..1, NaN where a text is empty."""
        ones, twos = self.codes[field][lefts], self.codes[field][rights]
        scores = np.ones(len(ones), dtype=np.float32)
        is_other = np.flatnonzero(ones != twos)  # equal texts need no comparison
        if len(is_other):
            texts = self.lists[field]
            queries = [texts[i] for i in ones[is_other].tolist()]
            choices = [texts[i] for i in twos[is_other].tolist()]
            scores[is_other] = process.cpdist(queries, choices, scorer=scorer, dtype=np.float32) / 100.0
        return np.where(self.lack(field, lefts, rights), np.nan, scores).astype(np.float64)

    def lack(self, field: str, lefts: Rows, rights: Rows) -> NDArray[np.bool_]:
        """Where either text is empty."""
        is_empty = self.is_empty[field][self.codes[field]]
        return np.asarray(is_empty[lefts] | is_empty[rights])


def _compare_names(
    columns: Columns, bags: dict[str, Bags], texts: Texts, i: Rows, j: Rows
) -> dict[str, NDArray[Any]]:
    alike, part = bags["name"].compare(i, j)
    best = np.maximum(alike, part * 0.8)
    return {
        "name_alike": alike,
        "name_part": part,
        "name_clash": np.where(texts.lack("name", i, j), 0.0, _below(best, DIFFERENT_BELOW)),
        "name_common": alike * (1.0 - 1.0 / np.minimum(texts.name_holders[i], texts.name_holders[j])),
        "name_number_clash": _other(columns.name_number[i], columns.name_number[j]),
        "name_kind_clash": exclude_kinds(columns.name_kinds[i], columns.name_kinds[j]).astype(np.float64),
    }


def _compare_wordings(
    _columns: Columns, bags: dict[str, Bags], texts: Texts, i: Rows, j: Rows
) -> dict[str, NDArray[Any]]:
    words = texts.compare("name", i, j, fuzz.token_set_ratio)
    provider = texts.compare("provider", i, j, fuzz.token_set_ratio)
    alike = bags["name"].compare(i, j)[0]
    return {
        "name_words": _above(words, 0.5),
        "name_echo": np.maximum(alike - bags["own"].compare(i, j)[0] * _keep_share(bags, i, j), 0.0),
        "provider_alike": _above(provider, 0.6),
        "provider_clash": _below(provider, 0.6),
    }


def _keep_share(bags: dict[str, Bags], i: Rows, j: Rows) -> NDArray[np.float64]:
    """How much of the two names is their own, not taken from street and town (share of the bags' lengths)."""
    own, name = bags["own"], bags["name"]
    whole = np.sqrt(name.measure(i) * name.measure(j))
    return np.sqrt(own.measure(i) * own.measure(j)) / np.maximum(whole, 1e-9)


def _compare_addresses(
    columns: Columns, _bags: object, _texts: Texts, i: Rows, j: Rows
) -> dict[str, NDArray[Any]]:
    numbers = columns.number[i], columns.number[j]
    postcodes = columns.postcode[i], columns.postcode[j]
    same_town = _same(columns.town[i], columns.town[j]) * ((postcodes[0] == 0) | (postcodes[1] == 0))
    metres = _measure_metres(columns, i, j)
    return {
        "number_clash": _other(*numbers),
        "letter_clash": _same(*numbers) * (columns.letter[i] != columns.letter[j]),
        "postcode_same": np.maximum(_same(*postcodes), same_town),
        "postcode_clash": _other(*postcodes),
        "place_near": np.nan_to_num(np.exp(-metres / 200.0)),
        "place_far": np.nan_to_num(np.clip((metres - 500.0) / 2000.0, 0.0, 1.0)),
    }


def _compare_streets(
    columns: Columns, _bags: object, texts: Texts, i: Rows, j: Rows
) -> dict[str, NDArray[Any]]:
    street = texts.compare("street", i, j, fuzz.ratio)
    numbers = columns.number[i], columns.number[j]
    return {
        "street_same": _above(street, 0.7),
        "street_clash": _below(street, 0.7),
        "number_same": _same(*numbers) * (np.nan_to_num(street) > 0.7),
        "neighbour_clash": _other(*numbers) * (np.nan_to_num(street) > 0.85),
    }


def _compare_phones(
    columns: Columns, _bags: object, texts: Texts, i: Rows, j: Rows
) -> dict[str, NDArray[Any]]:
    one, two = columns.phone[i], columns.phone[j]
    same, kin = _same(one, two), np.zeros(len(i))
    for digits in (10, 100, 1000):
        one_stem, two_stem = one // digits, two // digits
        is_stem = (one_stem == two_stem) | (one_stem == two) | (two_stem == one)
        kin = np.maximum(kin, is_stem & (one != two) & (one > 0) & (two > 0))
    rare = 1.0 / texts.phone_holders[i]
    return {
        "phone_same": same * rare,
        "phone_shared": same * (1.0 - rare),
        "phone_kin": kin,
        "phone_clash": _other(one, two) * (kin == 0),
    }


def _compare_offers(
    columns: Columns, bags: dict[str, Bags], _texts: Texts, i: Rows, j: Rows
) -> dict[str, NDArray[Any]]:
    own = bags["title_own"]
    has_titles = (own.measure(i) > 0) & (own.measure(j) > 0)
    alike, part = own.compare(i, j)
    alike = np.maximum(alike, 0.7 * part)
    is_equal = bags["title"].compare(i, j)[0] > 0.999
    days = columns.days[i], columns.days[j]
    shared, union = np.bitwise_count(days[0] & days[1]), np.bitwise_count(days[0] | days[1])
    has_days = (days[0] > 0) & (days[1] > 0)
    low = np.maximum(columns.age_from[i], columns.age_from[j])
    high = np.minimum(columns.age_to[i], columns.age_to[j])
    span = np.maximum(columns.age_to[i], columns.age_to[j]) - np.minimum(
        columns.age_from[i], columns.age_from[j]
    )
    ages = np.clip((high - low) / np.maximum(span, 1.0), 0.0, 1.0)
    return {
        "title_alike": np.maximum(alike, is_equal),
        "title_clash": has_titles * ~is_equal * _below(alike, DIFFERENT_BELOW),
        "hours_same": _same(columns.hours[i], columns.hours[j]),
        "days_same": has_days * shared / np.maximum(union, 1),
        "days_clash": has_days * (shared == 0),
        "ages_same": np.nan_to_num(_above(ages, 0.5)),
        "ages_clash": np.nan_to_num(_below(ages, 0.5)),
        "source_same": _same(columns.source[i], columns.source[j]),
    }


def _count_partners(keys: Rows, partners: Rows) -> NDArray[np.float64]:
    """With how many other partners (addresses, places) the row's key occurs, at least 1."""
    counts = np.ones(len(keys))
    rows = np.flatnonzero((keys != 0) & (partners != 0))
    rows = rows[np.lexsort((partners[rows], keys[rows]))]
    if not len(rows):
        return counts
    key, partner = keys[rows], partners[rows]
    is_new_key = np.append(True, key[1:] != key[:-1])
    is_new = is_new_key | np.append(True, partner[1:] != partner[:-1])
    known = key[is_new_key]
    number = np.add.reduceat(is_new.astype(np.int64), np.flatnonzero(is_new_key))
    spot = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    is_known = known[spot] == keys
    counts[is_known] = np.maximum(number[spot[is_known]] - 1, 1)
    return counts


def _measure_metres(columns: Columns, i: Rows, j: Rows) -> NDArray[np.float64]:
    """Distance on a plane laid at the pair's latitude; NaN where a position is missing."""
    north = (columns.lat[i] - columns.lat[j]) * METRES_PER_DEGREE
    east = (columns.lon[i] - columns.lon[j]) * METRES_PER_DEGREE * np.cos(np.radians(columns.lat[i]))
    return np.hypot(north, east)


def _same(one: Rows, two: Rows) -> NDArray[np.float64]:
    return np.asarray((one == two) & (one > 0), dtype=np.float64)


def _other(one: Rows, two: Rows) -> NDArray[np.float64]:
    return np.asarray((one != two) & (one > 0) & (two > 0), dtype=np.float64)


def _above(score: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    return np.asarray(np.nan_to_num(np.clip((score - limit) / (1.0 - limit), 0.0, 1.0)))


def _below(score: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    return np.asarray(np.nan_to_num(np.clip((limit - score) / limit, 0.0, 1.0)))
