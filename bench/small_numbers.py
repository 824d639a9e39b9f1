"""Small numbers of the worked region: time of the mask, and how closely a solver pins its dots.

    python -m bench.small_numbers

Builds the numbers that a run shows (every node of the system that is no dot) and lets HiGHS look for the ends
of all others. `bench.disclosure` does the same with everything that pages and files say. Exit code 1 where a
dot is pinned closer than the width.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from tests.engine.pinning import Reader, Row
from tests.engine.test_disclosure import DEMO, SCHEME, read_demo

from kekiz.cli.inputs import read_inputs
from kekiz.cli.region import read_region
from kekiz.engine.disclosure import build_axis, extend_table
from kekiz.engine.gaps import REASONS
from kekiz.engine.published import (
    SMALL_NUMBERS,
    build_link_axis,
    hide_small_numbers,
    lay_out_links,
    name_links,
    plant_areas,
)
from kekiz.engine.run import analyse

EXACT = 1e-6  # children: every digit is known
SLACK = 1e-4  # the solver rounds


def main() -> int:
    """Print time and the narrowest dot; returns 1 if one is pinned."""
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
    needs = {place for place, count in zip(places, counts, strict=True) if count > 0}
    small = (counts > 0) & (counts < SMALL_NUMBERS.smallest_count)
    print(
        f"dots: {len(rows)} of {len(needs)} needs; {small.sum()} needs are small, "
        f"{(small & ~is_hidden).sum()} of them shown (nobody offers the link)"
    )
    started = time.process_time()
    reader = open_reader(parts.reshape(-1, parts.shape[-1]), members, is_hidden)
    pinned = reader.find_pinned()
    _, width = pinned or reader.find_narrowest()
    print(
        f"all attacked: narrowest {width:.3f} children, {reader.programmes} linear programmes, "
        f"{time.process_time() - started:.1f} s of processor time"
    )
    return int(pinned is not None)


def must_be_zero(parts: np.ndarray) -> np.ndarray:
    """Which links nobody offers is no secret: all their children are no_offer, and no others are."""
    is_no_offer = np.array([reason == "no_offer" for reason in REASONS])
    is_unoffered = parts[:, is_no_offer] > 0
    return np.asarray(is_unoffered != is_no_offer)


def open_reader(parts: np.ndarray, members: np.ndarray, is_hidden: np.ndarray) -> Reader:
    """Somebody who knows every need shown with its parts, and the links that nobody offers.

    Unknowns are leaf × reason.
    """
    kinds = parts.shape[1]
    inside = [np.flatnonzero(node) * kinds for node in members]
    columns = {
        (node, kind): tuple((inside[node] + kind).tolist())
        for node in np.flatnonzero(~is_hidden)
        for kind in range(kinds)
    }
    totals = {place: parts.ravel()[list(picked)].sum() for place, picked in columns.items()}
    rows = [Row(picked, totals[place] - EXACT, totals[place] + EXACT) for place, picked in columns.items()]
    rows += [Row((unknown,), 0.0, 0.0) for unknown in np.flatnonzero(must_be_zero(parts))]
    dots = {
        node: (inside[node][:, None] + np.arange(kinds)).ravel().tolist()
        for node in np.flatnonzero(is_hidden)
    }
    return Reader(rows, parts.ravel(), dots, SMALL_NUMBERS.width - SLACK)


if __name__ == "__main__":
    sys.exit(main())
