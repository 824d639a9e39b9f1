"""Which language a question is in: told by its letters, its function words and the words the search knows."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

import simplemma

from kekiz.register.search.analyser import analyse_word
from kekiz.register.search.lexicon import find_phrases_of, list_keys, stem_word
from kekiz.register.search.translate import load_translations
from kekiz.register.search.words import EMPTY_WORDS_OF, NEGATIONS_OF, fold_word, is_latin

LATIN = ("en", "tr")
_ARABIC = re.compile("[\u0600-\u06ff]")
_DICTIONARY_ONLY = (
    0.5  # a word that the dictionary knows, but no offer and no phrase: perhaps of another language
)


def find_languages(words: Sequence[str], held: Container[str] = (), page: str = "") -> tuple[str, ...]:
    """The languages a question may be in beside German; () for German.

    ``held``: terms of offers. ``page``: the language of the page it was asked on; it decides between equals.
    """
    foreign = [word for word in words if not is_latin(fold_word(word))]
    if foreign:
        return ("ar",) if _ARABIC.search("".join(foreign)) else ("uk", "ru")
    known = {language: _count_known(language, words, held) for language in LATIN}
    best = max(LATIN, key=lambda language: (known[language], language == page))
    german = sum(_is_german(word, held) for word in words if not is_of(best, word))
    if known[best] > german or (known[best] == german > 0 and page == best):
        return (best,)
    return ()


def _count_known(language: str, words: Sequence[str], held: Container[str]) -> float:
    """Words of the language; one that German has as well tells nothing."""
    return sum(is_of(language, word) and _is_german(word, held) < 1 for word in words)


def _is_german(word: str, held: Container[str]) -> float:
    """1 for a word of German sentences, of offers or a phrase of its own, less for one of the dictionary."""
    folded = fold_word(word)
    if folded in EMPTY_WORDS_OF["de"] or folded in NEGATIONS_OF["de"]:
        return 1
    known = analyse_word(word)
    if known and (known.parts or known.term in held or _is_phrase(known.term)):
        return 1
    return _DICTIONARY_ONLY if simplemma.is_known(word, "de") else 0


def _is_phrase(term: str) -> bool:
    return any(len(phrase) == 1 for phrase, _ in find_phrases_of().get(("de", term), ()))


def is_of(language: str, word: str) -> bool:
    """The language has the word: in its sentences, in a phrase or with a translation."""
    folded = fold_word(word)
    if folded in EMPTY_WORDS_OF[language] or folded in NEGATIONS_OF[language]:
        return True
    stem = stem_word(language, word)
    return (language, stem) in list_keys() or stem in load_translations()[language]


def weigh_latin(word: str, held: Container[str] = ()) -> float:
    """How surely a word is German, English or Turkish, 0 … 1."""
    return max(_is_german(word, held), *(1.0 if is_of(language, word) else 0.0 for language in LATIN))
