"""What each candidate brings alone, measured by the engine, and which children candidates compete for."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.compute import FieldOutcome, Inputs, Market, Outcome, compute
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.plan.candidates import Candidate, Row, add_rows
from kekiz.engine.seek import seek_places
from kekiz.engine.tables import Offers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SMALLEST = 1e-3  # children; fewer are left aside


@dataclass(frozen=True)
class Graph:
    """Nodes: children of a field and municipality not reached so far whom the same targets could reach.

    Targets: what a site would open in a field. A chosen candidate gives its targets room.
    """

    ags: tuple[str, ...]
    node_ags: Ints  # N, index into ags
    children: Floats  # N, G: not reached so far
    arc_node: Ints  # rising
    arc_target: Ints
    room_candidate: Ints  # entries: candidate gives target so many children's room
    room_target: Ints
    room: Floats
    targets: int


@dataclass
class _Parts:
    """Nodes, arcs and rooms while they are gathered field by field."""

    nodes: list[tuple[int, Floats]]
    arcs: list[tuple[int, int]]
    rooms: list[tuple[int, int, float]]
    targets: dict[tuple[object, ...], int]

    def target(self, *key: object) -> int:
        return self.targets.setdefault(key, len(self.targets))


def build_graph(inputs: Inputs, candidates: Sequence[Candidate]) -> Graph:
    """Measure every candidate alone with the engine and lay out who competes for whom.

    All possible offers stand in the region at once, without places: that is the region as it is. Giving one
    candidate its places and letting families seek anew tells what it brings alone, displacement included.
    """
    outcome = compute(
        replace(inputs, offers=_open_without_places(inputs.offers, candidates)), keep_markets=True
    )
    keys, index = outcome.cells.municipalities
    parts = _Parts([], [], [], {})
    position = {str(offer): row for row, offer in enumerate(outcome.offers.offer)}
    for field, market in enumerate(outcome.fields):
        _add_places(parts, outcome, field, market, candidates, position, index, len(keys))
        _add_guides(parts, field, count_not_found(outcome, field), candidates, [str(ags) for ags in keys])
    return _finish(parts, tuple(str(ags) for ags in keys), len(inputs.scheme.groups))


def _open_without_places(offers: Offers, candidates: Sequence[Candidate]) -> Offers:
    rows: dict[str, Row] = {}
    for candidate in candidates:
        if candidate.adds:
            rows[str(candidate.adds["offer"])] = {**candidate.adds, "places": 0.0}
        elif candidate.hurdles_left >= 0:
            row = int(np.flatnonzero(offers.offer == candidate.offer)[0])
            twin: Row = {name: getattr(offers, name)[row] for name in Offers.__dataclass_fields__}
            name = _name_twin(candidate)
            rows[name] = {**twin, "offer": name, "hurdles": candidate.hurdles_left, "places": 0.0}
    return add_rows(offers, list(rows.values()))


def _name_twin(candidate: Candidate) -> str:
    return f"plan:{candidate.key}"


def count_not_found(outcome: Outcome, field: int) -> Floats:
    """Municipality × group: children for whom a place exists that they do not find."""
    keys, index = outcome.cells.municipalities
    total = np.zeros((len(keys), outcome.cells.n.shape[2]))
    np.add.at(total, index, outcome.fields[field].split.children[2].sum(axis=1))
    return total


def _change_places(
    places: Floats, candidate: Candidate, local: dict[int, int], position: dict[str, int]
) -> tuple[Floats, int] | None:
    """Places of the field with the candidate in place, and the offer that gains; None if it is elsewhere."""
    changed = places.copy()
    if candidate.adds:
        row = local.get(position[str(candidate.adds["offer"])])
        if row is not None:
            changed[row] = float(str(candidate.adds["places"]))
        return None if row is None else (changed, row)
    row = local.get(position.get(candidate.offer, -1))
    if row is None:
        return None
    if candidate.hurdles_left >= 0:
        twin = local[position[_name_twin(candidate)]]
        changed[twin], changed[row] = changed[row], 0.0
        return changed, twin
    changed[row] += candidate.more_places
    return changed, row


def _add_places(
    parts: _Parts,
    outcome: Outcome,
    field: int,
    result: FieldOutcome,
    candidates: Sequence[Candidate],
    position: dict[str, int],
    municipality: Ints,
    municipalities: int,
) -> None:
    market = result.market
    assert market is not None
    local = {int(member): row for row, member in enumerate(result.members)}
    tries, never_asks = outcome.parameters.tries[field], outcome.parameters.never_asks[field]
    changes = [(j, _change_places(result.places, one, local, position)) for j, one in enumerate(candidates)]
    moved = [(j, change) for j, change in changes if change is not None]

    def measure(change: tuple[Floats, int]) -> float:
        found = seek_places(market.classes, change[0], tries, never_asks)
        return float((found.served.sum() - market.found.served.sum()) * GRAIN)

    with ThreadPoolExecutor(max_workers=2) as pool:
        gains = list(pool.map(measure, [change for _, change in moved]))
    useful = [(j, row, gain) for (j, (_, row)), gain in zip(moved, gains, strict=True) if gain > SMALLEST]
    for j, row, gain in useful:
        parts.rooms.append((j, parts.target(field, row), gain))
    rows = sorted({row for _, row, _ in useful})
    _add_nodes(parts, field, market, never_asks, rows, municipality, municipalities)


def _add_nodes(
    parts: _Parts,
    field: int,
    market: Market,
    never_asks: Floats,
    rows: list[int],
    municipality: Ints,
    municipalities: int,
) -> None:
    """Join classes of one municipality that the same targets could reach."""
    if not rows:
        return
    classes, found = market.classes, market.found
    asking = np.maximum(found.need * (1 - never_asks) - found.served, 0.0) * GRAIN
    column = np.full(len(found.free), -1)
    column[rows] = np.arange(len(rows))
    arc_class = np.repeat(np.arange(len(classes.cell)), np.diff(classes.start))
    is_target = column[classes.offer] >= 0
    reaches = np.zeros((len(classes.cell), len(rows)), dtype=bool)
    reaches[arc_class[is_target], column[classes.offer[is_target]]] = True
    kept = np.flatnonzero(reaches.any(axis=1) & (asking.sum(axis=1) > 0))
    marks = np.packbits(reaches[kept], axis=1)
    keys = np.concatenate([municipality[classes.cell[kept], None], marks], axis=1)
    unique, first, index = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    children = np.zeros((len(unique), asking.shape[1]))
    np.add.at(children, index.ravel(), asking[kept])
    for node in np.flatnonzero(children.sum(axis=1) > SMALLEST):
        parts.nodes.append((int(unique[node, 0]), children[node]))
        for target in np.flatnonzero(reaches[kept[first[node]]]):
            parts.arcs.append((len(parts.nodes) - 1, parts.target(field, rows[target])))


def _add_guides(
    parts: _Parts, field: int, not_found: Floats, candidates: Sequence[Candidate], ags: list[str]
) -> None:
    """Guides compete for the families of an area who do not find the place that exists."""
    node_of: dict[int, int] = {}
    for j, candidate in enumerate(candidates):
        if candidate.kind != "guide" or not candidate.guide_fields >> field & 1:
            continue
        fields = bin(candidate.guide_fields).count("1")
        area = [m for m, key in enumerate(ags) if key.startswith(candidate.ags)]
        for m, children in zip(area, guide(candidate, not_found[area], fields), strict=True):
            if children.sum() <= SMALLEST:
                continue
            is_new = (candidate.site, field, m) not in parts.targets
            target = parts.target(candidate.site, field, m)
            if m not in node_of:
                node_of[m] = len(parts.nodes)
                parts.nodes.append((m, not_found[m]))
            if is_new:
                parts.arcs.append((node_of[m], target))
            parts.rooms.append((j, target, float(children.sum())))


def guide(candidate: Candidate, not_found: Floats, fields: int) -> Floats:
    """Children a guide wins a place for: its share of those not finding one, up to the families it can take.

    ``not_found``: municipalities of its area × groups in one field; its time is divided among its ``fields``.
    """
    won = candidate.guided_share * not_found
    total = float(won.sum())
    return np.asarray(won * min(1.0, candidate.families / fields / total) if total > 0 else won)


def _finish(parts: _Parts, ags: tuple[str, ...], groups: int) -> Graph:
    arcs = np.array(sorted(parts.arcs), dtype=np.int64).reshape(-1, 2)
    return Graph(
        ags=ags,
        node_ags=np.array([m for m, _ in parts.nodes], dtype=np.int64),
        children=np.array([children for _, children in parts.nodes]).reshape(-1, groups),
        arc_node=arcs[:, 0],
        arc_target=arcs[:, 1],
        room_candidate=np.array([j for j, _, _ in parts.rooms], dtype=np.int64),
        room_target=np.array([target for _, target, _ in parts.rooms], dtype=np.int64),
        room=np.array([room for _, _, room in parts.rooms], dtype=np.float64),
        targets=len(parts.targets),
    )
