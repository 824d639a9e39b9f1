"""All measurements one after the other, each in a fresh process: the figures of docs/performance.md.

    python -m bench                                  every measurement (two or three hours)
    python -m bench --quick                          the same commands with small inputs (minutes)
    python -m bench --only plan --only chain         some of them
    python -m bench --peer-python PYTHON             with the peers (a venv with requirements/bench.txt)
    python -m bench --write                          also between the markers of docs/performance.md

Wall time depends on what else runs: compare processor time where the load was not near 0. A bar in seconds
counts as missed only where the processor time, shared out over the threads of the work, misses it too.
A new measurement joins with one line in MEASUREMENTS.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = REPOSITORY / "docs" / "performance.md"
PEER = "PEER"  # replaced by the interpreter with the peers


@dataclass(frozen=True)
class Measurement:
    """A command ``python -m bench.<module> <options>``; ``quick`` replaces options, ``peer`` adds some."""

    name: str
    module: str
    options: str = ""
    quick: str | None = None  # None: left out
    peer: str = ""

    def command(self, is_quick: bool, peer_python: str | None) -> list[str]:
        """The words of the command line."""
        words = ((self.quick or "") if is_quick else self.options).split()
        if peer_python:
            words += [peer_python if word == PEER else word for word in self.peer.split()]
        return [sys.executable, "-m", f"bench.{self.module}", *words]


MEASUREMENTS = (
    Measurement("access", "access", "--large", quick="", peer="--peer-python PEER"),
    Measurement("chain", "chain", quick="--cells 200 --offers 120"),
    Measurement("chain-profile", "chain", "--profile"),
    Measurement("chain-flow", "chain", "--flow"),
    Measurement("scale", "scale", quick="--only lippe"),
    Measurement("ranges", "ranges", quick="--draws 5"),
    Measurement("small-numbers", "small_numbers", quick=""),
    Measurement("disclosure", "disclosure", quick="--links 1"),
    Measurement("plan", "plan", quick="--radii 2.5 --town-radii 1.5 --seeds 1", peer="--peer-python PEER"),
    Measurement("duplicates", "duplicates", quick="--only 905", peer="--peers PEER"),
    Measurement("duplicates-speed", "duplicates", "--speed", quick="--speed 20000"),
    Measurement("travel", "travel", quick="--cells 60 --offers 40", peer="--peer-python PEER"),
    Measurement("search", "search", quick="--offers 2000"),
    Measurement("exports", "exports", quick="--offers 2000"),
    Measurement("imports", "imports", quick="--rows 300"),
    Measurement("pages", "pages", quick=""),
    Measurement("scale-spark", "scale", "--only nrw --same-bytes", quick="--only lippe --same-bytes"),
    Measurement("scale-cluster", "scale", "--only nrw --cluster"),
)


@dataclass(frozen=True)
class Outcome:
    """What one measurement printed, and what it took."""

    measurement: Measurement
    command: list[str]
    printed: str
    code: int
    wall_s: float
    processor_s: float
    load: float


def main() -> int:
    """Run the measurements asked for; returns 1 if one failed or missed its bar."""
    arguments = read_arguments()
    chosen = [
        measurement
        for measurement in MEASUREMENTS
        if (not arguments.only or measurement.name in arguments.only)
        and not (arguments.quick and measurement.quick is None)
    ]
    print(describe_machine(), flush=True)
    outcomes = []
    for measurement in chosen:
        outcome = run(measurement, measurement.command(arguments.quick, arguments.peer_python))
        outcomes.append(outcome)
        print(f"\n{write_section(outcome)}", flush=True)
    print(f"\n{write_table(outcomes)}")
    if arguments.write:
        DOCUMENT.write_text(fill_in(DOCUMENT.read_text(encoding="utf-8"), outcomes), encoding="utf-8")
    return int(any(outcome.code for outcome in outcomes))


def read_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [measurement.name for measurement in MEASUREMENTS]
    parser.add_argument("--quick", action="store_true", help="small inputs")
    parser.add_argument("--only", action="append", choices=names, help="may be given several times")
    parser.add_argument("--peer-python", help="interpreter of a venv with requirements/bench.txt")
    parser.add_argument("--write", action="store_true", help=f"into {DOCUMENT.relative_to(REPOSITORY)}")
    return parser.parse_args()


def run(measurement: Measurement, command: list[str]) -> Outcome:
    """One measurement in a fresh process; processor time counts its own processes too."""
    load, before, start = os.getloadavg()[0], os.times(), time.perf_counter()
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    printed = done.stdout.rstrip()
    if done.returncode and done.stderr.strip():
        printed += "\n" + done.stderr.strip().splitlines()[-1]
    return Outcome(measurement, command, printed, done.returncode, wall, processor, load)


def describe_machine() -> str:
    """Processor, cores, memory, versions and load, in one line."""
    cpu = platform.processor() or platform.machine()
    known = Path("/proc/cpuinfo")
    if known.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", known.read_text(encoding="utf-8"), re.MULTILINE)
        cpu = found.group(1) if found else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "highspy", "pyarrow"))
    return (
        f"{os.cpu_count()} processors ({cpu}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}; load {os.getloadavg()[0]:.1f} before the start"
    )


def write_section(outcome: Outcome) -> str:
    """Command, load and what was printed, as Markdown."""
    words = " ".join(["python", *outcome.command[1:]]).replace(str(REPOSITORY), ".")
    head = (
        f"load {outcome.load:.1f} before, {outcome.wall_s:.0f} s, processor time {outcome.processor_s:.0f} s"
    )
    return f"`{words}` ({head})\n\n```\n{outcome.printed}\n```"


def write_table(outcomes: list[Outcome]) -> str:
    """One line per measurement."""
    lines = ["| measurement | outcome | wall time | processor time | load before |", "|---|---|---|---|---|"]
    for outcome in outcomes:
        verdict = "bars met" if outcome.code == 0 else f"bar missed or failed (code {outcome.code})"
        lines.append(
            f"| {outcome.measurement.name} | {verdict} | {outcome.wall_s:.0f} s "
            f"| {outcome.processor_s:.0f} s | {outcome.load:.1f} |"
        )
    return "\n".join(lines)


def fill_in(document: str, outcomes: list[Outcome]) -> str:
    """The document with each outcome between its markers; markers that are absent are added at the end."""
    blocks = {"table": f"{describe_machine()}\n\n{write_table(outcomes)}"}
    blocks |= {outcome.measurement.name: write_section(outcome) for outcome in outcomes}
    for name, block in blocks.items():
        begin, end = f"<!-- bench {name} -->", f"<!-- end {name} -->"
        filled = f"{begin}\n{block}\n{end}"
        if begin in document:
            before, rest = document.split(begin, 1)
            document = before + filled + rest.split(end, 1)[1]
        else:
            document = f"{document.rstrip()}\n\n{filled}\n"
    return document


if __name__ == "__main__":
    sys.exit(main())
