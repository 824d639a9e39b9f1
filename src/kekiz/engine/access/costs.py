"""Travel costs as the access measures take them: listed pairs, or coordinates for straight lines."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
FARTHEST_M = 1e8  # beyond it squared distances lose their precision, and nothing on earth is there


@dataclass(frozen=True, eq=False)
class Pairs:
    """Given travel costs, one row for each pair of a place of demand and a place of supply; no row = no way.

    demand_index, supply_index: (n,) integers, positions in the arrays `demand` and `supply`; a pair may stand
    only once (twice would count its children and places twice).
    cost: (n,) minutes, metres or any other unit, ≥ 0; `steps` and `tau` are in the same unit.
    Raises ValueError if lengths differ, an index is not a whole number ≥ 0, a cost is negative or not finite.
    """

    demand_index: Integers
    supply_index: Integers
    cost: Floats

    def __post_init__(self) -> None:
        for name in ("demand_index", "supply_index"):
            object.__setattr__(self, name, read_indices(getattr(self, name), name))
        object.__setattr__(self, "cost", read_amounts(self.cost, "cost"))
        require_same_length(self, "demand_index", "supply_index", "cost")


@dataclass(frozen=True, eq=False)
class Points:
    """Positions in metres on a plane, for example EPSG:3035.

    x, y: (n,) metres, at most 100,000 km from the origin. Degrees must be projected first.
    Raises ValueError if a coordinate is missing or too far away, or the lengths differ.
    """

    x: Floats
    y: Floats

    def __post_init__(self) -> None:
        for name in ("x", "y"):
            metres = read_floats(getattr(self, name), name)
            report_first(np.abs(metres) > FARTHEST_M, metres, name, "metres between -1e8 and 1e8")
            object.__setattr__(self, name, metres)
        require_same_length(self, "x", "y")


@dataclass(frozen=True, eq=False)
class StraightLine:
    """Straight-line distance in metres between positions, computed while it is used; no pair is stored.

    demand, supply: positions of the places, in the order of the arrays `demand` and `supply`.
    """

    demand: Points
    supply: Points


def list_pairs_within(demand: Points, supply: Points, cutoff_m: float) -> Pairs:
    """All pairs not farther apart than the cutoff, with their straight-line distance in metres.

    For measures that need each pair again and again (`raam`). Memory: 24 bytes a pair. Ordered by place of
    demand, then by place of supply. Raises ValueError if the cutoff is negative or not finite.
    """
    if not (np.isfinite(cutoff_m) and cutoff_m >= 0):
        raise ValueError(f"cutoff_m is {cutoff_m}; expected metres ≥ 0, for example 15000.")
    from kekiz.engine.access.straight_line import find_pairs  # noqa: PLC0415 - Numba only where it is used

    return Pairs(*find_pairs(demand, supply, float(cutoff_m)))


def read_steps(steps: Mapping[float, float]) -> tuple[Floats, Floats]:
    """Limits in ascending order and the weight up to each limit, checked.

    Raises ValueError if there is no step, or a limit or weight is negative or not finite.
    """
    if not steps:
        raise ValueError("steps is empty; expected limit: weight, for example {10: 1, 20: 0.68, 30: 0.22}.")
    limits = read_amounts(sorted(steps), "limit of steps")
    weights = read_amounts([steps[limit] for limit in sorted(steps)], "weight of steps")
    return limits, weights


def read_floats(values: ArrayLike, name: str) -> Floats:
    """One-dimensional finite float64 array; ValueError names the first wrong row."""
    numbers = np.ascontiguousarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise ValueError(f"{name} has {numbers.ndim} dimensions; expected a list of numbers.")
    report_first(~np.isfinite(numbers), numbers, name, "a finite number")
    return numbers


def read_amounts(values: ArrayLike, name: str) -> Floats:
    """One-dimensional float64 array of finite numbers ≥ 0; ValueError names the first wrong row."""
    numbers = read_floats(values, name)
    report_first(numbers < 0, numbers, name, "a number ≥ 0")
    return numbers


def read_indices(values: ArrayLike, name: str) -> Integers:
    """One-dimensional int64 array of positions ≥ 0; ValueError names the first wrong row."""
    numbers = np.asarray(values)
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise ValueError(f"{name} is {numbers.dtype} with {numbers.ndim} dimensions; expected whole numbers.")
    report_first(numbers < 0, numbers, name, "a position ≥ 0")
    return np.ascontiguousarray(numbers, dtype=np.int64)


def report_first(wrong: NDArray[np.bool_], values: NDArray[np.generic], name: str, expected: str) -> None:
    """Raise ValueError for the first wrong row, counted from 0, if there is one."""
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(f"{name}, row {row}: {values[row]} found, {expected} expected.")


def require_same_length(table: object, *names: str) -> None:
    """Raise ValueError unless all named columns of the table have the same length."""
    lengths = {name: getattr(table, name).size for name in names}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"Columns of {type(table).__name__} differ in length: {found}.")


def require_places(costs: Pairs | StraightLine, demand: Floats, supply: Floats) -> None:
    """Raise ValueError unless the costs speak of the same places as `demand` and `supply`."""
    for name, amounts in (("demand", demand), ("supply", supply)):
        if isinstance(costs, StraightLine):
            positions = getattr(costs, name).x.size
            if positions != amounts.size:
                raise ValueError(f"{name} has {amounts.size} rows, its positions have {positions}.")
        else:
            index = getattr(costs, f"{name}_index")
            report_first(index >= amounts.size, index, f"{name}_index", f"a position below {amounts.size}")
