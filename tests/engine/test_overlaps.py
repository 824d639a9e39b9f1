"""Offers closed in thought against OR-Tools' maximum flow, likeness against its formula, planted overlaps."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.demo_region import compute_demo, read_demo_inputs, read_truths
from tests.engine.regions import SCHEME, Region, build_norm, examine, metres, regions
from tests.engine.test_flow import measure_max_flow

from kekiz.engine.closing import close_sets
from kekiz.engine.compute import compute
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.overlaps import LEAST_LIKENESS, find_overlaps
from kekiz.engine.seek import count_in_grains
from kekiz.engine.worklists import order_overlaps


def keep_markets(region: Region):
    return compute(region.inputs(), workers=1, keep_markets=True)


def draw_sets(data, field) -> list[list[int]]:
    """Each offer alone, and one set of several."""
    every = list(range(len(field.members)))
    return [[offer] for offer in every] + [
        data.draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    ]


@examine
@given(regions(min_offers=1), st.data())
def test_who_is_left_without_a_place_is_what_the_maximum_flow_loses(region, data):
    for field in keep_markets(region).fields:
        if not len(field.members):
            continue
        market = field.market
        need, places = market.found.need.sum(axis=1), count_in_grains(field.places)
        whole = measure_max_flow(market.classes, need, places)
        before = market.possible.by_arc.copy()
        sets = draw_sets(data, field)
        closing = close_sets(field, sets)
        np.testing.assert_array_equal(market.possible.by_arc, before)
        for position, closed in enumerate(sets):
            rest = places.copy()
            rest[closed] = 0
            lost = whole - measure_max_flow(market.classes, need, rest)
            children = round(closing.children[position] / GRAIN)
            assert children == (places - market.possible.free)[closed].sum()
            if children:
                assert closing.ceiling[position] == (children - lost) / children
            else:
                assert lost == 0
                assert np.isnan(closing.ceiling[position])


@examine
@given(regions(min_offers=1))
def test_takers_take_what_is_replaced_and_have_the_places_for_it(region):
    for field in keep_markets(region).fields:
        offers = len(field.members)
        closing = close_sets(field, [[offer] for offer in range(offers)])
        for closed in range(offers):
            chosen = closing.taker[closed] >= 0
            takers = closing.taker[closed][chosen]
            taken = closing.taken[closed][chosen]
            assert field.members[closed] not in takers
            assert len(set(takers)) == len(takers)
            assert (taken > 0).all()
            assert (np.diff(taken) <= 0).all()
            free = field.market.possible.free[np.searchsorted(field.members, takers)] * GRAIN
            assert (taken <= free).all()
            replaced = np.nan_to_num(closing.children[closed] * closing.ceiling[closed])
            assert taken.sum() <= replaced + 1e-9
            if chosen.sum() < len(chosen):  # all takers are shown
                assert taken.sum() == pytest.approx(replaced)


@examine
@given(regions(min_offers=1))
def test_known_places_alone_replace_no_more_than_all(region):
    for field in keep_markets(region).fields:
        closing = close_sets(field, [[offer] for offer in range(len(field.members))])
        has_children = closing.children > 0
        floor, ceiling = closing.floor[has_children], closing.ceiling[has_children]
        assert (floor >= 0).all()
        assert (floor <= ceiling).all()
        assert (ceiling <= 1).all()
        if not field.is_assumed.any():
            np.testing.assert_array_equal(floor, ceiling)


def retell_likeness(outcome, a: int, b: int) -> float:
    """The formula in plain words, class by class."""
    lesser = greater = 0.0
    for field in outcome.fields:
        classes = field.market.classes
        for i in range(len(classes.cell)):
            arcs = range(classes.start[i], classes.start[i + 1])
            weights = {int(field.members[classes.offer[arc]]): classes.weight[arc] for arc in arcs}
            pair = weights.get(a, 0.0), weights.get(b, 0.0)
            lesser += classes.need[i].sum() * min(pair)
            greater += classes.need[i].sum() * max(pair)
    return lesser / greater if greater else 0.0


@examine
@given(regions(min_offers=2))
def test_pairs_are_those_with_like_catchments(region):
    outcome = keep_markets(region)
    names = list(outcome.offers.offer)
    expected = {}
    for a in range(len(names)):
        for b in range(a):
            likeness = retell_likeness(outcome, a, b)
            if likeness > LEAST_LIKENESS + 1e-9:
                expected[tuple(sorted((names[a], names[b])))] = likeness
    rows = find_overlaps(outcome, workers=1).pairs.to_pylist()
    listed = {(row["offer_a"], row["offer_b"]): row["likeness"] for row in rows}
    sure = {pair: likeness for pair, likeness in listed.items() if likeness > LEAST_LIKENESS + 1e-9}
    assert sure == pytest.approx(expected)


@examine
@given(regions(min_offers=2))
def test_a_pair_says_what_its_offers_say(region):
    overlaps = find_overlaps(keep_markets(region), workers=1)
    alone = {}
    for row in overlaps.replaceable.to_pylist():
        alone.setdefault(row["offer"], []).append(row)
    for pair in overlaps.pairs.to_pylist():
        shares = [row["replaceable"] for end in "ab" for row in alone[pair[f"offer_{end}"]]]
        is_unknown = pair["places_a"] is None or pair["places_b"] is None
        assert (pair["capacity"] == "own_unknown") == is_unknown
        known = [share for share in shares if share is not None]
        if is_unknown:
            assert (pair["score"], pair["rank"]) == (None, 0)
        elif pair["score"] is not None:
            assert pair["score"] == pytest.approx(pair["likeness"] * min(known))


@examine
@given(regions(min_offers=1), st.randoms())
def test_order_of_rows_changes_nothing(region, chance: random.Random):
    shuffled = replace(
        region,
        children=chance.sample(region.children, len(region.children)),
        offers=chance.sample(region.offers, len(region.offers)),
    )
    before, after = (find_overlaps(keep_markets(one), workers=1) for one in (region, shuffled))
    for one, other in zip(before, after, strict=True):
        assert one.equals(other)


# Worked by hand: 30 children in one cell, who all need K1 and all ask for it.

CHILD = {"cell": "Z", "ags": "05766020", "phase": "P5", "group": "other"}
OFFER = {
    "provider": "T", "age_from": 72.0, "age_to": 120.0, "fields": "K1", "mode": "visit", "area": "",
    "hurdles": "",
}  # fmt: skip


def build_street(*places: float | None, children: float = 30.0) -> Region:
    """One cell with children, and offers on the same spot with these places."""
    return Region(
        children=[{**CHILD, **metres(1, 1), "n": children}],
        offers=[
            {**OFFER, **metres(1, 1), "offer": f"A{n}", "places": count} for n, count in enumerate(places)
        ],
        overrides=[
            build_norm("need_share", 1.0, phase="P5", field="K1", group="other"),
            build_norm("never_asks", 0.0, field="K1", group="other"),
        ],
    )


def test_two_offers_of_which_one_would_do():
    """Two with 30 places each for 30 children: 15 go to each, and each could take all of the other."""
    overlaps = find_overlaps(keep_markets(build_street(30, 30)), workers=1)
    for row in overlaps.replaceable.to_pylist():
        other = {"A0": "A1", "A1": "A0"}[row["offer"]]
        assert row["children"] == pytest.approx(15)
        assert row["spare_places"] == pytest.approx(15)
        assert row["replaceable"] == 1
        assert (row["taker_1"], row["taken_1"]) == (other, pytest.approx(15))
        assert (row["taker_2"], row["taken_2"]) == (None, None)
    (pair,) = overlaps.pairs.to_pylist()
    assert (pair["likeness"], pair["score"], pair["distance_km"], pair["rank"]) == (1, 1, 0, 1)
    for row, offer in zip(overlaps.clusters.to_pylist(), ("A0", "A1"), strict=True):
        assert (row["cluster"], row["offer"], row["size"], row["children"]) == (
            1,
            offer,
            2,
            pytest.approx(30),
        )
        assert row["jointly_replaceable"] == 0  # nobody else could take them: one must stay


def test_two_offers_that_are_both_needed():
    """Twice 15 places for 30 children: closing one leaves its 15 without a place."""
    overlaps = find_overlaps(keep_markets(build_street(15, 15)), workers=1)
    assert overlaps.replaceable["replaceable"].to_pylist() == [0, 0]
    assert overlaps.pairs["score"].to_pylist() == [0]


def test_unknown_places_cannot_tell():
    """Nobody knows the places of A1: what it could take is assumed, and of itself nothing is said."""
    overlaps = find_overlaps(keep_markets(build_street(30, None)), workers=1)
    known, unknown = sorted(overlaps.replaceable.to_pylist(), key=lambda row: row["offer"])
    assert (known["capacity"], unknown["capacity"]) == ("takers_unknown", "own_unknown")
    assert known["replaceable"] == 0  # into known places
    assert known["replaceable_if_assumed"] > 0
    assert unknown["replaceable"] is None
    (pair,) = overlaps.pairs.to_pylist()
    assert (pair["capacity"], pair["score"], pair["places_b"]) == ("own_unknown", None, None)


def test_offers_for_other_ages_do_not_overlap():
    region = build_street(30, 30).change_offer(1, age_from=120.0, age_to=192.0)
    assert find_overlaps(keep_markets(region), workers=1).pairs.num_rows == 0


@pytest.mark.parametrize("region", [Region([], []), build_street(), replace(build_street(30), children=[])])
def test_empty_regions_have_no_overlaps(region):
    overlaps = find_overlaps(keep_markets(region), workers=1)
    assert (overlaps.pairs.num_rows, overlaps.clusters.num_rows) == (0, 0)


def test_without_markets_it_says_what_is_missing():
    with pytest.raises(ValueError, match="keep_markets"):
        find_overlaps(compute(build_street(30).inputs(), workers=1), workers=1)


# The demo region


@pytest.fixture(scope="module")
def demo_overlaps():
    return find_overlaps(compute_demo())


@pytest.mark.parametrize("number", [0, 1])
def test_planted_overlaps_lead_their_lists(demo_overlaps, number):
    """First or second in the list of their municipality, and in the list of each of their links there."""
    planted = read_truths()["overlap"][number]
    pairs = [row for row in demo_overlaps.pairs.to_pylist() if row["score"] is not None]
    in_town = [row for row in pairs if row["ags"] == planted["ags"]]
    (pair,) = [row for row in pairs if {row["offer_a"], row["offer_b"]} == set(planted["offers"])]
    assert in_town.index(pair) < 2
    for field in pair["fields"].split():
        for phase in pair["phases"].split():
            link = [
                row for row in in_town if field in row["fields"].split() and phase in row["phases"].split()
            ]
            assert link.index(pair) < 2


def test_planted_overlaps_lead_the_list_of_the_whole_region(demo_overlaps):
    """Its list: what the cockpit shows for the region, offers with a place (engine/worklists.py)."""
    inputs = read_demo_inputs()
    rows = order_overlaps(demo_overlaps.pairs, inputs.offers, inputs.scheme)
    listed = [{row["offer_a"], row["offer_b"]} for row in rows if row["distance_km"] is not None]
    for planted in read_truths()["overlap"]:
        assert listed.index(set(planted["offers"])) < 2
    assert not any(row["group"] for row in rows[:2]), "no planted pair hides in a group"


def test_three_alike_form_one_cluster_and_a_fourth_takes_them():
    """Three with 10 places each and a fourth, some way off, with 40 for their 30 children."""
    region = build_street(10, 10, 10, 40, children=30).change_offer(3, **metres(2, 1), fields="K1 K2")
    outcome = keep_markets(region)
    market = outcome.fields[SCHEME.field_codes.index("K1")]
    three = [int(index) for index in range(4) if outcome.offers.offer[market.members[index]] != "A3"]
    closing = close_sets(market, [three])
    assert closing.ceiling[0] == 1
    rows = find_overlaps(outcome, workers=1).clusters.to_pylist()
    assert {"A0", "A1", "A2"} <= {row["offer"] for row in rows if row["field"] == "K1"}
    assert {row["cluster"] for row in rows if row["offer"] in {"A0", "A1", "A2"}} == {1}
