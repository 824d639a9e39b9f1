"""Whether two names that look alike name different things: what each says that the other does not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import fuzz

from .kinds import find_kind, load_words
from .normalise import Columns

Rows = NDArray[np.int64]
SHORTEST_SPECIFIC = 4  # letters; shorter words are initials, articles, parts of abbreviations
SAME_WORD_FROM = 75.0  # partial ratio: one slip in a word of four letters


def find_name_conflicts(columns: Columns, lefts: Rows, rights: Rows) -> NDArray[np.bool_]:
    """True where each name of the pair has a specific word of its own: Goetheschule and Schillerschule.

    Specific is a word of four letters or more that is neither a general word of the field nor a kind of house
    (words.toml), nor found in the other record's name (misprints and compounds allowed), provider or street.
    A name that only leaves words out is in no conflict.
    """
    names = _Texts(columns.name, lefts, rights)
    specific = [_list_specific(name) for name in names.distinct]
    rest = [_Texts(getattr(columns, field), lefts, rights) for field in ("provider", "street")]
    is_conflict = np.zeros(len(lefts), dtype=bool)
    for row, (left, right) in enumerate(names.codes):
        one, two = specific[left], specific[right]
        own_one, own_two = one - two, two - one
        if own_one and own_two:
            others = [text.pick(row) for text in rest]
            is_conflict[row] = _has_own_word(
                own_one, two, names.distinct[right], [other[1] for other in others]
            ) and _has_own_word(own_two, one, names.distinct[left], [other[0] for other in others])
    return is_conflict


class _Texts:
    """The texts of both rows of every pair, each distinct text held once."""

    def __init__(self, texts: pa.Array, lefts: Rows, rights: Rows) -> None:
        coded = pa.concat_arrays([texts.take(pa.array(lefts)), texts.take(pa.array(rights))])
        coded = coded.dictionary_encode()
        self.distinct = coded.dictionary.to_pylist()
        codes = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
        self.codes = np.stack([codes[: len(lefts)], codes[len(lefts) :]]).T.tolist()

    def pick(self, row: int) -> tuple[str, str]:
        left, right = self.codes[row]
        return self.distinct[left], self.distinct[right]


def _list_specific(name: str) -> frozenset[str]:
    """The specific words; of a compound that ends in a kind ("goethegymnasium") what stands before it."""
    unspecific = load_words().unspecific
    stems = {word.removesuffix(find_kind(word)) for word in name.split() if word not in unspecific}
    return frozenset(stem for stem in stems - unspecific if len(stem) >= SHORTEST_SPECIFIC)


def _has_own_word(own: frozenset[str], words: frozenset[str], name: str, others: list[str]) -> bool:
    """Whether one of the ``own`` words is nowhere in the other record's words, name or other texts."""
    joined = name.replace(" ", "")
    for word in own:
        is_there = any(word in text for text in others)
        is_there = is_there or any(fuzz.partial_ratio(word, other) >= SAME_WORD_FROM for other in words)
        if not is_there and fuzz.partial_ratio(word, joined) < SAME_WORD_FROM:
            return True
    return False
