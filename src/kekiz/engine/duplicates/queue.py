"""In which order people are asked: the most uncertain pairs first, every fifth drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EVERY = 5  # one pair in five is drawn at random: 20 %


def order_questions(
    probability: NDArray[np.float64], is_review: NDArray[np.bool_], seed: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Rows in the order of asking, and which of them are the audit sample.

    All ``is_review`` pairs are asked, those nearest to one half first. Every fifth place is taken by a pair
    drawn from all of them, those decided without asking included: the first n answers thus hold a random
    sample that tells how far the probabilities can be trusted. The same ``seed`` draws the same sample.
    """
    unsure = np.flatnonzero(is_review)
    unsure = unsure[np.argsort(np.abs(probability[unsure] - 0.5), kind="stable")]
    drawn = iter(np.random.default_rng(seed).permutation(len(probability)).tolist())
    listed: dict[int, bool] = {}
    for row in unsure.tolist():
        if len(listed) % EVERY == EVERY - 1:
            audit = next((other for other in drawn if other not in listed), None)
            if audit is not None:
                listed[audit] = True
        listed.setdefault(row, False)
    rows = np.array(list(listed), dtype=np.int64)
    return rows, np.array(list(listed.values()), dtype=bool)
