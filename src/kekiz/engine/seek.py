"""Found: what families get who seek on their own, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.rounds import GRAIN, ask_in_rounds, settle_in_grains
from kekiz.engine.reach import Classes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Assignment:
    """Who got a place where, in grains of a child."""

    need: Ints  # classes, G
    served: Ints  # classes, G
    by_arc: Ints  # arcs: children of the class at the offer
    free: Ints  # offers: places left


def count_in_grains(children: Floats) -> Ints:
    """Children or places as whole grains, the nearest."""
    return np.rint(np.asarray(children) / GRAIN).astype(np.int64)


def count_taken(places: Floats, assignment: Assignment) -> Floats:
    """Places taken at each offer, in children."""
    return np.asarray((count_in_grains(places) - assignment.free) * GRAIN, dtype=np.float64)


def seek_places(classes: Classes, places: Floats, tries: Ints, never_asks: Floats) -> Assignment:
    """Let families ask, try by try, and give places in proportion where too many ask at once.

    In each round the unserved families that ask spread over the usable offers that still had places after the
    last round, in proportion to the weight of the way. An offer with R requests and c free places accepts
    min(1, c / R) of each request. Children and places are conserved.

    ``places``: per offer; ``tries``, ``never_asks``: per group.
    """
    need = count_in_grains(classes.need)
    by_arc, served, left = ask_in_rounds(
        classes.start,
        classes.offer,
        classes.weight,
        need * GRAIN,
        places.astype(np.float64),
        tries,
        never_asks,
    )
    arcs, free, found = settle_in_grains(
        classes.start, classes.offer, by_arc, served, need, count_in_grains(places), left == 0
    )
    return Assignment(need=need, served=found, by_arc=arcs, free=free)
