"""The German analyser: the same terms for what an offer says and for what a family types.

A word becomes its dictionary form (simplemma), then folded, then a Snowball stem: "Hebammen" and "Hebamme"
meet. A compound has the terms of its parts too: "Hebammensprechstunde" is found by "Hebamme".
Source of the order: measured on German word pairs, see docs/adr/0032-search-in-memory.md.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import simplemma
import snowballstemmer

from kekiz.register import facets
from kekiz.register.search.compounds import is_noun, split_compound
from kekiz.register.search.index import PLACE_MARK
from kekiz.register.search.words import EMPTY_WORDS_OF, NEGATIONS_OF, cut_words, fold_word, is_latin

ANALYSER_VERSION = 4  # entries of another version are made anew
PART_WEIGHT = 0.6  # what a part of a compound counts beside a word of its own
_WORDS_KEPT = 100_000
_SHORTEST_WORD = 2
_POSTCODE = 5  # shorter numbers are ages and clock times, which filters know better
_LENGTH_SHARE = 0.4  # how far a long text thins out its words (b of BM25)


@dataclass(frozen=True)
class Word:
    """A word as the search sees it: its own term, and the terms of the parts of a compound."""

    term: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextPart:
    """A part of an offer: how much a word in it counts, and how many words it usually has."""

    weight: float
    usual_words: int


_TITLE, _NAMES = TextPart(4.0, 4), TextPart(1.0, 6)
_SUMMARY, _TEXT, _PLACE = TextPart(1.6, 10), TextPart(0.7, 45), TextPart(1.0, 8)
_EMPTY = EMPTY_WORDS_OF["de"] | NEGATIONS_OF["de"]
_FIELD_NAMES = dict(facets.FIELD_CHOICES)
_STEMMERS = threading.local()  # Snowball's stemmers keep state: one for each thread


def _stem(folded: str) -> str:
    if not hasattr(_STEMMERS, "german"):
        _STEMMERS.german = snowballstemmer.stemmer("german")
    return str(_STEMMERS.german.stemWord(folded))


@lru_cache(_WORDS_KEPT)
def analyse_word(word: str) -> Word | None:
    """The terms of one word as written; None if it carries nothing."""
    folded = fold_word(word)
    if folded in _EMPTY or len(folded) < _SHORTEST_WORD or (folded.isdigit() and len(folded) < _POSTCODE):
        return None
    if not is_latin(folded):
        return Word(folded)
    parts = dict.fromkeys(part for whole in _split_deep(word.lower()) for part in [_reduce(whole)])
    term = _reduce(word)
    return Word(term, tuple(part for part in parts if part != term))


def _reduce(word: str) -> str:
    """Dictionary form, folded, stemmed.

    Families write nouns in small letters: "arbeit" has to meet "Arbeit", so a word that may be a noun is one.
    """
    return _stem(fold_word(find_lemma(word)))


def find_lemma(word: str) -> str:
    """The dictionary form of a word, whether or not it is written with a capital letter."""
    lowered = word.lower()
    return simplemma.lemmatize(lowered.capitalize() if is_noun(lowered) else lowered, "de")


def _split_deep(word: str) -> list[str]:
    """The parts of a compound, and the parts of its lemma where the form itself cannot be parted."""
    parts = split_compound(word) or split_compound(find_lemma(word).lower())
    inner = [deeper for part in parts for deeper in split_compound(part)]
    return [*parts, *inner]


def analyse_text(text: str) -> list[Word]:
    """The words of a text that carry something, in their order."""
    return [word for raw in cut_words(text) if (word := analyse_word(raw))]


def weigh_terms(content: Mapping[str, Any]) -> dict[str, float]:
    """The terms of a published content (see content.describe_offer) with their weights.

    A weight grows with how often a word stands there and with where: title before summary before text.
    Source: BM25F, Robertson, Zaragoza & Taylor 2004, "Simple BM25 extension to multiple weighted fields".
    """
    weights: Counter[str] = Counter()
    for part, text in _list_parts(content):
        words = analyse_text(text)
        unit = part.weight / (1 - _LENGTH_SHARE + _LENGTH_SHARE * len(words) / part.usual_words)
        for word in words:
            weights[word.term] += unit  # type: ignore[assignment]  # Counter adds floats as well
            for term in word.parts:
                weights[term] += unit * PART_WEIGHT  # type: ignore[assignment]
    towns = {
        fold_word(word) for site in content["sites"] for word in cut_words(site["town"]) if analyse_word(word)
    }
    return dict(weights) | {PLACE_MARK + town: 1.0 for town in sorted(towns)}


def _list_parts(content: Mapping[str, Any]) -> list[tuple[TextPart, str]]:
    fields = " ".join(_FIELD_NAMES.get(code, "") for code in content["fields"])
    sites = " ".join(f"{site['name']} {site['town']} {site['postcode']}" for site in content["sites"])
    return [
        (_TITLE, content["title"]),
        (_SUMMARY, content["summary"]),
        (_TEXT, content["description"]),
        (_TEXT, content["plain_text"]),
        (_NAMES, content["provider"]["name"]),
        (_NAMES, fields),
        (_PLACE, sites),
    ]
