"""Words of other languages as German words: "okumak" is "lesen" (lexicon/translations.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from kekiz.register.search.lexicon import stem_word

_ORDER = ("en", "tr", "ar", "uk", "ru")  # of the columns in the file
_LEAST_LETTERS = 2


@cache
def _read_columns() -> Mapping[str, list[str]]:
    path = files("kekiz.register.search") / "lexicon" / "translations.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def list_translated_words(language: str) -> list[str]:
    """The words of a language that have a German one, as written; several in one text."""
    return [columns[_ORDER.index(language)] for columns in _read_columns().values()]


@cache
def load_translations() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """German words by language and stem."""
    found: dict[str, dict[str, list[str]]] = {language: {} for language in _ORDER}
    for german, columns in _read_columns().items():
        for language, words in zip(_ORDER, columns, strict=True):
            for stem in dict.fromkeys(stem_word(language, word) for word in words.split()):
                found[language].setdefault(stem, []).append(german)
    return {
        language: {stem: tuple(words) for stem, words in stems.items()} for language, stems in found.items()
    }


def translate_word(word: str, languages: Sequence[str]) -> tuple[str, ...]:
    """The German words that a word may stand for."""
    if len(word) < _LEAST_LETTERS:
        return ()
    found = (load_translations()[language].get(stem_word(language, word), ()) for language in languages)
    return tuple(dict.fromkeys(german for words in found for german in words))
