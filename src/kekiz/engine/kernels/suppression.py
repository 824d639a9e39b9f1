"""Compiled loops of disclosure.py: for each sensitive node the cheapest box left out with it.

``cells``: counts of the leaves (flat), and leaves × kinds, what a leaf can give, part by part: all corners of
a box move the same of each. ``nodes`` (flat, of the extended table): worth if published (the cells summed,
weighed by the count), whether it is hidden, whether it is free (hidden, or to be hidden anyway).
A box is named by one leaf and, per axis, its partner or NO_PARTNER.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

NO_PARTNER = -1
NO_NODE = -1
PARTNERS = 32  # of a long axis, twice: a region of up to 64 municipalities is searched to the end
PRICED = 4  # boxes priced per leaf and choice of axes
NEARLY_FREE = (
    1.05  # at first sight a box whose corners are all hidden still costs a little: its sums may not be
)

# Per axis, padded to the longest: leaves; nodes; path of every leaf to its root; node × leaf: is it summed
# there; leaf × partner (last: none): cells summed by the nodes that move; leaves, the largest first.
Layout = tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.bool_],
    NDArray[np.float64],
    NDArray[np.int64],
]


@njit(cache=True, nogil=True)
def hide_boxes(cells, nodes, layout, wanted, protection):
    """Hide a box around each node of ``wanted`` (nodes × axes) that no earlier box has hidden."""
    leaves, count = layout[0], layout[1]
    left_out = np.zeros(layout[5].shape, np.int64)
    count_left_out(nodes[2], leaves, count, left_out)
    for number in range(len(wanted)):
        node = wanted[number]
        if not nodes[1][flatten(node, count)]:
            leaf, partners = find_box(cells, nodes, layout, node, left_out, protection)
            hide_box(nodes, layout, leaf, partners, left_out)


@njit(cache=True, nogil=True)
def flatten(place, shape):
    """The flat position of a place in a table of this shape."""
    flat = 0
    for axis in range(len(shape)):
        flat = flat * shape[axis] + place[axis]
    return flat


@njit(cache=True, nogil=True)
def measure_steps(shape):
    """How far apart neighbours along each axis are in the flat table."""
    steps = np.ones(len(shape), np.int64)
    for axis in range(len(shape) - 2, -1, -1):
        steps[axis] = steps[axis + 1] * shape[axis + 1]
    return steps


@njit(cache=True, nogil=True)
def advance(place, ends):
    """The next place of an odometer, last axis fastest; False after the last one."""
    for axis in range(len(place) - 1, -1, -1):
        place[axis] += 1
        if place[axis] < ends[axis]:
            return True
        place[axis] = 0
    return False


@njit(cache=True, nogil=True)
def count_left_out(is_free, leaves, count, left_out):
    """Per axis and leaf: the cells that are left out, or free to be."""
    place = np.zeros(len(leaves), np.int64)
    while True:
        if is_free[flatten(place, count)]:
            for axis in range(len(leaves)):
                left_out[axis, place[axis]] += 1
        if not advance(place, leaves):
            return


@njit(cache=True, nogil=True)
def find_box(cells, nodes, layout, node, left_out, protection):
    """The cheapest box around the node of those tried; one without any partner is always there.

    It reaches up to the roots on every axis and protects, for its sums can be any larger.
    """
    worth = nodes[0][flatten(node, layout[1])]
    lowest = np.inf
    leaf, partners = np.zeros(len(node), np.int64), np.full(len(node), NO_PARTNER)
    chosen = choose_leaves(cells[0], nodes[1], layout, node)
    for number in range(len(chosen)):
        if lowest <= worth:  # every box holds the node itself: none is cheaper
            break
        price, found = find_cheapest(cells, nodes, layout, node, chosen[number], left_out, protection)
        if price < lowest:
            lowest, leaf, partners = price, chosen[number], found
    return leaf, partners


@njit(cache=True, nogil=True)
def choose_leaves(counts, is_hidden, layout, node):
    """Two leaves under the node: its largest, and the largest of those already left out (or its first)."""
    leaves, count, members = layout[0], layout[1], layout[3]
    axes = len(node)
    inside = np.zeros(layout[5].shape, np.int64)
    ends = np.zeros(axes, np.int64)
    for axis in range(axes):
        for leaf in range(leaves[axis]):
            if members[axis, node[axis], leaf]:
                inside[axis, ends[axis]] = leaf
                ends[axis] += 1
    place, leaf = np.zeros(axes, np.int64), np.zeros(axes, np.int64)
    best = np.zeros((2, axes), np.int64)
    most = np.full(2, -1.0)
    where = np.zeros(2, np.int64)
    seen = 0
    while True:
        for axis in range(axes):
            leaf[axis] = inside[axis, place[axis]]
        value = counts[flatten(leaf, leaves)]
        for rule in range(2):
            if rule == 1 and not is_hidden[flatten(leaf, count)]:
                value = 0.0
            if value > most[rule]:
                most[rule], where[rule] = value, seen
                for axis in range(axes):
                    best[rule, axis] = leaf[axis]
        seen += 1
        if not advance(place, ends):
            break
    if where[0] == where[1] or counts[flatten(best[1], leaves)] == 0:
        return best[:1]
    return best if where[0] < where[1] else best[::-1].copy()


@njit(cache=True, nogil=True)
def find_cheapest(cells, nodes, layout, node, leaf, left_out, protection):
    """Price and partners of the cheapest box: for every choice of axes the most promising partners."""
    axes = len(node)
    worth = nodes[0][flatten(node, layout[1])]
    options = np.zeros(layout[5].shape, np.int64)
    ends = np.zeros(axes, np.int64)
    for axis in range(axes):
        ends[axis] = list_partners(layout, axis, node[axis], left_out[axis], options[axis])
    partners = np.full(axes, NO_PARTNER)
    lowest, best = price_box(nodes, layout, leaf, partners), partners.copy()
    for choice in range(1, 2**axes):
        if lowest <= worth:
            break
        moved, count = np.zeros(axes, np.int64), 0
        for axis in range(axes):
            if choice >> (axes - 1 - axis) & 1:
                moved[count] = axis
                count += 1
        promising = list_promising(cells, nodes, layout, leaf, moved[:count], options, ends, protection)
        for row in range(PRICED):
            if promising[row, moved[0]] == NO_PARTNER:
                break
            price = price_box(nodes, layout, leaf, promising[row])
            if price < lowest:
                lowest, best = price, promising[row]
    return lowest, best


@njit(cache=True, nogil=True)
def list_partners(layout, axis, node, left_out, options):
    """Leaves outside the node; of very many those with the largest counts and with the most left out."""
    leaves, members, largest = layout[0][axis], layout[3][axis, node], layout[5][axis]
    found = 0
    for leaf in range(leaves):
        if not members[leaf]:
            options[found] = leaf
            found += 1
    if found <= 2 * PARTNERS:
        return found
    is_taken, is_seen, found = np.zeros(leaves, np.bool_), np.zeros(leaves, np.bool_), 0
    for k in range(leaves):
        if not members[largest[k]] and found < PARTNERS:
            is_taken[largest[k]] = True
            found += 1
    for _ in range(PARTNERS):
        best = -1
        for leaf in range(leaves):
            is_better = best < 0 or left_out[leaf] > left_out[best]
            if not members[leaf] and not is_seen[leaf] and is_better:
                best = leaf
        is_seen[best] = is_taken[best] = True
    found = 0
    for leaf in range(leaves):
        if is_taken[leaf]:
            options[found] = leaf
            found += 1
    return found


@njit(cache=True, nogil=True)
def list_promising(cells, nodes, layout, leaf, moved, options, ends, protection):
    """Partners on the axes ``moved`` whose boxes protect, the cheapest at first sight first; then none."""
    leaves, count, costs = layout[0], layout[1], layout[4]
    best = np.full((PRICED, len(leaf)), NO_PARTNER)
    size = np.zeros(len(moved), np.int64)
    for k in range(len(moved)):
        size[k] = ends[moved[k]]
        if size[k] == 0:
            return best
    cell, cell_steps = flatten(leaf, leaves), measure_steps(leaves)
    top, top_steps = flatten(leaf, count), measure_steps(count)
    still = 1.0
    for axis in range(len(leaf)):
        still *= costs[axis, leaf[axis], -1]
    for k in range(len(moved)):
        still /= costs[moved[k], leaf[moved[k]], -1]
    guesses = np.full(PRICED, np.inf)
    place = np.zeros(len(moved), np.int64)
    cell_shift, top_shift = np.zeros(len(moved), np.int64), np.zeros(len(moved), np.int64)
    given = np.zeros(cells[1].shape[1])
    while True:
        price = still
        for k in range(len(moved)):
            axis = moved[k]
            partner = options[axis, place[k]]
            price *= costs[axis, leaf[axis], partner]
            cell_shift[k] = (partner - leaf[axis]) * cell_steps[axis]
            top_shift[k] = (partner - leaf[axis]) * top_steps[axis]
        least = price * (NEARLY_FREE - 1.0)
        if least < guesses[-1]:
            hidden = look_at_corners(cells, nodes[2], cell, top, cell_shift, top_shift, given, protection)
            guess = (NEARLY_FREE - hidden / 2 ** len(moved)) * price
            if hidden >= 0 and guess < guesses[-1]:
                rank = PRICED - 1
                while rank > 0 and guess < guesses[rank - 1]:
                    guesses[rank] = guesses[rank - 1]
                    for k in range(len(moved)):
                        best[rank, moved[k]] = best[rank - 1, moved[k]]
                    rank -= 1
                guesses[rank] = guess
                for k in range(len(moved)):
                    best[rank, moved[k]] = options[moved[k], place[k]]
        if not advance(place, size):
            return best


@njit(cache=True, nogil=True)
def look_at_corners(cells, is_free, cell, top, cell_shift, top_shift, given, protection):
    """How many corners of a box are free to be hidden; -1 where the box does not protect."""
    counts, able = cells
    for kind in range(len(given)):
        given[kind] = np.inf
    hidden = 0
    for corner in range(2 ** len(cell_shift)):
        at, at_top, signs = cell, top, 0
        for k in range(len(cell_shift)):
            if corner >> k & 1:
                at += cell_shift[k]
                at_top += top_shift[k]
                signs += 1
        if counts[at] <= 0:
            return -1
        hidden += is_free[at_top]
        if signs % 2:
            total = 0.0
            for kind in range(len(given)):
                given[kind] = min(given[kind], able[at, kind])
                total += given[kind]
            if total < protection:
                return -1
    return hidden


@njit(cache=True, nogil=True)
def list_moving(layout, leaf, partners):
    """Per axis the nodes whose sum changes if the leaf gains what its partner loses: no common ancestor."""
    paths = layout[2]
    depth = paths.shape[2]
    moving = np.zeros((len(leaf), 2 * depth), np.int64)
    ends = np.zeros(len(leaf), np.int64)
    for axis in range(len(leaf)):
        for side in range(1 if partners[axis] == NO_PARTNER else 2):
            own, other = (leaf[axis], partners[axis]) if side == 0 else (partners[axis], leaf[axis])
            for step in range(depth):
                node = paths[axis, own, step]
                is_shared = False
                if other != NO_PARTNER:
                    for k in range(depth):
                        is_shared = is_shared or paths[axis, other, k] == node
                if node != NO_NODE and not is_shared:
                    moving[axis, ends[axis]] = node
                    ends[axis] += 1
    return moving, ends


@njit(cache=True, nogil=True)
def price_box(nodes, layout, leaf, partners):
    """What a box newly leaves out."""
    worth, is_hidden = nodes[0], nodes[1]
    moving, ends = list_moving(layout, leaf, partners)
    place, node = np.zeros(len(leaf), np.int64), np.zeros(len(leaf), np.int64)
    price = 0.0
    while True:
        for axis in range(len(leaf)):
            node[axis] = moving[axis, place[axis]]
        flat = flatten(node, layout[1])
        if not is_hidden[flat]:
            price += worth[flat]
        if not advance(place, ends):
            return price


@njit(cache=True, nogil=True)
def hide_box(nodes, layout, leaf, partners, left_out):
    """Leave the box out."""
    _, is_hidden, is_free = nodes
    leaves, count = layout[0], layout[1]
    moving, ends = list_moving(layout, leaf, partners)
    place, node = np.zeros(len(leaf), np.int64), np.zeros(len(leaf), np.int64)
    while True:
        for axis in range(len(leaf)):
            node[axis] = moving[axis, place[axis]]
        flat = flatten(node, count)
        is_hidden[flat] = True
        if not is_free[flat]:
            is_free[flat] = True
            is_leaf = True
            for axis in range(len(leaf)):
                is_leaf = is_leaf and node[axis] < leaves[axis]
            if is_leaf:
                for axis in range(len(leaf)):
                    left_out[axis, node[axis]] += 1
        if not advance(place, ends):
            return
