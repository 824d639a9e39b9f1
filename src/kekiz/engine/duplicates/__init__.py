"""The same provider, site or offer listed twice: found, explained, decided with people (docs/method.md)."""

from .compare import FIELDS
from .decide import AUTOMATIC_FROM, REVIEW_FROM
from .find import VERDICTS, Answer, Duplicates, find_duplicates
from .quality import Quality, foresee_unseen, measure_quality
from .questions import LABELS, Reason, choose_questions, explain_pair, learn_weights
from .queue import order_questions
from .records import Records
from .weights import Weights, fit_weights, load_weights
from .wording import Told, tell_reasons

__all__ = [
    "AUTOMATIC_FROM",
    "FIELDS",
    "LABELS",
    "REVIEW_FROM",
    "VERDICTS",
    "Answer",
    "Duplicates",
    "Quality",
    "Reason",
    "Records",
    "Told",
    "Weights",
    "choose_questions",
    "explain_pair",
    "find_duplicates",
    "fit_weights",
    "foresee_unseen",
    "learn_weights",
    "load_weights",
    "measure_quality",
    "order_questions",
    "tell_reasons",
]
