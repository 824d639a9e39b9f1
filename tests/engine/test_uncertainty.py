"""Ranges: a proper hypercube, values within the norms, the same bytes again, the norms that matter named."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.regions import SCHEME, SHIPPED, Region, build_norm, examine, metres, regions

from kekiz.engine.compute import compute
from kekiz.engine.norms import Norms
from kekiz.engine.problems import InputError
from kekiz.engine.run import analyse
from kekiz.engine.uncertainty import (
    FIGURES,
    draw_hypercube,
    estimate_ranges,
    list_factors,
    measure_effects,
    measure_figures,
    name_factor,
    pick_value,
)

DETMOLD = "05766020"
quantile = st.floats(0.0001, 0.9999)


def make_norm(low, mid, high, **place):
    return replace(build_norm("need_share", mid, **place), low=low, high=high)


def town(**norms):
    """One cell with children of both groups, one offer with places for some; only the named norms vary."""
    children = [
        {"cell": "Z", "ags": DETMOLD, **metres(0, 0), "phase": phase, "group": group, "n": n}
        for phase in ("P2", "P5")
        for group, n in (("low_income", 30.0), ("other", 70.0))
    ]
    offer = {
        "offer": "A", "provider": "T", **metres(1, 0), "age_from": 0.0, "age_to": 192.0,
        "fields": " ".join(SCHEME.field_codes), "places": 60.0, "mode": "visit", "area": "",
        "hurdles": "paid",
    }  # fmt: skip
    fixed = [replace(norm, low=norm.mid, high=norm.mid) for norm in SHIPPED.entries if norm.key not in norms]
    return Region(children, [offer], overrides=fixed).inputs()


def read(ranges, **place):
    (row,) = [
        row
        for row in ranges.ranges.to_pylist()
        if all(row[name] == value for name, value in ({"ags": "", "group": ""} | place).items())
    ]
    return row


def test_every_stratum_of_every_factor_is_hit_once():
    cube = draw_hypercube([("tries", ""), ("speed", "car"), ("speed", "bus")], 40, seed=3)
    assert ((cube > 0) & (cube < 1)).all()
    strata = np.floor(cube * 40).astype(int)
    assert (np.sort(strata, axis=0) == np.arange(40)[:, None]).all()
    assert (np.abs(np.corrcoef(cube.T) - np.eye(3)) < 0.5).all(), "factors are drawn apart from each other"


def test_a_new_factor_leaves_the_draws_of_the_others_alone():
    alone = draw_hypercube([("tries", "")], 9, seed=1)
    beside = draw_hypercube([("decay_at_limit", ""), ("tries", "")], 9, seed=1)
    assert (alone[:, 0] == beside[:, 1]).all()
    assert (alone != draw_hypercube([("tries", "")], 9, seed=2)).any()


@examine
@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted), quantile)
def test_drawn_values_stay_within_the_norm(ends, q):
    low, mid, high = ends
    assert low - 1e-12 <= pick_value(make_norm(low, mid, high), q) <= high + 1e-12


@examine
@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted), st.floats(0, 0.5), quantile)
def test_a_norm_that_is_larger_throughout_is_drawn_larger(ends, more, q):
    higher = [end + more for end in ends]
    assert pick_value(make_norm(*ends), q) <= pick_value(make_norm(*higher), q) + 1e-9


def test_the_distribution_is_the_triangle():
    values = np.array([pick_value(make_norm(0.1, 0.2, 0.6), (k + 0.5) / 20000) for k in range(20000)])
    assert values.mean() == pytest.approx((0.1 + 0.2 + 0.6) / 3, abs=1e-4)
    assert (values < 0.2).mean() == pytest.approx(0.1 / 0.5, abs=1e-3)  # peak divides the triangle
    assert values.var() == pytest.approx(
        (0.1**2 + 0.2**2 + 0.6**2 - 0.1 * 0.2 - 0.1 * 0.6 - 0.2 * 0.6) / 18, rel=1e-3
    )


def test_groups_and_phases_of_a_field_vary_together_and_keep_their_order():
    poor = make_norm(0.2, 0.4, 0.6, phase="P1", field="S2", group="low_income")
    other = make_norm(0.1, 0.2, 0.3, phase="P5", field="S2", group="other")
    assert name_factor(poor) == name_factor(other) == ("need_share", "S2")
    assert name_factor(build_norm("speed", 1, mode="bus")) == ("speed", "bus")
    assert list_factors(Norms([build_norm("speed", 1, mode="bus")])) == [], "what has no range is no factor"


def test_the_figures_are_those_of_an_analysis():
    inputs = town()
    figures = dict(measure_figures(compute(inputs)))
    headline = analyse(inputs).headline
    need = headline["reasons"]["need"]
    assert figures["", "", "unbroken"] == headline["unbroken"]
    assert figures["", "", "expected_unmet"] == headline["expected_unmet"]
    assert figures["", "", "equity_gap_points"] == headline["equity_gap_points"]
    assert figures["", "", "full"] == pytest.approx(headline["reasons"]["full"] / need)
    assert figures["", "", "unmet"] == pytest.approx(1 - headline["reasons"]["found"] / need)
    assert figures["", "low_income", "unbroken"] == headline["unbroken_by_group"]["low_income"]
    assert figures[DETMOLD, "", "unmet"] == figures["", "", "unmet"], "one town is the whole region"


def test_without_ranges_in_the_norms_low_and_high_are_the_figure_itself():
    ranges = estimate_ranges(town(), draws=3)
    figures = dict(measure_figures(compute(town())))
    for row in ranges.ranges.to_pylist():
        value = figures[row["ags"], row["group"], row["figure"]]
        assert row["low"] == row["median"] == row["high"] == pytest.approx(value)
    assert ranges.drivers.num_rows == 0


def test_a_range_lies_between_the_ends_of_the_norm_that_has_one():
    inputs = town(need_share=True)
    row = read(estimate_ranges(inputs, draws=12), figure="unbroken")
    ends = [analyse(inputs, level=level).headline["unbroken"] for level in ("high", "low")]
    assert ends[0] < row["low"] < row["median"] < row["high"] < ends[1]


def test_the_norm_that_moves_a_figure_is_named_with_its_direction():
    drivers = estimate_ranges(town(never_asks=True), draws=30).drivers.to_pylist()
    first = {(row["group"], row["figure"]): row for row in drivers if row["position"] == 1}
    assert {row["key"] for row in drivers} == {"never_asks"}
    assert first["", "unbroken"]["effect"] < -0.5, "more who never ask: fewer unbroken chains"
    assert first["", "unmet"]["effect"] > 0.5


@pytest.mark.parametrize("draws", [12, 200])  # rank correlation with few draws, regression with many
def test_effects_have_the_sign_and_order_of_the_truth(draws):
    cube = draw_hypercube([("a", str(n)) for n in range(8)], draws, seed=4)
    effects, errors = measure_effects(cube, 5 * cube[:, 2] - 2 * cube[:, 5])
    assert np.argsort(-np.abs(effects))[0] == 2
    assert effects[2] > 0 > effects[5]
    assert np.abs(effects).max() <= 1.2
    assert (errors > 0).all()
    assert not measure_effects(cube, np.full(draws, 3.0))[0].any(), "what does not move is moved by nothing"


def test_the_regression_leaves_nothing_to_bystanders():
    cube = draw_hypercube([("a", str(n)) for n in range(8)], 60, seed=4)
    effects, errors = measure_effects(cube, np.exp(cube[:, 3]))
    assert effects[3] == pytest.approx(1)
    assert np.delete(effects, 3) == pytest.approx(0, abs=1e-9)
    assert errors == pytest.approx(0, abs=1e-7)


def test_pure_chance_lies_within_two_standard_errors_as_often_as_it_should():
    chance = np.random.default_rng(7)
    told = []
    for seed in range(60):
        effects, errors = measure_effects(
            draw_hypercube([("a", str(n)) for n in range(8)], 40, seed), chance.random(40)
        )
        told += list(np.abs(effects) > 2 * errors)
    assert 0.02 < np.mean(told) < 0.09  # 5 % of a normal distribution


@examine
@given(regions(with_times=False), st.integers(0, 5))
def test_low_median_high_are_in_order_and_shares_are_shares(region, seed):
    ranges = estimate_ranges(region.inputs(), draws=3, seed=seed)
    for row in ranges.ranges.to_pylist():
        assert row["low"] <= row["median"] <= row["high"]
        if row["figure"] not in ("expected_unmet", "equity_gap_points"):
            assert -1e-9 <= row["low"] <= row["high"] <= 1 + 1e-9
        assert row["figure"] in FIGURES
    assert set(ranges.drivers["position"].to_pylist()) <= set(range(1, 9))


def test_same_seed_same_bytes_whatever_the_workers():
    inputs = town(need_share=True, tries=True, never_asks=True)
    one, two = estimate_ranges(inputs, draws=6, workers=1), estimate_ranges(inputs, draws=6, workers=2)
    assert one.ranges.equals(two.ranges)
    assert one.drivers.equals(two.drivers)
    assert not one.ranges.equals(estimate_ranges(inputs, draws=6, seed=1).ranges)


def test_nobody_no_figures():
    ranges = estimate_ranges(Region([], []).inputs(), draws=2)
    assert ranges.ranges.num_rows == ranges.drivers.num_rows == 0
    assert set(ranges.tables) == {"ranges", "range_drivers"}


def test_progress_is_told_after_each_draw():
    told = []
    estimate_ranges(town(), draws=4, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_too_few_draws_and_missing_norms_are_told():
    with pytest.raises(ValueError, match="mindestens 2"):
        estimate_ranges(town(), draws=1)
    with pytest.raises(InputError, match="need_share"):
        estimate_ranges(replace(town(), norms=Norms([])), draws=2)
