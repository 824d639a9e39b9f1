"""What a family typed, as things wanted: own words, everyday words and other languages, typos mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kekiz.register.search.ages import Ages
from kekiz.register.search.analyser import PART_WEIGHT
from kekiz.register.search.asked import AskedWord, read_words
from kekiz.register.search.evidence import load_evidence
from kekiz.register.search.guess import guess_meanings
from kekiz.register.search.index import TermIndex, Wanted, Way
from kekiz.register.search.lexicon import Concept, Key
from kekiz.register.search.phrases import find_holders, find_phrases

BESIDE_WEIGHT = 0.35  # a word of no phrase, where another phrase tells what is meant
SAID_WEIGHT = 0.6  # of the words of a phrase themselves, where an offer holds them
AGE_WEIGHT = 0.2  # of a phrase that only tells an age, beside others
LEAST_WEIGHT = 0.3  # of a phrase beside one that tells more
RARE = 3.5  # rarity from which a word that the lexicon does not know is a name: one offer in 33 holds it


def read_question(text: str, index: TermIndex, page: str = "") -> list[Wanted]:
    """The things wanted, in the order of the text, and last what all words together point at.

    [] if no word carries anything. ``page``: the language of the page it was asked on ("" for none); it
    decides where a word is of two languages.
    """
    asked, ages = read_words(text, index, page)
    return _limit_ages([*_group(asked, index), *guess_meanings(asked, index, ages)], ages)


def _limit_ages(things: list[Wanted], ages: Ages | None) -> list[Wanted]:
    """Only offers for the child's age – unless what is asked for is for other ages: "mit 16 schwanger"."""
    fits = [next((way.fit for way in thing.ways if way.fit), None) for thing in things]
    usual = [fit.ages for fit in fits if fit and fit.ages]
    if ages is None or (usual and not any(start < ages[1] and end > ages[0] for start, end in usual)):
        return things
    return [replace(thing, ages=ages) for thing in things]


def _group(asked: Sequence[AskedWord], index: TermIndex) -> list[Wanted]:
    """One thing wanted for each concept whose phrase stands in the question, and one for each other word.

    What tells most goes first, and a word belongs to one phrase only. The name of a town is no word of a
    phrase, even where it is a word too ("Essen").
    """
    places = {place: word for place, word in enumerate(asked) if word.is_place}
    free = {place: word for place, word in enumerate(asked) if place not in places}
    taken = _take_phrases(free, with_ages=False)
    # Beside something else, an age narrows down what is found (_limit_ages) and tells little on its own.
    ages = _take_phrases(free, with_ages=True)
    most = max((telling for _, telling, _ in taken or ages), default=1.0)
    # The most telling phrase counts: "Stress im Betrieb" is about the job, not about stress.
    wanted = [
        (place, replace(thing, weight=max(LEAST_WEIGHT, (telling / most) ** 2)))
        for place, telling, thing in taken or ages
    ]
    wanted += [(place, replace(thing, weight=AGE_WEIGHT)) for place, _, thing in ages if taken]
    beside = BESIDE_WEIGHT if wanted else 1.0
    wanted += [
        (position, _want_word(word, 1.0 if _is_name(word, index) else beside))
        for position, word in free.items()
        if not (wanted and word.is_age)
    ]
    wanted += [
        (position, Wanted(_own_ways(word), word.typed, is_place=True)) for position, word in places.items()
    ]
    return [thing for _, thing in sorted(wanted, key=lambda entry: entry[0])]


def _take_phrases(free: dict[int, AskedWord], *, with_ages: bool) -> list[tuple[int, float, Wanted]]:
    """Place, telling and thing wanted of each phrase; its words are free no longer."""
    taken: list[tuple[int, float, Wanted]] = []
    for phrase, telling, concepts in find_phrases(list(free.values())):
        places = find_holders(phrase, free)
        if places and (with_ages or any(not free[place].is_age for place in places)):
            said = [free.pop(place) for place in places]
            is_whole = phrase <= frozenset[Key]().union(*(word.keys for word in said))
            taken.append((places[0], telling, _want_concept(said, concepts, is_whole=is_whole)))
    return taken


def _want_concept(said: list[AskedWord], concepts: list[Concept], *, is_whole: bool) -> Wanted:
    """What was said, or what it means; less sure if the phrase stands in parts of compounds only."""
    if len(said) == 1:
        own = _own_ways(said[0])
    else:
        terms = tuple(word.words[0].term for word in said if word.words)
        own = (Way(terms, SAID_WEIGHT * min(word.weight for word in said)),) if terms else ()
    sure = min(word.weight for word in said) * (1.0 if is_whole else PART_WEIGHT)
    meant = tuple(
        replace(way, weight=way.weight * sure)
        for concept in concepts
        for way in (*concept.ways, *concept.near)
    )
    return Wanted((*own, *meant), " ".join(word.typed for word in said))


def _want_word(word: AskedWord, beside: float) -> Wanted:
    return Wanted(_own_ways(word), word.typed, beside)


def _is_name(word: AskedWord, index: TermIndex) -> bool:
    """A few offers hold the word and the lexicon does not know it: a name, a rare thing."""
    rarity = max((index.find_rarity(known.term) for known in word.words), default=0.0)
    return rarity >= RARE and not word.keys & load_evidence().keys()


def _own_ways(word: AskedWord) -> tuple[Way, ...]:
    """The word itself, and for a compound its parts together."""
    ways = [Way((known.term,), word.weight) for known in word.words]
    ways += [Way(known.parts, word.weight * PART_WEIGHT) for known in word.words if known.parts]
    return tuple(ways)
