"""Compiled loops of seek.py: rounds of asking, and rounding to grains."""

import numpy as np
from numba import njit

# Children are counted in grains of 2^-24 of a child once places are given. Whole numbers make the assignment
# exact, and every figure is a multiple of a power of two: sums of floats are exact in any order, up to 500
# million children.
GRAIN = 2.0**-24
# Less than a thousandth of a place is what rounding leaves of a full offer: nobody asks there in vain.
FULL_BELOW = 2.0**-10
CRUMB = 4  # grains that rounding can leave on one arc


@njit(cache=True, nogil=True)
def ask_in_rounds(start, offer, weight, need, places, tries, never_asks):
    classes, groups = need.shape
    free = places.copy()
    asking = need * (1.0 - never_asks)
    served = np.zeros((classes, groups))
    by_arc = np.zeros(len(offer))
    rate = np.zeros(classes)  # requests per unit of weight
    for k in range(tries.max() if groups else 0):
        requests = np.zeros(len(places))
        for i in range(classes):
            unserved = 0.0
            for g in range(groups):
                if tries[g] > k:
                    unserved += asking[i, g]
            total = 0.0
            for a in range(start[i], start[i + 1]):
                if free[offer[a]] > 0:
                    total += weight[a]
            rate[i] = unserved / total if total > 0 else 0.0
            if rate[i] > 0:
                for a in range(start[i], start[i + 1]):
                    if free[offer[a]] > 0:
                        requests[offer[a]] += rate[i] * weight[a]
        accepted = np.zeros(len(places))
        for o in range(len(places)):
            if requests[o] > 0:
                accepted[o] = min(1.0, free[o] / requests[o])
        for i in range(classes):
            if rate[i] == 0:
                continue
            won = 0.0
            unserved = 0.0
            for a in range(start[i], start[i + 1]):
                share = rate[i] * weight[a] * accepted[offer[a]]
                by_arc[a] += share
                won += share
            for g in range(groups):
                if tries[g] > k:
                    unserved += asking[i, g]
            for g in range(groups):
                if tries[g] > k:
                    gain = asking[i, g] * min(won / unserved, 1.0)
                    served[i, g] += gain
                    asking[i, g] -= gain
        for o in range(len(places)):
            left = free[o] - requests[o]
            if requests[o] > 0:
                free[o] = left if left >= FULL_BELOW else 0.0
    return by_arc, served, free


@njit(cache=True, nogil=True)
def settle_in_grains(start, offer, by_arc, served, need, places, is_full):
    """Round the assignment to grains, so that no class and no offer is overfilled.

    What rounding down leaves is mended, so that a class that found enough lacks nothing and a full offer has
    nothing free: crumbs would look like children who could still be placed.
    """
    classes, groups = need.shape
    free = places.copy()
    arcs = np.zeros(len(offer), np.int64)
    total = np.zeros(classes, np.int64)
    for i in range(classes):
        wanted = 0
        for g in range(groups):
            wanted += min(np.int64(np.rint(served[i, g] / GRAIN)), need[i, g])
        for a in range(start[i], start[i + 1]):
            grains = min(np.int64(by_arc[a] / GRAIN), wanted - total[i], free[offer[a]])
            give(a, i, grains, offer, arcs, free, total)
        for a in range(start[i], start[i + 1]):
            if by_arc[a] > 0:
                give(a, i, min(wanted - total[i], free[offer[a]]), offer, arcs, free, total)
    for i in range(classes):
        room = need[i].sum()
        for a in range(start[i], start[i + 1]):
            if by_arc[a] > 0 and is_full[offer[a]]:
                give(a, i, min(room - total[i], free[offer[a]], CRUMB), offer, arcs, free, total)
    return arcs, free, share_among_groups(served, need, total)


@njit(cache=True, nogil=True)
def give(a, i, grains, offer, arcs, free, total):
    """Move grains of free places at the arc's offer to its class."""
    arcs[a] += grains
    free[offer[a]] -= grains
    total[i] += grains


@njit(cache=True, nogil=True)
def share_among_groups(served, need, total):
    """The grains of each class by group, as close to ``served`` as whole grains allow."""
    classes, groups = need.shape
    found = np.zeros((classes, groups), np.int64)
    for i in range(classes):
        left = total[i]
        for g in range(groups):
            found[i, g] = min(np.int64(served[i, g] / GRAIN), need[i, g], left)
            left -= found[i, g]
        for g in range(groups):
            rest = min(need[i, g] - found[i, g], left) if served[i, g] > 0 else 0
            found[i, g] += rest
            left -= rest
        for g in range(groups):
            rest = min(need[i, g] - found[i, g], left)
            found[i, g] += rest
            left -= rest
    return found
