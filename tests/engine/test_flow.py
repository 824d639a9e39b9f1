"""Seeking and coordinating on small graphs, against a plain retelling and against OR-Tools' maximum flow."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.max_flow_reference import solve_max_flow
from tests.engine.regions import examine, regions

from kekiz.engine import compute as compute_module
from kekiz.engine.coordinate import coordinate_places
from kekiz.engine.kernels.rounds import FULL_BELOW, GRAIN
from kekiz.engine.reach import Classes
from kekiz.engine.seek import Assignment, count_in_grains, seek_places

_amount = st.one_of(st.sampled_from([0.0, 1.0, 10.0]), st.floats(0, 100, allow_subnormal=False))
_share = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1, allow_subnormal=False))


@st.composite
def markets(draw):
    """Classes of two groups with the offers they can use, places, tries and who never asks."""
    offers = draw(st.integers(1, 6))
    reach = draw(
        st.lists(st.lists(st.integers(0, offers - 1), unique=True, max_size=4).map(sorted), max_size=10)
    )
    arcs = [offer for row in reach for offer in row]
    classes = Classes(
        cell=np.arange(len(reach)),
        phase=np.zeros(len(reach), np.int64),
        mobility=np.zeros(len(reach), np.int64),
        need=np.array([[draw(_amount), draw(_amount)] for _ in reach]).reshape(len(reach), 2),
        start=np.cumsum([0, *map(len, reach)]).astype(np.int64),
        offer=np.array(arcs, dtype=np.int64),
        weight=np.array([draw(st.floats(0.01, 1)) for _ in arcs], dtype=float),
        is_barred=np.zeros(len(reach), bool),
    )
    places = np.array([draw(_amount) for _ in range(offers)])
    tries = np.array(draw(st.tuples(st.integers(0, 4), st.integers(0, 4))))
    never_asks = np.array(draw(st.tuples(_share, _share)))
    return classes, places, tries, never_asks


def measure_max_flow(classes: Classes, need: np.ndarray, places: np.ndarray) -> int:
    """The value of OR-Tools' maximum flow from scratch: source → classes → offers → sink, in grains."""
    count, offers = len(need), len(places)
    source, sink = count + offers, count + offers + 1
    own_class = np.repeat(np.arange(count), np.diff(classes.start))
    tails = [np.full(count, source), own_class, count + np.arange(offers)]
    heads = [np.arange(count), count + classes.offer, np.full(offers, sink)]
    capacities = np.concatenate([need, need[own_class], places])
    return solve_max_flow(np.concatenate(tails), np.concatenate(heads), capacities, source, sink)


def check_conserved(classes: Classes, assignment: Assignment, places: np.ndarray) -> None:
    """Every served child is at an offer it can use, and every place is taken or free."""
    by_class = np.zeros(len(classes.cell), np.int64)
    np.add.at(by_class, np.repeat(np.arange(len(by_class)), np.diff(classes.start)), assignment.by_arc)
    np.testing.assert_array_equal(by_class, assignment.served.sum(axis=1))
    taken = np.zeros(len(places), np.int64)
    np.add.at(taken, classes.offer, assignment.by_arc)
    np.testing.assert_array_equal(taken + assignment.free, count_in_grains(places))
    assert (assignment.by_arc >= 0).all()
    assert (assignment.free >= 0).all()
    assert (assignment.served <= assignment.need).all()


@examine
@given(markets())
def test_children_and_places_are_conserved(market):
    classes, places, tries, never_asks = market
    found = seek_places(classes, places, tries, never_asks)
    possible = coordinate_places(classes, found)
    check_conserved(classes, found, places)
    check_conserved(classes, possible, places)
    assert (found.served <= possible.served).all()
    assert (found.free >= possible.free).all()


@examine
@given(markets())
def test_possible_is_the_maximum_flow_of_the_whole_graph(market):
    classes, places, tries, never_asks = market
    found = seek_places(classes, places, tries, never_asks)
    possible = coordinate_places(classes, found)
    expected = measure_max_flow(classes, found.need.sum(axis=1), count_in_grains(places))
    assert possible.served.sum() == expected


@examine
@given(regions(min_offers=1))
def test_possible_is_the_maximum_flow_in_every_market_of_a_region(region):
    seen = []

    def watch(classes, found):
        possible = coordinate_places(classes, found)
        seen.append((classes, found, possible))
        return possible

    with mock.patch.object(compute_module, "coordinate_places", watch):
        outcome = region.compute()
    assert len(seen) == len(outcome.fields)
    for (classes, found, possible), market in zip(seen, outcome.fields, strict=True):
        check_conserved(classes, found, market.places)
        check_conserved(classes, possible, market.places)
        expected = measure_max_flow(classes, found.need.sum(axis=1), count_in_grains(market.places))
        assert possible.served.sum() == expected


def retell_seeking(classes, places, tries, never_asks):
    """The rounds of design 3.3 in plain words: who asks whom, who is let in. Children by class and group."""
    free = list(places)
    waiting = classes.need * (1 - never_asks)
    served = np.zeros_like(waiting)
    reach = [range(classes.start[i], classes.start[i + 1]) for i in range(len(classes.cell))]
    for turn in range(max(tries)):
        may_ask = np.where(tries > turn, waiting, 0.0)
        asked = {}  # arc -> children of each group who ask there
        for i, arcs in enumerate(reach):
            open_arcs = [a for a in arcs if free[classes.offer[a]] > 0]
            total = sum(classes.weight[a] for a in open_arcs)
            asked |= {a: (i, may_ask[i] * classes.weight[a] / total) for a in open_arcs}
        requests = [0.0] * len(free)
        for a, (_, children) in asked.items():
            requests[classes.offer[a]] += children.sum()
        accepted = [min(1.0, c / r) if r > 0 else 0.0 for c, r in zip(free, requests, strict=True)]
        for a, (i, children) in asked.items():
            let_in = children * accepted[classes.offer[a]]
            served[i] += let_in
            waiting[i] -= let_in
        left = [c - r for c, r in zip(free, requests, strict=True)]
        free = [rest if rest >= FULL_BELOW else 0.0 for rest in left]
    return served


@examine
@given(markets())
def test_seeking_does_what_its_description_says(market):
    classes, places, tries, never_asks = market
    found = seek_places(classes, places, tries, never_asks)
    expected = retell_seeking(classes, places, tries, never_asks)
    np.testing.assert_allclose(found.served * GRAIN, expected, atol=2e-5)


def test_what_rounding_leaves_of_a_full_offer_draws_no_one():
    """0.7 and 0.3 children fill the first offer; the last family's second try goes to the third, all of it.

    Offer 0 has 1 place, offer 1 has 0.15, offer 2 has 0.45. Class 0 (0.7) uses offer 0 alone; class 1 (0.9)
    asks each offer with 0.3: 0.3, 0.15 and 0.3 let in, 0.15 left over, and just as much free at offer 2.
    """
    classes = Classes(
        cell=np.arange(2),
        phase=np.zeros(2, np.int64),
        mobility=np.zeros(2, np.int64),
        need=np.array([[0.7], [0.9]]),
        start=np.array([0, 1, 4]),
        offer=np.array([0, 0, 1, 2]),
        weight=np.ones(4),
        is_barred=np.zeros(2, bool),
    )
    found = seek_places(classes, np.array([1.0, 0.15, 0.45]), np.array([2]), np.zeros(1))
    np.testing.assert_allclose(found.served[:, 0] * GRAIN, [0.7, 0.9], atol=1e-6)


@pytest.mark.parametrize("places", [[50.0, 50.0, 50.0], [1.1, 2.3, 0.7]])
def test_rounding_leaves_no_crumbs(places):
    """Enough places: nobody lacks a grain. Far too few: no offer keeps a grain free."""
    classes = Classes(
        cell=np.arange(3),
        phase=np.zeros(3, np.int64),
        mobility=np.zeros(3, np.int64),
        need=np.array([[1.0, 2.7], [10.0, 0.1], [3.3, 3.3]]),
        start=np.array([0, 3, 6, 9]),
        offer=np.array([0, 1, 2] * 3),
        weight=np.array([1.0, 0.7, 0.3] * 3),
        is_barred=np.zeros(3, bool),
    )
    found = seek_places(classes, np.array(places), np.array([4, 4]), np.zeros(2))
    possible = coordinate_places(classes, found)
    np.testing.assert_array_equal(possible.served, found.served)
    if places[0] == 50.0:
        np.testing.assert_array_equal(found.served, found.need)
    else:
        assert found.free.tolist() == [0, 0, 0]
