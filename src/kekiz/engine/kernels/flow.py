"""Compiled loops of coordinate.py: Dinic's maximum flow on the two-sided graph of classes and offers."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def index_by_offer(start, offer, offers):
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
def find_hopeful(start, offer, offer_start, offer_arcs, arc_class, by_arc, free):
    """Classes and offers from which a free place can be reached; no path makes another hopeful."""
    classes, offers = len(start) - 1, len(free)
    is_class_hopeful = np.zeros(classes, np.bool_)
    is_offer_hopeful = free > 0
    queue = np.empty(offers, np.int64)
    filled = 0
    for o in range(offers):
        if is_offer_hopeful[o]:
            queue[filled] = o
            filled += 1
    done = 0
    while done < filled:
        o = queue[done]
        done += 1
        for b in range(offer_start[o], offer_start[o + 1]):
            i = arc_class[offer_arcs[b]]
            if is_class_hopeful[i]:
                continue
            is_class_hopeful[i] = True
            for a in range(start[i], start[i + 1]):
                if by_arc[a] > 0 and not is_offer_hopeful[offer[a]]:
                    is_offer_hopeful[offer[a]] = True
                    queue[filled] = offer[a]
                    filled += 1
    return is_class_hopeful, is_offer_hopeful


@njit(cache=True, nogil=True)
def augment(start, offer, offer_start, offer_arcs, arc_class, by_arc, free, want, is_offer_hopeful):
    """Dinic's algorithm on the two-sided graph; changes ``by_arc``, ``free`` and ``want`` in place."""
    classes, offers = len(want), len(free)
    class_level = np.empty(classes, np.int64)
    offer_level = np.empty(offers, np.int64)
    next_arc = np.empty(classes, np.int64)
    next_back = np.empty(offers, np.int64)
    queue = np.empty(classes, np.int64)
    path = np.empty(2 * (offers + 1), np.int64)
    while level_graph(
        start,
        offer,
        offer_start,
        offer_arcs,
        arc_class,
        by_arc,
        free,
        want,
        is_offer_hopeful,
        class_level,
        offer_level,
        queue,
    ):
        next_arc[:] = start[:-1]
        next_back[:] = offer_start[:-1]
        for source in range(classes):
            while want[source] > 0:
                length = find_path(
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
                push_along(source, length, path, offer, by_arc, free, want)


@njit(cache=True, nogil=True)
def level_graph(
    start,
    offer,
    offer_start,
    offer_arcs,
    arc_class,
    by_arc,
    free,
    want,
    is_offer_hopeful,
    class_level,
    offer_level,
    queue,
):
    """Number classes and offers by distance from unserved children; True if a free place is among them."""
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
                if offer_level[o] >= 0 or not is_offer_hopeful[o]:
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
def find_path(
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
):
    """A path of arcs (there, back, there …) from unserved children to a free place; its length or 0."""
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
def push_along(source, length, path, offer, by_arc, free, want):
    """Send as many children along the path as all of it can take."""
    last = offer[path[length - 1]]
    amount = min(want[source], free[last])
    for step in range(1, length, 2):
        amount = min(amount, by_arc[path[step]])
    for step in range(length):
        by_arc[path[step]] += amount if step % 2 == 0 else -amount
    free[last] -= amount
    want[source] -= amount
