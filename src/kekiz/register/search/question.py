"""What a family typed, as things wanted: own words, everyday words and other languages, typos mended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import simplemma
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from kekiz.register.search.ages import Ages, is_stage, read_ages
from kekiz.register.search.analyser import PART_WEIGHT, PLACE_MARK, Word, analyse_word
from kekiz.register.search.compounds import SHORTEST_PART, find_first_part, is_noun
from kekiz.register.search.evidence import load_evidence, weigh_meanings
from kekiz.register.search.index import TermIndex, Wanted, Way
from kekiz.register.search.languages import LATIN, find_languages, weigh_latin
from kekiz.register.search.lexicon import (
    MARK,
    Concept,
    Key,
    find_key,
    find_keys,
    find_lexicon_words,
    find_phrases_of,
    list_keys,
    load_lexicon,
    measure_phrase,
)
from kekiz.register.search.romanised import restore_script
from kekiz.register.search.translate import translate_word
from kekiz.register.search.verbs import join_verbs
from kekiz.register.search.words import cut_words, fold_word, is_latin

MOST_WORDS = 24  # more is no question any more
LONGEST_WORD = 60
TYPO_WEIGHT = 0.8
TRANSLATED_WEIGHT = 0.8
BESIDE_WEIGHT = 0.35  # a word of no phrase, where another phrase tells what is meant
SAID_WEIGHT = 0.6  # of the words of a phrase themselves, where an offer holds them
AGE_WEIGHT = 0.2  # of a phrase that only tells an age, beside others
LEAST_WEIGHT = 0.3  # of a phrase beside one that tells more
GUESS_WEIGHT = 1.2
PHRASE_EVIDENCE = 0.75
MOST_GUESSES = 3
LEAST_EVIDENCE = 0.5
GUESS_STEP = 3.0
AGE_AGAINST = 1.0
NAMES = 4
RARE = 3.5
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
    translated: frozenset[Key] = frozenset()  # keys of German words it may stand for

    @property
    def part_keys(self) -> frozenset[Key]:
        """The keys of the parts of a compound: "Zahnarzt" may mean a doctor, but first of all a dentist."""
        return frozenset(("de", part) for word in self.words for part in word.parts)


def read_question(text: str, index: TermIndex) -> list[Wanted]:
    """The things wanted, in the order of the text; [] if no word carries anything."""
    raw = [word[:LONGEST_WORD] for word in list(cut_words(text))[:MOST_WORDS]]
    typed = _join_compounds(restore_script(raw, lambda word: _weigh_latin(word, index)), index)
    asked_ages = read_ages(typed)
    languages = find_languages(typed, index.number)
    verbs = join_verbs(typed, lambda verb: find_key("de", verb) in list_keys())
    asked = [
        replace(word, is_age=place in asked_ages.places)
        for place, raw in enumerate(typed)
        if (word := _read_word(raw, index, languages, "" if languages else verbs.get(place, (0, ""))[1]))
    ]
    things = _group(asked, index)
    return _limit_ages([*things, *_guess(asked, index, asked_ages.ages)], asked_ages.ages)


def _guess(asked: Sequence[AskedWord], index: TermIndex, ages: Ages | None) -> list[Wanted]:
    """What all words together point at: the meanings that are most likely, words of towns left aside."""
    said = [word for word in asked if not _is_place(word, index)]
    words = [word for word in said if not word.is_age or is_stage(word.typed)] or said
    total = weigh_meanings([(word.keys, word.part_keys) for word in words])
    told = np.zeros_like(total)
    number = {id(concept): place for place, concept in enumerate(load_lexicon())}
    for _, telling, concepts in _find_phrases(words):
        for concept in concepts:
            told[number[id(concept)]] = max(told[number[id(concept)]], telling)
    total += np.float32(PHRASE_EVIDENCE) * told
    if ages is not None:
        for place, concept in enumerate(load_lexicon()):
            fit = concept.ways[0].fit
            if fit and fit.ages and not (fit.ages[0] < ages[1] and fit.ages[1] > ages[0]):
                total[place] -= AGE_AGAINST
    best = np.argsort(-total, kind="stable")[:MOST_GUESSES].tolist()
    if total[best[0]] < LEAST_EVIDENCE:
        return []
    ways = tuple(
        replace(way, weight=way.weight * math.exp((total[place] - total[best[0]]) / GUESS_STEP))
        for place in best
        for way in load_lexicon()[place].ways
    )
    return [Wanted(ways, "", GUESS_WEIGHT * _share_known(words, index) ** NAMES, is_guess=True)]


def _share_known(words: Sequence[AskedWord], index: TermIndex) -> float:
    """The part of a question that the lexicon knows: of words that only offers know, it can tell nothing."""
    known = named = 0.0
    for word in words:
        rarity = max((index.find_rarity(found.term) for found in word.words), default=0.0)
        if word.keys & load_evidence().keys():
            known += rarity or index.find_rarity_of(0)
        elif rarity:
            named += rarity
    return known / (known + named) if known + named else 1.0


def _weigh_latin(typed: str, index: TermIndex) -> float:
    """How surely a word is one of a language in Latin letters; with a slip, too."""
    known = analyse_word(typed)
    weight = weigh_latin(typed, index.number)
    return weight or float(bool(known and _mend(typed, known.term, index)))


def _join_compounds(typed: list[str], index: TermIndex) -> list[str]:
    """Compounds written apart as one word: "Sekundar schule", "Sport gruppe"."""
    joined: list[str] = []
    for word in typed:
        if joined and len(joined[-1]) >= SHORTEST_PART and len(word) >= SHORTEST_PART:
            whole = joined[-1] + word.lower()
            known = analyse_word(whole)
            is_held = known is not None and known.term in index.number and simplemma.is_known(whole, "de")
            if is_held or fold_word(whole) in find_lexicon_words():
                joined[-1] = whole
                continue
        joined.append(word)
    return joined


def _limit_ages(things: list[Wanted], ages: Ages | None) -> list[Wanted]:
    """Only offers for the child's age – unless what is asked for is for other ages: "mit 16 schwanger"."""
    fits = [next((way.fit for way in thing.ways if way.fit), None) for thing in things]
    usual = [fit.ages for fit in fits if fit and fit.ages]
    if ages is None or (usual and not any(start < ages[1] and end > ages[0] for start, end in usual)):
        return things
    return [replace(thing, ages=ages) for thing in things]


def _read_word(typed: str, index: TermIndex, languages: tuple[str, ...], verb: str = "") -> AskedWord | None:
    if languages and is_latin(fold_word(typed)) == (languages[0] in LATIN):
        return _read_foreign(typed, languages)
    word = _read_german(typed, index)
    whole = analyse_word(verb) if verb else None
    if whole is None:
        return word
    own = word or AskedWord(typed, (), frozenset())
    return replace(own, words=(whole, *own.words), keys=own.keys | {("de", whole.term)})


def _read_foreign(typed: str, languages: tuple[str, ...]) -> AskedWord | None:
    """A word of another language with the German words it may stand for; None if it carries nothing."""
    keys = find_keys(typed, languages)
    if not keys or any(key[0] == MARK for key in keys):
        return AskedWord(typed, (), keys) if keys else None
    german = translate_word(typed, languages)
    if not german:
        word = analyse_word(typed)
        return AskedWord(typed, (word,) if word else (), keys | find_keys(typed, ("de",)))
    meant = frozenset(key for word in german if (key := find_key("de", word)))
    words = tuple(known for word in german if (known := analyse_word(word)))
    return AskedWord(typed, words, keys | meant, TRANSLATED_WEIGHT, translated=meant)


def _read_german(typed: str, index: TermIndex) -> AskedWord | None:
    word = analyse_word(typed)
    keys = find_keys(typed, ("de",) if simplemma.is_known(typed.lower(), "de") else ("de", *LATIN))
    if word is None:
        return AskedWord(typed, (), keys) if keys else None
    if not _may_be_a_slip(typed, word, keys, index):
        return AskedWord(typed, (word,), keys)
    meant = tuple(Word(term) for term in _mend(typed, word.term, index))
    meant = meant or ((compound,) if (compound := _mend_compound(typed, index)) else ())
    if not meant:
        return AskedWord(typed, (word,), keys)
    return AskedWord(typed, meant, keys | {("de", known.term) for known in meant}, TYPO_WEIGHT)


def _may_be_a_slip(typed: str, word: Word, keys: frozenset[Key], index: TermIndex) -> bool:
    """No offer, no phrase and no dictionary knows the word as it was typed."""
    if word.term in index.number or keys & list_keys() or not is_latin(word.term):
        return False
    return not simplemma.is_known(typed, "de")


def _mend(typed: str, term: str, index: TermIndex) -> list[str]:
    """The words that may have been meant: as near as typos are (Damerau 1964).

    Words of phrases are compared as they are written, words of offers by their stems.
    """
    found: list[tuple[int, int, float, str]] = []
    surfaces = find_lexicon_words()
    for kind, asked, vocabulary in ((0, fold_word(typed), list(surfaces)), (1, term, index.terms)):
        if len(asked) < _SHORTEST_MENDED:
            continue
        most = 2 if len(asked) >= _TWO_TYPOS_FROM else 1
        for candidate, distance, _ in extract(
            asked, vocabulary, scorer=OSA.distance, score_cutoff=most, limit=_TYPO_CANDIDATES
        ):
            meant = surfaces[candidate] if kind == 0 else candidate
            found.append((int(distance), kind, index.find_rarity(meant), meant))
    nearest = min((entry[0] for entry in found), default=0)
    ordered = sorted(entry for entry in found if entry[0] == nearest)
    return list(dict.fromkeys(meant for *_, meant in ordered))[:_TYPO_CANDIDATES]


def _mend_compound(typed: str, index: TermIndex) -> Word | None:
    """A compound with a slip in one of its two parts: "Drogenberatng"."""
    lowered = typed.lower()
    for cut in range(len(lowered) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head, tail = find_first_part(lowered[:cut]), lowered[cut:]
        if head and (mended := _mend(tail, _reduce(tail), index)):
            return Word(fold_word(lowered), (_reduce(head), mended[0]))
        head = lowered[:cut]
        if is_noun(tail) and (mended := _mend(head, _reduce(head), index)):
            return Word(fold_word(lowered), (mended[0], _reduce(tail)))
    return None


def _reduce(part: str) -> str:
    word = analyse_word(part)
    return word.term if word else fold_word(part)


def _group(asked: Sequence[AskedWord], index: TermIndex) -> list[Wanted]:
    """One thing wanted for each concept whose phrase stands in the question, and one for each other word.

    What tells most goes first, and a word belongs to one phrase only. The name of a town is no word of a
    phrase, even where it is a word too ("Essen").
    """
    places = {place: word for place, word in enumerate(asked) if _is_place(word, index)}
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
    for phrase, telling, concepts in _find_phrases(list(free.values())):
        places = _take(phrase, free)
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


def _is_place(word: AskedWord, index: TermIndex) -> bool:
    """The word is the name of a town where something is offered, or a part of it ("Bad Salzuflen")."""
    return any(PLACE_MARK + known.term in index.number for known in word.words)


def _find_phrases(asked: Sequence[AskedWord]) -> list[tuple[frozenset[Key], float, list[Concept]]]:
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
