"""What the words of a question point at, taken together: "nässt nachts noch ein" is about a child's health.

Each word speaks for the meanings whose phrases hold it, the louder the fewer they are; what all words say is
added up (naive Bayes). It helps where no phrase of the lexicon stands in the question as a whole, and decides
between phrases that do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kekiz.register.search.analyser import analyse_word
from kekiz.register.search.lexicon import LANGUAGES, Key, Meaning, cut_phrase, find_key, read_lexicon_file

Floats = NDArray[np.float32]
# Assumptions, measured on the judged questions that may be looked at (tests/register/judged_tune.toml).
_SAID_BY_OFFERS = 3.0  # what a word of offers counts beside one of people
_PART = 0.5  # what a part of a compound counts beside a word of its own
_UNSEEN = 0.05  # what a word counts for a meaning that none of its phrases holds
_LEAST = -2.0  # how much a word can speak against a meaning


@cache
def load_evidence() -> Mapping[Key, Floats]:
    """For each key of the lexicon how much it speaks for each meaning, in their order. Shape (meanings,).

    The logarithm of how many times likelier the meaning is with the word than without knowing it.
    """
    names = list(read_lexicon_file("meanings"))
    counts: dict[Key, Floats] = defaultdict(lambda: np.zeros(len(names), dtype=np.float32))
    for place, name in enumerate(names):
        for key, weight in _list_weights(name):
            counts[key][place] += weight
    return {key: _compare(count) for key, count in counts.items()}


def _compare(count: Floats) -> Floats:
    share = (count + _UNSEEN) / (count.sum() + _UNSEEN * len(count))
    return np.maximum(np.log(share * len(count)), np.float32(_LEAST)).astype(np.float32)


def _list_weights(name: str) -> Iterator[tuple[Key, float]]:
    """The keys of the words that a meaning is spoken of with, and what they count."""
    for language in LANGUAGES:
        for phrase in read_lexicon_file(language).get(name, ()):
            yield from _weigh_words(language, phrase, 1.0)
    for text in Meaning(**read_lexicon_file("meanings")[name]).say:
        yield from _weigh_words("de", text, _SAID_BY_OFFERS)


def _weigh_words(language: str, text: str, weight: float) -> Iterator[tuple[Key, float]]:
    for word in cut_phrase(language, text):
        if key := find_key(language, word):
            yield key, weight
        known = analyse_word(word) if language == "de" else None
        yield from ((("de", part), weight * _PART) for part in (known.parts if known else ()))


def weigh_meanings(words: Sequence[tuple[Iterable[Key], Iterable[Key]]]) -> Floats:
    """How much a question speaks for each meaning; words as their keys and the keys of their parts."""
    known = load_evidence()
    total = np.zeros(len(read_lexicon_file("meanings")), dtype=np.float32)
    for keys, part_keys in words:
        said = [known[key] for key in keys if key in known]
        said += [known[key] * np.float32(_PART) for key in part_keys if key in known]
        if said:
            total += np.max(said, axis=0)
    return total
