"""Spatial access measures: a pencil example, the figures of pysal/access, and what must always hold."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kekiz.engine import access
from kekiz.engine.access import (
    Pairs,
    Points,
    StraightLine,
    e2sfca,
    list_pairs_within,
    raam,
    straight_line,
    three_sfca,
)

GOLDEN = json.loads((Path(__file__).parent / "access_golden.json").read_text(encoding="utf-8"))["cases"]
STEPS = {1_000.0: 1.0, 2_500.0: 0.68, 4_000.0: 0.22}
CATCHMENTS = [e2sfca, three_sfca]
no_deadline = settings(deadline=None)  # the first call compiles
NO_PAIRS = Pairs(np.empty(0, int), np.empty(0, int), np.empty(0))


# ---- pencil -----------------------------------------------------------------------------------------------
# Two villages (100 and 50 children), two sites (30 and 10 places); minutes: 5 and 15 from A, 15 and 5 from B.
# Up to 10 minutes weight 1, up to 20 minutes weight 1/2. Village C (20 children) reaches nothing.
VILLAGES, SITES = [100, 50, 20], [30, 10]
MINUTES = Pairs([0, 0, 1, 1], [0, 1, 0, 1], [5, 15, 15, 5])
HALF = {10: 1.0, 20: 0.5}


def test_e2sfca_by_pencil():
    # site 0 is sought by 100 + 50/2 = 125, site 1 by 100/2 + 50 = 100: ratios 0.24 and 0.1
    expected = [0.24 + 0.1 / 2, 0.24 / 2 + 0.1, 0]
    np.testing.assert_allclose(e2sfca(VILLAGES, SITES, MINUTES, HALF), expected, rtol=1e-15)


def test_one_step_is_the_original_method():
    # within 20 minutes both villages reach both sites: 40 places for 150 children; within 10 each has its own
    np.testing.assert_allclose(e2sfca(VILLAGES, SITES, MINUTES, {20: 1}), [40 / 150, 40 / 150, 0], rtol=1e-15)
    np.testing.assert_allclose(e2sfca(VILLAGES, SITES, MINUTES, {10: 1}), [0.3, 0.2, 0], rtol=1e-15)


def test_three_sfca_by_pencil():
    # shares 2/3 near and 1/3 far; site 0: 100·2/3 + 50·1/3·1/2 = 75, site 1: 100·1/3·1/2 + 50·2/3 = 50
    expected = [30 / 75 * 2 / 3 + 10 / 50 / 6, 30 / 75 / 6 + 10 / 50 * 2 / 3, 0]
    np.testing.assert_allclose(three_sfca(VILLAGES, SITES, MINUTES, HALF), expected, rtol=1e-15)


def test_raam_by_pencil():
    # 100 children; two sites of 50 places, 0 and 10 minutes away; tau 20, rho 1:
    # x/50 = (100 - x)/50 + 1/2 gives x = 62.5
    found = raam([100, 0], [50, 50], Pairs([0, 0, 1], [0, 1, 1], [0, 10, 0]), tau=20, rho=1, tolerance=1e-9)
    np.testing.assert_allclose(found.load, [62.5, 37.5])
    np.testing.assert_allclose(found.cost, [1.25, 0.75])


def test_limits_belong_to_their_step():
    pair = Pairs([0], [0], [10.0])
    assert e2sfca([2], [1], pair, {10: 1, 20: 0.5})[0] == 0.5
    line = StraightLine(Points([0.0], [0.0]), Points([3_000.0], [4_000.0]))
    assert e2sfca([2], [1], line, {5_000: 1})[0] == 0.5
    assert e2sfca([2], [1], line, {math.nextafter(5_000, 0): 1})[0] == 0


# ---- the peer ---------------------------------------------------------------------------------------------
def read_golden(case, measure):
    pairs = Pairs(case["demand_index"], case["supply_index"], case["cost"])
    peer = np.array([np.nan if value is None else value for value in case[measure]])
    return case["demand"], case["supply"], pairs, dict(case["steps"]), peer


@pytest.mark.parametrize("case", GOLDEN)
@pytest.mark.parametrize("measure", ["e2sfca", "three_sfca"])
def test_catchments_equal_pysal_access_and_keep_what_it_drops(case, measure):
    demand, supply, pairs, steps, peer = read_golden(case, measure)
    ours = getattr(access, measure)(demand, supply, pairs, steps)
    dropped = np.isnan(peer)
    np.testing.assert_allclose(ours[~dropped], peer[~dropped], rtol=1e-9, atol=1e-12)
    assert (ours[dropped] == 0).all()


def test_the_golden_regions_hold_a_place_the_peer_drops():
    assert any(None in case["e2sfca"] for case in GOLDEN)


@pytest.mark.parametrize("case", GOLDEN)
def test_raam_is_near_pysal_access(case):
    demand, supply, pairs, _, peer = read_golden(case, "raam")
    ours = raam(demand, supply, pairs, tau=30, tolerance=1e-6).cost
    known = ~np.isnan(peer)
    # the peer moves whole children in steps and stops before the equilibrium
    np.testing.assert_allclose(ours[known], peer[known], atol=0.04)
    assert abs(ours[known] - peer[known]).mean() < 0.02
    unknown = np.flatnonzero(~known)
    assert all(demand[i] == 0 or math.isinf(ours[i]) for i in unknown)


# ---- what must always hold --------------------------------------------------------------------------------
amounts = st.one_of(st.just(0.0), st.floats(0.01, 1_000))
metres = st.one_of(st.integers(-6, 6).map(lambda km: km * 500.0), st.floats(-9_000, 9_000))


@st.composite
def regions(draw, fewest=0):
    cells, sites = draw(st.integers(fewest, 12)), draw(st.integers(fewest, 8))

    def many(kind, count):
        return np.array(draw(st.lists(kind, min_size=count, max_size=count)), dtype=float)

    line = StraightLine(
        Points(many(metres, cells), many(metres, cells)), Points(many(metres, sites), many(metres, sites))
    )
    return many(amounts, cells), many(amounts, sites), line


def measure_distances(line):
    dx = line.demand.x[:, None] - line.supply.x
    dy = line.demand.y[:, None] - line.supply.y
    return np.sqrt(dx * dx + dy * dy)


def list_all(line):
    distance = measure_distances(line)
    cells, sites = np.indices(distance.shape)
    return Pairs(cells.ravel(), sites.ravel(), distance.ravel())


@no_deadline
@given(regions(), st.sampled_from(CATCHMENTS))
def test_straight_lines_equal_listed_pairs(region, measure):
    demand, supply, line = region
    streamed = measure(demand, supply, line, STEPS)
    listed = measure(demand, supply, list_all(line), STEPS)
    np.testing.assert_allclose(streamed, listed, rtol=1e-12)
    assert ((streamed == 0) == (listed == 0)).all()


@no_deadline
@given(regions())
def test_e2sfca_equals_the_definition(region):
    demand, supply, line = region
    distance = measure_distances(line)
    weight = np.select([distance <= limit for limit in STEPS], list(STEPS.values()), 0.0)
    seekers = demand @ weight
    ratio = np.array([s / n if n > 0 else 0 for s, n in zip(supply, seekers, strict=True)])
    np.testing.assert_allclose(e2sfca(demand, supply, line, STEPS), weight @ ratio, rtol=1e-12)


@no_deadline
@given(regions(), st.sampled_from(CATCHMENTS))
def test_every_place_in_reach_is_shared_out(region, measure):
    demand, supply, line = region
    has_children = (measure_distances(line)[demand > 0] <= max(STEPS)).any(axis=0)
    total = (measure(demand, supply, line, STEPS) * demand).sum()
    assert total == pytest.approx(supply[has_children].sum(), rel=1e-12)


@no_deadline
@given(regions(fewest=1), st.sampled_from(CATCHMENTS), st.floats(0.1, 10))
def test_scaling(region, measure, factor):
    demand, supply, line = region
    once = measure(demand, supply, line, STEPS)
    np.testing.assert_allclose(measure(demand, supply * factor, line, STEPS), once * factor, rtol=1e-12)
    np.testing.assert_allclose(measure(demand * factor, supply, line, STEPS), once / factor, rtol=1e-12)


@no_deadline
@given(regions(), st.sampled_from(CATCHMENTS), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(region, measure, chance):
    demand, supply, line = region
    cells, sites = list(range(demand.size)), list(range(supply.size))
    chance.shuffle(cells)
    chance.shuffle(sites)
    at = np.array(cells, dtype=int), np.array(sites, dtype=int)
    moved = StraightLine(
        Points(line.demand.x[at[0]], line.demand.y[at[0]]), Points(line.supply.x[at[1]], line.supply.y[at[1]])
    )
    once = measure(demand, supply, line, STEPS)
    np.testing.assert_allclose(measure(demand[at[0]], supply[at[1]], moved, STEPS), once[at[0]], rtol=1e-12)


@no_deadline
@given(regions(), st.sampled_from(CATCHMENTS))
def test_zeros_are_kept(region, measure):
    demand, supply, line = region
    out_of_reach = (measure_distances(line)[:, supply > 0] > max(STEPS)).all(axis=1)
    result = measure(demand, supply, line, STEPS)
    assert result.shape == demand.shape
    assert (result[out_of_reach] == 0).all()
    assert np.isfinite(result).all()


@settings(deadline=None, max_examples=60)
@given(regions())
def test_raam_leaves_nobody_a_better_choice(region):
    demand, supply, line = region
    pairs = list_pairs_within(line.demand, line.supply, 6_000)
    found = raam(demand, supply, pairs, tau=2_000, tolerance=1e-3, most_rounds=100_000)
    served = np.isfinite(found.cost)
    in_reach = measure_distances(line) <= 6_000
    assert (served == (in_reach & (supply > 0)).any(axis=1)).all()
    assert found.load.sum() == pytest.approx(demand[served].sum(), rel=1e-9)
    assert (found.load[supply == 0] == 0).all()
    assert found.gap <= 1e-3
    if served.any():
        rho = demand.sum() / supply.sum() if demand.any() else 1.0
        options = (
            found.load[supply > 0] / (rho * supply[supply > 0])
            + measure_distances(line)[:, supply > 0] / 2_000
        )
        cheapest = np.where(in_reach[:, supply > 0], options, np.inf).min(axis=1)
        np.testing.assert_allclose(found.cost, cheapest, rtol=1e-9)


@no_deadline
@given(regions(), st.one_of(st.just(500.0), st.floats(0, 9_000)))
def test_listed_pairs_are_all_within_the_cutoff(region, cutoff_m):
    _, _, line = region
    pairs = list_pairs_within(line.demand, line.supply, cutoff_m)
    distance = measure_distances(line)
    cells, sites = np.nonzero(distance <= cutoff_m)
    np.testing.assert_array_equal(pairs.demand_index, cells)
    np.testing.assert_array_equal(pairs.supply_index, sites)
    np.testing.assert_array_equal(pairs.cost, distance[cells, sites])


# ---- large and odd regions ---------------------------------------------------------------------------------
def make_town(cells, sites, seed=3):
    chance = np.random.default_rng(seed)
    scatter = [chance.normal(scale=4_000, size=count) for count in (cells, cells, sites, sites)]
    line = StraightLine(Points(*scatter[:2]), Points(*scatter[2:]))
    return chance.gamma(2, 20, cells), chance.integers(0, 60, sites), line


@pytest.mark.parametrize("measure", CATCHMENTS)
def test_a_town_of_many_cells(measure):
    demand, supply, line = make_town(3_000, 400)
    listed = measure(demand, supply, list_all(line), STEPS)
    np.testing.assert_allclose(measure(demand, supply, line, STEPS), listed, rtol=1e-11)


def test_number_of_threads_changes_no_bit(monkeypatch):
    demand, supply, line = make_town(2_000, 300)
    answers = []
    for threads in (1, 2, 3, 7):
        monkeypatch.setattr(straight_line, "count_threads", lambda threads=threads: threads)
        answers.append(three_sfca(demand, supply, line, STEPS).tobytes())
    assert len(set(answers)) == 1


def test_a_stray_point_far_away_is_harmless():
    demand, supply, line = make_town(500, 50)
    strayed = StraightLine(Points(np.append(line.demand.x, -9e7), np.append(line.demand.y, 9e7)), line.supply)
    result = e2sfca(np.append(demand, 5), supply, strayed, STEPS)
    np.testing.assert_allclose(result[:-1], e2sfca(demand, supply, line, STEPS), rtol=1e-12)
    assert result[-1] == 0


def test_real_coordinates_far_from_the_origin():
    demand, supply, line = make_town(500, 50)
    east, north = 4_200_000, 3_200_000
    moved = StraightLine(
        Points(line.demand.x + east, line.demand.y + north),
        Points(line.supply.x + east, line.supply.y + north),
    )
    np.testing.assert_allclose(
        e2sfca(demand, supply, moved, STEPS), e2sfca(demand, supply, list_all(moved), STEPS), rtol=1e-12
    )


def test_a_limit_without_bound_reaches_everybody():
    demand, supply, line = make_town(40, 5)
    ratio = supply.sum() / demand.sum()
    np.testing.assert_allclose(e2sfca(demand, supply, line, {1e300: 1}), ratio, rtol=1e-12)


def test_nobody_and_nothing():
    nowhere = Points([], [])
    here = Points([0.0], [0.0])
    for measure in CATCHMENTS:
        assert measure([], [], StraightLine(nowhere, nowhere), STEPS).size == 0
        assert measure([], [3], StraightLine(nowhere, here), STEPS).size == 0
        assert measure([3], [], StraightLine(here, nowhere), STEPS).tolist() == [0]
        assert measure([0], [3], StraightLine(here, here), STEPS).tolist() == [0]
        assert measure([3, 4], [5], NO_PAIRS, STEPS).tolist() == [0, 0]
    assert raam([3, 4], [5], NO_PAIRS, tau=1).cost.tolist() == [math.inf, math.inf]
    assert raam([], [], NO_PAIRS, tau=1).cost.size == 0


# ---- wrong input -------------------------------------------------------------------------------------------
LINE = StraightLine(Points([0.0], [0.0]), Points([0.0], [0.0]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: e2sfca([1, -2], [1], LINE, STEPS), "demand, row 1: -2.0 found, a number ≥ 0 expected"),
        (lambda: e2sfca([1], [math.nan], LINE, STEPS), "supply, row 0: nan found, a finite number expected"),
        (lambda: e2sfca([1, 2], [1], LINE, STEPS), "demand has 2 rows, its positions have 1"),
        (lambda: e2sfca([1], [1], LINE, {}), "steps is empty"),
        (lambda: e2sfca([1], [1], LINE, {10: -1}), "weight of steps, row 0: -1.0 found"),
        (
            lambda: e2sfca([1], [1], Pairs([1], [0], [5]), STEPS),
            "demand_index, row 0: 1 found, a position below 1",
        ),
        (lambda: Pairs([0, 1], [0], [5]), "demand_index 2, supply_index 1, cost 1"),
        (lambda: Pairs([-1], [0], [5]), "demand_index, row 0: -1 found"),
        (lambda: Pairs([0.5], [0], [5]), "demand_index is float64"),
        (lambda: Points([1e9], [0]), "metres between -1e8 and 1e8"),
        (lambda: Points([1], [0, 1]), "x 1, y 2"),
        (lambda: list_pairs_within(LINE.demand, LINE.supply, -1), "cutoff_m is -1"),
        (lambda: raam([1], [1], Pairs([0], [0], [5]), tau=0), "tau is 0"),
        (lambda: raam([1], [1], Pairs([0], [0], [5]), tau=1, rho=math.inf), "rho is inf"),
    ],
)
def test_wrong_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_raam_says_when_it_does_not_settle():
    demand, supply, line = make_town(300, 40)
    pairs = list_pairs_within(line.demand, line.supply, 4_000)
    with pytest.raises(RuntimeError, match=r"No equilibrium within 1 rounds.*most_rounds"):
        raam(demand, supply, pairs, tau=2_000, most_rounds=1)


def test_importing_does_not_load_the_compiler():
    code = "import sys, kekiz.engine.access; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
