"""Small numbers: which cells of a table stay unpublished, so that nobody can work them out from the rest.

A cell is *sensitive* if it is above zero and below a threshold, or if one contributor dominates it (p% rule).
A sensitive cell alone is no secret while its sums are published, so further cells are left out with it
(secondary suppression), by the hypercube method (Repsilber 1994; Giessing 2003) carried over to tables whose
axes are trees.

Why it holds: for each cell left out there is a box of cells with alternating signs, all of them left out.
Adding t to the one and taking t from the other changes no published sum and makes nothing negative for t
within a span at least as wide as ``protection``. Every table in that span fits everything published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

DOT = "."
LEAVES, PRICED = 1, 4  # leaves tried per node; boxes priced per leaf and choice of axes
NO_PARTNER = -1
PARTNERS = 32  # of a long axis, twice: a region of up to 64 municipalities is searched to the end


@dataclass(frozen=True)
class Axis:
    """One dimension of a table: its leaves, and the published sums over them, as trees.

    ``parent``: for each node the node it is summed into, -1 at a root; the first ``leaves`` nodes are the
    leaves, and every parent stands behind its children.
    """

    parent: tuple[int, ...]
    leaves: int

    @cached_property
    def paths(self) -> list[list[int]]:
        """Per leaf: the nodes from the leaf up to its root."""
        paths = []
        for leaf in range(self.leaves):
            path = [leaf]
            while self.parent[path[-1]] >= 0:
                path.append(self.parent[path[-1]])
            paths.append(path)
        return paths

    @cached_property
    def membership(self) -> Floats:
        """Nodes × leaves: 1 where the leaf is summed into the node (or is it)."""
        matrix = np.zeros((len(self.parent), self.leaves))
        for leaf, path in enumerate(self.paths):
            matrix[path, leaf] = 1
        return matrix

    @cached_property
    def _moving(self) -> dict[tuple[int, int], list[int]]:
        return {}

    def find_moving(self, leaf: int, partner: int) -> list[int]:
        """The nodes whose sum changes if the leaf gains what its partner loses: no common ancestor."""
        if (leaf, partner) not in self._moving:
            own = self.paths[leaf]
            both = own if partner == NO_PARTNER else sorted(set(own) ^ set(self.paths[partner]))
            self._moving[leaf, partner] = both
        return self._moving[leaf, partner]

    @cached_property
    def costs(self) -> Floats:
        """Leaves × (leaves, then none): the cells summed by the nodes that move with the pair."""
        cells = self.membership.sum(axis=1)
        shared = (self.membership.T * cells) @ self.membership  # by the nodes that move with neither
        own = np.diagonal(shared)
        return np.column_stack([own[:, None] + own - 2 * shared, own])


def build_axis(leaves: int, *levels: Sequence[int], total: bool = True) -> Axis:
    """An axis whose leaves are summed by levels, the finest first, and into a total if there is one.

    A level gives for each node of the level below (first: each leaf) the number of its group, 0 … n−1.
    Without level and total the leaves stand beside each other and nothing is summed.
    """
    parent: list[int] = []
    below = leaves
    for level in levels:
        if len(level) != below:
            raise ValueError(f"Expected one group for each of the {below} nodes below, got {len(level)}.")
        first = len(parent) + below
        parent += [first + group for group in level]
        below = max(level, default=-1) + 1
    parent += [len(parent) + below if total else -1] * below + [-1] * total
    return Axis(tuple(parent), leaves)


def extend_table(values: Floats, axes: Sequence[Axis]) -> Floats:
    """The table with all its sums: the leaves along each axis first, then the nodes above them."""
    extended = np.asarray(values, dtype=np.float64)
    for position, axis in enumerate(axes):
        summed = np.tensordot(axis.membership, extended, axes=(1, position))
        extended = np.moveaxis(summed, 0, position)
    return extended


def suppress_table(
    values: Floats,
    axes: Sequence[Axis],
    *,
    threshold: float,
    protection: float,
    checked: Bools | None = None,
    sensitive: Bools | None = None,
    parts: Floats | None = None,
    earlier: Bools | None = None,
) -> Bools:
    """Which cells of the table and of its sums (shape of ``extend_table``) are published as "." .

    ``values``: counts of the leaves, ≥ 0. A cell above 0 and below ``threshold`` is sensitive where
    ``checked`` says so (default everywhere; an extended mask), and so is what ``sensitive`` names, for
    instance dominated cells. ``parts`` (values.shape × K) split every count; the parts of a cell are
    published and left out together with it. ``earlier`` (an extended mask) is what an older publication of
    the same counts left out: it stays left out, or the two side by side would give it away.
    Whoever knows all that is published and that no count is negative can pin no cell left out closer than
    ``protection``. Zeros are published: they speak of nobody.
    Raises ValueError for a negative or unknown count, or axes that do not fit the table.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.shape != tuple(axis.leaves for axis in axes):
        raise ValueError(f"The axes have {[axis.leaves for axis in axes]} leaves, the table {values.shape}.")
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError("Counts must be known and not negative.")
    extended = extend_table(values, axes)
    wanted = (extended > 0) & (extended < threshold)
    if checked is not None:
        wanted &= checked
    if sensitive is not None:
        wanted |= sensitive & (extended > 0)
    worth = extend_table(np.ones(values.shape), axes) * (1 + np.log1p(extended))
    if earlier is not None:
        wanted |= earlier & (extended > 0)
        worth = np.where(earlier, 0.0, worth)
    able = values[..., None] if parts is None else np.asarray(parts, dtype=np.float64)
    is_hidden = np.zeros(extended.shape, dtype=bool)
    is_free = np.zeros_like(is_hidden) if earlier is None else earlier.copy()
    search = _Search(values, able, tuple(axes), worth, is_hidden, is_free, protection)
    for node in _order_nodes(wanted, extended):
        if not is_hidden[node]:
            inside = np.ix_(*search.find_box(node))
            is_hidden[inside] = is_free[inside] = True
    return is_hidden


def _order_nodes(wanted: Bools, extended: Floats) -> list[tuple[int, ...]]:
    """Sensitive nodes, sums before their parts, the larger first: boxes of sums serve their parts too."""
    nodes = np.argwhere(wanted)
    order = np.lexsort((-extended[wanted], -nodes.sum(axis=1)))
    return [tuple(node) for node in nodes[order].tolist()]


@dataclass(frozen=True)
class _Search:
    """The search for the cheapest box around a node."""

    values: Floats
    able: Floats  # values.shape × K: what a cell can give, part by part; all corners move the same of each
    axes: tuple[Axis, ...]
    worth: Floats  # of every node if it is published: the cells that it sums, weighed by its count
    is_hidden: Bools
    is_free: Bools  # hidden, or to be hidden anyway
    protection: float

    def find_box(self, node: tuple[int, ...]) -> list[list[int]]:
        """The nodes along each axis whose product is left out together with ``node``.

        A box without any partner reaches up to the roots on every axis. It always protects, for its sums can
        be any larger; so there is always a box.
        """
        best: tuple[float, list[list[int]]] | None = None
        for leaf in self._choose_leaves(node):
            found = self._find_cheapest(node, leaf)
            if best is None or found[0] < best[0]:
                best = found
            if best[0] <= self.worth[node]:  # every box holds the node itself: none is cheaper
                break
        assert best is not None, "a sensitive node is above zero, so it has a leaf above zero"
        return best[1]

    def _choose_leaves(self, node: tuple[int, ...]) -> list[tuple[int, ...]]:
        """A few leaves under the node: its largest, and the largest of those already left out."""
        inside = np.ix_(
            *(np.flatnonzero(axis.membership[k]) for axis, k in zip(self.axes, node, strict=True))
        )
        leaves = list(product(*(part.ravel().tolist() for part in inside)))
        counts = self.values[inside].ravel()
        hidden_counts = np.where(self.is_hidden[inside].ravel(), counts, 0)
        chosen = {int(np.argmax(hidden_counts)), *np.argsort(-counts, kind="stable")[:LEAVES].tolist()}
        return [leaves[index] for index in sorted(chosen) if counts[index] > 0]

    def _find_cheapest(self, node: tuple[int, ...], leaf: tuple[int, ...]) -> tuple[float, list[list[int]]]:
        """The cheapest of the boxes that protect: for every choice of axes the most promising partners."""
        best = self._price(leaf, [NO_PARTNER] * len(leaf))  # always protects: its sums can be any larger
        for with_partner in product((False, True), repeat=len(leaf)):
            if best[0] <= self.worth[node]:
                break
            for partners in self._list_promising(node, leaf, with_partner):
                price = self._price(leaf, partners)
                if price[0] < best[0]:
                    best = price
        return best

    def _list_promising(
        self, node: tuple[int, ...], leaf: tuple[int, ...], with_partner: tuple[bool, ...]
    ) -> list[list[int]]:
        """Partners on the named axes whose boxes protect, the cheapest at first sight first.

        All combinations at once: an open grid over the options of each axis.
        """
        options = [
            self._list_partners(position, node[position]) if has else np.array([NO_PARTNER])
            for position, (axis, has) in enumerate(zip(self.axes, with_partner, strict=True))
        ]
        if not any(with_partner) or not all(len(option) for option in options):
            return []
        shape = tuple(map(len, options))
        given = np.full((*shape, self.able.shape[-1]), np.inf)
        is_open, hidden = np.ones(shape, dtype=bool), np.zeros(shape)
        for corner in product(*((False, True) if has else (False,) for has in with_partner)):
            ends = [
                option if far else np.array([end])
                for option, far, end in zip(options, corner, leaf, strict=True)
            ]
            place = np.ix_(*ends)
            is_open &= self.values[place] > 0
            hidden += self.is_free[place]
            if sum(corner) % 2:
                given = np.minimum(given, self.able[place])
        is_open &= given.sum(axis=-1) >= self.protection
        found = np.argwhere(is_open)
        costs = [axis.costs[end][option] for axis, end, option in zip(self.axes, leaf, options, strict=True)]
        guess = (1.05 - hidden[is_open] / 2 ** sum(with_partner)) * np.prod(
            [cost[index] for cost, index in zip(costs, found.T, strict=True)], axis=0
        )
        best = found[np.argsort(guess, kind="stable")[:PRICED]]
        return [[int(option[k]) for option, k in zip(options, row, strict=True)] for row in best]

    def _list_partners(self, position: int, node: int) -> Ints:
        """Leaves outside the node; of very many those with the largest counts and with the most left out."""
        axis = self.axes[position]
        others = np.flatnonzero(axis.membership[node] == 0)
        if len(others) <= 2 * PARTNERS:
            return others
        rest = tuple(k for k in range(len(self.axes)) if k != position)
        is_left_out = self.is_free[tuple(slice(each.leaves) for each in self.axes)].sum(axis=rest)
        largest = np.argsort(-self._sizes[position][others], kind="stable")[:PARTNERS]
        left_out = np.argsort(-is_left_out[others], kind="stable")[:PARTNERS]
        return others[np.union1d(largest, left_out)]

    @cached_property
    def _sizes(self) -> list[Floats]:
        """Per axis and leaf: the sum over all other axes."""
        every = range(len(self.axes))
        return [self.values.sum(axis=tuple(k for k in every if k != position)) for position in every]

    def _price(self, leaf: tuple[int, ...], partners: Sequence[int]) -> tuple[float, list[list[int]]]:
        """What a box newly leaves out, and the box."""
        box = [
            axis.find_moving(end, partner)
            for axis, end, partner in zip(self.axes, leaf, partners, strict=True)
        ]
        inside = np.ix_(*box)
        return float(self.worth[inside][~self.is_hidden[inside]].sum()), box


def suppress_row(values: Floats, *, threshold: float, protection: float) -> Bools:
    """What ``suppress_table`` leaves out of counts and their sum (last), in one pass: for very long rows.

    ``values``: n counts ≥ 0; returns n + 1. The first sensitive count takes a partner with it or, where no
    count is large enough, the sum; either protects all the others too.
    """
    values = np.asarray(values, dtype=np.float64)
    extended = np.append(values, values.sum())
    is_hidden = (extended > 0) & (extended < threshold)
    sensitive = np.flatnonzero(is_hidden)
    if not len(sensitive) or is_hidden[-1]:
        is_hidden[int(np.argmax(values))] = len(sensitive) > 0
        return is_hidden
    able = np.flatnonzero(values >= protection)
    first = sensitive[np.lexsort((-values[sensitive], -sensitive))[0]]
    able = able[able != first][:PRICED]
    is_hidden[able[np.argmin(values[able])] if len(able) else -1] = True
    return is_hidden


def find_dominated(contributions: Floats, *, percent: float) -> Bools:
    """Cells (first axis) that one contributor (second axis) dominates: the p% rule.

    The second largest could estimate the largest contribution to within ``percent`` of it: all others
    together are less than that. Source: Hundepool et al. 2012, Statistical Disclosure Control, 4.2.
    """
    ordered = -np.sort(-np.pad(np.asarray(contributions, dtype=np.float64), ((0, 0), (0, 2))), axis=1)
    largest, rest = ordered[:, 0], ordered[:, 2:].sum(axis=1)
    return np.asarray((largest > 0) & (rest < percent / 100 * largest))


def publish_counts(extended: Floats, is_hidden: Bools, *, round_to: float | None = None) -> Texts:
    """The counts as published: "." where left out, else the number, if wished to the next multiple.

    Rounded counts no longer add up exactly. Rounding alone protects nobody: it comes on top of suppression.
    """
    shown = extended if round_to is None else np.rint(extended / round_to) * round_to
    return np.where(is_hidden, DOT, shown.astype(object))


def publish_shares(parts: Texts, wholes: Texts, *, smallest_whole: float) -> Texts:
    """Shares 0..1 of published counts; "." where either is left out or the whole is too small for a share.

    A share of a hidden part of a known whole would give the part away. A whole of zero has no share: None.
    """

    def divide(part: object, whole: object) -> object:
        if DOT in (part, whole):
            return DOT
        assert isinstance(part, int | float)
        assert isinstance(whole, int | float)
        if whole == 0:
            return None
        return DOT if whole < smallest_whole else part / whole

    pairs: Iterable[tuple[object, object]] = zip(parts.ravel(), wholes.ravel(), strict=True)
    shares = np.empty(parts.size, dtype=object)
    shares[:] = [divide(part, whole) for part, whole in pairs]
    return shares.reshape(parts.shape)
