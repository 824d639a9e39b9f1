"""What each chosen measure contributes, for whom and against which reason, and what would come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.plan.candidates import Candidate
from kekiz.engine.plan.effects import Graph
from kekiz.engine.plan.funding import Rule, share_costs
from kekiz.engine.plan.greedy import Valuation
from kekiz.engine.plan.model import Choice

Floats = NDArray[np.float64]
SMALLEST_GAIN = 0.5  # children (weighted); less is not worth a line


@dataclass(frozen=True)
class MeasureEffect:
    """Needs newly met that the plan counts for one measure; together they are the prediction."""

    by_place: Floats  # municipality × group
    by_field: Floats  # field
    by_reason: Floats  # UNMET of effects.py: why these children were not reached before

    @property
    def reached(self) -> float:
        """All of them."""
        return float(self.by_place.sum())


@dataclass(frozen=True)
class NextBest:
    """A measure that is not chosen: what it would add to the plan, and the own money a year it would take."""

    candidate: Candidate
    adds: float  # needs newly met, weighted for equity
    own_eur: float  # in the dearest year, beside what the plan costs already


def attribute_reach(graph: Graph, choice: Choice, fields: int) -> tuple[MeasureEffect, ...]:
    """Divide the children reached among the chosen measures, along the flow of the programme.

    Where several measures would reach the same children, the programme counts each child for one of them.
    """
    return tuple(_attribute(graph, choice, int(chosen), fields) for chosen in choice.chosen)


def _attribute(graph: Graph, choice: Choice, chosen: int, fields: int) -> MeasureEffect:
    given = np.bincount(
        graph.room_target,
        weights=graph.room * np.isin(graph.room_candidate, choice.chosen),
        minlength=graph.targets,
    )
    own = np.bincount(
        graph.room_target, weights=graph.room * (graph.room_candidate == chosen), minlength=graph.targets
    )
    share = np.divide(own, given, out=np.zeros_like(own), where=given > 0)
    flow = choice.by_arc * share[graph.arc_target]
    nodes, ags, groups = len(graph.node_ags), len(graph.ags), graph.children.shape[1]
    by_node = np.bincount(graph.arc_node, weights=flow, minlength=nodes)
    mix = graph.children / np.maximum(graph.children.sum(axis=1, keepdims=True), 1e-12)
    by_place = np.zeros((ags, groups))
    np.add.at(by_place, graph.node_ags, by_node[:, None] * mix)
    by_field = np.zeros(fields)
    np.add.at(by_field, graph.target_field[graph.arc_target], flow)
    return MeasureEffect(by_place, by_field, np.asarray(by_node @ graph.reasons))


def find_next_best(
    graph: Graph,
    candidates: Sequence[Candidate],
    choice: Choice,
    rule: Rule,
    weights: Floats,
    *,
    most: int = 5,
) -> tuple[NextBest, ...]:
    """The measures left out that would add most per euro if there were more money; conflicts stay out.

    What a candidate adds shrinks with what is there already, so its room alone bounds it and few are tried.
    """
    chosen = choice.chosen.tolist()
    taken = [candidates[j] for j in chosen]
    costs = np.array([one.costs for one in candidates], dtype=np.float64).reshape(-1, 3)
    euros = np.maximum(costs.sum(axis=1), 1.0)
    alone = np.bincount(graph.room_candidate, weights=graph.room, minlength=len(candidates))
    bound = alone * float(weights.max(initial=1.0)) / euros
    state = Valuation(graph, weights)
    have = state.value(chosen)
    found: list[tuple[float, float, int]] = []
    for j in np.argsort(-bound, kind="stable").tolist():
        if len(found) >= most and bound[j] <= sorted(found, reverse=True)[most - 1][0]:
            break
        if j in chosen or any(_exclude_each_other(candidates[j], other) for other in taken):
            continue
        adds = state.value([*chosen, j]) - have
        if adds >= SMALLEST_GAIN:
            found.append((adds / float(euros[j]), adds, j))
    best = _keep_one_per_site(sorted(found, key=lambda entry: (-entry[0], entry[2])), candidates)[:most]
    total = costs[chosen].sum(axis=0)
    return tuple(NextBest(candidates[j], adds, _price(rule, total, costs[j])) for _, adds, j in best)


def _exclude_each_other(one: Candidate, other: Candidate) -> bool:
    return one.site == other.site or one.key in other.excludes or other.key in one.excludes


def _keep_one_per_site(
    ranked: list[tuple[float, float, int]], candidates: Sequence[Candidate]
) -> list[tuple[float, float, int]]:
    """Of several sizes at one site the best only."""
    sites: set[str] = set()
    kept = []
    for entry in ranked:
        site = candidates[entry[2]].site
        if site not in sites:
            sites.add(site)
            kept.append(entry)
    return kept


def _price(rule: Rule, total: Floats, more: Floats) -> float:
    before, after = share_costs(rule, total), share_costs(rule, total + more)
    return max(b.own - a.own for a, b in zip(before, after, strict=True))
