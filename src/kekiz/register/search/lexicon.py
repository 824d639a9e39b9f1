"""Everyday words and other languages: "Kind schreit" means what offers call "Schreibaby-Ambulanz".

The entries are data (lexicon.toml): what people say, by language, and how offers say it.
"""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import snowballstemmer

from kekiz.register.search.analyser import analyse_word
from kekiz.register.search.index import Way
from kekiz.register.search.words import EMPTY_WORDS, cut_words, fold_word

# Ukrainian has no Snowball stemmer; Russian endings are near enough, and both sides are cut alike.
_STEMMED_AS = {"en": "english", "tr": "turkish", "ar": "arabic", "ru": "russian", "uk": "russian"}
LANGUAGES = ("de", *_STEMMED_AS)
MEANING_WEIGHT = 0.85  # an offer that uses the family's own word is before one that only means the same
_STEMMERS = threading.local()

Key = tuple[str, str]  # language, stem


@dataclass(frozen=True)
class Concept:
    """What people say (each phrase as the keys of its words) and the ways offers say it."""

    phrases: tuple[frozenset[Key], ...]
    ways: tuple[Way, ...]


def find_keys(word: str) -> frozenset[Key]:
    """The keys of a word as typed, one for each language it might be of."""
    folded = fold_word(word)
    if not folded or folded in EMPTY_WORDS:
        return frozenset()
    keys = {(language, _stem(language, folded)) for language in _STEMMED_AS}
    german = analyse_word(word)
    if german:
        keys.add(("de", german.term))
    return frozenset(keys)


def _stem(language: str, folded: str) -> str:
    name = _STEMMED_AS[language]
    if not hasattr(_STEMMERS, name):
        setattr(_STEMMERS, name, snowballstemmer.stemmer(name))
    return str(getattr(_STEMMERS, name).stemWord(folded))


def _read_phrase(language: str, phrase: str) -> frozenset[Key]:
    words = [word for word in cut_words(phrase) if fold_word(word) not in EMPTY_WORDS]
    if language == "de":
        return frozenset(("de", known.term) for word in words if (known := analyse_word(word)))
    return frozenset((language, _stem(language, fold_word(word))) for word in words)


def _read_way(text: str) -> Way:
    words = [known for word in cut_words(text) if (known := analyse_word(word))]
    return Way(tuple(word.term for word in words), MEANING_WEIGHT)


@cache
def load_lexicon() -> tuple[Concept, ...]:
    """The concepts of lexicon.toml, in its order."""
    text = (files("kekiz.register.search") / "lexicon.toml").read_text(encoding="utf-8")
    return tuple(read_concepts(tomllib.loads(text)["concept"]))


def read_concepts(rows: Iterable[dict[str, list[str]]]) -> Iterable[Concept]:
    """Concepts from rows with ``means`` (German) and one list of phrases for each language.

    Raises ValueError for a phrase in which no word is left.
    """
    for row in rows:
        said = [(language, phrase) for language in LANGUAGES for phrase in row.get(language, [])]
        phrases = {phrase: _read_phrase(language, phrase) for language, phrase in said}
        ways = {text: _read_way(text) for text in row["means"]}
        empty = [text for text, read in phrases.items() if not read]
        empty += [text for text, way in ways.items() if not way.terms]
        if empty:
            raise ValueError(f"No word is left in the lexicon's entries {', '.join(empty)}")
        yield Concept(tuple(dict.fromkeys(phrases.values())), tuple(ways.values()))


@cache
def list_lexicon_words() -> frozenset[str]:
    """The German terms of all phrases: what a typo may have meant besides the words of offers."""
    return frozenset(
        stem
        for concept in load_lexicon()
        for phrase in concept.phrases
        for language, stem in phrase
        if language == "de"
    )
