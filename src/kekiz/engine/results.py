"""The tables that an analysis leaves behind, and the few figures that head it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.engine.chain import (
    Attendance,
    Course,
    measure_concentration,
    measure_equity_gap,
    measure_handovers,
    summarise_course,
    walk_course,
)
from kekiz.engine.compute import Outcome
from kekiz.engine.gaps import COLUMNS
from kekiz.engine.tables import COOPERATION_KINDS

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ALL = ""  # the whole region, or all groups


@dataclass(frozen=True)
class Result:
    """What one analysis says. Tables by name; docs/method.md lists their columns."""

    tables: dict[str, pa.Table]
    headline: dict[str, Any]
    digests: dict[str, str]


def tabulate(outcome: Outcome) -> Result:
    """Write the outcome of an analysis as tables."""
    course = walk_chain(outcome)
    tables = {
        "links": _tabulate_links(outcome),
        "cells": _tabulate_cells(outcome),
        "offers": _tabulate_offers(outcome),
        "chain": _tabulate_chain(outcome, course),
        "breaks": _tabulate_breaks(outcome, course),
        "transitions": _tabulate_transitions(outcome),
        "reach": _tabulate_reach(outcome),
    }
    return Result(tables=tables, headline=_headline(outcome, course), digests=outcome.digests)


def walk_chain(outcome: Outcome) -> Course:
    """The life course as a child born today would walk it, by cell and group."""
    phases = outcome.inputs.scheme.phases
    children = outcome.children
    births = [index for index, phase in enumerate(phases) if phase.age_from == 0]
    return walk_course(
        outcome.cells,
        children[:, 0],
        children[:, 1],
        outcome.parameters.need_share,
        births[0] if births else None,
        np.array([phase.years for phase in phases]),
    )


def list_areas(outcome: Outcome) -> list[tuple[str, Bools]]:
    """The region, then each municipality: its key and which cells are its own."""
    keys, index = outcome.cells.municipalities
    everywhere = np.ones(len(index), dtype=bool)
    return [(ALL, everywhere), *((str(key), index == position) for position, key in enumerate(keys))]


def list_groups(outcome: Outcome) -> list[tuple[str, list[int]]]:
    """All children, then each group: its code and the positions that make it up."""
    codes = outcome.inputs.scheme.group_codes
    return [(ALL, list(range(len(codes)))), *((code, [position]) for position, code in enumerate(codes))]


def _grid(outcome: Outcome, places: int, children: Floats, columns: dict[str, pa.Array]) -> pa.Table:
    """A table of all combinations of place × phase × field × group with their children by reason."""
    scheme = outcome.inputs.scheme
    shape = (places, len(scheme.phases), len(scheme.fields), len(scheme.groups))
    place, phase, field, group = (axis.ravel() for axis in np.indices(shape))
    table = {name: values.take(pa.array(place)) for name, values in columns.items()}
    table["phase"] = pa.array(np.array(scheme.phase_codes)[phase])
    table["field"] = pa.array(np.array(scheme.field_codes)[field])
    table["group"] = pa.array(np.array(scheme.group_codes)[group])
    for position, name in enumerate(COLUMNS):  # children: field, column, place, phase, group
        table[name] = pa.array(np.ascontiguousarray(children[:, position].transpose(1, 2, 0, 3)).ravel())
    return pa.table(table)


def _tabulate_links(outcome: Outcome) -> pa.Table:
    keys, index = outcome.cells.municipalities
    children = outcome.children
    totals = np.zeros((*children.shape[:2], len(keys), *children.shape[3:]))
    for position in range(len(keys)):
        totals[:, :, position] = children[:, :, index == position].sum(axis=2)
    names = [str(key) for key in keys]
    return _grid(outcome, len(names), totals, {"ags": pa.array(names, pa.string())})


def _tabulate_cells(outcome: Outcome) -> pa.Table:
    cells = outcome.cells
    table = _grid(
        outcome,
        len(cells.cell),
        outcome.children,
        {
            "cell": pa.array(cells.cell, pa.string()),
            "ags": pa.array(cells.ags, pa.string()),
            "x": pa.array(cells.x),
            "y": pa.array(cells.y),
        },
    )
    return table.filter(pa.compute.greater(table["need"], 0))


def _tabulate_offers(outcome: Outcome) -> pa.Table:
    codes = outcome.inputs.scheme.field_codes
    columns: dict[str, list[Any]] = {
        name: [] for name in ("offer", "field", "places", "places_assumed", "taken_found", "taken_possible")
    }
    for code, field in zip(codes, outcome.fields, strict=True):
        columns["offer"] += list(outcome.offers.offer[field.members])
        columns["field"] += [code] * len(field.members)
        columns["places"] += field.places.tolist()
        columns["places_assumed"] += field.is_assumed.tolist()
        columns["taken_found"] += field.taken_found.tolist()
        columns["taken_possible"] += field.taken_possible.tolist()
    types = {"offer": pa.string(), "field": pa.string(), "places_assumed": pa.bool_()}
    return pa.table(
        {name: pa.array(values, types.get(name, pa.float64())) for name, values in columns.items()}
    )


def _tabulate_chain(outcome: Outcome, course: Course) -> pa.Table:
    rows = []
    for ags, cells in list_areas(outcome):
        for group, members in list_groups(outcome):
            summary = summarise_course(course, cells, members)
            rows.append(
                {
                    "ags": ags,
                    "group": group,
                    "birth_cohort": summary.birth_cohort,
                    "unbroken": summary.unbroken,
                    "expected_unmet": summary.expected_unmet,
                }
            )
    return pa.Table.from_pylist(rows)


def _tabulate_breaks(outcome: Outcome, course: Course) -> pa.Table:
    rows = []
    for ags, cells in list_areas(outcome):
        for group, members in list_groups(outcome):
            breaks = summarise_course(course, cells, members).first_breaks
            rows += [
                {"ags": ags, "group": group, "phase": phase, "share_breaking_here": float(share)}
                for phase, share in zip(outcome.inputs.scheme.phase_codes, breaks, strict=True)
            ]
    return pa.Table.from_pylist(rows)


def _tabulate_transitions(outcome: Outcome) -> pa.Table:
    scheme, n = outcome.inputs.scheme, outcome.cells.n
    attendance = _merge_attendance(outcome)
    pairs = _agreed_pairs(outcome)
    rows = []
    for transition in scheme.transitions:
        before, after = (
            scheme.phase_codes.index(code) for code in (transition.from_phase, transition.to_phase)
        )
        share = measure_handovers(attendance, pairs, n, before, after)
        crossing = n[:, after] / scheme.phases[after].years
        for ags, cells in list_areas(outcome):
            for group, members in list_groups(outcome):
                children = crossing[cells][:, members]
                total = float(children.sum())
                handed = float((children * share[cells][:, members]).sum())
                rows.append(
                    {
                        "ags": ags,
                        "transition": transition.code,
                        "group": group,
                        "crossing": total,
                        "with_handover": handed / total if total else float("nan"),
                    }
                )
    return pa.Table.from_pylist(rows)


def _merge_attendance(outcome: Outcome) -> Attendance:
    """The attendance of all fields; an offer of several serves the same child in each: the largest counts."""
    shape = (len(outcome.offers.offer), *outcome.cells.n.shape)
    keys, children = [], []
    for part in (field.attendance for field in outcome.fields):
        place = np.ravel_multi_index((part.offer, part.cell, part.phase, part.group), shape)
        within, index = np.unique(place, return_inverse=True)
        keys.append(within)
        children.append(np.bincount(index, part.children, minlength=len(within)))
    merged, index = np.unique(np.concatenate(keys), return_inverse=True)
    largest = np.zeros(len(merged))
    np.maximum.at(largest, index, np.concatenate(children))
    offer, cell, phase, group = np.unravel_index(merged, shape)
    return Attendance(offer, cell, phase, group, largest)


def _agreed_pairs(outcome: Outcome) -> list[tuple[int, int]]:
    cooperations = outcome.inputs.cooperations
    if cooperations is None:
        return []
    position = {offer: index for index, offer in enumerate(outcome.offers.offer)}
    is_handover = cooperations.kind == COOPERATION_KINDS.index("handover")
    pairs = {
        tuple(sorted((position[a], position[b])))
        for a, b in zip(cooperations.offer_a[is_handover], cooperations.offer_b[is_handover], strict=True)
        if a in position and b in position
    }
    return sorted((first, second) for first, second in pairs)


def _tabulate_reach(outcome: Outcome) -> pa.Table:
    """Per cell, phase and field: how many offers are in reach, how near the nearest, with and without car."""
    scheme, cells = outcome.inputs.scheme, outcome.cells
    present = cells.n.sum(axis=2) > 0  # C, P
    cell, phase = np.nonzero(present)
    parts = []
    for code, field in zip(scheme.field_codes, outcome.fields, strict=True):
        parts.append(
            pa.table(
                {
                    "cell": pa.array(cells.cell[cell].tolist(), pa.string()),
                    "ags": pa.array(cells.ags[cell].tolist(), pa.string()),
                    "phase": pa.array(np.array(scheme.phase_codes)[phase]),
                    "field": pa.array([code] * len(cell), pa.string()),
                    "children": pa.array(cells.n.sum(axis=2)[cell, phase]),
                    "offers_without_car": pa.array(field.nearness.offers_in_reach[cell, phase, 0]),
                    "offers_with_car": pa.array(field.nearness.offers_in_reach[cell, phase, 1]),
                    "minutes_without_car": pa.array(field.nearness.nearest_minutes[cell, phase, 0]),
                    "minutes_with_car": pa.array(field.nearness.nearest_minutes[cell, phase, 1]),
                }
            )
        )
    return pa.concat_tables(parts)


def _headline(outcome: Outcome, course: Course) -> dict[str, Any]:
    children = outcome.children  # field, column, cell, phase, group
    need, found = children[:, 0], children[:, 1]
    everywhere = np.ones(len(outcome.cells.cell), dtype=bool)
    by_group = {
        code: summarise_course(course, everywhere, [position])
        for position, code in enumerate(outcome.inputs.scheme.group_codes)
    }
    whole = summarise_course(course, everywhere, range(len(by_group)))
    totals = {name: float(children[:, position].sum()) for position, name in enumerate(COLUMNS)}
    unmet = (need - found).sum(axis=(0, 1, 2))
    return {
        "children": float(outcome.cells.n.sum()),
        "birth_cohort": whole.birth_cohort,
        "unbroken": whole.unbroken,
        "unbroken_by_group": {code: summary.unbroken for code, summary in by_group.items()},
        "expected_unmet": whole.expected_unmet,
        "reasons": totals,
        "equity_gap_points": measure_equity_gap(need, found),
        "concentration": measure_concentration(need.sum(axis=(0, 1, 2)), unmet),
        "offers": len(outcome.offers.offer),
        "offers_with_assumed_places": int(np.isnan(outcome.offers.places).sum()),
    }
