"""The analysed versions of a process as arrays: what an index is built from, again and again.

The texts of the entries are read once and let go: 50,000 offers are some 3 million numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kekiz.register.search.facts import Facts
from kekiz.register.search.index import TermIndex, index_postings

Numbers = NDArray[np.int32]
Weights = NDArray[np.float32]


class Analysed:
    """Terms and weights of versions, in the order they were added."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}  # term -> number
        self._ids: list[int] = []
        self._known: set[int] = set()
        self._counts: list[NDArray[np.int64]] = []
        self._terms: list[Numbers] = []
        self._weights: list[Weights] = []

    def __contains__(self, version: int) -> bool:
        return version in self._known

    def add(self, entries: Mapping[int, str]) -> None:
        """Read entries as ``write_terms`` (entries.py) writes them, by the key of their version."""
        number = self._number
        counts = [(text.count(" ") + 1) // 2 for text in entries.values()]
        words = " ".join(text for text in entries.values() if text).split(" ") if any(counts) else []
        terms = [number.setdefault(term, len(number)) for term in words[::2]]
        self._ids += entries
        self._known |= entries.keys()
        self._counts.append(np.array(counts, dtype=np.int64))
        self._terms.append(np.array(terms, dtype=np.int32))
        self._weights.append(np.array(words[1::2], dtype=np.float32))

    def keep(self, ids: Sequence[int]) -> None:
        """Only these versions, in this order; each has been added."""
        if self._ids == list(ids) and len(self._terms) <= 1:
            return
        counts = np.concatenate([np.zeros(0, dtype=np.int64), *self._counts])
        terms = np.concatenate([np.zeros(0, dtype=np.int32), *self._terms])
        weights = np.concatenate([np.zeros(0, dtype=np.float32), *self._weights])
        place = {version: row for row, version in enumerate(self._ids)}
        rows = np.array([place[version] for version in ids], dtype=np.int64)
        start = np.concatenate([[0], np.cumsum(counts)])[rows]
        counts = counts[rows]
        steps = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        chosen = np.repeat(start, counts) + steps
        self._ids, self._known = list(ids), set(ids)
        self._counts, self._terms, self._weights = [counts], [terms[chosen]], [weights[chosen]]
        self._forget_unused_terms()

    def _forget_unused_terms(self) -> None:
        used = np.bincount(self._terms[0], minlength=len(self._number)) > 0
        if used.all():
            return
        renumbered = np.cumsum(used, dtype=np.int32) - 1
        words = [term for term, held in zip(self._number, used.tolist(), strict=True) if held]
        self._number = {term: number for number, term in enumerate(words)}
        self._terms = [renumbered[self._terms[0]].astype(np.int32)]

    def build_index(self, facts: Facts) -> TermIndex:
        """The index over what is kept, one row for each version."""
        counts = np.concatenate([np.zeros(0, dtype=np.int64), *self._counts])
        terms = np.concatenate([np.zeros(0, dtype=np.int32), *self._terms])
        weights = np.concatenate([np.zeros(0, dtype=np.float32), *self._weights])
        return index_postings(dict(self._number), counts, terms, weights, facts)
