"""Words of a text: how it is cut, which words carry nothing, and how two spellings become one."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files

from kekiz.register.search_text import fold_text

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_TURKISH_I = str.maketrans({"ı": "i", "İ": "i"})  # without it "aşı" and "astım" would be one key
# Within a word: "п'ять", and "can't" as phones type it, "cant".
_APOSTROPHE = re.compile(r"(?<=[\u0400-\u04ff])['’ʼ`](?=[\u0400-\u04ff])|(?<=[nN])['’](?=[tT]\b)")
_ARABIC_FORMS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


def cut_words(text: str) -> Iterator[str]:
    """The words of a text in their order, as written; a hyphen parts words, an apostrophe within one not."""
    for match in _WORD.finditer(_APOSTROPHE.sub("", unicodedata.normalize("NFC", text))):
        yield match.group()


def fold_word(word: str) -> str:
    """One spelling for a word of any script: lower case, umlauts as two letters, no accents."""
    word = word.translate(_TURKISH_I)
    latin = fold_text(word)
    if latin:
        return latin.replace(" ", "")
    lowered = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(sign for sign in lowered if not unicodedata.combining(sign))
    return plain.translate(_ARABIC_FORMS)


def fold_phrase(text: str) -> str:
    """One spelling for a text: its words folded, one blank between them."""
    return " ".join(fold_word(word) for word in cut_words(text))


def is_latin(folded: str) -> bool:
    """German and its neighbours; words of other scripts find through the lexicon only."""
    return folded.isascii()


def _read_words() -> dict[str, dict[str, str]]:
    text = (files("kekiz.register.search") / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _fold_lists(lists: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {
        language: frozenset(fold_word(word) for word in words.split()) for language, words in lists.items()
    }


_WORDS = _read_words()
EMPTY_WORDS_OF = _fold_lists(_WORDS["empty"])
NEGATIONS_OF = _fold_lists(_WORDS["negations"])
MARKS = frozenset(_WORDS["marks"]["de"].split())
NO_PARTS = frozenset(_WORDS["compounds"]["no_parts"].split())
VERB_WORDS = {name: frozenset(words.split()) for name, words in _WORDS["verbs"].items()}
