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

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.suppression import NO_NODE, PRICED, Layout, hide_boxes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

DOT = "."


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
    if values.size:
        cells = (values.ravel(), np.ascontiguousarray(able).reshape(values.size, -1))
        nodes = (
            worth.ravel(),
            is_hidden.ravel(),
            np.zeros(is_hidden.size, bool) if earlier is None else earlier.ravel().copy(),
        )
        hide_boxes(cells, nodes, _lay_out(values, axes), _order_nodes(wanted, extended), protection)
    return is_hidden


def _order_nodes(wanted: Bools, extended: Floats) -> Ints:
    """Sensitive nodes, sums before their parts, the larger first: boxes of sums serve their parts too."""
    nodes = np.argwhere(wanted)
    return np.ascontiguousarray(nodes[np.lexsort((-extended[wanted], -nodes.sum(axis=1)))])


def _lay_out(values: Floats, axes: Sequence[Axis]) -> Layout:
    """The axes as arrays for the compiled search, each padded to the longest."""
    leaves = np.array([axis.leaves for axis in axes], dtype=np.int64)
    count = np.array([len(axis.parent) for axis in axes], dtype=np.int64)
    depth = max(len(path) for axis in axes for path in axis.paths)
    paths = np.full((len(axes), leaves.max(), depth), NO_NODE, dtype=np.int64)
    members = np.zeros((len(axes), count.max(), leaves.max()), dtype=bool)
    costs = np.zeros((len(axes), leaves.max(), leaves.max() + 1))
    largest = np.zeros((len(axes), leaves.max()), dtype=np.int64)
    for number, axis in enumerate(axes):
        for leaf, path in enumerate(axis.paths):
            paths[number, leaf, : len(path)] = path
        members[number, : count[number], : axis.leaves] = axis.membership > 0
        costs[number, : axis.leaves, : axis.leaves] = axis.costs[:, :-1]
        costs[number, : axis.leaves, -1] = axis.costs[:, -1]
        others = tuple(k for k in range(len(axes)) if k != number)
        largest[number, : axis.leaves] = np.argsort(-values.sum(axis=others), kind="stable")
    return leaves, count, paths, members, costs, largest


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
