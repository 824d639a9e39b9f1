"""Known ways: the minutes that a table of travel times gives for the cells and offers of a region.

Without ``Spots`` the rows of the table name cells and offers, and a pair that is not listed is out of reach
in that mode. With them the rows name spots, the points between which ways were measured: whatever lies at a
spot has its ways, also an offer that is new or only thought of (a plan, a what-if). A pair of which one end
lies at no spot was not measured and follows the model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells
from kekiz.engine.scheme import MODES, OFFER_MODES
from kekiz.engine.tables import SPOT_ROLES, Children, Offers, Spots, TravelTimes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
VISIT = OFFER_MODES.index("visit")
BEGIN, END = SPOT_ROLES.index("begin"), SPOT_ROLES.index("end")
KEY_WIDTH = 10_000_000  # metres; positions of EPSG:3035 are smaller


@dataclass(frozen=True)
class KnownWays:
    """Ways from cells to ends (an offer by name, or a spot), and which offer lies at which end."""

    cell: Ints  # ways, in the order of cell and end: index of the cell
    end: Ints  # ways
    minutes: NDArray[np.float32]  # ways, travel modes: infinite where the mode does not get there
    listed: Bools  # travel modes that occur in the table; the others follow the model
    knows_cell: Bools  # cells: ways from here were measured
    end_of: Ints  # offers: the end they lie at, -1 where ways to them were not measured
    is_off_cell: Bools  # cells: so far from any street that the model's minutes stand in the table
    is_off_offer: Bools  # offers: the same

    @property
    def is_whole(self) -> bool:
        """Every way to an offer that is visited was measured."""
        return bool(self.knows_cell.all() and (self.end_of >= 0).all())

    def narrow(self, members: Ints) -> KnownWays:
        """The same for some of the offers."""
        return replace(self, end_of=self.end_of[members], is_off_offer=self.is_off_offer[members])

    def find_pairs(self) -> tuple[Ints, Ints, NDArray[np.float32]]:
        """Cell, offer and minutes of every way, in the order of cell and end."""
        way, offer = _spread(self.end, self.end_of)
        return self.cell[way], offer, self.minutes[way]


@dataclass(frozen=True)
class WayCounts:
    """How many ways a table knows, and where the model stands in. A way is a cell and an offer visited."""

    cells: int
    offers: int
    ways: int
    modelled_ways: int  # by the model in one of the table's modes at least
    new_cells: int  # where nothing was measured
    new_offers: int
    off_cells: int  # measured, but too far from any street
    off_offers: int


def find_spot_keys(x: Floats, y: Floats) -> Ints:
    """One number for each whole metre of the map; -1 where there is no position."""
    is_placed = np.isfinite(x) & np.isfinite(y)
    keys = np.rint(np.nan_to_num(x)) * KEY_WIDTH + np.rint(np.nan_to_num(y))
    return np.where(is_placed, keys, -1).astype(np.int64)


def find_known_ways(cells: Cells, offers: Offers, times: TravelTimes, spots: Spots | None) -> KnownWays:
    """The ways of the table as far as they concern these cells and offers."""
    listed = np.zeros(len(MODES), dtype=bool)
    listed[np.unique(times.mode)] = True
    if spots is None:
        begin, end = _locate(times.cell, cells.cell), _locate(times.offer, offers.offer)
        ways = _gather(begin, end, times, len(offers.offer))
        nowhere = np.zeros(len(cells.cell), dtype=bool), np.zeros(len(offers.offer), dtype=bool)
        return KnownWays(*ways, listed, ~nowhere[0], np.arange(len(offers.offer)), *nowhere)
    begins, ends = _Points.gather(spots, BEGIN), _Points.gather(spots, END)
    origin, minutes_end, minutes = _gather(
        begins.find_names(times.cell), ends.find_names(times.offer), times, len(ends.keys)
    )
    at_cell = begins.find_positions(cells.x, cells.y)
    at_offer = np.where(offers.mode == VISIT, ends.find_positions(offers.x, offers.y), -1)
    way, cell = _spread(origin, at_cell)
    order = np.lexsort((minutes_end[way], cell))
    way, cell = way[order], cell[order]
    return KnownWays(
        cell,
        minutes_end[way],
        minutes[way],
        listed,
        at_cell >= 0,
        # What comes to the family or is online has no way: nothing about it is left to the model.
        np.where((offers.mode == VISIT) & np.isfinite(offers.x), at_offer, len(ends.keys)),
        begins.is_off(at_cell, listed),
        ends.is_off(at_offer, listed),
    )


def count_ways(cells: Cells, offers: Offers, known: KnownWays) -> WayCounts:
    """Of all ways from a cell to an offer that is visited, those that the model answers."""
    visited = (offers.mode == VISIT) & np.isfinite(offers.x)
    is_new = visited & (known.end_of < 0)
    sure_cells = known.knows_cell & ~known.is_off_cell
    sure_offers = visited & ~is_new & ~known.is_off_offer
    ways = len(cells.cell) * int(visited.sum())
    return WayCounts(
        cells=len(cells.cell),
        offers=int(visited.sum()),
        ways=ways,
        modelled_ways=ways - int(sure_cells.sum()) * int(sure_offers.sum()),
        new_cells=int((~known.knows_cell).sum()),
        new_offers=int(is_new.sum()),
        off_cells=int((known.knows_cell & known.is_off_cell).sum()),
        off_offers=int((visited & ~is_new & known.is_off_offer).sum()),
    )


def lies_at_end(spots: Spots, x: Floats, y: Floats) -> Bools:
    """At which of the positions ways were measured to."""
    return _Points.gather(spots, END).find_positions(x, y) >= 0


def place_names(children: Children, offers: Offers) -> Spots:
    """Spots named like the cells and offers of a region: its table then also serves offers that are added.

    An added offer lies at no spot, so its ways follow the model instead of being out of reach.
    """
    cell, first = np.unique(children.cell.astype(str), return_index=True)
    placed = np.flatnonzero((offers.mode == VISIT) & np.isfinite(offers.x))
    role = np.concatenate([np.full(len(cell), BEGIN), np.full(len(placed), END)])
    return Spots(
        name=np.concatenate([cell.astype(object), offers.offer[placed]]),
        role=role.astype(np.int64),
        x=np.concatenate([children.x[first], offers.x[placed]]),
        y=np.concatenate([children.y[first], offers.y[placed]]),
        off=np.zeros(len(role), np.int64),
    )


@dataclass(frozen=True)
class _Points:
    """The spots of one role; those within the same metre are one point."""

    keys: Ints  # points, ascending
    names: Texts  # spots
    point: Ints  # spots: index of their point
    off: Ints  # points: bit mask over the modes

    @classmethod
    def gather(cls, spots: Spots, role: int) -> _Points:
        own = np.flatnonzero(spots.role == role)
        keys, point = np.unique(find_spot_keys(spots.x[own], spots.y[own]), return_inverse=True)
        off = np.zeros(len(keys), np.int64)
        np.bitwise_or.at(off, point, spots.off[own])
        return cls(keys, spots.name[own], point.astype(np.int64), off)

    def find_names(self, wanted: Texts) -> Ints:
        """The point of each named spot; -1 where there is no such spot."""
        spot = _locate(wanted, self.names)
        return np.where(spot >= 0, np.append(self.point, -1)[spot], -1)

    def find_positions(self, x: Floats, y: Floats) -> Ints:
        """The point at each position; -1 where there is none."""
        keys = find_spot_keys(x, y)
        at = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
        hit = self.keys[at] == keys if len(self.keys) else np.zeros(len(keys), dtype=bool)
        return np.where(hit, at, -1)

    def is_off(self, at: Ints, listed: Bools) -> Bools:
        """Which positions lie at a point that is off the network in one of the listed modes."""
        mask = sum(1 << mode for mode in np.flatnonzero(listed).tolist())
        return (at >= 0) & (np.append(self.off, 0)[at] & mask > 0)


def _gather(begin: Ints, end: Ints, times: TravelTimes, ends: int) -> tuple[Ints, Ints, NDArray[np.float32]]:
    """One way for each pair of begin and end that the table knows, with its minutes by mode."""
    rows = np.flatnonzero((begin >= 0) & (end >= 0))
    count = max(ends, 1)
    pairs, way = np.unique(begin[rows] * count + end[rows], return_inverse=True)
    minutes = np.full(len(pairs) * len(MODES), np.inf, dtype=np.float32)
    np.minimum.at(minutes, way * len(MODES) + times.mode[rows], times.minutes[rows].astype(np.float32))
    return pairs // count, pairs % count, minutes.reshape(-1, len(MODES))


def _spread(wanted: Ints, place_of: Ints) -> tuple[Ints, Ints]:
    """Every (row, member) where the member lies at the place that the row wants; ordered by row."""
    members = np.argsort(place_of, kind="stable")
    members = members[place_of[members] >= 0]
    places = place_of[members]
    first = np.searchsorted(places, wanted, side="left")
    count = np.searchsorted(places, wanted, side="right") - first
    row = np.repeat(np.arange(len(wanted)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, members[np.repeat(first, count) + within]


def _locate(wanted: Texts, names: Texts) -> Ints:
    """The position of each wanted name among ``names``; -1 where it is not there."""
    position = {name: index for index, name in enumerate(names)}
    return np.fromiter((position.get(name, -1) for name in wanted), np.int64, len(wanted))
