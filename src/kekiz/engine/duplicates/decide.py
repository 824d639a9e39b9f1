"""What happens to a pair: joined without asking, shown to people, or kept apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.duplicates import join_components
from .compare import FIELDS, Evidence
from .conflicts import find_name_conflicts
from .normalise import Columns

Rows = NDArray[np.int64]
Bools = NDArray[np.bool_]
AUTOMATIC_FROM = 0.95
REVIEW_FROM = 0.2
HARD_KEYS = ("street_same", "number_same", "postcode_same", "phone_same")


def decide_pairs(
    columns: Columns,
    lefts: Rows,
    rights: Rows,
    probability: NDArray[np.float64],
    evidence: Evidence,
    *,
    worth: NDArray[np.float64],
    level: str,
    is_joined: Bools,
    is_same: Bools,
    is_barred: Bools,
) -> NDArray[np.object_]:
    """``automatic``, ``confirmed``, ``review`` or ``apart`` per pair.

    ``worth``: probability, or what speaks for showing the pair all the same; ``is_joined``: both rows are in
    one cluster; ``is_same``, ``is_barred``: people or lists said so. Automatic is what is sure, joined and
    without conflict between records of two lists, never at offer level; review is
    all else that is joined or likely enough to be shown.
    """
    decision = np.full(len(probability), "apart", dtype=object)
    decision[(worth >= REVIEW_FROM) | is_joined] = "review"
    if level != "offer":
        has_conflict = _mark_conflicts(columns, lefts, rights, evidence, is_joined)
        is_sure = _mark_sure(probability, evidence) & is_joined & ~is_barred & ~has_conflict
        has_conflict |= is_barred
        decision[_settle_alone(columns.source, lefts, rights, is_sure, has_conflict)] = "automatic"
    decision[is_same & is_joined] = "confirmed"
    decision[is_barred] = "apart"
    return decision


def _mark_sure(probability: NDArray[np.float64], evidence: Evidence) -> Bools:
    """Probable and with a house number or phone in common, or equal in all hard keys."""
    field = {name: evidence[:, index] for index, name in enumerate(FIELDS)}
    is_hard = np.all([field[name] >= 1.0 for name in HARD_KEYS], axis=0) & (field["name_alike"] > 0.9)
    is_placed = (field["number_same"] > 0) | (field["phone_same"] > 0)
    return np.asarray((probability >= AUTOMATIC_FROM) & is_placed | is_hard)


def _mark_conflicts(columns: Columns, lefts: Rows, rights: Rows, evidence: Evidence, asked: Bools) -> Bools:
    """Where two fields contradict each other, or (of the ``asked`` pairs) the names say different things."""
    field = {name: evidence[:, index] for index, name in enumerate(FIELDS)}
    has_conflict = (field["number_clash"] > 0) | (field["street_clash"] > 0) | (field["name_clash"] > 0.5)
    has_conflict |= (field["phone_clash"] > 0) & (field["number_same"] == 0)
    has_conflict |= (field["name_number_clash"] > 0) | (field["name_kind_clash"] > 0)
    may_differ = np.flatnonzero(asked & ~has_conflict & (field["name_words"] < 1.0))  # 1: one holds the other
    has_conflict[may_differ] = find_name_conflicts(columns, lefts[may_differ], rights[may_differ])
    return np.asarray(has_conflict)


def _settle_alone(sources: Rows, lefts: Rows, rights: Rows, is_sure: Bools, has_conflict: Bools) -> Bools:
    """Of the sure pairs those that need nobody: records of two known lists, and no third one that objects.

    A list that names a house twice may mean two houses. Sure pairs that would, be it by way of others, join
    two records of one list, or two in conflict, go to people together.
    """
    one, two = sources[lefts], sources[rights]
    is_alone = is_sure & (one != two) & (one > 0) & (two > 0)
    group = np.arange(len(sources), dtype=np.int64)
    join_components(lefts[is_alone], rights[is_alone], group)
    rows = np.unique(np.concatenate([lefts[is_alone], rights[is_alone]]))
    listed, counts = np.unique(group[rows] << 32 | sources[rows], return_counts=True)
    is_spoiled = np.zeros(len(group), dtype=bool)
    is_spoiled[listed[counts > 1] >> 32] = True
    is_spoiled[group[lefts[has_conflict & (group[lefts] == group[rights])]]] = True
    return np.asarray(is_alone & ~is_spoiled[group[lefts]])
