"""From pairs to groups: average linkage that obeys verdicts and lists known to be free of doubles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.duplicates import join_components, link_components

Rows = NDArray[np.int64]
FLOORS = (0.2, 0.35, 0.5, 0.7, 0.9, 0.97)  # least probability that ties records into one component
LARGEST_COMPONENT = 300  # records; a larger one is tied by stronger pairs only


def cluster_pairs(
    size: int,
    lefts: Rows,
    rights: Rows,
    probabilities: NDArray[np.float64],
    forced: NDArray[np.bool_],
    barred: NDArray[np.bool_],
    sources: Rows,
    is_clean: NDArray[np.bool_],
) -> Rows:
    """A label (the row of one member) per record; mean probability within a cluster stays at or above a half.

    ``forced`` pairs were judged the same, ``barred`` ones different; records of one ``sources`` number with
    ``is_clean`` are never joined. Pairs that were not compared count as 0 (Sokal & Michener 1958, UPGMA).
    """
    labels = np.arange(size, dtype=np.int64)
    is_open = np.ones(size, dtype=bool)
    for floor in FLOORS:
        is_tied = (forced | (probabilities >= floor)) & is_open[lefts] & is_open[rights]
        parents = np.arange(size, dtype=np.int64)
        join_components(lefts[is_tied], rights[is_tied], parents)
        counts = np.bincount(parents, minlength=size)[parents]
        is_last = floor == FLOORS[-1]
        is_ready = is_open & (counts > 1) & ((counts <= LARGEST_COMPONENT) | is_last)
        rows = np.flatnonzero(is_ready)
        if not is_last:
            is_open &= counts > LARGEST_COMPONENT
        if not len(rows):
            continue
        rows = rows[np.argsort(parents[rows], kind="stable")]
        starts = np.flatnonzero(np.append(True, np.diff(parents[rows]) != 0))
        within = np.flatnonzero(is_ready[lefts] & (parents[lefts] == parents[rights]))
        within = within[np.argsort(parents[lefts[within]], kind="stable")]
        roots = parents[rows[starts]]
        edges = np.append(np.searchsorted(parents[lefts[within]], roots), len(within))
        found = link_components(
            rows, np.append(starts, len(rows)), lefts[within], rights[within], probabilities[within],
            forced[within], barred[within], edges, np.zeros(size, np.int64), sources, is_clean,
        )  # fmt: skip
        labels[rows] = found[rows]
    return labels
