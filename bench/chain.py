"""The chain from tables to result tables: time, memory, stages, and the flow beside OR-Tools.

    python -m bench.chain                     1,000 cells x 600 offers x 8 fields, warm, with peak memory
    python -m bench.chain --profile           where the time goes, one field after the other
    python -m bench.chain --flow              own augmenting flow beside OR-Tools' SimpleMaxFlow, same graphs
    python -m bench.chain --cells 27764 --offers 40000     another size

The region is made up (seeded) in the likeness of Kreis Lippe: census cells of 1 km on 36 x 36 km, most
children in few of them, offers where children live. Every measurement runs in a fresh process.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import pyarrow as pa

from bench import is_too_slow
from kekiz.engine import compute as compute_module
from kekiz.engine.compute import Inputs, compute
from kekiz.engine.coordinate import coordinate_places
from kekiz.engine.norms import load_norms
from kekiz.engine.reach import Classes
from kekiz.engine.results import tabulate
from kekiz.engine.scheme import HURDLES, load_scheme
from kekiz.engine.seek import Assignment
from kekiz.engine.tables import children_from_arrow, offers_from_arrow

REPOSITORY = Path(__file__).resolve().parents[1]
WARM_RUNS = 7
BAR_SECONDS = 1.0  # warm, 1,000 cells x 600 offers on two cores
WEST, SOUTH = 4_220_000, 3_170_000  # metres, EPSG:3035
AGES = ((-9, 12), (0, 36), (12, 36), (36, 72), (0, 72), (72, 120), (72, 192), (120, 192), (192, 324))
STAGES = {
    "settle_norms": "norms",
    "gather_cells": "gather cells, sort offers",
    "sort_offers": "gather cells, sort offers",
    "find_candidates": "candidates",
    "split_by_hurdles": "strata of hurdles",
    "build_classes": "classes and arcs",
    "seek_places": "seek",
    "coordinate_places": "coordinate",
    "split_need": "split by reason",
    "_record_attendance": "attendance",
    "digest_inputs": "digests",
}


def main() -> int:
    """Run what the command line asks for; returns the exit code (1 if the bar is missed)."""
    arguments = read_arguments()
    if arguments.measure:
        print(json.dumps(MEASUREMENTS[arguments.measure](arguments.cells, arguments.offers)))
        return 0
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} before the start"
    )
    if arguments.profile:
        report_profile(run_fresh("profile", arguments))
    elif arguments.flow:
        report_flow(run_fresh("flow", arguments))
    else:
        return report_warm(run_fresh("warm", arguments), arguments)
    return 0


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", type=int, default=1_000)
    parser.add_argument("--offers", type=int, default=600)
    parser.add_argument("--profile", action="store_true", help="time by stage")
    parser.add_argument("--flow", action="store_true", help="beside OR-Tools")
    parser.add_argument("--measure", choices=("warm", "profile", "flow"), help=argparse.SUPPRESS)
    return parser.parse_args()


def run_fresh(what: str, arguments: argparse.Namespace) -> dict:
    """Run one measurement in a process of its own and read its figures."""
    sizes = ["--cells", str(arguments.cells), "--offers", str(arguments.offers)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.chain", "--measure", what, *sizes],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def make_region(cells: int, offers: int, seed: int = 5) -> Inputs:
    """A made-up region: children of every phase and group in each cell, offers near them, none alike."""
    scheme = load_scheme()
    chance = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(cells * 1.28)))
    spots = chance.choice(side * side, cells, replace=False)
    x, y = WEST + 1000.0 * (spots % side), SOUTH + 1000.0 * (spots // side)
    children = chance.lognormal(0, 1.2, cells)
    children *= 64.0 * cells / children.sum()
    poor = chance.uniform(0.05, 0.35, cells)
    towns = 1 + 15 * (y - SOUTH) // (1000 * side)
    years = np.array([phase.years for phase in scheme.phases])
    cell, phase, group = (axis.ravel() for axis in np.indices((cells, len(years), 2)))
    share = np.where(group == 0, poor[cell], 1 - poor[cell])
    child_table = pa.table(
        {
            "cell": [f"Z{number}" for number in cell],
            "x": x[cell],
            "y": y[cell],
            "ags": [f"057660{town:02.0f}" for town in towns[cell]],
            "phase": np.array(scheme.phase_codes)[phase],
            "group": np.array(scheme.group_codes)[group],
            "n": children[cell] * share * years[phase] / years.sum(),
        }
    )
    home = chance.choice(cells, offers, p=children / children.sum())
    ages = np.array(AGES)[chance.integers(0, len(AGES), offers)]
    count = chance.integers(1, 3, offers)
    is_known = chance.random(offers) > 0.3
    offer_table = pa.table(
        {
            "offer": [f"A{number}" for number in range(offers)],
            "provider": [f"T{number % 60}" for number in range(offers)],
            "x": x[home] + chance.uniform(-500, 500, offers),
            "y": y[home] + chance.uniform(-500, 500, offers),
            "age_from": ages[:, 0].astype(float),
            "age_to": ages[:, 1].astype(float),
            "fields": [" ".join(chance.choice(scheme.field_codes, n, replace=False)) for n in count],
            "places": pa.array(chance.integers(5, 120, offers).astype(float), mask=~is_known),
            "mode": chance.choice(["visit", "outreach", "online"], offers, p=[0.92, 0.06, 0.02]),
            "hurdles": [
                " ".join(chance.choice(HURDLES, n, replace=False)) for n in chance.integers(0, 3, offers)
            ],
        }
    )
    return Inputs(
        children=children_from_arrow(child_table, scheme),
        offers=offers_from_arrow(offer_table, scheme),
        norms=load_norms(scheme=scheme),
        scheme=scheme,
    )


def measure_warm(cells: int, offers: int) -> dict:
    """First run and median of the warm runs, seconds; peak of the whole process, MB."""
    inputs = make_region(cells, offers)
    seconds, processor_seconds = [], []
    for _ in range(1 + WARM_RUNS):
        before, processor_before = time.perf_counter(), time.process_time()
        result = tabulate(compute(inputs))
        seconds.append(time.perf_counter() - before)
        processor_seconds.append(time.process_time() - processor_before)
    return {
        "first_s": seconds[0],
        "best_s": min(seconds[1:]),
        "median_s": statistics.median(seconds[1:]),
        "processor_s": statistics.median(processor_seconds[1:]),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "reasons": result.headline["reasons"],
        "rows": result.tables["cells"].num_rows,
    }


def report_warm(figures: dict, arguments: argparse.Namespace) -> int:
    """Print the warm runs beside the bar."""
    has_bar = (arguments.cells, arguments.offers) == (1_000, 600)
    bar = f"     (bar {BAR_SECONDS} s)" if has_bar else ""
    print(f"The chain, {arguments.cells:,} cells x {arguments.offers:,} offers x 8 fields")
    print(f"  warm     median {figures['median_s']:.3f} s, best {figures['best_s']:.3f} s{bar}")
    print(f"  work     {figures['processor_s']:.3f} s of processor time, all threads together")
    print(f"  first    {figures['first_s']:.2f} s, with loading or compiling the loops")
    print(f"  memory   {figures['peak_mb']:.0f} MB peak of the whole process")
    parts = ", ".join(f"{name} {value:,.0f}" for name, value in figures["reasons"].items())
    print(f"  result   {figures['rows']:,} rows of cells; {parts}")
    return int(has_bar and is_too_slow(figures["median_s"], figures["processor_s"], BAR_SECONDS, workers=2))


def measure_profile(cells: int, offers: int) -> dict:
    """Processor seconds by stage, one worker, median of the warm runs."""
    inputs = make_region(cells, offers)
    tabulate(compute(inputs))
    runs = [_time_stages(inputs) for _ in range(WARM_RUNS)]
    return {stage: statistics.median(run[stage] for run in runs) for stage in runs[0]}


def _time_stages(inputs: Inputs) -> dict[str, float]:
    """Processor time, which others at work on the machine change little."""
    seconds: dict[str, float] = defaultdict(float)

    def timed(name: str) -> Callable:
        original = getattr(compute_module, name)

        def call(*values, **named):
            before = time.process_time()
            try:
                return original(*values, **named)
            finally:
                seconds[STAGES[name]] += time.process_time() - before

        return call

    with mock.patch.multiple(compute_module, **{name: timed(name) for name in STAGES}):
        before = time.process_time()
        outcome = compute(inputs, workers=1)
        computed = time.process_time() - before
    seconds["the rest of compute"] = computed - sum(seconds.values())
    before = time.process_time()
    tabulate(outcome)
    return {**seconds, "tabulate": time.process_time() - before}


def report_profile(figures: dict) -> None:
    """Print the stages, the longest first."""
    total = sum(figures.values())
    print(f"Stages, processor time of one worker, median of {WARM_RUNS} warm runs; sum {total:.3f} s")
    for stage, seconds in sorted(figures.items(), key=lambda item: -item[1]):
        print(f"  {stage:26} {seconds:7.3f} s  {seconds / total:5.1%}")


def measure_flow(cells: int, offers: int) -> dict:
    """Own flow and OR-Tools' on the graphs of all fields: median seconds; stops where they disagree."""
    markets: list[tuple[Classes, Assignment]] = []

    def keep(classes: Classes, found: Assignment) -> Assignment:
        markets.append((classes, found))
        return coordinate_places(classes, found)

    with mock.patch.object(compute_module, "coordinate_places", keep):
        compute(make_region(cells, offers), workers=1)
    empty = [(classes, _empty_assignment(classes, found)) for classes, found in markets]
    seconds = defaultdict(list)
    for _ in range(WARM_RUNS):
        for name, graphs in (("own_from_found", markets), ("own_from_nothing", empty)):
            before = time.process_time()
            values = [int(coordinate_places(*graph).served.sum()) for graph in graphs]
            seconds[name].append(time.process_time() - before)
        theirs = [_solve_with_ortools(*graph) for graph in empty]
        seconds["ortools_build"].append(sum(built for _, built, _ in theirs))
        seconds["ortools_solve"].append(sum(solved for _, _, solved in theirs))
        if values != [value for value, _, _ in theirs]:
            raise SystemExit("The two flows differ.")
    arcs = sum(len(classes.offer) for classes, _ in markets)
    return {"arcs": arcs, **{name: statistics.median(runs) for name, runs in seconds.items()}}


def _empty_assignment(classes: Classes, found: Assignment) -> Assignment:
    taken = np.zeros(len(found.free), np.int64)
    np.add.at(taken, classes.offer, found.by_arc)
    return Assignment(
        found.need, np.zeros_like(found.served), np.zeros_like(found.by_arc), found.free + taken
    )


def _solve_with_ortools(classes: Classes, empty: Assignment) -> tuple[int, float, float]:
    """Value of the maximum flow, seconds to build the graph, seconds to solve it."""
    from ortools.graph.python.max_flow import SimpleMaxFlow  # noqa: PLC0415  (a peer, not needed to run kekiz)

    before = time.process_time()
    need, count, offers = empty.need.sum(axis=1), len(classes.cell), len(empty.free)
    own_class = np.repeat(np.arange(count), np.diff(classes.start))
    source, sink = count + offers, count + offers + 1
    flow = SimpleMaxFlow()
    flow.add_arcs_with_capacity(np.full(count, source), np.arange(count), need)
    flow.add_arcs_with_capacity(own_class, count + classes.offer, need[own_class])
    flow.add_arcs_with_capacity(count + np.arange(offers), np.full(offers, sink), empty.free)
    built = time.process_time()
    flow.solve(source, sink)
    return flow.optimal_flow(), built - before, time.process_time() - built


def report_flow(figures: dict) -> None:
    """Print both flows and their ratio."""
    theirs = figures["ortools_build"] + figures["ortools_solve"]
    own = figures["own_from_nothing"]
    print(f"Maximum flow of all 8 fields, {figures['arcs']:,} arcs, same value")
    print(f"Processor time, median of {WARM_RUNS} runs")
    print(f"  kekiz, from what families found   {figures['own_from_found']:.3f} s   (what an analysis does)")
    print(f"  kekiz, from nothing               {own:.3f} s")
    print(f"  OR-Tools SimpleMaxFlow            {figures['ortools_solve']:.3f} s", end="")
    print(f"   and {figures['ortools_build']:.3f} s to build the graph")
    print(f"  ratio, both from nothing          {figures['ortools_solve'] / own:.1f} solving alone, ", end="")
    print(f"{theirs / own:.1f} with building")


MEASUREMENTS = {"warm": measure_warm, "profile": measure_profile, "flow": measure_flow}

if __name__ == "__main__":
    sys.exit(main())
