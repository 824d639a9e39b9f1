"""The timetable router: against counting every journey out, and cases to check with a pencil."""

import tomllib
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.regions import examine
from tests.travel.networks import build_calls, build_streets, build_ways, count_out_arrivals

from kekiz.engine.streets import Anchors, Router, keep_connected
from kekiz.engine.timetable import Window, connect_stop_times, measure_journeys

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
STOPS = 5


@st.composite
def draw_trips(draw):
    """A few trips over five stops, close enough that they meet; some calls only to board or to alight."""
    trips = []
    for _ in range(draw(st.integers(1, 5))):
        time, calls = draw(st.integers(0, 40)), []
        for _ in range(draw(st.integers(2, 4))):
            stay = draw(st.integers(0, 3))
            calls.append(
                (draw(st.integers(0, STOPS - 1)), time, time + stay, draw(st.booleans()), draw(st.booleans()))
            )
            time += stay + draw(st.integers(0, 12))
        trips.append(calls)
    return trips


pairs = st.tuples(st.integers(0, STOPS - 1), st.integers(0, STOPS - 1))


@examine
@given(
    trips=draw_trips(),
    access=st.dictionaries(st.integers(0, STOPS - 1), st.integers(0, 9), min_size=1),
    transfers=st.dictionaries(pairs, st.integers(0, 9)),
    moments=st.lists(st.integers(0, 40), min_size=1, max_size=3, unique=True),
    rides=st.integers(1, 3),
    percentile=st.sampled_from([1.0, 50.0, 100.0]),
)
def test_the_scan_finds_what_counting_out_finds(trips, access, transfers, moments, rides, percentile):
    limit = 60
    window = Window(np.array(sorted(moments)), limit, rides, percentile)
    measured = measure_journeys(
        connect_stop_times(build_calls(trips), STOPS),
        build_ways({(0, stop): walk / 60 for stop, walk in access.items()}, 1),
        build_ways({pair: walk / 60 for pair, walk in transfers.items()}, STOPS),
        build_ways({(stop, stop): 0.0 for stop in range(STOPS)}, STOPS),
        STOPS,
        window,
    )
    for stop in range(STOPS):
        durations = []
        for now in sorted(moments):
            found = count_out_arrivals(trips, access, transfers, now, now + limit, rides)
            durations.append(found.get(stop, np.inf) - now)
        expected = sorted(durations)[window.rank]
        assert measured[0, stop] * 60 == pytest.approx(expected)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_by_hand(path):
    """Walks and times in minutes; see the comments of each file."""
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    stops = case["stops"]

    def read_clock(text):
        hours, minutes = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60

    trips = [
        [(stops.index(stop), read_clock(at), read_clock(at)) for stop, at in trip] for trip in case["trips"]
    ]
    transfers = {(stop, stop): case["change_minutes"] for stop in range(len(stops))}
    transfers |= {(stops.index(a), stops.index(b)): minutes for a, b, minutes in case.get("walks", [])}
    first, last = (read_clock(text) for text in case["depart"])
    minutes = measure_journeys(
        connect_stop_times(build_calls(trips), len(stops)),
        build_ways({(0, stops.index(stop)): walk for stop, walk in case["from_home"].items()}, 1),
        build_ways(transfers, len(stops)),
        build_ways({(stops.index(stop), 0): walk for stop, walk in case["to_offer"].items()}, len(stops)),
        1,
        Window(np.arange(first, last, 60), 90 * 60, case["changes"] + 1, case.get("percentile", 50)),
    )
    assert minutes[0, 0] == case["expect"]["minutes"]


def test_nothing_runs_nothing_is_reached():
    nothing = build_ways({}, 2)
    empty = connect_stop_times(build_calls([]), 2)
    minutes = measure_journeys(
        empty, build_ways({(0, 0): 1.0}, 1), nothing, nothing, 3, Window(np.array([0]), 60)
    )
    assert np.isinf(minutes).all()


def test_a_trip_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="backwards"):
        connect_stop_times(build_calls([[(0, 100, 100), (1, 50, 50)]]), 2)


@st.composite
def draw_network(draw):
    """A random network with one-way pieces and some closed in both directions."""
    nodes = draw(st.integers(2, 7))
    places = {node: (draw(st.integers(0, 2000)), draw(st.integers(0, 2000))) for node in range(nodes)}
    cost = st.one_of(st.just(np.inf), st.floats(0.1, 20))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1), cost, cost)
    edges = draw(st.lists(ends, min_size=1, max_size=12))
    return [(a, b, along, against, 100.0) for a, b, along, against in edges], places


share = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@examine
@given(network=draw_network(), shares=st.lists(share, min_size=24, max_size=24), limit=st.floats(1, 60))
def test_shortest_ways_are_those_of_networkx(network, shares, limit):
    edges, places = network
    count = len(edges)
    source = Anchors(np.arange(count), np.array(shares[:count]), np.zeros(count))
    target = Anchors(np.arange(count), np.array(shares[12 : 12 + count]), np.zeros(count))
    measured = Router(build_streets(edges, places)).measure(source, target, limit, 0.0)
    graph = nx.DiGraph()
    graph.add_nodes_from(places)
    for p, (a, b, along, against, _) in enumerate(edges):
        stations = sorted({0.0, 1.0, source.share[p], target.share[p]})
        names = [a if at == 0 else b if at == 1 else (p, at) for at in stations]
        graph.add_nodes_from(names)
        for (start, low), (end, high) in pairwise(zip(names, stations, strict=True)):
            for one, other, cost in ((start, end, along), (end, start, against)):
                step = (high - low) * cost
                if np.isfinite(step) and step < graph.get_edge_data(one, other, {"weight": np.inf})["weight"]:
                    graph.add_edge(one, other, weight=step)

    def name(p, at):
        return edges[p][0] if at == 0 else edges[p][1] if at == 1 else (p, at)

    for s in range(count):
        lengths = nx.single_source_dijkstra_path_length(graph, name(s, source.share[s]))
        for t in range(count):
            expected = lengths.get(name(t, target.share[t]), np.inf)
            if abs(expected - limit) < 1e-3:
                continue  # at the limit rounding decides
            if expected > limit:
                assert np.isinf(measured[s, t])
            else:
                assert measured[s, t] == pytest.approx(expected, abs=1e-4)


@examine
@given(network=draw_network())
def test_the_kept_part_is_connected_and_no_part_found_is_larger(network):
    edges, places = network
    kept = keep_connected(build_streets(edges, places))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(max(max(a, b) for a, b, *_ in edges) + 1))
    graph.add_edges_from((a, b) for a, b, along, _, _ in edges if np.isfinite(along))
    graph.add_edges_from((b, a) for a, b, _, against, _ in edges if np.isfinite(against))
    largest = max(len(part) for part in nx.strongly_connected_components(graph))
    inside = {frozenset(part) for part in nx.strongly_connected_components(graph) if len(part) == largest}
    assert kept.nodes <= largest
    assert any(len(kept.tail) == sum(a in part and b in part for a, b, *_ in edges) for part in inside)


def test_a_point_is_moved_to_the_nearest_street_and_the_gap_is_walked():
    streets = build_streets([(0, 1, 10.0, 10.0, 1000.0)], {0: (0.0, 0.0), 1: (1000.0, 0.0)})
    router = Router(streets)
    x, y = np.array([250.0, 750.0, 500.0]), np.array([30.0, -60.0, 5000.0])
    anchors = router.anchor(x, y, farthest_m=500.0)
    assert anchors.piece.tolist() == [0, 0, -1]
    assert anchors.share[:2].tolist() == [0.25, 0.75]
    assert anchors.gap_m.tolist() == [30.0, 60.0, np.inf]
    minutes = router.measure(anchors, anchors, 60.0, gap_pace=1 / 75)
    assert minutes[0, 1] == pytest.approx(5.0 + 30 / 75 + 60 / 75)
    assert np.isinf(minutes[2]).all()
    assert np.isinf(minutes[:, 2]).all()
