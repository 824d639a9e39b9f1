"""Linear programmes with yes-or-no choices, solved by HiGHS: the one place where the solver is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Clock = Callable[[], float]  # seconds
WAITING = 6  # times as long by the clock as in processor time, where others use the machine


@dataclass(frozen=True)
class Problem01:
    """Largest ``gain · v`` with ``A v <= most``, ``0 <= v <= upper``, whole numbers where ``is_whole``.

    ``A`` is given by its entries: ``row``, ``column``, ``value``.
    """

    gain: Floats
    upper: Floats
    is_whole: Bools
    row: Ints
    column: Ints
    value: Floats
    most: Floats


@dataclass(frozen=True)
class Solved:
    """The best values found, their gain, and a proven upper bound of the gain."""

    values: Floats
    gain: float
    bound: float


def solve_01(
    problem: Problem01,
    *,
    gap: float,
    time_limit_s: float,
    start: Floats | None = None,
    relaxed: bool = False,
    clock: Clock | None = None,
) -> Solved:
    """Solve to the relative ``gap`` or until the time is over; ``relaxed`` leaves whole numbers aside.

    ``clock`` tells processor time (``time.thread_time``): a machine with other work gets the same plan, later
    (at most ``WAITING`` times ``time_limit_s``); without one the limit is wall time. ``start`` is a solution
    to begin with. The bound holds also when the time is over; then the outcome may differ from machine to
    machine, and the bound says by how much at most.
    """
    if not len(problem.gain):
        return Solved(np.zeros(0), 0.0, 0.0)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 1)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 1e-9)
    solver.setOptionValue("time_limit", time_limit_s if clock is None else WAITING * time_limit_s)
    if clock is not None:
        _stop_after(solver, time_limit_s, clock)
    solver.passModel(_write_model(problem, relaxed))
    if start is not None and not relaxed:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    info = solver.getInfo()
    values = np.array(solver.getSolution().col_value)
    is_found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not is_found or len(values) != len(problem.gain):
        values = np.zeros(len(problem.gain)) if start is None else start  # nothing chosen is always allowed
    gain = float(problem.gain @ values)
    return Solved(values, gain, max(_read_bound(solver, info, problem, relaxed, gain), gain))


def _stop_after(solver: highspy.Highs, seconds: float, clock: Clock) -> None:
    """Interrupt the solver, which works in this thread, once so much processor time is used."""
    last = clock() + seconds

    def look(event: Any) -> None:
        if clock() > last:
            event.interrupt()

    for point in (solver.cbMipInterrupt, solver.cbSimplexInterrupt):
        point.subscribe(look)


def _read_bound(
    solver: highspy.Highs, info: highspy.HighsInfo, problem: Problem01, relaxed: bool, gain: float
) -> float:
    is_mip = bool(problem.is_whole.any()) and not relaxed
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal and not is_mip:
        return gain
    trivial = float(np.maximum(problem.gain, 0.0) @ problem.upper)
    bound = -float(info.mip_dual_bound) if is_mip else trivial
    return min(bound, trivial) if np.isfinite(bound) else trivial


def _write_model(problem: Problem01, relaxed: bool) -> highspy.HighsLp:
    """Columnwise, smallest instead of largest, as HiGHS reads it."""
    columns, rows = len(problem.gain), len(problem.most)
    order = np.lexsort((problem.row, problem.column))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = -problem.gain
    model.col_lower_ = np.zeros(columns)
    model.col_upper_ = problem.upper
    model.row_lower_ = np.full(rows, -highspy.kHighsInf)
    model.row_upper_ = problem.most
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.concatenate([[0], np.cumsum(np.bincount(problem.column, minlength=columns))])
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_ = problem.row[order].astype(np.int32)
    model.a_matrix_.value_ = problem.value[order].astype(np.float64)
    if problem.is_whole.any() and not relaxed:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(whole)] for whole in problem.is_whole]
    return model
