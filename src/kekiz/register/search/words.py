"""Words of a text: how it is cut, which words carry nothing, and how two spellings become one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kekiz.register.search_text import fold_text

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_ARABIC_FORMS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})

# What people type around what they mean. A question made of these alone is taken as it is.
EMPTY_WORDS = frozenset(
    """
    aber alle als also am an auch auf aus bei beim bin bitte brauche brauchen braucht da das dass dem den
    denn der des die dies diese dieser dir doch du ein eine einem einen einer eines er es etwas euch fuer gehen
    gerne gibt gibts habe haben hat ich ihm ihn ihr im immer in ist ja jemand kann kein keine keinen koennen kommt
    man mehr mein meine meinem meinen meiner mich mir mit moechte muss nach naehe nicht noch nur ob oder
    ohne sehr sein seine seinem seinen sich sie sind so soll suche suchen tun ueber um und uns unser
    unsere unserem vom von vor wann war was wenn wer werden wie will wir wird wo wohin woher zu zum zur
    finde finden angebot angebote stelle hier dort welche welcher welches wieviel
    the a an and for of to in my is are i we where how can do need want with on at have has
    ve icin bir bu ne nerede nasil benim
    и в на для с мой моя где как я у не что мне
    і й у в на для з мій моя де як я не що мені
    في من على الي عن مع هل اين كيف انا لي
    """.split()
)


def cut_words(text: str) -> Iterator[str]:
    """The words of a text in their order, as written; a hyphen parts words."""
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        yield match.group()


def fold_word(word: str) -> str:
    """One spelling for a word of any script: lower case, umlauts as two letters, no accents or vowel signs."""
    latin = fold_text(word)
    if latin:
        return latin.replace(" ", "")
    lowered = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(sign for sign in lowered if not unicodedata.combining(sign))
    return plain.translate(_ARABIC_FORMS)


def is_latin(folded: str) -> bool:
    """German and its neighbours; words of other scripts find through the lexicon only."""
    return folded.isascii()
