"""Which field of an offer a column header names: words of columns.toml, German and English."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MARKS = re.compile("[\u0300-\u036f]")
SURE, LIKELY, UNSURE = "sicher", "wahrscheinlich", "unsicher"


@dataclass(frozen=True)
class Target:
    """A field of an offer that a column can fill: its key, its German name, the header words that mean it.

    ``exact`` are whole headers (also those of HSDS and OSM), ``words`` are parts of headers.
    """

    key: str
    label: str
    exact: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class HeaderMatch:
    """The field a header seems to name, how sure that is, and the word it rests on."""

    target: str
    sureness: str
    word: str


@cache
def load_targets() -> dict[str, Target]:
    """All fields a column can fill, by key, in the order people choose from."""
    text = resources.files("kekiz.register.imports").joinpath("columns.toml").read_text(encoding="utf-8")
    return {
        key: Target(
            key,
            entry["label"],
            tuple(fold_header(word) for word in entry.get("exact", ())),
            tuple(fold_header(word) for word in entry.get("words", ())),
        )
        for key, entry in tomllib.loads(text).items()
    }


def fold_header(text: str) -> str:
    """A header for comparison: lower case, umlauts as two letters, all signs as single blanks; camelCase
    parted.
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    lowered = unicodedata.normalize("NFC", parted).lower().translate(_FOLD)
    return " ".join(re.findall(r"[a-z0-9]+", _MARKS.sub("", unicodedata.normalize("NFKD", lowered))))


@cache
def match_header(header: str) -> HeaderMatch | None:
    """The field a header names: whole header first, then the longest known word in it."""
    folded = fold_header(header)
    if not folded:
        return None
    for target in load_targets().values():
        if folded in target.exact:
            return HeaderMatch(target.key, SURE, header)
    words = folded.split()
    best: tuple[int, HeaderMatch] | None = None
    for target in load_targets().values():
        for word in target.words:
            if _holds(folded, words, word) and (best is None or len(word) > best[0]):
                best = (len(word), HeaderMatch(target.key, LIKELY, word))
    return best[1] if best else None


def _holds(folded: str, words: list[str], word: str) -> bool:
    """Short words must stand alone ("ort" is not in "sportart"); longer ones may be part of a compound."""
    if " " in word:
        return f" {word} " in f" {folded} "
    return word in words or (len(word) >= 6 and any(word in one for one in words))


def count_known(names: Iterable[str]) -> int:
    """How many different fields the names of a header stand for."""
    return len({match.target for match in map(match_header, names) if match})
