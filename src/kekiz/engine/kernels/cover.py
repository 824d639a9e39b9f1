"""Compiled loops of plan/cover.py: the maximum cover by greedy choice and exchange.

``table`` is (row_start, row_site, site_start, site_row, weight): the sites of every row and the rows of every
site (CSR), and what each row weighs. ``cover`` is what a choice amounts to: (chosen, times, gain), per site
whether it is open, per row how many open sites cover it, per site what opening it would add.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def start_cover(table, chosen):
    """The cover of the sites ``chosen``."""
    row_start, row_site, _, _, weight = table
    sites = len(chosen)
    cover = (np.zeros(sites, np.bool_), np.zeros(len(weight), np.int32), np.zeros(sites))
    for i in range(len(weight)):
        for a in range(row_start[i], row_start[i + 1]):
            cover[2][row_site[a]] += weight[i]
    move_cover(table, cover, chosen)
    return cover


@njit(cache=True, nogil=True)
def move_cover(table, cover, chosen):
    """Open and close sites until exactly ``chosen`` are open."""
    is_open = cover[0]
    for j in range(len(chosen)):
        if is_open[j] != chosen[j]:
            change_cover(table, cover, j)


@njit(cache=True, nogil=True)
def change_cover(table, cover, site):
    """Open a closed site or close an open one, and keep what every site would add to the cover."""
    row_start, row_site, site_start, site_row, weight = table
    is_open, times, gain = cover
    step = -1 if is_open[site] else 1
    is_open[site] = not is_open[site]
    for b in range(site_start[site], site_start[site + 1]):
        row = site_row[b]
        before = times[row]
        times[row] = before + step
        if (before == 0) != (times[row] == 0):
            change = -step * weight[row]
            for a in range(row_start[row], row_start[row + 1]):
                gain[row_site[a]] += change


@njit(cache=True, nogil=True)
def weigh_cover(table, cover):
    """What the open sites cover."""
    weight, times = table[4], cover[1]
    value = 0.0
    for i in range(len(weight)):
        if times[i] > 0:
            value += weight[i]
    return value


@njit(cache=True, nogil=True)
def fill_up(table, cover, count):
    """Open ``count`` more sites, each where it adds most."""
    is_open, _, gain = cover
    for _ in range(count):
        best = -1
        for j in range(len(is_open)):
            if not is_open[j] and (best < 0 or gain[j] > gain[best]):
                best = j
        change_cover(table, cover, best)


@njit(cache=True, nogil=True)
def improve_by_exchange(table, cover):
    """Take one site out and put a better one in until no such exchange helps."""
    is_open, _, gain = cover
    is_better = True
    while is_better:
        is_better = False
        for out in range(len(is_open)):
            if not is_open[out]:
                continue
            change_cover(table, cover, out)
            best = out
            for j in range(len(is_open)):
                if not is_open[j] and gain[j] > gain[best] * (1 + 1e-12) + 1e-12:
                    best = j
            change_cover(table, cover, best)
            is_better = is_better or best != out


@njit(cache=True, nogil=True)
def choose_greedily(table, count):
    """Sites one by one, each where it adds most; then exchanges of one site for another while they help."""
    cover = start_cover(table, np.zeros(len(table[2]) - 1, np.bool_))
    fill_up(table, cover, count)
    improve_by_exchange(table, cover)
    return cover[0]
