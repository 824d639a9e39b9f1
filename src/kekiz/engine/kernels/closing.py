"""Compiled loops of overlaps.py: close offers in thought, and find their children other places nearby."""

import numpy as np
from numba import njit

from kekiz.engine.kernels.flow import find_path, push_along


@njit(cache=True, nogil=True)
def replace_children(
    start, offer, weight, offer_start, offer_arcs, arc_class, by_arc, free, set_start, sets, shown
):
    """For each set of offers: children, how many of them others could take, and which others take most.

    Works outwards from the children of the closed offers only and puts everything back afterwards, so that
    the effort grows with what is touched, not with the market. ``by_arc`` is unchanged at the end.
    """
    count, classes, offers = len(set_start) - 1, len(start) - 1, len(free)
    children = np.zeros(count, np.int64)
    replaced = np.zeros(count, np.int64)
    taker = np.full((count, shown), -1, np.int64)
    taken = np.zeros((count, shown), np.int64)
    want = np.zeros(classes, np.int64)
    class_level = np.full(classes, -1, np.int64)
    offer_level = np.full(offers, -1, np.int64)
    next_arc = np.zeros(classes, np.int64)
    next_back = np.zeros(offers, np.int64)
    queue = np.empty(classes, np.int64)
    seen_offers = np.empty(offers, np.int64)
    path = np.empty(2 * (offers + 1), np.int64)
    is_saved = np.zeros(len(by_arc), np.bool_)
    saved_arc = np.empty(len(by_arc), np.int64)
    saved = np.empty(len(by_arc), np.int64)
    is_closed = np.zeros(offers, np.bool_)
    source = np.empty(classes, np.int64)
    for s in range(count):
        left = free.copy()
        saves, sources = 0, 0
        for position in range(set_start[s], set_start[s + 1]):
            closed = sets[position]
            is_closed[closed] = True
            left[closed] = 0
            for b in range(offer_start[closed], offer_start[closed + 1]):
                a = offer_arcs[b]
                if by_arc[a] == 0:
                    continue
                i = arc_class[a]
                if want[i] == 0:
                    source[sources] = i
                    sources += 1
                want[i] += by_arc[a]
                children[s] += by_arc[a]
                saves = save_arc(a, by_arc, is_saved, saved_arc, saved, saves)
                by_arc[a] = 0
        for position in range(sources):
            i = source[position]
            saves = take_nearest(
                i, start, offer, weight, by_arc, left, want, is_saved, saved_arc, saved, saves
            )
        while True:
            is_found, seen_classes, offers_seen = level_outwards(
                source[:sources],
                want,
                start,
                offer,
                offer_start,
                offer_arcs,
                arc_class,
                by_arc,
                left,
                is_closed,
                class_level,
                offer_level,
                next_arc,
                next_back,
                queue,
                seen_offers,
            )
            if is_found:
                for position in range(sources):
                    i = source[position]
                    while want[i] > 0:
                        length = find_path(
                            i,
                            start,
                            offer,
                            offer_start,
                            offer_arcs,
                            arc_class,
                            by_arc,
                            left,
                            class_level,
                            offer_level,
                            next_arc,
                            next_back,
                            path,
                        )
                        if length == 0:
                            break
                        for step in range(length):
                            saves = save_arc(path[step], by_arc, is_saved, saved_arc, saved, saves)
                        push_along(i, length, path, offer, by_arc, left, want)
            class_level[queue[:seen_classes]] = -1
            offer_level[seen_offers[:offers_seen]] = -1
            if not is_found:
                break
        replaced[s] = children[s]
        for position in range(sources):
            replaced[s] -= want[source[position]]
            want[source[position]] = 0
        for position in range(set_start[s], set_start[s + 1]):
            is_closed[sets[position]] = False
            left[sets[position]] = free[sets[position]]
        list_largest(free - left, taker[s], taken[s])
        for position in range(saves):
            a = saved_arc[position]
            by_arc[a] = saved[position]
            is_saved[a] = False
    return children, replaced, taker, taken


@njit(cache=True, nogil=True)
def save_arc(a, by_arc, is_saved, saved_arc, saved, saves):
    """Remember what the arc held before the closing, once."""
    if is_saved[a]:
        return saves
    is_saved[a] = True
    saved_arc[saves] = a
    saved[saves] = by_arc[a]
    return saves + 1


@njit(cache=True, nogil=True)
def take_nearest(i, start, offer, weight, by_arc, left, want, is_saved, saved_arc, saved, saves):
    """Give the children of a class the free places it can use, the nearest first."""
    while want[i] > 0:
        best = -1
        for a in range(start[i], start[i + 1]):
            if left[offer[a]] > 0 and (best < 0 or weight[a] > weight[best]):
                best = a
        if best < 0:
            break
        saves = save_arc(best, by_arc, is_saved, saved_arc, saved, saves)
        amount = min(want[i], left[offer[best]])
        by_arc[best] += amount
        left[offer[best]] -= amount
        want[i] -= amount
    return saves


@njit(cache=True, nogil=True)
def level_outwards(
    sources,
    want,
    start,
    offer,
    offer_start,
    offer_arcs,
    arc_class,
    by_arc,
    left,
    is_closed,
    class_level,
    offer_level,
    next_arc,
    next_back,
    queue,
    seen_offers,
):
    """Number what is reached by distance; says whether a free place is among it, and how much was seen."""
    filled, offers_seen = 0, 0
    for i in sources:
        if want[i] > 0:
            class_level[i] = 0
            next_arc[i] = start[i]
            queue[filled] = i
            filled += 1
    layer_start, is_found = 0, False
    while layer_start < filled and not is_found:
        layer_end = filled
        for q in range(layer_start, layer_end):
            i = queue[q]
            for a in range(start[i], start[i + 1]):
                o = offer[a]
                if offer_level[o] >= 0 or is_closed[o]:
                    continue
                offer_level[o] = class_level[i] + 1
                next_back[o] = offer_start[o]
                seen_offers[offers_seen] = o
                offers_seen += 1
                if left[o] > 0:
                    is_found = True
                    continue
                for b in range(offer_start[o], offer_start[o + 1]):
                    back = offer_arcs[b]
                    other = arc_class[back]
                    if by_arc[back] > 0 and class_level[other] < 0:
                        class_level[other] = offer_level[o] + 1
                        next_arc[other] = start[other]
                        queue[filled] = other
                        filled += 1
        layer_start = layer_end
    return is_found, filled, offers_seen


@njit(cache=True, nogil=True)
def list_largest(amount, index, value):
    """Write the largest positive amounts with their indices, in falling order; the lower index first."""
    for k in range(len(amount)):
        if amount[k] <= value[-1] or amount[k] <= 0:
            continue
        place = len(value) - 1
        while place > 0 and amount[k] > value[place - 1]:
            value[place] = value[place - 1]
            index[place] = index[place - 1]
            place -= 1
        value[place] = amount[k]
        index[place] = k
