"""The reader that moves many numbers at once finds what two linear programmes for each number find."""

import highspy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.pinning import Reader, Row
from tests.engine.regions import examine

ROUNDING = 1e-4


def pin_one_by_one(rows, size, dots):
    """The least and the most of every dot, each by itself; far ends are infinite."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for _ in range(size):
        solver.addVar(0.0, highspy.kHighsInf)
    for row in rows:
        columns = np.array([*row.plus, *row.minus], np.int32)
        signs = np.array([1.0] * len(row.plus) + [-1.0] * len(row.minus))
        solver.addRow(row.low, row.high, len(columns), columns, signs)
    widths = []
    for dot in dots:
        cost, ends = np.zeros(size), []
        cost[list(dot)] = 1
        solver.changeColsCost(size, np.arange(size, dtype=np.int32), cost)
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            solver.changeObjectiveSense(sense)
            solver.run()
            is_found = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(solver.getInfo().objective_function_value if is_found else np.inf)
        widths.append(ends[1] - ends[0])
    return widths


@st.composite
def systems(draw):
    """Some unknowns, sums of them published with a step, and other sums that are dots."""
    size = draw(st.integers(2, 6))
    truth = np.array(draw(st.lists(st.integers(0, 12), min_size=size, max_size=size)), dtype=float)
    sums = st.sets(st.integers(0, size - 1), min_size=1).map(lambda one: tuple(sorted(one)))
    told, dots = draw(st.lists(sums, max_size=5)), draw(st.lists(sums, min_size=1, max_size=6, unique=True))
    step = draw(st.sampled_from([0.0, 0.5]))
    rows = [Row(one, truth[list(one)].sum() - step, truth[list(one)].sum() + step) for one in told]
    return rows, truth, {one: one for one in dots}


@examine
@given(systems(), st.sampled_from([1.0, 3.0]))
def test_it_pins_what_two_programmes_a_dot_pin(system, goal):
    rows, truth, dots = system
    widths = pin_one_by_one(rows, len(truth), dots)
    reader = Reader(rows, truth, dots, goal - ROUNDING)
    pinned = reader.find_pinned()
    if pinned:
        place, width = pinned
        assert width == pytest.approx(widths[list(dots).index(place)], abs=ROUNDING)
        assert width < goal
    else:
        assert min(widths) >= goal - ROUNDING
        assert reader.find_narrowest()[1] == pytest.approx(min(widths), abs=ROUNDING)


def test_who_is_pinned_only_by_knowing_more_is_not_pinned():
    """A number as it is written leaves more open than the number itself."""
    rows = [Row((0,), 1.996, 2.004)]
    assert Reader(rows, np.array([2.0]), {"one": (0,)}, goal=0.005).find_pinned() is None
    place, width = Reader(rows, np.array([2.0]), {"one": (0,)}, goal=0.01).find_pinned()
    assert place == "one"
    assert width == pytest.approx(0.008, abs=1e-6)


def test_unknowns_that_nobody_knows_are_filled_in():
    """Children at two offers, nan: all that is known is that they are those who found a place."""
    rows = [Row((0,), 4.0, 4.0), Row((0,), 0.0, 0.0, minus=(1, 2)), Row((1,), 0.0, 1.0)]
    reader = Reader(rows, np.array([4.0, np.nan, np.nan]), {"second": (2,)}, goal=0.5, true_sums={(2,): 3.5})
    assert reader.find_pinned() is None
    assert reader.find_narrowest() == ("second", pytest.approx(1.0))


def test_a_truth_that_does_not_fit_is_no_proof():
    with pytest.raises(AssertionError, match="misses what was published by"):
        Reader([Row((0, 1), 9.5, 10.5)], np.array([2.0, 3.0]), {"one": (0,)}, goal=3)
    with pytest.raises(AssertionError, match="the truth fits"):
        Reader([Row((0, 1), 9.5, 10.5)], np.array([20.0, np.nan]), {"one": (0,)}, goal=3)


def test_a_solver_that_errs_is_found_out():
    reader = Reader([Row((0, 1), 9.5, 10.5)], np.array([4.0, 6.0]), {"one": (0,)}, goal=11)
    reader.stronger.row_high += 1  # what the solver is told is not what was published
    with pytest.raises(AssertionError, match="misses what was published by"):
        reader.find_pinned()
