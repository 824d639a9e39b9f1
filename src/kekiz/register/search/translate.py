"""Words of other languages as German words: "okumak" is "lesen" (lexicon/translations.toml)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from kekiz.register.search.lexicon import COLUMNS, read_lexicon_file, stem_word
from kekiz.register.search.words import fold_word

_LEAST_LETTERS = 2


@cache
def load_translations() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """German words by language and stem."""
    return _collect(stem_word)


@cache
def _load_whole_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """German words by language and word as written, folded."""
    return _collect(lambda _, word: fold_word(word))


def _collect(write: Callable[[str, str], str]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found: dict[str, dict[str, list[str]]] = {language: {} for language in COLUMNS}
    for german, columns in read_lexicon_file("translations").items():
        for language, words in zip(COLUMNS, columns, strict=True):
            for written in dict.fromkeys(write(language, word) for word in words.split()):
                found[language].setdefault(written, []).append(german)
    return {
        language: {written: tuple(words) for written, words in entries.items()}
        for language, entries in found.items()
    }


def translate_word(word: str, languages: Sequence[str]) -> tuple[str, ...]:
    """The German words that a word may stand for.

    A form that the file names is that word only: "مدرسة" is a school, though its stem is that of a teacher.
    """
    if len(word) < _LEAST_LETTERS:
        return ()
    found: list[str] = []
    for language in languages:
        found += _load_whole_words()[language].get(fold_word(word)) or load_translations()[language].get(
            stem_word(language, word), ()
        )
    return tuple(dict.fromkeys(found))
