"""E2SFCA beside its peer, the package pysal/access: time, memory, and the difference of the results.

    python -m bench.access                   200,000 places of demand x 40,000 of supply
    python -m bench.access --large           3,000,000 x 500,000 as well
    python -m bench.access --write-golden    figures of pysal/access for tests/engine/test_access.py

The peer is not needed to run kekiz. Install it into an environment of its own and name its interpreter:

    python3 -m venv .venv-bench && .venv-bench/bin/pip install -r requirements/bench.txt
    python -m bench.access --peer-python .venv-bench/bin/python

Every measurement runs in a fresh process, so that its peak memory is its own.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench import is_too_slow

REPOSITORY = Path(__file__).resolve().parents[1]
GOLDEN = REPOSITORY / "tests" / "engine" / "access_golden.json"
WEIGHTS = (1.0, 0.68, 0.22)  # of the three steps, after Luo & Qi 2009
WARM_RUNS = 7
THREADS = 2
BARS = {200_000: (0.25, 300), 3_000_000: (6.0, 700)}  # seconds warm, MB
BUSY = ": others are at work, so clock times below are too long"
INSTALL = (
    "pysal/access is not installed here, so there is nothing to compare with. To compare:\n"
    "  python3 -m venv .venv-bench && .venv-bench/bin/pip install -r requirements/bench.txt\n"
    "  python -m bench.access --peer-python .venv-bench/bin/python"
)


def main() -> int:
    """Run what the command line asks for; returns the exit code (1 if a bar is missed)."""
    arguments = read_arguments()
    if arguments.measure:
        print(json.dumps(MEASUREMENTS[arguments.measure](*arguments.sizes, arguments.reach_m)))
        return 0
    if arguments.write_golden:
        return int(run_peer(arguments.peer_python, "golden", 0, 0, 0) is None)
    waiting = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors, load {waiting:.1f} before the start" + (BUSY if waiting > 1 else ""))
    sizes = [(200_000, 40_000)] + ([(3_000_000, 500_000)] if arguments.large else [])
    is_within_bars = [report_own(cells, offers) for cells, offers in sizes]
    report_beside_peer(arguments.peer_python, 200_000, 40_000, 4_000)
    return 0 if all(is_within_bars) else 1


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="also 3,000,000 x 500,000")
    parser.add_argument("--write-golden", action="store_true", help="write the golden figures of the tests")
    parser.add_argument("--peer-python", default=sys.executable, help="interpreter that has pysal/access")
    parser.add_argument("--measure", choices=sorted(MEASUREMENTS), help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs=2, default=(0, 0), help=argparse.SUPPRESS)
    parser.add_argument("--reach-m", type=float, default=15_000, help=argparse.SUPPRESS)
    return parser.parse_args()


def report_own(cells: int, offers: int) -> bool:
    """Measure kekiz alone at 15 km and print it beside its bar."""
    own = run_fresh(sys.executable, "kekiz", cells, offers, 15_000)
    seconds, megabytes = BARS[cells]
    print(f"E2SFCA, {cells:,} x {offers:,}, 3 steps to 15 km straight line, {own['pairs']:,} pairs")
    print(f"  warm     best {own['best_s']:.3f} s, median {own['median_s']:.3f} s     (bar {seconds} s)")
    print(f"  work     {own['processor_s']:.3f} s of processor time, all threads together")
    print(f"  first    {own['first_s']:.2f} s, with loading or compiling the loops")
    print(f"  memory   {own['peak_mb']:.0f} MB peak of the whole process           (bar {megabytes} MB)")
    is_slow = is_too_slow(own["best_s"], own["processor_s"], seconds, workers=THREADS)
    return not is_slow and own["peak_mb"] <= megabytes


def report_beside_peer(peer_python: str, cells: int, offers: int, reach_m: float) -> None:
    """Measure kekiz and pysal/access on the same input and print both with their ratio."""
    peer = run_peer(peer_python, "peer", cells, offers, reach_m)
    if peer is None:
        return
    own = run_fresh(sys.executable, "kekiz", cells, offers, reach_m)
    size = f"{cells:,} x {offers:,}, {reach_m / 1000:g} km, {own['pairs']:,} pairs"
    print(f"Beside pysal/access {peer['version']}: {size}")
    print(f"  kekiz         {own['best_s']:8.3f} s  {own['peak_mb']:7.0f} MB  from coordinates, warm")
    print(f"  pysal/access  {peer['measure_s']:8.3f} s  {peer['peak_mb']:7.0f} MB  from listed pairs")
    print(f"                {peer['pairs_s']:8.3f} s              to list the pairs (scipy's k-d tree)")
    print(f"  ratio         {peer['measure_s'] / own['best_s']:,.0f} without, ", end="")
    print(f"{(peer['measure_s'] + peer['pairs_s']) / own['best_s']:,.0f} with listing the pairs")
    ours, theirs = np.array(own["result"]), np.array(peer["result"])
    served = theirs > 0
    difference = np.max(np.abs(ours - theirs)[served] / theirs[served])
    print(f"  results       differ by {difference:.1e} at most (relative), {served.sum():,} places compared;")
    print(f"                {np.count_nonzero(ours[~served])} of {(~served).sum()} others not 0")


def run_peer(python: str, what: str, cells: int, offers: int, reach_m: float) -> dict | None:
    """Run a measurement that needs pysal/access; None (and how to install it) where missing."""
    python = os.path.abspath(
        shutil.which(python) or python
    )  # not resolved: an environment is found by its link
    if not os.path.exists(python):
        raise SystemExit(f"--peer-python: there is no interpreter {python}.")
    # from the root folder, where this file cannot be taken for the package of the same name
    probe = subprocess.run([python, "-c", "import access"], cwd="/", capture_output=True, check=False)
    if probe.returncode:
        print(INSTALL)
        return None
    return run_fresh(python, what, cells, offers, reach_m)


def run_fresh(python: str, what: str, cells: int, offers: int, reach_m: float) -> dict:
    """Run one measurement in a process of its own and read its figures."""
    command = [python, "-m", "bench.access", "--measure", what, "--sizes", str(cells), str(offers)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run(
        [*command, "--reach-m", str(reach_m)],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def measure_kekiz(cells: int, offers: int, reach_m: float) -> dict:
    """E2SFCA of kekiz: first and warm seconds, peak memory."""
    from kekiz.engine.access import Points, StraightLine, e2sfca  # noqa: PLC0415 - absent where the peer runs

    demand_xy, supply_xy, demand, supply = make_country(cells, offers)
    line = StraightLine(Points(*demand_xy), Points(*supply_xy))
    seconds, processor_seconds = [], []
    for _ in range(1 + WARM_RUNS):
        start, processor_start = time.perf_counter(), time.process_time()
        access = e2sfca(demand, supply, line, make_steps(reach_m))
        seconds.append(time.perf_counter() - start)
        processor_seconds.append(time.process_time() - processor_start)
    figures = {"first_s": seconds[0], "best_s": min(seconds[1:]), "median_s": float(np.median(seconds[1:]))}
    figures["processor_s"] = min(processor_seconds[1:])
    peak_mb = read_peak_mb()
    return figures | {
        "peak_mb": peak_mb,
        "result": keep_result(access),
        "pairs": count_pairs(line, reach_m),
    }


def count_pairs(line: object, reach_m: float) -> int:
    """How many pairs lie within the reach."""
    from kekiz.engine.access.straight_line import LineReach  # noqa: PLC0415 - absent where the peer runs

    reach = LineReach(line, np.array([reach_m]))
    return int(reach.sum_at_demand(np.ones(line.supply.x.size), np.ones(1)).sum())


def measure_peer(cells: int, offers: int, reach_m: float) -> dict:
    """E2SFCA of pysal/access from listed pairs, and how long it takes to list them."""
    from importlib.metadata import version  # noqa: PLC0415

    import pandas as pd  # noqa: PLC0415 - only in the peer's environment
    from scipy.spatial import KDTree  # noqa: PLC0415

    from access import Access, weights  # noqa: PLC0415

    demand_xy, supply_xy, demand, supply = make_country(cells, offers)
    start = time.perf_counter()
    trees = [KDTree(np.column_stack(xy)) for xy in (demand_xy, supply_xy)]
    near = trees[0].sparse_distance_matrix(trees[1], reach_m, output_type="ndarray")
    pairs = pd.DataFrame({"origin": near["i"], "dest": near["j"], "cost": near["v"]})
    pairs_s = time.perf_counter() - start
    del near, trees
    model = Access(
        demand_df=pd.DataFrame({"id": np.arange(cells), "n": demand}),
        demand_index="id",
        demand_value="n",
        supply_df=pd.DataFrame({"id": np.arange(offers), "places": supply}),
        supply_index="id",
        supply_value="places",
        cost_df=pairs,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    start = time.perf_counter()
    result = model.enhanced_two_stage_fca(weight_fn=weights.step_fn(make_steps(reach_m)), max_cost=reach_m)
    measure_s = time.perf_counter() - start
    access = result.iloc[:, 0].reindex(range(cells)).fillna(0.0).to_numpy()
    return {
        "version": version("access"),
        "pairs_s": pairs_s,
        "measure_s": measure_s,
        "peak_mb": read_peak_mb(),
        "result": keep_result(access),
    }


def write_golden(*_: float) -> dict:
    """Write the golden figures; see bench/access_golden.py."""
    from bench.access_golden import make_golden  # noqa: PLC0415 - needs the peer

    golden = make_golden()
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
    return {"written": str(GOLDEN.relative_to(REPOSITORY))}


def make_country(cells: int, offers: int) -> tuple:
    """Places of demand and supply scattered around 2,000 towns of very unequal size, as people live.

    Returns (x, y) of both in metres on an area as large as Germany, children and places. Seeded.
    """
    chance = np.random.default_rng(20_240_101)
    towns = 2_000
    x, y = chance.uniform(0, 640e3, towns), chance.uniform(0, 870e3, towns)
    share = np.arange(1, towns + 1) ** -0.9
    share /= share.sum()
    spread_m = 1_500 + 12_000 * np.sqrt(share / share[0])

    def scatter(count: int) -> tuple:
        town = chance.choice(towns, count, p=share)
        return tuple(centre[town] + chance.normal(size=count) * spread_m[town] for centre in (x, y))

    demand_xy, supply_xy = scatter(cells), scatter(offers)
    return demand_xy, supply_xy, chance.gamma(2, 20, cells), chance.integers(5, 60, offers).astype(float)


def make_steps(reach_m: float) -> dict[float, float]:
    """Three steps of equal width up to the reach."""
    return {reach_m * (number + 1) / 3: weight for number, weight in enumerate(WEIGHTS)}


def keep_result(access: np.ndarray) -> list[float]:
    """The answer as exact numbers, every hundredth place: enough to compare, little to pass on."""
    return access[::100].tolist()


def read_peak_mb() -> float:
    """Largest memory this process held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


MEASUREMENTS = {"kekiz": measure_kekiz, "peer": measure_peer, "golden": write_golden}

if __name__ == "__main__":
    sys.exit(main())
