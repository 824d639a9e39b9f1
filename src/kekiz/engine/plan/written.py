"""A plan as plain words and numbers: what `kekiz plan --json` prints and what a stored proposal holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kekiz.engine.compute import Inputs, name_travel
from kekiz.engine.plan.candidates import Candidate
from kekiz.engine.plan.effects import UNMET
from kekiz.engine.plan.funding import Rule, cost_in_year, share_by_measure
from kekiz.engine.plan.measures import MeasureEffect
from kekiz.engine.plan.proposal import Plan

KIND = "kekiz-plan"
Row = dict[str, Any]


def write_plan(
    plan: Plan, inputs: Inputs, rule: Rule, budget_eur: float, equity: float, names: Mapping[str, str]
) -> Row:
    """The plan as JSON takes it; EUR to the cent, children to a thousandth. ``names``: by AGS."""
    low, high = plan.expected_range
    return {
        "kind": KIND,
        "rule": describe_rule(rule),
        "budget_own_eur_per_year": budget_eur,
        "equity": equity,
        "travel": name_travel(inputs.times),
        "candidates": plan.candidates,
        "method": plan.method,
        "gain_weighted": round(plan.gain, 3),
        "upper_bound_weighted": round(plan.bound, 3),
        "gap": round(plan.gap, 5),
        "measures": _write_measures(plan, inputs, names),
        "money": [
            {
                "year": year.year,
                "cost_eur": round(year.cost, 2),
                "state_eur": round(year.state, 2),
                "own_eur": round(year.own, 2),
                "blocks_eur": {name: round(paid, 2) for name, paid in year.by_block.items()},
            }
            for year in plan.money
        ],
        "predicted": round(float(plan.predicted.sum()), 3),
        "expected_range": [round(low, 3), round(high, 3)],
        "verified": round(float(plan.verified.sum()), 3),
        "places": [
            {
                "ags": ags,
                "name": names.get(ags, ags),
                "group": group,
                "predicted": round(float(plan.predicted[m, g]), 3),
                "verified": round(float(plan.verified[m, g]), 3),
            }
            for m, ags in enumerate(plan.ags)
            for g, group in enumerate(plan.groups)
        ],
        "next_best": [
            {
                **_describe(one.candidate, inputs, names),
                "adds_weighted": round(one.adds, 3),
                "own_eur": round(one.own_eur, 2),
            }
            for one in plan.next_best
        ],
    }


def describe_rule(rule: Rule) -> Row:
    """A funding rule with its years and blocks."""
    return {
        "key": rule.key,
        "name": rule.name,
        "years": list(rule.years),
        "source": rule.source,
        "note": rule.note,
        "blocks": [
            {
                "name": block.name,
                "rate": block.rate,
                "cap_eur": block.cap_eur,
                "years": list(block.years),
                "eligible": list(block.eligible),
            }
            for block in rule.blocks
        ],
    }


def _write_measures(plan: Plan, inputs: Inputs, names: Mapping[str, str]) -> list[Row]:
    costs = np.array([one.costs for one in plan.chosen], dtype=np.float64).reshape(-1, 3)
    state = share_by_measure(plan.money, costs)
    rows = []
    for k, (one, effect) in enumerate(zip(plan.chosen, plan.effects, strict=True)):
        years = []
        for index, year in enumerate(plan.money):
            cost, paid = float(cost_in_year(costs[k], index).sum()), float(state[k, index])
            years.append(
                {
                    "year": year.year,
                    "cost_eur": round(cost, 2),
                    "state_eur": round(paid, 2),
                    "own_eur": round(cost - paid, 2),
                }
            )
        rows.append({**_describe(one, inputs, names), **_write_effect(effect, plan, inputs), "years": years})
    return rows


def _describe(one: Candidate, inputs: Inputs, names: Mapping[str, str]) -> Row:
    x, y = _find_spot(one, inputs)
    return {
        "key": one.key,
        "title": one.title,
        "kind": one.kind,
        "ags": one.ags,
        "place": names.get(one.ags, one.ags),
        "offer": one.offer,
        "x": x,
        "y": y,
        "cost_per_year_eur": one.costs[0] + one.costs[1],
        "fixed_eur": one.costs[2],
    }


def _write_effect(effect: MeasureEffect, plan: Plan, inputs: Inputs) -> Row:
    fields = inputs.scheme.field_codes
    by_group = effect.by_place.sum(axis=0)
    return {
        "predicted": round(effect.reached, 3),
        "predicted_by_group": _round(dict(zip(plan.groups, by_group, strict=True))),
        "predicted_by_field": _round(dict(zip(fields, effect.by_field, strict=True))),
        "predicted_by_reason": _round(dict(zip(UNMET, effect.by_reason, strict=True))),
        "predicted_by_place": _round(dict(zip(plan.ags, effect.by_place.sum(axis=1), strict=True))),
    }


def _round(values: Mapping[str, Any]) -> dict[str, float]:
    """To a thousandth; what is nothing stays out."""
    return {name: round(float(value), 3) for name, value in values.items() if float(value) >= 0.0005}


def _find_spot(one: Candidate, inputs: Inputs) -> tuple[float | None, float | None]:
    """Where it stands (EPSG:3035, metres); None for what comes to the families or has no site."""
    if one.adds and not one.adds["area"]:
        return float(str(one.adds["x"])), float(str(one.adds["y"]))
    rows = np.flatnonzero(inputs.offers.offer == one.offer)
    if not len(rows) or inputs.offers.mode[rows[0]] != 0 or not np.isfinite(inputs.offers.x[rows[0]]):
        return None, None
    return float(inputs.offers.x[rows[0]]), float(inputs.offers.y[rows[0]])
