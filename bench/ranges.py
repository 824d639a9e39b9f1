"""Ranges of the worked region, and suppression of its tables: time and memory.

    python -m bench.ranges                100 draws on demo/lippe, then the small numbers of the same region
    python -m bench.ranges --draws 20     fewer draws

The measurement runs in a fresh process.
"""

import argparse
import csv
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench import is_too_slow
from kekiz.cli.inputs import read_inputs
from kekiz.cli.region import read_region
from kekiz.engine.compute import compute
from kekiz.engine.disclosure import Axis, build_axis, extend_table, suppress_table
from kekiz.engine.scheme import load_scheme
from kekiz.engine.uncertainty import estimate_ranges, list_factors

REPOSITORY = Path(__file__).resolve().parents[1]
DEMO = REPOSITORY / "demo" / "lippe"
WORKERS = 2  # draws side by side
BAR_SECONDS = 60.0  # 100 draws of the worked region on two cores
REASONS = Axis((7, 6, 6, 6, 6, 6, 7, -1), 6)  # found; five reasons that add up to unmet; need


def main() -> int:
    """Run what the command line asks for; returns the exit code (1 if the bar is missed)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.draws)))
        return 0
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} before the start"
    )
    done = subprocess.run(
        [sys.executable, "-m", "bench.ranges", "--measure", "--draws", str(arguments.draws)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
        stdout=subprocess.PIPE,
        check=True,
    )
    return report(json.loads(done.stdout), arguments.draws)


def measure(draws: int) -> dict[str, float]:
    """Time and memory of the ranges, and of the suppression of one large linked table."""
    scheme = load_scheme()
    inputs = read_inputs(read_region(DEMO / "region.toml", scheme, None), scheme).inputs
    outcome = compute(inputs)  # the compiled loops are loaded before the clock runs
    wall, processor = time.perf_counter(), time.process_time()
    ranges = estimate_ranges(inputs, draws=draws)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    row = next(row for row in ranges.ranges.to_pylist() if row["figure"] == "unbroken")
    return {
        "wall": wall,
        "processor": processor,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "factors": len(list_factors(inputs.norms)),
        "figures": ranges.ranges.num_rows,
        **{name: row[name] for name in ("low", "median", "high")},
        **measure_suppression(outcome),
    }


def measure_suppression(outcome) -> dict[str, float]:
    """Towns, offices and region x phases x fields x groups x reasons, all sums published, threshold 3."""
    towns, index = outcome.cells.municipalities
    by_town = [outcome.children[:, 1:, index == town].sum(axis=2) for town in range(len(towns))]
    values = np.stack(by_town).transpose(0, 3, 1, 4, 2)
    with (DEMO / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        offices = {row["ags"]: row["youth_office"] for row in csv.DictReader(file)}
    names = sorted(set(offices.values()))
    areas = build_axis(len(towns), [names.index(offices[town]) for town in towns])
    axes = [areas, *(build_axis(leaves) for leaves in values.shape[1:4]), REASONS]
    extended = extend_table(values, axes)
    checked = np.zeros(extended.shape, dtype=bool)
    checked[..., -1] = True
    started = time.process_time()
    is_hidden = suppress_table(values, axes, threshold=3, protection=3, checked=checked)
    return {
        "suppression": time.process_time() - started,
        "cells": int((extended > 0).sum()),
        "sensitive": int(((extended > 0) & (extended < 3) & checked).sum()),
        "hidden": int(is_hidden.sum()),
    }


def report(figures: dict[str, float], draws: int) -> int:
    """Print the figures beside the bar."""
    bar = BAR_SECONDS * draws / 100
    print(f"{draws} draws, {figures['factors']:.0f} factors, {figures['figures']:.0f} ranges")
    print(f"  wall            {figures['wall']:7.1f} s   (bar {bar:.0f} s)")
    print(f"  processor time  {figures['processor']:7.1f} s")
    print(f"  peak memory     {figures['peak_mb']:7.0f} MB")
    print(f"  unbroken chains {figures['median']:.3f} ({figures['low']:.3f} to {figures['high']:.3f})")
    print(
        f"suppression: {figures['cells']:,.0f} cells above zero, {figures['sensitive']:.0f} needs below 3, "
        f"{figures['hidden']:,.0f} left out; {figures['suppression']:.2f} s of processor time"
    )
    return int(is_too_slow(figures["wall"], figures["processor"], bar, workers=WORKERS))


if __name__ == "__main__":
    sys.exit(main())
