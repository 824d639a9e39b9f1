"""Put the results of districts together: one result, the same tables as one analysis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kekiz.engine.chain import measure_concentration, measure_equity_gap
from kekiz.engine.compute import Inputs
from kekiz.engine.distribute import Solved
from kekiz.engine.gaps import COLUMNS
from kekiz.engine.results import ALL, Result

LARGE = ("cells", "reach")  # as many rows as cells × links: handed on district by district
SMALL = ("links", "offers", "chain", "breaks", "transitions")
Sink = Callable[[str, pa.Table], None]


@dataclass(frozen=True)
class Merged:
    """The result of all districts that could be solved, and why the others could not."""

    result: Result
    failed: dict[str, str]  # district: error


def merge_districts(
    solved: Iterable[Solved], inputs: Inputs, digests: dict[str, str], sink: Sink | None = None
) -> Merged:
    """Join districts in the order they come.

    ``sink(name, table)`` receives the large tables as they come; without it they are kept and joined too.
    """
    kept: dict[str, list[pa.Table]] = {name: [] for name in (*SMALL, *LARGE)}
    failed: dict[str, str] = {}
    for district in solved:
        if district.error:
            failed[district.key] = district.error
        for name, table in district.tables.items():
            if name in LARGE and sink is not None:
                sink(name, table)
            elif name in kept:
                kept[name].append(table)
    tables = {name: pa.concat_tables(parts) for name, parts in kept.items() if parts}
    if not tables:
        return Merged(Result({}, {}, digests), failed)
    tables["offers"] = _join_offers(tables["offers"])
    for name, keys, weight, means in (
        ("chain", [], "birth_cohort", ["unbroken", "expected_unmet"]),
        ("breaks", ["phase"], None, ["share_breaking_here"]),
        ("transitions", ["transition"], "crossing", ["with_handover"]),
    ):
        weights = tables["chain"] if weight is None else None
        tables[name] = _with_region(tables[name], keys, weight, means, weights)
    return Merged(Result(tables, _headline(tables, _count_children(inputs, failed), inputs), digests), failed)


def _count_children(inputs: Inputs, failed: Collection[str]) -> float:
    """All children but those of the districts that could not be solved."""
    if not failed:
        return float(inputs.children.n.sum())
    solved = np.array([not ags.startswith(tuple(failed)) for ags in inputs.children.ags], dtype=bool)
    return float(inputs.children.n[solved].sum())


def _join_offers(offers: pa.Table) -> pa.Table:
    """An offer that serves several districts: its parts added up."""
    sums = ("places", "taken_found", "taken_possible")
    grouped = offers.group_by(["offer", "field"], use_threads=False).aggregate(
        [*((name, "sum") for name in sums), ("places_assumed", "any")]
    )
    columns = {name: grouped[name] for name in ("offer", "field")}
    columns |= {"places": grouped["places_sum"], "places_assumed": grouped["places_assumed_any"]}
    columns |= {name: grouped[f"{name}_sum"] for name in sums[1:]}
    return pa.table(columns)


def _with_region(
    table: pa.Table, keys: list[str], weight: str | None, means: list[str], cohorts: pa.Table | None
) -> pa.Table:
    """Municipalities as they are, districts' own totals replaced by one row of the whole region each."""
    rows = table.filter(pc.not_equal(table["ags"], ALL))
    if cohorts is not None:
        own = cohorts.filter(pc.not_equal(cohorts["ags"], ALL)).select(["ags", "group", "birth_cohort"])
        rows = rows.append_column("birth_cohort", _look_up(rows, own))
    by = weight or "birth_cohort"
    region = _average(rows, [*keys, "group"], by, means)
    region = region.append_column("ags", pa.array([ALL] * region.num_rows, pa.string()))
    return pa.concat_tables([region.select(table.column_names), rows.select(table.column_names)])


def _look_up(rows: pa.Table, cohorts: pa.Table) -> pa.Array:
    found = {(row["ags"], row["group"]): row["birth_cohort"] for row in cohorts.to_pylist()}
    keys = zip(rows["ags"].to_pylist(), rows["group"].to_pylist(), strict=True)
    return pa.array([found[key] for key in keys], pa.float64())


def _average(rows: pa.Table, keys: list[str], weight: str, means: list[str]) -> pa.Table:
    """Weighted means by keys; rows without weight do not count. Order of first appearance."""
    sums: dict[tuple[Any, ...], list[float]] = {}
    for row in rows.to_pylist():
        entry = sums.setdefault(tuple(row[key] for key in keys), [0.0] * (1 + len(means)))
        if row[weight] > 0:
            entry[0] += row[weight]
            for position, name in enumerate(means, start=1):
                entry[position] += row[weight] * row[name]
    columns: dict[str, Any] = {key: [place[at] for place in sums] for at, key in enumerate(keys)}
    columns[weight] = [entry[0] for entry in sums.values()]
    for position, name in enumerate(means, start=1):
        columns[name] = [entry[position] / entry[0] if entry[0] else float("nan") for entry in sums.values()]
    return pa.table(columns)


def _headline(tables: dict[str, pa.Table], children: float, inputs: Inputs) -> dict[str, Any]:
    chain = {row["group"]: row for row in tables["chain"].to_pylist() if row["ags"] == ALL}
    groups = inputs.scheme.group_codes
    need, found = (
        _sum_by_group(tables["links"], groups, "need"),
        _sum_by_group(tables["links"], groups, "found"),
    )
    return {
        "children": children,
        "birth_cohort": chain[ALL]["birth_cohort"],
        "unbroken": chain[ALL]["unbroken"],
        "unbroken_by_group": {group: chain[group]["unbroken"] for group in groups},
        "expected_unmet": chain[ALL]["expected_unmet"],
        "reasons": {name: float(pc.sum(tables["links"][name]).as_py()) for name in COLUMNS},
        "equity_gap_points": measure_equity_gap(need, found),
        "concentration": measure_concentration(need, need - found),
        "offers": len(inputs.offers.offer),
        "offers_with_assumed_places": int(np.isnan(inputs.offers.places).sum()),
    }


def _sum_by_group(links: pa.Table, groups: tuple[str, ...], column: str) -> NDArray[np.float64]:
    return np.array(
        [pc.sum(links.filter(pc.equal(links["group"], group))[column]).as_py() or 0.0 for group in groups]
    )
