"""Who works with whom, from what a stored run read: recorded cooperations, brokers, the isolated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kekiz.accounts.areas import is_covered
from kekiz.analysis import bridge
from kekiz.analysis.models import Run
from kekiz.analysis.queries.runs import RunId, read_inputs_of, run_id, stored_inputs
from kekiz.engine.network import measure_network
from kekiz.engine.tables import COOPERATION_KINDS
from kekiz.evidence.models import Area
from kekiz.register.queries import provider_names, published_places

PROVIDER = "provider"


@dataclass(frozen=True)
class NetworkNode:
    """One provider in the network of recorded cooperations."""

    key: str
    name: str
    offers: int
    partners: int
    is_broker: bool  # without it, its part of the network would fall apart
    is_isolated: bool  # no cooperation with another provider is recorded
    part: int  # connected part, 1 = the largest; 0 = alone
    works_with: tuple[tuple[str, int], ...]  # names of partners and how many pairs of offers, most first


@dataclass(frozen=True)
class Network:
    """The providers of an area with their partners in the whole region, most partners first."""

    nodes: tuple[NetworkNode, ...]
    kinds: dict[str, int]  # recorded pairs by kind of cooperation

    @property
    def brokers(self) -> list[NetworkNode]:
        """Who holds parts together."""
        return [node for node in self.nodes if node.is_broker]

    @property
    def isolated(self) -> list[NetworkNode]:
        """Without a recorded cooperation."""
        return [node for node in self.nodes if node.is_isolated]


def network(run: Run, area: Area | None) -> Network:
    """The network of providers with an offer in the area, measured over the whole region."""
    names, offers, pairs = provider_names(), _offers_of(run), _pairs_of(run)
    here = _providers_in(offers, area)
    nodes = [
        NetworkNode(
            key=row["node"],
            name=names.get(row["node"], row["node"]),
            offers=sum(provider == row["node"] for provider in offers.values()),
            partners=row["partners"],
            is_broker=row["is_broker"],
            is_isolated=row["is_isolated"],
            part=row["part"],
            works_with=_list_partners(row["node"], offers, pairs, names),
        )
        for row in _measured(run_id(run))
        if row["level"] == PROVIDER and row["node"] in here
    ]
    nodes.sort(key=lambda node: (-node.partners, node.name.casefold()))
    inside = [kind for a, b, kind in pairs if {offers.get(a), offers.get(b)} & here]
    return Network(tuple(nodes), dict(Counter(inside)))


@lru_cache(maxsize=4)
def _measured(identity: RunId) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = measure_network(read_inputs_of(identity)).to_pylist()
    return rows


def _offers_of(run: Run) -> dict[str, str]:
    """The provider of every offer, by offer key."""
    offers = stored_inputs(run).offers
    return {bridge.offer_key(row): str(key) for row, key in zip(offers.offer, offers.provider, strict=True)}


def _pairs_of(run: Run) -> list[tuple[str, str, str]]:
    """Recorded cooperations between offers, once each whatever their sites: two keys and the kind."""
    recorded = stored_inputs(run).cooperations
    if recorded is None:
        return []
    listed = zip(recorded.offer_a, recorded.offer_b, recorded.kind, strict=True)
    return sorted(
        {(bridge.offer_key(a), bridge.offer_key(b), COOPERATION_KINDS[kind]) for a, b, kind in listed}
    )


def _providers_in(offers: dict[str, str], area: Area | None) -> set[str]:
    """Providers with an offer at a site in the area; all for the region."""
    if area is None:
        return set(offers.values())
    places = published_places()
    return {
        provider
        for offer, provider in offers.items()
        if any(is_covered(ags, area.ags) for ags in places.get(offer, {}).values())
    }


def _list_partners(
    node: str, offers: dict[str, str], pairs: list[tuple[str, str, str]], names: dict[str, str]
) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for a, b in {(a, b) for a, b, _ in pairs}:
        ends = {offers.get(a), offers.get(b)}
        if node in ends and len(ends) == 2:  # an agreement within one provider links nobody
            counts.update(end for end in ends if end and end != node)
    listed = sorted(counts.items(), key=lambda item: (-item[1], names.get(item[0], item[0]).casefold()))
    return tuple((names.get(key, key), count) for key, count in listed)
