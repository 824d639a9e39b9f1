"""One analysis: input tables and norms in, the result tables out. Same input, same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells, gather_cells, sort_offers
from kekiz.engine.chain import Attendance
from kekiz.engine.coordinate import coordinate_places
from kekiz.engine.gaps import Split, split_need
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.norms import Level, Norm, Norms
from kekiz.engine.parameters import Parameters, settle_norms
from kekiz.engine.reach import (
    Classes,
    Nearness,
    build_classes,
    find_candidates,
    find_phases_served,
    split_by_hurdles,
)
from kekiz.engine.scheme import MODES, Scheme
from kekiz.engine.seek import Assignment, count_taken, seek_places
from kekiz.engine.tables import Children, Cooperations, Offers, Spots, TravelTimes, digest_tables
from kekiz.engine.ways import KnownWays, find_known_ways

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Progress = Callable[[int, int], None]
ENGINE_FILES = Path(__file__).parent


@dataclass(frozen=True)
class Inputs:
    """Everything that one analysis reads."""

    children: Children
    offers: Offers
    norms: Norms
    scheme: Scheme
    times: TravelTimes | None = None
    cooperations: Cooperations | None = None
    spots: Spots | None = None  # the points that ``times`` names; none: it names cells and offers

    @cached_property
    def known_ways(self) -> KnownWays | None:
        """What the table of travel times knows of these cells and offers; once for all fields and draws."""
        if self.times is None:
            return None
        cells, offers = gather_cells(self.children, self.scheme), sort_offers(self.offers)
        return find_known_ways(cells, offers, self.times, self.spots)


@dataclass(frozen=True)
class Market:
    """Who could use what in one field, and who got it: kept where a later step follows single arcs."""

    classes: Classes
    found: Assignment
    possible: Assignment


@dataclass(frozen=True)
class FieldOutcome:
    """The market of one field: who got what, and why not."""

    members: NDArray[np.int64]  # offers of the field, index into the sorted offers
    split: Split
    nearness: Nearness
    places: Floats
    is_assumed: Bools
    taken_found: Floats
    taken_possible: Floats
    attendance: Attendance
    market: Market | None = None  # with keep_markets only: it is by far the largest part


@dataclass(frozen=True)
class Outcome:
    """All markets of one analysis, before they are written as tables (see results.py)."""

    inputs: Inputs
    cells: Cells
    offers: Offers
    parameters: Parameters
    fields: tuple[FieldOutcome, ...]
    level: Level

    @cached_property
    def digests(self) -> dict[str, str]:
        """What identifies the analysis; worked out when asked for, for repeated analyses never ask."""
        return digest_inputs(self.inputs, self.level)

    @property
    def children(self) -> Floats:
        """Children by reason: field, column (need + six reasons), cell, phase, group."""
        return np.stack([field.split.children for field in self.fields])


def compute(
    inputs: Inputs,
    *,
    level: Level = "mid",
    choose: Callable[[Norm], float] | None = None,
    progress: Progress | None = None,
    workers: int = 2,
    keep_markets: bool = False,
) -> Outcome:
    """Run the chain for every field: reach, seek, coordinate, split by reason.

    ``level`` or ``choose`` settle the norms; ``progress(done, of)`` is called after each field;
    ``keep_markets`` keeps who got which place, for overlaps and handovers.
    Raises InputError if a norm is missing.
    """
    parameters = settle_norms(inputs.norms, inputs.scheme, level, choose)
    cells = gather_cells(inputs.children, inputs.scheme)
    offers = sort_offers(inputs.offers)
    linked = _find_linked_offers(offers, inputs.cooperations)
    count = len(inputs.scheme.fields)
    done = 0
    outcomes = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        jobs = [
            pool.submit(
                _compute_field,
                cells,
                offers,
                field,
                parameters,
                inputs.scheme,
                inputs.known_ways,
                linked,
                keep_markets,
            )
            for field in range(count)
        ]
        for job in jobs:
            outcomes.append(job.result())
            done += 1
            if progress:
                progress(done, count)
    return Outcome(
        inputs=inputs,
        cells=cells,
        offers=offers,
        parameters=parameters,
        fields=tuple(outcomes),
        level=level,
    )


def _compute_field(
    cells: Cells,
    offers: Offers,
    field: int,
    parameters: Parameters,
    scheme: Scheme,
    known: KnownWays | None,
    linked: Bools,
    keep_market: bool,
) -> FieldOutcome:
    members = np.flatnonzero(offers.fields >> field & 1)
    market = _select_offers(offers, members)
    assumed = parameters.assumed_places[field, market.mode]
    is_assumed = np.isnan(market.places)
    places = np.where(is_assumed, assumed, market.places)
    serves = find_phases_served(market, scheme)
    known = known and known.narrow(members)
    candidates = find_candidates(cells, market, find_admitted(cells, market), parameters, known)
    strata = split_by_hurdles(market.hurdles, parameters.hurdle_stops)
    classes, nearness = build_classes(cells, candidates, serves, market, strata, field, parameters)
    found = seek_places(classes, places, parameters.tries[field], parameters.never_asks[field])
    possible = coordinate_places(classes, found)
    return FieldOutcome(
        members=members,
        split=split_need(classes, found, possible, np.asarray(serves.any(axis=0)), cells),
        nearness=nearness,
        places=places,
        is_assumed=is_assumed,
        taken_found=count_taken(places, found),
        taken_possible=count_taken(places, possible),
        attendance=_record_attendance(classes, found, members, linked),
        market=Market(classes, found, possible) if keep_market else None,
    )


def _select_offers(offers: Offers, members: NDArray[np.int64]) -> Offers:
    return Offers(**{name: getattr(offers, name)[members] for name in Offers.__dataclass_fields__})


def find_admitted(cells: Cells, offers: Offers) -> Bools:
    """Municipality × offer: the offer serves the children of the municipality."""
    municipalities = cells.municipalities[0]
    admits = np.ones((len(municipalities), len(offers.offer)), dtype=bool)
    for area in set(offers.area) - {""}:
        prefixes = tuple(area.split())
        served = np.array([ags.startswith(prefixes) for ags in municipalities], dtype=bool)
        admits[np.ix_(~served, offers.area == area)] = False
    return admits


def _find_linked_offers(offers: Offers, cooperations: Cooperations | None) -> Bools:
    if cooperations is None:
        return np.zeros(len(offers.offer), dtype=bool)
    named = set(cooperations.offer_a) | set(cooperations.offer_b)
    return np.array([offer in named for offer in offers.offer], dtype=bool)


def _record_attendance(
    classes: Classes, found: Assignment, members: NDArray[np.int64], linked: Bools
) -> Attendance:
    """Children who found a place at an offer that has an agreement; a class's groups share its arcs alike."""
    arc_class = np.repeat(np.arange(len(classes.cell)), np.diff(classes.start))
    arcs = (
        np.flatnonzero(linked[members][classes.offer] & (found.by_arc > 0))
        if len(members)
        else np.array([], int)
    )
    rows = arc_class[arcs]
    total = np.maximum(found.served[rows].sum(axis=1, keepdims=True), 1)
    children = found.by_arc[arcs][:, None] * GRAIN * (found.served[rows] / total)
    groups = found.served.shape[1]
    return Attendance(
        offer=np.repeat(members[classes.offer[arcs]], groups),
        cell=np.repeat(classes.cell[rows], groups),
        phase=np.repeat(classes.phase[rows], groups),
        group=np.tile(np.arange(groups), len(arcs)),
        children=children.ravel(),
    )


def digest_inputs(inputs: Inputs, level: Level) -> dict[str, str]:
    """What identifies an analysis: digests of all it reads and of the engine itself."""
    spots = () if inputs.spots is None else (inputs.spots,)
    return {
        "inputs": digest_tables(inputs.children, inputs.offers, inputs.times, inputs.cooperations, *spots),
        "norms": inputs.norms.digest,
        "scheme": hashlib.sha256(repr(inputs.scheme).encode()).hexdigest(),
        "code": digest_code(),
        "level": level,
        "travel": name_travel(inputs.times),
    }


def name_travel(times: TravelTimes | None) -> str:
    """Where minutes come from: "model", the "table" of travel times, or "mixed", mode by mode."""
    if times is None or not len(times.mode):
        return "model"
    return "table" if len(np.unique(times.mode)) == len(MODES) else "mixed"


def digest_code() -> str:
    """SHA-256 over the engine's own files: a changed engine is another engine."""
    total = hashlib.sha256()
    for path in sorted(ENGINE_FILES.rglob("*.py")):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()
