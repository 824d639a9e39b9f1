"""The same provider, site or offer listed twice: found, explained, decided with people (docs/method.md)."""

from .compare import FIELDS
from .find import AUTOMATIC_FROM, REVIEW_FROM, VERDICTS, Answer, Duplicates, find_duplicates
from .questions import LABELS, Reason, choose_questions, explain_pair, learn_weights
from .records import Records
from .weights import Weights, load_weights

__all__ = [
    "AUTOMATIC_FROM",
    "FIELDS",
    "LABELS",
    "REVIEW_FROM",
    "VERDICTS",
    "Answer",
    "Duplicates",
    "Reason",
    "Records",
    "Weights",
    "choose_questions",
    "explain_pair",
    "find_duplicates",
    "learn_weights",
    "load_weights",
]
