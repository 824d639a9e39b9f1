"""Possible: the best that coordination could reach with the same places, nobody losing one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kekiz.engine.reach import Classes
from kekiz.engine.seek import Assignment

Ints = NDArray[np.int64]

# Children without a place are let in by rounds, an equal part of each class's outstanding need at a time, so that
# scarce places are shared among the places where children live instead of going to whoever comes first in a list.
ROUNDS = (0.25, 0.5, 0.75, 1.0)


def coordinate_places(classes: Classes, found: Assignment) -> Assignment:
    """Augment an assignment to a maximum flow: as many children as possible get a place.

    The flow runs source → classes → offers → sink and grows along augmenting paths in the residual graph
    (Ford & Fulkerson 1956, level by level after Dinic 1970). A path may move a child to another offer it can use,
    but never takes its place away: ``found <= possible <= need`` for every class and group.
    """
    by_arc, free = found.by_arc.copy(), found.free.copy()
    outstanding = (found.need - found.served).sum(axis=1)
    gained = np.zeros(len(outstanding), dtype=np.int64)
    by_offer, arc_class = _index_by_offer(classes.start, classes.offer, len(free))
    for part in ROUNDS:
        target = outstanding if part == 1.0 else (outstanding * part).astype(np.int64)
        want = target - gained
        before = want.copy()
        _augment(classes.start, classes.offer, by_offer[0], by_offer[1], arc_class, by_arc, free, want)
        gained += before - want
    served = _share_among_groups(found.need, found.served, gained)
    return replace(found, served=served, by_arc=by_arc, free=free)


@njit(cache=True, nogil=True)
def _index_by_offer(start, offer, offers):  # type: ignore[no-untyped-def]
    """Arcs sorted by offer (CSR), and the class of each arc."""
    offer_start = np.zeros(offers + 1, np.int64)
    for a in range(len(offer)):
        offer_start[offer[a] + 1] += 1
    offer_start = np.cumsum(offer_start)
    fill = offer_start[:-1].copy()
    arcs = np.empty(len(offer), np.int64)
    arc_class = np.empty(len(offer), np.int64)
    for i in range(len(start) - 1):
        for a in range(start[i], start[i + 1]):
            arc_class[a] = i
            arcs[fill[offer[a]]] = a
            fill[offer[a]] += 1
    return (offer_start, arcs), arc_class


@njit(cache=True, nogil=True)
def _augment(start, offer, offer_start, offer_arcs, arc_class, by_arc, free, want):  # type: ignore[no-untyped-def]
    """Dinic's algorithm on the two-sided graph; changes ``by_arc``, ``free`` and ``want`` in place."""
    classes, offers = len(want), len(free)
    class_level = np.empty(classes, np.int64)
    offer_level = np.empty(offers, np.int64)
    next_arc = np.empty(classes, np.int64)
    next_back = np.empty(offers, np.int64)
    queue = np.empty(classes, np.int64)
    path = np.empty(2 * (offers + 1), np.int64)
    while _level(
        start, offer, offer_start, offer_arcs, arc_class, by_arc, free, want, class_level, offer_level, queue
    ):
        next_arc[:] = start[:-1]
        next_back[:] = offer_start[:-1]
        for source in range(classes):
            while want[source] > 0:
                length = _find_path(
                    source,
                    start,
                    offer,
                    offer_start,
                    offer_arcs,
                    arc_class,
                    by_arc,
                    free,
                    class_level,
                    offer_level,
                    next_arc,
                    next_back,
                    path,
                )
                if length == 0:
                    break
                _push(source, length, path, offer, by_arc, free, want)


@njit(cache=True, nogil=True)
def _level(
    start,
    offer,
    offer_start,
    offer_arcs,
    arc_class,
    by_arc,
    free,
    want,  # type: ignore[no-untyped-def]
    class_level,
    offer_level,
    queue,
):
    """Number classes and offers by their distance from unserved children; True if a free place is among them."""
    class_level[:] = -1
    offer_level[:] = -1
    filled = 0
    for i in range(len(want)):
        if want[i] > 0:
            class_level[i] = 0
            queue[filled] = i
            filled += 1
    layer_start, is_found = 0, False
    while layer_start < filled and not is_found:
        layer_end = filled
        for q in range(layer_start, layer_end):
            i = queue[q]
            for a in range(start[i], start[i + 1]):
                o = offer[a]
                if offer_level[o] >= 0:
                    continue
                offer_level[o] = class_level[i] + 1
                if free[o] > 0:
                    is_found = True
                    continue
                for b in range(offer_start[o], offer_start[o + 1]):
                    back = offer_arcs[b]
                    other = arc_class[back]
                    if by_arc[back] > 0 and class_level[other] < 0:
                        class_level[other] = offer_level[o] + 1
                        queue[filled] = other
                        filled += 1
        layer_start = layer_end
    return is_found


@njit(cache=True, nogil=True)
def _find_path(
    source,
    start,
    offer,
    offer_start,
    offer_arcs,
    arc_class,
    by_arc,
    free,  # type: ignore[no-untyped-def]
    class_level,
    offer_level,
    next_arc,
    next_back,
    path,
):
    """A path of arcs (there, back, there …) from unserved children to a free place; its length, 0 if there is none."""
    length = 0
    here = source
    while True:
        if length % 2 == 0:  # at a class: go on to an offer of the next level
            is_stuck = True
            while next_arc[here] < start[here + 1]:
                a = next_arc[here]
                if offer_level[offer[a]] == class_level[here] + 1:
                    path[length] = a
                    length += 1
                    here = offer[a]
                    is_stuck = False
                    break
                next_arc[here] += 1
            if is_stuck:
                if length == 0:
                    return 0
                length -= 1
                here = offer[path[length]]
                next_back[here] += 1
        else:  # at an offer: take a free place, or move another class on
            if free[here] > 0:
                return length
            is_stuck = True
            while next_back[here] < offer_start[here + 1]:
                back = offer_arcs[next_back[here]]
                if by_arc[back] > 0 and class_level[arc_class[back]] == offer_level[here] + 1:
                    path[length] = back
                    length += 1
                    here = arc_class[back]
                    is_stuck = False
                    break
                next_back[here] += 1
            if is_stuck:
                length -= 1
                here = arc_class[path[length]]
                next_arc[here] += 1


@njit(cache=True, nogil=True)
def _push(source, length, path, offer, by_arc, free, want):  # type: ignore[no-untyped-def]
    """Send as many children along the path as all of it can take."""
    last = offer[path[length - 1]]
    amount = min(want[source], free[last])
    for step in range(1, length, 2):
        amount = min(amount, by_arc[path[step]])
    for step in range(length):
        by_arc[path[step]] += amount if step % 2 == 0 else -amount
    free[last] -= amount
    want[source] -= amount


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
    return served + part
