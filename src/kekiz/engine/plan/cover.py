"""The maximum cover: where p sites reach most children, proven best (Church & ReVelle 1974)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.cover import bound_by_prices, choose_greedily
from kekiz.engine.plan.solver import Problem01, solve_01

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
PRICE_ROUNDS = 1500
SHAKES = 150
PROVEN_WITHIN = 1e-7  # relative; nearer than any weight in children can tell


@dataclass(frozen=True)
class Cover:
    """The chosen sites, what they cover, and the proven upper bound of what any p sites could cover."""

    sites: Ints  # positions, rising
    covered: float
    bound: float

    @property
    def is_proven(self) -> bool:
        """True where no other choice covers more."""
        return self.bound - self.covered <= PROVEN_WITHIN * max(self.covered, 1.0)


def max_cover(covers: NDArray[np.bool_], weights: Floats, p: int, *, time_limit_s: float = 60.0) -> Cover:
    """Choose p sites so that the weight of the places within reach of at least one is largest.

    ``covers``: places × sites, True where the site reaches the place (e.g. ``distance_m <= 5000``);
    ``weights``: per place, >= 0 (children); ``p``: how many sites, 0 … sites.
    Exact: greedy with exchange gives a start, Lagrangian prices an upper bound; sites that cannot belong to a
    better choice are fixed; HiGHS settles the rest. Raises ValueError for shapes or figures that do not fit.
    Source: Church & ReVelle 1974, The maximal covering location problem; fixing after Geoffrion 1974.
    """
    covers, weights = np.asarray(covers, dtype=bool), np.asarray(weights, dtype=np.float64)
    _check(covers, weights, p)
    kept, weight = _join_equal_rows(covers, weights)
    sites = covers.shape[1]
    if p == 0 or not len(weight):
        return Cover(np.arange(p), 0.0, 0.0)
    rows, columns = _index(kept), _index(kept.T)
    chosen = choose_greedily(*rows, *columns, weight, p, SHAKES)
    value = float(weight[kept[:, chosen].any(axis=1)].sum())
    bound, _, total = bound_by_prices(*rows, weight, p, sites, value, PRICE_ROUNDS)
    if bound - value <= PROVEN_WITHIN * max(value, 1.0):
        return Cover(np.flatnonzero(chosen), value, max(bound, value))
    is_in, is_out = _fix_sites(total, bound, value, p)
    return _settle_rest(kept, weight, p, chosen, is_in, is_out, time_limit_s)


def _check(covers: Bools, weights: Floats, p: int) -> None:
    if covers.ndim != 2 or weights.shape != (covers.shape[0],):
        raise ValueError(
            f"covers is {covers.shape}, weights is {weights.shape}: expected places × sites, places"
        )
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("weights must be finite and not negative")
    if not 0 <= p <= covers.shape[1]:
        raise ValueError(f"p is {p}: expected 0 to {covers.shape[1]}, the number of sites")


def _join_equal_rows(covers: Bools, weights: Floats) -> tuple[Bools, Floats]:
    """Places that the same sites reach as one, their weights added; places that nothing reaches left out."""
    useful = covers.any(axis=1) & (weights > 0)
    if not useful.any():
        return covers[:0], weights[:0]
    packed = np.packbits(covers[useful], axis=1)
    as_text = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, index = np.unique(as_text, return_index=True, return_inverse=True)
    return covers[useful][first], np.bincount(index, weights=weights[useful]).astype(np.float64)


def _index(table: Bools) -> tuple[Ints, Ints]:
    """The True columns of every row (CSR)."""
    start = np.concatenate([[0], np.cumsum(table.sum(axis=1))]).astype(np.int64)
    return start, np.nonzero(table)[1].astype(np.int64)


def _fix_sites(total: Floats, bound: float, value: float, p: int) -> tuple[Bools, Bools]:
    """Sites that every choice better than ``value`` contains, and sites that none does.

    Putting in a site outside the p best prices lowers the bound by the distance to the last one inside.
    """
    order = np.argsort(-total, kind="stable")
    inside = np.zeros(len(total), dtype=bool)
    inside[order[:p]] = True
    last = total[order[p - 1]]
    following = total[order[p]] if p < len(total) else -np.inf
    room = bound - value + PROVEN_WITHIN * max(value, 1.0)
    return inside & (total - following > room), ~inside & (last - total > room)


def _settle_rest(
    covers: Bools, weight: Floats, p: int, start: Bools, is_in: Bools, is_out: Bools, time_limit_s: float
) -> Cover:
    """Solve what fixing left over as a 0-1 programme; better choices than ``start`` lie in it alone."""
    done = covers[:, is_in].any(axis=1)
    base = float(weight[done].sum())
    open_sites = np.flatnonzero(~is_in & ~is_out)
    rows, row_weight = _join_equal_rows(covers[~done][:, open_sites], weight[~done])
    count, places = len(open_sites), len(row_weight)
    value = float(weight[covers[:, start].any(axis=1)].sum())
    at, site = np.nonzero(rows)
    # z_i - sum of its sites <= 0 for each place, and the number of sites; z stays between 0 and 1 by itself
    problem = Problem01(
        gain=np.concatenate([np.zeros(count), row_weight]),
        upper=np.ones(count + places),
        is_whole=np.arange(count + places) < count,
        row=np.concatenate([at, np.arange(places), np.full(count, places)]),
        column=np.concatenate([site, count + np.arange(places), np.arange(count)]),
        value=np.concatenate([-np.ones(len(at)), np.ones(places), np.ones(count)]),
        most=np.concatenate([np.zeros(places), [float(p - is_in.sum())]]),
    )
    begun = np.concatenate([start[open_sites], rows[:, start[open_sites]].any(axis=1)]).astype(np.float64)
    solved = solve_01(problem, gap=0.0, time_limit_s=time_limit_s, start=begun)
    bound = max(base + solved.bound, value)
    best = is_in.copy()
    best[open_sites[solved.values[:count] > 0.5]] = True
    best[np.flatnonzero(~best)[: p - int(best.sum())]] = True  # a site that adds nothing may be left over
    covered = float(weight[covers[:, best].any(axis=1)].sum())
    if covered < value:
        best, covered = start, value
    return Cover(np.flatnonzero(best), covered, max(bound, covered))
