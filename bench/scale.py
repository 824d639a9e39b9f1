"""From a district to the nation: `kekiz analyse` on real census cells, with time, processor time and memory.

    python -m bench.scale                              Lippe, NRW and Germany, by district in 2 processes
    python -m bench.scale --only nrw --engine one      NRW as one analysis
    python -m bench.scale --only nrw --same-bytes      processes and Spark (local[2]) write the same bytes
    python -m bench.scale --only nrw --cluster         processor time of every district; what n workers need

KEKIZ_DATA names the folder of the open data (or ../shared/data). Inputs and results go to --folder. Every
measurement is the command itself in a process of its own; memory is the largest sum of the proportional set
sizes (PSS) of all its processes, looked at once a second, so that shared pages count once.
"""

import argparse
import heapq
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench.scale_regions import REGIONS, REPOSITORY, make_region
from kekiz.cli.inputs import read_inputs
from kekiz.cli.region import read_region
from kekiz.engine.distribute import Common, read_payload, solve_district
from kekiz.engine.districts import cut_all, divide
from kekiz.engine.scheme import load_scheme
from kekiz.engine.tables import to_arrow

WORKERS = (2, 4, 8, 16, 32, 64)
LOOK_EVERY_SECONDS = 1.0


def main() -> int:
    """Measure what the command line asks for; returns 1 if processes and Spark differ."""
    arguments = read_arguments()
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} before the start"
    )
    differs = 0
    curve = []
    for name in arguments.only:
        region = make_region(REGIONS[name], arguments.folder / name)
        if arguments.cluster:
            report_cluster(region)
        elif arguments.same_bytes:
            differs += report_same_bytes(region, arguments)
        else:
            curve.append({"region": name, **measure(region, arguments.engine, arguments.workers)})
            report_row(curve[-1])
    if curve:
        (arguments.folder / "curve.json").write_text(json.dumps(curve, indent=2), encoding="utf-8")
    return min(differs, 1)


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=REGIONS, default=list(REGIONS))
    parser.add_argument("--engine", choices=("one", "processes", "spark"), default="processes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "var" / "scale")
    parser.add_argument("--same-bytes", action="store_true")
    parser.add_argument("--cluster", action="store_true")
    return parser.parse_args()


def measure(region: Path, engine: str, workers: int) -> dict:
    """Run the command on a region; seconds, processor seconds of all processes, GiB, and what came out."""
    out = region.parent / engine
    words = ["--engine", engine, "--workers", str(workers), "--out", str(out)]
    before, spent = time.perf_counter(), _children_seconds()
    command = subprocess.Popen(
        [sys.executable, "-m", "kekiz", "analyse", str(region), *words],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )
    peak_kib = 0
    while command.poll() is None:
        peak_kib = max(peak_kib, sum(map(_read_pss_kib, _list_family(command.pid))))
        time.sleep(LOOK_EVERY_SECONDS)
    if command.returncode:
        raise SystemExit(f"kekiz analyse {region} ended with {command.returncode}.")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return {
        "engine": engine,
        "workers": workers,
        "seconds": time.perf_counter() - before,
        "processor_seconds": _children_seconds() - spent,
        "peak_gib": peak_kib / 2**20,
        "load": os.getloadavg()[0],
        "children": summary["headline"]["children"],
        "offers": summary["headline"]["offers"],
        "reasons": summary["headline"]["reasons"],
        "districts": summary.get("districts", {}).get("total", 1),
    }


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _list_family(pid: int) -> list[int]:
    """The process and all that it started (Linux)."""
    family, waiting = [], [pid]
    while waiting:
        family.append(waiting.pop())
        for task in Path(f"/proc/{family[-1]}/task").glob("*/children"):
            try:
                waiting += map(int, task.read_text().split())
            except OSError:
                continue  # it ended meanwhile
    return family


def _read_pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def report_row(row: dict) -> None:
    """Print one measurement."""
    found = row["reasons"]["found"] / row["reasons"]["need"]
    print(
        f"{row['region']:8} {row['engine']:9} {row['districts']:4} districts  {row['offers']:8,} offers  "
        f"{row['seconds']:7.1f} s  {row['processor_seconds']:7.1f} s processor  {row['peak_gib']:5.2f} GiB  "
        f"load {row['load']:.1f}  found {found:.1%}",
        flush=True,
    )


def report_same_bytes(region: Path, arguments: argparse.Namespace) -> bool:
    """Run processes and Spark and compare every file; True if one differs."""
    for engine in ("processes", "spark"):
        report_row({"region": region.parent.name, **measure(region, engine, arguments.workers)})
    files = sorted(path.name for path in (region.parent / "processes").iterdir())
    differing = [
        name
        for name in files
        if (region.parent / "processes" / name).read_bytes() != (region.parent / "spark" / name).read_bytes()
    ]
    print(f"{len(files)} files, {len(differing)} differ{': ' if differing else ''}{', '.join(differing)}")
    return bool(differing)


def report_cluster(region: Path) -> None:
    """Measure each district alone, and deal the districts out to n workers, the longest first."""
    inputs = read_inputs(read_region(region, load_scheme()), load_scheme()).inputs
    before = time.process_time()
    division = divide(inputs)
    print(f"reading and dividing: {time.process_time() - before:.1f} s of dividing, not shared out")
    common = Common(inputs.norms, inputs.scheme)
    seconds = {}
    for district in cut_all(division):
        before = time.process_time()
        tables = to_arrow(district.inputs.children), to_arrow(district.inputs.offers)
        solved = read_payload(solve_district(district.key, *tables, common))
        seconds[district.key] = time.process_time() - before
        if solved.error:
            raise SystemExit(f"{district.key}: {solved.error}")
    longest = max(seconds, key=seconds.__getitem__)
    print(f"{len(seconds)} districts, {sum(seconds.values()):.1f} s; {longest}: {seconds[longest]:.1f} s")
    for workers in WORKERS:
        print(f"  {workers:3} workers: {schedule_longest_first(list(seconds.values()), workers):7.1f} s")


def schedule_longest_first(seconds: list[float], workers: int) -> float:
    """When the last worker is done if each district goes, the longest first, to whoever is free first.

    At most 4/3 of the best possible (Graham 1969).
    """
    ends = [0.0] * workers
    for each in sorted(seconds, reverse=True):
        heapq.heapreplace(ends, ends[0] + each)
    return max(ends)


if __name__ == "__main__":
    sys.exit(main())
