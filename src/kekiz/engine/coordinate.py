"""Possible: the best that coordination could reach with the same places, nobody losing one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.flow import augment, find_hopeful, index_by_offer
from kekiz.engine.reach import Classes
from kekiz.engine.seek import Assignment

Ints = NDArray[np.int64]

# Children without a place are let in by rounds, an equal part of each class's outstanding need at a time, so
# that scarce places are shared among all places where children live instead of going to the first in a list.
ROUNDS = (0.25, 0.5, 0.75, 1.0)


def coordinate_places(classes: Classes, found: Assignment) -> Assignment:
    """Augment an assignment to a maximum flow: as many children as possible get a place.

    The flow runs source → classes → offers → sink and grows along augmenting paths in the residual graph
    (Ford & Fulkerson 1956, level by level after Dinic 1970). A path may move a child to another offer it can
    use, but never takes its place away: ``found <= possible <= need`` for every class and group.
    """
    by_arc, free = found.by_arc.copy(), found.free.copy()
    outstanding = (found.need - found.served).sum(axis=1)
    gained = np.zeros(len(outstanding), dtype=np.int64)
    by_offer, arc_class = index_by_offer(classes.start, classes.offer, len(free))
    graph = (classes.start, classes.offer, by_offer[0], by_offer[1], arc_class, by_arc, free)
    is_class_hopeful, is_offer_hopeful = find_hopeful(*graph)
    outstanding = np.where(is_class_hopeful, outstanding, 0)
    for part in ROUNDS:
        target = outstanding if part == 1.0 else (outstanding * part).astype(np.int64)
        want = target - gained
        before = want.copy()
        augment(*graph, want, is_offer_hopeful)
        gained += before - want
    served = _share_among_groups(found.need, found.served, gained)
    return replace(found, served=served, by_arc=by_arc, free=free)


def _share_among_groups(need: Ints, served: Ints, gained: Ints) -> Ints:
    """Give what a class gained to its groups in proportion to their outstanding need, to the grain."""
    outstanding = need - served
    total = np.maximum(outstanding.sum(axis=1), 1)
    part = np.minimum((outstanding * (gained / total)[:, None]).astype(np.int64), outstanding)
    over = np.maximum(part.sum(axis=1) - gained, 0)
    for group in range(need.shape[1]):
        taken_back = np.minimum(over, part[:, group])
        part[:, group] -= taken_back
        over -= taken_back
    rest = gained - part.sum(axis=1)
    for group in range(need.shape[1]):
        more = np.minimum(rest, outstanding[:, group] - part[:, group])
        part[:, group] += more
        rest -= more
    return np.asarray(served + part)
