"""The rational agent access model: families weigh a longer way against a fuller place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kekiz.engine.access.costs import Floats, Pairs, read_amounts, require_places


@dataclass(frozen=True, eq=False)
class RationalAccess:
    """Equilibrium of the rational agent access model.

    cost: (m,) for each place of demand, what one more child pays: congestion + travel (1 = average
    congestion, or `tau` of travel); infinite where no supply is in reach.
    load: (n,) children at each place of supply.
    gap: by how much, at most, any family pays more than its cheapest option; ≤ the tolerance asked for.
    rounds: how often all places of demand were gone through.
    """

    cost: Floats
    load: Floats
    gap: float
    rounds: int


def raam(
    demand: ArrayLike,
    supply: ArrayLike,
    costs: Pairs,
    *,
    tau: float,
    rho: float | None = None,
    tolerance: float = 1e-3,
    most_rounds: int = 10_000,
) -> RationalAccess:
    """Cost of access at each place of demand when nobody can do better elsewhere.

    A child from i who uses j pays load[j] / (rho·supply[j]) + cost[i, j] / tau. Demand spreads until every
    used option of a place costs the same and no unused one costs less. That equilibrium is the minimum of a
    convex function, so `cost` is unique; it is found by settling one place after the other, exactly,
    until the gap is at most `tolerance`. The rounds needed grow about like
    1 / tolerance.

    demand: (m,) children, ≥ 0. supply: (n,) places, ≥ 0; a place without supply is no option.
    costs: listed pairs; for straight lines see `list_pairs_within`. tau > 0, in the unit of the costs: the
    way that weighs as much as average congestion. rho > 0: children per place that count as congestion 1; by
    default all demand / all supply. Memory: about 70 bytes a pair.
    Raises ValueError for wrong input, RuntimeError if `most_rounds` do not reach the tolerance.

    The package pysal/access stops after a fixed number of cycles in which each place moves at most a step of
    whole children (max_cycles, initial_step, half_life, min_step), returns the average cost paid, and omits
    places without demand; its result stays some hundredths beside the equilibrium (test_access.py).
    Source: Saxon & Snow 2020.
    """
    children, places = read_amounts(demand, "demand"), read_amounts(supply, "supply")
    require_places(costs, children, places)
    if rho is None:
        rho = children.sum() / places.sum() if children.any() and places.any() else 1.0
    for name, value in (("tau", tau), ("rho", rho), ("tolerance", tolerance)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; expected a finite number > 0.")
    options = keep_usable(costs, places)
    return settle(children, places * rho, options, tau=tau, tolerance=tolerance, most_rounds=most_rounds)


def keep_usable(costs: Pairs, supply: Floats) -> Pairs:
    """The pairs that lead to some supply, ordered by place of demand."""
    usable = np.flatnonzero(supply[costs.supply_index] > 0)
    order = usable[np.argsort(costs.demand_index[usable], kind="stable")]
    return Pairs(costs.demand_index[order], costs.supply_index[order], costs.cost[order])


def settle(
    demand: Floats, capacity: Floats, options: Pairs, *, tau: float, tolerance: float, most_rounds: int
) -> RationalAccess:
    """Go through all places of demand until nobody gains more than the tolerance by moving."""
    from kekiz.engine.access import kernels  # noqa: PLC0415 - Numba only where it is used

    starts = np.searchsorted(options.demand_index, np.arange(demand.size + 1))
    market = (starts, options.supply_index, options.cost / tau, demand, capacity)
    flow, load, cost = np.zeros(options.cost.size), np.zeros(capacity.size), np.empty(demand.size)
    gap = np.inf
    for rounds in range(1, most_rounds + 1):
        kernels.settle_once(*market, flow, load)
        gap = kernels.measure_costs(*market, flow, load, cost)
        if gap <= tolerance:
            return RationalAccess(cost, load, gap, rounds)
    raise RuntimeError(
        f"No equilibrium within {most_rounds} rounds: somebody still pays {gap:.3g} too much, "
        f"{tolerance:.3g} is allowed. Allow a larger tolerance or more rounds (most_rounds)."
    )
