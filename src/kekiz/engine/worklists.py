"""In which order people work through overlaps and missing handovers: documented, the same for every region.

Overlaps. ``weight = score · ln((towns + 1) / towns_alike)``: the score says how well the two could stand in
for each other; the factor is the inverse document frequency of Spärck Jones (1972) with the constellation as
the term and the municipality as the document. A constellation that stands in every town (grammar school
beside comprehensive school) is the region's regular structure and says little about this one; a rare one may
be news. Three or more offers of one kind in one market are one entry: the question is the same for all.

Handovers. ``weight = shared · usual``: children a year who pass, times how usual an agreement is between
comparable offers at most as far apart. The share is an m-estimate (Cestnik 1990) in three steps: all pairs
of the transition, pairs of the same fields and phases, pairs of the same fields and ages, each the prior of
the next.
The second missing partner of a house counts half, the third a third: agreements are made house by house, and
a list that begins with ten of one house hides the others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot, inf, isfinite, log
from typing import Any

import numpy as np
import pyarrow as pa

from kekiz.engine.reach import find_phases_served
from kekiz.engine.scheme import OFFER_MODES, Scheme
from kekiz.engine.tables import Offers

PRIOR_PAIRS = 2.0  # the m of the m-estimate: so many pairs of its own make a kind count as much as its prior
UNTOLD = 0.5  # the prior of all: nothing is known about what is usual
DOOR_TO_DOOR_M = 1_000.0  # pairs closer than this compare with each other
LEAST_GROUP = 3  # offers of one kind that make one entry

Row = dict[str, Any]


@dataclass(frozen=True)
class Kinds:
    """What an offer is as far as the engine knows: fields, phases and form, and the same with exact ages."""

    broad: dict[str, str]  # by offer: "K1.P4.visit"
    narrow: dict[str, str]  # "K1.36-72.visit"
    position: dict[str, tuple[float, float]]  # metres; not a number where there is none


def describe_kinds(offers: Offers, scheme: Scheme) -> Kinds:
    """The kind of every offer, coarse and fine."""
    serves = find_phases_served(offers, scheme)
    broad, narrow, position = {}, {}, {}
    for index, offer in enumerate(offers.offer.tolist()):
        fields = "".join(
            code for bit, code in enumerate(scheme.field_codes) if int(offers.fields[index]) >> bit & 1
        )
        phases = "".join(
            code for code, is_served in zip(scheme.phase_codes, serves[index], strict=True) if is_served
        )
        mode = OFFER_MODES[int(offers.mode[index])]
        ages = f"{offers.age_from[index]:g}-{offers.age_to[index]:g}"
        broad[offer] = f"{fields}.{phases}.{mode}"
        narrow[offer] = f"{fields}.{ages}.{mode}"
        at = (float(offers.x[index]), float(offers.y[index]))
        position[offer] = at if mode == "visit" else (np.nan, np.nan)
    return Kinds(broad, narrow, position)


def order_overlaps(pairs: pa.Table, offers: Offers, scheme: Scheme) -> list[Row]:
    """The pairs (PAIRS of overlaps.py) by falling weight, those that cannot be told last.

    Each row gains ``weight`` (None: cannot tell), ``towns_alike`` (municipalities with such a constellation)
    and ``group``: the kind of offers where three or more of it overlap in one municipality, else "".
    """
    kinds = describe_kinds(offers, scheme)
    rows: list[Row] = pairs.to_pylist()
    constellation = [tuple(sorted((kinds.broad[r["offer_a"]], kinds.broad[r["offer_b"]]))) for r in rows]
    towns: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row, pair in zip(rows, constellation, strict=True):
        towns[pair].add(row["ags"])
    all_towns = len(set().union(*towns.values())) if towns else 0
    for row, pair in zip(rows, constellation, strict=True):
        row["towns_alike"] = len(towns[pair])
        row["weight"] = (
            None if row["score"] is None else row["score"] * log((all_towns + 1) / row["towns_alike"])
        )
    _name_groups(rows, kinds)
    rows.sort(
        key=lambda row: (
            row["weight"] is None, -(row["weight"] or 0.0), -row["likeness"], row["offer_a"], row["offer_b"],
        )
    )  # fmt: skip
    return rows


def _name_groups(rows: list[Row], kinds: Kinds) -> None:
    """Mark the pairs whose two offers are of one kind, where three or more of the kind hang together."""
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        kind, other = kinds.broad[row["offer_a"]], kinds.broad[row["offer_b"]]
        row["group"] = kind if kind == other else ""
        if row["group"]:
            members[row["ags"], kind] |= {row["offer_a"], row["offer_b"]}
    for row in rows:
        if row["group"] and len(members[row["ags"], row["group"]]) < LEAST_GROUP:
            row["group"] = ""


def order_handovers(
    handovers: pa.Table, offers: Offers, scheme: Scheme, house: Callable[[str], str] = str
) -> list[Row]:
    """The missing handovers of the transitions (SCHEMA of handovers.py), in the order of the work lists.

    ``house`` names what an offer belongs to where several rows are sites of one; their rows are joined.
    Each row gains ``weight``, ``usual`` (0..1), ``comparable`` and ``comparable_agreed`` (pairs of the same
    fields and ages at most as far apart, and how many of them have a cooperation), ``turn`` (1 = the first
    missing partner of its house at this step). Order: step, falling ``weight / turn``.
    """
    kinds = describe_kinds(offers, scheme)
    steps: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _join_sites(handovers.to_pylist(), kinds, house):
        steps[row["from_phase"], row["to_phase"]].append(row)
    ordered: list[Row] = []
    for step in sorted(steps, key=lambda step: scheme.phase_codes.index(step[0])):
        _estimate_usual(steps[step], kinds)
        missing = [row for row in steps[step] if row["is_missing"]]
        missing.sort(key=lambda row: (-row["weight"], row["offer_a"], row["offer_b"]))
        _number_turns(missing, house)
        ordered += sorted(missing, key=lambda row: -row["weight"] / row["turn"])
    return ordered


def _join_sites(rows: Iterable[Row], kinds: Kinds, house: Callable[[str], str]) -> list[Row]:
    """One row per step and pair of houses: children added up, named after the sites that share most."""
    pairs: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "transition":
            pairs[row["from_phase"], house(row["offer_a"]), house(row["offer_b"])].append(row)
    joined = []
    for parts in pairs.values():
        shared = sum(part["shared"] for part in parts)
        # What leaves a site in a year stands in its row as shared ÷ share; a site counts once.
        leaving = {
            part["offer_a"]: part["shared"] / part["share_of_a"] for part in parts if part["share_of_a"]
        }
        joined.append(
            max(parts, key=lambda part: (part["shared"], part["offer_a"], part["offer_b"]))
            | {
                "shared": shared,
                "share_of_a": min(shared / sum(leaving.values()), 1.0) if leaving else 0.0,
                "children_a": sum({part["offer_a"]: part["children_a"] for part in parts}.values()),
                "children_b": sum({part["offer_b"]: part["children_b"] for part in parts}.values()),
                "is_missing": all(part["is_missing"] for part in parts),
                "metres": min(_measure_way(kinds, part) for part in parts),
            }
        )
    return joined


def _number_turns(missing: Iterable[Row], house: Callable[[str], str]) -> None:
    seen: Counter[str] = Counter()
    for row in missing:
        seen[house(row["offer_a"])] += 1
        row["turn"] = seen[house(row["offer_a"])]


def _measure_way(kinds: Kinds, row: Row) -> float:
    """Metres between the two as the crow flies; 0 where one of them comes home or is online."""
    (ax, ay), (bx, by) = kinds.position[row["offer_a"]], kinds.position[row["offer_b"]]
    metres = hypot(ax - bx, ay - by)
    return max(metres, DOOR_TO_DOOR_M) if isfinite(metres) else DOOR_TO_DOOR_M


def _estimate_usual(rows: list[Row], kinds: Kinds) -> None:
    """How usual an agreement is between offers like these at most as far apart, coarse to fine."""
    prior = [UNTOLD] * len(rows)
    counts: list[tuple[int, int]] = []
    for names in (None, kinds.broad, kinds.narrow):
        keys = ["" if names is None else f"{names[row['offer_a']]}>{names[row['offer_b']]}" for row in rows]
        counts = _count_comparable(rows, keys)
        prior = [
            (agreed + PRIOR_PAIRS * before) / (pairs + PRIOR_PAIRS)
            for (pairs, agreed), before in zip(counts, prior, strict=True)
        ]
    for row, usual, (pairs, agreed) in zip(rows, prior, counts, strict=True):
        row["usual"], row["weight"] = usual, usual * row["shared"]
        row["comparable"], row["comparable_agreed"] = pairs, agreed


def _count_comparable(rows: Sequence[Row], keys: Sequence[str]) -> list[tuple[int, int]]:
    """Per row: other rows of its key at most as far apart, and how many of those are agreed."""
    ways: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        ways[key].append((row["metres"], not row["is_missing"]))
    sums: dict[str, list[int]] = {}
    for key, found in ways.items():
        found.sort()
        sums[key] = [0, *np.cumsum([is_agreed for _, is_agreed in found]).tolist()]
    counted = []
    for row, key in zip(rows, keys, strict=True):
        end = bisect_right(ways[key], (row["metres"], inf))
        own = not row["is_missing"]
        counted.append((end - 1, sums[key][end] - own))
    return counted
