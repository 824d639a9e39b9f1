"""The chain along the life course: unbroken chains, first breaks, equity gap, transitions.

A child of group g in cell i misses link (phase, field) with ``need_share × (1 − found / need)``. The misses
of different links are taken as independent (assumption: in truth they cluster in the same families, so that
more children than stated walk an unbroken chain and those who break it break it more often).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Course:
    """The life course as a child born today would walk it, by cell and group."""

    cohort: Floats  # C, G: children of one birth year
    survival: Floats  # C, G, P: share whose chain is unbroken to the end of the phase
    expected_unmet: Floats  # C, G: links a child is expected to miss


def walk_course(
    cells: Cells,
    need: Floats,
    found: Floats,
    need_share: Floats,
    birth_phase: int | None,
    phase_years: Floats,
) -> Course:
    """Follow the chain from the first phase to the last.

    ``need``, ``found``: P, F summed as F, C, P, G; ``need_share``: P, F, G. A link without children in a cell
    borrows the rate of the municipality, then of the region: a child born there will grow into it.
    """
    rate = _found_rate(cells, need, found)  # F, C, P, G
    miss = need_share.transpose(1, 0, 2)[:, None] * (1 - rate)  # F, C, P, G
    passes = np.prod(1 - miss, axis=0)  # C, P, G
    survival = np.cumprod(passes, axis=1).transpose(0, 2, 1)
    return Course(
        cohort=_birth_cohort(cells, birth_phase, phase_years),
        survival=survival,
        expected_unmet=miss.sum(axis=(0, 2)),
    )


def _found_rate(cells: Cells, need: Floats, found: Floats) -> Floats:
    keys, municipality = cells.municipalities
    wide = np.zeros((2, need.shape[0], len(keys), *need.shape[2:]))
    for f in range(need.shape[0]):
        np.add.at(wide[0, f], municipality, need[f])
        np.add.at(wide[1, f], municipality, found[f])
    region = wide.sum(axis=2, keepdims=True)
    rate = np.ones_like(need)
    sources = (region[0], region[1]), (wide[0][:, municipality], wide[1][:, municipality]), (need, found)
    for level in sources:  # the finest level that has need overrides the coarser ones
        wanted, got = np.broadcast_arrays(*level, rate)[:2]
        np.divide(got, wanted, out=rate, where=wanted > 0)
    return rate


def _birth_cohort(cells: Cells, birth_phase: int | None, phase_years: Floats) -> Floats:
    """Children of one birth year: those in the first year of life, or the mean cohort if there are none."""
    if birth_phase is not None and cells.n[:, birth_phase].sum() > 0:
        return np.asarray(cells.n[:, birth_phase] / phase_years[birth_phase])
    has_children = cells.n.sum(axis=(0, 2)) > 0
    years = phase_years[has_children].sum()
    return np.asarray(cells.n.sum(axis=1) / max(years, 1.0))


@dataclass(frozen=True)
class CourseSummary:
    """One area and group: of a birth cohort, who walks the chain unbroken and where it breaks first."""

    birth_cohort: float  # children
    unbroken: float  # share 0..1; not a number without children
    expected_unmet: float  # links per child
    first_breaks: Floats  # P: share of the cohort whose first break falls in the phase


def summarise_course(course: Course, cells: NDArray[np.bool_], groups: Iterable[int]) -> CourseSummary:
    """Average the course over the birth cohorts of some cells and groups."""
    chosen = list(groups)
    cohort = course.cohort[cells][:, chosen]
    total = float(cohort.sum())
    phases = course.survival.shape[2]
    if total == 0:
        return CourseSummary(0.0, float("nan"), float("nan"), np.full(phases, np.nan))
    survival = (course.survival[cells][:, chosen] * cohort[..., None]).sum(axis=(0, 1)) / total
    unmet = float((course.expected_unmet[cells][:, chosen] * cohort).sum() / total)
    breaks = -np.diff(survival, prepend=1.0)
    return CourseSummary(total, float(survival[-1]), unmet, breaks)


def measure_equity_gap(need: Floats, found: Floats) -> float:
    """Unmet share of the first group minus that of all others, in percentage points; goal zero.

    ``need``, ``found``: any shape with the groups last, the most disadvantaged first.
    """
    wanted, got = need.reshape(-1, need.shape[-1]).sum(axis=0), found.reshape(-1, found.shape[-1]).sum(axis=0)
    if wanted[0] == 0 or wanted[1:].sum() == 0:
        return float("nan")
    return float((1 - got[0] / wanted[0]) - (1 - got[1:].sum() / wanted[1:].sum())) * 100


def measure_concentration(need: Floats, unmet: Floats) -> float:
    """Concentration index of unmet need over groups ordered from the most disadvantaged: -1..1, goal zero.

    Negative where the disadvantaged carry more than their part. ``need``, ``unmet``: per group.
    Source: Kakwani, Wagstaff & van Doorslaer 1997, grouped data.
    """
    if need.sum() == 0 or unmet.sum() == 0:
        return float("nan")
    weight = need / need.sum()
    rank = np.cumsum(weight) - weight / 2
    rate = np.divide(unmet, need, out=np.zeros_like(unmet), where=need > 0)
    mean = float((weight * rate).sum())
    return float(2 * (weight * rate * rank).sum() / mean - 1)


@dataclass(frozen=True)
class Attendance:
    """Children at offers that have an agreement, one row per offer, cell, phase, group."""

    offer: Ints
    cell: Ints
    phase: Ints
    group: Ints
    children: Floats


def measure_handovers(
    attendance: Attendance, pairs: Iterable[tuple[int, int]], n: Floats, from_phase: int, to_phase: int
) -> Floats:
    """C, G: share of the children crossing a transition between two offers that agreed a handover.

    A child attends offer j before and k after independently (assumption), so a pair is used by the product of
    their shares and no agreed pair at all by the product over pairs of one minus that.
    """
    before = _share_by_offer(attendance, from_phase, n)
    after = _share_by_offer(attendance, to_phase, n)
    missed = np.ones((n.shape[0], n.shape[2]))
    for first, second in pairs:
        for j, k in ((first, second), (second, first)):
            if j in before and k in after:
                missed *= 1 - before[j] * after[k]
    return 1 - missed


def _share_by_offer(attendance: Attendance, phase: int, n: Floats) -> dict[int, Floats]:
    """Per offer the share (C, G) of the children of a phase who attend it."""
    rows = attendance.phase == phase
    shares: dict[int, Floats] = {}
    for offer in np.unique(attendance.offer[rows]):
        chosen = rows & (attendance.offer == offer)
        children = np.zeros((n.shape[0], n.shape[2]))
        np.add.at(children, (attendance.cell[chosen], attendance.group[chosen]), attendance.children[chosen])
        present = n[:, phase]
        share = np.divide(children, present, out=np.zeros_like(children), where=present > 0)
        shares[int(offer)] = np.minimum(share, 1.0)
    return shares
