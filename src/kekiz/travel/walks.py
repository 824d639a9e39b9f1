"""Walks to, between and from stops: along the streets, or in a straight line where there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.pairs import pair_within
from kekiz.engine.streets import Anchors, Router, Ways
from kekiz.travel.transfers import Rules, Stops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Walking(Protocol):
    """How people get from points to points on foot."""

    def find_ways(self, x: Floats, y: Floats, to_x: Floats, to_y: Floats, limit_minutes: float) -> Ways:
        """Pairs of points within a walk of ``limit_minutes``."""


@dataclass(frozen=True)
class StreetWalking:
    """Walks along the streets."""

    router: Router
    minutes_per_m: float  # between a point and its street
    snap_m: float

    def find_ways(self, x: Floats, y: Floats, to_x: Floats, to_y: Floats, limit_minutes: float) -> Ways:
        """See Walking."""
        anchors: tuple[Anchors, Anchors] = (
            self.router.anchor(x, y, self.snap_m),
            self.router.anchor(to_x, to_y, self.snap_m),
        )
        return self.router.find_ways(*anchors, limit_minutes, self.minutes_per_m)


@dataclass(frozen=True)
class StraightWalking:
    """Straight lines times the detour factor of the norms."""

    minutes_per_m: float

    def find_ways(self, x: Floats, y: Floats, to_x: Floats, to_y: Floats, limit_minutes: float) -> Ways:
        """See Walking."""
        count = len(to_x)
        everyone = np.ones((1, count), dtype=bool)
        start, target, distance = pair_within(
            x,
            y,
            to_x,
            to_y,
            np.ones(count, dtype=bool),
            np.zeros(count, dtype=bool),
            everyone,
            np.zeros(len(x), np.int64),
            limit_minutes / self.minutes_per_m,
        )
        return Ways(start, target, distance * self.minutes_per_m)


def build_transfers(
    stops: Stops, rules: Rules, walking: Walking, walk_minutes: float, change_minutes: float
) -> Ways:
    """From stop to stop between two rides: walks, at least the time for a change, and the feed's rules."""
    count = len(stops.stop)
    walks = walking.find_ways(stops.x, stops.y, stops.x, stops.y, walk_minutes)
    source = np.repeat(np.arange(count), np.diff(walks.start))
    minutes = dict(
        zip(
            zip(source.tolist(), walks.target.tolist(), strict=True),
            np.maximum(walks.minutes, change_minutes).tolist(),
            strict=True,
        )
    )
    minutes.update({(stop, stop): change_minutes for stop in range(count)})
    for pair, rule in rules.items():
        if rule is None:
            minutes.pop(pair, None)
        else:
            minutes[pair] = rule
    pairs = sorted(minutes)
    first = np.array([pair[0] for pair in pairs], np.int64)
    ends = np.cumsum(np.bincount(first, minlength=count))
    return Ways(
        np.concatenate([[0], ends]).astype(np.int64),
        np.array([pair[1] for pair in pairs], np.int64),
        np.array([minutes[pair] for pair in pairs], np.float64),
    )
