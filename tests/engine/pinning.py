"""How closely somebody who knows everything published can pin *each* number left out.

The published numbers are rows ``low ≤ a sum of unknowns ≤ high`` over unknowns that are not negative. To pin
one dot a solver looks for its least and its most: two linear programmes a dot. For a thousand dots of a whole
region that takes hours, and it is not needed to show that none is pinned:

* **Two tables are enough.** If two tables fit everything published and differ by three children in a dot,
  nobody can pin that dot closer than three children, however the tables were found. So one linear programme
  moves many dots at once, each up or down by lot (dots that hang together move against each other): what
  lies beyond the values seen so far counts, up to a little more than the goal, and the sum over the dots is
  made as large as it gets. Its optimum is one table, noted for all dots. Then the other way round, then with
  new lots, until every dot was seen far enough apart. Where most of them stand still, the narrowest is moved
  alone, to its real ends.
* **Somebody who knows more.** All this is played against a stronger reader, who knows every number shown to
  its last digit, not only as it is written. What is shown cell by cell is then no unknown any more, and most
  rows are empty. A table that fits for this reader fits for everybody: whoever knows more pins no less.
* **Only who is pinned is pinned.** A dot that the stronger reader pins too closely is attacked again with
  nothing but what was published: its least and its most. These are what is held against the suppression.
* **The solver is not believed.** Each of its tables is added up again without it, row by row, and the first
  one is the truth.

The narrowest dot is found the same way: the goal grows until the narrowest is one whose ends are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

TIGHT = 0.01  # children: a number of three decimals, or better
MISFIT = 1e-6  # children by which a row of a table may miss what was published: rounding of the solver
FAR = 1e4  # children: ends further apart are not looked for
GROWTH = 1.2  # of the goal, from one round to the next
STANDING = 0.8  # of the dots not yet moved far enough: more is standing still
NO_END = highspy.kHighsInf


@dataclass(frozen=True)
class Row:
    """``low ≤ sum of unknowns − sum of others ≤ high``; unknowns by their number."""

    plus: tuple[int, ...]
    low: float
    high: float
    minus: tuple[int, ...] = ()


class Rows:
    """Rows one behind the other: ``columns`` and ``signs`` of row r stand from start[r] to start[r + 1]."""

    def __init__(self, rows: Iterable[Row]):
        rows = [row for row in rows if row.plus or row.minus]
        lengths = [len(row.plus) + len(row.minus) for row in rows]
        self.start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self.columns = np.array([k for row in rows for k in (*row.plus, *row.minus)], dtype=np.int64)
        signs = [[1.0] * len(row.plus) + [-1.0] * len(row.minus) for row in rows]
        self.signs = np.array([sign for part in signs for sign in part])
        self.low = np.array([row.low for row in rows], dtype=np.float64)
        self.high = np.array([row.high for row in rows], dtype=np.float64)

    def add_up(self, table: np.ndarray) -> np.ndarray:
        """The sum of each row; nan where one of its unknowns is."""
        if not len(self.low):
            return np.zeros(0)
        return np.add.reduceat(table[self.columns] * self.signs, self.start[:-1])

    def measure_misfit(self, table: np.ndarray) -> float:
        """By how much a table misses the worst of the rows, or zero."""
        sums = self.add_up(table)
        beyond = np.maximum(self.low - sums, sums - self.high)
        return max(float(np.max(beyond, initial=0.0)), -float(np.min(table, initial=0.0)))


@dataclass(frozen=True)
class Wish:
    """That a sum of unknowns lies above ``start`` (sign 1) or below it (sign -1), the further the better."""

    columns: np.ndarray
    sign: float
    start: float


class Programme:
    """Rows and the ends of each unknown. Unknowns whose ends meet are put in, rows without others let go."""

    def __init__(self, rows: Rows, low: np.ndarray, high: np.ndarray):
        is_set = low == high
        self.low, self.high = low, high
        self.free = np.flatnonzero(~is_set)
        self.number = np.where(is_set, -1, np.cumsum(~is_set) - 1)
        keep = ~is_set[rows.columns]
        row_of = np.repeat(np.arange(len(rows.low)), np.diff(rows.start))
        counts = np.bincount(row_of[keep], minlength=len(rows.low))
        put_in = rows.add_up(np.where(is_set, low, 0.0))[counts > 0]
        self.start = np.concatenate([[0], np.cumsum(counts[counts > 0])])
        self.columns, self.signs = self.number[rows.columns[keep]], rows.signs[keep]
        self.row_low, self.row_high = rows.low[counts > 0] - put_in, rows.high[counts > 0] - put_in

    def find_table(self, wishes: Sequence[Wish] = (), cap: float = FAR) -> np.ndarray | None:
        """The table that fulfils all wishes together best, none for more than ``cap``; None if none fits."""
        if not len(self.free):
            return self.low.copy()
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.passModel(self._write_model(wishes, cap))
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        assert status == highspy.HighsModelStatus.kOptimal, status
        table = self.low.copy()
        table[self.free] = np.maximum(solver.getSolution().col_value[: len(self.free)], 0.0)
        return table

    def _write_model(self, wishes: Sequence[Wish], cap: float) -> highspy.HighsLp:
        """A column more for each wish, worth its value; a row that holds it below what the table gives."""
        width, count = len(self.free), len(wishes)
        inside = [self.number[wish.columns] for wish in wishes]
        put_in = [self.low[wish.columns[part < 0]].sum() for wish, part in zip(wishes, inside, strict=True)]
        parts = [part[part >= 0] for part in inside]
        ends = [wish.sign * (value - wish.start) for wish, value in zip(wishes, put_in, strict=True)]
        lengths = [1 + len(part) for part in parts]
        columns = [np.append(width + k, part) for k, part in enumerate(parts)]
        signs = [
            np.append(1.0, np.full(len(part), -wish.sign)) for wish, part in zip(wishes, parts, strict=True)
        ]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = width + count, len(self.row_low) + count
        model.col_cost_ = np.append(np.zeros(width), np.full(count, -1.0))
        model.col_lower_ = np.append(self.low[self.free], np.full(count, -NO_END))
        model.col_upper_ = np.append(self.high[self.free], np.full(count, cap))
        model.row_lower_ = np.append(self.row_low, np.full(count, -NO_END))
        model.row_upper_ = np.append(self.row_high, np.array(ends))
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.append(self.start, self.start[-1] + np.cumsum(lengths)).astype(np.int32)
        matrix.index_ = np.concatenate([self.columns, *columns]).astype(np.int32)
        matrix.value_ = np.concatenate([self.signs, *signs])
        return model


class Reader:
    """Somebody who knows the rows and looks for the ends of every dot.

    ``low`` and ``high``: the least and the most that each dot was seen at, in tables that fit the rows.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        truth: np.ndarray,
        dots: Mapping[Any, Sequence[int]],
        goal: float,
        true_sums: Mapping[tuple[int, ...], float] | None = None,
    ):
        """``truth``: the unknowns as they are, nan where it does not matter; ``dots``: their unknowns.

        ``goal``: children, how far apart each dot is to be seen. ``true_sums``: what is true of unknowns that
        are nan. Raises AssertionError if the truth does not fit the rows.
        """
        self.goal, self.names, self.programmes = goal, list(dots), 0
        self.rows, self.truth = Rows(rows), truth
        self.dots = [np.array(columns, dtype=np.int64) for columns in dots.values()]
        self.low, self.high = np.full(len(dots), np.inf), np.full(len(dots), -np.inf)
        self.is_settled = np.zeros(len(dots), dtype=bool)  # seen at its ends
        self._lots = np.random.default_rng(0)
        self.published = Programme(self.rows, np.zeros(len(truth)), np.full(len(truth), NO_END))
        self.stronger = self._strengthen()
        self._see_truth(
            [*rows, *(Row(columns, total, total) for columns, total in (true_sums or {}).items())]
        )

    @property
    def spans(self) -> np.ndarray:
        """How far apart each dot was seen."""
        return self.high - self.low

    def find_pinned(self) -> tuple[Any, float] | None:
        """A dot that is pinned closer than the goal by nothing but what was published, and how closely.

        None: every dot was seen at least as far apart as the goal.
        """
        while True:
            self._spread(self.goal)
            if not (narrow := self._below(self.goal)):
                return None
            dot = min(narrow, key=lambda dot: self.spans[dot])
            self._settle(dot, self.published)
            if self.spans[dot] < self.goal:
                return self.names[dot], float(self.spans[dot])

    def find_narrowest(self) -> tuple[Any, float]:
        """The dot that the stronger reader pins most closely, and how closely; where none is pinned.

        Infinity: not even this one has ends.
        """
        goal = self.goal
        while True:
            narrowest = int(np.argmin(self.spans))
            width = float(self.spans[narrowest])
            if self.is_settled[narrowest] or width >= FAR:
                return self.names[narrowest], width if width < FAR else np.inf
            goal = GROWTH * max(goal, width)
            self._spread(goal)

    def _below(self, goal: float) -> list[int]:
        return np.flatnonzero(self.spans < goal).tolist()

    def _strengthen(self) -> Programme:
        """The rows with every number shown as it is."""
        sums = self.rows.add_up(self.truth)
        is_told = (self.rows.high - self.rows.low < TIGHT) & np.isfinite(sums)
        rows = Rows([])
        rows.start, rows.columns, rows.signs = self.rows.start, self.rows.columns, self.rows.signs
        rows.low = np.where(is_told, sums, self.rows.low)
        rows.high = np.where(is_told, sums, self.rows.high)
        low, high = np.zeros(len(self.truth)), np.full(len(self.truth), NO_END)
        single = rows.columns[rows.start[:-1][is_told & (np.diff(rows.start) == 1)]]
        low[single] = high[single] = self.truth[single]
        return Programme(rows, low, high)

    def _see_truth(self, rows: Sequence[Row]) -> None:
        """Note a table that is the truth as far as it is known."""
        is_known = np.isfinite(self.truth)
        low = np.where(is_known, self.truth, 0.0)
        table = Programme(Rows(rows), low, np.where(is_known, self.truth, NO_END)).find_table()
        assert table is not None, "the truth fits what was published"
        self._note(table)

    def _note(self, table: np.ndarray) -> None:
        misfit = self.rows.measure_misfit(table)
        assert misfit <= MISFIT, f"a table misses what was published by {misfit} children"
        values = np.array([table[columns].sum() for columns in self.dots])
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)

    def _push(self, programme: Programme, dots: Sequence[int], signs: Sequence[float], cap: float) -> None:
        starts = np.where(np.array(signs) > 0, self.low[dots], self.high[dots])
        wishes = [Wish(self.dots[k], *ends) for k, *ends in zip(dots, signs, starts, strict=True)]
        table = programme.find_table(wishes, cap)
        self.programmes += 1
        assert table is not None, "a table fitted before"
        self._note(table)

    def _spread(self, goal: float) -> None:
        """Move all dots until each was seen as far apart as the goal, or at its ends (stronger reader).

        Ends when one is pinned: it is to be attacked with what was published.
        """
        while todo := [dot for dot in self._below(goal) if not self.is_settled[dot]]:
            signs = self._lots.choice([-1.0, 1.0], len(todo))
            for turn in (signs, -signs):
                self._push(self.stronger, todo, turn, goal * 1.1)
            left = [dot for dot in todo if self.spans[dot] < goal]
            if len(left) > STANDING * len(todo):
                narrowest = min(left, key=lambda dot: self.spans[dot])
                self._settle(narrowest, self.stronger)
                if self.spans[narrowest] < self.goal:
                    return

    def _settle(self, dot: int, programme: Programme) -> None:
        """Move one dot to its ends."""
        for sign in (1.0, -1.0):
            self._push(programme, [dot], [sign], FAR)
        self.is_settled[dot] = True
