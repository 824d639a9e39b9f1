"""A maximum cover while it shrinks: what is left to choose, and the best choice so far (plan/cover.py)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.cover_proof import IN, OUT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
States = NDArray[np.int8]
Table = tuple[Ints, NDArray[np.int32], Ints, NDArray[np.int32], Floats]
MOST_WORK_ON_DOMINANCE = 5e9  # multiplications
PROVEN_WITHIN = 1e-7  # relative, for weights that are not whole
ROUNDING = 1e-11  # relative error that sums of double precision may have


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

    def reduce(self, state: States, price: Floats) -> Kernel:
        """The same without settled sites; rows that the remaining sites cannot tell apart become one."""
        is_done = self.covers[:, state == IN].any(axis=1)
        keep = np.flatnonzero((state != IN) & (state != OUT))
        count = self.count - int((state == IN).sum())
        keep = keep[~_mark_dominated(self.covers[~is_done][:, keep], count)]
        covers, weight, price = join_equal_rows(
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


def join_equal_rows(covers: Bools, weight: Floats, price: Floats) -> tuple[Bools, Floats, Floats]:
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
