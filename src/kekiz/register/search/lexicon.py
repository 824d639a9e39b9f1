"""Everyday words and other languages: "Kind schreit" means what offers call "Schreibaby-Ambulanz".

The entries are data (folder lexicon): what people say, one file for each language, and how offers say it
(meanings.toml).
"""

from __future__ import annotations

import math
import threading
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import snowballstemmer

from kekiz.register.search.analyser import analyse_word
from kekiz.register.search.facts import Fit, mark_fields
from kekiz.register.search.index import Way
from kekiz.register.search.verbs import join_verbs
from kekiz.register.search.words import EMPTY_WORDS_OF, MARKS, NEGATIONS_OF, cut_words, fold_word

# Ukrainian has no Snowball stemmer; Russian endings are near enough, and both sides are cut alike.
_STEMMED_AS = {"en": "english", "tr": "turkish", "ar": "arabic", "ru": "russian", "uk": "russian"}
# Where words grow long at their end, their first letters say enough. Source: Can et al. 2008, "Information
# retrieval on Turkish texts": the first five letters serve as well as a full analysis.
_KEPT_LETTERS = {"tr": 5, "ru": 6, "uk": 6}
COLUMNS = ("en", "tr", "ar", "uk", "ru")  # of translations.toml
MARK = "mark"  # in place of a language: function words and numbers, which only count in phrases
LANGUAGES = ("de", *_STEMMED_AS)
MEANING_WEIGHT = 0.9  # an offer that uses the family's own word is before one that only means the same
NOT = "nicht"  # one mark for all words that say so
# What "not" tells beside the word it denies, although it stands in phrases of nearly all meanings.
TELLING_NOT = 1.0
_MARKS_WITH_ENDINGS = ("jahr",)
NEXT_WAY = 0.96  # each further way to say it counts so much of the one before
NEAR_WEIGHT = 0.45  # what helps as well comes after what was meant …
NEXT_NEAR = 0.85  # … the next of it so much further behind
_CHILD = frozenset({("de", "kind")})
_WORDS_KEPT = 100_000
_STEMMERS = threading.local()

Key = tuple[str, str]  # language, stem


@dataclass(frozen=True)
class Concept:
    """What people say (each phrase as the keys of its words) and the ways offers say it.

    ``near``: the ways of what helps as well.
    """

    phrases: tuple[frozenset[Key], ...]
    ways: tuple[Way, ...]
    near: tuple[Way, ...] = ()


@lru_cache(_WORDS_KEPT)
def find_keys(word: str, languages: tuple[str, ...] = LANGUAGES) -> frozenset[Key]:
    """The keys of a word as typed, one for each of the languages it might be of."""
    return frozenset(key for language in languages if (key := find_key(language, word)))


def find_key(language: str, word: str) -> Key | None:
    """The key of a word of a language; None if it carries nothing there."""
    folded = fold_word(word)
    if not folded:
        return None
    if mark := _find_mark(language, folded):
        return MARK, mark
    if language != "de":
        return None if folded in EMPTY_WORDS_OF[language] else (language, stem_word(language, word))
    known = analyse_word(word)
    return ("de", known.term) if known else None


def _find_mark(language: str, folded: str) -> str:
    """What a function word or number of a phrase stands for: "keinen" is "nicht", "Jahre" is "jahr"."""
    if folded in NEGATIONS_OF[language]:
        return NOT
    if folded.isdigit():
        return folded
    if language != "de":
        return ""
    return next(
        (mark for mark in _MARKS_WITH_ENDINGS if folded.startswith(mark)), folded if folded in MARKS else ""
    )


@lru_cache(_WORDS_KEPT)
def stem_word(language: str, word: str) -> str:
    """The stem of a word, folded; stemmers know the letters of their language, so folding comes last."""
    name = _STEMMED_AS[language]
    if not hasattr(_STEMMERS, name):
        setattr(_STEMMERS, name, snowballstemmer.stemmer(name))
    lowered = word.casefold().replace("i\u0307", "i")  # the Turkish capital İ leaves a dot behind
    stem = fold_word(str(getattr(_STEMMERS, name).stemWord(lowered)))
    return stem[: _KEPT_LETTERS.get(language)]


def _read_phrase(language: str, phrase: str) -> frozenset[Key]:
    return frozenset(key for word in cut_phrase(language, phrase) if (key := find_key(language, word)))


def cut_phrase(language: str, phrase: str) -> list[str]:
    """The words of a phrase, German verbs in two parts as one: "passt auf" is "aufpassen"."""
    words = list(cut_words(phrase))
    if language != "de":
        return words
    joined = join_verbs(words)
    parts = {place for place, _ in joined.values()}
    return [
        joined[place][1] if place in joined else word
        for place, word in enumerate(words)
        if place not in parts
    ]


@dataclass(frozen=True)
class Meaning:
    """An entry of meanings.toml: how offers say it, what they are like, and what helps as well."""

    say: Sequence[str]
    fields: Sequence[str] = ()
    ages: Sequence[int] = ()
    near: Sequence[str] = ()

    @property
    def fit(self) -> Fit:
        """What offers of this meaning are like."""
        return Fit(mark_fields(self.fields), (self.ages[0], self.ages[1]) if self.ages else None)

    def list_ways(self) -> tuple[Way, ...]:
        """The ways offers say it, the first one counting most."""
        ways = []
        for place, text in enumerate(self.say):
            words = [known for word in cut_words(text) if (known := analyse_word(word))]
            terms = tuple(word.term for word in words)
            ways.append(Way(terms, MEANING_WEIGHT * NEXT_WAY**place, self.fit))
        return tuple(ways)


@cache
def load_lexicon() -> tuple[Concept, ...]:
    """The concepts of the folder lexicon, in the order of meanings.toml."""
    phrases = {language: read_lexicon_file(language) for language in LANGUAGES}
    meanings = {name: Meaning(**entry) for name, entry in read_lexicon_file("meanings").items()}
    return read_concepts(meanings, phrases)


@cache
def read_lexicon_file(name: str) -> dict[str, Any]:
    """A file of the folder lexicon as it is written: phrases of a language by meaning, or "meanings"."""
    text = (files("kekiz.register.search") / "lexicon" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def list_words(language: str) -> tuple[str, ...]:
    """The words that the lexicon knows of another language, as written, those said most first."""
    column = COLUMNS.index(language)
    texts = [text for phrases in read_lexicon_file(language).values() for text in phrases]
    texts += [columns[column] for columns in read_lexicon_file("translations").values()]
    texts += [*EMPTY_WORDS_OF[language], *NEGATIONS_OF[language]]
    said = Counter(word for text in texts for word in cut_words(text) if not word.isdigit())
    return tuple(sorted(said, key=lambda word: (-said[word], word)))


def _read_phrases(
    name: str, phrases: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[tuple[str, str], frozenset[Key]]:
    """The phrases of a meaning by language and text."""
    return {
        (language, text): _read_phrase(language, text)
        for language, entries in phrases.items()
        for text in entries.get(name, ())
    }


def read_concepts(
    meanings: Mapping[str, Meaning], phrases: Mapping[str, Mapping[str, Sequence[str]]]
) -> tuple[Concept, ...]:
    """Concepts from their meanings (German words of offers) and the phrases of each language.

    What offers say is said by people too. Raises ValueError that names phrases without a word that carries
    something, and unknown meanings.
    """
    unknown = {name for entries in phrases.values() for name in entries} - set(meanings)
    unknown |= {name for meaning in meanings.values() for name in meaning.near} - set(meanings)
    if unknown:
        raise ValueError(f"The lexicon has no meaning named {', '.join(sorted(unknown))}")
    said = {"de": {name: [*meanings[name].say, *phrases.get("de", {}).get(name, ())] for name in meanings}}
    read = {name: _read_phrases(name, {**phrases, **said}) for name in meanings}
    ways = {name: meaning.list_ways() for name, meaning in meanings.items()}
    empty = [
        text
        for entries in read.values()
        for (_, text), phrase in entries.items()
        if len(phrase) < 3 and all(language == MARK for language, _ in phrase)
    ]
    empty += [name for name, found in ways.items() if not all(way.terms for way in found)]
    if empty:
        raise ValueError(f"No word is left in the lexicon's entries {', '.join(empty)}")
    return tuple(
        Concept(_list_variants(read[name].values()), ways[name], _list_near(name, meanings, ways))
        for name in meanings
    )


def _list_variants(phrases: Iterable[frozenset[Key]]) -> tuple[frozenset[Key], ...]:
    """The phrases, also without "Kind": who writes "Tochter kann nicht lesen" means the same."""
    whole = dict.fromkeys(phrases)
    shorter = (phrase - _CHILD for phrase in whole if phrase & _CHILD)
    return tuple(whole | dict.fromkeys(phrase for phrase in shorter if any(key[0] != MARK for key in phrase)))


def _list_near(
    name: str, meanings: Mapping[str, Meaning], ways: Mapping[str, tuple[Way, ...]]
) -> tuple[Way, ...]:
    return tuple(
        replace(way, weight=way.weight * NEAR_WEIGHT * NEXT_NEAR**place)
        for place, other in enumerate(meanings[name].near)
        for way in ways[other]
    )


@cache
def find_phrases_of() -> Mapping[Key, tuple[tuple[frozenset[Key], Concept], ...]]:
    """The phrases of the lexicon by one of their keys, the one that the fewest phrases hold."""
    held = Counter(key for concept in load_lexicon() for phrase in concept.phrases for key in phrase)
    found: dict[Key, list[tuple[frozenset[Key], Concept]]] = {}
    for concept in load_lexicon():
        for phrase in concept.phrases:
            rarest = min(phrase, key=lambda key: (held[key], key))
            found.setdefault(rarest, []).append((phrase, concept))
    return {key: tuple(phrases) for key, phrases in found.items()}


@cache
def list_keys() -> frozenset[Key]:
    """The keys of all phrases."""
    return frozenset(key for concept in load_lexicon() for phrase in concept.phrases for key in phrase)


@cache
def find_lexicon_words() -> Mapping[str, str]:
    """The German words of all phrases as written (folded) with their terms: what a slip may have meant."""
    texts = [text for phrases in read_lexicon_file("de").values() for text in phrases]
    texts += [text for entry in read_lexicon_file("meanings").values() for text in entry["say"]]
    return {
        fold_word(word): known.term
        for text in texts
        for word in cut_words(text)
        if (known := analyse_word(word))
    }


@cache
def _count_concepts() -> Mapping[Key, int]:
    return Counter(key for concept in load_lexicon() for key in frozenset[Key]().union(*concept.phrases))


@cache
def measure_phrase(phrase: frozenset[Key]) -> float:
    """How much a phrase tells: each of its words the more, the fewer meanings share it."""
    counts = _count_concepts()
    whole = len(load_lexicon())
    return sum(TELLING_NOT if key == (MARK, NOT) else math.log1p(whole / counts[key]) for key in phrase)
