"""What an offer is, beside its words: ages and fields of need, as arrays beside the index of terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.register import facets

Floats = NDArray[np.float32]
Ages = tuple[int, int]  # months, from <= age < to
_FIELD_BIT = {code: 1 << place for place, code in enumerate(facets.FIELD_CODES)}
# Assumptions, measured on the judged queries that may be looked at (tests/register/judged_tune.toml).
_OTHER_FIELD = np.float32(0.6)  # an offer that holds the words but is entered under other fields of need
_OTHER_AGES = np.float32(0.55)  # … or is for children of quite another age
_NOT_FOR_THE_CHILD = np.float32(0.4)  # an offer that does not take a child of the age that was named


@dataclass(frozen=True)
class Fit:
    """What offers of a meaning are like: fields of need (as bits, 0 for any) and ages (None for any)."""

    fields: int = 0
    ages: Ages | None = None


@dataclass(frozen=True)
class Facts:
    """Arrays of shape (rows,): ages in months, from <= age < to, and fields of need as bits."""

    age_from: NDArray[np.int16]
    age_to: NDArray[np.int16]
    fields: NDArray[np.uint32]


def build_facts(rows: Sequence[tuple[int, int, Iterable[str]]]) -> Facts:
    """Facts from (age_from_months, age_to_months, codes of fields), one for each offer."""
    return Facts(
        np.array([row[0] for row in rows], dtype=np.int16),
        np.array([row[1] for row in rows], dtype=np.int16),
        np.array([mark_fields(row[2]) for row in rows], dtype=np.uint32),
    )


def mark_fields(codes: Iterable[str]) -> int:
    """Codes of fields of need as bits; unknown ones are left out."""
    bits = 0
    for code in codes:
        bits |= _FIELD_BIT.get(code, 0)
    return bits


def measure_fit(facts: Facts, row: NDArray[np.integer], fit: Fit) -> Floats:
    """How like the offers of a meaning some rows are: 1 if in fields and ages, less if not."""
    value = np.ones(len(row), dtype=np.float32)
    if fit.fields:
        value[(facts.fields[row] & np.uint32(fit.fields)) == 0] *= _OTHER_FIELD
    if fit.ages is not None:
        value *= _OTHER_AGES + (1 - _OTHER_AGES) * _share_ages(facts, row, fit.ages)
    return value


def measure_ages(facts: Facts, row: NDArray[np.integer], ages: Ages) -> Floats:
    """1 for rows that take a child of these ages at some time, less for others."""
    meets = (facts.age_from[row] < ages[1]) & (facts.age_to[row] > ages[0])
    return np.where(meets, np.float32(1), _NOT_FOR_THE_CHILD)


def _share_ages(facts: Facts, row: NDArray[np.integer], ages: Ages) -> Floats:
    """The part of an offer's ages that lies in the given ones, 0 … 1."""
    start, end = facts.age_from[row].astype(np.float32), facts.age_to[row].astype(np.float32)
    shared = np.minimum(end, ages[1]) - np.maximum(start, ages[0])
    return np.clip(shared / np.maximum(end - start, 1), 0, 1).astype(np.float32)
