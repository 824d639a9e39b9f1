"""Offers closed in thought: how many of their children others could take, without anybody losing a place.

From the best assignment (coordinate.py) a set of offers is taken away. Their children look for a free place
along augmenting paths in the residual graph (Ford & Fulkerson 1956): others may be moved to another place
they can use, but nobody loses one. What remains is again a maximum flow, so the children who are left without
a place are exactly those whom no coordination could serve without the set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.compute import FieldOutcome, Market
from kekiz.engine.kernels.closing import replace_children
from kekiz.engine.kernels.flow import index_by_offer
from kekiz.engine.kernels.rounds import GRAIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TAKERS_SHOWN = 3


@dataclass(frozen=True)
class Closing:
    """What closing each set of a field's offers would mean; S sets."""

    children: Floats  # S
    floor: Floats  # S, share taken into known places; not a number without children
    ceiling: Floats  # S, assumed places counted too
    taker: Ints  # S, TAKERS_SHOWN: index into all offers, -1 = none
    taken: Floats


def open_market(field: FieldOutcome) -> Market:
    """The kept market of a field; ValueError if the outcome was computed without ``keep_markets``."""
    if field.market is None:
        raise ValueError("The outcome keeps no markets: compute it with keep_markets=True.")
    return field.market


def close_sets(field: FieldOutcome, sets: list[list[int]]) -> Closing:
    """Close each set of the field's offers (index among its members) in thought, one set after the other."""
    market = open_market(field)
    classes, best = market.classes, market.possible
    by_offer, arc_class = index_by_offer(classes.start, classes.offer, len(best.free))
    by_arc = best.by_arc.copy()

    def close(free: Ints, chosen: list[list[int]]) -> tuple[Ints, Ints, Ints, Ints]:
        start = np.cumsum([0, *map(len, chosen)]).astype(np.int64)
        offers = np.array([offer for offers in chosen for offer in offers], dtype=np.int64)
        answer: tuple[Ints, Ints, Ints, Ints] = replace_children(
            classes.start, classes.offer, classes.weight, by_offer[0], by_offer[1], arc_class, by_arc,
            free, start, offers, TAKERS_SHOWN,
        )  # fmt: skip
        return answer

    children, replaced, taker, taken = close(np.where(field.is_assumed, 0, best.free), sets)
    more = replaced.copy()
    if field.is_assumed.any() and (replaced < children).any():
        short = np.flatnonzero(replaced < children)
        _, more[short], taker[short], taken[short] = close(best.free, [sets[index] for index in short])
    return Closing(
        children=_count(children),
        floor=_divide(replaced, children),
        ceiling=_divide(more, children),
        taker=np.where(taker < 0, -1, field.members[taker]) if len(field.members) else taker,
        taken=_count(taken),
    )


def _count(grains: Ints) -> Floats:
    return np.asarray(grains * GRAIN, dtype=np.float64)


def _divide(part: Ints, whole: Ints) -> Floats:
    """Shares; not a number where there is nothing to share."""
    shares: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return shares
