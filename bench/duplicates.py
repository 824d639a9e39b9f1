"""Duplicates: precision, recall, time and memory on labelled lists, beside Splink and dedupe in one run.

    python -m bench.duplicates                          kekiz on all sets, without and with 100 answers
    python -m bench.duplicates --peers PYTHON           the same sets with Splink 5 and dedupe of another venv
    python -m bench.duplicates --speed                  100,000 and 1,000,000 records (or: --speed 20000)

Sets: day-care sites and offers (bench/day_care_doubles.py, seeds nothing was set on), samples of them of
about 800 records, schools with slips of other kinds (bench/school_doubles.py), and the restaurants of
Fodor's and Zagat's. PYTHON is the interpreter of a venv with requirements/bench.txt. Time and memory are
measured in a fresh process; processor time counts all threads.
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.day_care_doubles import COLUMNS, DATA, Row, find_lists, make_doubles, make_many
from bench.school_doubles import make_school_doubles
from kekiz.engine.duplicates import (
    Answer,
    Duplicates,
    Records,
    choose_questions,
    find_duplicates,
    learn_weights,
)

REPOSITORY = Path(__file__).resolve().parents[1]
HOLDOUT = (("sh", 901), ("sh", 902), ("berlin", 903), ("berlin", 904))
SAMPLES = (("sh", 905), ("berlin", 906))  # small enough for dedupe
SCHOOL_SEEDS = (951, 952)
SAMPLED_SITES = 420  # about 800 records
NUMBERS = ("lat", "lon", "age_from", "age_to")
PART = 100_000  # records made at a time
SPEED = [100_000, 1_000_000]  # records
BATCH = 20  # answers between two learnings


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", help="Python with Splink and dedupe")
    parser.add_argument("--only", default="", help='sets whose name holds this, as "sh site 901"')
    parser.add_argument("--speed", type=int, nargs="*", metavar="RECORDS", help="100000 and 1000000")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        return measure_speed(arguments.measure)
    if not find_lists():
        print(f"Skipped: the open lists are absent ({DATA}); set KEKIZ_DATA to the data folder.")
        return 0
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the start"
    )
    if arguments.speed is not None:
        report_speed(arguments.speed or SPEED)
    else:
        report_quality(arguments.peers, arguments.only)
    return 0


def report_quality(peers: str | None, only: str) -> None:
    """One line per set and program."""
    sets = {f"{source} {level} {seed}": (make_doubles(source, seed, level), level)
            for level in ("site", "offer") for source, seed in HOLDOUT}  # fmt: skip
    for source, seed in SAMPLES:
        sets[f"{source} sample {seed}"] = (make_doubles(source, seed, limit=SAMPLED_SITES), "site")
    sets |= {f"schools {seed}": (make_school_doubles(seed), "site") for seed in SCHOOL_SEEDS}
    sets["restaurants"] = (load_restaurants(), "site")
    for name, (rows, level) in sets.items():
        if only not in name:
            continue
        country = "US" if name == "restaurants" else "DE"
        records, truth = make_records(rows)
        start = time.perf_counter()
        found = find_duplicates(records, level=level, country=country)
        report(name, "kekiz, no answer", judge_result(found, truth), time.perf_counter() - start)
        start = time.perf_counter()
        asked = ask_people(records, truth, 100, level=level, country=country)
        report(name, "kekiz, 100 answers", judge_result(asked, truth), time.perf_counter() - start)
        if peers and level == "site":
            run_peers(name, rows, truth, peers)


def report(name: str, program: str, figures: dict[str, float], seconds: float, megabytes: float = 0) -> None:
    """Print one line of the table."""
    shares = "  ".join(f"{key} {value:.4f}" for key, value in figures.items())
    memory = f"  {megabytes:.0f} MB" if megabytes else ""
    print(f"{name:16} {program:20} {shares}  {seconds:.2f} s{memory}", flush=True)


def run_peers(name: str, rows: list[Row], truth: dict[str, str], python: str) -> None:
    """Both peers on the same records, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        for peer in ("splink", "dedupe"):
            command = [python, str(REPOSITORY / "bench" / f"duplicates_{peer}.py"), str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{name:16} {peer:20} failed: {done.stderr.strip().splitlines()[-1]}")
                continue
            result = json.loads(done.stdout.strip().splitlines()[-1])
            figures = judge_clusters(result["clusters"], truth)
            report(name, result["program"], figures, result["seconds"], result["megabytes"])


def make_records(rows: list[Row]) -> tuple[Records, dict[str, str]]:
    """Records and the truth by id."""
    columns: dict[str, Any] = {
        name: [row.get(name) or None for row in rows] for name in COLUMNS if name != "truth"
    }
    for name in NUMBERS:
        columns[name] = [float(value) if value else None for value in columns[name]]
    return Records.from_columns(**columns), {row["id"]: row["truth"] for row in rows}


def load_restaurants() -> list[Row]:
    """Fodor's and Zagat's restaurants: two lists, 112 of them in both."""
    rows: list[Row] = []
    for source in ("1", "2"):
        with (DATA / "linkage" / f"restaurant-{source}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file, skipinitialspace=True):
                key = f"{source}-{len(rows)}"
                known = {"name": row["name"], "street": row["address"], "town": row["city"]}
                rows.append({"id": key, "source": source, "truth": row["unique_id"], **known})
    return rows


def ask_people(
    records: Records, truth: dict[str, str], count: int, *, level: str = "site", country: str = "DE"
) -> Duplicates:
    """Answer ``count`` questions by the truth, learning after every batch; the result obeys the answers."""
    found = find_duplicates(records, level=level, country=country)
    answers: list[Answer] = []
    for batch in range(count // BATCH):
        for left, right in choose_questions(found, BATCH, seed=batch):
            answers.append(Answer(left, right, "same" if truth[left] == truth[right] else "different"))
        found = find_duplicates(records, level=level, weights=found.weights, answers=answers, country=country)
        weights = learn_weights(found, answers)
        found = find_duplicates(records, level=level, weights=weights, answers=answers, country=country)
    return found


def judge_result(found: Duplicates, truth: dict[str, str]) -> dict[str, float]:
    """Pairwise figures of the clusters; ``seen``: true pairs that are automatic, confirmed or in review.

    ``automatic``: automatic pairs per true pair; ``automatic_right``: the share of them that is right.
    """
    clusters = dict(zip(found.ids.to_pylist(), found.cluster.to_pylist(), strict=True))
    figures = judge_clusters(clusters, truth)
    rows = zip(found.left.to_pylist(), found.right.to_pylist(), found.decision.to_pylist(), strict=True)
    decided = [(truth[left] == truth[right], decision) for left, right, decision in rows]
    seen = sum(is_same for is_same, decision in decided if decision != "apart")
    automatic = [is_same for is_same, decision in decided if decision == "automatic"]
    figures["seen"] = seen / max(count_pairs(truth.values()), 1)
    if automatic:
        figures["automatic"] = len(automatic) / max(count_pairs(truth.values()), 1)
        figures["automatic_right"] = sum(automatic) / len(automatic)
    return figures


def judge_clusters(clusters: dict[str, str], truth: dict[str, str]) -> dict[str, float]:
    """Pairwise precision, recall and F1."""
    right = count_pairs((clusters[key], truth[key]) for key in truth)
    found, real = count_pairs(clusters.values()), count_pairs(truth.values())
    shares = {"precision": right / max(found, 1), "recall": right / max(real, 1)}
    return {**shares, "f1": 2 * right / max(found + real, 1)}


def count_pairs(labels: Any) -> int:
    """Pairs within equal labels."""
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


def report_speed(counts: list[int]) -> None:
    """Time and memory of so many records, each in a fresh process."""
    for count in counts:
        command = [sys.executable, "-m", "bench.duplicates", "--measure", str(keep_records(count))]
        subprocess.run(command, check=True, cwd=REPOSITORY)


def keep_records(count: int) -> Path:
    """The file of ``count`` made-up records, made once (a million take minutes) until its makers change."""
    makers = [REPOSITORY / "bench" / name for name in ("day_care_doubles.py", "writing.py")]
    key = hashlib.sha256(b"".join(maker.read_bytes() for maker in makers)).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"kekiz-bench-{os.getuid()}" / f"records-{count}-{key}.parquet"
    if path.is_file():
        return path
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        sizes = [min(PART, count - start) for start in range(0, count, PART)]
        parts = pa.concat_tables(pool.map(make_part, sizes, range(1, len(sizes) + 1)))
    unfinished = path.with_suffix(f".{os.getpid()}")
    pq.write_table(parts, unfinished)
    unfinished.replace(path)
    return path


def make_part(count: int, seed: int) -> pa.Table:
    """About ``count`` records with ids and truths of their own."""
    rows = make_many(count, seed)
    columns = {name: pa.array([row[name] or None for row in rows], pa.string()) for name in COLUMNS}
    for name in ("id", "truth"):
        columns[name] = pc.binary_join_element_wise(str(seed), columns[name], "-")
    return pa.table(columns)


def measure_speed(path: Path) -> int:
    """Read the records and find their duplicates; compiled loops are loaded before the clock starts."""
    find_duplicates(Records.from_columns(id=["a", "b"], name=["Kita Eins", "Kita Eins"]))
    table = pq.read_table(path, columns=[name for name in COLUMNS if name not in ("truth", *NUMBERS)])
    records = Records.from_table(table)
    del table
    start, used = time.perf_counter(), time.process_time()
    found = find_duplicates(records)
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = len(records)
    del records
    table = pq.read_table(path, columns=["id", "truth"])
    truth = dict(zip(table["id"].to_pylist(), table["truth"].to_pylist(), strict=True))
    figures = judge_result(found, truth)
    report(f"{size:,}", f"processor {processor:.1f} s", figures, seconds, peak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
