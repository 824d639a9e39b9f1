"""What a table of travel times was made from, and what has to be said beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import kekiz.engine
from kekiz.engine.parameters import Parameters
from kekiz.engine.scheme import MODES
from kekiz.travel.measure import Measurement, Places
from kekiz.travel.osm import read_as_of
from kekiz.travel.profiles import STREET_MODES
from kekiz.travel.request import Request

ENGINE_PARTS = (
    "streets.py",
    "timetable.py",
    "reach.py",
    "positions.py",
    "kernels/streets.py",
    "kernels/timetable.py",
    "kernels/pairs.py",
)
WISHES = (
    "depart_from_s",
    "depart_to_s",
    "percentile",
    "walk_minutes",
    "changes",
    "change_minutes",
    "snap_m",
    "margin",
)


def digest_request(places: Places, parameters: Parameters, request: Request, files: Mapping[str, str]) -> str:
    """SHA-256 over all that the result depends on: places, norms, wishes, files, code."""
    total = hashlib.sha256()
    cells, offers = places.cells, places.offers
    for column in (cells.cell, cells.ags, offers.offer):
        total.update("\n".join(column).encode() + b"\0")
    arrays = (cells.x, cells.y, offers.x, offers.y, places.admits, places.limits)
    norms = (parameters.speed_kmh, parameters.detour, parameters.boarding_minutes)
    for array in (*arrays, *norms):
        total.update(np.ascontiguousarray(array).tobytes())
    wishes = {name: getattr(request, name) for name in WISHES} | {"day": str(request.day), **files}
    total.update(json.dumps(wishes, sort_keys=True).encode())
    total.update(_digest_code().encode())
    return total.hexdigest()


def _digest_code() -> str:
    engine, here = Path(kekiz.engine.__path__[0]), Path(__file__).parent
    total = hashlib.sha256()
    for path in [engine / name for name in ENGINE_PARTS] + sorted(here.glob("*.*")):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def tell_measurement(
    measurement: Measurement, rows: Mapping[str, Mapping[str, int]], files: Mapping[str, str]
) -> dict[str, Any]:
    """Files, day, wishes, norms and counts of a table of travel times, for its metadata.

    ``files``: SHA-256 of the extract ("osm") and the timetable ("gtfs").
    """
    request, places = measurement.request, measurement.places
    told: dict[str, Any] = {
        "modes": list(measurement.modes),
        "cells": len(places.cells.cell),
        "offers": len(places.offers.offer),
        "rows": {mode: dict(counts) for mode, counts in rows.items()},
        "off_network": {mode: _count_off(measurement, mode) for mode in measurement.modes},
        "margin": request.margin,
        "norms": tell_norms(measurement.parameters),
    }
    if request.osm is not None:
        told["osm"] = {
            "file": request.osm.name,
            "sha256": files.get("osm", ""),
            "as_of": read_as_of(request.osm),
            "snap_m": request.snap_m,
        }
    bus = measurement.bus
    if bus is not None and request.gtfs is not None:
        told["gtfs"] = {
            "file": request.gtfs.name,
            "sha256": files.get("gtfs", ""),
            "date": str(request.day),
            "depart_from_s": request.depart_from_s,
            "depart_to_s": request.depart_to_s,
            "percentile": request.percentile,
            "walk_minutes": request.walk_minutes,
            "changes": request.changes,
            "change_minutes": request.change_minutes,
            "trips": bus.service.trips,
            "stops": len(bus.service.stops.stop),
            "on_call": bus.service.on_call,
            "cells_without_stop": int(measurement.find_without_stop().sum()),
        }
    return told


def tell_norms(parameters: Parameters) -> dict[str, float]:
    """The norms that measured minutes rest on; cars drive as fast as the street allows."""
    pace = {f"speed_{mode}_kmh": parameters.speed_kmh[MODES.index(mode)] for mode in ("foot", "bike")}
    start = {
        f"boarding_{mode}_minutes": parameters.boarding_minutes[MODES.index(mode)] for mode in STREET_MODES
    }
    return {name: float(value) for name, value in (pace | start).items()}


def _count_off(measurement: Measurement, mode: str) -> dict[str, int]:
    cells, offers = measurement.find_off_network(mode)
    return {"cells": int(cells.sum()), "offers": int(offers.sum())}
