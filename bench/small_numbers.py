"""Small numbers of the worked region: time of the mask, and how closely a solver pins its dots.

    python -m bench.small_numbers [DOTS]

Builds the numbers that a run shows (every node of the system that is no dot) and lets HiGHS pin DOTS of the
others: the smallest needs and a seeded sample. The suite does the same with the files that the cockpit sends.
"""

from __future__ import annotations

import sys
import time

import highspy
import numpy as np
from tests.engine.test_disclosure import DEMO, SCHEME, read_demo

from kekiz.cli.inputs import read_inputs
from kekiz.cli.region import read_region
from kekiz.engine.disclosure import build_axis, extend_table
from kekiz.engine.published import build_link_axis, hide_small_numbers, lay_out_links, name_links, plant_areas
from kekiz.engine.run import analyse


def main(dots: int = 20) -> None:
    """Print time and widths."""
    inputs = read_inputs(read_region(DEMO / "region.toml", SCHEME, None), SCHEME).inputs
    tables = analyse(inputs).tables
    towns = sorted(set(tables["links"]["ags"].to_pylist()))
    _, tree_of_offices = read_demo()
    offices = [
        [town for town, path in zip(towns, tree_of_offices.paths, strict=True) if path[1] == node]
        for node in range(len(towns), len(tree_of_offices.parent) - 1)
    ]
    started = time.process_time()
    hidden = hide_small_numbers(tables, inputs.children, SCHEME, areas=offices)
    print(f"mask: {time.process_time() - started:.2f} s of processor time, {hidden.num_rows} rows")
    tree = plant_areas(towns, offices)
    parts = lay_out_links(tables["links"], SCHEME, towns)
    axes = [tree.axis, build_link_axis(SCHEME), build_axis(len(SCHEME.groups))]
    rows = {tuple(row.values())[1:5] for row in hidden.to_pylist() if row["table"] == "needs"}
    groups = (*SCHEME.group_codes, "")
    places = [(area, *link, group) for area in tree.names for link in name_links(SCHEME) for group in groups]
    is_hidden = np.array([place in rows for place in places])
    members = np.ones((1, 1))
    for axis in axes:
        members = np.kron(members, axis.membership)
    counts = extend_table(parts.sum(axis=-1), axes).ravel()
    print(f"dots: {is_hidden.sum()} of {(counts > 0).sum()} needs")
    widths = pin(parts.reshape(-1, parts.shape[-1]), members, is_hidden, counts, dots)
    print(f"pinned {len(widths)} dots: narrowest {min(widths):.3f}, median {np.median(widths):.3f} children")


def pin(
    parts: np.ndarray, members: np.ndarray, is_hidden: np.ndarray, counts: np.ndarray, dots: int
) -> list[float]:
    """Widths to which a solver pins dots: unknowns are leaf × reason; a shown node gives all its parts."""
    leaves, kinds = parts.shape
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    size = leaves * kinds
    solver.addVars(size, np.zeros(size), np.full(size, highspy.kHighsInf))
    for node in np.flatnonzero(~is_hidden):
        inside = np.flatnonzero(members[node])
        for kind in range(kinds):
            columns = (inside * kinds + kind).astype(np.int32)
            total = parts[inside, kind].sum()
            solver.addRow(total - 1e-6, total + 1e-6, len(columns), columns, np.ones(len(columns)))
    order = np.flatnonzero(is_hidden)[np.argsort(counts[is_hidden], kind="stable")]
    rest = np.random.default_rng(0).permutation(order[dots // 2 :])[: dots - dots // 2]
    widths = []
    for node in [*order[: dots // 2], *rest]:
        cost = np.repeat(members[node], kinds)
        solver.changeColsCost(size, np.arange(size, dtype=np.int32), cost)
        ends = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            solver.changeObjectiveSense(sense)
            solver.run()
            is_found = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(solver.getInfo().objective_function_value if is_found else np.inf)
        widths.append(ends[1] - ends[0])
    return widths


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
