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
LEAVES, PARTNERS = 3, 4  # tried per node, and per axis
NO_PARTNER = -1


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
) -> Bools:
    """Which cells of the table and of its sums (shape of ``extend_table``) are published as "." .

    ``values``: counts of the leaves, ≥ 0. A cell above 0 and below ``threshold`` is sensitive where
    ``checked`` says so (default everywhere; an extended mask), and so is what ``sensitive`` names, for
    instance dominated cells. Whoever knows all that is published and that no count is negative can pin no
    cell left out closer than ``protection``. Zeros are published: they speak of nobody.
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
    worth = extended * extend_table(np.ones(values.shape), axes) + 1
    search = _Search(values, tuple(axes), worth, np.zeros(extended.shape, dtype=bool), protection)
    for node in _order_nodes(wanted, extended):
        if not search.is_hidden[node]:
            search.is_hidden[np.ix_(*search.find_box(node))] = True
    return search.is_hidden


def _order_nodes(wanted: Bools, extended: Floats) -> list[tuple[int, ...]]:
    """Sensitive nodes, sums before their parts, the larger first: boxes of sums serve their parts too."""
    nodes = np.argwhere(wanted)
    order = np.lexsort((-extended[wanted], -nodes.sum(axis=1)))
    return [tuple(node) for node in nodes[order].tolist()]


@dataclass(frozen=True)
class _Search:
    """The search for the cheapest box around a node."""

    values: Floats
    axes: tuple[Axis, ...]
    worth: Floats  # of every node if it is published: its count times the cells that it sums
    is_hidden: Bools
    protection: float

    def find_box(self, node: tuple[int, ...]) -> list[list[int]]:
        """The nodes along each axis whose product is left out together with ``node``.

        A box without any partner reaches up to the roots on every axis. It always protects, for its sums can
        be any larger; so there is always a box.
        """
        best: tuple[float, list[list[int]]] | None = None
        for leaf in self._choose_leaves(node):
            found = self._descend(node, leaf)
            if best is None or found[0] < best[0]:
                best = found
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

    def _descend(self, node: tuple[int, ...], leaf: tuple[int, ...]) -> tuple[float, list[list[int]]]:
        """Improve the box axis by axis until no other partner makes it cheaper."""
        partners = [NO_PARTNER] * len(leaf)
        choices = [self._list_partners(node, leaf, position) for position in range(len(leaf))]
        best = self._price(leaf, partners)
        assert best is not None, "a box without partners always protects"
        is_better = True
        while is_better:
            is_better = False
            for position, options in enumerate(choices):
                for option in options:
                    tried = [*partners[:position], option, *partners[position + 1 :]]
                    price = self._price(leaf, tried)
                    if price is not None and price[0] < best[0]:
                        best, partners, is_better = price, tried, True
        return best

    def _list_partners(self, node: tuple[int, ...], leaf: tuple[int, ...], position: int) -> list[int]:
        """Leaves along an axis, outside the node, large enough to give what is needed; the cheapest first."""
        axis = self.axes[position]
        line = np.moveaxis(self.values, position, -1)[leaf[:position] + leaf[position + 1 :]]
        options = np.flatnonzero(
            (line >= self.protection) & (line > 0) & (axis.membership[node[position]] == 0)
        )
        prices = []
        for option in options.tolist():
            price = self._price(leaf, [option if k == position else NO_PARTNER for k in range(len(leaf))])
            if price is not None:
                prices.append((price[0], option))
        return [NO_PARTNER, *(option for _, option in sorted(prices)[:PARTNERS])]

    def _price(self, leaf: tuple[int, ...], partners: list[int]) -> tuple[float, list[list[int]]] | None:
        """What a box newly leaves out, and the box; None if it does not protect."""
        ends = [[a] if b == NO_PARTNER else [a, b] for a, b in zip(leaf, partners, strict=True)]
        corners = self.values[np.ix_(*ends)]
        gives = np.indices(corners.shape).sum(axis=0) % 2 == 1  # the corners that lose what the leaf gains
        if not (corners > 0).all() or (gives.any() and corners[gives].min() < self.protection):
            return None
        box = [_find_moving(axis, *pair) for axis, pair in zip(self.axes, ends, strict=True)]
        inside = np.ix_(*box)
        news = ~self.is_hidden[inside]
        return float(self.worth[inside][news].sum()), box


def _find_moving(axis: Axis, leaf: int, partner: int = NO_PARTNER) -> list[int]:
    """The nodes whose sum changes if the leaf gains what its partner loses: no common ancestor."""
    if partner == NO_PARTNER:
        return axis.paths[leaf]
    return sorted(set(axis.paths[leaf]) ^ set(axis.paths[partner]))


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
