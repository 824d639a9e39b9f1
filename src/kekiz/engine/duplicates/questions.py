"""What to ask people, what to learn from their answers, and why two records look alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .compare import FIELDS
from .find import Answer, Duplicates
from .weights import Weights, fit_weights, load_weights

AUDIT_SHARE = 0.2
LABELS = {
    "name_alike": "Namen ähnlich",
    "name_part": "ein Name steckt im anderen",
    "name_words": "gleiche Wörter im Namen",
    "name_clash": "Namen verschieden",
    "name_echo": "Namen ähnlich nur durch Straße und Ort",
    "name_common": "Name kommt an vielen Orten vor",
    "name_number_clash": "verschiedene Zahl im Namen",
    "name_kind_clash": "verschiedene Art im Namen (etwa Grundschule und Realschule)",
    "whole_alike": "Name, Träger und Titel zusammen ähnlich",
    "provider_alike": "Träger ähnlich",
    "provider_clash": "Träger verschieden",
    "street_same": "Straße gleich",
    "street_clash": "Straße verschieden",
    "number_same": "Hausnummer gleich",
    "number_clash": "Hausnummer verschieden",
    "neighbour_clash": "gleiche Straße, andere Hausnummer",
    "letter_clash": "Zusatz der Hausnummer verschieden",
    "postcode_same": "Postleitzahl oder Ort gleich",
    "postcode_clash": "Postleitzahl verschieden",
    "phone_same": "Telefon gleich",
    "phone_shared": "Telefon gleich, aber auch an anderen Orten",
    "phone_kin": "Telefon bis auf die Durchwahl gleich",
    "phone_clash": "Telefon verschieden",
    "place_near": "Lage nah beieinander",
    "place_far": "Lage weit auseinander",
    "title_alike": "Titel ähnlich",
    "title_clash": "Titel verschieden",
    "hours_same": "gleiche Zeiten",
    "days_same": "gleiche Wochentage",
    "days_clash": "verschiedene Wochentage",
    "ages_same": "gleiches Alter",
    "ages_clash": "verschiedenes Alter",
    "source_same": "beide aus derselben Liste",
}


@dataclass(frozen=True)
class Reason:
    """One field's part in the score: ``weight`` in log odds, above 0 for the same, below 0 against."""

    field: str
    label: str
    weight: float


def explain_pair(duplicates: Duplicates, pair: int) -> list[Reason]:
    """Why the pair (row of the pairs) has its probability: every field that weighs, the heaviest first."""
    added = duplicates.evidence[pair] * duplicates.weights.vector()
    order = np.argsort(-np.abs(added), kind="stable")
    return [Reason(FIELDS[i], LABELS[FIELDS[i]], float(added[i])) for i in order if abs(added[i]) >= 0.01]


def choose_questions(duplicates: Duplicates, count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Pairs (ids) to ask next: the most uncertain first, and 20 % drawn at random as an audit sample.

    Answered pairs are left out. The audit sample is drawn from all kept pairs, so that it also tests what was
    decided without asking. ``seed`` makes the draw repeatable.
    """
    is_decided = duplicates.is_answered
    unsure = np.abs(duplicates.probability - 0.5)
    ranked = np.argsort(np.where(is_decided, np.inf, unsure), kind="stable")[: int((~is_decided).sum())]
    audit_size = min(round(count * AUDIT_SHARE), len(ranked))
    asked = ranked[: count - audit_size]
    rest = np.setdiff1d(ranked, asked)
    audit = np.random.default_rng(seed).permutation(rest)[:audit_size]
    rows = pa.array(np.concatenate([asked, audit]).astype(np.int64))
    left, right = duplicates.left.take(rows).to_pylist(), duplicates.right.take(rows).to_pylist()
    return list(zip(left, right, strict=True))


def learn_weights(duplicates: Duplicates, answers: Iterable[Answer]) -> Weights:
    """Weights learned from the verdicts (not ``later``), drawn to the fixed weights of the level.

    Every answer has to be about a pair of ``duplicates``: pass the answers to ``find_duplicates`` first,
    which keeps judged pairs however unlikely they are. Answers about other pairs are left aside.
    """
    pairs = zip(duplicates.left.to_pylist(), duplicates.right.to_pylist(), strict=True)
    row_of = {pair: row for row, pair in enumerate(pairs)}
    verdict_of = {(min(a.left, a.right), max(a.left, a.right)): a.verdict for a in answers}
    judged = {row_of[pair]: v for pair, v in verdict_of.items() if pair in row_of and v != "later"}
    rows = sorted(judged)
    is_same = np.array([judged[row] == "same" for row in rows], dtype=bool)
    return fit_weights(duplicates.evidence[rows], is_same, load_weights(duplicates.level))
