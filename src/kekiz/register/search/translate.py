"""Words of other languages as German words: "okumak" is "lesen" (lexicon/translations.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from kekiz.register.search.lexicon import COLUMNS, read_lexicon_file, stem_word

_LEAST_LETTERS = 2


@cache
def load_translations() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """German words by language and stem."""
    found: dict[str, dict[str, list[str]]] = {language: {} for language in COLUMNS}
    for german, columns in read_lexicon_file("translations").items():
        for language, words in zip(COLUMNS, columns, strict=True):
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
