"""What each candidate brings alone, measured by the engine, and which children candidates compete for."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.compute import FieldOutcome, Inputs, Market, Outcome, compute
from kekiz.engine.gaps import REASONS
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.norms import Level
from kekiz.engine.plan.candidates import Candidate, Row, add_rows
from kekiz.engine.seek import seek_places
from kekiz.engine.tables import Offers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SMALLEST = 1e-3  # children; fewer are left aside
SMALLEST_ALONE = 0.5  # children; what reaches fewer even alone is not proposed
UNMET = REASONS[1:]  # why need is not met, in the order of gaps.py


@dataclass(frozen=True)
class Graph:
    """Nodes: children of a field and municipality not reached so far whom the same targets could reach.

    Targets: what a site would open in a field. A chosen candidate gives its targets room.
    """

    ags: tuple[str, ...]
    node_ags: Ints  # N, index into ags
    children: Floats  # N, G: not reached so far
    reasons: Floats  # N, R: why not, shares of the node (REASONS without "found"), as the region is
    arc_node: Ints  # rising
    arc_target: Ints
    room_candidate: Ints  # entries: candidate gives target so many children's room
    room_target: Ints
    room: Floats
    target_field: Ints  # T, index into the scheme's fields

    @property
    def targets(self) -> int:
        """How many targets there are."""
        return len(self.target_field)


@dataclass
class _Parts:
    """Nodes, arcs and rooms while they are gathered field by field."""

    nodes: list[tuple[int, Floats, Floats]]  # municipality, children by group, shares of the reasons
    arcs: list[tuple[int, int]]
    rooms: list[tuple[int, int, float]]
    targets: dict[tuple[object, ...], int]

    fields: list[int]  # of each target

    def target(self, field: int, *key: object) -> int:
        if (field, *key) not in self.targets:
            self.fields.append(field)
        return self.targets.setdefault((field, *key), len(self.targets))


def build_graph(
    inputs: Inputs,
    candidates: Sequence[Candidate],
    before: Outcome | None = None,
    *,
    level: Level = "mid",
) -> Graph:
    """Measure every candidate alone with the engine and lay out who competes for whom.

    All possible offers stand in the region at once, without places: that is the region as it is. Giving one
    candidate its places and letting families seek anew tells what it brings alone, displacement included.
    ``before``: the engine's outcome of the region as it is, if the caller has it already; it tells why the
    children of a node are not reached.
    """
    before = compute(inputs, level=level) if before is None else before
    open_offers = _open_without_places(inputs.offers, candidates)
    outcome = compute(replace(inputs, offers=open_offers), level=level, keep_markets=True)
    keys, index = outcome.cells.municipalities
    parts = _Parts([], [], [], {}, [])
    position = {str(offer): row for row, offer in enumerate(outcome.offers.offer)}
    for field, market in enumerate(outcome.fields):
        shares = _share_reasons(before, field)
        _add_places(parts, outcome, field, market, candidates, position, index, shares)
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


def _share_reasons(before: Outcome, field: int) -> Floats:
    """Why need of the field is not met as the region is: shares by reason, cell, phase, group."""
    unmet = before.fields[field].split.children[2:]
    total = unmet.sum(axis=0)
    return np.asarray(np.where(total > 0, unmet / np.where(total > 0, total, 1.0), 0.0))


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
    shares: Floats,
) -> None:
    market = result.market
    assert market is not None
    local = {int(member): row for row, member in enumerate(result.members)}
    tries, never_asks = outcome.parameters.tries[field], outcome.parameters.never_asks[field]
    changes = [(j, _change_places(result.places, one, local, position)) for j, one in enumerate(candidates)]
    # Whoever has places left turned nobody away: more of them change nothing.
    moved = [
        (j, change)
        for j, change in changes
        if change is not None and not (candidates[j].more_places and market.found.free[change[1]] > 0)
    ]

    def measure(change: tuple[Floats, int]) -> float:
        found = seek_places(market.classes, change[0], tries, never_asks)
        return float((found.served.sum() - market.found.served.sum()) * GRAIN)

    with ThreadPoolExecutor(max_workers=2) as pool:
        gains = list(pool.map(measure, [change for _, change in moved]))
    useful = [(j, row, gain) for (j, (_, row)), gain in zip(moved, gains, strict=True) if gain > SMALLEST]
    for j, row, gain in useful:
        parts.rooms.append((j, parts.target(field, row), gain))
    rows = sorted({row for _, row, _ in useful})
    _add_nodes(parts, field, market, never_asks, rows, municipality, shares)


def _add_nodes(
    parts: _Parts,
    field: int,
    market: Market,
    never_asks: Floats,
    rows: list[int],
    municipality: Ints,
    shares: Floats,
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
    by_reason = np.zeros((len(unique), shares.shape[0]))
    why = shares[:, classes.cell[kept], classes.phase[kept]]
    np.add.at(by_reason, index.ravel(), np.einsum("rkg,kg->kr", why, asking[kept]))
    for node in np.flatnonzero(children.sum(axis=1) > SMALLEST):
        parts.nodes.append((int(unique[node, 0]), children[node], by_reason[node] / children[node].sum()))
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
            is_new = (field, candidate.site, m) not in parts.targets
            target = parts.target(field, candidate.site, m)
            if m not in node_of:
                node_of[m] = len(parts.nodes)
                parts.nodes.append((m, not_found[m], (np.arange(len(UNMET)) == 0).astype(np.float64)))
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
    alone: dict[int, float] = {}
    for j, _, children in parts.rooms:
        alone[j] = alone.get(j, 0.0) + children
    rooms = [entry for entry in parts.rooms if alone[entry[0]] >= SMALLEST_ALONE]
    return Graph(
        ags=ags,
        node_ags=np.array([m for m, _, _ in parts.nodes], dtype=np.int64),
        children=np.array([children for _, children, _ in parts.nodes]).reshape(-1, groups),
        reasons=np.array([shares for _, _, shares in parts.nodes]).reshape(-1, len(UNMET)),
        arc_node=arcs[:, 0],
        arc_target=arcs[:, 1],
        room_candidate=np.array([j for j, _, _ in rooms], dtype=np.int64),
        room_target=np.array([target for _, target, _ in rooms], dtype=np.int64),
        room=np.array([room for _, _, room in rooms], dtype=np.float64),
        target_field=np.array(parts.fields, dtype=np.int64),
    )
