"""The maximum cover: where p sites reach most children, proven best (Church & ReVelle 1974)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.cover import choose_greedily
from kekiz.engine.kernels.cover_proof import (
    BRANCH_PACE,
    IN,
    OUT,
    ROOT_PACE,
    choose_split,
    draw_choices,
    lower_bound_by_prices,
    search_proof,
    settle_sites,
    try_leaf,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Table = tuple[Ints, NDArray[np.int32], Ints, NDArray[np.int32], Floats]
TRIES = 20  # choices drawn by the mean of the prices' choices
WORTH_REDUCING = 0.9  # share of the sites that may still be free for a smaller kernel to be worth building
MOST_WORK_ON_DOMINANCE = 5e9  # multiplications
FIRST_BRANCHES, FEW_BRANCHES = (
    40,
    4,
)  # a better choice among the first: sites are settled anew; looked at every few
MOST_BRANCHES = 1000  # some tens of seconds with 100,000 pairs
PROVEN_WITHIN = 1e-7  # relative, for weights that are not whole
ROUNDING = 1e-11  # relative error that sums of double precision may have


@dataclass(frozen=True)
class Cover:
    """The chosen sites, what they cover, the proven upper bound of what any p sites could cover."""

    sites: Ints  # positions, rising
    covered: float
    bound: float
    branches: int = 0  # of the search, split in two

    @property
    def is_proven(self) -> bool:
        """True where no other choice covers more (weights that are not whole: more by 1e-7 of it)."""
        return self.bound - self.covered <= min(PROVEN_WITHIN * max(self.covered, 1.0), 0.5)


@dataclass(frozen=True)
class Kernel:
    """What is left to choose: ``count`` of the ``sites``; ``opened`` are settled and cover ``base``."""

    covers: Bools  # rows × sites
    weight: Floats
    price: Floats
    sites: Ints  # positions in the whole problem
    opened: Ints
    base: float
    count: int

    def index(self) -> Table:
        """The table of kernels/cover.py."""
        row_start, row_site = _index(self.covers)
        site_start, site_row = _index(self.covers.T)
        return row_start, row_site, site_start, site_row, self.weight

    def reduce(self, state: NDArray[np.int8], price: Floats) -> Kernel:
        """The same without settled sites; rows that the remaining sites cannot tell apart become one."""
        is_done = self.covers[:, state == IN].any(axis=1)
        keep = np.flatnonzero((state != IN) & (state != OUT))
        count = self.count - int((state == IN).sum())
        keep = keep[~_mark_dominated(self.covers[~is_done][:, keep], count)]
        covers, weight, price = _join_equal_rows(
            self.covers[~is_done][:, keep], self.weight[~is_done], price[~is_done]
        )
        opened = np.concatenate([self.opened, self.sites[state == IN]])
        base = self.base + float(self.weight[is_done].sum())
        return Kernel(covers, weight, price, self.sites[keep], opened, base, count)


class Incumbent:
    """The best choice so far, and from where on another one is worth finding."""

    def __init__(self, weights: Floats) -> None:
        self.sites = np.zeros(0, np.int64)
        self.value = -1.0
        self.branches = 0  # split so far
        self.is_whole = bool((weights == np.floor(weights)).all()) and weights.sum() < 1e10
        self.slack = ROUNDING * float(weights.sum())

    @property
    def room(self) -> float:
        """Whole weights: a better choice covers at least one more, less what sums may be off."""
        return 1.0 - self.slack if self.is_whole else 0.5 * PROVEN_WITHIN * max(self.value, 1.0)

    def take(self, kernel: Kernel, best: Bools, value: float) -> None:
        """Remember a choice of the kernel if it covers more, and not only by rounding."""
        if kernel.base + value > self.value + self.slack:
            self.value = kernel.base + value
            self.sites = np.sort(np.concatenate([kernel.opened, kernel.sites[best]]))

    def close(self, bound: float) -> Cover:
        """The outcome; whole weights make the bound whole."""
        bound = max(bound, self.value)
        if bound < self.value + self.room:
            bound = self.value if self.is_whole else bound
        elif self.is_whole:
            bound = float(np.floor(bound + self.slack))
        return Cover(self.sites, self.value, bound, self.branches)


def max_cover(
    covers: NDArray[np.bool_], weights: Floats, p: int, *, most_branches: int = MOST_BRANCHES
) -> Cover:
    """Choose p sites so that the weight of the places within reach of at least one is largest.

    ``covers``: places × sites, True where the site reaches the place (e.g. ``distance_m <= 5000``);
    ``weights``: per place, >= 0 (children); ``p``: how many sites, 0 … sites.
    Exact: prices give an upper bound and, improved by exchange, good choices; sites that a better choice must
    or cannot contain are settled and the problem shrinks; what is left is searched branch by branch. After
    ``most_branches`` the best choice and the bound proven by then are returned (the same everywhere).
    Raises ValueError for shapes or figures that do not fit. Source: Church & ReVelle 1974, The maximal
    covering location problem; Galvão & ReVelle 1996, A Lagrangean heuristic for the maximal covering
    location problem; Barahona & Anbil 2000, The volume algorithm; settling sites after Geoffrion 1974.
    """
    covers, weights = np.asarray(covers, dtype=bool), np.asarray(weights, dtype=np.float64)
    _check(covers, weights, p)
    rows, weight, _ = _join_equal_rows(covers, weights, weights)
    if p == 0 or not len(weight):
        return Cover(np.arange(p), 0.0, 0.0)
    price = weight / rows.sum(axis=1)
    kernel = Kernel(rows, weight, price, np.arange(covers.shape[1]), np.zeros(0, np.int64), 0.0, p)
    kernel = kernel.reduce(np.zeros(covers.shape[1], np.int8), price)
    known = Incumbent(weight)
    best = choose_greedily(kernel.index(), p)
    known.take(kernel, best, float(kernel.weight[kernel.covers[:, best].any(axis=1)].sum()))
    return _shrink_and_search(kernel, known, most_branches)


def _shrink_and_search(kernel: Kernel, known: Incumbent, most_branches: int) -> Cover:
    """Bound, settle, reduce, as long as that makes the kernel clearly smaller; then search it."""
    bound = np.inf
    while True:
        table, value = kernel.index(), known.value - kernel.base
        state, best = np.zeros(len(kernel.sites), np.int8), np.zeros(len(kernel.sites), np.bool_)
        price = kernel.price.copy()
        lowest, total, mean, value = lower_bound_by_prices(
            table, kernel.count, state, price, best, value, known.room, ROOT_PACE
        )
        known.take(kernel, best, value)
        best = np.isin(kernel.sites, known.sites)
        value = draw_choices(table, kernel.count, state, mean, best, value, TRIES, len(kernel.sites))
        known.take(kernel, best, value)
        bound = min(bound, kernel.base + min(lowest, float(kernel.weight.sum())))
        if bound < known.value + known.room:
            return known.close(bound)
        least = known.value + known.room - kernel.base
        free, open_left = settle_sites(kernel.count, state, total, lowest, least)
        if open_left <= 0 or open_left >= free:  # one choice left, or none
            value = try_leaf(table, state, open_left > 0, best, known.value - kernel.base)
            if 0 <= open_left <= free:
                known.take(kernel, best, value)
            return known.close(known.value)
        if free <= WORTH_REDUCING * len(kernel.sites):
            kernel = kernel.reduce(state, price)
            continue
        branches = Branches(kernel, known, state, price, (bound - kernel.base, mean, total))
        before, most_branches = known.value, branches.search_first(known, most_branches)
        if known.value > before and branches.size and most_branches:
            kernel = replace(kernel, price=price)  # a better choice settles more sites: from the start
            continue
        branches.search(known, most_branches)
        return known.close(min(bound, branches.bound(known)))


class Branches:
    """The branches of a kernel that are not settled yet, as a stack."""

    def __init__(
        self,
        kernel: Kernel,
        known: Incumbent,
        state: NDArray[np.int8],
        price: Floats,
        root: tuple[float, Floats, Floats],
    ) -> None:
        self.kernel, self.table, self.size = kernel, kernel.index(), 1
        depth = len(kernel.sites) + 2
        self.states, self.prices = np.zeros((depth, len(state)), np.int8), np.zeros((depth, len(price)))
        self.bounds, self.splits = np.zeros(depth), np.zeros(depth, np.int64)  # memory is taken as written
        bound, mean, total = root
        self.states[0], self.prices[0], self.bounds[0] = state, price, bound
        self.splits[0] = choose_split(
            self.table, kernel.count, state, price, mean, total, bound, known.value - kernel.base, known.room
        )

    def search_first(self, known: Incumbent, most_branches: int) -> int:
        """Split the first ones, up to a better choice; returns how many may still be split after that."""
        before, rest = known.value, most_branches
        while self.size and known.value == before and most_branches - rest < FIRST_BRANCHES and rest:
            step = min(FEW_BRANCHES, rest)
            self.search(known, step)
            rest -= step
        return rest

    def search(self, known: Incumbent, most_branches: int) -> None:
        """Split up to ``most_branches``; better choices become known."""
        best = np.zeros(len(self.kernel.sites), np.bool_)
        nodes = (self.states, self.prices, self.bounds, self.splits)
        self.size, value, split_up = search_proof(
            self.table,
            self.kernel.count,
            best,
            known.value - self.kernel.base,
            known.room,
            nodes,
            self.size,
            most_branches,
            BRANCH_PACE,
        )
        known.take(self.kernel, best, value)
        known.branches += split_up

    def bound(self, known: Incumbent) -> float:
        """What none of the branches left can exceed."""
        return float(self.bounds[: self.size].max()) + self.kernel.base if self.size else known.value


def _check(covers: Bools, weights: Floats, p: int) -> None:
    if covers.ndim != 2 or weights.shape != (covers.shape[0],):
        raise ValueError(
            f"covers is {covers.shape}, weights is {weights.shape}: expected places × sites, places"
        )
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("weights must be finite and not negative")
    if not 0 <= p <= covers.shape[1]:
        raise ValueError(f"p is {p}: expected 0 to {covers.shape[1]}, the number of sites")


def _join_equal_rows(covers: Bools, weight: Floats, price: Floats) -> tuple[Bools, Floats, Floats]:
    """Places that the same sites reach as one, weights and prices added; those nothing reaches left out."""
    useful = covers.any(axis=1) & (weight > 0)
    if not useful.any():
        return covers[:0], weight[:0], price[:0]
    packed = np.packbits(covers[useful], axis=1)
    as_text = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, index = np.unique(as_text, return_index=True, return_inverse=True)
    weight, price = (np.bincount(index, weights=of[useful]).astype(np.float64) for of in (weight, price))
    return covers[useful][first], weight, price


def _mark_dominated(covers: Bools, count: int) -> Bools:
    """Sites whose rows another site covers too: a best choice does without them if enough are left.

    It may take the other site instead or, having that already, any site. Of equal sites the first one stays.
    """
    rows, sites = covers.shape
    if rows * sites**2 > MOST_WORK_ON_DOMINANCE:
        return np.zeros(sites, dtype=bool)
    number = covers.astype(np.float32)
    size = number.sum(axis=0)
    holds_all = number.T @ number >= size[:, None]  # [j, k]: k covers all that j covers
    comes_first = (size[None, :] > size[:, None]) | (np.arange(sites)[None, :] < np.arange(sites)[:, None])
    is_dominated = np.asarray((holds_all & comes_first).any(axis=1))
    return is_dominated if sites - is_dominated.sum() >= count else np.zeros(sites, dtype=bool)


def _index(table: Bools) -> tuple[Ints, NDArray[np.int32]]:
    """The True columns of every row (CSR)."""
    start = np.concatenate([[0], np.cumsum(table.sum(axis=1))]).astype(np.int64)
    return start, np.nonzero(table)[1].astype(np.int32)
