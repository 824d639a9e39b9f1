"""Compiled loops of reach.py: cells and offers near each other, and the arcs of classes."""

import numpy as np
from numba import njit

from kekiz.engine.scheme import MODES

FOOT, CAR = MODES.index("foot"), MODES.index("car")


@njit(cache=True, nogil=True)
def pair_within(x, y, offer_x, offer_y, travels, comes, admits, municipality, radius):
    """Pairs of cell and offer within ``radius`` metres (CSR); -1 where the offer comes to the child."""
    size = max(radius, 1000.0)  # metres; a bucket reaches at least as far as the search
    offers_that_travel = np.flatnonzero(travels)
    offers_that_come = np.flatnonzero(comes)
    count = len(offers_that_travel)
    left = offer_x[offers_that_travel].min() if count else 0.0
    bottom = offer_y[offers_that_travel].min() if count else 0.0
    columns = np.int64((offer_x[offers_that_travel].max() - left) // size) + 1 if count else 1
    rows = np.int64((offer_y[offers_that_travel].max() - bottom) // size) + 1 if count else 1
    bucket_start = np.zeros(columns * rows + 1, np.int64)
    bucket_of = np.empty(count, np.int64)
    for i in range(count):
        o = offers_that_travel[i]
        bucket_of[i] = np.int64((offer_y[o] - bottom) // size) * columns + np.int64(
            (offer_x[o] - left) // size
        )
        bucket_start[bucket_of[i] + 1] += 1
    bucket_start = np.cumsum(bucket_start)
    bucket_offers = offers_that_travel[np.argsort(bucket_of, kind="mergesort")]

    start = np.zeros(len(x) + 1, np.int64)
    offer = np.empty(0, np.int64)
    distance = np.empty(0, np.float64)
    for is_filling in (False, True):
        if is_filling:
            start = np.cumsum(start)
            offer = np.empty(start[-1], np.int64)
            distance = np.empty(start[-1], np.float64)
        for c in range(len(x)):
            at = start[c]
            for o in offers_that_come:
                if admits[municipality[c], o]:
                    if is_filling:
                        offer[at] = o
                        distance[at] = -1.0
                    at += 1
            column = np.int64((x[c] - left) // size)
            row = np.int64((y[c] - bottom) // size)
            for r in range(max(row - 1, 0), min(row + 2, rows)):
                for q in range(max(column - 1, 0), min(column + 2, columns)):
                    for i in range(bucket_start[r * columns + q], bucket_start[r * columns + q + 1]):
                        o = bucket_offers[i]
                        d = np.hypot(offer_x[o] - x[c], offer_y[o] - y[c])
                        if d <= radius and admits[municipality[c], o]:
                            if is_filling:
                                offer[at] = o
                                distance[at] = d
                            at += 1
            if is_filling:  # by offer, so that the order does not depend on the buckets
                order = np.argsort(offer[start[c] : at])
                offer[start[c] : at] = offer[start[c] : at][order]
                distance[start[c] : at] = distance[start[c] : at][order]
            else:
                start[c + 1] = at - start[c]
    return start, offer, distance


@njit(cache=True, nogil=True)
def least_burden(minutes, limits, has_car):
    """Minutes ÷ acceptable minutes in the easiest mode (over 1: out of reach), and the minutes of the fastest
    acceptable mode."""
    if minutes[FOOT] == 0:  # at the door: no means of travel is needed
        return 0.0, 0.0
    burden = np.inf
    fastest = np.inf
    for mode in range(len(limits)):
        if limits[mode] < 0 or (mode == CAR and not has_car):
            continue
        taken = minutes[mode]
        if taken <= limits[mode]:
            fastest = min(fastest, taken)
            burden = min(burden, taken / limits[mode] if limits[mode] > 0 else 0.0)
    return burden, fastest


@njit(cache=True, nogil=True)
def build_arcs(class_at, start, offer, minutes, serves, hurdles, may_use, limits, decay_at_limit):
    """Arcs of every class (CSR), whether hurdles bar something in reach, and what is near each cell.

    ``class_at``: cell × phase × mobility × stratum, number of the class or -1. The strata of a cell, phase
    and mobility reach the same offers but for hurdles, so the ways are weighed once for all of them.
    """
    cells, phases, mobilities, strata = class_at.shape
    classes = class_at.max() + 1 if class_at.size else 0
    most = (start[1:] - start[:-1]).max() if cells else 0
    reached = np.empty(most, np.int64)
    weights = np.empty(most, np.float64)
    is_barred = np.zeros(classes, np.bool_)
    near = np.zeros((cells, phases, mobilities), np.int64)
    nearest = np.full((cells, phases, mobilities), np.nan)
    arc_start = np.zeros(classes + 1, np.int64)
    arc_offer = np.empty(0, np.int64)
    arc_weight = np.empty(0, np.float64)
    for is_filling in (False, True):
        if is_filling:
            arc_start = np.cumsum(arc_start)
            arc_offer = np.empty(arc_start[-1], np.int64)
            arc_weight = np.empty(arc_start[-1], np.float64)
        for c in range(cells):
            for p in range(phases):
                for m in range(mobilities):
                    count = 0
                    for j in range(start[c], start[c + 1]):
                        o = offer[j]
                        if not serves[o, p]:
                            continue
                        burden, fastest = least_burden(minutes[j], limits[p], m == 1)
                        if burden > 1:
                            continue
                        reached[count] = o
                        if is_filling:
                            weights[count] = decay_at_limit ** (burden * burden)
                        elif not nearest[c, p, m] <= fastest:
                            nearest[c, p, m] = fastest
                        count += 1
                    near[c, p, m] = count
                    for k in range(strata):
                        i = class_at[c, p, m, k]
                        if i < 0:
                            continue
                        at = arc_start[i]
                        for s in range(count):
                            if not may_use[k, hurdles[reached[s]]]:
                                is_barred[i] = True
                            else:
                                if is_filling:
                                    arc_offer[at] = reached[s]
                                    arc_weight[at] = weights[s]
                                at += 1
                        if not is_filling:
                            arc_start[i + 1] = at - arc_start[i]
    return arc_start, arc_offer, arc_weight, is_barred, near, nearest
