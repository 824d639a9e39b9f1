"""transfers.txt: what the operators say about changing from stop to stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.travel.gtfs import Feed

Floats = NDArray[np.float64]
TIMED, LEAST, NOT_POSSIBLE = "1", "2", "3"
Rules = dict[tuple[int, int], float | None]  # pair of stops -> minutes, or None where there is no change


@dataclass(frozen=True)
class Stops:
    """Stops that trips call at, with their place (metres, EPSG:3035)."""

    stop: NDArray[np.object_]
    x: Floats
    y: Floats
    station: NDArray[np.object_]  # the station a stop belongs to, "" if none


def read_rules(feed: Feed, stops: Stops) -> Rules:
    """Pairs of stops with a rule of their own.

    A time for a change (type 2) replaces the walk, a connection that waits (type 1) needs no time, and where
    a change is not possible (type 3) there is none; a station stands for all its stops. A recommended change
    (type 0) says nothing beyond the walk. Rules for single routes or trips are not read.
    """
    if not feed.has("transfers.txt"):
        return {}
    members: dict[str, list[int]] = {}
    for row, (stop, station) in enumerate(zip(stops.stop, stops.station, strict=True)):
        members.setdefault(stop, []).append(row)
        if station:
            members.setdefault(station, []).append(row)
    own = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
    columns = ("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time", *own)
    rules: Rules = {}
    for entry in feed.read("transfers.txt", columns).to_pylist():
        if any(entry[name] for name in own):
            continue
        rule = _read_rule(entry["transfer_type"].strip(), entry["min_transfer_time"].strip())
        if rule == "none":
            continue
        for first in members.get(entry["from_stop_id"], []):
            for second in members.get(entry["to_stop_id"], []):
                rules[first, second] = None if rule is None else float(rule)
    return rules


def _read_rule(kind: str, seconds: str) -> float | str | None:
    if kind == NOT_POSSIBLE:
        return None
    if kind == TIMED:
        return 0.0
    if kind == LEAST and seconds.isdecimal() and len(seconds) < 6:
        return int(seconds) / 60
    return "none"
