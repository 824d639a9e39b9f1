"""Figures that pysal/access computes, kept so that tests can compare without it.

Inputs: the example of its own tests (3 towns, 4 states of the roads; test_hospital_example.py there, BSD-3;
only the figures are repeated here), and two seeded regions of ours with sites without places, cells without
a site in reach and cells without children. The Chicago tables of its documentation are loaded from the
network at run time and are therefore not used.
"""

from importlib.metadata import version

import numpy as np
import pandas as pd

from access import Access, weights

# minutes to: own town, inbound (1->3, 2->3), outbound (3->1, 3->2), across (1->2, 2->1)
ROADS = ((1, 40, 40, 80), (1, 20, 40, 80), (1, 40, 20, 80), (1, 20, 20, 40))
STEPS_BY_MINUTES = {
    1: 1.0,
    20: 1 / 20,
    40: 1 / 40,
    80: 1 / 80,
}  # gravity with power -1 at the minutes that occur
STEPS_LUO_QI = {10: 1.0, 20: 0.68, 30: 0.22}


def make_golden() -> dict:
    """All cases with input and the peer's answers."""
    cases = [make_towns(*roads) for roads in ROADS] + [make_region(seed) for seed in (1, 2)]
    return {
        "made_by": f"python -m bench.access --write-golden (pysal/access {version('access')})",
        "cases": [case | compute_answers(case) for case in cases],
    }


def make_towns(own: float, inbound: float, outbound: float, across: float) -> dict:
    """The package's example: two suburbs and a centre with most of the supply."""
    cost = [own, across, inbound, across, own, inbound, outbound, outbound, own]
    origin, destination = np.divmod(np.arange(9), 3)
    steps = STEPS_BY_MINUTES
    return make_case([100, 50, 10], [15, 20, 100], origin, destination, cost, steps)


def make_region(seed: int) -> dict:
    """60 cells and 15 sites; every fifth site without places, every tenth cell without children."""
    chance = np.random.default_rng(seed)
    cells, sites = chance.uniform(0, 60, (60, 2)), chance.uniform(0, 45, (15, 2))
    minutes = np.hypot(*(cells[:, None, :] - sites).transpose(2, 0, 1)).round(2)
    origin, destination = np.nonzero(minutes <= 40)
    demand, supply = chance.integers(1, 300, 60), chance.integers(1, 200, 15)
    demand[::10], supply[::5] = 0, 0
    return make_case(demand, supply, origin, destination, minutes[origin, destination], STEPS_LUO_QI)


def make_case(demand, supply, origin, destination, cost, steps) -> dict:
    """One input in plain lists."""
    columns = {
        "demand": demand,
        "supply": supply,
        "demand_index": origin,
        "supply_index": destination,
        "cost": cost,
    }
    plain = {name: np.asarray(column).tolist() for name, column in columns.items()}
    return plain | {"steps": sorted(steps.items())}


def compute_answers(case: dict) -> dict:
    """E2SFCA, 3SFCA and RAAM of the peer; None where it gives no value."""
    pairs = pd.DataFrame({"origin": case["demand_index"], "dest": case["supply_index"], "cost": case["cost"]})
    model = Access(
        demand_df=pd.DataFrame({"id": range(len(case["demand"])), "n": case["demand"]}),
        demand_index="id",
        demand_value="n",
        supply_df=pd.DataFrame({"id": range(len(case["supply"])), "places": case["supply"]}),
        supply_index="id",
        supply_value="places",
        cost_df=pairs,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    steps = dict(case["steps"])
    decay = weights.step_fn(steps)
    last = max(steps)
    return {
        "e2sfca": list_values(model.enhanced_two_stage_fca(weight_fn=decay, max_cost=last)),
        "three_sfca": list_values(model.three_stage_fca(weight_fn=decay, max_cost=last)),
        "raam": list_values(model.raam(tau=30, max_cycles=2_000, min_step=0.001)),
    }


def list_values(table: pd.DataFrame) -> list[float | None]:
    """The only column of an answer, by place of demand."""
    return [None if np.isnan(value) else float(value) for value in table.iloc[:, 0]]
