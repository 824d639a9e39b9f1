"""Straight lines without stored pairs: a grid of buckets over the positions, run in plain threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from kekiz.engine.access import kernels
from kekiz.engine.access.costs import Floats, Integers, Points, StraightLine

POINTS_PER_BUCKET = 12  # on average; measured best between 5 and 30 at 240,000 and 3,500,000 points
FINEST_SHARE = 1 / 6  # of the reach; smaller buckets cost more than they save
MOST_BUCKETS = 4_000_000  # caps memory where one stray point makes the area huge
LONGEST_WAY_M = 1e9  # no two positions are farther apart


@dataclass(frozen=True, eq=False)
class Grid:
    """Square buckets over an area: corner (x0, y0) and bucket size in metres, number of columns and rows."""

    x0: float
    y0: float
    size_m: float
    columns: int
    rows: int


@dataclass(frozen=True, eq=False)
class BucketedPoints:
    """Points sorted by bucket: original index by sorted position, first position of each bucket, x, y."""

    order: Integers
    starts: Integers
    x: Floats
    y: Floats


class LineReach:
    """Sums over straight lines up to the limits (metres, ascending), computed when they are used."""

    def __init__(self, costs: StraightLine, limits: Floats) -> None:
        self._limits = np.array([square_limit(limit) for limit in limits])
        self._grid = lay_grid(costs.demand, costs.supply, float(limits[-1]))
        self._demand = sort_points(costs.demand, self._grid)
        self._supply = sort_points(costs.supply, self._grid)

    def sum_at_supply(self, demand_values: Floats, weights: Floats) -> Floats:
        """For each place of supply: sum of value x weight over the places of demand in reach."""
        return self._sum(self._supply, self._demand, demand_values, weights)

    def sum_at_demand(self, supply_values: Floats, weights: Floats) -> Floats:
        """For each place of demand: sum of value x weight over the places of supply in reach."""
        return self._sum(self._demand, self._supply, supply_values, weights)

    def _sum(self, units: BucketedPoints, points: BucketedPoints, values: Floats, weights: Floats) -> Floats:
        grid = (self._grid.x0, self._grid.y0, self._grid.size_m, self._grid.columns, self._grid.rows)
        own = (units.starts, units.x, units.y)
        others = (points.starts, points.x, points.y, values[points.order])
        weights_and_zero = np.append(weights, 0.0)
        sums = np.zeros(units.x.size)

        def work(worker: int, workers: int) -> None:
            kernels.sum_in_reach(worker, workers, grid, own, others, self._limits, weights_and_zero, sums)

        run_in_threads(work)
        answer = np.empty(sums.size)
        answer[units.order] = sums
        return answer


def find_pairs(demand: Points, supply: Points, cutoff_m: float) -> tuple[Integers, Integers, Floats]:
    """Indices and distance of all pairs within the cutoff, ordered by demand, then by supply."""
    grid = lay_grid(demand, supply, cutoff_m)
    points = sort_points(supply, grid)
    corner_and_shape = (grid.x0, grid.y0, grid.size_m, grid.columns, grid.rows)
    others = (points.starts, points.order, points.x, points.y)
    demand_index, supply_index, cost = kernels.list_pairs(
        corner_and_shape, demand.x, demand.y, others, min(cutoff_m, LONGEST_WAY_M), square_limit(cutoff_m)
    )
    order = np.lexsort((supply_index, demand_index))
    return demand_index[order], supply_index[order], cost[order]


def square_limit(limit: float) -> float:
    """The largest double whose root is not above the limit, so that squares decide exactly as roots would."""
    limit = min(limit, LONGEST_WAY_M)
    square = np.float64(limit) * np.float64(limit)
    while np.sqrt(square) > limit:
        square = np.nextafter(square, 0.0)
    while np.sqrt(np.nextafter(square, np.inf)) <= limit:
        square = np.nextafter(square, np.inf)
    return float(square)


def lay_grid(demand: Points, supply: Points, reach_m: float) -> Grid:
    """A grid over all points with buckets of at most the reach, smaller where the points are dense."""
    filled = [points for points in (demand, supply) if points.x.size]
    if not filled:
        return Grid(0.0, 0.0, 1.0, 1, 1)
    x0, y0 = min(float(points.x.min()) for points in filled), min(float(points.y.min()) for points in filled)
    width = max(float(points.x.max()) for points in filled) - x0
    height = max(float(points.y.max()) for points in filled) - y0
    area_per_point = width * height / (demand.x.size + supply.x.size)
    size = min(max(np.sqrt(area_per_point * POINTS_PER_BUCKET), reach_m * FINEST_SHARE), reach_m)
    size = max(size, np.sqrt(width * height / MOST_BUCKETS), max(width, height) / MOST_BUCKETS, 1e-3)
    return Grid(x0, y0, float(size), int(width / size) + 1, int(height / size) + 1)


def sort_points(points: Points, grid: Grid) -> BucketedPoints:
    """The points in the order of the grid's buckets."""
    order, starts = kernels.sort_by_bucket(
        points.x, points.y, grid.x0, grid.y0, grid.size_m, grid.columns, grid.rows
    )
    return BucketedPoints(order, starts, points.x[order], points.y[order])


def count_threads() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def run_in_threads(work: Callable[[int, int], None]) -> None:
    """Call work(worker, workers) once for each processor at the same time; errors come through."""
    workers = count_threads()
    with ThreadPoolExecutor(workers) as pool:
        for finished in [pool.submit(work, worker, workers) for worker in range(workers)]:
            finished.result()
