"""`kekiz travel`: travel times from street network and timetable, block by block, for a region in files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kekiz.cli.exits import Exit, stop
from kekiz.cli.faults import stop_for_faults
from kekiz.cli.inputs import InputFaults, RegionInputs, read_inputs
from kekiz.cli.progress import show_progress
from kekiz.cli.region import read_region
from kekiz.engine.cells import gather_cells, sort_offers
from kekiz.engine.norms import Level, Norms
from kekiz.engine.parameters import Parameters, settle_norms
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import MODES, Scheme, load_scheme
from kekiz.engine.streets import Streets
from kekiz.travel.gtfs import Feed
from kekiz.travel.measure import Measurement, Places, gather_places
from kekiz.travel.osm import read_streets
from kekiz.travel.parts import Parts, digest_file, read_told
from kekiz.travel.provenance import digest_request, tell_measurement
from kekiz.travel.request import Request
from kekiz.travel.service import Services, explain_idle_day, read_services
from kekiz.travel.timetables import DayService, read_day
from kekiz.travel.words import tell_result

BUS = MODES.index("bus")
SHIPPED_KMH = {"foot": 4.5, "bike": 13.0}  # only to look for further faults when the norms are faulty
Progress = Callable[[int, int, str], None]
Told = dict[str, Any]


@dataclass(frozen=True)
class Ground:
    """What is needed of a region: where ways begin and end, norms settled."""

    places: Places
    parameters: Parameters
    longest_bus_s: int


@dataclass(frozen=True)
class Task:
    """What is measured and where the table goes."""

    source: Path  # named where what is read of the region is faulty
    read_ground: Callable[[], Ground]
    request: Request
    out: Path
    find_done: Callable[[str], Told]  # what is told of a table with this digest, if there is one already
    more_told: Callable[[Measurement], Told] = lambda _: {}


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
    require_files(request)
    if data is not None and not data.is_dir():
        stop(f"--data: Den Ordner {data} gibt es nicht.", Exit.USAGE)

    def find_done(digest: str) -> Told:
        known = read_told(out) if out.exists() else {}
        return known if known.get("digest") == digest else {}

    told = measure(
        Task(region_file, lambda: _read_files(region_file, data, request.margin), request, out, find_done),
        as_json,
    )
    print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else tell_result(told, f"Tabelle: {out}"))


def require_files(request: Request) -> None:
    """End the program unless there is something to measure with."""
    if request.osm is None and request.gtfs is None:
        stop("Bitte --osm (Straßennetz), --gtfs (Fahrplan) oder beides angeben.", Exit.USAGE)


def _check_out(out: Path) -> None:
    if out.suffix != ".parquet" or out.is_dir() or not out.absolute().parent.is_dir():
        stop(f"--out: {out} muss eine Datei *.parquet in einem vorhandenen Ordner sein.", Exit.USAGE)
    if out.exists() and not read_told(out):
        stop(f"--out: {out} stammt nicht von „kekiz travel“ und wird nicht überschrieben.", Exit.USAGE)


def measure(task: Task, as_json: bool) -> Told:
    """Measure with progress, or take what is there; returns what there is to tell. Ends for faults."""
    try:
        with show_progress(as_json) as progress:
            return _measure(task, progress)
    except InputFaults as error:
        stop_for_faults(error, as_json)
    except OSError as error:
        stop(f"{task.out} ließ sich nicht schreiben: {error.strerror}.", Exit.USAGE)


def _measure(task: Task, progress: Progress) -> Told:
    progress(0, 10, "Eingaben lesen und prüfen")
    faults, request = _Faults(), task.request
    ground: Ground | None = faults.run(task.source, task.read_ground)
    services: Services | None = None
    if request.gtfs is not None:
        found = faults.run(request.gtfs, lambda: _read_services(request))
        services, request = found or (None, request)
    digest, files = "", dict[str, str]()
    if ground is not None and not faults.found:
        files = faults.run(task.source, lambda: _digest_files(request)) or {}
        digest = digest_request(ground.places, ground.parameters, request, files)
        known = {} if faults.found else task.find_done(digest)
        if known:
            return known | {"state": "current"}
    networks: dict[str, Streets] = {}
    if request.osm is not None:
        kmh = _choose_kmh(ground)
        osm = request.osm
        progress(0, 10, "Straßennetz lesen")
        networks = faults.run(osm, lambda: read_streets(osm, kmh)) or {}
    service: DayService | None = None
    if request.gtfs is not None and services is not None:
        progress(0, 10, "Fahrplan lesen")
        service = faults.run(request.gtfs, lambda: _read_day(request, services, ground))
    faults.raise_all()
    assert ground is not None
    measurement = Measurement(ground.places, ground.parameters, request, networks, service)
    return _write(measurement, task, Parts(task.out, digest, _count_blocks(ground.places)), files, progress)


def _read_files(region_file: Path, data: Path | None, margin: float) -> Ground:
    scheme = load_scheme()
    region = replace(read_region(region_file, scheme, data), travel_times=None)  # it may not exist yet
    read: RegionInputs = read_inputs(region, scheme)
    cells, offers = gather_cells(read.inputs.children, scheme), sort_offers(read.inputs.offers)
    return settle_ground(
        lambda highest: gather_places(cells, offers, highest, scheme, margin),
        read.inputs.norms,
        scheme,
        margin,
    )


def settle_ground(
    gather: Callable[[Parameters], Places], norms: Norms, scheme: Scheme, margin: float
) -> Ground:
    """The places of a region and its norms in the middle; ``gather`` gets the norms at their upper end."""

    def settle(level: Level) -> Parameters:
        return settle_norms(norms, scheme, level)

    highest = settle("high")
    longest = np.nan_to_num(highest.acceptable_minutes[:, BUS]).max(initial=0.0) * margin
    return Ground(gather(highest), settle("mid"), int(longest * 60))


def _choose_kmh(ground: Ground | None) -> dict[str, float]:
    if ground is None:
        return SHIPPED_KMH
    return {mode: float(ground.parameters.speed_kmh[MODES.index(mode)]) for mode in ("foot", "bike")}


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


def _read_day(request: Request, services: Services, ground: Ground | None) -> DayService:
    assert request.gtfs is not None
    assert request.day is not None
    longest_s = ground.longest_bus_s if ground else 0
    with Feed(request.gtfs) as feed:
        return read_day(feed, services, request.day, request.depart_from_s, request.depart_to_s + longest_s)


def _digest_files(request: Request) -> dict[str, str]:
    """SHA-256 of the extract and the timetable."""
    sums = {}
    for name, path in (("osm", request.osm), ("gtfs", request.gtfs)):
        if path is not None:
            if not path.is_file():
                raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")])
            sums[name] = digest_file(path)
    return sums


def _count_blocks(places: Places) -> int:
    return -(-len(places.cells.cell) // places.block_cells)


def _write(
    measurement: Measurement, task: Task, parts: Parts, files: dict[str, str], progress: Progress
) -> Told:
    places = measurement.places
    done, size = parts.open(), places.block_cells
    cells = len(places.cells.cell)
    for block in range(parts.blocks):
        if parts.has(block):
            continue
        first = block * size
        progress(first, cells, f"Wege messen: {first} von {cells} Zellen")
        parts.write(block, measurement.measure(np.arange(first, min(first + size, cells))))
    told = tell_measurement(measurement, parts.count_rows(), files) | task.more_told(measurement)
    parts.finish(told)
    state = {
        "state": "resumed" if done else "anew" if parts.was_outdated else "new",
        "blocks": {"total": parts.blocks, "found": done},
    }
    return read_told(parts.out) | state
