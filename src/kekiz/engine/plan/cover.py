"""The maximum cover: where p sites reach most children, proven best (Church & ReVelle 1974)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kekiz.engine.kernels.cover import choose_greedily
from kekiz.engine.kernels.cover_proof import (
    ROOT_PACE,
    draw_choices,
    lower_bound_by_prices,
    settle_sites,
    try_leaf,
)
from kekiz.engine.plan.cover_branches import Branches
from kekiz.engine.plan.cover_kernel import (
    PROVEN_WITHIN,
    Bools,
    Floats,
    Incumbent,
    Ints,
    Kernel,
    join_equal_rows,
)

TRIES = 100  # choices drawn by the mean of the prices' choices
MORE_TRIES = 2000  # once, before a long search
WORTH_REDUCING = 0.9  # share of the sites that may still be free for a smaller kernel to be worth building
MOST_BRANCHES = 1000  # some tens of seconds with 100,000 pairs


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


def max_cover(covers: Bools, weights: Floats, p: int, *, most_branches: int = MOST_BRANCHES) -> Cover:
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
    rows, weight, _ = join_equal_rows(covers, weights, weights)
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
    bound, is_long = np.inf, False
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
            return _close(known, bound)
        least = known.value + known.room - kernel.base
        free, open_left = settle_sites(kernel.count, state, total, lowest, least)
        if open_left <= 0 or open_left >= free:  # one choice left, or none
            value = try_leaf(table, state, open_left > 0, best, known.value - kernel.base)
            if 0 <= open_left <= free:
                known.take(kernel, best, value)
            return _close(known, known.value)
        if free <= WORTH_REDUCING * len(kernel.sites):
            kernel = kernel.reduce(state, price)
            continue
        branches = Branches(kernel, known, state, price, (bound - kernel.base, mean, total))
        before, most_branches = known.value, branches.search_first(known, most_branches)
        if branches.stack and most_branches and known.value == before and not is_long:
            is_long, best = True, np.isin(kernel.sites, known.sites)
            value = draw_choices(
                table, kernel.count, state, mean, best, value, MORE_TRIES, len(kernel.sites) + 1
            )
            known.take(kernel, best, value)
        if branches.stack and most_branches and known.value > before:
            kernel = replace(kernel, price=price)  # a better choice settles more sites: from the start
            continue
        branches.search(known, most_branches)
        return _close(known, min(bound, branches.bound(known)))


def _close(known: Incumbent, bound: float) -> Cover:
    """The outcome; whole weights make the bound whole."""
    bound = max(bound, known.value)
    if bound < known.value + known.room:
        bound = known.value if known.is_whole else bound
    elif known.is_whole:
        bound = float(np.floor(bound + known.slack))
    return Cover(known.sites, known.value, bound, known.branches)


def _check(covers: Bools, weights: Floats, p: int) -> None:
    if covers.ndim != 2 or weights.shape != (covers.shape[0],):
        raise ValueError(
            f"covers is {covers.shape}, weights is {weights.shape}: expected places × sites, places"
        )
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("weights must be finite and not negative")
    if not 0 <= p <= covers.shape[1]:
        raise ValueError(f"p is {p}: expected 0 to {covers.shape[1]}, the number of sites")
