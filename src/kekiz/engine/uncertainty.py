"""Ranges: how far the headline figures move when the norms move within their low and high.

A Latin hypercube over the norms (McKay, Beckman & Conover 1979), one full analysis per draw; the middle 80 %
of the draws is the range. What moves a figure most is told by regression on ranks (Iman & Conover 1979;
Helton & Davis 2003).

Which norms vary together (assumption): those of one key that speak of the same field, hurdle or travel mode,
over all phases and groups. They rest on the same studies and the same judgement; drawn one by one, their
errors would cancel out and the range would be far too narrow. It follows that the order of the groups is
kept, and that the range of the equity gap says little about doubts in the difference between them itself.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.engine.chain import measure_equity_gap, summarise_course
from kekiz.engine.compute import Inputs, Outcome, Progress, compute
from kekiz.engine.gaps import REASONS
from kekiz.engine.norms import Norm, Norms
from kekiz.engine.results import ALL, list_areas, list_groups, walk_chain

Floats = NDArray[np.float64]
Factor = tuple[str, str]  # key of the norms, and the field, hurdle or travel mode they speak of

LOW, HIGH = 0.1, 0.9  # quantiles: the range holds the middle 80 % of the draws
SHOWN_DRIVERS = 8
CLEAR_OF_CHANCE = 2  # standard errors; a weaker effect is not told
SMALLEST_DRAWS = 2
FIGURES = ("unbroken", "expected_unmet", "unmet", *REASONS[1:], "equity_gap_points")
RANGE_COLUMNS = {
    "ags": pa.string(), "group": pa.string(), "figure": pa.string(),
    "low": pa.float64(), "median": pa.float64(), "high": pa.float64(), "draws": pa.int64(),
}  # fmt: skip
DRIVER_COLUMNS = {
    "group": pa.string(), "figure": pa.string(), "position": pa.int64(),
    "key": pa.string(), "subject": pa.string(), "effect": pa.float64(),
}  # fmt: skip


@dataclass(frozen=True)
class Ranges:
    """Ranges of the headline figures and the norms behind them. docs/method.md lists the columns."""

    ranges: pa.Table  # one row per area, group and figure
    drivers: pa.Table  # per group and figure of the whole region, the norms that move it most
    draws: int
    seed: int

    @property
    def tables(self) -> dict[str, pa.Table]:
        """Both tables under the names they are stored with."""
        return {"ranges": self.ranges, "range_drivers": self.drivers}


def estimate_ranges(
    inputs: Inputs, *, draws: int = 100, seed: int = 0, workers: int = 2, progress: Progress | None = None
) -> Ranges:
    """Repeat the analysis with norms drawn between low and high; median and 80 % interval of each figure.

    Figures: ``unbroken`` and ``unmet`` (shares), the share of the need by each reason, ``expected_unmet``
    (links a child), ``equity_gap_points``; for the region, every municipality and group. The same inputs,
    draws and seed give the same bytes, whatever ``workers``. ``progress(done, of)`` follows each draw.
    Raises ValueError for fewer than two draws, InputError if a norm is missing.
    """
    if draws < SMALLEST_DRAWS:
        raise ValueError(f"Erwartet: mindestens {SMALLEST_DRAWS} Züge, nicht {draws}.")
    factors = list_factors(inputs.norms)
    quantiles = draw_hypercube(factors, draws, seed)
    figures: list[list[Row]] = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for rows in pool.map(lambda row: _measure_draw(inputs, factors, row), quantiles):
            figures.append(rows)
            if progress:
                progress(len(figures), draws)
    places = [place for place, _ in figures[0]]
    values = np.array([[value for _, value in rows] for rows in figures])
    return Ranges(
        ranges=_tabulate_ranges(places, values),
        drivers=_tabulate_drivers(places, values, factors, quantiles),
        draws=draws,
        seed=seed,
    )


Place = tuple[str, str, str]  # ags, group, figure
Row = tuple[Place, float]


def name_factor(norm: Norm) -> Factor:
    """The norms that a norm varies together with: its key, and the field, hurdle or mode it speaks of."""
    return norm.key, norm.field or norm.hurdle or norm.mode


def list_factors(norms: Norms) -> list[Factor]:
    """What varies, in order: every factor with at least one norm whose low and high differ."""
    return sorted({name_factor(norm) for norm in norms.entries if norm.low < norm.high})


def draw_hypercube(factors: list[Factor], draws: int, seed: int) -> Floats:
    """Draws × factors: quantiles strictly within 0..1, each of ``draws`` equal strata of a factor hit once.

    Every factor has a chance of its own, so that a new norm does not change the draws of the others.
    """
    cube = np.empty((draws, len(factors)))
    for position, (key, subject) in enumerate(factors):
        chance = np.random.default_rng([seed, zlib.crc32(f"{key} {subject}".encode())])
        cube[:, position] = (chance.permutation(draws) + chance.uniform(0.001, 0.999, draws)) / draws
    return cube


def pick_value(norm: Norm, quantile: float) -> float:
    """The value of a norm at a quantile (0..1) of the triangle over low, mid (its peak) and high.

    A norm with larger low, mid and high than another has the larger value at every quantile.
    """
    low, mid, high = norm.low, norm.mid, norm.high
    width = high - low
    if width <= 0:
        return float(mid)
    if quantile * width <= mid - low:
        return float(low + math.sqrt(quantile * width * (mid - low)))
    return float(high - math.sqrt((1 - quantile) * width * (high - mid)))


def _measure_draw(inputs: Inputs, factors: list[Factor], quantiles: Floats) -> list[Row]:
    drawn = dict(zip(factors, quantiles.tolist(), strict=True))
    outcome = compute(
        inputs, choose=lambda norm: pick_value(norm, drawn.get(name_factor(norm), 0.5)), workers=1
    )
    return list(measure_figures(outcome))


def measure_figures(outcome: Outcome) -> Iterator[Row]:
    """The headline figures of one analysis by area, group and name; not a number where nobody is."""
    course = walk_chain(outcome)
    children = outcome.children.sum(axis=(0, 3))  # columns, C, G
    for ags, cells in list_areas(outcome):
        by_group = children[:, cells].sum(axis=1)
        for group, members in list_groups(outcome):
            summary = summarise_course(course, cells, members)
            need, found, *reasons = by_group[:, members].sum(axis=1).tolist()
            shares = [part / need if need > 0 else math.nan for part in (need - found, *reasons)]
            values = (summary.unbroken, summary.expected_unmet, *shares)
            yield from (((ags, group, name), value) for name, value in zip(FIGURES, values, strict=False))
        yield (ags, ALL, FIGURES[-1]), measure_equity_gap(by_group[0], by_group[1])


def _tabulate_ranges(places: list[Place], values: Floats) -> pa.Table:
    rows = []
    for (ags, group, figure), column in zip(places, values.T, strict=True):
        known = column[np.isfinite(column)]
        if len(known) < SMALLEST_DRAWS:
            continue
        low, median, high = np.quantile(known, (LOW, 0.5, HIGH)).tolist()
        rows.append((ags, group, figure, low, median, high, len(known)))
    return _build_table(rows, RANGE_COLUMNS)


def _tabulate_drivers(
    places: list[Place], values: Floats, factors: list[Factor], quantiles: Floats
) -> pa.Table:
    rows: list[tuple[Any, ...]] = []
    for (ags, group, figure), column in zip(places, values.T, strict=True):
        if ags != ALL or not np.isfinite(column).all():
            continue
        effects, errors = measure_effects(quantiles, column)
        strongest = np.argsort(-np.abs(effects), kind="stable")[:SHOWN_DRIVERS]
        rows += [
            (group, figure, position, *factors[index], float(effects[index]))
            for position, index in enumerate(strongest.tolist(), start=1)
            if abs(effects[index]) > CLEAR_OF_CHANCE * errors[index]
        ]
    return _build_table(rows, DRIVER_COLUMNS)


def _build_table(rows: list[tuple[Any, ...]], columns: dict[str, pa.DataType]) -> pa.Table:
    schema = pa.schema(list(columns.items()))
    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema=schema)


def measure_effects(quantiles: Floats, values: Floats) -> tuple[Floats, Floats]:
    """How strongly each factor moves a figure, and the standard error of that.

    Effects lie between -1 and 1 and are positive where a larger norm makes the figure larger: standardised
    coefficients of a linear regression on ranks; with too few draws for that (fewer than twice the factors)
    the rank correlation. ``quantiles``: draws × factors; ``values``: draws.
    """
    draws, factors = quantiles.shape
    target = _standardise_ranks(values)
    if not factors or not target.any():
        return np.zeros(factors), np.zeros(factors)
    given = np.stack([_standardise_ranks(column) for column in quantiles.T], axis=1)
    if draws < 2 * factors:
        return np.asarray(given.T @ target / draws), np.full(factors, 1 / math.sqrt(draws - 1))
    spread = np.linalg.inv(given.T @ given)
    effects = spread @ given.T @ target
    left = target - given @ effects
    variance = left @ left / max(draws - factors - 1, 1)
    return np.asarray(effects), np.asarray(np.sqrt(variance * np.diag(spread)))


def _standardise_ranks(values: Floats) -> Floats:
    """Ranks with mean 0 and variance 1; equal values share the mean of their ranks. All equal: zeros."""
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[index]
    spread = ranks.std()
    return np.asarray((ranks - ranks.mean()) / spread if spread > 0 else np.zeros(len(values)))
