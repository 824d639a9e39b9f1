"""Compiled loops of plan/cover.py: greedy with exchange, and the Lagrangian bound of the maximum cover."""

import numpy as np
from numba import njit

SHAKEN = 4  # sites closed by chance at a time


@njit(cache=True, nogil=True)
def choose_greedily(row_start, row_site, site_start, site_row, weight, count, shakes):
    """Sites one by one, each where it adds most; then exchanges of one site for another while they help.

    Then ``shakes`` times: close a few sites of the best choice by (repeatable) chance, fill up, exchange.
    """
    sites = len(site_start) - 1
    gain = np.zeros(sites)
    for j in range(sites):
        for b in range(site_start[j], site_start[j + 1]):
            gain[j] += weight[site_row[b]]
    times = np.zeros(len(weight), np.int64)  # by how many chosen sites a row is covered
    chosen = np.zeros(sites, np.bool_)
    fill_up(count, row_start, row_site, site_start, site_row, weight, times, gain, chosen)
    improve_by_exchange(row_start, row_site, site_start, site_row, weight, times, gain, chosen)
    best, best_value = chosen.copy(), (weight * (times > 0)).sum()
    chance = 12345
    for _ in range(shakes):
        for _ in range(min(SHAKEN, count)):
            chance = (chance * 1103515245 + 12345) % 2147483648
            out = np.flatnonzero(chosen)[(chance >> 8) % chosen.sum()]
            chosen[out] = False
            change_cover(out, -1, row_start, row_site, site_start, site_row, weight, times, gain)
        fill_up(count - chosen.sum(), row_start, row_site, site_start, site_row, weight, times, gain, chosen)
        improve_by_exchange(row_start, row_site, site_start, site_row, weight, times, gain, chosen)
        value = (weight * (times > 0)).sum()
        if value > best_value:
            best[:] = chosen
            best_value = value
        elif value < best_value:
            for j in range(sites):
                if chosen[j] != best[j]:
                    change_cover(
                        j,
                        1 if best[j] else -1,
                        row_start,
                        row_site,
                        site_start,
                        site_row,
                        weight,
                        times,
                        gain,
                    )
            chosen[:] = best
    return best


@njit(cache=True, nogil=True)
def fill_up(count, row_start, row_site, site_start, site_row, weight, times, gain, chosen):
    """Open ``count`` more sites, each where it adds most."""
    for _ in range(count):
        best = -1
        for j in range(len(chosen)):
            if not chosen[j] and (best < 0 or gain[j] > gain[best]):
                best = j
        chosen[best] = True
        change_cover(best, 1, row_start, row_site, site_start, site_row, weight, times, gain)


@njit(cache=True, nogil=True)
def change_cover(site, step, row_start, row_site, site_start, site_row, weight, times, gain):
    """Open (step 1) or close (-1) a site and keep what every site would add to the cover."""
    for b in range(site_start[site], site_start[site + 1]):
        row = site_row[b]
        before = times[row]
        times[row] = before + step
        if (before == 0) != (times[row] == 0):
            sign = -1.0 if step > 0 else 1.0
            for a in range(row_start[row], row_start[row + 1]):
                gain[row_site[a]] += sign * weight[row]


@njit(cache=True, nogil=True)
def improve_by_exchange(row_start, row_site, site_start, site_row, weight, times, gain, chosen):
    """Take one site out and put a better one in until no such exchange helps."""
    sites = len(chosen)
    is_better = True
    while is_better:
        is_better = False
        for out in range(sites):
            if not chosen[out]:
                continue
            change_cover(out, -1, row_start, row_site, site_start, site_row, weight, times, gain)
            chosen[out] = False
            best = out
            for j in range(sites):
                if not chosen[j] and gain[j] > gain[best] * (1 + 1e-12) + 1e-12:
                    best = j
            chosen[best] = True
            change_cover(best, 1, row_start, row_site, site_start, site_row, weight, times, gain)
            is_better = is_better or best != out


@njit(cache=True, nogil=True)
def bound_by_prices(row_start, row_site, weight, count, sites, value, rounds):
    """Least Lagrangian bound found by the subgradient method, and its prices.

    A row may pay up to its weight for being covered; with prices ``u`` the optimum is at most
    sum(weight - u) + the ``count`` largest sums of prices per site, whatever the prices.
    Returns bound, prices, sum of prices per site.
    """
    rows = len(weight)
    price = np.empty(rows)
    for i in range(rows):
        price[i] = weight[i] / max(row_start[i + 1] - row_start[i], 1)
    best_bound, best_price, best_sum = np.inf, price.copy(), np.zeros(sites)
    step, idle = 1.0, 0
    for _ in range(rounds):
        total = np.zeros(sites)
        bound = 0.0
        for i in range(rows):
            bound += weight[i] - price[i]
            for a in range(row_start[i], row_start[i + 1]):
                total[row_site[a]] += price[i]
        order = np.argsort(-total)
        is_open = np.zeros(sites, np.bool_)
        for k in range(count):
            is_open[order[k]] = True
            bound += total[order[k]]
        if bound < best_bound:
            best_bound, idle = bound, 0
            best_price[:] = price
            best_sum[:] = total
        else:
            idle += 1
            if idle == 15:
                step, idle = step * 0.7, 0
                price[:] = best_price
                continue
        if best_bound - value <= 1e-9 * max(value, 1.0) or step < 1e-4:
            break
        follow_slope(row_start, row_site, weight, price, is_open, step * (bound - value * 0.999))
    return best_bound, best_price, best_sum


@njit(cache=True, nogil=True)
def follow_slope(row_start, row_site, weight, price, is_open, length):
    """Lower the price of rows covered more than once, raise that of rows covered by no open site."""
    rows = len(weight)
    slope = np.empty(rows)
    norm = 0.0
    for i in range(rows):
        covered = 0
        for a in range(row_start[i], row_start[i + 1]):
            covered += is_open[row_site[a]]
        slope[i] = covered - 1.0
        if (slope[i] > 0 and price[i] <= 0) or (slope[i] < 0 and price[i] >= weight[i]):
            slope[i] = 0.0
        norm += slope[i] * slope[i]
    if norm > 0:
        for i in range(rows):
            price[i] = min(max(price[i] - length / norm * slope[i], 0.0), weight[i])
