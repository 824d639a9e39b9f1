"""Compiled loops of districts.py: which districts can reach an offer, and with how many children."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def sort_into_buckets(x, y, size):
    """Points by square buckets (CSR): left, bottom, columns, rows, start, members."""
    count = len(x)
    left = x.min() if count else 0.0
    bottom = y.min() if count else 0.0
    columns = np.int64((x.max() - left) // size) + 1 if count else 1
    rows = np.int64((y.max() - bottom) // size) + 1 if count else 1
    bucket = np.empty(count, np.int64)
    start = np.zeros(columns * rows + 1, np.int64)
    for i in range(count):
        bucket[i] = np.int64((y[i] - bottom) // size) * columns + np.int64((x[i] - left) // size)
        start[bucket[i] + 1] += 1
    return left, bottom, columns, rows, np.cumsum(start), np.argsort(bucket, kind="mergesort")


@njit(cache=True, nogil=True)
def weigh_districts(x, y, children, district, everyone, offer_x, offer_y, travels, area, is_served, radius):
    """For each offer the districts it serves, with their children within reach (CSR).

    ``area``: row of ``is_served`` (areas × districts) of each offer; ``everyone``: children of each district,
    who count whole where the offer comes to them.
    """
    size = max(radius, 1000.0)
    left, bottom, columns, rows, start, members = sort_into_buckets(x, y, size)
    districts = len(everyone)
    tally = np.zeros(districts)
    offer_start = np.zeros(len(offer_x) + 1, np.int64)
    found_district = np.empty(4 * len(offer_x) + districts, np.int64)
    found_weight = np.empty(len(found_district), np.float64)
    at = 0
    for o in range(len(offer_x)):
        tally[:] = 0.0
        if travels[o]:
            column = np.int64((offer_x[o] - left) // size)
            row = np.int64((offer_y[o] - bottom) // size)
            for r in range(max(row - 1, 0), min(row + 2, rows)):
                for q in range(max(column - 1, 0), min(column + 2, columns)):
                    for j in range(start[r * columns + q], start[r * columns + q + 1]):
                        c = members[j]
                        if np.hypot(x[c] - offer_x[o], y[c] - offer_y[o]) <= radius:
                            tally[district[c]] += children[c]
        else:
            tally[:] = everyone
        if at + districts > len(found_district):
            found_district = np.concatenate((found_district, np.empty_like(found_district)))
            found_weight = np.concatenate((found_weight, np.empty_like(found_weight)))
        for d in range(districts):
            if tally[d] > 0 and is_served[area[o], d]:
                found_district[at] = d
                found_weight[at] = tally[d]
                at += 1
        offer_start[o + 1] = at
    return offer_start, found_district[:at].copy(), found_weight[:at].copy()
