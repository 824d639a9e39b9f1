"""Compiled loops of overlaps.py and handovers.py: what two offers share, the most shared partners only."""

import numpy as np
from numba import njit

from kekiz.engine.kernels.closing import list_largest


@njit(cache=True, nogil=True)
def share_catchments(start, offer, weight, need, offer_start, offer_arcs, arc_class, total, kept):
    """Per offer the partners with the most similar catchment: sum of the lesser over sum of the greater.

    ``total``: need × weight summed over the offer's arcs. Pairs are weighed over all arcs of both.
    """
    offers = len(total)
    partner = np.full((offers, kept), -1, np.int64)
    likeness = np.zeros((offers, kept))
    common = np.zeros(offers)
    for j in range(offers):
        common[:] = 0.0
        for b in range(offer_start[j], offer_start[j + 1]):
            own = offer_arcs[b]
            i = arc_class[own]
            for a in range(start[i], start[i + 1]):
                common[offer[a]] += need[i] * min(weight[own], weight[a])
        common[j] = 0.0
        for k in range(offers):
            if common[k] > 0:
                common[k] /= total[j] + total[k] - common[k]
        list_largest(common, partner[j], likeness[j])
    return partner, likeness


@njit(cache=True, nogil=True)
def share_children(before_start, unit, before, after_start, after_offer, after, rate, fields, is_apart, kept):
    """Per offer before the offers after that share most children, and how many.

    ``unit``, ``before``: CSR by offer; ``after_offer``, ``after``: CSR by unit; ``rate``: per unit, what a
    product of attendances is multiplied with. ``is_apart``: count each pair once, and only offers that have
    no field (bit mask ``fields``) in common.
    """
    offers = len(before_start) - 1
    partner = np.full((offers, kept), -1, np.int64)
    shared = np.zeros((offers, kept))
    row = np.zeros(offers)
    for j in range(offers):
        row[:] = 0.0
        for b in range(before_start[j], before_start[j + 1]):
            u = unit[b]
            factor = before[b] * rate[u]
            for a in range(after_start[u], after_start[u + 1]):
                row[after_offer[a]] += factor * after[a]
        row[j] = 0.0
        if is_apart:
            row[:j] = 0.0
            for k in range(j + 1, offers):
                if fields[j] & fields[k]:
                    row[k] = 0.0
        list_largest(row, partner[j], shared[j])
    return partner, shared


@njit(cache=True, nogil=True)
def share_between(first, second, before_start, before_unit, before, after_start, after_unit, after, rate):
    """Children shared by given pairs of offers; both sides CSR by offer with rising units."""
    shared = np.zeros(len(first))
    for pair in range(len(first)):
        a, a_end = before_start[first[pair]], before_start[first[pair] + 1]
        b, b_end = after_start[second[pair]], after_start[second[pair] + 1]
        while a < a_end and b < b_end:
            if before_unit[a] < after_unit[b]:
                a += 1
            elif before_unit[a] > after_unit[b]:
                b += 1
            else:
                shared[pair] += before[a] * after[b] * rate[before_unit[a]]
                a += 1
                b += 1
    return shared
