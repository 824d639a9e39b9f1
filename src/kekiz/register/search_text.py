"""Folded text: one spelling for what is stored and what is asked."""

from __future__ import annotations

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold_text(text: str) -> str:
    """Lower case, umlauts as two letters, no accents, all else a blank: "Mütter-Café" -> "muetter cafe"."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign)
    )
    return _NOT_WORD.sub(" ", plain).strip()
