"""The figures along the life course, against plain loops and numbers small enough for a pencil."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.regions import SCHEME, examine, regions

from kekiz.engine.cells import Cells
from kekiz.engine.chain import (
    Attendance,
    measure_concentration,
    measure_equity_gap,
    measure_handovers,
    summarise_course,
    walk_course,
)
from kekiz.engine.compute import Outcome
from kekiz.engine.results import tabulate

PHASES, FIELDS, GROUPS = len(SCHEME.phases), len(SCHEME.fields), len(SCHEME.groups)


def find_rate(outcome: Outcome, field: int, cell: int, phase: int, group: int) -> float:
    """Found ÷ need in the cell; where nobody needs the link there, in its town, the region; else 1."""
    ags, reasons = outcome.cells.ags, outcome.fields[field].split.children
    everywhere = range(len(ags))
    for level in ([cell], [c for c in everywhere if ags[c] == ags[cell]], everywhere):
        need = sum(reasons[0, c, phase, group] for c in level)
        if need > 0:
            return sum(reasons[1, c, phase, group] for c in level) / need
    return 1.0


def walk_plainly(outcome: Outcome, cell: int, group: int) -> tuple[list[float], float]:
    """Share still unbroken after each phase, and the links a child is expected to miss."""
    unbroken, survival, unmet = 1.0, [], 0.0
    for phase in range(PHASES):
        for field in range(FIELDS):
            share = outcome.parameters.need_share[phase, field, group]
            miss = share * (1 - find_rate(outcome, field, cell, phase, group))
            unbroken *= 1 - miss
            unmet += miss
        survival.append(unbroken)
    return survival, unmet


def count_births(outcome: Outcome, cell: int, group: int) -> float:
    """Children in their first year; in a region without any, all children ÷ the years of phases present."""
    n = outcome.cells.n
    first_year = SCHEME.phase_codes.index("P2")
    if n[:, first_year].sum() > 0:
        return n[cell, first_year, group]
    years = sum(SCHEME.phases[p].years for p in range(PHASES) if n[:, p].sum() > 0)
    return n[cell, :, group].sum() / years if years else 0.0


@examine
@given(regions())
def test_chain_and_breaks_are_the_product_over_all_links(region):
    outcome = region.compute()
    tables = tabulate(outcome).tables
    chain = {(row["ags"], row["group"]): row for row in tables["chain"].to_pylist()}
    breaks = {
        (row["ags"], row["group"], row["phase"]): row["share_breaking_here"]
        for row in tables["breaks"].to_pylist()
    }
    cells, codes = range(len(outcome.cells.cell)), SCHEME.group_codes
    walks = {
        (c, g): (count_births(outcome, c, g), *walk_plainly(outcome, c, g))
        for c in cells
        for g in range(GROUPS)
    }
    for ags, group in product(["", *set(outcome.cells.ags)], ["", *codes]):
        members = [
            walk
            for (c, g), walk in walks.items()
            if ags in ("", outcome.cells.ags[c]) and group in ("", codes[g])
        ]
        cohort = sum(births for births, _, _ in members)
        row = chain[ags, group]
        assert row["birth_cohort"] == pytest.approx(cohort)
        if cohort == 0:
            assert math.isnan(row["unbroken"])
            continue
        survival = [sum(b * s[p] for b, s, _ in members) / cohort for p in range(PHASES)]
        assert row["unbroken"] == pytest.approx(survival[-1])
        assert row["expected_unmet"] == pytest.approx(sum(b * u for b, _, u in members) / cohort)
        for phase, before, after in zip(SCHEME.phase_codes, [1.0, *survival], survival, strict=False):
            assert breaks[ags, group, phase] == pytest.approx(before - after, abs=1e-9)


@examine
@given(regions())
def test_links_and_headline_are_the_sums_of_the_cells(region):
    result = tabulate(region.compute())
    cells, links = result.tables["cells"].to_pylist(), result.tables["links"].to_pylist()
    columns = ("need", "found", "not_found", "full", "hurdle", "too_far", "no_offer")
    for column in columns:
        sums = {}
        for row in cells:
            place = (row["ags"], row["phase"], row["field"], row["group"])
            sums[place] = sums.get(place, 0.0) + row[column]
        for row in links:
            assert row[column] == sums.get((row["ags"], row["phase"], row["field"], row["group"]), 0.0)
        assert result.headline["reasons"][column] == sum(row[column] for row in cells)


def test_a_link_without_children_borrows_the_towns_rate_then_the_regions():
    """One field, one phase, one group; need share 0.5. Towns a, a, b, c; rate of the cell, town, region."""
    cells = Cells(
        cell=np.array(["1", "2", "3", "4"], object),
        x=np.zeros(4),
        y=np.zeros(4),
        ags=np.array(["a", "a", "b", "c"], object),
        n=np.ones((4, 1, 1)),
    )
    need = np.array([10.0, 0.0, 30.0, 0.0]).reshape(1, 4, 1, 1)
    found = np.array([8.0, 0.0, 12.0, 0.0]).reshape(1, 4, 1, 1)
    course = walk_course(cells, need, found, np.full((1, 1, 1), 0.5), 0, np.ones(1))
    # cell 1: 8/10; cell 2 borrows town a: 8/10; cell 3: 12/30; cell 4: town c has none, region 20/40
    np.testing.assert_allclose(course.expected_unmet[:, 0], [0.1, 0.1, 0.3, 0.25])
    np.testing.assert_allclose(course.survival[:, 0, 0], [0.9, 0.9, 0.7, 0.75])


def test_a_link_that_nobody_needs_breaks_no_chain():
    cells = Cells(np.array(["1"]), np.zeros(1), np.zeros(1), np.array(["a"]), np.ones((1, 2, 1)))
    nothing = np.zeros((1, 1, 2, 1))
    course = walk_course(cells, nothing, nothing, np.full((2, 1, 1), 0.7), 0, np.ones(2))
    summary = summarise_course(course, np.array([True]), [0])
    assert summary.unbroken == 1.0
    assert summary.first_breaks.tolist() == [0.0, 0.0]


def test_equity_gap_in_points():
    """Low income: 20 need, 12 find (40 % unmet); others: 80 need, 72 find (10 % unmet): 30 points."""
    assert measure_equity_gap(np.array([20.0, 80.0]), np.array([12.0, 72.0])) == pytest.approx(30.0)


def test_equity_gap_sums_every_other_axis_first():
    """Not the mean of the phases' gaps: 5 of 10 and 10 of 10 against 0 of 0 and 15 of 30."""
    need, found = np.array([[10.0, 0.0], [10.0, 30.0]]), np.array([[5.0, 0.0], [10.0, 15.0]])
    assert measure_equity_gap(need, found) == pytest.approx((1 - 15 / 20 - 1 + 15 / 30) * 100)


@pytest.mark.parametrize("need", [[0.0, 5.0], [5.0, 0.0], [0.0, 0.0]])
def test_equity_gap_of_one_group_alone_is_unknown_not_zero(need):
    assert math.isnan(measure_equity_gap(np.array(need), np.zeros(2)))


def concentrate_plainly(need: np.ndarray, unmet: np.ndarray) -> float:
    """Twice the area between the diagonal and the concentration curve, by trapezoids (negative above it)."""
    area, x, y = 0.0, 0.0, 0.0
    for wanted, missed in zip(need / need.sum(), unmet / unmet.sum(), strict=True):
        area += wanted * (y + missed / 2)
        x, y = x + wanted, y + missed
    return 1 - 2 * area


_groups = st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.01, 1)), min_size=1, max_size=6)


@examine
@given(_groups)
def test_concentration_is_the_area_under_the_curve(groups):
    need = np.array([wanted for wanted, _ in groups])
    unmet = need * np.array([share for _, share in groups])
    assert measure_concentration(need, unmet) == pytest.approx(concentrate_plainly(need, unmet), abs=1e-9)


def test_concentration_has_the_sign_of_disadvantage():
    need = np.array([10.0, 10.0, 10.0])
    assert measure_concentration(need, np.array([5.0, 5.0, 5.0])) == pytest.approx(0.0)
    assert measure_concentration(need, np.array([9.0, 0.0, 0.0])) == pytest.approx(-2 / 3)
    assert measure_concentration(need, np.array([0.0, 0.0, 9.0])) == pytest.approx(2 / 3)
    assert math.isnan(measure_concentration(need, np.zeros(3)))


@st.composite
def attendances(draw):
    """Who attends which of four offers in two phases of two cells, and agreed pairs."""
    places = list(product(range(4), range(2), range(2), range(2)))
    rows = draw(st.lists(st.tuples(st.sampled_from(places), st.floats(0, 5)), max_size=12))
    columns = [np.array([key[i] for key, _ in rows], np.int64) for i in range(4)]
    attendance = Attendance(*columns, np.array([children for _, children in rows], dtype=float))
    pairs = draw(st.lists(st.sampled_from([(0, 1), (0, 2), (1, 3), (2, 3)]), unique=True))
    n = np.array(draw(st.lists(st.sampled_from([0.0, 2.0, 10.0]), min_size=8, max_size=8))).reshape(2, 2, 2)
    return attendance, pairs, n


@examine
@given(attendances())
def test_handovers_against_a_plain_loop(drawn):
    attendance, pairs, n = drawn
    keys = zip(attendance.offer, attendance.cell, attendance.phase, attendance.group, strict=True)
    rows = list(zip(keys, attendance.children, strict=True))

    def share(offer, cell, phase, group):
        children = sum(some for key, some in rows if key == (offer, cell, phase, group))
        return min(children / n[cell, phase, group], 1.0) if n[cell, phase, group] else 0.0

    handed = measure_handovers(attendance, pairs, n, 0, 1)
    for cell, group in product(range(2), range(2)):
        missed = 1.0
        for first, second in pairs:
            for before, after in ((first, second), (second, first)):
                missed *= 1 - share(before, cell, 0, group) * share(after, cell, 1, group)
        assert handed[cell, group] == pytest.approx(1 - missed)


@examine
@given(regions(min_offers=1))
def test_transitions_count_the_children_of_one_year_and_stay_shares(region):
    outcome = region.compute()
    n = outcome.cells.n
    for row in tabulate(outcome).tables["transitions"].to_pylist():
        transition = next(t for t in SCHEME.transitions if t.code == row["transition"])
        after = SCHEME.phase_codes.index(transition.to_phase)
        group = slice(None) if row["group"] == "" else SCHEME.group_codes.index(row["group"])
        chosen = (outcome.cells.ags == row["ags"]) | (row["ags"] == "")
        crossing = n[chosen, after][:, group].sum() / SCHEME.phases[after].years
        assert row["crossing"] == pytest.approx(crossing)
        if crossing == 0:
            assert math.isnan(row["with_handover"])
        else:
            assert 0 <= row["with_handover"] <= 1 + 1e-12
            assert region.cooperations or row["with_handover"] == 0
