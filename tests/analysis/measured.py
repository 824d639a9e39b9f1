"""A measurement of the small region's ways as `kekiz travel` would store it, with minutes set by hand."""

import pyarrow as pa
from tests.conftest import LIPPE

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import store_measurement
from kekiz.analysis.ways import gather_ends
from kekiz.engine.parameters import settle_norms
from kekiz.evidence.queries import norms_in_force, shipped_scheme
from kekiz.travel.provenance import tell_norms
from kekiz.travel.spots import gather_spots, tell_limits

MODES = ("foot", "bike", "bus", "car")
GTFS = {
    "file": "zug.zip", "sha256": "0" * 64, "date": "2025-05-20", "depart_from_s": 28_800,
    "depart_to_s": 36_000, "percentile": 50.0, "walk_minutes": 15.0, "changes": 2, "change_minutes": 2.0,
    "trips": 12, "stops": 7, "on_call": 0, "cells_without_stop": 0,
}  # fmt: skip
OSM = {"file": "lippe.osm.pbf", "sha256": "1" * 64, "as_of": "2025-05-01", "snap_m": 1000.0}


def measure_region(day, *, minutes=25.0, modes=MODES, gtfs_date=GTFS["date"]):
    """Times, spots and what is told of them: every way takes ``minutes`` in every mode."""
    ends = gather_ends(LIPPE, day)
    scheme, norms = shipped_scheme(), norms_in_force(LIPPE, on=day)
    places = gather_spots(ends.begins, ends.ends, settle_norms(norms, scheme, "high"), 1.0)
    begins, goals = places.cells, places.offers
    rows = [
        {"cell": cell, "offer": goal, "mode": mode, "minutes": minutes, "basis": "network"}
        for cell in begins.cell
        for goal in goals.offer
        for mode in modes
    ]
    spots = [
        {"name": name, "role": role, "x": x, "y": y, "off": ""}
        for role, names, xs, ys in (
            ("begin", begins.cell, begins.x, begins.y), ("end", goals.offer, goals.x, goals.y)
        )
        for name, x, y in zip(names, xs, ys, strict=True)
    ]  # fmt: skip
    told = {
        "kind": "kekiz-travel", "digest": f"{minutes}{modes}", "modes": list(modes),
        "cells": len(begins.cell), "offers": len(goals.offer), "spots": True,
        "rows": {mode: {"network": len(rows) // max(len(modes), 1)} for mode in modes},
        "off_network": {}, "margin": 1.0, "limits": tell_limits(places),
        "norms": tell_norms(settle_norms(norms, scheme)), "osm": OSM, "gtfs": GTFS | {"date": gtfs_date},
    }  # fmt: skip
    return pa.Table.from_pylist(rows), pa.Table.from_pylist(spots), told


def store_measured(day, actor=SYSTEM, **values):
    """Measure the region and keep the result."""
    times, spots, told = measure_region(day, **values)
    return store_measurement(actor=actor, region_key=LIPPE, times=times, spots=spots, told=told)
