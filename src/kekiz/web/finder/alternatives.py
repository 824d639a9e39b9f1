"""Nothing found: which wish stands in the way, and what is nearest to the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    ways_out = []
    best: tuple[Question, Sequence[FoundOffer]] | None = None
    for name in names:
        relaxed = question.without(name)
        found = find_offers(relaxed)
        if found:
            ways_out.append(WayOut(wishes[name], len(found)))
            best = best or (relaxed, found[:SHOWN])
    if best:
        left_out: tuple[Wish, ...] = (ways_out[0].wish,)
        return Alternatives(best[1], left_out, best[0].query, tuple(ways_out))
    return _give_up_several(question, [wishes[name] for name in names])


def _give_up_several(question: Question, wishes: list[Wish]) -> Alternatives:
    for count, wish in enumerate(wishes, start=1):
        question = question.without(wish.name)
        found = find_offers(question) if count > 1 else ()
        if found:
            return Alternatives(found[:SHOWN], tuple(wishes[:count]), question.query, ())
    return Alternatives((), (), question.query, ())
