"""Floating catchment areas: E2SFCA (with 2SFCA as its simplest case) and 3SFCA."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from kekiz.engine.access.costs import (
    Floats,
    Integers,
    Pairs,
    StraightLine,
    read_amounts,
    read_steps,
    require_places,
)


class Reach(Protocol):
    """Weighted sums over the pairs in reach, from one side to the other."""

    def sum_at_supply(self, demand_values: Floats, weights: Floats) -> Floats:
        """For each place of supply: sum of value x weight over the places of demand in reach."""

    def sum_at_demand(self, supply_values: Floats, weights: Floats) -> Floats:
        """For each place of demand: sum of value x weight over the places of supply in reach."""


def e2sfca(
    demand: ArrayLike, supply: ArrayLike, costs: Pairs | StraightLine, steps: Mapping[float, float]
) -> Floats:
    """Places per child at each place of demand, by the enhanced two-step floating catchment area method.

    ratio[j] = supply[j] / Σ_i demand[i]·w(i, j);  access[i] = Σ_j ratio[j]·w(i, j).

    demand: (m,) children, ≥ 0. supply: (n,) places, ≥ 0. steps: highest cost of each step -> weight up to it,
    both ≥ 0; a cost equal to a limit still belongs to its step, beyond the last limit the weight is 0.
    One step of weight 1 is the original 2SFCA.
    Returns (m,) float64, 0 where no supply is in reach. A place of supply in whose reach nobody lives has
    no ratio; it counts as 0. Hence Σ demand·access = the supply that has demand in reach.
    Raises ValueError if arrays, steps and costs do not fit.
    Source: Luo & Wang 2003 (2SFCA); Luo & Qi 2009 (E2SFCA).
    """
    children, places = read_amounts(demand, "demand"), read_amounts(supply, "supply")
    reach, weights = open_reach(children, places, costs, steps)
    ratio = divide_or_zero(places, reach.sum_at_supply(children, weights))
    return reach.sum_at_demand(ratio, weights)


def three_sfca(
    demand: ArrayLike, supply: ArrayLike, costs: Pairs | StraightLine, steps: Mapping[float, float]
) -> Floats:
    """Places per child at each place of demand, by the three-step floating catchment area method.

    A family chooses among the sites in reach: share[i, j] = w(i, j) / Σ_k w(i, k);
    ratio[j] = supply[j] / Σ_i demand[i]·share[i, j]·w(i, j);  access[i] = Σ_j ratio[j]·share[i, j]·w(i, j).

    Arguments, result and errors are those of `e2sfca`. A site without places (supply 0) still draws its share
    of the families; leave it out of the arrays if nobody would go there.
    Source: Wan, Zou & Sternberg 2012.
    """
    children, places = read_amounts(demand, "demand"), read_amounts(supply, "supply")
    reach, weights = open_reach(children, places, costs, steps)
    chosen_from = reach.sum_at_demand(np.ones(places.size), weights)
    # share x weight = weight squared / chosen_from, and chosen_from belongs to the place of demand alone
    squared = weights**2
    ratio = divide_or_zero(places, reach.sum_at_supply(divide_or_zero(children, chosen_from), squared))
    return divide_or_zero(reach.sum_at_demand(ratio, squared), chosen_from)


def open_reach(
    demand: Floats, supply: Floats, costs: Pairs | StraightLine, steps: Mapping[float, float]
) -> tuple[Reach, Floats]:
    """The reach that fits the kind of costs, and the weight of each step, after checking both."""
    limits, weights = read_steps(steps)
    require_places(costs, demand, supply)
    if isinstance(costs, Pairs):
        return PairReach(costs, limits, demand.size, supply.size), weights
    from kekiz.engine.access.straight_line import LineReach  # noqa: PLC0415 - Numba only where it is used

    return LineReach(costs, limits), weights


class PairReach:
    """Sums over listed pairs."""

    def __init__(self, pairs: Pairs, limits: Floats, demand_places: int, supply_places: int) -> None:
        self._pairs = pairs
        self._step = np.searchsorted(limits, pairs.cost, side="left")
        self._demand_places = demand_places
        self._supply_places = supply_places

    def sum_at_supply(self, demand_values: Floats, weights: Floats) -> Floats:
        """See `Reach`."""
        terms = demand_values[self._pairs.demand_index] * self._weigh(weights)
        return add_up(self._pairs.supply_index, terms, self._supply_places)

    def sum_at_demand(self, supply_values: Floats, weights: Floats) -> Floats:
        """See `Reach`."""
        terms = supply_values[self._pairs.supply_index] * self._weigh(weights)
        return add_up(self._pairs.demand_index, terms, self._demand_places)

    def _weigh(self, weights: Floats) -> Floats:
        weight: Floats = np.append(weights, 0.0)[self._step]
        return weight


def add_up(index: Integers, terms: Floats, places: int) -> Floats:
    """Sum of the terms of each place, in the order of the rows."""
    return np.bincount(index, terms, places).astype(np.float64, copy=False)


def divide_or_zero(amounts: Floats, by: Floats) -> Floats:
    """Element by element amounts / by, and 0 where `by` is 0."""
    return np.divide(amounts, by, out=np.zeros(amounts.size), where=by > 0)
