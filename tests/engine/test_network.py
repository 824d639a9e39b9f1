"""Brokers and the isolated in the network of recorded cooperations."""

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from tests.engine.demo_region import compute_demo
from tests.engine.regions import Region, examine, metres, regions

from kekiz.engine import network
from kekiz.engine.network import measure_network

OFFER = {
    "age_from": 0.0, "age_to": 36.0, "fields": "K2", "places": 10.0, "mode": "visit", "area": "",
    "hurdles": "", **metres(1, 1),
}  # fmt: skip


def build_network(providers: dict[str, str], pairs: list[str]) -> Region:
    """Offers by name with their provider, and pairs of them written "a b"."""
    return Region(
        children=[],
        offers=[{**OFFER, "offer": name, "provider": provider} for name, provider in providers.items()],
        cooperations=[
            {"offer_a": pair.split()[0], "offer_b": pair.split()[1], "kind": "network"} for pair in pairs
        ],
    )


def measure(region: Region, level: str) -> dict[str, dict]:
    rows = measure_network(region.inputs()).to_pylist()
    return {row["node"]: row for row in rows if row["level"] == level}


def test_a_bridge_between_two_pairs_is_a_broker():
    """a - b - c - d and e alone: of the pairs a-c, a-d, c-d two lead over b, that is 2 of 3."""
    region = build_network(dict(zip("abcde", "PQRST", strict=True)), ["a b", "b c", "d c"])
    offers = measure(region, "offer")
    assert [offers[name]["partners"] for name in "abcde"] == [1, 2, 2, 1, 0]
    assert [offers[name]["betweenness"] for name in "abcde"] == pytest.approx([0, 2 / 3, 2 / 3, 0, 0])
    assert [offers[name]["is_broker"] for name in "abcde"] == [False, True, True, False, False]
    assert [offers[name]["is_isolated"] for name in "abcde"] == [False] * 4 + [True]
    assert [offers[name]["part"] for name in "abcde"] == [1, 1, 1, 1, 0]


def test_a_provider_that_agrees_only_with_itself_is_isolated():
    region = build_network({"a": "P", "b": "P", "c": "Q", "d": "R", "e": ""}, ["a b", "c d", "d e"])
    providers = measure(region, "provider")
    assert set(providers) == {"P", "Q", "R"}
    assert providers["P"]["is_isolated"]
    assert (providers["Q"]["partners"], providers["R"]["partners"]) == (1, 1)


def test_an_agreement_with_an_unknown_offer_counts_nothing():
    region = build_network({"a": "P", "b": "Q"}, ["a fremd"])
    assert all(row["is_isolated"] for row in measure(region, "offer").values())


@examine
@given(regions())
def test_betweenness_counts_shortest_ways(region):
    """Against a plain count over all pairs of offers."""
    offers = measure(region, "offer")
    graph = nx.Graph((row["offer_a"], row["offer_b"]) for row in region.cooperations or [])
    graph.add_nodes_from(row["offer"] for row in region.offers)
    for node, row in offers.items():
        assert row["partners"] == len(graph[node])
        part = nx.node_connected_component(graph, node)
        total = 0.0
        for a, b in combinations(sorted(part - {node}), 2):
            ways = list(nx.all_shortest_paths(graph, a, b))
            total += sum(node in way for way in ways) / len(ways)
        others = len(part) - 1
        pairs = others * (others - 1) / 2
        assert row["betweenness"] == pytest.approx(total / pairs if pairs else 0)
        rest = graph.subgraph(part - {node})
        assert row["is_broker"] == (len(rest) > 0 and not nx.is_connected(rest))


def test_a_large_network_is_sampled_and_stays_the_same(monkeypatch):
    monkeypatch.setattr(network, "EXACT_UP_TO", 3)
    region = build_network(dict(zip("abcde", "PQRST", strict=True)), ["a b", "b c", "c d", "d e"])
    assert measure(region, "offer") == measure(region, "offer")
    assert any(row["betweenness"] > 0 for row in measure(region, "offer").values())


def test_an_empty_region_has_an_empty_network():
    assert measure_network(Region([], []).inputs()).num_rows == 0


def test_demo_network_has_brokers():
    inputs = compute_demo().inputs
    rows = measure_network(inputs).to_pylist()
    assert len([row for row in rows if row["level"] == "offer"]) == len(inputs.offers.offer)
    assert any(row["is_broker"] for row in rows)
    assert any(row["is_isolated"] for row in rows)
