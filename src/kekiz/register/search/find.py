"""Find what families ask for: filters and words over the index in memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.register import facets
from kekiz.register.open_now import Moment, Opened, judge_opened
from kekiz.register.search.columns import Columns, Mask, Position
from kekiz.register.search.index import rank_with_guess
from kekiz.register.search.question import read_question
from kekiz.register.search.store import FamilyIndex
from kekiz.register.search.words import fold_phrase

WEAKEST_SHARE = 0.3  # of the best answer: what answers less is no answer
_NAMED = np.float32(1.01)  # of the best answer: an offer whose title was typed
_GOOD_SHARE = 0.6  # near a place, all good answers are sorted by distance, then all weaker ones


@dataclass(frozen=True)
class Hits:
    """Versions in order, and the kilometres to those that have a place (if a position was given)."""

    versions: list[int]
    distances_km: dict[int, float]


@dataclass(frozen=True)
class Filters:
    """What an offer has to be; see queries.offers_for_family."""

    on: dt.date
    age_months: int | None = None
    ags: str = ""
    near: Position | None = None
    radius_km: float | None = None
    field: str = ""
    free: bool = False
    language: str = ""
    barrier_free: bool = False
    moment: Moment | None = None  # opened then
    opened: Opened = Opened.YES
    page: str = ""  # language of the page the words were typed on


def find_versions(index: FamilyIndex, text: str, filters: Filters) -> Hits:
    """The visible versions that fit: the best answers first, near a position the nearest."""
    columns = index.columns
    fits = filter_rows(index, filters)
    score = _score(index, text, filters.page, fits)
    km = columns.measure_km(filters.near) if filters.near else None
    if km is not None and filters.radius_km is not None:
        fits &= (km <= filters.radius_km) | np.isinf(km)
    rows = np.flatnonzero(fits & (score > 0))
    rows = rows[_sort(score[rows], km[rows] if km is not None else None, columns.title_rank[rows])]
    versions = columns.version[rows].tolist()
    if km is None:
        return Hits(versions, {})
    measured = zip(versions, km[rows].tolist(), strict=True)
    return Hits(versions, {pk: distance for pk, distance in measured if distance < np.inf})


def filter_rows(index: FamilyIndex, wanted: Filters) -> Mask:
    """Rows that are what is wanted, whatever the words and the distance."""
    columns = index.columns
    fits = columns.until >= wanted.on.toordinal()
    if wanted.age_months is not None:
        fits &= (columns.age_from <= wanted.age_months) & (columns.age_to > wanted.age_months)
    if wanted.field:
        fits &= columns.has_code(columns.fields, wanted.field)
    if wanted.free:
        fits &= columns.cost == facets.Cost.FREE
    if wanted.language:
        fits &= columns.has_code(columns.languages, wanted.language)
    if wanted.barrier_free:
        fits &= columns.barrier_free == facets.BarrierFree.YES
    if wanted.ags:
        fits &= columns.is_at(wanted.ags)
    if wanted.moment is not None:
        fits &= find_opened(columns, wanted.moment, wanted.opened)
    return fits


def find_opened(columns: Columns, moment: Moment, opened: Opened) -> Mask:
    """Rows that are open (or closed, or of which nobody knows) at a moment."""
    judged = [judge_opened(notation, moment) is opened for notation in columns.hours_written]
    return np.array(judged, dtype=bool)[columns.hours]


def _score(index: FamilyIndex, text: str, page: str, fits: Mask) -> NDArray[np.float32]:
    """1 for all if nothing was asked in words; else how well each answers, 0 for no answer.

    Whoever types a whole title means that offer, whatever else its words may mean.
    """
    if not text.strip():
        return np.ones(len(fits), dtype=np.float32)
    score, sure = rank_with_guess(index.terms, read_question(text, index.terms, page))
    answers = _is_answer(score, fits) | _is_answer(sure, fits)
    named = list(index.columns.titled.get(fold_phrase(text), ()))
    score[named] = _NAMED * (score.max(initial=0.0) or 1.0)
    answers[named] = True
    return np.where(answers, score, np.float32(0))


def _is_answer(score: NDArray[np.float32], fits: Mask) -> Mask:
    best = float(score[fits].max(initial=0.0))
    return (score > 0) & (score >= WEAKEST_SHARE * best)


def _sort(
    score: NDArray[np.float32], km: NDArray[np.float64] | None, title_rank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Order of rows: best first; near a place, good answers before weaker ones and each by distance.

    Offers without a site (online, at home) come last of their kind: nothing says how far they are.
    """
    score = np.round(score, 4)
    if km is None:
        return np.lexsort((title_rank, -score))
    is_good = score >= _GOOD_SHARE * score.max(initial=0.0)
    return np.lexsort((title_rank, -score, km, ~is_good))
