"""The index of the search: which offers hold a term, and how well an offer answers a question.

Arrays only, no database. Built by store.py, asked by :func:`rank`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kekiz.register.search.facts import Facts, Fit, measure_ages, measure_fit

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
PLACE_MARK = "@"  # before the words of a town's name, a second term: it tells that the word is one
_SATURATION = 1.4  # k1 of BM25: how soon one more mention stops to count
_ANSWERED = np.float32(0.4)  # a thing is answered in full from this strength on
_ELSEWHERE = np.float32(0.65)  # what an offer counts that does not name the place that was asked for


@dataclass(frozen=True)
class Way:
    """One way to say a thing: terms that an offer should hold, and what this way counts (0 … 1).

    ``fit``: what offers that mean this are like; others that hold the words count less.
    """

    terms: tuple[str, ...]
    weight: float = 1.0
    fit: Fit | None = None


@dataclass(frozen=True)
class Wanted:
    """One thing that is asked for; the best of its ways counts.

    ``words``: what of the question it stands for. ``weight``: what it counts beside the others (0 … 1).
    ``ages``: months, from <= age < to, of the child it is for. ``is_place``: it tells where, not what.
    ``is_guess``: what all words together point at, beside the things that are wanted for sure.
    """

    ways: tuple[Way, ...]
    words: str = ""
    weight: float = 1.0
    ages: tuple[int, int] | None = None
    is_place: bool = False
    is_guess: bool = False


@dataclass(frozen=True)
class TermIndex:
    """Terms → offers. ``start``: terms + 1; ``row``, ``value``: postings, the rows of a term in order."""

    rows: int
    number: Mapping[str, int]
    start: NDArray[np.int64]
    row: Ints
    value: Floats
    facts: Facts | None = None

    def find_rarity(self, term: str) -> float:
        """How telling a term is: inverse document frequency, 0 for one that no offer holds."""
        number = self.number.get(term)
        if number is None:
            return 0.0
        return self.find_rarity_of(int(self.start[number + 1] - self.start[number]))

    def find_rarity_of(self, holds: int) -> float:
        """How telling a term is that so many offers hold."""
        return float(np.log1p((self.rows - holds + 0.5) / (holds + 0.5)))

    def find_postings(self, term: str) -> tuple[Ints, Floats]:
        """Rows that hold the term and how strongly (0 … 1)."""
        number = self.number.get(term)
        part = slice(0, 0) if number is None else slice(self.start[number], self.start[number + 1])
        return self.row[part], self.value[part]

    @cached_property
    def place_words(self) -> frozenset[str]:
        """The words of the names of towns, folded."""
        marked = (term for term in self.number if term.startswith(PLACE_MARK))
        return frozenset(term.removeprefix(PLACE_MARK) for term in marked)

    @cached_property
    def terms(self) -> list[str]:
        """All terms, for those who correct typos."""
        return [term for term in self.number if not term.startswith(PLACE_MARK)]


def build_index(entries: Sequence[Mapping[str, float]], facts: Facts | None = None) -> TermIndex:
    """An index over the weighted terms of offers, one mapping (and one row of facts) for each offer."""
    number: dict[str, int] = {}
    terms = [number.setdefault(term, len(number)) for entry in entries for term in entry]
    weights = np.array([weight for entry in entries for weight in entry.values()], dtype=np.float32)
    counts = np.array([len(entry) for entry in entries], dtype=np.int64)
    return index_postings(number, counts, np.array(terms, dtype=np.int32), weights, facts)


def index_postings(
    number: Mapping[str, int], counts: NDArray[np.int64], terms: Ints, weights: Floats, facts: Facts | None
) -> TermIndex:
    """An index over terms (by number) and weights, row after row; ``counts``: how many each row has."""
    rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    order = np.argsort(terms, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(terms, minlength=len(number)))])
    value = weights / (weights + np.float32(_SATURATION))
    return TermIndex(len(counts), number, start.astype(np.int64), rows[order], value[order], facts)


def rank(index: TermIndex, question: Sequence[Wanted]) -> Floats:
    """How well each row answers: 0 for not at all. Shape (rows,)."""
    return rank_with_guess(index, question)[0]


def rank_with_guess(index: TermIndex, question: Sequence[Wanted]) -> tuple[Floats, Floats]:
    """How well each row answers, and how well without what is only guessed. Shapes (rows,).

    What is wanted counts as much as its most telling way is rare; an offer gets as large a part of it as its
    best way is strong (weight × mean strength of the terms). An offer that answers half of what is asked
    counts half of that; what it only touches is answered in part. A guess is added, both scaled to their
    best. A place says where: beside something else it only makes offers elsewhere count less.
    """
    sure = [wanted for wanted in question if not wanted.is_guess]
    things = [wanted for wanted in sure if not wanted.is_place] or sure
    here = _value_places(index, [wanted for wanted in sure if wanted not in things])
    without = _value_things(index, things)
    total = without
    for guess in (wanted for wanted in question if wanted.is_guess):
        total = _scale(total) + np.float32(guess.weight) * _scale(_value_wanted(index, guess))
    return total * here, without * here


def _scale(value: Floats) -> Floats:
    """The same with 1 for the best."""
    return value / np.float32(max(float(value.max(initial=0.0)), 1e-9))


def _value_things(index: TermIndex, things: Sequence[Wanted]) -> Floats:
    total = np.zeros(index.rows, dtype=np.float32)
    answered = np.zeros(index.rows, dtype=np.float32)
    asked = 0.0
    for wanted in things:
        rarity = wanted.weight * max((_find_way_rarity(index, way) for way in wanted.ways), default=0.0)
        if rarity == 0.0:
            continue
        value = _value_wanted(index, wanted)
        total += value * np.float32(rarity)
        answered += np.minimum(value / _ANSWERED, np.float32(1)) * np.float32(rarity)
        asked += rarity
    if asked:
        total *= answered / np.float32(asked)
    return total


def _find_way_rarity(index: TermIndex, way: Way) -> float:
    if way.fit is not None:
        return max((index.find_rarity(term) for term in way.terms), default=0.0)
    known = [index.find_rarity(term) for term in way.terms]
    return sum(known) / max(len(known), 1)


def _value_places(index: TermIndex, places: Sequence[Wanted]) -> Floats | np.float32:
    """1 for rows that name one of the places, less for others."""
    if not places:
        return np.float32(1)
    here = np.zeros(index.rows, dtype=np.float32)
    for place in places:
        rarity = max((_find_way_rarity(index, way) for way in place.ways), default=0.0)
        here += np.where(_value_wanted(index, place) > 0, np.float32(rarity), np.float32(0))
    # Of a name in two words ("Bad Meinberg") each tells a part.
    share = here / max(float(here.max(initial=0.0)), 1e-9)
    return _ELSEWHERE + (1 - _ELSEWHERE) * share


def _value_wanted(index: TermIndex, wanted: Wanted) -> Floats:
    """The best way's weight × strength for each row, 0 … 1."""
    best = np.zeros(index.rows, dtype=np.float32)
    for way in wanted.ways:
        row, value = _value_way(index, way)
        if way.fit is not None and index.facts is not None:
            value = value * measure_fit(index.facts, row, way.fit)
        best[row] = np.maximum(best[row], value)
    if wanted.ages is not None and index.facts is not None:
        found = np.flatnonzero(best)
        best[found] *= measure_ages(index.facts, found, wanted.ages)
    return best


def _value_way(index: TermIndex, way: Way) -> tuple[Ints, Floats]:
    """The rows that say it this way, and weight × strength.

    Several terms: their mean by rarity, and nothing where the larger part of them is missing.
    """
    if len(way.terms) == 1:
        row, value = index.find_postings(way.terms[0])
        return row, value * np.float32(way.weight)
    whole = np.zeros(index.rows, dtype=np.float32)
    held = np.zeros(index.rows, dtype=np.float32)
    asked = 0.0
    for term in way.terms:
        row, strength = index.find_postings(term)
        # A word that no offer holds is missing in all of them: "Kinderchor" is not found by "Kinder" alone.
        rarity = index.find_rarity(term) or index.find_rarity_of(0)
        whole[row] += strength * np.float32(rarity)
        held[row] += np.float32(rarity)
        asked += rarity
    row = np.flatnonzero(held >= np.float32(0.6 * asked)).astype(np.int32) if asked else np.zeros(0, np.int32)
    return row, whole[row] * np.float32(way.weight / max(asked, 1e-9))
