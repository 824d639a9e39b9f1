"""Compiled loops of seek.py: rounds of asking, and rounding to grains."""

import numpy as np
from numba import njit

# Children are counted in grains of 2^-24 of a child once places are given. Whole numbers make the assignment
# exact, and every figure is a multiple of a power of two: sums of floats are exact in any order, up to 500
# million children.
GRAIN = 2.0**-24
# Less than a thousandth of a place is what rounding leaves of a full offer: nobody asks there in vain.
FULL_BELOW = 2.0**-10


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
    return by_arc, served


@njit(cache=True, nogil=True)
def settle_in_grains(start, offer, by_arc, served, need, places):
    """Round the assignment down to grains, so that no class and no offer is overfilled by rounding."""
    classes, groups = need.shape
    free = places.copy()
    arcs = np.zeros(len(offer), np.int64)
    found = np.zeros((classes, groups), np.int64)
    for i in range(classes):
        room = 0
        for g in range(groups):
            room += need[i, g]
        total = 0
        for a in range(start[i], start[i + 1]):
            grains = min(np.int64(by_arc[a] / GRAIN), room - total, free[offer[a]])
            arcs[a] = grains
            free[offer[a]] -= grains
            total += grains
        for g in range(groups):
            found[i, g] = min(np.int64(served[i, g] / GRAIN), need[i, g], total)
            total -= found[i, g]
        for g in range(groups):
            rest = min(need[i, g] - found[i, g], total)
            found[i, g] += rest
            total -= rest
    return arcs, free, found
