"""Beyond the size that HiGHS solves: lazy greedy choice and exchange, with an upper bound."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.flow import augment, find_hopeful, index_by_offer
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.plan.candidates import Candidate
from kekiz.engine.plan.effects import Graph
from kekiz.engine.plan.funding import Rule, share_costs
from kekiz.engine.plan.model import Choice, choose_best, find_conflicts
from kekiz.engine.plan.solver import Clock

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEVELS = 4  # children are served by their worth in so many steps
EXCHANGES = 60  # exchanges tried at the end


def choose_greedily(
    graph: Graph,
    candidates: Sequence[Candidate],
    rule: Rule,
    budget_eur: float,
    weights: Floats,
    *,
    time_limit_s: float,
    clock: Clock | None = None,
) -> Choice:
    """Take what gains most per euro while money lasts, then exchange; the relaxed programme bounds it.

    Gains shrink as more is chosen (the value of a flow is submodular), so an old gain bounds the new one and
    most need no second look (Minoux 1978).
    """
    state = Valuation(graph, weights)
    fits = make_check(candidates, rule, budget_eur)
    chosen = _grow([], range(len(candidates)), candidates, state, fits)
    chosen = _exchange(chosen, candidates, state, fits)
    reached, by_arc = state.reach(chosen)
    gain = float((reached @ weights).sum())
    bound = choose_best(
        graph,
        candidates,
        rule,
        budget_eur,
        weights,
        gap=0.0,
        time_limit_s=time_limit_s,
        relaxed=True,
        clock=clock,
    ).bound
    return Choice(np.array(sorted(chosen), dtype=np.int64), reached, by_arc, gain, max(bound, gain))


class Valuation:
    """Children reached by a set of candidates: a maximum flow, worthier children first."""

    def __init__(self, graph: Graph, weights: Floats) -> None:
        self.graph, self.weights = graph, weights
        nodes = len(graph.node_ags)
        self.start = np.searchsorted(graph.arc_node, np.arange(nodes + 1)).astype(np.int64)
        self.by_target, self.arc_class = index_by_offer(self.start, graph.arc_target, graph.targets)
        self.total = graph.children.sum(axis=1)
        self.grains = np.rint(self.total / GRAIN).astype(np.int64)
        worth = graph.children @ weights / np.maximum(self.total, 1e-12)
        order = np.argsort(-worth, kind="stable")
        self.level = np.empty(nodes, dtype=np.int64)
        self.level[order] = np.arange(nodes) * LEVELS // max(nodes, 1)
        self.known: dict[tuple[int, ...], float] = {}

    def reach(self, chosen: Sequence[int]) -> tuple[Floats, Floats]:
        """Children reached by node and group, and by arc."""
        graph = self.graph
        is_in = np.isin(graph.room_candidate, np.array(list(chosen), dtype=np.int64))
        room = np.bincount(graph.room_target[is_in], weights=graph.room[is_in], minlength=graph.targets)
        free = np.floor(room / GRAIN).astype(np.int64)
        by_arc = np.zeros(len(graph.arc_node), dtype=np.int64)
        net = (self.start, graph.arc_target, *self.by_target, self.arc_class, by_arc, free)
        hopeful = find_hopeful(*net)[1]
        for level in range(LEVELS):
            want = np.where(self.level == level, self.grains, 0)
            augment(*net, want, hopeful)  # type: ignore[call-arg]
        flow = np.bincount(graph.arc_node, weights=by_arc * GRAIN, minlength=len(self.total))
        share = np.minimum(flow / np.maximum(self.total, 1e-12), 1.0)
        return np.asarray(graph.children * share[:, None]), np.asarray(by_arc * GRAIN, dtype=np.float64)

    def value(self, chosen: Sequence[int]) -> float:
        """Weighted children reached; remembered."""
        key = tuple(sorted(chosen))
        if key not in self.known:
            self.known[key] = float((self.reach(key)[0] @ self.weights).sum()) if key else 0.0
        return self.known[key]


def make_check(
    candidates: Sequence[Candidate], rule: Rule, budget_eur: float
) -> Callable[[Sequence[int]], bool]:
    """A question: may these candidates be chosen together, and is there money for them in every year?"""
    conflicts = find_conflicts(candidates)
    costs = np.array([candidate.costs for candidate in candidates]).reshape(-1, 3)

    def fits(chosen: Sequence[int]) -> bool:
        ordered = sorted(chosen)
        if any((a, b) in conflicts for position, a in enumerate(ordered) for b in ordered[position + 1 :]):
            return False
        return all(year.own <= budget_eur + 1e-6 for year in share_costs(rule, costs[ordered].sum(axis=0)))

    return fits


def _grow(
    chosen: list[int],
    pool: Sequence[int] | range,
    candidates: Sequence[Candidate],
    state: Valuation,
    fits: Callable[[Sequence[int]], bool],
) -> list[int]:
    """Add what gains most per euro until nothing fits."""
    queue = [(-np.inf, -1, j) for j in pool if j not in chosen]
    heapq.heapify(queue)
    while queue:
        _, looked_at, j = heapq.heappop(queue)
        if looked_at == len(chosen):
            if fits([*chosen, j]):
                chosen = [*chosen, j]
            continue
        gain = state.value([*chosen, j]) - state.value(chosen)
        if gain > 0:
            heapq.heappush(queue, (-gain / max(sum(candidates[j].costs), 1.0), len(chosen), j))
    return chosen


def _exchange(
    chosen: list[int],
    candidates: Sequence[Candidate],
    state: Valuation,
    fits: Callable[[Sequence[int]], bool],
) -> list[int]:
    """Leave one out, fill up with others; keep what gains more."""
    tried = 0
    is_better = True
    while is_better and tried < EXCHANGES:
        is_better = False
        for out in list(chosen):
            tried += 1
            kept = [j for j in chosen if j != out]
            pool = [j for j in range(len(candidates)) if j != out]
            other = _grow(kept, pool, candidates, state, fits)
            if state.value(other) > state.value(chosen) + 1e-6:
                chosen, is_better = other, True
                break
    return chosen
