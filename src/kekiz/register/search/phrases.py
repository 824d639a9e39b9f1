"""The phrases of the lexicon that stand in a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kekiz.register.search.asked import TRANSLATED_WEIGHT, AskedWord
from kekiz.register.search.lexicon import Concept, Key, find_phrases_of, measure_phrase


def find_phrases(asked: Sequence[AskedWord]) -> list[tuple[frozenset[Key], float, list[Concept]]]:
    """Phrases of the lexicon whose words all stand in the question, how much each tells, and their concepts.

    Those made of whole words go before those that need a part of a compound, then those that tell most.
    """
    whole = frozenset[Key]().union(*(word.keys for word in asked))
    keys = whole.union(*(word.part_keys for word in asked))
    guessed = frozenset[Key]().union(*(word.translated for word in asked))
    found: dict[frozenset[Key], list[Concept]] = {}
    for phrase, concept in (entry for key in keys for entry in find_phrases_of().get(key, ())):
        if phrase <= keys:
            found.setdefault(phrase, []).append(concept)
    told = {
        phrase: measure_phrase(phrase) * (TRANSLATED_WEIGHT if phrase & guessed else 1.0) for phrase in found
    }
    order = sorted(found, key=lambda phrase: (not phrase <= whole, -told[phrase], sorted(phrase)))
    return [(phrase, told[phrase], found[phrase]) for phrase in order]


def find_holders(phrase: frozenset[Key], free: Mapping[int, AskedWord]) -> list[int]:
    """Positions of free words that make up the phrase; none if one of them is taken already."""
    taken = set[int]()
    for key in phrase:
        holders = [place for place, word in free.items() if key in word.keys or key in word.part_keys]
        if not holders:
            return []
        taken.add(holders[0])
    return sorted(taken)
