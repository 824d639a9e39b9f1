"""Plans: funding by hand, the choice beside trying every one, each kind of candidate, the demo's bar."""

from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.regions import SCHEME, Region, build_norm, examine, metres, regions

from kekiz.engine.cells import gather_cells
from kekiz.engine.norms import load_norms
from kekiz.engine.plan.candidates import Candidate, Practice, drop_hurdle, enlarge_offer, place_practices
from kekiz.engine.plan.effects import UNMET, Graph
from kekiz.engine.plan.funding import (
    NO_FUNDING,
    Block,
    Rule,
    cost_in_year,
    list_rules,
    load_rule,
    share_by_measure,
    share_costs,
)
from kekiz.engine.plan.greedy import Valuation, choose_greedily, make_check
from kekiz.engine.plan.model import choose_best
from kekiz.engine.plan.practices import build_candidates, read_practices, select_candidates
from kekiz.engine.plan.proposal import GAP, propose_plan
from kekiz.engine.problems import InputError
from kekiz.engine.scheme import HURDLES
from kekiz.engine.tables import read_children, read_offers

LIPPE = Path(__file__).resolve().parents[2] / "demo" / "lippe"
K2 = 1 << SCHEME.field_codes.index("K2")


# --- money


def test_kekiz_2017_pays_half_up_to_its_cap_and_not_the_fixed_cost():
    small = share_costs(load_rule("kekiz-2017"), np.array([30_000.0, 10_000.0, 5_000.0]))
    assert [(year.year, year.cost, year.state, year.own) for year in small] == [
        (2017, 45_000, 20_000, 25_000),
        (2018, 40_000, 20_000, 20_000),
    ]
    large = share_costs(load_rule("kekiz-2017"), np.array([90_000.0, 10_000.0, 0.0]))
    assert [(year.state, year.own) for year in large] == [(30_000, 70_000)] * 2


def test_no_euro_is_claimed_from_two_blocks():
    staff = Block("Personal", 0.8, 100_000, (2026,), ("staff",))
    both = Block("Beides", 0.5, 100_000, (2026,), ("staff", "material"))
    (year,) = share_costs(Rule("r", "r", (2026,), (staff, both), "", ""), np.array([10_000.0, 4_000.0, 0.0]))
    assert year.by_block == pytest.approx({"Personal": 8_000, "Beides": 2_000})


def test_rules_that_ship_are_sound_and_say_where_they_come_from():
    for key in list_rules():
        rule = load_rule(key)
        assert rule.years
        assert rule.note
        assert rule.source or rule is NO_FUNDING


def test_faults_of_a_rule_are_named(tmp_path):
    file = tmp_path / "eigene.toml"
    file.write_text(
        'name="x"\nyears=["2017"]\nsource="s"\n[[block]]\nname="b"\nrate=50\ncap_eur=-1\neligible=["rent"]'
    )
    with pytest.raises(InputError) as caught:
        load_rule(str(file))
    assert len(caught.value.problems) == 5  # note, years, rate, cap, eligible
    with pytest.raises(InputError, match="kekiz-2017"):
        load_rule("kekiz-1999")


# --- the choice


def build_case(rooms, children, arcs, costs):
    """Candidate j gives target j ``rooms[j]``; nodes of two groups."""
    arcs = sorted(arcs)
    graph = Graph(
        ags=("05766020",),
        node_ags=np.zeros(len(children), np.int64),
        children=np.array(children, float).reshape(-1, 2),
        reasons=np.tile([1.0, 0, 0, 0, 0], (len(children), 1)),
        arc_node=np.array([node for node, _ in arcs], np.int64),
        arc_target=np.array([target for _, target in arcs], np.int64),
        room_candidate=np.arange(len(rooms)),
        room_target=np.arange(len(rooms)),
        room=np.array(rooms, float),
        target_field=np.zeros(len(rooms), np.int64),
    )
    candidates = [
        Candidate(f"c{j}", f"c{j}", "offer", f"s{j // 2}", "", (cost, 0.0, 500.0))
        for j, cost in enumerate(costs)
    ]
    return graph, candidates


@st.composite
def cases(draw):
    count, nodes = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    rooms = draw(st.lists(st.integers(1, 40), min_size=count, max_size=count))
    children = draw(
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=nodes, max_size=nodes)
    )
    every = [(node, target) for node in range(nodes) for target in range(count)]
    arcs = draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    costs = draw(st.lists(st.integers(1, 60).map(lambda n: 1000.0 * n), min_size=count, max_size=count))
    return *build_case(rooms, children, arcs, costs), draw(st.integers(0, 80).map(lambda n: 1000.0 * n))


@examine
@given(cases(), st.sampled_from(["own", "kekiz-2017", "kinderstark-example"]))
def test_no_affordable_choice_reaches_more(case, rule_key):
    graph, candidates, budget = case
    rule, equal = load_rule(rule_key), np.ones(2)
    valuation, fits = Valuation(graph, equal), make_check(candidates, rule, budget)
    every = range(len(candidates))
    subsets = chain.from_iterable(combinations(every, size) for size in range(len(candidates) + 1))
    best = max(valuation.value(subset) for subset in subsets if fits(subset))
    choice = choose_best(graph, candidates, rule, budget, equal, gap=0.0, time_limit_s=20)
    assert choice.gain == pytest.approx(best, abs=1e-3)
    assert choice.bound >= best - 1e-3
    assert fits(choice.chosen.tolist())
    assert float(choice.reached.sum()) == pytest.approx(choice.gain, abs=1e-3)


@examine
@given(cases())
def test_heuristic_is_affordable_and_its_bound_holds(case):
    graph, candidates, budget = case
    rule, weights = load_rule("kekiz-2017"), np.array([2.0, 1.0])
    exact = choose_best(graph, candidates, rule, budget, weights, gap=0.0, time_limit_s=20)
    heuristic = choose_greedily(graph, candidates, rule, budget, weights, time_limit_s=20)
    assert make_check(candidates, rule, budget)(heuristic.chosen.tolist())
    assert heuristic.gain <= exact.gain + 1e-3
    assert exact.gain <= heuristic.bound + 1e-3


def test_equity_decides_between_two_places():
    # One candidate reaches 10 low-income children, the other 15 others; money for one.
    graph, candidates = build_case([20, 20], [(10, 0), (0, 15)], [(0, 0), (1, 1)], [1000.0, 1000.0])
    for equity, wanted in ((1.0, [1]), (2.0, [0])):
        weights = np.array([equity, 1.0])
        choice = choose_best(graph, candidates, NO_FUNDING, 1600.0, weights, gap=0.0, time_limit_s=20)
        assert choice.chosen.tolist() == wanted


def test_excluded_pairs_are_not_chosen_together():
    graph, candidates = build_case([9, 9, 9], [(9, 0), (9, 0), (9, 0)], [(0, 0), (1, 1), (2, 2)], [1.0] * 3)
    candidates[2] = replace(candidates[2], excludes=("c0", "c1"))
    choice = choose_best(graph, candidates, NO_FUNDING, 1e6, np.ones(2), gap=0.0, time_limit_s=20)
    assert len(choice.chosen) == 1


# --- candidates of each kind, verified by the engine


def build_region(places=0.0, hurdles=""):
    """100 children of one cell, all need K2; one offer next door."""
    child = {
        "cell": "Z0",
        "ags": "05766020",
        "phase": "P4",
        "group": "low_income",
        "n": 100.0,
        **metres(5, 2),
    }
    offer = {
        "offer": "A0", "provider": "T0", **metres(5, 2), "age_from": 36.0, "age_to": 72.0, "fields": "K2",
        "places": places, "mode": "visit", "area": "", "hurdles": hurdles,
    }  # fmt: skip
    norms = [
        build_norm("need_share", 1.0, phase="P4", field="K2", group="low_income"),
        build_norm("never_asks", 0.25, group="low_income"),
        build_norm("hurdle_stops", 0.4, hurdle="paid", group="low_income"),
    ]
    return Region([child], [offer], overrides=norms).inputs()


def plan_one(inputs, candidate, budget=1e6):
    plan = propose_plan(inputs, [candidate], NO_FUNDING, budget)
    return [one.key for one in plan.chosen], float(plan.predicted.sum()), float(plan.verified.sum())


def test_more_places_reach_as_many_more():
    inputs = build_region(places=10)
    keys, predicted, verified = plan_one(inputs, enlarge_offer(inputs.offers, "A0", 20, 1000.0))
    assert keys == ["places@A0*20"]
    assert (predicted, verified) == (pytest.approx(20, abs=0.01), pytest.approx(20, abs=0.01))


def test_a_dropped_hurdle_reaches_those_it_stopped_who_ask():
    inputs = build_region(places=200, hurdles="paid")
    paid = HURDLES.index("paid")
    _, predicted, verified = plan_one(inputs, drop_hurdle(inputs.offers, "A0", paid, 500.0, "kostet Geld"))
    assert (predicted, verified) == (pytest.approx(30, abs=0.01), pytest.approx(30, abs=0.01))  # 40 % of 75


def test_a_guide_wins_its_share_up_to_the_families_it_can_take():
    inputs = build_region(places=200)  # 25 never ask, though there is a place
    guide = Practice("lotse", "Lotsin", "guide", K2, -9, 324, (1,), 200, 1000, 0, 0, guided_share=0.4)
    cells = gather_cells(inputs.children, SCHEME)
    for families, wanted in ((200, 10.0), (4, 4.0)):
        (candidate,) = place_practices([replace(guide, places=families)], cells, {})
        _, predicted, verified = plan_one(inputs, candidate)
        assert (predicted, verified) == (pytest.approx(wanted, abs=0.01), pytest.approx(wanted, abs=0.01))


def test_a_practice_brought_to_a_place_and_one_size_of_it():
    inputs = build_region(places=0)
    practice = Practice("musik", "Musik", "offer", K2, 36, 72, (1, 2), 30, 1000, 0, 0)
    candidates = place_practices([practice], gather_cells(inputs.children, SCHEME), {})
    plan = propose_plan(inputs, candidates, NO_FUNDING, 1e6)
    assert [one.key for one in plan.chosen] == ["musik@05766020*2"]
    assert float(plan.verified.sum()) == pytest.approx(60, abs=0.1)
    assert propose_plan(inputs, candidates, NO_FUNDING, 999.0).chosen == ()


def test_of_two_sizes_that_reach_the_same_the_cheaper_one():
    graph, candidates = build_case([30, 60], [(10, 0)], [(0, 0), (0, 1)], [2000.0, 1000.0])
    choice = choose_best(graph, candidates, NO_FUNDING, 1e6, np.ones(2), gap=0.0, time_limit_s=20)
    assert choice.chosen.tolist() == [1]
    assert choice.gain == pytest.approx(10)


@pytest.mark.parametrize("exact", [True, False])
def test_nothing_to_choose_from_and_nobody_to_reach_are_fine(exact):
    rule = load_rule("kekiz-2017")
    nobody = Region([], []).inputs()
    for inputs in (nobody, build_region(places=10)):
        plan = propose_plan(inputs, [], rule, 1000.0, exact=exact)
        assert (plan.chosen, plan.gain, plan.gap) == ((), 0.0, 0.0)
        assert plan.verified.sum() == 0
        assert [year.own for year in plan.money] == [0, 0]


def test_a_mobile_variant_stands_in_for_the_visited_one_and_excluded_practices_keep_apart():
    inputs = build_region(places=0)
    visited = Practice("musik", "Musik", "offer", K2, 36, 72, (1,), 30, 1000, 0, 0)
    mobile = replace(visited, key="musikmobil", mode=1, places=20.0, variant_of="musik")
    other = replace(visited, key="tanz", places=10.0, excludes=("musik",))
    candidates = place_practices([visited, mobile, other], gather_cells(inputs.children, SCHEME), {})
    assert candidates[0].site == candidates[1].site
    assert candidates[1].adds["offer"] != candidates[0].adds["offer"]
    plan = propose_plan(inputs, candidates, NO_FUNDING, 1e6)
    assert [one.key for one in plan.chosen] in (
        ["musik@05766020*1"],
        ["musikmobil@05766020*1", "tanz@05766020*1"],
    )
    assert float(plan.predicted.sum()) == pytest.approx(30, abs=0.01)


def test_candidates_can_be_limited_to_kinds_and_municipalities(demo):
    _, candidates = demo
    assert {one.kind for one in candidates} == {"offer", "guide", "places", "hurdle"}
    some = select_candidates(candidates, kinds=("places", "hurdle"), ags=("05766020",))
    assert {one.kind for one in some} == {"places", "hurdle"}
    assert {one.ags for one in some} == {"05766020"}
    assert select_candidates(candidates) == candidates


# --- what is told of a plan


@settings(examine, max_examples=12)  # two plans with two full runs each
@given(regions(), st.integers(0, 40), st.integers(0, 40), st.sampled_from(["own", "kekiz-2017"]))
def test_small_regions_keep_the_budget_and_more_money_never_reaches_fewer(region, budget, more, rule_key):
    inputs, rule = region.inputs(), load_rule(rule_key)
    practice = Practice("treff", "Treff", "offer", 255, -9, 324, (1, 2), 5, 6000, 1000, 2000)
    guide = Practice("lotse", "Lotsin", "guide", 255, -9, 324, (1,), 9, 8000, 0, 0, guided_share=0.5)
    candidates = place_practices([practice, guide], gather_cells(inputs.children, SCHEME), {})[:12]
    small = propose_plan(inputs, candidates, rule, budget * 1000.0, exact=True)
    large = propose_plan(inputs, candidates, rule, (budget + more) * 1000.0, exact=True)
    for plan, limit in ((small, budget * 1000), (large, (budget + more) * 1000)):
        for year in plan.money:
            assert year.own <= limit + 0.01
            assert year.cost == pytest.approx(year.own + year.state)
            assert all(
                year.by_block[block.name] <= block.cap_eur + 0.01
                for block in rule.blocks
                if year.year in block.years
            )
        assert len({one.site for one in plan.chosen}) == len(plan.chosen)
        parts = plan.effects
        assert sum(part.reached for part in parts) == pytest.approx(plan.predicted.sum(), abs=1e-3)
        for part in parts:
            assert part.by_reason.sum() == pytest.approx(part.reached, abs=1e-3)
            assert part.by_field.sum() == pytest.approx(part.reached, abs=1e-3)
    assert large.bound >= small.gain - 1e-3
    assert large.gain >= small.gain * (1 - GAP) - 1e-3


@given(
    st.lists(st.tuples(*[st.integers(0, 90_000)] * 3), min_size=1, max_size=6),
    st.sampled_from(["own", "kekiz-2017", "kekiz-2019", "kinderstark-example"]),
)
def test_the_state_share_of_the_measures_adds_up_and_never_exceeds_their_cost(costs, rule_key):
    each = np.array(costs, dtype=float)
    years = share_costs(load_rule(rule_key), each.sum(axis=0))
    shares = share_by_measure(years, each)
    for index, year in enumerate(years):
        yearly = cost_in_year(each, index).sum(axis=1)
        assert shares[:, index].sum() == pytest.approx(year.state, abs=0.01)
        assert (shares[:, index] <= yearly + 0.01).all()
        assert (shares[:, index] >= -0.01).all()


def test_a_measure_tells_which_reasons_it_answers():
    inputs = build_region(places=10)
    plan = propose_plan(inputs, [enlarge_offer(inputs.offers, "A0", 20, 1000.0)], NO_FUNDING, 1e6)
    (effect,) = plan.effects
    assert UNMET[int(np.argmax(effect.by_reason))] == "full"
    assert effect.by_field[SCHEME.field_codes.index("K2")] == pytest.approx(20, abs=0.01)


def test_what_comes_next_is_affordable_with_its_price_and_brings_what_it_says():
    inputs = build_region(places=0)
    practice = Practice("musik", "Musik", "offer", K2, 36, 72, (1, 2), 20, 1000, 0, 0)
    other = replace(practice, key="tanz", units=(1,), places=30.0, staff_eur=5000.0)
    candidates = place_practices([practice, other], gather_cells(inputs.children, SCHEME), {})
    plan = propose_plan(inputs, candidates, NO_FUNDING, 2000.0)
    assert [one.key for one in plan.chosen] == ["musik@05766020*2"]
    (following,) = plan.next_best
    assert following.candidate.key == "tanz@05766020*1"
    richer = propose_plan(inputs, candidates, NO_FUNDING, 2000.0 + following.own_eur)
    assert richer.gain == pytest.approx(plan.gain + following.adds, abs=0.1)


# --- the demo


@pytest.fixture(scope="module")
def demo():
    from kekiz.engine.compute import Inputs

    inputs = Inputs(
        read_children(LIPPE / "children.csv", SCHEME),
        read_offers(LIPPE / "offers.csv", SCHEME),
        load_norms(scheme=SCHEME),
        SCHEME,
    )
    catalogue = read_practices(LIPPE / "practices.toml", SCHEME)
    candidates = build_candidates(catalogue, gather_cells(inputs.children, SCHEME), inputs.offers, {})
    return inputs, candidates


def test_the_plan_of_the_demo_is_proven_and_comes_true(demo):
    inputs, candidates = demo
    assert len(candidates) >= 200
    plan = propose_plan(inputs, candidates[:200], load_rule("kekiz-2017"), 120_000, equity=2.0)
    assert 0 <= plan.gap <= 0.01
    assert plan.predicted.sum() > 300
    low, high = plan.expected_range
    assert low <= plan.verified.sum() <= high
    assert all(year.own <= 120_000 + 0.01 and year.state <= 30_000.01 for year in plan.money)
    sites = [one.site for one in plan.chosen]
    assert len(set(sites)) == len(sites)


def test_faults_of_practices_are_named_all_at_once(tmp_path):
    file = tmp_path / "practices.toml"
    file.write_text(
        '[[practice]]\nkey="a"\nname="A"\nfields="X9"\nplaces=-1\nstaff_eur=1\nage_from=0\nage_to=1\n'
        '[[practice]]\nkey="b"\nname="B"\nfields="K2"\nplaces=1\nstaff_eur=1\nage_from=9\nage_to=1\nunits=[0]\n'
        '[[practice]]\nkey="c"\nname="C"\nkind="bus"\ncolour="red"\nexcludes=["unbekannt"]\n[no_fee]\n'
        '[[drop_hurdle]]\nhurdle="fence"\n'
    )
    with pytest.raises(InputError) as caught:
        read_practices(file, SCHEME)
    text = str(caught.value)
    assert "„unbekannt“" in text
    assert "[[drop_hurdle]] hurdle" in text
    for part in ("„fields“", "„places“", "Alter", "„units“", "„kind“", "„colour“"):
        assert part in text
