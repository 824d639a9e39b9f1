"""Compiled loops of plan/cover.py: the upper bound of the maximum cover by prices, and the proof.

``table`` and ``cover`` as in kernels/cover.py. ``state`` is per site FREE, IN or OUT: what a branch of the
search has settled. A choice is worth finding if it covers at least ``value + room``.
"""

import numpy as np
from numba import njit

from kekiz.engine.kernels.cover import improve_by_exchange, move_cover, weigh_cover

FREE, IN, OUT = 0, 1, -1
PATIENCE = 20  # rounds without progress before the step is shortened and the memory made longer
SHORTEN, LENGTHEN = 0.8, 1.05  # the step, without and with progress
FADE, LEAST_MEMORY = 0.8, 0.003  # a longer memory brings the prices nearer to the best ones
SHORTEST_STEP = 1e-4
DRAWN_ANEW = 4  # sites of the best choice, on average
WHOLE_EVERY = 5  # rounds; between them only the most hopeful sites are priced
HOPEFUL = 4  # times as many as are to be opened
PROGRESS = 1e-6  # relative; smaller improvements of the bound count as none

# Pace of a search for prices: most rounds; share of the way to the bound aimed at; weight of the newest
# choice in the running mean that the prices follow; rounds between two choices that are improved by exchange.
ROOT_PACE = (1500, 1.0, 0.1, 20)
PROBED, PROBE_PACE = 4, (25, 0.3, 0.03, 0)
BRANCH_PACE = (500, 0.2, 0.03, 1000)  # a branch starts near its best prices


@njit(cache=True, nogil=True)
def lower_bound_by_prices(table, count, state, price, best, value, room, pace):
    """Bring the Lagrangian bound of a branch down, and find better choices on the way.

    A row may pay up to its weight for being covered. With prices ``u`` no choice covers more than
    sum(weight - u) plus the ``count`` largest sums of prices per site, whatever the prices; a row that a
    settled site covers pays nothing. The prices follow the running mean of the choices they lead to (volume
    algorithm, Barahona & Anbil 2000). Every few rounds all sites are priced, which gives a bound; between
    them only those that were near to being chosen. ``price`` is changed to the best prices, ``best`` to the
    best choice.
    Returns bound, sum of prices per site, mean choice per site, value of ``best``.
    """
    sites, rows = len(state), len(table[4])
    rounds, step, memory, polish_every = pace
    limit = limit_prices(table, state, price)
    trial = price.copy()
    total, best_total = np.zeros(sites), np.zeros(sites)
    is_open, mean_open = np.zeros(sites, np.bool_), np.zeros(sites)
    times, mean_times = np.zeros(rows), np.zeros(rows)
    cover = (np.zeros(sites, np.bool_), np.zeros(rows, np.int32), weigh_sites(table))
    is_priced = np.ones(sites, np.bool_)
    lowest, idle = np.inf, 0
    for number in range(rounds):
        is_whole = number % WHOLE_EVERY == 0
        bound = price_choice(table, count, state, trial, is_priced, total, is_open, times)
        newest = memory if number else 1.0
        follow_mean(mean_times, times, newest)
        mean_open += newest * (is_open - mean_open)
        idle += 1
        if is_whole:
            if bound < lowest * (1 - PROGRESS) or number == 0:
                step, idle = step * (LENGTHEN if number else 1.0), 0
            if bound < lowest:
                lowest = bound
                price[:] = trial
                best_total[:] = total
            if lowest < value + room:
                break
            mark_largest(total, min(HOPEFUL * count, sites), is_priced)
        elif (number + 1) % WHOLE_EVERY == 0:
            is_priced[:] = True
        if polish_every and (number % polish_every == polish_every - 1 or number == 0):
            value = polish_choice(table, cover, is_open, best, value)
        if idle >= PATIENCE:
            step, memory, idle = step * SHORTEN, max(memory * FADE, LEAST_MEMORY), 0
        if step < SHORTEST_STEP:
            break
        if not follow_slope(price, limit, mean_times, step * (bound - value * 0.9995), trial):
            break
    return lowest, best_total, mean_open, value


@njit(cache=True, nogil=True)
def follow_mean(mean, newest, weight):
    """Move a running mean towards its newest value."""
    for i in range(len(mean)):
        mean[i] += weight * (newest[i] - mean[i])


@njit(cache=True, nogil=True)
def limit_prices(table, state, price):
    """What each row may pay at most: nothing where a settled site covers it; ``price`` is cut to that."""
    _, _, site_start, site_row, weight = table
    limit = weight.copy()
    for j in range(len(state)):
        if state[j] == IN:
            for b in range(site_start[j], site_start[j + 1]):
                limit[site_row[b]] = 0.0
    for i in range(len(limit)):
        price[i] = min(price[i], limit[i])
    return limit


@njit(cache=True, nogil=True)
def weigh_sites(table):
    """What each site covers alone."""
    _, _, site_start, site_row, weight = table
    gain = np.zeros(len(site_start) - 1)
    for j in range(len(gain)):
        for b in range(site_start[j], site_start[j + 1]):
            gain[j] += weight[site_row[b]]
    return gain


@njit(cache=True, nogil=True)
def price_choice(table, count, state, price, is_priced, total, is_open, times):
    """The choice of priced sites that pays most, how often it covers each row, and the bound it gives.

    It is a bound where all sites are priced.
    """
    _, _, site_start, site_row, weight = table
    bound = 0.0
    for i in range(len(weight)):
        bound += weight[i] - price[i]
        times[i] = 0.0
    settled = 0
    for j in range(len(state)):
        settled += state[j] == IN
        total[j] = -1.0
        if state[j] == FREE and is_priced[j]:
            total[j] = add_prices(price, site_row, site_start[j], site_start[j + 1])
    mark_largest(total, count - settled, is_open)
    for j in range(len(state)):
        if is_open[j]:
            bound += total[j]
        is_open[j] = is_open[j] or state[j] == IN
        if is_open[j]:
            for b in range(site_start[j], site_start[j + 1]):
                times[site_row[b]] += 1.0
    return bound


@njit(cache=True, nogil=True)
def add_prices(price, row, start, stop):
    """What the rows of one site pay; four sums side by side, or each addition would wait for the last one."""
    first = second = third = fourth = 0.0
    whole = start + (stop - start) // 4 * 4
    for b in range(start, whole, 4):
        first += price[row[b]]
        second += price[row[b + 1]]
        third += price[row[b + 2]]
        fourth += price[row[b + 3]]
    for b in range(whole, stop):
        first += price[row[b]]
    return (first + second) + (third + fourth)


@njit(cache=True, nogil=True)
def mark_largest(total, count, is_largest):
    """Mark the ``count`` largest totals; of equal ones the first."""
    is_largest[:] = False
    if count == 0:
        return
    last = np.partition(total, len(total) - count)[len(total) - count]
    for j in range(len(total)):
        if total[j] > last:
            is_largest[j] = True
            count -= 1
    for j in range(len(total)):
        if count > 0 and total[j] == last:
            is_largest[j] = True
            count -= 1


@njit(cache=True, nogil=True)
def polish_choice(table, cover, is_open, best, value):
    """Improve a choice by exchange; if it covers more than ``value`` it becomes ``best``."""
    move_cover(table, cover, is_open)
    improve_by_exchange(table, cover)
    found = weigh_cover(table, cover)
    if found > value:
        best[:] = cover[0]
        return found
    return value


@njit(cache=True, nogil=True)
def draw_choices(table, count, state, mean, best, value, tries, seed):
    """Draw choices, improve each by exchange; ``best`` is changed to the best one. Returns its value.

    By turns a new choice, by how often the prices open a site (randomised rounding, Raghavan & Thompson
    1987), and ``best`` with a few sites drawn anew. Seeded: the same choices everywhere.
    """
    np.random.seed(seed)
    cover = (np.zeros(len(state), np.bool_), np.zeros(len(table[4]), np.int32), weigh_sites(table))
    luck, is_open = np.zeros(len(state)), np.zeros(len(state), np.bool_)
    for number in range(tries):
        kept = 0.0 if number % 2 else 1.0 - DRAWN_ANEW / max(count, DRAWN_ANEW)
        for j in range(len(state)):
            luck[j] = np.random.random() ** (1.0 / max(mean[j], 1e-9))
            if state[j] != FREE:
                luck[j] = 3.0 * state[j]
            elif best[j] and np.random.random() < kept:
                luck[j] = 2.0
        mark_largest(luck, count, is_open)
        value = polish_choice(table, cover, is_open, best, value)
    return value


@njit(cache=True, nogil=True)
def follow_slope(price, limit, mean_times, length, trial):
    """Lower the price of rows covered more than once, raise it where left out; False at the best prices."""
    norm = 0.0
    for i in range(len(price)):
        slope = mean_times[i] - 1.0
        if (slope > 0 and price[i] > 0) or (slope < 0 and price[i] < limit[i]):
            norm += slope * slope
    if norm <= 1e-12:
        return False
    for i in range(len(price)):
        trial[i] = min(max(price[i] - length / norm * (mean_times[i] - 1.0), 0.0), limit[i])
    return True


@njit(cache=True, nogil=True)
def settle_sites(count, state, total, bound, least):
    """Settle sites that every choice of at least ``least`` in this branch has, and sites that none has.

    Swapping a site outside the best prices for the last one inside lowers the bound by their difference.
    Returns how many sites are still free, and how many of them may be opened.
    """
    open_left, free = count, 0
    for j in range(len(state)):
        open_left -= state[j] == IN
        free += state[j] == FREE
    if 0 < open_left < free:
        is_inside = np.zeros(len(state), np.bool_)
        mark_largest(total, open_left, is_inside)
        last, following = np.inf, -np.inf
        for j in range(len(state)):
            if is_inside[j]:
                last = min(last, total[j])
            elif state[j] == FREE:
                following = max(following, total[j])
        for j in range(len(state)):
            if state[j] != FREE:
                continue
            if is_inside[j] and bound - (total[j] - following) < least:
                state[j] = IN
                open_left -= 1
                free -= 1
            elif not is_inside[j] and bound - (last - total[j]) < least:
                state[j] = OUT
                free -= 1
    return free, open_left


@njit(cache=True, nogil=True)
def split_branch(table, count, branch, best, value, room, pace):
    """Settle one site of a branch both ways, closed and open: what of the two is left to search.

    ``branch`` = (state, prices, bound, site to split by). ``best`` is changed to the best choice.
    Returns how many branches are left (0 to 2), these as (states, prices, bounds, splits), ``best``'s value.
    """
    parent, parent_price, parent_bound, split = branch
    states, prices = np.zeros((2, len(parent)), np.int8), np.zeros((2, len(parent_price)))
    bounds, splits = np.zeros(2), np.zeros(2, np.int64)
    left = 0
    for side in (OUT, IN):
        state, price = states[left], prices[left]
        state[:], price[:] = parent, parent_price
        state[split] = side
        bound, total, mean, value = lower_bound_by_prices(table, count, state, price, best, value, room, pace)
        if bound < value + room:
            continue
        free, open_left = settle_sites(count, state, total, bound, value + room)
        if open_left < 0 or open_left > free:
            continue
        if open_left in (0, free):
            value = try_leaf(table, state, open_left > 0, best, value)
            continue
        bounds[left] = min(bound, parent_bound)
        splits[left] = choose_split(table, count, state, price, mean, total, bounds[left], value, room)
        left += 1
    return left, (states, prices, bounds, splits), value


@njit(cache=True, nogil=True)
def try_leaf(table, state, with_free, best, value):
    """A branch with one choice left: take it if it covers more."""
    _, _, site_start, site_row, weight = table
    is_covered = np.zeros(len(weight), np.bool_)
    for j in range(len(state)):
        if state[j] == IN or (with_free and state[j] == FREE):
            for b in range(site_start[j], site_start[j + 1]):
                is_covered[site_row[b]] = True
    found = 0.0
    for i in range(len(weight)):
        if is_covered[i]:
            found += weight[i]
    if found > value:
        for j in range(len(state)):
            best[j] = state[j] == IN or (with_free and state[j] == FREE)
        return found
    return value


@njit(cache=True, nogil=True)
def choose_split(table, count, state, price, mean, total, bound, value, room):
    """The free site whose both branches lower the bound most, of those the prices are least sure about.

    Strong branching (Applegate et al. 1995): a few rounds of prices in either branch.
    """
    doubt = np.zeros(len(state))
    most = max(total.max(), 1e-300)
    for j in range(len(state)):
        if state[j] == FREE:
            doubt[j] = mean[j] * (1.0 - mean[j]) + 1e-6 * total[j] / most
        else:
            doubt[j] = -1.0
    split, best = int(np.argmax(doubt)), -1.0
    nowhere = np.zeros(len(state), np.bool_)
    least = 1e-3 * max(bound - value, 1e-9)
    for _ in range(PROBED):
        j = int(np.argmax(doubt))
        if doubt[j] < 0:
            break
        doubt[j] = -1.0
        fall = 1.0
        for side in (OUT, IN):
            state[j] = side
            trial = price.copy()
            below, _, _, _ = lower_bound_by_prices(
                table, count, state, trial, nowhere, value, room, PROBE_PACE
            )
            fall *= max(min(bound - below, bound - value), least)
        state[j] = FREE
        if fall > best:
            split, best = j, fall
    return split
