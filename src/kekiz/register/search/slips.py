"""Slips of the finger: a word that nobody uses, and the words that may have been meant."""

from __future__ import annotations

from functools import cache

import simplemma
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from kekiz.register.search.analyser import Word, analyse_word
from kekiz.register.search.compounds import SHORTEST_PART, find_first_part, is_noun
from kekiz.register.search.index import TermIndex
from kekiz.register.search.lexicon import Key, find_lexicon_words, list_keys, list_words
from kekiz.register.search.words import fold_word, is_latin

_CANDIDATES = 3
_SHORTEST_MENDED = 4
_TWO_SLIPS_FROM = 8  # letters
_SHORTEST_FOREIGN = 5  # words of other languages are many: a short one is near to one of them by chance


def may_be_a_slip(typed: str, word: Word, keys: frozenset[Key], index: TermIndex) -> bool:
    """No offer, no phrase and no dictionary knows the word as it was typed."""
    if word.term in index.number or keys & list_keys() or not is_latin(word.term):
        return False
    return not simplemma.is_known(typed, "de")


def mend(typed: str, term: str, index: TermIndex) -> list[str]:
    """The words that may have been meant: as near as typos are (Damerau 1964).

    Words of phrases are compared as they are written, words of offers by their stems.
    """
    found: list[tuple[int, int, float, str]] = []
    surfaces = find_lexicon_words()
    for kind, asked, vocabulary in ((0, fold_word(typed), list(surfaces)), (1, term, index.terms)):
        if len(asked) < _SHORTEST_MENDED:
            continue
        most = 2 if len(asked) >= _TWO_SLIPS_FROM else 1
        for candidate, distance, _ in extract(
            asked, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=_CANDIDATES
        ):
            meant = surfaces[candidate] if kind == 0 else candidate
            found.append((int(distance), kind, index.find_rarity(meant), meant))
    nearest = min((entry[0] for entry in found), default=0)
    ordered = sorted(entry for entry in found if entry[0] == nearest)
    return list(dict.fromkeys(meant for *_, meant in ordered))[:_CANDIDATES]


@cache
def _list_folded(language: str) -> dict[str, str]:
    return {fold_word(word): word for word in reversed(list_words(language))}


def mend_foreign(typed: str, languages: tuple[str, ...]) -> str:
    """The nearest word of the lexicon in one of some languages, as written; "" if none is near."""
    asked = fold_word(typed)
    if len(asked) < _SHORTEST_FOREIGN:
        return ""
    most = 2 if len(asked) >= _TWO_SLIPS_FROM else 1
    found: list[tuple[int, int, str]] = []
    for place, language in enumerate(languages):
        vocabulary = _list_folded(language)
        near = extract(asked, list(vocabulary), scorer=OSA.distance, score_cutoff=most, limit=1)
        found += [(int(distance), place, vocabulary[candidate]) for candidate, distance, _ in near]
    return min(found, default=(0, 0, ""))[2]


def mend_compound(typed: str, index: TermIndex) -> Word | None:
    """A compound with a slip in one of its two parts: "Drogenberatng"."""
    lowered = typed.lower()
    for cut in range(len(lowered) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head, tail = find_first_part(lowered[:cut]), lowered[cut:]
        if head and (mended := mend(tail, _reduce(tail), index)):
            return Word(fold_word(lowered), (_reduce(head), mended[0]))
        head = lowered[:cut]
        if is_noun(tail) and (mended := mend(head, _reduce(head), index)):
            return Word(fold_word(lowered), (mended[0], _reduce(tail)))
    return None


def _reduce(part: str) -> str:
    word = analyse_word(part)
    return word.term if word else fold_word(part)
