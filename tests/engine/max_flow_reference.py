"""OR-Tools' maximum flow in a process of its own.

OR-Tools and highspy each bring a HiGHS library under the same name; the second one imported in a process
finds the symbols of the first and fails. The reference never shares a process with the planner's tests.
"""

import atexit
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

import numpy as np

Ints = np.ndarray


def solve_max_flow(tails: Ints, heads: Ints, capacities: Ints, source: int, sink: int) -> int:
    """The value of the maximum flow over these arcs, from nothing."""
    return _worker().submit(_solve, tails, heads, capacities, source, sink).result()


@cache
def _worker() -> ProcessPoolExecutor:
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    atexit.register(pool.shutdown)
    return pool


def _solve(tails: Ints, heads: Ints, capacities: Ints, source: int, sink: int) -> int:
    from ortools.graph.python.max_flow import SimpleMaxFlow

    flow = SimpleMaxFlow()
    flow.add_arcs_with_capacity(tails, heads, capacities)
    if not flow.num_arcs():
        return 0
    assert flow.solve(source, sink) == flow.OPTIMAL
    return int(flow.optimal_flow())
