"""Compiled loops of districts.py: how many children of which district would ask at each offer."""

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
def list_near(x, y, reach, buckets, size, near):
    """The buckets that a circle of ``reach`` metres around a point touches, into ``near``; how many."""
    left, bottom, columns, rows = buckets
    found = 0
    low, high = np.int64((y - reach - bottom) // size), np.int64((y + reach - bottom) // size)
    first, last = np.int64((x - reach - left) // size), np.int64((x + reach - left) // size)
    for r in range(max(low, 0), min(high + 1, rows)):
        for q in range(max(first, 0), min(last + 1, columns)):
            near[found] = r * columns + q
            found += 1
    return found


@njit(cache=True, nogil=True)
def weigh_choice(
    x, y, municipality, came, offer_x, offer_y, travels, phase_start, phases, field_start, fields, usable,
    area, admits, weight, metres, first_cell, end_cell,
):  # fmt: skip
    """Per cell, phase, mobility and field the weight of all offers that its children choose from.

    Only the cells from ``first_cell`` to before ``end_cell``, so that threads can share the work. ``weight``:
    step of ``metres`` × phase × mobility, what a way of that length counts; ``usable``: share of the families
    whom an offer's hurdles do not stop; ``came``: municipality × phase × field, the weight of the offers that
    come to the children. Phases and fields of each offer as CSR.
    """
    steps, mobilities = weight.shape[0], weight.shape[2]
    reach = steps * metres
    size = max(reach / 3, 1000.0)
    own = np.flatnonzero(travels)
    left, bottom, columns, rows, start, members = sort_into_buckets(offer_x[own], offer_y[own], size)
    own = own[members]
    own_x, own_y = offer_x[own], offer_y[own]
    near = np.empty(64, np.int64)
    choice = np.zeros((end_cell - first_cell, came.shape[1], mobilities, came.shape[2]))
    for c in range(first_cell, end_cell):
        own_choice = choice[c - first_cell]
        for p in range(came.shape[1]):
            own_choice[p, :] = came[municipality[c], p]
        for b in range(list_near(x[c], y[c], reach, (left, bottom, columns, rows), size, near)):
            for j in range(start[near[b]], start[near[b] + 1]):
                aside, ahead = x[c] - own_x[j], y[c] - own_y[j]
                step = np.int64(np.sqrt(aside * aside + ahead * ahead) / metres)
                o = own[j]
                if step >= steps or not admits[area[o], municipality[c]]:
                    continue
                for a in range(phase_start[o], phase_start[o + 1]):
                    p = phases[a]
                    for m in range(mobilities):
                        counts = weight[step, p, m] * usable[o]
                        if counts > 0:
                            for k in range(field_start[o], field_start[o + 1]):
                                own_choice[p, m, fields[k]] += counts
    return choice


@njit(cache=True, nogil=True)
def ask_in_districts(
    x, y, municipality, district, asking, came_to, offer_x, offer_y, travels, phase_start, phases,
    field_start, fields, usable, area, admits, weight, metres, districts, first_offer, end_offer,
):  # fmt: skip
    """For each offer how many districts' children ask there, which, and how many ask in their first round.

    Only the offers from ``first_offer`` to before ``end_offer``, so that threads can share the work.
    ``asking``: cell × phase × mobility × field, children who ask per unit of weight; ``came_to``: the same by
    municipality, phase and field, for the offers that come to the children.
    """
    steps, mobilities = weight.shape[0], weight.shape[2]
    reach = steps * metres
    size = max(reach / 3, 1000.0)
    left, bottom, columns, rows, start, members = sort_into_buckets(x, y, size)
    cell_x, cell_y = x[members], y[members]
    near = np.empty(64, np.int64)
    tally = np.zeros(districts)
    found_districts = np.zeros(end_offer - first_offer, np.int64)
    found_district = np.empty(4 * len(found_districts) + districts, np.int64)
    found_children = np.empty(len(found_district), np.float64)
    at = 0
    for o in range(first_offer, end_offer):
        tally[:] = 0.0
        if travels[o]:
            for b in range(
                list_near(offer_x[o], offer_y[o], reach, (left, bottom, columns, rows), size, near)
            ):
                for j in range(start[near[b]], start[near[b] + 1]):
                    aside, ahead = cell_x[j] - offer_x[o], cell_y[j] - offer_y[o]
                    step = np.int64(np.sqrt(aside * aside + ahead * ahead) / metres)
                    c = members[j]
                    if step >= steps or not admits[area[o], municipality[c]]:
                        continue
                    asked = 0.0
                    for a in range(phase_start[o], phase_start[o + 1]):
                        p = phases[a]
                        for m in range(mobilities):
                            if weight[step, p, m] > 0:
                                for k in range(field_start[o], field_start[o + 1]):
                                    asked += weight[step, p, m] * asking[c, p, m, fields[k]]
                    tally[district[municipality[c]]] += usable[o] * asked
        else:
            for t in range(len(district)):
                if admits[area[o], t]:
                    for a in range(phase_start[o], phase_start[o + 1]):
                        for k in range(field_start[o], field_start[o + 1]):
                            tally[district[t]] += usable[o] * came_to[t, phases[a], fields[k]]
        if at + districts > len(found_district):
            found_district = np.concatenate((found_district, np.empty_like(found_district)))
            found_children = np.concatenate((found_children, np.empty_like(found_children)))
        for d in range(districts):
            if tally[d] > 0:
                found_district[at] = d
                found_children[at] = tally[d]
                at += 1
                found_districts[o - first_offer] += 1
    return found_districts, found_district[:at].copy(), found_children[:at].copy()
