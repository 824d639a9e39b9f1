"""Nothing found: which wish stands in the way, and what is nearest to the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kekiz.register.queries import FoundOffer
from kekiz.web.finder.question import GIVE_UP_ORDER, Question, Wish, find_offers

SHOWN = 5


@dataclass(frozen=True)
class WayOut:
    """The question with one wish less finds ``count`` offers."""

    wish: Wish
    count: int


@dataclass(frozen=True)
class Alternatives:
    """The nearest offers, the wishes left out for them, and every single wish whose absence would help."""

    offers: Sequence[FoundOffer]
    left_out: tuple[Wish, ...]
    query: str
    ways_out: tuple[WayOut, ...]


def find_alternatives(question: Question) -> Alternatives:
    """Give up one wish, if that is not enough several in a fixed order, until something is found."""
    wishes = {wish.name: wish for wish in question.list_wishes()}
    names = [name for name in GIVE_UP_ORDER if name in wishes]
    ways_out = [WayOut(wishes[name], count) for name in names if (count := _count_without(question, name))]
    if not ways_out:
        return _give_up_several(question, [wishes[name] for name in names])
    best = ways_out[0].wish
    relaxed = question.without(best.name)
    return Alternatives(find_offers(relaxed)[:SHOWN], (best,), relaxed.query, tuple(ways_out))


def _count_without(question: Question, name: str) -> int:
    relaxed = question.without(name)
    # Without a radius the place changes the order only: counting needs no distances.
    return len(find_offers(relaxed if relaxed.reach_km is not None else replace(relaxed, location=None)))


def _give_up_several(question: Question, wishes: list[Wish]) -> Alternatives:
    for count, wish in enumerate(wishes, start=1):
        question = question.without(wish.name)
        found = find_offers(question)
        if found:
            return Alternatives(found[:SHOWN], tuple(wishes[:count]), question.query, ())
    return Alternatives((), (), question.query, ())
