"""From pairs of rows to pairs of entries: an offer with several sites has a row for each of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.duplicates import FIELDS, REVIEW_FROM, Duplicates
from kekiz.register.duplicate_records import ListedRecords

_OF_THE_SITE = ("name_", "street_", "number_", "neighbour_", "letter_", "postcode_", "place_")
IS_OF_THE_SITE = np.array([name.startswith(_OF_THE_SITE) for name in FIELDS])


@dataclass(frozen=True)
class EntryPairs:
    """Pairs of keys (left < right) with evidence (pairs × FIELDS), probability and if people are asked."""

    keys: list[tuple[str, str]]
    evidence: NDArray[np.float32]
    probability: NDArray[np.float64]
    is_review: NDArray[np.bool_]


def join_rows(found: Duplicates, listed: ListedRecords) -> EntryPairs:
    """One pair for each two entries; evidence about the site counts as far as their sites are shared.

    Two offers that share one of two sites are half as alike in place as two offers at one and the same site.
    """
    key_of = {row["id"]: key for row, key in zip(listed.rows, listed.keys, strict=True)}
    rows_of: dict[tuple[str, str], list[int]] = {}
    lefts, rights = found.left.to_pylist(), found.right.to_pylist()
    for row, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        first, second = sorted((key_of[left], key_of[right]))
        if first != second:
            rows_of.setdefault((first, second), []).append(row)
    sites = Counter(listed.keys)
    best = np.array([rows[0] for rows in rows_of.values()], dtype=np.int64)  # the most probable comes first
    evidence = found.evidence[best].astype(np.float32)
    probability = found.probability[best].copy()
    decision = np.array(found.decision.to_pylist(), dtype=object)[best]
    is_review = np.asarray(decision != "apart", dtype=bool)
    for place, ((first, second), rows) in enumerate(rows_of.items()):
        larger = first if sites[first] >= sites[second] else second
        if sites[larger] == 1:
            continue
        at = [lefts[row] if key_of[lefts[row]] == larger else rights[row] for row in rows]
        shared = _pick_best(rows, at)
        mean = found.evidence[shared].astype(np.float32).sum(axis=0) / sites[larger]
        evidence[place] = np.where(IS_OF_THE_SITE, mean, evidence[place])
        probability[place] = found.weights.score(evidence[place : place + 1])[0]
        is_review[place] = probability[place] >= REVIEW_FROM
    return EntryPairs(list(rows_of), evidence, probability, is_review)


def _pick_best(rows: list[int], ids: list[str]) -> list[int]:
    """The first (most probable) row of every id."""
    best: dict[str, int] = {}
    for row, name in zip(rows, ids, strict=True):
        best.setdefault(name, row)
    return list(best.values())
