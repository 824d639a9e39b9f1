"""The network of recorded cooperations: who links many, who holds parts together, who stands alone.

Two graphs, one of offers and one of providers (an edge where any two of their offers cooperate).
Sources: partners and betweenness after Freeman 1977, *A set of measures of centrality based on betweenness*;
computed after Brandes 2001, in large graphs from a seeded sample of starting points (Brandes & Pich 2007).
The network knows what is recorded, not who talks to whom.
"""

from __future__ import annotations

import networkx as nx  # type: ignore[import-untyped]
import pyarrow as pa

from kekiz.engine.compute import Inputs

EXACT_UP_TO = 2_000  # nodes of a component; beyond, betweenness is estimated from as many starting points
SEED = 20260101
SCHEMA = pa.schema(
    [
        ("level", pa.string()),  # offer or provider
        ("node", pa.string()),  # its id
        ("partners", pa.int64()),  # distinct offers or providers it cooperates with
        (
            "betweenness",
            pa.float64(),
        ),  # 0..1: share of the shortest ways between two others that lead over it
        ("part", pa.int64()),  # connected part of the network, 1 = the largest; 0 = alone
        ("part_size", pa.int64()),  # nodes of that part
        ("is_broker", pa.bool_()),  # without it, its part would fall apart
        ("is_isolated", pa.bool_()),  # no cooperation with another one
    ]
)


def measure_network(inputs: Inputs) -> pa.Table:
    """Partners, betweenness, brokers and the isolated, of all offers and all providers (see SCHEMA)."""
    rows = _measure_graph("offer", _link_offers(inputs)) + _measure_graph("provider", _link_providers(inputs))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _list_pairs(inputs: Inputs) -> list[tuple[str, str]]:
    """Recorded pairs whose two offers are both there, in order."""
    if inputs.cooperations is None:
        return []
    known = set(inputs.offers.offer)
    listed = zip(inputs.cooperations.offer_a, inputs.cooperations.offer_b, strict=True)
    return sorted({(min(a, b), max(a, b)) for a, b in listed if a in known and b in known})


def _link_offers(inputs: Inputs) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(sorted(map(str, inputs.offers.offer)))
    graph.add_edges_from(_list_pairs(inputs))
    return graph


def _link_providers(inputs: Inputs) -> nx.Graph:
    """Providers that are named; agreements between offers of one provider do not count."""
    provider = dict(zip(inputs.offers.offer, inputs.offers.provider, strict=True))
    graph = nx.Graph()
    graph.add_nodes_from(sorted({str(name) for name in provider.values() if name}))
    ends = ((provider[a], provider[b]) for a, b in _list_pairs(inputs))
    graph.add_edges_from((a, b) for a, b in ends if a and b and a != b)
    return graph


def _measure_graph(level: str, graph: nx.Graph) -> list[dict[str, object]]:
    parts = sorted(
        (sorted(nodes) for nodes in nx.connected_components(graph)), key=lambda nodes: (-len(nodes), nodes)
    )
    brokers = set(nx.articulation_points(graph))
    rows = []
    for number, nodes in enumerate(parts, start=1):
        between = _measure_betweenness(graph, nodes)
        is_isolated = len(nodes) == 1
        rows += [
            {
                "level": level,
                "node": node,
                "partners": graph.degree(node),
                "betweenness": between[node],
                "part": 0 if is_isolated else number,
                "part_size": len(nodes),
                "is_broker": node in brokers,
                "is_isolated": is_isolated,
            }
            for node in nodes
        ]
    rows.sort(key=lambda row: (-row["betweenness"], -row["partners"], row["node"]))
    return rows


def _measure_betweenness(graph: nx.Graph, nodes: list[str]) -> dict[str, float]:
    """Shortest ways between two other nodes of the part over each node, as a share of these pairs."""
    part = nx.Graph()
    part.add_nodes_from(nodes)
    part.add_edges_from(sorted((min(a, b), max(a, b)) for a, b in graph.edges(nodes)))
    sample = EXACT_UP_TO if len(nodes) > EXACT_UP_TO else None
    between: dict[str, float] = nx.betweenness_centrality(part, k=sample, seed=SEED)
    return between
