"""How well weights foresee what people answered: in force, and learned anew, each tried on answers unseen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compare import Evidence
from .weights import Weights, fit_weights

FOLDS = 5
LEAST_CHANCE = 1e-6  # a certain error would cost infinitely much


@dataclass(frozen=True)
class Quality:
    """``answers`` judged pairs, how many were foreseen ``right`` (p ≥ ½ means the same), and the log loss.

    ``log_loss`` is the mean of −ln(chance given to the answer): 0 is perfect, 0.69 a coin (Good 1952).
    """

    answers: int
    right: int
    log_loss: float


def measure_quality(probability: NDArray[np.float64], is_same: NDArray[np.bool_]) -> Quality:
    """Compare probabilities with answers; without answers the log loss is 0."""
    chance = np.clip(np.where(is_same, probability, 1.0 - probability), LEAST_CHANCE, 1.0)
    loss = float(-np.log(chance).mean()) if len(chance) else 0.0
    return Quality(len(is_same), int(((probability >= 0.5) == is_same).sum()), loss)


def foresee_unseen(
    evidence: Evidence, is_same: NDArray[np.bool_], start: Weights, seed: int = 1
) -> NDArray[np.float64]:
    """Probability of every judged pair under weights learned from the other folds.

    Cross-validation (Stone 1974); the folds are drawn with ``seed`` and hold equal shares of both answers.
    """
    order = np.random.default_rng(seed).permutation(len(is_same))
    order = order[np.argsort(is_same[order], kind="stable")]
    fold = np.empty(len(is_same), dtype=np.int64)
    fold[order] = np.arange(len(is_same)) % FOLDS
    probability = np.empty(len(is_same))
    for number in range(FOLDS):
        is_held = fold == number
        learned = fit_weights(evidence[~is_held], is_same[~is_held], start)
        probability[is_held] = learned.score(evidence[is_held])
    return probability
