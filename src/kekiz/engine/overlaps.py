"""Overlaps: offers whose children others could take, and pairs that could stand in for each other.

Each offer is closed in thought (closing.py). The share of its children whom others could take, without
anybody losing a place, is *replaceable*.

A pair of offers overlaps as far as they are open to the same children and neither is needed:

    likeness = Σ need · min(w_a, w_b) / Σ need · max(w_a, w_b)      score = likeness · min(replaceable)

over all classes of children and fields, w the weight of the way (1 at the door, 0 out of reach). The likeness
is 1 for two offers of the same fields, ages, hurdles and place, and falls with every difference in any.
The lesser of the two shares counts: if one of them is needed, the pair is no double structure.
Source of the likeness: the weighted Jaccard index (Ruzicka 1958).
An overlap is a hint to look at. Plurality of providers is intended by law (§§ 3-5 SGB VIII).
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.engine.closing import TAKERS_SHOWN, Closing, close_sets, open_market
from kekiz.engine.compute import FieldOutcome, Outcome
from kekiz.engine.kernels.flow import index_by_offer
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.kernels.sharing import share_catchments
from kekiz.engine.reach import find_phases_served

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PARTNERS_KEPT = 20  # per offer, the most alike
LEAST_LIKENESS = 0.5  # below, most children of the one could not or would hardly use the other
CLUSTER_LIKENESS = 0.8  # every two offers of a cluster are at least this alike
SAME_SHARE = 0.05  # shares closer than this are told as one

TAKERS = [  # whose free places would be used, most first; children each
    column
    for place in range(1, TAKERS_SHOWN + 1)
    for column in ((f"taker_{place}", pa.string()), (f"taken_{place}", pa.float64()))
]
REPLACEABLE = pa.schema(
    [
        ("offer", pa.string()),
        ("field", pa.string()),
        ("ags", pa.string()),  # where most of its children live, "" = it has none
        ("children", pa.float64()),  # at the offer in the best assignment
        ("spare_places", pa.float64()),  # its own, in the best assignment
        (
            "replaceable",
            pa.float64(),
        ),  # share others could take into places that are known; null: cannot tell
        ("replaceable_if_assumed", pa.float64()),  # the same with assumed places counted
        (
            "capacity",
            pa.string(),
        ),  # known, takers_unknown (replaceable is a floor), own_unknown (cannot tell)
        *TAKERS,
    ]
)
PAIRS = pa.schema(
    [
        ("offer_a", pa.string()),
        ("offer_b", pa.string()),
        ("ags", pa.string()),  # where most children of both live
        ("fields", pa.string()),  # in common, separated by blanks
        ("phases", pa.string()),
        ("score", pa.float64()),  # 0..1; null: cannot tell
        ("likeness", pa.float64()),  # 0..1, of the catchments over all fields
        ("distance_km", pa.float64()),  # crow-fly; null where one of them comes home or is online
        ("replaceable_a", pa.float64()),  # the least over its fields
        ("replaceable_b", pa.float64()),
        ("children_a", pa.float64()),  # the most over its fields
        ("children_b", pa.float64()),
        ("places_a", pa.float64()),  # null = unknown
        ("places_b", pa.float64()),
        ("same_provider", pa.bool_()),
        ("capacity", pa.string()),  # known, takers_unknown, own_unknown
        ("rank", pa.int64()),  # over all pairs; 0 = cannot tell
    ]
)
CLUSTERS = pa.schema(  # one row per offer of a cluster
    [
        ("cluster", pa.int64()),  # 1 … the most replaceable first
        ("field", pa.string()),
        ("phases", pa.string()),  # served by all of them
        ("ags", pa.string()),
        ("offer", pa.string()),
        ("size", pa.int64()),  # offers of the cluster
        ("children", pa.float64()),  # of all its offers
        ("jointly_replaceable", pa.float64()),  # share, if all closed at once
    ]
)


class Overlaps(NamedTuple):
    """Three tables: per offer and field, per pair of offers, per cluster of offers."""

    replaceable: pa.Table
    pairs: pa.Table
    clusters: pa.Table


def find_overlaps(outcome: Outcome, *, workers: int = 2) -> Overlaps:
    """Replaceable offers, overlapping pairs and clusters of a computed region. Needs ``keep_markets``."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        closings = list(pool.map(_close_each, outcome.fields))
        homes = _count_homes(outcome)
        pairs = _pair_offers(outcome, closings, homes)
        clusters = _group_offers(outcome, pairs)
        joint = list(pool.map(close_sets, outcome.fields, clusters))
    return Overlaps(
        _tabulate_replaceable(outcome, closings, homes),
        pairs,
        _tabulate_clusters(outcome, clusters, joint, homes),
    )


def _close_each(field: FieldOutcome) -> Closing:
    return close_sets(field, [[offer] for offer in range(len(field.members))])


def _count_homes(outcome: Outcome) -> Floats:
    """Offers × municipalities: children of the best assignment, all fields together."""
    keys, municipality = outcome.cells.municipalities
    shape = (len(outcome.offers.offer), len(keys))
    homes = np.zeros(shape[0] * shape[1])
    for field in outcome.fields:
        classes, best = open_market(field).classes, open_market(field).possible
        if not len(classes.offer):
            continue
        town = municipality[np.repeat(classes.cell, np.diff(classes.start))]
        index = field.members[classes.offer] * shape[1] + town
        homes += np.bincount(index, weights=best.by_arc * GRAIN, minlength=len(homes))
    return homes.reshape(shape)


def _name_home(outcome: Outcome, children: Floats) -> str:
    """The municipality with most of these children, "" where there are none."""
    return str(outcome.cells.municipalities[0][children.argmax()]) if children.sum() > 0 else ""


def _tell_capacity(is_assumed: bool, floor: float, ceiling: float) -> str:
    if is_assumed:
        return "own_unknown"
    return "takers_unknown" if ceiling - floor > SAME_SHARE else "known"


def _tabulate_replaceable(outcome: Outcome, closings: list[Closing], homes: Floats) -> pa.Table:
    rows = []
    for code, field, closing in zip(outcome.inputs.scheme.field_codes, outcome.fields, closings, strict=True):
        free = open_market(field).possible.free * GRAIN
        for position, member in enumerate(field.members.tolist()):
            is_assumed = bool(field.is_assumed[position])
            floor, ceiling = float(closing.floor[position]), float(closing.ceiling[position])
            rows.append(
                {
                    "offer": outcome.offers.offer[member],
                    "field": code,
                    "ags": _name_home(outcome, homes[member]),
                    "children": closing.children[position],
                    "spare_places": free[position],
                    "replaceable": None if is_assumed else _or_none(floor),
                    "replaceable_if_assumed": _or_none(ceiling),
                    "capacity": _tell_capacity(is_assumed, floor, ceiling),
                    **_list_takers(outcome, closing, position),
                }
            )
    return pa.Table.from_pylist(rows, schema=REPLACEABLE)


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _list_takers(outcome: Outcome, closing: Closing, position: int) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for place, taker in enumerate(closing.taker[position].tolist()):
        is_there = taker >= 0
        columns[f"taker_{place + 1}"] = outcome.offers.offer[taker] if is_there else None
        columns[f"taken_{place + 1}"] = closing.taken[position, place] if is_there else None
    return columns


def _measure_likeness(outcome: Outcome) -> tuple[Ints, Floats]:
    """Per offer its most alike partners (index, -1 = none) and how alike, over the arcs of all fields."""
    classes = [open_market(field).classes for field in outcome.fields]
    lengths = np.concatenate([np.diff(one.start) for one in classes])
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    offer = np.concatenate(
        [
            field.members[one.offer] if len(one.offer) else one.offer
            for field, one in zip(outcome.fields, classes, strict=True)
        ]
    ).astype(np.int64)
    weight = np.concatenate([one.weight for one in classes])
    need = np.concatenate([one.need.sum(axis=1) for one in classes])
    count = len(outcome.offers.offer)
    by_offer, arc_class = index_by_offer(start, offer, count)
    total = np.bincount(offer, weights=need[arc_class] * weight, minlength=count)
    answer: tuple[Ints, Floats] = share_catchments(
        start, offer, weight, need, by_offer[0], by_offer[1], arc_class, total, PARTNERS_KEPT
    )
    return answer


def _pair_offers(outcome: Outcome, closings: list[Closing], homes: Floats) -> pa.Table:
    """All pairs alike enough, the best score first, those that cannot be told last."""
    partner, likeness = _measure_likeness(outcome)
    first, place = np.nonzero((partner >= 0) & (likeness >= LEAST_LIKENESS))
    ends = np.sort(np.stack([first, partner[first, place]], axis=1), axis=1)
    ends, index = np.unique(ends, axis=0, return_index=True)
    alike = likeness[first, place][index]
    floor, ceiling, children = _summarise_offers(outcome, closings)
    serves = find_phases_served(outcome.offers, outcome.inputs.scheme)
    rows = [
        _describe_pair(outcome, a, b, like, floor, ceiling, children, serves, homes)
        for (a, b), like in zip(ends.tolist(), alike.tolist(), strict=True)
    ]
    rows.sort(
        key=lambda row: (
            row["score"] is None,
            -(row["score"] or 0),
            -row["likeness"],
            row["offer_a"],
            row["offer_b"],
        )
    )
    for position, row in enumerate(rows):
        row["rank"] = 0 if row["score"] is None else position + 1
    return pa.Table.from_pylist(rows, schema=PAIRS)


def _summarise_offers(outcome: Outcome, closings: list[Closing]) -> tuple[Floats, Floats, Floats]:
    """Per offer the least floor and ceiling over its fields, and its children in the fullest."""
    count = len(outcome.offers.offer)
    floor, ceiling, children = np.full(count, np.nan), np.full(count, np.nan), np.zeros(count)
    for field, closing in zip(outcome.fields, closings, strict=True):
        floor[field.members] = np.fmin(floor[field.members], closing.floor)
        ceiling[field.members] = np.fmin(ceiling[field.members], closing.ceiling)
        children[field.members] = np.maximum(children[field.members], closing.children)
    return floor, ceiling, children


def _describe_pair(
    outcome: Outcome,
    a: int,
    b: int,
    likeness: float,
    floor: Floats,
    ceiling: Floats,
    children: Floats,
    serves: Bools,
    homes: Floats,
) -> dict[str, Any]:
    offers, scheme = outcome.offers, outcome.inputs.scheme
    # Which of two is a and which b must not depend on the order of the engine's arrays.
    a, b = sorted((a, b), key=lambda offer: str(offers.offer[offer]))
    is_unknown = bool(np.isnan(offers.places[[a, b]]).any())
    least = float(np.minimum(floor[a], floor[b]))
    capacity = _tell_capacity(is_unknown, least, float(np.minimum(ceiling[a], ceiling[b])))
    distance = float(np.hypot(offers.x[a] - offers.x[b], offers.y[a] - offers.y[b])) / 1000
    shared = int(offers.fields[a] & offers.fields[b])
    return {
        "offer_a": offers.offer[a],
        "offer_b": offers.offer[b],
        "ags": _name_home(outcome, homes[a] + homes[b]),
        "fields": " ".join(code for bit, code in enumerate(scheme.field_codes) if shared >> bit & 1),
        "phases": _name_phases(outcome, serves[a] & serves[b]),
        "score": None if is_unknown else _or_none(likeness * least),
        "likeness": likeness,
        "distance_km": None if offers.mode[[a, b]].any() else _or_none(distance),
        "replaceable_a": None if np.isnan(offers.places[a]) else _or_none(float(floor[a])),
        "replaceable_b": None if np.isnan(offers.places[b]) else _or_none(float(floor[b])),
        "children_a": children[a],
        "children_b": children[b],
        "places_a": _or_none(float(offers.places[a])),
        "places_b": _or_none(float(offers.places[b])),
        "same_provider": bool(offers.provider[a] and offers.provider[a] == offers.provider[b]),
        "capacity": capacity,
    }


def _name_phases(outcome: Outcome, serves: Bools) -> str:
    codes = outcome.inputs.scheme.phase_codes
    return " ".join(code for code, is_served in zip(codes, serves, strict=True) if is_served)


def _group_offers(outcome: Outcome, pairs: pa.Table) -> list[list[list[int]]]:
    """Per field the clusters of two and more offers of known places, every two of them alike.

    Complete linkage, the most alike pairs first: an offer joins where it is alike to all who are there.
    """
    position = {name: index for index, name in enumerate(outcome.offers.offer)}
    rows = [
        row for row in pairs.to_pylist() if row["score"] is not None and row["likeness"] >= CLUSTER_LIKENESS
    ]
    rows.sort(key=lambda row: -row["likeness"])
    alike = {(position[row["offer_a"]], position[row["offer_b"]]) for row in rows}
    alike |= {(b, a) for a, b in alike}
    groups = []
    for code, field in zip(outcome.inputs.scheme.field_codes, outcome.fields, strict=True):
        place = {member: index for index, member in enumerate(field.members.tolist())}
        ends = [
            (position[row["offer_a"]], position[row["offer_b"]])
            for row in rows
            if code in row["fields"].split()
        ]
        groups.append([[place[member] for member in group] for group in _link_completely(ends, alike)])
    return groups


def _link_completely(ends: Iterable[tuple[int, int]], alike: set[tuple[int, int]]) -> list[list[int]]:
    group_of: dict[int, list[int]] = {}
    for a, b in ends:
        one, other = group_of.get(a, [a]), group_of.get(b, [b])
        if one is other or not all((left, right) in alike for left in one for right in other):
            continue
        merged = [*one, *other]
        group_of.update(dict.fromkeys(merged, merged))
    seen = {id(group): sorted(group) for group in group_of.values()}
    return sorted(seen.values())


def _tabulate_clusters(
    outcome: Outcome, clusters: list[list[list[int]]], joint: list[Closing], homes: Floats
) -> pa.Table:
    serves = find_phases_served(outcome.offers, outcome.inputs.scheme)
    found: list[tuple[list[str], dict[str, Any]]] = []
    codes = outcome.inputs.scheme.field_codes
    for code, field, groups, closing in zip(codes, outcome.fields, clusters, joint, strict=True):
        for position, group in enumerate(groups):
            members = field.members[group]
            facts = {
                "field": code,
                "phases": _name_phases(outcome, np.asarray(serves[members].all(axis=0))),
                "ags": _name_home(outcome, homes[members].sum(axis=0)),
                "size": len(group),
                "children": closing.children[position],
                "jointly_replaceable": _or_none(float(closing.floor[position])),
            }
            found.append((sorted(map(str, outcome.offers.offer[members])), facts))
    found.sort(key=lambda one: (-(one[1]["jointly_replaceable"] or 0), one[1]["field"], one[0]))
    rows = [
        {"cluster": number, "offer": offer, **facts}
        for number, (offers, facts) in enumerate(found, start=1)
        for offer in offers
    ]
    return pa.Table.from_pylist(rows, schema=CLUSTERS)
