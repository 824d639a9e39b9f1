"""The words of a question: in which language, which German words they may stand for, slips mended."""

from __future__ import annotations

from dataclasses import dataclass, replace

import simplemma

from kekiz.register.search.ages import Ages, read_ages
from kekiz.register.search.analyser import Word, analyse_word
from kekiz.register.search.compounds import SHORTEST_PART
from kekiz.register.search.index import TermIndex
from kekiz.register.search.languages import LATIN, find_languages, weigh_latin
from kekiz.register.search.lexicon import MARK, Key, find_key, find_keys, find_lexicon_words, list_keys
from kekiz.register.search.romanised import find_town, restore_script
from kekiz.register.search.slips import may_be_a_slip, mend, mend_compound, mend_foreign
from kekiz.register.search.translate import translate_word
from kekiz.register.search.verbs import join_verbs
from kekiz.register.search.words import cut_words, fold_word, is_latin

MOST_WORDS = 24  # more is no question any more
LONGEST_WORD = 60
TYPO_WEIGHT = 0.8
TRANSLATED_WEIGHT = 0.8


@dataclass(frozen=True)
class AskedWord:
    """A word of the question: as typed, its terms and keys in the lexicon, and how sure they are."""

    typed: str
    words: tuple[Word, ...]
    keys: frozenset[Key]
    weight: float = 1.0
    is_age: bool = False  # it tells how old the child is
    is_place: bool = False  # it is the name of a town where something is offered, or a part of it
    translated: frozenset[Key] = frozenset()  # keys of German words it may stand for

    @property
    def part_keys(self) -> frozenset[Key]:
        """The keys of the parts of a compound: "Zahnarzt" may mean a doctor, but first of all a dentist."""
        return frozenset(("de", part) for word in self.words for part in word.parts)


def read_words(text: str, index: TermIndex, page: str = "") -> tuple[list[AskedWord], Ages | None]:
    """The words that carry something, and the ages they name. ``page``: the language of the page."""
    raw = [word[:LONGEST_WORD] for word in list(cut_words(text))[:MOST_WORDS]]
    typed = _join_compounds(restore_script(raw, lambda word: _weigh_latin(word, index)), index)
    ages = read_ages(typed)
    languages = find_languages(typed, index.number, page)
    verbs = {} if languages else join_verbs(typed, lambda verb: find_key("de", verb) in list_keys())
    asked = [
        replace(word, is_age=place in ages.places)
        for place, raw_word in enumerate(typed)
        if (word := _read_word(raw_word, index, languages, verbs[place][1] if place in verbs else ""))
    ]
    return asked, ages.ages


def _weigh_latin(typed: str, index: TermIndex) -> float:
    """How surely a word is one of a language in Latin letters; with a slip, too."""
    known = analyse_word(typed)
    weight = weigh_latin(typed, index.number)
    return weight or float(bool(known and mend(typed, known.term, index)))


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


def _read_word(typed: str, index: TermIndex, languages: tuple[str, ...], verb: str) -> AskedWord | None:
    if languages and is_latin(fold_word(typed)) == (languages[0] in LATIN):
        return _read_foreign(typed, index, languages)
    word = _read_german(typed, index)
    whole = analyse_word(verb) if verb else None
    if whole is None:
        return word
    own = word or AskedWord(typed, (), frozenset())
    return replace(own, words=(whole, *own.words), keys=own.keys | {("de", whole.term)})


def _read_foreign(typed: str, index: TermIndex, languages: tuple[str, ...]) -> AskedWord | None:
    """A word of another language with the German words it may stand for; None if it carries nothing."""
    keys = find_keys(typed, languages)
    if not keys or any(key[0] == MARK for key in keys):
        return AskedWord(typed, (), keys) if keys else None
    if translated := _translate(typed, languages):
        return translated
    if keys & list_keys():
        return AskedWord(typed, _list_own(typed), keys | find_keys(typed, ("de",)))
    if town := find_town(typed, index.place_words):
        return AskedWord(typed, _list_own(town), frozenset(), is_place=True)
    if not _is_german_word(typed, index) and (meant := mend_foreign(typed, languages)):
        mended = _translate(meant, languages) or AskedWord(
            typed, _list_own(meant), find_keys(meant, languages)
        )
        return replace(mended, typed=typed, weight=mended.weight * TYPO_WEIGHT)
    return _read_german(typed, index)


def _list_own(typed: str) -> tuple[Word, ...]:
    word = analyse_word(typed)
    return (word,) if word else ()


def _is_german_word(typed: str, index: TermIndex) -> bool:
    """Offers or the dictionary have the word: "Bürgergeld", the name of a town."""
    word = analyse_word(typed)
    return (word is not None and word.term in index.number) or simplemma.is_known(typed, "de")


def _translate(typed: str, languages: tuple[str, ...]) -> AskedWord | None:
    german = translate_word(typed, languages)
    if not german:
        return None
    meant = frozenset(key for word in german if (key := find_key("de", word)))
    words = tuple(known for word in german if (known := analyse_word(word)))
    return AskedWord(typed, words, find_keys(typed, languages) | meant, TRANSLATED_WEIGHT, translated=meant)


def _read_german(typed: str, index: TermIndex) -> AskedWord | None:
    word = analyse_word(typed)
    keys = find_keys(typed, ("de",) if simplemma.is_known(typed.lower(), "de") else ("de", *LATIN))
    if word is None:
        return AskedWord(typed, (), keys) if keys else None
    is_place = fold_word(typed) in index.place_words
    if not may_be_a_slip(typed, word, keys, index):
        return AskedWord(typed, (word,), keys, is_place=is_place)
    return _mend_german(typed, word, keys, index) or AskedWord(typed, (word,), keys)


def _mend_german(typed: str, word: Word, keys: frozenset[Key], index: TermIndex) -> AskedWord | None:
    """The words that one nobody knows may have meant; in the last place those of other languages."""
    meant = tuple(Word(term) for term in mend(typed, word.term, index))
    meant = meant or ((compound,) if (compound := mend_compound(typed, index)) else ())
    if meant:
        towns = {known.term for town in index.place_words if (known := analyse_word(town))}
        keys |= {("de", known.term) for known in meant}
        return AskedWord(
            typed, meant, keys, TYPO_WEIGHT, is_place=any(known.term in towns for known in meant)
        )
    if foreign := mend_foreign(typed, LATIN):
        mended = _translate(foreign, LATIN) or AskedWord(typed, (word,), find_keys(foreign, LATIN))
        return replace(mended, typed=typed, weight=mended.weight * TYPO_WEIGHT)
    return None
