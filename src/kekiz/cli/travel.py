"""`kekiz travel`: travel times of a region from its street network and its timetable, block by block."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kekiz.cli.analyse import _show_progress, _stop_for_faults
from kekiz.cli.exits import Exit, stop
from kekiz.cli.inputs import InputFaults, RegionInputs, read_inputs
from kekiz.cli.region import read_region
from kekiz.cli.travel_words import tell_result
from kekiz.engine.cells import gather_cells, sort_offers
from kekiz.engine.norms import Level
from kekiz.engine.parameters import Parameters, settle_norms
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import MODES, load_scheme
from kekiz.engine.streets import Streets
from kekiz.travel.gtfs import Feed
from kekiz.travel.measure import Measurement, Places, gather_places
from kekiz.travel.osm import read_streets
from kekiz.travel.parts import Parts, digest_file, read_told
from kekiz.travel.provenance import digest_request, tell_measurement
from kekiz.travel.request import Request
from kekiz.travel.service import Services, explain_idle_day, read_services
from kekiz.travel.timetables import DayService, read_day

BUS = MODES.index("bus")
SHIPPED_KMH = {"foot": 4.5, "bike": 13.0}  # only to look for further faults when the norms are faulty
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Region:
    """What is needed of a region: cells and offers as places, norms settled."""

    name: str
    places: Places
    parameters: Parameters
    longest_bus_s: int


class _Faults:
    """Collects what is wrong with every input before giving up."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, InputError]] = []

    def run(self, path: Path, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except InputFaults as error:
            self.found += error.faults
        except InputError as error:
            self.found.append((path, error))
        return None

    def raise_all(self) -> None:
        if self.found:
            raise InputFaults(self.found)


def run_travel(region_file: Path, request: Request, out: Path, data: Path | None, as_json: bool) -> None:
    """Read everything, measure what is not there yet, write the table. Ends with a code of Exit."""
    _check_out(out)
    if request.osm is None and request.gtfs is None:
        stop("Bitte --osm (Straßennetz), --gtfs (Fahrplan) oder beides angeben.", Exit.USAGE)
    if data is not None and not data.is_dir():
        stop(f"--data: Den Ordner {data} gibt es nicht.", Exit.USAGE)
    try:
        with _show_progress(as_json) as progress:
            told = _measure(region_file, request, out, data, progress)
    except InputFaults as error:
        _stop_for_faults(error, as_json)
    except OSError as error:
        stop(f"--out: {out} ließ sich nicht schreiben: {error.strerror}.", Exit.USAGE)
    print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else tell_result(told, out))


def _check_out(out: Path) -> None:
    if out.suffix != ".parquet" or out.is_dir() or not out.absolute().parent.is_dir():
        stop(f"--out: {out} muss eine Datei *.parquet in einem vorhandenen Ordner sein.", Exit.USAGE)
    if out.exists() and not read_told(out):
        stop(f"--out: {out} stammt nicht von „kekiz travel“ und wird nicht überschrieben.", Exit.USAGE)


def _measure(
    region_file: Path, request: Request, out: Path, data: Path | None, progress: Progress
) -> dict[str, Any]:
    progress(0, 10, "Dateien lesen und prüfen")
    faults = _Faults()
    region: _Region | None = faults.run(region_file, lambda: _read_region(region_file, data, request.margin))
    services: Services | None = None
    if request.gtfs is not None:
        found = faults.run(request.gtfs, lambda: _read_services(request))
        services, request = found or (None, request)
    digest = ""
    if region is not None and not faults.found:
        digest = faults.run(region_file, lambda: _digest(region, request)) or ""
        known = read_told(out) if out.exists() else {}
        if digest and known.get("digest") == digest:
            return known | {"state": "current"}
    networks: dict[str, Streets] = {}
    if request.osm is not None:
        kmh = _choose_kmh(region)
        osm = request.osm
        progress(0, 10, "Straßennetz lesen")
        networks = faults.run(osm, lambda: read_streets(osm, kmh)) or {}
    service: DayService | None = None
    if request.gtfs is not None and services is not None:
        progress(0, 10, "Fahrplan lesen")
        service = faults.run(request.gtfs, lambda: _read_day(request, services, region))
    faults.raise_all()
    assert region is not None
    measurement = Measurement(region.places, region.parameters, request, networks, service)
    return _write(measurement, region, request, Parts(out, digest, _count_blocks(region.places)), progress)


def _read_region(region_file: Path, data: Path | None, margin: float) -> _Region:
    scheme = load_scheme()
    region = replace(read_region(region_file, scheme, data), travel_times=None)  # it may not exist yet
    read: RegionInputs = read_inputs(region, scheme)

    def settle(level: Level) -> Parameters:
        return settle_norms(read.inputs.norms, scheme, level)

    highest = settle("high")
    places = gather_places(
        gather_cells(read.inputs.children, scheme), sort_offers(read.inputs.offers), highest, scheme, margin
    )
    longest = np.nan_to_num(highest.acceptable_minutes[:, BUS]).max(initial=0.0) * margin
    return _Region(region.name, places, settle("mid"), int(longest * 60))


def _choose_kmh(region: _Region | None) -> dict[str, float]:
    if region is None:
        return SHIPPED_KMH
    return {mode: float(region.parameters.speed_kmh[MODES.index(mode)]) for mode in ("foot", "bike")}


def _read_services(request: Request) -> tuple[Services, Request]:
    """The services of the feed, and the request with its day settled."""
    assert request.gtfs is not None
    with Feed(request.gtfs) as feed:
        services = read_services(feed)
    day = request.day or services.choose_day()
    if day is None or not services.count_trips()[day]:
        text = explain_idle_day(day, services) if day else "Der Fahrplan enthält keine einzige Fahrt."
        raise InputError([Problem(request.gtfs.name, text)])
    return services, replace(request, day=day)


def _read_day(request: Request, services: Services, region: _Region | None) -> DayService:
    assert request.gtfs is not None
    assert request.day is not None
    longest_s = region.longest_bus_s if region else 0
    with Feed(request.gtfs) as feed:
        return read_day(feed, services, request.day, request.depart_from_s, request.depart_to_s + longest_s)


def _digest(region: _Region, request: Request) -> str:
    sums = {}
    for name, path in (("osm", request.osm), ("gtfs", request.gtfs)):
        if path is not None:
            if not path.is_file():
                raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")])
            sums[name] = digest_file(path)
    return digest_request(region.places, region.parameters, request, sums)


def _count_blocks(places: Places) -> int:
    return -(-len(places.cells.cell) // places.block_cells)


def _write(
    measurement: Measurement, region: _Region, request: Request, parts: Parts, progress: Progress
) -> dict[str, Any]:
    done, size = parts.open(), region.places.block_cells
    cells = len(region.places.cells.cell)
    for block in range(parts.blocks):
        if parts.has(block):
            continue
        first = block * size
        progress(first, cells, f"Wege messen: {first} von {cells} Zellen")
        parts.write(block, measurement.measure(np.arange(first, min(first + size, cells))))
    told = tell_measurement(measurement, parts.count_rows())
    parts.finish(told)
    state = {
        "state": "resumed" if done else "anew" if parts.was_outdated else "new",
        "blocks": {"total": parts.blocks, "found": done},
    }
    return read_told(parts.out) | state
