"""frequencies.txt: trips told as "every ten minutes" become trips with times."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.problems import InputError, Problem
from kekiz.travel.gtfs import Feed

Ints = NDArray[np.int64]
TIME = re.compile(r"\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*")
MOST_RUNS = 5_000  # of one entry: a vehicle every 17 seconds, all day


@dataclass(frozen=True)
class Headway:
    """A trip starts every ``every_s`` seconds from ``first_s`` on, before ``end_s``."""

    first_s: int
    end_s: int
    every_s: int


def read_headways(feed: Feed, trips: dict[str, int]) -> dict[int, list[Headway]]:
    """The headways of each known trip. Raises InputError with all faulty rows."""
    if not feed.has("frequencies.txt"):
        return {}
    problems, found = [], {}  # type: ignore[var-annotated]
    columns = ("trip_id", "start_time", "end_time", "headway_secs")
    for row, entry in enumerate(feed.read("frequencies.txt", columns).to_pylist(), start=2):
        first, end = (_seconds(entry[name]) for name in ("start_time", "end_time"))
        text = entry["headway_secs"].strip()
        every = int(text) if text.isdecimal() and len(text) < 7 else 0
        if first is None or end is None or every <= 0 or (end - first) / every > MOST_RUNS:
            text = "Erwartet werden zwei Zeiten wie 08:00:00 und ein Takt in Sekunden über 0, z. B. 600."
            problems.append(Problem(f"{feed.path.name}/frequencies.txt", text, row))
        elif entry["trip_id"] in trips:
            found.setdefault(trips[entry["trip_id"]], []).append(Headway(first, end, every))
    if problems:
        raise InputError(problems[:50], total=len(problems))
    return found


def _seconds(text: str) -> int | None:
    found = TIME.fullmatch(text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None


def repeat_trips(
    trip: Ints, arrives: Ints, departs: Ints, headways: dict[int, list[Headway]]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Trips numbered anew from 0, those with headways once for every start.

    Calls are sorted by trip. Returns trip, the row each call was made from, arrival, departure.
    """
    begins = np.flatnonzero(np.append(True, trip[1:] != trip[:-1])) if len(trip) else np.empty(0, np.int64)
    ends = np.append(begins[1:], len(trip))
    trips, rows, shifts = [], [], []
    number = 0
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        starts = [0]
        if int(trip[begin]) in headways:
            starts = [
                start - int(departs[begin])
                for headway in headways[int(trip[begin])]
                for start in range(headway.first_s, headway.end_s, headway.every_s)
            ]
        for shift in starts:
            trips.append(np.full(end - begin, number, np.int64))
            rows.append(np.arange(begin, end))
            shifts.append(np.full(end - begin, shift, np.int64))
            number += 1
    if not trips:
        empty = np.empty(0, np.int64)
        return empty, empty, empty, empty
    row, shift_s = np.concatenate(rows), np.concatenate(shifts)
    return np.concatenate(trips), row, arrives[row] + shift_s, departs[row] + shift_s
