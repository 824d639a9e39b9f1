"""Cut a region into districts that can be analysed one by one.

A district is the municipalities that share the first digits of their key. Around it lies a border strip:
offers of the neighbours that its children can reach. The places of such an offer are divided among the
districts in proportion to the children each has within reach of it, so that no place is given out twice.
Offers with unknown places serve the district with most children in reach. What this changes against one
analysis is told in docs/adr/0023-districts-with-border-strips.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells, gather_cells
from kekiz.engine.compute import Inputs
from kekiz.engine.kernels.strips import weigh_districts
from kekiz.engine.parameters import settle_norms
from kekiz.engine.reach import find_largest_distance_m
from kekiz.engine.scheme import OFFER_MODES
from kekiz.engine.tables import Children, Offers, TravelTimes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Rows = TypeVar("Rows", Children, Offers, TravelTimes)
DISTRICT_DIGITS = 5
VISIT = OFFER_MODES.index("visit")


@dataclass(frozen=True)
class District:
    """One district's part of the input."""

    key: str
    inputs: Inputs


@dataclass(frozen=True)
class Division:
    """Which rows of the input belong to which district; places in parts (one row per offer and district)."""

    inputs: Inputs
    keys: tuple[str, ...]
    children_of: Ints  # district of each row of children
    offer: Ints  # rows, sorted by district
    part: Floats  # rows: share of the offer's places
    start: Ints  # districts + 1: the rows of each


def divide(inputs: Inputs, *, digits: int = DISTRICT_DIGITS) -> Division:
    """Divide children and places among the districts.

    ``digits``: leading digits of the municipality key that make a district (5 in Germany).
    """
    children = inputs.children
    names, of = np.unique(np.array([ags[:digits] for ags in children.ags], dtype=str), return_inverse=True)
    keys = tuple(map(str, names))
    offer, district, part = _divide_places(inputs, keys, digits)
    order = np.argsort(district, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(district, minlength=len(keys)))])
    return Division(inputs, keys, of.astype(np.int64), offer[order], part[order], start.astype(np.int64))


def _divide_places(inputs: Inputs, keys: tuple[str, ...], digits: int) -> tuple[Ints, Ints, Floats]:
    """Offer, district and the part of the places, one row for each district that an offer serves."""
    cells, offers = gather_cells(inputs.children, inputs.scheme), inputs.offers
    start, district, weight = _weigh(inputs, cells, keys, digits)
    offer = np.repeat(np.arange(len(offers.offer)), np.diff(start))
    is_unknown = np.isnan(offers.places)
    heaviest = np.zeros(len(offers.offer))
    np.maximum.at(heaviest, offer, weight)
    kept = ~is_unknown[offer] | (weight == heaviest[offer])
    kept[1:] &= ~(is_unknown[offer[1:]] & (offer[1:] == offer[:-1]) & kept[:-1])  # of equals, the first
    offer, district, weight = offer[kept], district[kept], weight[kept]
    total = np.bincount(offer, weight, minlength=len(offers.offer))
    return offer, district, weight / total[offer]


def _weigh(inputs: Inputs, cells: Cells, keys: tuple[str, ...], digits: int) -> tuple[Ints, Ints, Floats]:
    parameters, offers = settle_norms(inputs.norms, inputs.scheme), inputs.offers
    position = {key: index for index, key in enumerate(keys)}
    district = np.array([position[ags[:digits]] for ags in cells.ags], dtype=np.int64)
    children = cells.n.sum(axis=(1, 2))
    areas, area = np.unique(offers.area.astype(str), return_inverse=True)
    start, served, weight = weigh_districts(
        cells.x,
        cells.y,
        children,
        district,
        np.bincount(district, children, minlength=len(keys)),
        np.nan_to_num(offers.x),
        np.nan_to_num(offers.y),
        (offers.mode == VISIT) & np.isfinite(offers.x),
        area.astype(np.int64),
        _find_served(areas, keys),
        find_largest_distance_m(parameters, np.ones(parameters.speed_kmh.shape, dtype=bool)),
    )
    return start, served, weight


def _find_served(areas: NDArray[np.str_], keys: tuple[str, ...]) -> NDArray[np.bool_]:
    served = [_serves(area, key) for area in areas for key in keys]
    return np.array(served, dtype=bool).reshape(len(areas), len(keys))


def _serves(area: str, key: str) -> bool:
    """The area (AGS prefixes, "" for everyone) and the district have children in common."""
    return not area or any(key.startswith(prefix) or prefix.startswith(key) for prefix in area.split())


def cut_out(division: Division, district: int) -> District:
    """One district's children, and the offers that serve it with their part of the places."""
    inputs = division.inputs
    rows = slice(division.start[district], division.start[district + 1])
    children = _select(inputs.children, np.flatnonzero(division.children_of == district))
    offers = _select(inputs.offers, division.offer[rows])
    offers = replace(offers, places=offers.places * division.part[rows])
    times = inputs.times
    if times is not None:
        of_cells = np.isin(times.cell.astype(str), np.unique(children.cell.astype(str)))
        times = _select(times, np.flatnonzero(of_cells))
    return District(division.keys[district], replace(inputs, children=children, offers=offers, times=times))


def cut_all(division: Division) -> Iterator[District]:
    """The districts in the order of their keys."""
    for district in range(len(division.keys)):
        yield cut_out(division, district)


def _select(table: Rows, rows: Ints) -> Rows:
    return replace(table, **{field.name: getattr(table, field.name)[rows] for field in fields(table)})
