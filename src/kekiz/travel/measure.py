"""Travel times of a region, a block of cells at a time: memory stays bounded, work can be resumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.engine.cells import Cells
from kekiz.engine.compute import find_admitted
from kekiz.engine.parameters import Parameters
from kekiz.engine.reach import VISIT, find_phases_served
from kekiz.engine.scheme import MODES, Scheme
from kekiz.engine.streets import Anchors, Router, Streets, Ways
from kekiz.engine.tables import Offers
from kekiz.engine.timetable import Window, measure_journeys
from kekiz.travel.profiles import STREET_MODES
from kekiz.travel.request import Request
from kekiz.travel.timetables import DayService
from kekiz.travel.walks import StraightWalking, StreetWalking, Walking, build_transfers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FOOT, BUS = MODES.index("foot"), MODES.index("bus")
BLOCK_PAIRS = 2_000_000  # cells × offers held at once
SMALLEST_BLOCK, LARGEST_BLOCK = 8, 256  # cells
BASES = ("network", "timetable", "model")
SCHEMA = pa.schema(
    [
        ("cell", pa.string()),
        ("offer", pa.string()),
        ("mode", pa.string()),
        ("minutes", pa.float32()),
        ("basis", pa.string()),
    ]
)


@dataclass(frozen=True)
class Places:
    """Cells and the offers that are visited, with the longest way looked at."""

    cells: Cells
    offers: Offers
    admits: Bools  # municipality × offer
    limits: Floats  # mode × offer: minutes; not a number where the mode does not count

    @property
    def block_cells(self) -> int:
        """How many cells are measured at once."""
        return int(np.clip(BLOCK_PAIRS // max(len(self.offers.offer), 1), SMALLEST_BLOCK, LARGEST_BLOCK))


def gather_places(cells: Cells, offers: Offers, highest: Parameters, scheme: Scheme, margin: float) -> Places:
    """Offers to visit, each with the longest acceptable minutes of the phases it serves, times ``margin``."""
    visited = np.flatnonzero((offers.mode == VISIT) & np.isfinite(offers.x) & np.isfinite(offers.y))
    offers = replace(offers, **{name: values[visited] for name, values in vars(offers).items()})
    serves = find_phases_served(offers, scheme)
    acceptable = np.nan_to_num(highest.acceptable_minutes, nan=-1.0)
    longest = np.where(serves[:, :, None], acceptable, -1.0).max(axis=1, initial=-1.0).T
    limits = np.where(longest > 0, longest * margin, np.nan)
    return Places(cells, offers, find_admitted(cells, offers), limits)


@dataclass(frozen=True)
class _Streets:
    """A mode's network with cells and offers on it."""

    router: Router
    cells: Anchors
    offers: Anchors


@dataclass(frozen=True)
class _Bus:
    """The timetable with the walks around it."""

    service: DayService
    transfers: Ways
    egress: Ways
    window: Window


class Measurement:
    """Everything read and made ready; ``measure(rows)`` answers for a block of cells."""

    def __init__(
        self,
        places: Places,
        parameters: Parameters,
        request: Request,
        networks: Mapping[str, Streets],
        service: DayService | None,
    ) -> None:
        self.places, self.parameters, self.request = places, parameters, request
        self._pace = 60 / (parameters.speed_kmh[FOOT] * 1000)  # minutes per metre, off the street
        self.streets = {mode: self._place_on(network) for mode, network in networks.items()}
        self.bus = self._prepare_bus(service) if service is not None else None

    def _place_on(self, network: Streets) -> _Streets:
        router, snap_m = Router(network), self.request.snap_m
        cells, offers = self.places.cells, self.places.offers
        return _Streets(
            router, router.anchor(cells.x, cells.y, snap_m), router.anchor(offers.x, offers.y, snap_m)
        )

    def _prepare_bus(self, service: DayService) -> _Bus:
        """The walks between and from stops, once for all cells."""
        request, offers, walking = self.request, self.places.offers, self._walk()
        stops, walk = service.stops, request.walk_minutes
        return _Bus(
            service=service,
            transfers=build_transfers(stops, service.rules, walking, walk, request.change_minutes),
            egress=walking.find_ways(stops.x, stops.y, offers.x, offers.y, walk),
            window=Window(
                np.array(request.moments_s, np.int64),
                int(np.nanmax(self.places.limits[BUS], initial=0.0) * 60),
                request.changes + 1,
                request.percentile,
            ),
        )

    def _walk(self) -> Walking:
        if "foot" in self.streets:
            return StreetWalking(self.streets["foot"].router, self._pace, self.request.snap_m)
        return StraightWalking(self._pace * float(self.parameters.detour[FOOT]))

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes that are measured; the others stay with the model."""
        measured = {*self.streets, *(("bus",) if self.bus else ())}
        return tuple(mode for mode in MODES if mode in measured)

    def find_off_network(self, mode: str) -> tuple[Bools, Bools]:
        """Cells and offers too far from any street of a mode (by bus: on foot)."""
        streets = self.streets.get("foot" if mode == "bus" else mode)
        if streets is None:
            return np.zeros(len(self.places.cells.cell), bool), np.zeros(len(self.places.offers.offer), bool)
        return streets.cells.piece < 0, streets.offers.piece < 0

    def find_without_stop(self) -> Bools:
        """Cells from which no stop with a ride is within the walk."""
        if self.bus is None:
            return np.zeros(len(self.places.cells.cell), bool)
        cells = self.places.cells
        access = self._walk().find_ways(
            cells.x, cells.y, self.bus.service.stops.x, self.bus.service.stops.y, self.request.walk_minutes
        )
        return np.diff(access.start) == 0

    def measure(self, rows: Ints) -> pa.Table:
        """The travel times of some cells as rows of the table, in the order of cell, offer and mode."""
        minutes = np.full((len(MODES), len(rows), len(self.places.offers.offer)), np.inf)
        basis = np.zeros(minutes.shape, np.int8)
        for mode in STREET_MODES:
            if mode in self.streets:
                minutes[MODES.index(mode)] = self._measure_streets(mode, rows)
        if self.bus is not None:
            minutes[BUS] = self._measure_bus(self.bus, rows, minutes[FOOT])
            basis[BUS] = BASES.index("timetable")
        for mode in self.modes:
            self._fill_from_model(mode, rows, minutes, basis)
        with np.errstate(invalid="ignore"):
            kept = minutes <= self.places.limits[:, None, :]
        kept &= self.places.admits[self.places.cells.municipalities[1][rows]][None]
        return _tabulate(self.places, rows, kept, minutes, basis)

    def _measure_streets(self, mode: str, rows: Ints) -> Floats:
        streets, index = self.streets[mode], MODES.index(mode)
        limits = self.places.limits[index]
        if not np.isfinite(limits).any():
            return np.full((len(rows), len(limits)), np.inf)
        boarding = float(self.parameters.boarding_minutes[index])
        cells = Anchors(streets.cells.piece[rows], streets.cells.share[rows], streets.cells.gap_m[rows])
        longest = max(float(np.nanmax(limits)) - boarding, 0.0)
        measured = streets.router.measure(cells, streets.offers, longest, self._pace)
        return measured.astype(np.float64) + boarding

    def _measure_bus(self, bus: _Bus, rows: Ints, on_foot: Floats) -> Floats:
        """By bus, or on foot where that is quicker and no longer than a walk to a stop may be."""
        cells, offers, walk = self.places.cells, self.places.offers, self.request.walk_minutes
        walking = self._walk()
        access = walking.find_ways(
            cells.x[rows], cells.y[rows], bus.service.stops.x, bus.service.stops.y, walk
        )
        minutes = measure_journeys(
            bus.service.timetable, access, bus.transfers, bus.egress, len(offers.offer), bus.window
        )
        if "foot" not in self.streets:
            direct = walking.find_ways(cells.x[rows], cells.y[rows], offers.x, offers.y, walk)
            on_foot = np.full(minutes.shape, np.inf)
            on_foot[np.repeat(np.arange(len(rows)), np.diff(direct.start)), direct.target] = direct.minutes
        return np.minimum(minutes, np.where(on_foot <= walk, on_foot, np.inf))

    def _fill_from_model(self, mode: str, rows: Ints, minutes: Floats, basis: NDArray[np.int8]) -> None:
        """Where a cell or an offer is off the network, the documented model stands in."""
        cells_off, offers_off = self.find_off_network(mode)
        off = cells_off[rows][:, None] | offers_off[None, :]
        if not off.any():
            return
        index, cells, offers, norms = (
            MODES.index(mode),
            self.places.cells,
            self.places.offers,
            self.parameters,
        )
        row, column = np.nonzero(off)
        distance = np.hypot(offers.x[column] - cells.x[rows][row], offers.y[column] - cells.y[rows][row])
        pace = norms.detour[index] / norms.speed_kmh[index] * 60 / 1000
        minutes[index, row, column] = distance * pace + norms.boarding_minutes[index]
        basis[index, row, column] = BASES.index("model")


def _tabulate(places: Places, rows: Ints, kept: Bools, minutes: Floats, basis: NDArray[np.int8]) -> pa.Table:
    cell, offer, mode = np.nonzero(kept.transpose(1, 2, 0))
    return pa.table(
        {
            "cell": pa.array(places.cells.cell[rows][cell], pa.string()),
            "offer": pa.array(places.offers.offer[offer], pa.string()),
            "mode": pa.array(np.array(MODES, dtype=object)[mode], pa.string()),
            "minutes": pa.array(np.round(minutes[mode, cell, offer], 1).astype(np.float32)),
            "basis": pa.array(np.array(BASES, dtype=object)[basis[mode, cell, offer]], pa.string()),
        },
        schema=SCHEMA,
    )
