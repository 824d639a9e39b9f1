"""How old the child of a question is: "3-jährig", "7 Monate", "Klasse 8", "Teenager"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kekiz.register import facets
from kekiz.register.search.words import fold_word

Ages = tuple[int, int]  # months, from <= age < to
_YEAR = 12
_OLDEST = facets.AGE_MAX_MONTHS
_GLUED = re.compile(r"^(\d{1,2})([^\W\d_]+)$")  # "3jährig"
_SPELT = re.compile(r"^(\w{3,}?)(jaehrig\w*|klaessler\w*|клас+ни[кц]\w*)$")  # "dreijährig", "семикласник"
_ORDINAL = re.compile(r"^(\d{1,2})(?:st|nd|rd|th|nci|inci|uncu|[a-f])$")  # "10th", "7b"
_LAST_CLASS = 13
# What makes "in der 7." something else than a class: "in der 7. Woche", "ab der 20. SSW".
_NOT_OF_SCHOOL = (
    "woche",
    "ssw",
    "schwanger",
    "monat",
    "stund",
    "uhr",
    "tag",
    "minute",
    "etage",
    "strasse",
    "reihe",
)


@dataclass(frozen=True)
class AgeWords:
    """The folded words of lexicon/ages.toml."""

    stages: Mapping[str, Ages]
    years: frozenset[str]
    months: frozenset[str]
    before: frozenset[str]
    classes: frozenset[str]
    classes_before: frozenset[str]
    in_class: frozenset[tuple[str, str]]
    numbers: Mapping[str, int]
    tens: Mapping[str, int]  # words before a number that add to it: "on dört" is fourteen
    after_tens: frozenset[str]
    first_age: int


@dataclass(frozen=True)
class AskedAges:
    """The ages a question names, and the places of the words that do nothing else."""

    ages: Ages | None
    places: frozenset[int]


@cache
def load_age_words() -> AgeWords:
    """The words of lexicon/ages.toml, in all languages."""
    path = files("kekiz.register.search") / "lexicon" / "ages.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    stages = {
        word: (stage["ages"][0], stage["ages"][1]) for stage in raw["stage"] for word in _list_words(stage)
    }
    return AgeWords(
        stages,
        years=frozenset(_list_words(raw["years"])),
        months=frozenset(_list_words(raw["months"])),
        before=frozenset(_list_words(raw["before"])),
        classes=frozenset(_list_words(raw["classes"])),
        classes_before=frozenset(_list_words(raw["classes_before"])),
        in_class=frozenset(_list_pairs(raw["in_class"])),
        numbers=_list_numbers(raw["numbers"]),
        tens=_list_numbers(raw["tens"]),
        after_tens=frozenset(_list_numbers({code: raw["numbers"][code] for code in raw["tens"]})),
        first_age=raw["classes"]["first_age"],
    )


def _list_words(entry: Mapping[str, object]) -> list[str]:
    return [fold_word(word) for text in entry.values() if isinstance(text, str) for word in text.split()]


def _list_pairs(entry: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (first, second)
        for text in entry.values()
        for first, second in [pair.split("_") for pair in text.split()]
    ]


def _list_numbers(entry: Mapping[str, str]) -> dict[str, int]:
    pairs = [text.split("=") for texts in entry.values() for text in texts.split()]
    return {fold_word(word): int(number) for word, number in pairs}


def read_ages(words: Sequence[str]) -> AskedAges:
    """The ages that the words of a question name; of several, all from the youngest to the oldest."""
    folded = [fold_word(word) for word in words]
    found = {place: ages for place in range(len(folded)) if (ages := _read_at(folded, place))}
    known = load_age_words()
    units = known.years | known.months | known.classes | known.classes_before
    named = {place for place in range(len(folded)) if folded[place] in units}
    if not found:
        return AskedAges(None, frozenset())
    numbered = {place: ages for place, ages in found.items() if folded[place] not in known.stages}
    ages = _span((numbered or found).values())
    return AskedAges(ages, frozenset(found) | named)


def is_stage(word: str) -> bool:
    """The word names a stage of life: "Baby", "Teenager"."""
    return fold_word(word) in load_age_words().stages


def _span(ages: Iterable[Ages]) -> Ages:
    spans = list(ages)
    return min(start for start, _ in spans), max(end for _, end in spans)


def _read_at(folded: Sequence[str], place: int) -> Ages | None:
    """The ages that the word at a place names, with its neighbours."""
    known = load_age_words()
    word = folded[place]
    if word in known.stages:
        return known.stages[word]
    if ordinal := _ORDINAL.match(word):
        word = ordinal[1]
    elif (parts := _GLUED.match(word) or _SPELT.match(word)) and parts[1]:
        return _measure(_read_number(parts[1]), parts[2])
    number = _read_number(word)
    if number is None:
        return None
    if place and word in known.after_tens:
        number += known.tens.get(folded[place - 1], 0)
    return _read_unit(folded, place, number)


def _read_unit(folded: Sequence[str], place: int, number: int) -> Ages | None:
    """The ages that a number names with the words around it: "Klasse 7", "7 years", "in die 5"."""
    known = load_age_words()
    before, behind = tuple(folded[max(place - 2, 0) : place]), folded[place + 1 : place + 3]
    if before and before[-1] in known.classes | known.classes_before:
        return _measure_class(number)
    for unit in [*behind, *before[-1:]]:
        if ages := _measure(number, unit):
            return ages
    if not folded[place].isdigit() or not before:
        return None
    if before in known.in_class and not any(unit.startswith(_NOT_OF_SCHOOL) for unit in behind[:1]):
        return _measure_class(number)
    if before[-1] in known.before and not behind:
        return _measure(number, "jahre")
    return None


def _read_number(word: str) -> int | None:
    return int(word) if word.isdigit() else load_age_words().numbers.get(word)


def _measure(number: int | None, unit: str) -> Ages | None:
    """The ages of a number with its unit; None if that is no age of a child."""
    known = load_age_words()
    if number is None:
        return None
    if unit in known.months:
        start, end = number, number + 1
    elif unit in known.years or unit.startswith("jaehrig"):
        start, end = _YEAR * number, _YEAR * (number + 1)
    elif unit in known.classes or unit.startswith(("klaessler", "клас")):
        return _measure_class(number)
    else:
        return None
    return (start, end) if start < _OLDEST else None


def _measure_class(number: int) -> Ages | None:
    """The ages of children in a class; None if no school has it."""
    start = load_age_words().first_age + _YEAR * number
    return (start, start + 2 * _YEAR) if 0 < number <= _LAST_CLASS else None
