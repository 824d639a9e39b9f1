"""Folded text for the first slice of the search: same folding for what is stored and what is asked."""

from __future__ import annotations

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NOT_WORD = re.compile(r"[^0-9a-z]+")
# Longest first; a light cut so that "Hebammen" also finds "Hebamme" and "Kurse" finds "Kurs".
_ENDINGS = ("en", "er", "es", "e", "n", "s")
_SHORTEST_STEM = 4


def fold_text(text: str) -> str:
    """Lower case, umlauts as two letters, no accents, all else a blank: "Mütter-Café" -> "muetter cafe"."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign)
    )
    return _NOT_WORD.sub(" ", plain).strip()


def split_query(text: str) -> list[str]:
    """The folded words of a question, cut to what a word and its plural share; an offer must hold each."""
    return list(dict.fromkeys(_cut_ending(word) for word in fold_text(text).split()))


def _cut_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
