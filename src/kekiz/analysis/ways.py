"""Measured ways: between which points of a region they are measured, and what a run takes from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone
from numpy.typing import NDArray

from kekiz.analysis import bridge
from kekiz.analysis.models import TravelMeasurement
from kekiz.engine.cells import gather_cells, sort_offers
from kekiz.engine.norms import Norms
from kekiz.engine.parameters import settle_norms
from kekiz.engine.plan.candidates import find_centres
from kekiz.engine.positions import project
from kekiz.engine.reach import VISIT
from kekiz.engine.run import Inputs
from kekiz.engine.scheme import MODES
from kekiz.engine.tables import Spots, TravelTimes, spots_from_arrow, travel_times_from_arrow
from kekiz.engine.ways import count_ways, lies_at_end
from kekiz.evidence.queries import place_positions, shipped_scheme
from kekiz.travel.spots import Points

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ways = dict[str, Any]  # what a run says of its ways, as JSON: see use_measurement


@dataclass(frozen=True)
class Ends:
    """Where ways of a region begin and end."""

    begins: Points
    ends: Points
    norms: Norms


def gather_ends(region_key: str, day: dt.date) -> Ends:
    """From every cell to every site of a published offer, and to where new offers are thought of.

    Those are the centres at which plans place practices, and the named places that a what-if may choose.
    Raises NoChildrenError, or engine InputError if what is stored does not fit together.
    """
    inputs = bridge.take_snapshot(region_key, day).inputs
    cells, offers = gather_cells(inputs.children, inputs.scheme), sort_offers(inputs.offers)
    visited = offers.mode == VISIT
    centres = np.array(find_centres(cells)).reshape(-1, 2)
    named = np.array(place_positions(region_key)).reshape(-1, 2)
    place_x, place_y = project(named[:, 0], named[:, 1])
    return Ends(
        (cells.x, cells.y),
        (
            np.concatenate([offers.x[visited], centres[:, 0], place_x]),
            np.concatenate([offers.y[visited], centres[:, 1], place_y]),
        ),
        inputs.norms,
    )


def check_measurement(times: pa.Table, spots: pa.Table) -> tuple[TravelTimes, Spots]:
    """Both tables as the engine takes them. Raises InputError."""
    scheme = shipped_scheme()
    return travel_times_from_arrow(times, scheme), spots_from_arrow(spots, scheme)


def use_measurement(inputs: Inputs, measurement: TravelMeasurement) -> tuple[Inputs, Ways]:
    """The inputs with measured ways, and what is to be said of them.

    A mode counts if the measurement has ways of it, and as far as the norms of today call acceptable: ways
    measured up to 40 minutes say nothing where 50 are acceptable. The other modes stay with the model.
    """
    modes, outgrown = choose_modes(inputs, measurement)
    measured_on = timezone.localtime(measurement.created_at).date().isoformat()
    told: Ways = {"modes": modes, "outgrown": outgrown, "measured_on": measured_on}
    told["digest"] = measurement.digest
    told |= {name: measurement.told[name] for name in ("osm", "gtfs") if name in measurement.told}
    if not modes:
        return inputs, told
    measured = attach_ways(inputs, measurement.pk, measurement.digest, tuple(modes))
    return measured, told | count_used(measured)


def choose_modes(inputs: Inputs, measurement: TravelMeasurement) -> tuple[list[str], list[str]]:
    """The modes of a measurement that count, and those whose acceptable minutes have outgrown it."""
    acceptable = settle_norms(inputs.norms, inputs.scheme, "high").acceptable_minutes
    longest = np.nan_to_num(acceptable, nan=-1.0).max(axis=0, initial=-1.0)
    limits, rows = measurement.told["limits"], measurement.told["rows"]
    walked = [mode for mode in measurement.told["modes"] if sum(rows.get(mode, {}).values())]
    outgrown = [mode for mode in walked if longest[MODES.index(mode)] > limits.get(mode, 0.0)]
    return [mode for mode in walked if mode not in outgrown], outgrown


def attach_ways(inputs: Inputs, number: int, digest: str, modes: tuple[str, ...]) -> Inputs:
    """The inputs with the ways of a stored measurement in some modes."""
    times, spots = _read_stored(number, digest, modes)
    return replace(inputs, times=times, spots=spots)


# A measurement never changes; its digest tells apart two databases that use the same number (tests).
@lru_cache(maxsize=2)
def _read_stored(number: int, digest: str, modes: tuple[str, ...]) -> tuple[TravelTimes, Spots]:
    stored = TravelMeasurement.objects.only("times").get(pk=number)
    times = bridge.read_parquet(bytes(stored.times))
    kept = times.filter(pc.is_in(times["mode"], pa.array(modes)))
    return travel_times_from_arrow(kept, shipped_scheme()), _read_spots(number, digest)


@lru_cache(maxsize=4)
def _read_spots(number: int, digest: str) -> Spots:
    stored = TravelMeasurement.objects.only("spots").get(pk=number)
    return spots_from_arrow(bridge.read_parquet(bytes(stored.spots)), shipped_scheme())


def count_used(inputs: Inputs) -> dict[str, int]:
    """How many ways of the inputs were measured, and for how many the model stands in."""
    known = inputs.known_ways
    assert known is not None, "the caller attached a measurement"
    cells, offers = gather_cells(inputs.children, inputs.scheme), sort_offers(inputs.offers)
    return asdict(count_ways(cells, offers, known))


def count_new(inputs: Inputs, measurement: TravelMeasurement) -> tuple[int, int]:
    """Offers and cells of the inputs at places that the measurement does not know."""
    nothing = np.empty(0, dtype=object)
    times = TravelTimes(nothing, nothing, np.empty(0, np.int64), np.empty(0))
    spots = _read_spots(measurement.pk, measurement.digest)
    counts = count_used(replace(inputs, times=times, spots=spots))
    return counts["new_offers"], counts["new_cells"]


def lies_unmeasured(inputs: Inputs, x: Floats, y: Floats) -> Bools:
    """To which of the positions the model stands in for measured ways; to none where nothing is measured."""
    if inputs.spots is None:
        return np.zeros(len(x), dtype=bool)
    return ~lies_at_end(inputs.spots, x, y)


@dataclass(frozen=True)
class EstimatedOffer:
    """An offer (at one site) to which the model stands in for measured ways, from every cell."""

    row: str  # of the engine
    name: str
    provider: str
    is_new: bool  # at a place to which nothing was measured; else too far from any street


def find_estimated(inputs: Inputs) -> list[EstimatedOffer]:
    """The offers to which the model stands in; empty where all ways are the model's anyway."""
    known, offers = inputs.known_ways, sort_offers(inputs.offers)
    if known is None:
        return []
    rows = np.flatnonzero((known.end_of < 0) | known.is_off_offer).tolist()
    found = [
        EstimatedOffer(offers.offer[row], offers.name[row], offers.provider[row], bool(known.end_of[row] < 0))
        for row in rows
    ]
    return sorted(found, key=lambda offer: (offer.name, offer.row))
