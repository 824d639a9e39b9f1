"""Maximum cover beside spopt, and the demo's plan with its proven gap and its verified effect.

    python -m bench.plan                                    own figures
    python -m bench.plan --peer-python .venv-bench/bin/python    with spopt (CBC and HiGHS) in the same run
    python -m bench.plan --radii 4 --town-radii 1.5 --seeds 1    some of the maximum covers only

The peers' environment: python3 -m venv .venv-bench && .venv-bench/bin/pip install -r requirements/bench.txt
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench import is_too_slow
from kekiz.engine.cells import gather_cells
from kekiz.engine.compute import Inputs
from kekiz.engine.norms import load_norms
from kekiz.engine.plan.cover import max_cover
from kekiz.engine.plan.funding import load_rule
from kekiz.engine.plan.practices import build_candidates, read_practices
from kekiz.engine.plan.proposal import propose_plan
from kekiz.engine.scheme import load_scheme
from kekiz.engine.tables import read_children, read_offers

LIPPE = Path(__file__).resolve().parents[1] / "demo" / "lippe"
PLACES, SITES, P = 3_000, 600, 20
RADII_KM = (1.5, 2.5, 3.0, 3.5, 4.0, 4.2, 4.4, 4.6, 5.0, 6.0, 7.0, 8.0)
TOWN_RADII_KM = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
SEEDS = (1, 2, 3)
MOST_BRANCHES = 300  # of kekiz; where that ends the search the line says so
TOWNS, SIDE_M = 60, 40_000
BAR_COVER_S, BAR_PLAN_S, BAR_GAP = 1.0, 30.0, 0.01
PEER = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pulp
from spopt.locate import MCLP
data = np.load(sys.argv[1])
solvers = {"CBC": pulp.PULP_CBC_CMD(msg=False, timeLimit=300), "HiGHS": pulp.HiGHS(msg=False, timeLimit=300)}
out = {}
for name, solver in solvers.items():
    before = time.perf_counter()
    model = MCLP.from_cost_matrix(data["distance"], data["weights"], float(data["radius"]), int(data["p"]))
    model = model.solve(solver)
    out[name] = {"s": time.perf_counter() - before, "value": float(pulp.value(model.problem.objective))}
print(json.dumps(out))
"""


def main() -> int:
    """Run what the command line asks for; returns 1 if a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer-python", help="interpreter that has spopt")
    parser.add_argument("--radii", type=float, nargs="*", default=RADII_KM, help="km, sites strewn evenly")
    parser.add_argument(
        "--town-radii", type=float, nargs="*", default=TOWN_RADII_KM, help="km, sites in towns"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    arguments = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the start"
    )
    is_missed = report_cover(arguments)
    return int(report_plan() or is_missed)


def make_places(radius_km: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Distances of places and sites strewn evenly on 40 × 40 km, metres, and children per place (whole)."""
    chance = np.random.default_rng([seed, int(radius_km * 10)])
    places, sites = chance.uniform(0, SIDE_M, (PLACES, 2)), chance.uniform(0, SIDE_M, (SITES, 2))
    return measure(places, sites), chance.integers(1, 100, PLACES).astype(float)


def make_towns(_radius_km: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The same, places and sites in 60 towns of very unequal size, children very unequal too."""
    chance = np.random.default_rng([seed, 77])
    centres, size = chance.uniform(0, SIDE_M, (TOWNS, 2)), chance.pareto(1.1, TOWNS) + 0.2
    size /= size.sum()

    def scatter(count: int) -> np.ndarray:
        town = chance.choice(TOWNS, count, p=size)
        spread = (600 + 4000 * np.sqrt(size[town]))[:, None]
        return np.clip(centres[town] + chance.normal(0, 1, (count, 2)) * spread, 0, SIDE_M)

    return measure(scatter(PLACES), scatter(SITES)), np.ceil(chance.lognormal(2.5, 1, PLACES))


def measure(places: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Metres between every place and every site."""
    return np.hypot(places[:, None, 0] - sites[None, :, 0], places[:, None, 1] - sites[None, :, 1])


def report_cover(arguments: argparse.Namespace) -> bool:
    """Own cover for every kind of region and radius, and the peers' beside it."""
    max_cover(make_places(1.0)[0] <= 1500, make_places(1.0)[1], P)  # loads the compiled loops
    print(f"Maximum cover, {PLACES:,} places × {SITES} sites, p = {P} (bar {BAR_COVER_S} s, proven)")
    is_missed = False
    for kind, make, radii in (
        ("even", make_places, arguments.radii),
        ("towns", make_towns, arguments.town_radii),
    ):
        for radius in radii:
            for seed in arguments.seeds:
                is_missed |= report_case(
                    f"{kind}, {radius} km, seed {seed}", *make(radius, seed), radius, arguments
                )
    return is_missed


def report_case(
    name: str, distance: np.ndarray, weights: np.ndarray, radius: float, arguments: argparse.Namespace
) -> bool:
    """One line of the table; True if the bar is missed or an objective differs."""
    seconds, work = [], []
    for _ in range(3):
        before, worked = time.perf_counter(), time.process_time()
        cover = max_cover(distance <= radius * 1000, weights, P, most_branches=MOST_BRANCHES)
        seconds.append(time.perf_counter() - before)
        work.append(time.process_time() - worked)
        if not cover.is_proven:
            break
    proof = "proven" if cover.is_proven else f"NOT PROVEN, bound {cover.bound / cover.covered - 1:.2%} above"
    print(
        f"  {name}: {min(seconds):.3f} s, processor time {statistics.median(work):.3f} s, "
        f"{cover.covered:.0f} of {weights.sum():.0f}, {cover.branches} branches, {proof}",
        flush=True,
    )
    is_missed = is_too_slow(min(seconds), min(work), BAR_COVER_S) or not cover.is_proven
    if arguments.peer_python:
        is_missed |= compare_with_peers(arguments.peer_python, distance, weights, radius, cover.covered)
    return is_missed


def compare_with_peers(
    python: str, distance: np.ndarray, weights: np.ndarray, radius: float, own: float
) -> bool:
    """Solve the same by spopt; True if an objective differs."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.npz"
        np.savez(file, distance=distance, weights=weights, radius=radius * 1000, p=P)
        done = subprocess.run([python, "-c", PEER, str(file)], stdout=subprocess.PIPE, check=True)
    is_different = False
    for name, figures in json.loads(done.stdout.splitlines()[-1]).items():
        is_same = abs(figures["value"] - own) < 0.5
        is_different |= not is_same
        print(f"      spopt with {name}: {figures['s']:.1f} s, {figures['value']:.0f}", end="")
        print("" if is_same else "  DIFFERENT", flush=True)
    return is_different


def report_plan() -> bool:
    """The demo with 200 candidates: time, gap, predicted and verified, for several budgets and rules."""
    scheme = load_scheme()
    children, offers = (
        read_children(LIPPE / "children.csv", scheme),
        read_offers(LIPPE / "offers.csv", scheme),
    )
    inputs = Inputs(children, offers, load_norms(scheme=scheme), scheme)
    catalogue = read_practices(LIPPE / "practices.toml", scheme)
    candidates = build_candidates(catalogue, gather_cells(children, scheme), offers, {})[:200]
    propose_plan(inputs, candidates[:5], load_rule("own"), 1.0)  # loads the compiled loops
    print(f"Plan of the demo, {len(candidates)} candidates (bar: 120,000 EUR, gap <= 1 % in {BAR_PLAN_S} s)")
    is_missed = False
    for budget, rule, equity in (
        (120_000, "kekiz-2017", 2.0),
        (120_000, "own", 1.0),
        (60_000, "kekiz-2017", 1.0),
        (30_000, "own", 3.0),
        (300_000, "kinderstark-example", 2.0),
    ):
        before, worked = time.perf_counter(), time.process_time()
        plan = propose_plan(
            inputs, candidates, load_rule(rule), budget, equity=equity, clock=time.thread_time
        )
        seconds, work = time.perf_counter() - before, time.process_time() - worked
        predicted, verified = plan.predicted.sum(), plan.verified.sum()
        low, high = plan.expected_range
        print(
            f"  {budget:,} EUR, {rule}, equity {equity}: {seconds:.1f} s ({work:.1f} s of processor time), "
            f"{len(plan.chosen)} chosen, gap {plan.gap:.2%}, predicted {predicted:.0f}, "
            f"verified {verified:.0f} ({verified / predicted - 1:+.1%})",
            flush=True,
        )
        is_missed |= (
            is_too_slow(seconds, work, BAR_PLAN_S) or plan.gap > BAR_GAP or not low <= verified <= high
        )
    return is_missed


if __name__ == "__main__":
    sys.exit(main())
