"""Which candidates reach most children under the budget: a 0-1 programme with the flow of children inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.plan.candidates import Candidate
from kekiz.engine.plan.effects import Graph
from kekiz.engine.plan.funding import COST_KINDS, Rule, cost_in_year
from kekiz.engine.plan.solver import Clock, Problem01, solve_01

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
THRIFT = 1e-8  # children a euro is worth: of two choices that reach the same, the cheaper one


@dataclass(frozen=True)
class Choice:
    """Chosen candidates, the children they reach by node and group, and the proven bound of the gain."""

    chosen: Ints  # positions of candidates
    reached: Floats  # N, G: children
    by_arc: Floats  # children of the arc's node that its target takes
    gain: float  # children weighted for equity
    bound: float

    @property
    def gap(self) -> float:
        """How much better, at most, another choice could be, as a share of this one."""
        return (self.bound - self.gain) / self.gain if self.gain > 0 else float(self.bound > 1e-6)


class _Rows:
    """Entries of the constraints while they are written."""

    def __init__(self) -> None:
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.value: list[Floats] = []
        self.most: list[float] = []

    def add(self, most: float, *parts: tuple[Ints, Floats]) -> None:
        """One constraint: sum of value · column over the parts <= most."""
        for columns, values in parts:
            self.row.append(np.full(len(columns), len(self.most)))
            self.column.append(np.asarray(columns, dtype=np.int64))
            self.value.append(np.asarray(values, dtype=np.float64))
        self.most.append(most)

    def add_block(self, row: Ints, column: Ints, value: Floats, most: Floats) -> None:
        """Many constraints at once; ``row`` counts from the first of them."""
        self.row.append(row + len(self.most))
        self.column.append(column)
        self.value.append(value)
        self.most += most.tolist()


def choose_best(
    graph: Graph,
    candidates: Sequence[Candidate],
    rule: Rule,
    budget_eur: float,
    weights: Floats,
    *,
    gap: float,
    time_limit_s: float,
    start: Ints | None = None,
    relaxed: bool = False,
    clock: Clock | None = None,
) -> Choice:
    """Solve by HiGHS to the relative ``gap``; ``weights``: worth of a child by group.

    Largest: weighted children reached. Every node gives at most its children, every target takes at most the
    room that chosen candidates give; one candidate per site; in each year the cost minus what the blocks pay
    stays within the budget. ``relaxed`` allows parts of candidates: an upper bound for the heuristic.
    """
    count, arcs = len(candidates), len(graph.arc_node)
    worth = _weigh(graph, weights)
    rows = _Rows()
    total = graph.children.sum(axis=1)
    arc_column = count + np.arange(arcs)
    rows.add_block(graph.arc_node, arc_column, np.ones(arcs), total)
    rows.add_block(
        np.concatenate([graph.arc_target, graph.room_target]),
        np.concatenate([arc_column, graph.room_candidate]),
        np.concatenate([np.ones(arcs), -graph.room]),
        np.zeros(graph.targets),
    )
    _exclude(rows, candidates)
    money_upper = _limit_money(rows, candidates, rule, budget_eur, count + arcs)
    columns = count + arcs + len(money_upper)
    problem = Problem01(
        gain=np.concatenate(
            [-THRIFT * _sum_costs(candidates), worth[graph.arc_node], np.zeros(len(money_upper))]
        ),
        upper=np.concatenate([np.ones(count), total[graph.arc_node], money_upper]),
        is_whole=np.arange(columns) < count,
        row=np.concatenate(rows.row),
        column=np.concatenate(rows.column),
        value=np.concatenate(rows.value),
        most=np.array(rows.most),
    )
    begun = None if start is None else np.isin(np.arange(count), start).astype(np.float64)
    solved = solve_01(problem, gap=gap, time_limit_s=time_limit_s, start=begun, relaxed=relaxed, clock=clock)
    by_arc = solved.values[count : count + arcs]
    flow = np.bincount(graph.arc_node, weights=by_arc, minlength=len(graph.node_ags))
    reached = graph.children * (flow / np.maximum(total, 1e-12))[:, None]
    gain = float(worth @ flow)
    most_eur = budget_eur + sum(block.cap_eur for block in rule.blocks if rule.years[0] in block.years)
    bound = solved.bound + THRIFT * most_eur  # what thrift can have hidden
    return Choice(np.flatnonzero(solved.values[:count] > 0.5), reached, by_arc, gain, max(bound, gain))


def _sum_costs(candidates: Sequence[Candidate]) -> Floats:
    """Cost of each candidate in the first year, EUR."""
    return np.array([sum(candidate.costs) for candidate in candidates], dtype=np.float64)


def _weigh(graph: Graph, weights: Floats) -> Floats:
    """Worth of a child of each node; the groups of a node are reached in proportion."""
    total = np.maximum(graph.children.sum(axis=1), 1e-12)
    return np.asarray(graph.children @ weights / total)


def _exclude(rows: _Rows, candidates: Sequence[Candidate]) -> None:
    sites: dict[str, list[int]] = {}
    position = {candidate.key: j for j, candidate in enumerate(candidates)}
    for j, candidate in enumerate(candidates):
        sites.setdefault(candidate.site, []).append(j)
        for other in candidate.excludes:
            if other in position:
                rows.add(1.0, (np.array([j, position[other]]), np.ones(2)))
    for members in sites.values():
        if len(members) > 1:
            rows.add(1.0, (np.array(members), np.ones(len(members))))


def _limit_money(
    rows: _Rows, candidates: Sequence[Candidate], rule: Rule, budget_eur: float, first: int
) -> Floats:
    """Columns for state share and claims of every year; returns their upper bounds."""
    costs = np.array([candidate.costs for candidate in candidates], dtype=np.float64).reshape(-1, 3)
    every = np.arange(len(candidates))
    upper: list[float] = []
    for index, year in enumerate(rule.years):
        yearly = cost_in_year(costs, index)
        shares, claims = [], []
        for block in (block for block in rule.blocks if year in block.years):
            share = first + len(upper)
            kinds = [COST_KINDS.index(kind) for kind in block.eligible]
            own = share + 1 + np.arange(len(kinds))
            upper += [block.cap_eur, *[float(yearly[:, kind].sum()) for kind in kinds]]
            rows.add(0.0, (np.array([share]), np.ones(1)), (own, np.full(len(kinds), -block.rate)))
            shares.append(share)
            claims += list(zip(kinds, own.tolist(), strict=True))
        rows.add(budget_eur, (every, yearly.sum(axis=1)), (np.array(shares, int), -np.ones(len(shares))))
        for kind in sorted({kind for kind, _ in claims}):
            own = np.array([column for other, column in claims if other == kind])
            rows.add(0.0, (own, np.ones(len(own))), (every, -yearly[:, kind]))
    return np.array(upper, dtype=np.float64)


def find_conflicts(candidates: Sequence[Candidate]) -> set[tuple[int, int]]:
    """Pairs of candidates that cannot both be chosen."""
    return {
        (a, b)
        for a, b in combinations(range(len(candidates)), 2)
        if candidates[a].site == candidates[b].site
        or candidates[b].key in candidates[a].excludes
        or candidates[a].key in candidates[b].excludes
    }
