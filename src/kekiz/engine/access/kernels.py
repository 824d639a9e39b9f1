"""Compiled loops of the access measures; import this module only where they are run.

Every loop releases the lock of the interpreter, so that plain threads run it in parallel, and sums each
unit's terms in one fixed order, so that the result is the same for every number of threads.
Parallel loops of Numba itself are avoided on purpose: their thread pools abort the process when two
requests run at once or when a web server forks.
"""

import numpy as np
from numba import njit

# Lets the compiler keep several partial sums (long SIMD loops) but not fuse multiply and add: distances
# must round exactly as NumPy rounds them, or a point on the limit falls on the other side.
SIMD_SUM = {"reassoc", "nsz"}


@njit(cache=True, nogil=True)
def sort_by_bucket(x, y, x0, y0, size, columns, rows):  # type: ignore[no-untyped-def]
    """Counting sort of points into a grid of buckets, row by row; stable.

    Returns `order` (n, position in the sorted list -> original index) and `starts` (buckets + 1, first sorted
    position of each bucket).
    """
    starts = np.zeros(columns * rows + 1, np.int64)
    bucket = np.empty(x.size, np.int32)
    for i in range(x.size):
        column = min(int((x[i] - x0) / size), columns - 1)
        row = min(int((y[i] - y0) / size), rows - 1)
        bucket[i] = row * columns + column
        starts[bucket[i] + 1] += 1
    for b in range(starts.size - 1):
        starts[b + 1] += starts[b]
    free = starts[:-1].copy()
    order = np.empty(x.size, np.int64)
    for i in range(x.size):
        order[free[bucket[i]]] = i
        free[bucket[i]] += 1
    return order, starts


@njit(cache=True, nogil=True)
def candidate_range(starts, row, box, reach_m, size, columns):  # type: ignore[no-untyped-def]
    """First and last sorted position of the points of one grid row that may be near a box of buckets.

    `box` is (first x, first y, last x, last y) of the units, measured from the corner of the grid. One bucket
    more on each side absorbs the rounding of the division.
    """
    first_x, first_y, last_x, last_y = box
    away = max(row * size - last_y, first_y - (row + 1) * size, 0.0) - size * 1e-6
    if away > reach_m:
        return 0, 0
    half_width = np.sqrt(max(reach_m * reach_m - max(away, 0.0) ** 2, 0.0)) + size * 1e-6
    left = int(min(max((first_x - half_width) / size, 0.0), columns - 1.0))
    right = int(min(max((last_x + half_width) / size, 0.0), columns - 1.0))
    return starts[row * columns + left], starts[row * columns + right + 1]


@njit(cache=True, nogil=True, fastmath=SIMD_SUM)
def sum_packed(unit_x, unit_y, x, y, squared_limit, value):  # type: ignore[no-untyped-def]
    """Sum of the values whose point lies within its own limit of the unit."""
    total = 0.0
    for j in range(x.size):
        dx = x[j] - unit_x
        dy = y[j] - unit_y
        total += value[j] if dx * dx + dy * dy <= squared_limit[j] else 0.0
    return total


@njit(cache=True, nogil=True)
def pack_row(first, last, box, points, limits, weights, packed, filled):  # type: ignore[no-untyped-def]
    """Split the candidates first..last into a sum shared by all units of the box and a packed list.

    A candidate whose step is the same for the nearest and the farthest spot of the box counts for all units
    alike and goes into the returned shared sum. Any other is entered once for each limit that runs through
    the box, with the weight lost at that limit. Returns (shared sum, new length of the packed list).
    """
    first_x, first_y, last_x, last_y = box
    x, y, value = points
    shared = 0.0
    for j in range(first, last):
        near_x = max(first_x - x[j], x[j] - last_x, 0.0)
        near_y = max(first_y - y[j], y[j] - last_y, 0.0)
        near = near_x * near_x + near_y * near_y
        if near > limits[-1] or value[j] == 0.0:
            continue
        far_x = max(last_x - x[j], x[j] - first_x)
        far_y = max(last_y - y[j], y[j] - first_y)
        far = far_x * far_x + far_y * far_y
        step = 0
        while near > limits[step]:
            step += 1
        while step < limits.size and far > limits[step]:
            packed[0][filled] = x[j]
            packed[1][filled] = y[j]
            packed[2][filled] = limits[step]
            packed[3][filled] = value[j] * (weights[step] - weights[step + 1])
            filled += 1
            step += 1
        shared += value[j] * weights[step]
    return shared, filled


@njit(cache=True, nogil=True)
def sum_in_reach(worker, workers, grid, units, points, limits, weights, out):  # type: ignore[no-untyped-def]
    """For each unit: sum over the points in reach of value x weight of their step. Fills `out`.

    `grid` = (x0, y0, bucket size, columns, rows); `units` = (starts, x, y), `points` = (starts, x, y, value),
    both sorted by bucket; `limits` = squared limits, ascending; `weights` = one per limit, then 0.
    This worker takes every `workers`-th bucket, which spreads dense towns evenly.
    """
    x0, y0, size, columns, rows = grid
    starts, unit_x, unit_y = units
    reach_m = np.sqrt(limits[-1])
    packed = np.empty((4, 0))
    for bucket in range(worker, columns * rows, workers):
        begin, end = starts[bucket], starts[bucket + 1]
        if begin == end:
            continue
        box = (
            unit_x[begin:end].min(),
            unit_y[begin:end].min(),
            unit_x[begin:end].max(),
            unit_y[begin:end].max(),
        )
        inside = (box[0] - x0, box[1] - y0, box[2] - x0, box[3] - y0)
        low = int(max((inside[1] - reach_m) / size - 1.0, 0.0))
        high = int(min((inside[3] + reach_m) / size + 1.0, rows - 1.0))
        shared, filled = 0.0, 0
        for row in range(low, high + 1):
            first, last = candidate_range(points[0], row, inside, reach_m, size, columns)
            needed = filled + (last - first) * limits.size
            if needed > packed.shape[1]:
                larger = np.empty((4, 2 * needed))
                larger[:, :filled] = packed[:, :filled]
                packed = larger
            part, filled = pack_row(first, last, box, points[1:], limits, weights, packed, filled)
            shared += part
        x, y, limit, value = packed[0, :filled], packed[1, :filled], packed[2, :filled], packed[3, :filled]
        for unit in range(begin, end):
            out[unit] = shared + sum_packed(unit_x[unit], unit_y[unit], x, y, limit, value)


@njit(cache=True, nogil=True)
def list_pairs(grid, unit_x, unit_y, points, reach_m, squared_reach):  # type: ignore[no-untyped-def]
    """Pairs of units and points within reach, ordered by unit: indices of both, and distance.

    `points` = (starts, order, x, y), sorted by bucket. Runs twice: to count, then to fill.
    """
    x0, y0, size, columns, rows = grid
    starts, order, x, y = points
    unit_index = np.empty(0, np.int64)
    point_index = np.empty(0, np.int64)
    distance = np.empty(0)
    for is_filling in (False, True):
        found = 0
        for unit in range(unit_x.size):
            at_x, at_y = unit_x[unit] - x0, unit_y[unit] - y0
            low = int(max((at_y - reach_m) / size - 1.0, 0.0))
            high = int(min((at_y + reach_m) / size + 1.0, rows - 1.0))
            for row in range(low, high + 1):
                first, last = candidate_range(starts, row, (at_x, at_y, at_x, at_y), reach_m, size, columns)
                for j in range(first, last):
                    dx, dy = x[j] - unit_x[unit], y[j] - unit_y[unit]
                    square = dx * dx + dy * dy
                    if square > squared_reach:
                        continue
                    if is_filling:
                        unit_index[found] = unit
                        point_index[found] = order[j]
                        distance[found] = np.sqrt(square)
                    found += 1
        if not is_filling:
            unit_index = np.empty(found, np.int64)
            point_index = np.empty(found, np.int64)
            distance = np.empty(found)
    return unit_index, point_index, distance


@njit(cache=True, nogil=True)
def fill_options(first, last, amount, site, travel, capacity, flow, load):  # type: ignore[no-untyped-def]
    """Spread `amount` over the options first..last so that all used ones cost the same; fills `flow`.

    Water-filling without sorting: the level is first computed as if all were used; options that start above
    it are left out and the level falls, until none is left out any more. Heights are measured from the
    cheapest start, so that a small amount is not lost to rounding.
    """
    lowest = np.inf
    for p in range(first, last):
        lowest = min(lowest, load[site[p]] / capacity[site[p]] + travel[p])
    level, used = np.inf, last - first + 1
    while True:
        room, needed, now_used = 0.0, amount, 0
        for p in range(first, last):
            height = load[site[p]] / capacity[site[p]] + travel[p] - lowest
            if height < level:
                room += capacity[site[p]]
                needed += height * capacity[site[p]]
                now_used += 1
        # an option exactly at the level may come back by rounding: only ever go on while the list shrinks
        if level < np.inf and now_used >= used:
            break
        level, used = needed / room, now_used
    for p in range(first, last):
        height = load[site[p]] / capacity[site[p]] + travel[p] - lowest
        flow[p] = max(level - height, 0.0) * capacity[site[p]]


@njit(cache=True, nogil=True)
def settle_once(starts, site, travel, demand, capacity, flow, load):  # type: ignore[no-untyped-def]
    """Each unit in turn moves its demand to where it costs least, given all others; changes flow and load."""
    for unit in range(demand.size):
        first, last = starts[unit], starts[unit + 1]
        if demand[unit] == 0.0 or first == last:
            continue
        for p in range(first, last):
            load[site[p]] = max(load[site[p]] - flow[p], 0.0)
        fill_options(first, last, demand[unit], site, travel, capacity, flow, load)
        for p in range(first, last):
            load[site[p]] += flow[p]


@njit(cache=True, nogil=True)
def measure_costs(starts, site, travel, demand, capacity, flow, load, cost):  # type: ignore[no-untyped-def]
    """Renew load from flow, fill `cost` with each unit's cheapest option, and return the largest gap.

    The gap of a unit is what its dearest used option costs above its cheapest one: 0 at equilibrium.
    """
    load[:] = 0.0
    for p in range(site.size):
        load[site[p]] += flow[p]
    gap = 0.0
    for unit in range(demand.size):
        cheapest, dearest = np.inf, 0.0
        for p in range(starts[unit], starts[unit + 1]):
            total = load[site[p]] / capacity[site[p]] + travel[p]
            cheapest = min(cheapest, total)
            if flow[p] > 0.0:
                dearest = max(dearest, total)
        cost[unit] = cheapest
        gap = max(gap, dearest - cheapest)
    return gap
