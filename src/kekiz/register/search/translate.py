"""Words of other languages as German words: "okumak" is "lesen" (lexicon/translations.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import simplemma

from kekiz.register.search.lexicon import list_keys, stem_word
from kekiz.register.search.words import EMPTY_WORDS_OF, fold_word, is_latin

_ORDER = ("en", "tr", "ar", "uk", "ru")  # of the columns in the file
_LATIN, _OTHER = ("en", "tr"), ("ar", "uk", "ru")
_LEAST_LETTERS = 2


@cache
def load_translations() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """German words by language and stem."""
    path = files("kekiz.register.search") / "lexicon" / "translations.toml"
    found: dict[str, dict[str, list[str]]] = {language: {} for language in _ORDER}
    for german, columns in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for language, words in zip(_ORDER, columns, strict=True):
            for stem in dict.fromkeys(stem_word(language, word) for word in words.split()):
                found[language].setdefault(stem, []).append(german)
    return {
        language: {stem: tuple(words) for stem, words in stems.items()} for language, stems in found.items()
    }


def find_languages(words: Sequence[str]) -> tuple[str, ...]:
    """The languages a question may be translated from; a question in Latin letters has one or is German."""
    if any(not is_latin(fold_word(word)) for word in words):
        return _OTHER
    known = {
        "en": sum(_is_of("en", word) for word in words),
        # Turkish words are known by their first letters, which German words may share.
        "tr": sum(_is_of("tr", word) and not _is_german(word) for word in words),
    }
    best = max(_LATIN, key=lambda language: known[language])
    german = sum(_is_german(word) and not _is_of(best, word) for word in words)
    return (best,) if known[best] > german else ()


def _is_german(word: str) -> bool:
    return fold_word(word) in EMPTY_WORDS_OF["de"] or simplemma.is_known(word, "de")


def _is_of(language: str, word: str) -> bool:
    """The language has the word, and it is none of those that fill German sentences ("in", "was")."""
    folded = fold_word(word)
    if folded in EMPTY_WORDS_OF["de"]:
        return False
    return folded in EMPTY_WORDS_OF[language] or (language, stem_word(language, word)) in list_keys()


def translate_word(word: str, languages: Sequence[str]) -> tuple[str, ...]:
    """The German words that a word may stand for."""
    if len(word) < _LEAST_LETTERS:
        return ()
    found = (load_translations()[language].get(stem_word(language, word), ()) for language in languages)
    return tuple(dict.fromkeys(german for words in found for german in words))
