"""What each field's evidence weighs: fixed to begin with, learned once people have judged pairs."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..problems import InputError, Problem
from .compare import FIELDS, Evidence

LEVELS = ("site", "offer")
SPREAD = (
    0.7  # how far learned weights may stray from the fixed ones: standard deviation of the prior, in log odds
)
STEPS = 60


@dataclass(frozen=True)
class Weights:
    """Log odds (natural logarithm) that full evidence of each field adds; ``base`` is where a pair starts."""

    level: str
    base: float
    fields: dict[str, float]
    answers: int = 0  # how many the weights were learned from

    def vector(self) -> NDArray[np.float64]:
        """The weights in the order of FIELDS."""
        return np.array([self.fields.get(field, 0.0) for field in FIELDS])

    def logits(self, evidence: Evidence) -> NDArray[np.floating[Any]]:
        """Log odds of being the same, per row of the evidence."""
        return np.asarray(evidence @ self.vector().astype(np.float32) + self.base)

    def score(self, evidence: Evidence) -> NDArray[np.float64]:
        """Probability of being the same, per row of the evidence (logistic)."""
        logits = np.clip(self.logits(evidence), -30.0, 30.0)
        return np.asarray(1.0 / (1.0 + np.exp(-logits.astype(np.float64))))

    def to_json(self) -> str:
        """The weights as JSON text."""
        body = {"level": self.level, "answers": self.answers, "base": self.base, "fields": self.fields}
        return json.dumps(body, indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Read what ``to_json`` wrote; raises InputError for anything else."""
        try:
            body = json.loads(text)
            fields = {str(field): float(weight) for field, weight in body["fields"].items()}
            weights = cls(str(body["level"]), float(body["base"]), fields, int(body["answers"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = (
                f"Die Gewichte sind nicht lesbar ({error}). Erwartet wird, was kekiz selbst gespeichert hat."
            )
            raise InputError([Problem("Gewichte", message)]) from error
        unknown = sorted(set(fields) - set(FIELDS))
        if unknown or weights.level not in LEVELS:
            message = f"Unbekannt: {', '.join(unknown) or weights.level}. Möglich sind {', '.join(FIELDS)}."
            raise InputError([Problem("Gewichte", message)])
        return weights


def load_weights(level: str = "site") -> Weights:
    """The fixed weights of weights.toml, for as long as there are no answers."""
    if level not in LEVELS:
        raise ValueError(f"Die Ebene „{level}“ gibt es nicht; möglich sind {', '.join(LEVELS)}.")
    table = tomllib.loads(files(__package__).joinpath("weights.toml").read_text(encoding="utf-8"))[level]
    fields = {field: float(table[field]) for field in FIELDS}
    return Weights(level, float(table["base"]), fields)


def fit_weights(
    evidence: Evidence, is_same: NDArray[np.bool_], start: Weights, spread: float = SPREAD
) -> Weights:
    """Logistic regression drawn to ``start``: few answers change little, many speak for themselves.

    Maximum a posteriori with a normal prior of standard deviation ``spread`` around each starting weight
    (odds of Fellegi & Sunter 1969; Newton's method). ``is_same`` holds the verdict per row of ``evidence``.
    """
    matrix = np.column_stack([np.ones(len(evidence)), evidence]).astype(np.float64)
    prior = np.append(start.base, start.vector())
    weights = prior.copy()
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(matrix @ weights, -30.0, 30.0)))
        slope = matrix.T @ (is_same - chance) - (weights - prior) / spread**2
        curve = (matrix.T * (chance * (1.0 - chance))) @ matrix + np.eye(len(weights)) / spread**2
        step = np.linalg.solve(curve, slope)
        weights += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    fields = {field: float(weight) for field, weight in zip(FIELDS, weights[1:], strict=True)}
    return Weights(start.level, float(weights[0]), fields, start.answers + len(evidence))
