"""Ways between points, not between cells and offers: they stay right while the offers at them change."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.engine.cells import Cells
from kekiz.engine.parameters import Parameters
from kekiz.engine.reach import VISIT
from kekiz.engine.scheme import MODES
from kekiz.engine.tables import SPOT_ROLES, Offers
from kekiz.engine.ways import find_spot_keys
from kekiz.travel.measure import Measurement, Places

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
Points = tuple[Floats, Floats]  # x, y in metres (EPSG:3035)
EVERYWHERE = "00000000"  # all points count as one municipality: who may use what is asked later


def gather_spots(begins: Points, ends: Points, highest: Parameters, margin: float) -> Places:
    """Distinct points as places: from each begin to each end, as long as any phase accepts, times ``margin``.

    Which offers stand at an end, whom they serve and from what age on may change later; the ways stay right.
    """
    begin_name, begin_x, begin_y = _join_points(begins)
    end_name, end_x, end_y = _join_points(ends)
    cells = Cells(
        cell=begin_name,
        x=begin_x,
        y=begin_y,
        ags=np.full(len(begin_name), EVERYWHERE, dtype=object),
        n=np.zeros((len(begin_name), 0, 0)),
    )
    longest = np.nan_to_num(highest.acceptable_minutes, nan=-1.0).max(axis=0, initial=-1.0)
    limits = np.where(longest > 0, longest * margin, np.nan)
    return Places(
        cells,
        _as_offers(end_name, end_x, end_y),
        np.ones((min(len(begin_name), 1), len(end_name)), dtype=bool),
        np.repeat(limits[:, None], len(end_name), axis=1),
    )


def _join_points(points: Points) -> tuple[Texts, Floats, Floats]:
    """Points by position, those within the same metre once; named by their metres."""
    x, y = points
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    _, first = np.unique(find_spot_keys(x[placed], y[placed]), return_index=True)
    x, y = x[placed][first], y[placed][first]
    names = [f"{east:.0f} {north:.0f}" for east, north in zip(np.rint(x), np.rint(y), strict=True)]
    return np.array(names, dtype=object), x, y


def _as_offers(name: Texts, x: Floats, y: Floats) -> Offers:
    count = len(name)
    nothing, zero = np.full(count, "", dtype=object), np.zeros(count, np.int64)
    return Offers(
        offer=name, provider=nothing, name=nothing, x=x, y=y,
        age_from=np.zeros(count), age_to=np.zeros(count), fields=zero, places=np.zeros(count),
        mode=np.full(count, VISIT), area=nothing, hurdles=zero, languages=nothing, until=nothing,
    )  # fmt: skip


def tabulate_spots(measurement: Measurement) -> pa.Table:
    """The points of a measurement with their role, and in which modes they lie off the network."""
    cells, offers = measurement.places.cells, measurement.places.offers
    off: list[list[str]] = [[] for _ in range(len(cells.cell) + len(offers.offer))]
    for mode in measurement.modes:
        for point in np.flatnonzero(np.concatenate(measurement.find_off_network(mode))).tolist():
            off[point].append(mode)
    begin, end = SPOT_ROLES
    return pa.table(
        {
            "name": pa.array([*cells.cell, *offers.offer], pa.string()),
            "role": pa.array([begin] * len(cells.cell) + [end] * len(offers.offer), pa.string()),
            "x": np.concatenate([cells.x, offers.x]),
            "y": np.concatenate([cells.y, offers.y]),
            "off": pa.array([" ".join(modes) for modes in off], pa.string()),
        }
    )


def tell_limits(places: Places) -> dict[str, float]:
    """Up to how many minutes ways are kept, by mode; modes that no phase accepts are left out."""
    longest = np.nan_to_num(places.limits, nan=-1.0).max(axis=1, initial=-1.0)
    return {mode: float(minutes) for mode, minutes in zip(MODES, longest, strict=True) if minutes > 0}
