"""Compiled loops of streets.py: the nearest street of a point, and shortest ways from many points to many."""

from heapq import heappop, heappush

import numpy as np
from numba import njit

BUCKET_M = 250.0


@njit(cache=True, nogil=True)
def bucket_segments(x1, y1, x2, y2):
    """Put every segment into each bucket that its frame touches (CSR): left, bottom, columns, rows, …"""
    left = min(x1.min(), x2.min())
    bottom = min(y1.min(), y2.min())
    columns = np.int64((max(x1.max(), x2.max()) - left) // BUCKET_M) + 1
    rows = np.int64((max(y1.max(), y2.max()) - bottom) // BUCKET_M) + 1
    start = np.zeros(columns * rows + 1, np.int64)
    members = np.empty(0, np.int64)
    for is_filling in (False, True):
        if is_filling:
            start = np.cumsum(start)
            members = np.empty(start[-1], np.int64)
            at = start[:-1].copy()
        for s in range(len(x1)):
            for r in range(
                np.int64((min(y1[s], y2[s]) - bottom) // BUCKET_M),
                np.int64((max(y1[s], y2[s]) - bottom) // BUCKET_M) + 1,
            ):
                for q in range(
                    np.int64((min(x1[s], x2[s]) - left) // BUCKET_M),
                    np.int64((max(x1[s], x2[s]) - left) // BUCKET_M) + 1,
                ):
                    if is_filling:
                        members[at[r * columns + q]] = s
                        at[r * columns + q] += 1
                    else:
                        start[r * columns + q + 1] += 1
    return left, bottom, columns, rows, start, members


@njit(cache=True, nogil=True)
def find_nearest(x, y, x1, y1, x2, y2, left, bottom, columns, rows, start, members, farthest_m):
    """For each point the nearest segment (-1: none within ``farthest_m``), the share along it, the gap."""
    segment = np.full(len(x), -1, np.int64)
    share = np.zeros(len(x))
    gap = np.full(len(x), np.inf)
    rings = np.int64(np.ceil(farthest_m / BUCKET_M)) + 1
    for p in range(len(x)):
        column = np.int64((x[p] - left) // BUCKET_M)
        row = np.int64((y[p] - bottom) // BUCKET_M)
        best = farthest_m
        for ring in range(rings + 1):
            if (ring - 1) * BUCKET_M > best:
                break
            for r in range(max(row - ring, 0), min(row + ring + 1, rows)):
                step = 1 if abs(r - row) == ring else max(2 * ring, 1)
                for q in range(column - ring, column + ring + 1, step):
                    if q < 0 or q >= columns:
                        continue
                    for i in range(start[r * columns + q], start[r * columns + q + 1]):
                        s = members[i]
                        dx, dy = x2[s] - x1[s], y2[s] - y1[s]
                        square = dx * dx + dy * dy
                        along = 0.0
                        if square > 0:
                            along = ((x[p] - x1[s]) * dx + (y[p] - y1[s]) * dy) / square
                            along = min(max(along, 0.0), 1.0)
                        d = np.hypot(x1[s] + along * dx - x[p], y1[s] + along * dy - y[p])
                        if d < best or (d == best and (segment[p] < 0 or s < segment[p])):
                            best, segment[p], share[p], gap[p] = d, s, along, d
    return segment, share, gap


@njit(cache=True, nogil=True)
def reach_nodes(start, head, first):
    """Nodes that can be reached from ``first`` along the arcs."""
    reached = np.zeros(len(start) - 1, np.bool_)
    stack = np.empty(len(start) - 1, np.int64)
    stack[0], depth, reached[first] = first, 1, True
    while depth:
        depth -= 1
        node = stack[depth]
        for a in range(start[node], start[node + 1]):
            if not reached[head[a]]:
                reached[head[a]] = True
                stack[depth] = head[a]
                depth += 1
    return reached


@njit(cache=True, nogil=True)
def measure_ways(
    start,
    head,
    cost,
    source_piece,
    source_share,
    target_piece,
    target_share,
    tail_of,
    head_of,
    forward,
    backward,
    limit,
):
    """Minutes along the streets from every source to every target; infinite beyond ``limit``.

    Dijkstra 1959 from each source, stopped at the limit. Sources and targets lie somewhere along a piece of
    street between two nodes; a piece of -1 lies nowhere.
    """
    minutes = np.full((len(source_piece), len(target_piece)), np.inf, np.float32)
    least = np.full(len(start) - 1, np.inf)
    for s in range(len(source_piece)):
        piece = source_piece[s]
        if piece < 0:
            continue
        least[:] = np.inf
        queue = [(0.0, np.int64(0)) for _ in range(0)]
        back, on = source_share[s] * backward[piece], (1 - source_share[s]) * forward[piece]
        if source_share[s] == 0:
            back = 0.0
        if source_share[s] == 1:
            on = 0.0
        if back <= limit:
            least[tail_of[piece]] = back
            heappush(queue, (back, tail_of[piece]))
        if on <= limit and on < least[head_of[piece]]:
            least[head_of[piece]] = on
            heappush(queue, (on, head_of[piece]))
        while queue:
            reached, node = heappop(queue)
            if reached > least[node]:
                continue
            for a in range(start[node], start[node + 1]):
                total = reached + cost[a]
                if total <= limit and total < least[head[a]]:
                    least[head[a]] = total
                    heappush(queue, (total, head[a]))
        for t in range(len(target_piece)):
            goal = target_piece[t]
            if goal < 0:
                continue
            best = least[tail_of[goal]] + (target_share[t] * forward[goal] if target_share[t] > 0 else 0.0)
            rest = 1 - target_share[t]
            best = min(best, least[head_of[goal]] + (rest * backward[goal] if rest > 0 else 0.0))
            if goal == piece:
                step = target_share[t] - source_share[s]
                if step == 0:
                    best = 0.0
                else:
                    best = min(best, step * forward[piece] if step > 0 else -step * backward[piece])
            if best <= limit:
                minutes[s, t] = best
    return minutes
