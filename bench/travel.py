"""Travel times of a town: time and memory for street network and timetable, and the same beside a peer.

    python -m bench.travel                             1,000 cells x 600 offers in Heidelberg
    python -m bench.travel --peer-python .venv-bench/bin/python    and 100 x 100 beside ferrobus

Needs the open data folder (KEKIZ_DATA or ../shared/data). Places are drawn around the stops of the timetable,
seeded. Each measurement runs in a fresh process.
"""

import argparse
import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from kekiz.engine.cells import Cells
from kekiz.engine.norms import load_norms
from kekiz.engine.parameters import settle_norms
from kekiz.engine.positions import unproject
from kekiz.engine.scheme import load_scheme
from kekiz.engine.streets import Router
from kekiz.engine.tables import Offers
from kekiz.travel.gtfs import Feed
from kekiz.travel.measure import Measurement, gather_places
from kekiz.travel.osm import read_streets
from kekiz.travel.request import Request
from kekiz.travel.service import read_services
from kekiz.travel.timetables import read_day

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("KEKIZ_DATA", REPOSITORY.parent / "shared" / "data")) / "routing"
OSM, GTFS = FOLDER / "heidelberg.osm.pbf", FOLDER / "vrn_heidelberg_cut.zip"
DAY = dt.date(2022, 6, 21)
PEER_POINTS, CHANGES = 100, 2
LONGEST_S = 90 * 60


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", type=int, default=1_000)
    parser.add_argument("--offers", type=int, default=600)
    parser.add_argument("--peer-python", help="Python with requirements/bench.txt")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not OSM.is_file():
        print(f"no open data at {FOLDER}: set KEKIZ_DATA", file=sys.stderr)
        return 1
    if arguments.measure:
        print(json.dumps(measure(arguments.cells, arguments.offers)))
        return 0
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} before the start"
    )
    report(run_apart(arguments.cells, arguments.offers))
    if arguments.peer_python:
        compare(run_apart(PEER_POINTS, 0), arguments.peer_python)
    return 0


def run_apart(cells: int, offers: int) -> dict:
    """The measurement in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "bench.travel",
        "--measure",
        "--cells",
        str(cells),
        "--offers",
        str(offers),
    ]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


class Clock:
    """Processor time of each step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._from = time.process_time()

    def note(self, step: str) -> None:
        now = time.process_time()
        self.steps[step] = now - self._from
        self._from = now


def measure(cells: int, offers: int) -> dict:
    """Read, prepare, measure; with no offers the cells are the offers too."""
    scheme = load_scheme()
    norms = load_norms(scheme=scheme)
    parameters, highest = settle_norms(norms, scheme), settle_norms(norms, scheme, "high")
    request = Request(osm=OSM, gtfs=GTFS, day=DAY, changes=CHANGES)
    warm_up(parameters, highest, scheme, request)
    clock = Clock()
    streets = read_streets(OSM, {"foot": 4.5, "bike": 13.0})
    clock.note("streets read")
    with Feed(GTFS) as feed:
        service = read_day(
            feed, read_services(feed), DAY, request.depart_from_s, request.depart_to_s + LONGEST_S
        )
    clock.note("timetable read")
    places = draw_places(streets["foot"], service.stops, cells, offers, highest, scheme)
    prepared = Measurement(places, parameters, request, streets, service)
    clock.note("walks prepared")
    rows, wall = {}, time.perf_counter()
    bus = np.full((cells, cells), np.inf) if offers == 0 else None
    for first in range(0, cells, places.block_cells):
        block = np.arange(first, min(first + places.block_cells, cells))
        table = prepared.measure(block)
        names = table["mode"].to_numpy(zero_copy_only=False)
        for mode, count in zip(*np.unique(names, return_counts=True), strict=True):
            rows[mode] = rows.get(mode, 0) + int(count)
        if bus is not None:  # by bus or on foot, whichever is quicker, as the peer has it
            keep_quicker(bus, table.filter(np.isin(names, ("bus", "foot"))))
    clock.note("measured")
    lat, lon = unproject(places.cells.x, places.cells.y)
    return {
        "steps": clock.steps,
        "wall": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rows": rows,
        "trips": service.trips,
        "connections": len(service.timetable.trip),
        "points": [lat.tolist(), lon.tolist()] if bus is not None else [],
        "bus": np.where(np.isfinite(bus), bus, -1).tolist() if bus is not None else [],
    }


def keep_quicker(minutes: np.ndarray, table) -> None:
    """Put the rows of a table into the matrix where they are less."""
    cell, offer = (
        np.array([int(name[1:]) for name in table[column].to_pylist()], np.int64)
        for column in ("cell", "offer")
    )
    np.minimum.at(minutes, (cell, offer), table["minutes"].to_numpy())


def warm_up(parameters, highest, scheme, request) -> None:
    """Load the compiled loops before the clock runs."""
    streets = read_streets(OSM, {"foot": 4.5, "bike": 13.0})
    with Feed(GTFS) as feed:
        service = read_day(feed, read_services(feed), DAY, 8 * 3600, 9 * 3600)
    places = draw_places(streets["foot"], service.stops, 3, 3, highest, scheme)
    Measurement(places, parameters, request, streets, service).measure(np.arange(3))


def draw_places(streets, stops, cells: int, offers: int, highest, scheme):
    """Places some hundred metres around stops; offers for school children."""
    chance = np.random.default_rng(20220621)
    on_streets = np.flatnonzero(Router(streets).anchor(stops.x, stops.y, 100.0).piece >= 0)

    def draw(count: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = chance.choice(on_streets, count)
        return stops.x[chosen] + chance.normal(0, 250, count), stops.y[chosen] + chance.normal(0, 250, count)

    x, y = draw(cells)
    offer_x, offer_y = draw(offers) if offers else (x, y)
    count = len(offer_x)
    texts = np.array([f"o{n:05}" for n in range(count)], dtype=object)
    blank, zero = np.full(count, "", dtype=object), np.zeros(count, np.int64)
    made = Offers(
        offer=texts,
        provider=blank,
        name=blank,
        x=offer_x,
        y=offer_y,
        age_from=np.full(count, 72.0),
        age_to=np.full(count, 192.0),
        fields=zero + 1,
        places=np.full(count, 20.0),
        mode=zero,
        area=blank,
        hurdles=zero,
        languages=blank,
        until=blank,
    )
    names = np.array([f"c{n:05}" for n in range(cells)], dtype=object)
    ags = np.full(cells, "08221000", dtype=object)
    home = Cells(names, x, y, ags, np.ones((cells, len(scheme.phases), len(scheme.groups))))
    return gather_places(home, made, highest, scheme, 1.0)


def report(figures: dict) -> None:
    """Print time, memory and size."""
    print(
        f"{figures['trips']} trips, {figures['connections']:,} connections within the window and 90 minutes"
    )
    for step, seconds in figures["steps"].items():
        print(f"  {step:<16}{seconds:8.1f} s of processor time")
    print(f"  {'measured, wall':<16}{figures['wall']:8.1f} s")
    print(f"  {'peak memory':<16}{figures['peak_mb']:8.0f} MB")
    print("  rows " + ", ".join(f"{mode} {count:,}" for mode, count in figures["rows"].items()))


def compare(figures: dict, peer_python: str) -> None:
    """The same points and minutes by ferrobus: time, and how far the medians lie apart."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(GTFS) as feed:
            feed.extractall(folder)
        wish = {
            "points": figures["points"],
            "feed": folder,
            "osm": str(OSM),
            "day": str(DAY),
            "changes": CHANGES,
        }
        done = subprocess.run(
            [peer_python, "-m", "bench.travel_ferrobus"],
            input=json.dumps(wish),
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
        )
    peer = json.loads(done.stdout)
    own, theirs = np.array(figures["bus"]), np.array(peer["minutes"])
    apart = ~np.eye(len(own), dtype=bool)
    both = (own > 0) & (theirs > 0) & (theirs <= LONGEST_S / 60) & apart
    difference = (own - theirs)[both]
    print(f"{PEER_POINTS} x {PEER_POINTS} by bus, 120 departures, beside ferrobus {peer['version']}:")
    print(f"  kekiz    {figures['steps']['measured']:6.2f} s of processor time, foot, bike, car too")
    print(f"  ferrobus {peer['processor']:6.2f} s of processor time")
    low, middle, high = np.percentile(difference, [10, 50, 90])
    print(
        f"  pairs with a journey in both: {both.sum():,}; kekiz minus ferrobus, minutes: "
        f"median {middle:+.1f}, 80 % between {low:+.1f} and {high:+.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
