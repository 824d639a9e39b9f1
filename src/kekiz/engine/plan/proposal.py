"""Propose a plan: measure the candidates, choose under the budget, verify the choice by a full run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.compute import Inputs, Outcome, compute
from kekiz.engine.norms import Level
from kekiz.engine.plan.candidates import Candidate, change_offers
from kekiz.engine.plan.effects import build_graph, count_not_found, guide
from kekiz.engine.plan.funding import Rule, YearOfMoney, share_costs
from kekiz.engine.plan.greedy import choose_greedily
from kekiz.engine.plan.measures import MeasureEffect, NextBest, attribute_reach, find_next_best
from kekiz.engine.plan.model import Choice, choose_best
from kekiz.engine.plan.solver import Clock

Floats = NDArray[np.float64]
GAP = 0.005  # HiGHS stops here; promised is 1 %
EXACT_UP_TO_ARCS = 150_000  # beyond, greedy choice and exchange, with the bound of the relaxed programme
SPREAD = 0.15  # the verified gain is expected within this share of the predicted one (docs/method.md)


class _Limit(TypedDict):
    time_limit_s: float
    clock: Clock | None


@dataclass(frozen=True)
class Plan:
    """What to do, what it costs whom, and whom it reaches: predicted and verified, municipality × group."""

    chosen: tuple[Candidate, ...]
    money: tuple[YearOfMoney, ...]
    method: str  # exact, heuristic
    gain: float  # predicted, weighted for equity
    bound: float  # no other choice gains more in the model
    ags: tuple[str, ...]
    groups: tuple[str, ...]
    predicted: Floats  # municipality × group: needs of children newly met (child × field)
    verified: Floats
    effects: tuple[MeasureEffect, ...]  # of each chosen measure; together the prediction
    next_best: tuple[NextBest, ...]
    candidates: int  # how many were weighed

    @property
    def gap(self) -> float:
        """Proven: how much more another choice could gain at most, as a share."""
        return (self.bound - self.gain) / self.gain if self.gain > 0 else 0.0

    @property
    def expected_range(self) -> tuple[float, float]:
        """Within which the verified total is expected."""
        total = float(self.predicted.sum())
        return (1 - SPREAD) * total, (1 + SPREAD) * total


def propose_plan(
    inputs: Inputs,
    candidates: Sequence[Candidate],
    rule: Rule,
    budget_eur: float,
    *,
    equity: float = 1.0,
    time_limit_s: float = 25.0,
    clock: Clock | None = None,
    exact: bool | None = None,
    level: Level = "mid",
) -> Plan:
    """The candidates that newly reach most children for what the region pays itself.

    ``budget_eur``: the region's own money a year, EUR; the rule's blocks pay on top of it.
    ``equity``: how many times a child of the group low_income counts. ``exact``: None decides by size.
    ``level``: of the norms, as in the run the plan rests on. ``time_limit_s``: of the solver, by ``clock``
    (``time.thread_time``), or wall time without one.
    Raises ValueError for a negative budget or equity.
    """
    if not (budget_eur >= 0 and equity >= 0):
        raise ValueError("Budget and equity must not be negative")
    groups = inputs.scheme.group_codes
    weights = np.array([equity if group == "low_income" else 1.0 for group in groups])
    before = compute(inputs, level=level)
    graph = build_graph(inputs, candidates, before, level=level)
    is_exact = len(graph.arc_node) <= EXACT_UP_TO_ARCS if exact is None else exact
    limit: _Limit = {"time_limit_s": time_limit_s, "clock": clock}
    if is_exact:
        choice = choose_best(graph, candidates, rule, budget_eur, weights, gap=GAP, **limit)
    else:
        choice = choose_greedily(graph, candidates, rule, budget_eur, weights, **limit)
    chosen = tuple(candidates[j] for j in choice.chosen)
    predicted = np.zeros((len(graph.ags), len(groups)))
    np.add.at(predicted, graph.node_ags, choice.reached)
    costs = np.array([candidate.costs for candidate in chosen]).reshape(-1, 3).sum(axis=0)
    return Plan(
        chosen=chosen,
        money=share_costs(rule, costs),
        method="exact" if is_exact else "heuristic",
        gain=choice.gain,
        bound=_tidy(choice),
        ags=graph.ags,
        groups=groups,
        predicted=predicted,
        verified=verify(inputs, chosen, before, level=level),
        effects=attribute_reach(graph, choice, len(inputs.scheme.fields)),
        next_best=find_next_best(graph, candidates, choice, rule, weights),
        candidates=len(candidates),
    )


def _tidy(choice: Choice) -> float:
    return max(choice.bound, choice.gain)


def verify(
    inputs: Inputs, chosen: Sequence[Candidate], before: Outcome | None = None, *, level: Level = "mid"
) -> Floats:
    """Run the whole engine with and without the chosen candidates: municipality × group newly reached.

    Reached is who finds a place alone or with a guide. Guides work on what the new run leaves not found.
    ``before``: the outcome without them, if the caller has it already.
    """
    before = compute(inputs, level=level) if before is None else before
    after = compute(replace(inputs, offers=change_offers(inputs.offers, chosen)), level=level)
    gained = _count_found(after) - _count_found(before)
    keys = [str(ags) for ags in before.cells.municipalities[0]]
    for field in range(len(inputs.scheme.fields)):
        left = count_not_found(after, field)
        for candidate in chosen:
            if candidate.kind == "guide" and candidate.guide_fields >> field & 1:
                area = [m for m, ags in enumerate(keys) if ags.startswith(candidate.ags)]
                won = guide(candidate, left[area], bin(candidate.guide_fields).count("1"))
                left[area] -= won
                gained[area] += won
    return gained


def _count_found(outcome: Outcome) -> Floats:
    """Municipality × group: needs met, all fields together."""
    keys, index = outcome.cells.municipalities
    total = np.zeros((len(keys), outcome.cells.n.shape[2]))
    np.add.at(total, index, outcome.children[:, 1].sum(axis=(0, 2)))
    return total
