"""Minutes along a street network of one way of travelling, from many points to many.

A *piece* is a stretch of street between two junctions. A point is moved to the nearest place on a street (its
*anchor*); the gap to it is walked in a straight line. Turn restrictions, traffic, lights and slopes are not
known here; the time of a piece is what the reader of the network says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.streets import bucket_segments, find_nearest, measure_ways, reach_nodes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MATRIX_CELLS = 8_000_000  # minutes held at once by measure_rows: 32 MB in single precision
SEEDS = 32  # starting nodes tried to find the largest connected part


@dataclass(frozen=True)
class Streets:
    """N nodes, K pieces between them, S straight segments that the pieces consist of."""

    tail: Ints  # K: node where the piece begins
    head: Ints  # K: node where it ends
    forward: Floats  # K: minutes from tail to head; infinite where that is not allowed
    backward: Floats  # K
    length_m: Floats  # K
    x1: Floats  # S, metres (EPSG:3035)
    y1: Floats
    x2: Floats
    y2: Floats
    piece: Ints  # S: the piece the segment belongs to
    offset_m: Floats  # S: metres from the piece's tail to the segment's first end

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return int(max(self.tail.max(initial=-1), self.head.max(initial=-1))) + 1


@dataclass(frozen=True)
class Anchors:
    """P points on a street network."""

    piece: Ints  # P; -1 where no street is near enough
    share: Floats  # P: how far along the piece, 0 at its tail, 1 at its head
    gap_m: Floats  # P: straight line from the point to its anchor; infinite where there is none


@dataclass(frozen=True)
class Ways:
    """Pairs of points in reach of each other (CSR over the sources)."""

    start: Ints  # sources + 1
    target: Ints
    minutes: Floats

    def turn(self, targets: int) -> Ways:
        """The same pairs seen from the targets: minutes still run from source to target."""
        source = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        order = np.argsort(self.target, kind="stable")
        ends = np.cumsum(np.bincount(self.target, minlength=targets))
        return Ways(np.concatenate([[0], ends]).astype(np.int64), source[order], self.minutes[order])


def keep_connected(streets: Streets) -> Streets:
    """The largest part of the network in which every node reaches every other.

    Courtyards, ramps of a parking deck and one-way ends would otherwise catch points and lead nowhere. The
    part is searched from 32 nodes spread over the network, enough for one that holds most of it.
    """
    nodes = streets.nodes
    if nodes == 0:
        return streets
    arcs = _list_arcs(streets)
    against = _list_arcs(streets, turned=True)
    best = np.zeros(nodes, dtype=bool)
    for seed in np.unique(np.linspace(0, nodes - 1, min(SEEDS, nodes)).astype(np.int64)):
        if best[seed]:
            continue
        part = reach_nodes(arcs[0], arcs[1], seed) & reach_nodes(against[0], against[1], seed)
        if part.sum() > best.sum():
            best = part
        if 2 * best.sum() > nodes:
            break
    kept = best[streets.tail] & best[streets.head]
    inside = kept[streets.piece]
    number = np.cumsum(best) - 1
    place = np.cumsum(kept) - 1
    return Streets(
        tail=number[streets.tail[kept]],
        head=number[streets.head[kept]],
        forward=streets.forward[kept],
        backward=streets.backward[kept],
        length_m=streets.length_m[kept],
        x1=streets.x1[inside],
        y1=streets.y1[inside],
        x2=streets.x2[inside],
        y2=streets.y2[inside],
        piece=place[streets.piece[inside]],
        offset_m=streets.offset_m[inside],
    )


def _list_arcs(streets: Streets, turned: bool = False) -> tuple[Ints, Ints, Floats]:
    """Directed arcs (CSR) of what may be travelled."""
    tail = np.concatenate([streets.tail, streets.head])
    head = np.concatenate([streets.head, streets.tail])
    cost = np.concatenate([streets.forward, streets.backward])
    if turned:
        tail, head = head, tail
    usable = np.isfinite(cost)
    tail, head, cost = tail[usable], head[usable], cost[usable]
    order = np.argsort(tail, kind="stable")
    ends = np.cumsum(np.bincount(tail, minlength=streets.nodes))
    return np.concatenate([[0], ends]).astype(np.int64), head[order], cost[order]


class Router:
    """A street network made ready for many questions."""

    def __init__(self, streets: Streets) -> None:
        self.streets = streets
        self._arcs = _list_arcs(streets)
        self._buckets = (
            bucket_segments(streets.x1, streets.y1, streets.x2, streets.y2) if len(streets.x1) else None
        )

    def anchor(self, x: Floats, y: Floats, farthest_m: float) -> Anchors:
        """The nearest place on a street for each point (metres, EPSG:3035), none beyond ``farthest_m``."""
        streets = self.streets
        if self._buckets is None:
            return Anchors(np.full(len(x), -1, np.int64), np.zeros(len(x)), np.full(len(x), np.inf))
        left, bottom, columns, rows, start, members = self._buckets
        segment, along, gap = find_nearest(
            x,
            y,
            streets.x1,
            streets.y1,
            streets.x2,
            streets.y2,
            left,
            bottom,
            columns,
            rows,
            start,
            members,
            farthest_m,
        )
        chosen = np.maximum(segment, 0)
        span = np.hypot(streets.x2[chosen] - streets.x1[chosen], streets.y2[chosen] - streets.y1[chosen])
        piece = streets.piece[chosen]
        length = np.maximum(streets.length_m[piece], 1e-9)
        share = np.clip((streets.offset_m[chosen] + along * span) / length, 0.0, 1.0)
        return Anchors(np.where(segment < 0, -1, piece), np.where(segment < 0, 0.0, share), gap)

    def measure(
        self, sources: Anchors, targets: Anchors, limit_minutes: float, gap_pace: float
    ) -> NDArray[np.float32]:
        """Minutes, sources × targets; infinite beyond the limit.

        ``gap_pace`` is minutes per metre between a point and its anchor, at both ends.
        """
        streets = self.streets
        total = np.full((len(sources.piece), len(targets.piece)), np.inf, np.float32)
        if not total.size or self._buckets is None:
            return total

        def run(rows: Ints) -> None:
            total[rows] = measure_ways(
                *self._arcs,
                sources.piece[rows],
                sources.share[rows],
                targets.piece,
                targets.share,
                streets.tail,
                streets.head,
                streets.forward,
                streets.backward,
                limit_minutes,
            )

        slices = np.array_split(np.arange(len(sources.piece)), max(os.cpu_count() or 1, 1))
        with ThreadPoolExecutor(max_workers=len(slices)) as pool:
            list(pool.map(run, [rows for rows in slices if len(rows)]))
        gaps = np.nan_to_num(sources.gap_m, posinf=0.0)[:, None] + np.nan_to_num(targets.gap_m, posinf=0.0)
        total += (gaps * gap_pace).astype(np.float32)
        total[total > limit_minutes] = np.inf
        return total

    def find_ways(self, sources: Anchors, targets: Anchors, limit_minutes: float, gap_pace: float) -> Ways:
        """The same as pairs in reach, a bounded number of rows at a time."""
        rows = max(MATRIX_CELLS // max(len(targets.piece), 1), 1)
        parts = [
            self.measure(_select(sources, slice(at, at + rows)), targets, limit_minutes, gap_pace)
            for at in range(0, len(sources.piece), rows)
        ]
        return _collect_ways(iter(parts), len(sources.piece))


def _select(anchors: Anchors, rows: slice) -> Anchors:
    return Anchors(anchors.piece[rows], anchors.share[rows], anchors.gap_m[rows])


def _collect_ways(parts: Iterator[NDArray[np.float32]], sources: int) -> Ways:
    counts, targets, minutes = [np.zeros(1, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    for part in parts:
        row, column = np.nonzero(np.isfinite(part))
        counts.append(np.bincount(row, minlength=len(part)))
        targets.append(column)
        minutes.append(part[row, column].astype(np.float64))
    start = np.cumsum(np.concatenate(counts)).astype(np.int64)
    if len(start) != sources + 1:
        raise AssertionError("every source has a row")
    return Ways(start, np.concatenate(targets).astype(np.int64), np.concatenate(minutes))
