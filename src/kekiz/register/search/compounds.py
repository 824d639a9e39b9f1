"""Compounds: "Hebammensprechstunde" holds a "Hebamme" and a "Sprechstunde"."""

from __future__ import annotations

from functools import cache

import simplemma

from kekiz.register.search.words import NO_PARTS

SHORTEST_PART = 4
SHORTEST_COMPOUND = 8
MOST_PARTS = 3
# Letters that German puts between two parts (Fugenelemente), the empty one first.
_JOINTS = ("", "s", "n", "en", "es", "er", "e")


@cache
def split_compound(word: str) -> tuple[str, ...]:
    """The parts of a German compound as dictionary words, () if it is none; ``word`` in lower case.

    Every part has to be a word of the dictionary. Of several ways to part it, the one with the fewest parts
    is taken, and then the one with the longest last part: it says what the thing is.
    """
    if len(word) < SHORTEST_COMPOUND or not word.isalpha():
        return ()
    return _split(word, MOST_PARTS) or ()


def _split(word: str, most_parts: int) -> tuple[str, ...] | None:
    """The best way to part the word into 2 … ``most_parts`` parts."""
    best: tuple[str, ...] | None = None
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        first = find_first_part(word[:cut])
        if first is None:
            continue
        tail = word[cut:]
        rests: list[tuple[str, ...]] = [(tail,)] if _is_part(tail) else []
        if most_parts > 2 and len(tail) >= 2 * SHORTEST_PART and (deeper := _split(tail, most_parts - 1)):
            rests.append(deeper)
        for rest in rests:
            parts = (first, *rest)
            if best is None or len(parts) < len(best):
                best = parts
    return best


def find_first_part(head: str) -> str | None:
    """The dictionary word of a part that is not the last, without its joint."""
    for joint in _JOINTS:
        stem = head.removesuffix(joint) if joint else head
        if head.endswith(joint) and _is_part(stem):
            return stem
    return None


@cache
def _is_part(text: str) -> bool:
    if len(text) < SHORTEST_PART or text in NO_PARTS:
        return False
    return is_noun(text) or simplemma.is_known(text, "de")


@cache
def is_noun(text: str) -> bool:
    """The dictionary knows the word as a noun (it is written with a capital letter)."""
    return simplemma.is_known(text.capitalize(), "de")
