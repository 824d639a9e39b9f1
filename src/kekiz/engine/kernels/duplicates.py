"""Loops of the search for duplicates: trigram bags, blocks, cosines, average linkage."""

import numpy as np
from numba import njit

TRIGRAM_BITS = 20
TRIGRAM_MASK = (1 << TRIGRAM_BITS) - 1


@njit(cache=True, nogil=True)
def count_trigrams(offsets, letters, bags):
    """Fill ``bags`` with sorted distinct trigram codes of every text; returns where each bag starts.

    ``offsets``/``letters`` are the buffers of an Arrow string column; words are framed by blanks. A text of
    n bytes has at most n trigrams, so ``bags`` needs ``offsets[-1] - offsets[0]`` places.
    """
    n = len(offsets) - 1
    starts = np.zeros(n + 1, np.int64)
    filled = 0
    for row in range(n):
        first, last = offsets[row], offsets[row + 1]
        begin = filled
        for place in range(first, last):
            before = letters[place - 1] if place > first else 32
            after = letters[place + 1] if place + 1 < last else 32
            code = np.uint32(before) * np.uint32(65599) + np.uint32(letters[place])
            code = code * np.uint32(65599) + np.uint32(after)
            code = (code ^ (code >> np.uint32(13))) & np.uint32(TRIGRAM_MASK)
            spot = filled
            while spot > begin and bags[spot - 1] > code:
                spot -= 1
            if spot > begin and bags[spot - 1] == code:
                continue
            for move in range(filled, spot, -1):
                bags[move] = bags[move - 1]
            bags[spot] = code
            filled += 1
        starts[row + 1] = filled
    return starts


@njit(cache=True, nogil=True)
def count_holders(starts, bags, times, holders):
    """In how many texts each trigram occurs; ``times`` texts share a bag."""
    for bag in range(len(times)):
        for place in range(starts[bag], starts[bag + 1]):
            holders[bags[place]] += times[bag]


@njit(cache=True, nogil=True)
def measure_bags(starts, bags, weights, norms):
    """Squared length of each bag."""
    for row in range(len(starts) - 1):
        total = 0.0
        for place in range(starts[row], starts[row + 1]):
            total += weights[bags[place]] ** 2
        norms[row] = total


@njit(cache=True, nogil=True)
def drop_trigrams(bag_of, starts, bags, other_of, other_starts, other_bags, kept):
    """Bag of every row without what the row's other bag holds; returns where each kept bag starts."""
    kept_starts = np.zeros(len(bag_of) + 1, np.int64)
    filled = 0
    for row in range(len(bag_of)):
        bag, other = bag_of[row], other_of[row]
        j, last = other_starts[other], other_starts[other + 1]
        for place in range(starts[bag], starts[bag + 1]):
            while j < last and other_bags[j] < bags[place]:
                j += 1
            if j < last and other_bags[j] == bags[place]:
                continue
            kept[filled] = bags[place]
            filled += 1
        kept_starts[row + 1] = filled
    return kept_starts


@njit(cache=True, nogil=True)
def pick_rare_trigrams(starts, bags, holders, picked):
    """The rarest trigrams of each text that another text has too (0 where there are fewer), plus one."""
    for row in range(len(starts) - 1):
        for rank in range(picked.shape[1]):
            best = -1
            for place in range(starts[row], starts[row + 1]):
                code = bags[place]
                if holders[code] < 2:
                    continue
                is_new = True
                for earlier in range(rank):
                    if picked[row, earlier] == code + 1:
                        is_new = False
                if is_new and (best < 0 or holders[code] < holders[best]):
                    best = code
            picked[row, rank] = best + 1


@njit(cache=True, nogil=True)
def compare_bags(lefts, rights, starts, bags, weights, norms, alike, part):
    """Cosine of two bags, and the share of the smaller bag that the larger holds."""
    for pair in range(len(lefts)):
        one, two = lefts[pair], rights[pair]
        i, j = starts[one], starts[two]
        last_i, last_j = starts[one + 1], starts[two + 1]
        total = 0.0
        while i < last_i and j < last_j:
            left, right = bags[i], bags[j]
            if left == right:
                total += weights[left] ** 2
            i += left <= right  # no branch: which bag lags behind cannot be foretold
            j += right <= left
        if total > 0.0:
            alike[pair] = total / np.sqrt(norms[one] * norms[two])
            part[pair] = total / min(norms[one], norms[two])


@njit(cache=True, nogil=True)
def count_pairs(ends, starts, cap):
    """How many pairs the blocks up to ``cap`` records hold."""
    total = 0
    for block in range(len(starts)):
        size = ends[block] - starts[block]
        if size <= cap:
            total += size * (size - 1) // 2
    return total


@njit(cache=True, nogil=True)
def list_pairs(order, starts, ends, cap, pairs):
    """Write every pair of each small block as lower row << 32 | higher row."""
    filled = 0
    for block in range(len(starts)):
        if ends[block] - starts[block] > cap:
            continue
        for i in range(starts[block], ends[block]):
            for j in range(i + 1, ends[block]):
                low, high = min(order[i], order[j]), max(order[i], order[j])
                pairs[filled] = (low << 32) | high
                filled += 1


@njit(cache=True, nogil=True)
def keep_distinct(ascending):
    """Move every distinct number to the front, in order; returns how many there are."""
    kept = 0
    for place in range(len(ascending)):
        if place == 0 or ascending[place] != ascending[kept - 1]:
            ascending[kept] = ascending[place]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def join_components(lefts, rights, parents):
    """Label every record with the smallest record it is joined to, over any number of pairs."""
    for pair in range(len(lefts)):
        one, two = lefts[pair], rights[pair]
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        while parents[two] != two:
            parents[two] = parents[parents[two]]
            two = parents[two]
        if one < two:
            parents[two] = one
        else:
            parents[one] = two
    for row in range(len(parents)):
        parents[row] = parents[parents[row]]


@njit(cache=True, nogil=True)
def link_by_average(alike, forced, barred, threshold):
    """Average linkage of one component: join the closest clusters while their mean probability holds.

    ``alike`` n × n probabilities, ``forced`` pairs that belong together (joined first), ``barred`` pairs that
    never do. Returns a label per record.
    """
    n = len(alike)
    labels = np.arange(n)
    sizes = np.ones(n, np.int64)
    total = alike.copy()
    bars = barred.copy()
    wish = forced.copy()
    while True:
        best, one, two = threshold, -1, -1
        for i in range(n):
            if sizes[i] == 0:
                continue
            for j in range(i + 1, n):
                if sizes[j] == 0 or bars[i, j]:
                    continue
                mean = 2.0 if wish[i, j] else total[i, j] / (sizes[i] * sizes[j])
                if mean > best or (one < 0 and mean == best):
                    best, one, two = mean, i, j
        if one < 0:
            return labels
        for k in range(n):
            total[one, k] += total[two, k]
            total[k, one] = total[one, k]
            if bars[two, k]:
                bars[one, k] = bars[k, one] = True
            if wish[two, k]:
                wish[one, k] = wish[k, one] = True
            if labels[k] == two:
                labels[k] = one
        sizes[one] += sizes[two]
        sizes[two] = 0


@njit(cache=True, nogil=True)
def link_components(
    members, starts, lefts, rights, probabilities, forced, barred, edges, local, source, is_clean
):
    """Average linkage of every component in turn; returns a cluster label (a row) per row of the records.

    Component c holds rows ``members[starts[c]:starts[c + 1]]`` and pairs ``edges[c]:edges[c + 1]``; ``local``
    is scratch space; rows of one source with ``is_clean`` never join.
    """
    labels = np.arange(len(local))
    for component in range(len(starts) - 1):
        rows = members[starts[component] : starts[component + 1]]
        n = len(rows)
        for spot in range(n):
            local[rows[spot]] = spot
        alike = np.zeros((n, n))
        wish = np.zeros((n, n), np.bool_)
        bars = np.zeros((n, n), np.bool_)
        for edge in range(edges[component], edges[component + 1]):
            i, j = local[lefts[edge]], local[rights[edge]]
            alike[i, j] = alike[j, i] = probabilities[edge]
            wish[i, j] = wish[j, i] = forced[edge]
            bars[i, j] = bars[j, i] = barred[edge]
        for i in range(n):
            for j in range(n):
                if i != j and source[rows[i]] == source[rows[j]] and is_clean[rows[i]] and not wish[i, j]:
                    bars[i, j] = True
        found = link_by_average(alike, wish, bars, 0.5)
        for spot in range(n):
            labels[rows[spot]] = rows[found[spot]]
    return labels
