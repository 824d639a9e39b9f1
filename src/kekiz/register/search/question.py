"""What a family typed, as things wanted: own words, everyday words and other languages, typos mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import simplemma
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from kekiz.register.search.ages import Ages, read_ages
from kekiz.register.search.analyser import PART_WEIGHT, PLACE_MARK, Word, analyse_word
from kekiz.register.search.compounds import SHORTEST_PART, find_first_part, is_noun
from kekiz.register.search.index import TermIndex, Wanted, Way
from kekiz.register.search.lexicon import Concept, Key, find_german_key, find_keys, find_phrases_of, list_lexicon_words, load_lexicon, measure_phrase
from kekiz.register.search.translate import find_languages, translate_word
from kekiz.register.search.words import cut_words, fold_word, is_latin

MOST_WORDS = 24  # more is no question any more
LONGEST_WORD = 60
TYPO_WEIGHT = 0.8
TRANSLATED_WEIGHT = 0.8
BESIDE_WEIGHT = 0.35  # a word of no phrase, where another phrase tells what is meant
LEAST_WEIGHT = 0.3  # of a phrase beside one that tells more
_TYPO_CANDIDATES = 3
_SHORTEST_MENDED = 4
_TWO_TYPOS_FROM = 8  # letters


@dataclass(frozen=True)
class AskedWord:
    """A word of the question: as typed, its terms and keys in the lexicon, and how sure they are."""

    typed: str
    words: tuple[Word, ...]
    keys: frozenset[Key]
    weight: float = 1.0
    is_age: bool = False  # it tells how old the child is

    @property
    def part_keys(self) -> frozenset[Key]:
        """The keys of the parts of a compound: "Zahnarzt" may mean a doctor, but first of all a dentist."""
        return frozenset(("de", part) for word in self.words for part in word.parts)


def read_question(text: str, index: TermIndex) -> list[Wanted]:
    """The things wanted, in the order of the text; [] if no word carries anything."""
    typed = [raw[:LONGEST_WORD] for raw in list(cut_words(text))[:MOST_WORDS]]
    asked_ages = read_ages(typed)
    languages = find_languages(typed)
    asked = [
        replace(word, is_age=place in asked_ages.places)
        for place, raw in enumerate(typed)
        if (word := _translate(raw, languages) or _read_word(raw, index))
    ]
    return _limit_ages(_group(asked, index), asked_ages.ages)


def _limit_ages(things: list[Wanted], ages: Ages | None) -> list[Wanted]:
    """Only offers for the child's age – unless what is asked for is for other ages: "mit 16 schwanger"."""
    fits = [next((way.fit for way in thing.ways if way.fit), None) for thing in things]
    usual = [fit.ages for fit in fits if fit and fit.ages]
    if ages is None or (usual and not any(start < ages[1] and end > ages[0] for start, end in usual)):
        return things
    return [replace(thing, ages=ages) for thing in things]


def _translate(typed: str, languages: Sequence[str]) -> AskedWord | None:
    """A word of another language with the German words it may stand for; None if they are not known."""
    german = translate_word(typed, languages)
    if not german:
        return None
    keys = find_keys(typed) | {key for word in german if (key := find_german_key(word))}
    words = tuple(known for word in german if (known := analyse_word(word)))
    return AskedWord(typed, words, keys, TRANSLATED_WEIGHT)


def _read_word(typed: str, index: TermIndex) -> AskedWord | None:
    word = analyse_word(typed)
    keys = find_keys(typed)
    if word is None:
        return AskedWord(typed, (), keys) if keys else None
    if not _may_be_a_slip(typed, word, keys, index):
        return AskedWord(typed, (word,), keys)
    meant = tuple(Word(term) for term in _mend(word.term, index))
    meant = meant or ((compound,) if (compound := _mend_compound(typed, index)) else ())
    if not meant:
        return AskedWord(typed, (word,), keys)
    return AskedWord(typed, meant, keys | {("de", known.term) for known in meant}, TYPO_WEIGHT)


def _may_be_a_slip(typed: str, word: Word, keys: frozenset[Key], index: TermIndex) -> bool:
    """No offer, no phrase and no dictionary knows the word as it was typed."""
    if word.term in index.number or keys & _lexicon_keys() or not is_latin(word.term):
        return False
    return not simplemma.is_known(typed, "de")


@lru_cache(1)
def _lexicon_keys() -> frozenset[Key]:
    return frozenset(key for concept in load_lexicon() for phrase in concept.phrases for key in phrase)


def _mend(term: str, index: TermIndex) -> list[str]:
    """The words that may have been meant: as near as typos are (Damerau 1964)."""
    if len(term) < _SHORTEST_MENDED:
        return []
    most = 2 if len(term) >= _TWO_TYPOS_FROM else 1
    found: list[tuple[int, float, str]] = []
    for vocabulary in (index.terms, list(list_lexicon_words())):
        for candidate, distance, _ in extract(
            term, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=_TYPO_CANDIDATES
        ):
            found.append((int(distance), index.find_rarity(candidate), candidate))
    nearest = min((distance for distance, _, _ in found), default=0)
    ordered = sorted(entry for entry in found if entry[0] == nearest)
    return list(dict.fromkeys(candidate for _, _, candidate in ordered))[:_TYPO_CANDIDATES]


def _mend_compound(typed: str, index: TermIndex) -> Word | None:
    """A compound with a slip in one of its two parts: "Drogenberatng"."""
    lowered = typed.lower()
    for cut in range(len(lowered) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head, tail = find_first_part(lowered[:cut]), lowered[cut:]
        if head and (mended := _mend(_reduce(tail), index)):
            return Word(fold_word(lowered), (_reduce(head), mended[0]))
        head = lowered[:cut]
        if is_noun(tail) and (mended := _mend(_reduce(head), index)):
            return Word(fold_word(lowered), (mended[0], _reduce(tail)))
    return None


def _reduce(part: str) -> str:
    word = analyse_word(part)
    return word.term if word else fold_word(part)


def _group(asked: Sequence[AskedWord], index: TermIndex) -> list[Wanted]:
    """One thing wanted for each concept whose phrase stands in the question, and one for each other word.

    Longer phrases go first, and a word belongs to one phrase only.
    """
    free = dict(enumerate(asked))
    wanted: list[tuple[int, Wanted]] = []
    most = 0.0
    for phrase, concepts in _find_phrases(asked):
        taken = _take(phrase, free)
        if taken:
            said = [free.pop(position) for position in taken]
            is_whole = phrase <= frozenset[Key]().union(*(word.keys for word in said))
            thing = _want_concept(said, concepts, is_whole=is_whole)
            # The most telling phrase counts: "Stress im Betrieb" is about the job, not about stress.
            telling = measure_phrase(phrase)
            most = max(most, telling)
            weight = max(LEAST_WEIGHT, (telling / most) ** 2)
            if all(word.is_age for word in said):
                weight = BESIDE_WEIGHT
            wanted.append((taken[0], replace(thing, weight=weight)))
    beside = BESIDE_WEIGHT if wanted else 1.0
    wanted += [(position, _want_word(word, index, beside)) for position, word in free.items()]
    return [thing for _, thing in sorted(wanted, key=lambda entry: entry[0])]


def _want_concept(said: list[AskedWord], concepts: list[Concept], *, is_whole: bool) -> Wanted:
    """What was said, or what it means; less sure if the phrase stands in parts of compounds only."""
    if len(said) == 1:
        own = _own_ways(said[0])
    else:
        terms = tuple(word.words[0].term for word in said if word.words)
        own = (Way(terms, min(word.weight for word in said)),) if terms else ()
    sure = min(word.weight for word in said) * (1.0 if is_whole else PART_WEIGHT)
    meant = tuple(
        replace(way, weight=way.weight * sure)
        for concept in concepts
        for way in (*concept.ways, *concept.near)
    )
    return Wanted((*own, *meant), " ".join(word.typed for word in said))


def _want_word(word: AskedWord, index: TermIndex, beside: float) -> Wanted:
    is_place = any(PLACE_MARK + known.term in index.number for known in word.words)
    return Wanted(_own_ways(word), word.typed, 1.0 if is_place else beside, is_place=is_place)


def _find_phrases(asked: Sequence[AskedWord]) -> list[tuple[frozenset[Key], list[Concept]]]:
    """Phrases of the lexicon whose words all stand in the question, longest first, with their concepts.

    Of equally long ones, those made of whole words go before those that need a part of a compound.
    """
    whole = frozenset[Key]().union(*(word.keys for word in asked))
    keys = whole.union(*(word.part_keys for word in asked))
    found: dict[frozenset[Key], list[Concept]] = {}
    for phrase, concept in (entry for key in keys for entry in find_phrases_of().get(key, ())):
        if phrase <= keys:
            found.setdefault(phrase, []).append(concept)
    return sorted(
        found.items(),
        key=lambda entry: (not entry[0] <= whole, -measure_phrase(entry[0]), sorted(entry[0])),
    )


def _take(phrase: frozenset[Key], free: dict[int, AskedWord]) -> list[int]:
    """Positions of free words that make up the phrase; none if one of them is taken already."""
    taken = set[int]()
    for key in phrase:
        holders = [place for place, word in free.items() if key in word.keys or key in word.part_keys]
        if not holders:
            return []
        taken.add(holders[0])
    return sorted(taken)


def _own_ways(word: AskedWord) -> tuple[Way, ...]:
    """The word itself, and for a compound its parts together."""
    ways = [Way((known.term,), word.weight) for known in word.words]
    ways += [Way(known.parts, word.weight * PART_WEIGHT) for known in word.words if known.parts]
    return tuple(ways)
