"""Children shared between offers, against a plain retelling and by hand; the planted missing handovers."""

import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.demo_region import compute_demo, read_demo_inputs, read_towns, read_truths
from tests.engine.regions import SCHEME, Region, build_norm, examine, metres, regions

from kekiz.engine.compute import compute
from kekiz.engine.handovers import LEAST_SHARED, find_handovers
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.worklists import order_handovers

LEAST_SHOWN = 3  # children a year: the cockpit lists no pair that shares fewer

PHASES = SCHEME.phase_codes


def keep_markets(region: Region):
    return compute(region.inputs(), workers=1, keep_markets=True)


def retell_attendance(outcome) -> dict:
    """(phase, cell, mobility, group) → offer → children who found a place there; the fullest field counts."""
    attendance = defaultdict(dict)
    for field in outcome.fields:
        classes, found = field.market.classes, field.market.found
        here = defaultdict(float)
        for i in range(len(classes.cell)):
            served = found.served[i]
            for arc in range(classes.start[i], classes.start[i + 1]):
                offer = int(field.members[classes.offer[arc]])
                for group, children in enumerate(served):
                    if children:
                        unit = (classes.phase[i], classes.cell[i], classes.mobility[i], group)
                        here[unit, offer] += found.by_arc[arc] * GRAIN * children / served.sum()
        for (unit, offer), children in here.items():
            attendance[unit][offer] = max(attendance[unit].get(offer, 0.0), children)
    return attendance


def count_present(outcome, unit) -> float:
    phase, cell, mobility, group = unit
    car = outcome.parameters.car_share[group]
    return outcome.cells.n[cell, phase, group] * (car if mobility else 1 - car)


def retell_shared(outcome) -> dict:
    """(from phase, to phase, offer, offer) → children a year, by the formula of handovers.py."""
    attendance = retell_attendance(outcome)
    fields = outcome.offers.fields
    shared = defaultdict(float)
    for unit, before in attendance.items():
        phase, *place = unit
        after = attendance.get((phase + 1, *place), {})
        present = count_present(outcome, unit)
        for j, here in before.items():
            for k, there in after.items():
                if j != k and present >= GRAIN:
                    years = SCHEME.phases[phase + 1].years
                    shared[int(phase), int(phase) + 1, j, k] += here * there / present / years
            for k, beside in before.items():
                if j < k and not fields[j] & fields[k] and present >= GRAIN:
                    shared[int(phase), int(phase), j, k] += here * beside / present
    return shared


@examine
@given(regions(min_offers=2))
def test_shared_children_are_those_of_the_formula(region):
    outcome = keep_markets(region)
    names = outcome.offers.offer
    expected = {
        (PHASES[p], PHASES[q], names[j], names[k]): value
        for (p, q, j, k), value in retell_shared(outcome).items()
    }
    rows = find_handovers(outcome).to_pylist()
    for row in rows:
        pair = (row["from_phase"], row["to_phase"], row["offer_a"], row["offer_b"])
        assert row["shared"] == pytest.approx(expected.pop(pair))
    # What is not listed is too little to be worth a look, or agreed and never used.
    assert all(value < LEAST_SHARED + 1e-9 for value in expected.values())


@examine
@given(regions(min_offers=2))
def test_an_agreed_pair_is_never_missing_and_ranks_count_the_missing(region):
    outcome = keep_markets(region)
    agreed = {frozenset((row["offer_a"], row["offer_b"])) for row in region.cooperations or []}
    rows = find_handovers(outcome).to_pylist()
    lists = defaultdict(list)
    for row in rows:
        is_agreed = frozenset((row["offer_a"], row["offer_b"])) in agreed
        assert row["is_missing"] == (not is_agreed)
        assert (row["cooperations"] == "handover") == is_agreed
        assert (row["transition"] == "") == (row["from_phase"] not in {"P1", "P3", "P4", "P5", "P6"}) or (
            row["kind"] == "same_phase"
        )
        step = (row["from_phase"], row["to_phase"])
        ranks = (
            ("rank_in_step", *step),
            ("rank_at_a", *step, row["offer_a"]),
            ("rank_at_b", *step, row["offer_b"]),
        )
        for key in ranks:
            if row["is_missing"]:
                lists[key].append(
                    (row[key[0]], row["shared"] if key[0] == "rank_in_step" else row["strength"])
                )
            else:
                assert row[key[0]] == 0
    for ranked in lists.values():
        ranked.sort()
        assert [rank for rank, _ in ranked] == list(range(1, len(ranked) + 1))
        values = [value for _, value in ranked]
        assert values == sorted(values, reverse=True)


@examine
@given(regions(min_offers=2))
def test_no_more_children_are_shared_than_come_or_go(region):
    for row in find_handovers(keep_markets(region)).to_pylist():
        years = SCHEME.phase(row["to_phase"]).years if row["kind"] == "transition" else 1.0
        assert row["shared"] <= row["children_b"] / years * (1 + 1e-9)
        assert 0 < row["share_of_a"] <= 1
        assert row["strength"] > 0


@examine
@given(regions(min_offers=1), st.randoms())
def test_order_of_rows_changes_nothing(region, chance: random.Random):
    shuffled = replace(
        region,
        children=chance.sample(region.children, len(region.children)),
        offers=chance.sample(region.offers, len(region.offers)),
        cooperations=region.cooperations and chance.sample(region.cooperations, len(region.cooperations)),
    )
    assert find_handovers(keep_markets(region)).equals(find_handovers(keep_markets(shuffled)))


def test_day_care_and_school_worked_by_hand():
    """36 children of day care age, 40 of school age; 30 places in day care, 20 and 10 in two schools.

    Of the 40 ÷ 4 = 10 children who cross in a year, 30 ÷ 36 come from day care. 20 ÷ 40 go to the first
    school: 10 · 30 ÷ 36 · 20 ÷ 40 = 4.1667; and 10 ÷ 40 to the second: 2.0833.
    """
    place = {"cell": "Z", "ags": "05766020", "group": "other", **metres(1, 1)}
    offer = {"provider": "T", "fields": "K1", "mode": "visit", "area": "", "hurdles": "", **metres(1, 1)}
    region = Region(
        children=[{**place, "phase": "P4", "n": 36.0}, {**place, "phase": "P5", "n": 40.0}],
        offers=[
            {**offer, "offer": "kita", "age_from": 36.0, "age_to": 72.0, "places": 30.0},
            {**offer, "offer": "erste", "age_from": 72.0, "age_to": 120.0, "places": 20.0},
            {**offer, "offer": "zweite", "age_from": 72.0, "age_to": 120.0, "places": 10.0},
        ],
        cooperations=[{"offer_a": "zweite", "offer_b": "kita", "kind": "network"}],
        overrides=[
            *(
                build_norm("need_share", 1.0, phase=phase, field="K1", group="other")
                for phase in ("P4", "P5")
            ),
            build_norm("never_asks", 0.0, field="K1", group="other"),
            build_norm("tries", 3, field="K1", group="other"),
        ],
    )
    first, second = find_handovers(keep_markets(region)).to_pylist()
    assert (first["offer_a"], first["offer_b"], first["transition"]) == ("kita", "erste", "T3")
    assert first["shared"] == pytest.approx(10 * 30 / 36 * 20 / 40)
    assert first["share_of_a"] == pytest.approx(first["shared"] / (30 / 3))
    assert (first["children_a"], first["children_b"]) == (pytest.approx(30), pytest.approx(20))
    assert first["strength"] == pytest.approx(first["shared"] / 600**0.5)
    assert (first["is_missing"], first["rank_in_step"], first["ags"]) == (True, 1, "05766020")
    assert second["shared"] == pytest.approx(10 * 30 / 36 * 10 / 40)
    assert (second["cooperations"], second["is_missing"], second["rank_at_a"]) == ("network", False, 0)


@pytest.mark.parametrize("region", [Region([], [])])
def test_an_empty_region_has_no_handovers(region):
    assert find_handovers(keep_markets(region)).num_rows == 0


def test_without_markets_it_says_what_is_missing():
    with pytest.raises(ValueError, match="keep_markets"):
        find_handovers(compute(Region([], []).inputs(), workers=1))


@pytest.fixture(scope="module")
def demo_handovers():
    return find_handovers(compute_demo())


@pytest.mark.parametrize("number", range(5))
def test_planted_missing_handovers_lead_the_list_of_their_offer(demo_handovers, number):
    """The list of an offer is what its own team would work through: its missing partners by strength."""
    planted = read_truths()["missing_handover"][number]
    (row,) = [
        row
        for row in demo_handovers.to_pylist()
        if (row["offer_a"], row["offer_b"]) == tuple(planted["offers"])
        and row["transition"] == planted["transition"]
    ]
    assert row["is_missing"]
    assert row["rank_at_a"] in (1, 2)


@pytest.fixture(scope="module")
def demo_worklist(demo_handovers):
    """The missing handovers of the demo as the cockpit lists them."""
    inputs = read_demo_inputs()
    return [
        row
        for row in order_handovers(demo_handovers, inputs.offers, inputs.scheme)
        if row["shared"] >= LEAST_SHOWN
    ]


@pytest.mark.parametrize("number", range(5))
def test_planted_missing_handovers_lead_the_list_that_people_work_through(demo_worklist, number):
    """Its list: the municipality of the first offer and the transition, as the cockpit groups them."""
    planted, towns = read_truths()["missing_handover"][number], read_towns()
    town = towns[planted["offers"][0]]
    listed = [
        (row["offer_a"], row["offer_b"])
        for row in demo_worklist
        if row["transition"] == planted["transition"] and (towns[row["offer_a"]] or row["ags"]) == town
    ]
    assert listed.index(tuple(planted["offers"])) < 2
    assert len(listed) > 2, "a list of two would prove nothing"
