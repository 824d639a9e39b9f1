"""From a GTFS feed and a day to the engine's timetable: which calls count, and when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kekiz.engine.positions import project
from kekiz.engine.problems import SHOWN_PER_COLUMN, InputError, Problem
from kekiz.engine.timetable import StopTimes, Timetable, connect_stop_times
from kekiz.travel.frequencies import Headway, read_headways, repeat_trips
from kekiz.travel.gtfs import Feed
from kekiz.travel.service import Services
from kekiz.travel.transfers import Rules, Stops, read_rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
DAY_S = 86_400
UNTIMED = -(2**40)
LONGEST_H = 120
TIME = re.compile(r"\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*")
CALL_COLUMNS = (
    "trip_id",
    "stop_id",
    "stop_sequence",
    "arrival_time",
    "departure_time",
    "pickup_type",
    "drop_off_type",
)
NOT_SERVED, ON_CALL = "1", ("2", "3")


@dataclass(frozen=True)
class DayService:
    """What runs on the day of travel within the times looked at."""

    timetable: Timetable
    stops: Stops  # those that a ride touches
    rules: Rules
    trips: int
    on_call: int  # calls that have to be ordered beforehand; they count as running


@dataclass(frozen=True)
class _Calls:
    """Calls of the active trips as columns, sorted by trip and sequence."""

    trip: Ints
    stop: Ints
    arrives: Ints
    departs: Ints
    pickup: NDArray[np.object_]
    drop_off: NDArray[np.object_]


def read_day(feed: Feed, services: Services, day: dt.date, first_s: int, last_s: int) -> DayService:
    """The connections that run between two times of a day, also those of trips that began the day before.

    Times are seconds after midnight of ``day``. Raises InputError with all faults of the tables.
    """
    trips = feed.read("trips.txt", ("trip_id", "service_id"))
    stops = _read_stops(feed)
    running = {shift: services.on(day + dt.timedelta(days=shift)) for shift in (-1, 0, 1)}
    active = pc.is_in(trips["service_id"], pa.array(sorted(set().union(*running.values())), pa.string()))
    chosen = trips.filter(active)
    calls = _read_calls(feed, chosen["trip_id"], stops.stop)
    _require_places(feed, stops, calls)
    headways = read_headways(feed, {name: row for row, name in enumerate(chosen["trip_id"].to_pylist())})
    services_of = np.array(chosen["service_id"].to_pylist(), dtype=object)
    parts = []
    for shift, names in running.items():
        runs = np.isin(services_of.astype(str), np.array(sorted(names), dtype=str)) if names else None
        if runs is not None and runs.any():
            parts.append(_lay_out_day(calls, runs, headways, shift * DAY_S, first_s, last_s))
    calendar = _join(parts)
    timetable, used = _keep_used(connect_stop_times(calendar, len(stops.stop)), stops)
    on_call = np.isin(calls.pickup.astype(str), ON_CALL) | np.isin(calls.drop_off.astype(str), ON_CALL)
    return DayService(
        timetable, used, read_rules(feed, used), len(np.unique(calendar.trip)), int(on_call.sum())
    )


def _lay_out_day(
    calls: _Calls, runs: Bools, headways: dict[int, list[Headway]], shift_s: int, first_s: int, last_s: int
) -> StopTimes:
    rows = np.flatnonzero(runs[calls.trip])
    trip, source, arrives, departs = repeat_trips(
        calls.trip[rows], calls.arrives[rows], calls.departs[rows], headways
    )
    rows = rows[source]
    arrives, departs = arrives + shift_s, departs + shift_s
    ends = np.zeros(int(trip.max(initial=-1)) + 1, dtype=bool)
    ends[trip[(arrives <= last_s) & (departs >= first_s)]] = True  # a trip is kept whole or not at all
    kept = ends[trip]
    return StopTimes(
        trip=trip[kept],
        stop=calls.stop[rows][kept],
        arrives_s=arrives[kept],
        departs_s=departs[kept],
        may_board=(calls.pickup[rows] != NOT_SERVED)[kept],
        may_alight=(calls.drop_off[rows] != NOT_SERVED)[kept],
    )


def _join(parts: list[StopTimes]) -> StopTimes:
    offset, trips = 0, [np.empty(0, np.int64)]
    for part in parts:
        trips.append(part.trip + offset)
        offset += int(part.trip.max(initial=-1)) + 1

    def join(name: str, kind: type) -> Any:
        return np.concatenate([np.empty(0, kind), *(getattr(part, name) for part in parts)])

    return StopTimes(
        trip=np.concatenate(trips),
        stop=join("stop", np.int64),
        arrives_s=join("arrives_s", np.int64),
        departs_s=join("departs_s", np.int64),
        may_board=join("may_board", np.bool_),
        may_alight=join("may_alight", np.bool_),
    )


def _keep_used(timetable: Timetable, stops: Stops) -> tuple[Timetable, Stops]:
    """Only stops that a ride touches; most feeds cover far more than one window."""
    kept = np.zeros(len(stops.stop), dtype=bool)
    kept[timetable.from_stop] = True
    kept[timetable.to_stop] = True
    number = np.cumsum(kept) - 1
    return (
        replace(
            timetable,
            stops=int(kept.sum()),
            from_stop=number[timetable.from_stop],
            to_stop=number[timetable.to_stop],
        ),
        Stops(stops.stop[kept], stops.x[kept], stops.y[kept], stops.station[kept]),
    )


def _read_stops(feed: Feed) -> Stops:
    table = feed.read("stops.txt", ("stop_id", "stop_lat", "stop_lon", "parent_station"))
    names = table["stop_id"].to_pylist()
    place = {name: row for row, name in enumerate(names)}
    lat, lon = (_read_degrees(table[column].to_pylist()) for column in ("stop_lat", "stop_lon"))
    parents = table["parent_station"].to_pylist()
    above = np.array([place.get(parent, row) for row, parent in enumerate(parents)], np.int64)
    lacks = np.isnan(lat) | np.isnan(lon)
    if len(names):
        lat, lon = np.where(lacks, lat[above], lat), np.where(lacks, lon[above], lon)
    x, y = project(lat, lon)
    return Stops(np.array(names, dtype=object), x, y, np.array(parents, dtype=object))


def _require_places(feed: Feed, stops: Stops, calls: _Calls) -> None:
    lacking = np.unique(calls.stop[~np.isfinite(stops.x[calls.stop])])
    text = "Die Haltestelle „{}“ hat keine Lage: stop_lat und stop_lon fehlen oder sind keine Grade."
    problems = [
        Problem(f"{feed.path.name}/stops.txt", text.format(stops.stop[stop]), int(stop) + 2)
        for stop in lacking[:SHOWN_PER_COLUMN]
    ]
    if problems:
        raise InputError(problems, total=len(lacking))


def _read_degrees(values: Iterable[str]) -> Floats:
    def read(value: str) -> float:
        try:
            degrees = float(value)
        except ValueError:
            return np.nan
        return degrees if -180 <= degrees <= 180 and degrees != 0 else np.nan

    return np.array([read(value) for value in values], dtype=np.float64)


def _read_calls(feed: Feed, trip_ids: pa.ChunkedArray, stop_ids: NDArray[np.object_]) -> _Calls:
    trip_names = trip_ids.combine_chunks()
    stop_names = pa.array(stop_ids, pa.string())
    faults = _Faults(f"{feed.path.name}/stop_times.txt")
    columns: dict[str, list[NDArray[np.generic]]] = {
        name: [] for name in ("trip", "stop", "at", "arr", "dep")
    }
    kinds: dict[str, list[NDArray[np.generic]]] = {"pickup_type": [], "drop_off_type": []}
    row = 2
    for batch in feed.stream("stop_times.txt", CALL_COLUMNS):
        trip = pc.index_in(batch["trip_id"], trip_names).fill_null(-1).to_numpy()
        kept = np.flatnonzero(trip >= 0)
        part = batch.take(pa.array(kept))
        rows = row + kept
        stop = pc.index_in(part["stop_id"], stop_names).fill_null(-1).to_numpy()
        faults.add(rows[stop < 0], "stop_id", "Diese Haltestelle steht nicht in stops.txt.")
        columns["trip"].append(trip[kept])
        columns["stop"].append(stop)
        columns["at"].append(_parse(part["stop_sequence"], _parse_sequence, rows, "stop_sequence", faults))
        columns["arr"].append(_parse(part["arrival_time"], _parse_time, rows, "arrival_time", faults))
        columns["dep"].append(_parse(part["departure_time"], _parse_time, rows, "departure_time", faults))
        for name, found in kinds.items():
            found.append(np.array(part[name].to_pylist(), dtype=object))
        row += batch.num_rows
    faults.raise_all()
    flat = {name: np.concatenate([np.empty(0, np.int64), *found]) for name, found in columns.items()}
    order = np.lexsort((flat["at"], flat["trip"]))
    trip, arrives, departs = (flat[name][order] for name in ("trip", "arr", "dep"))
    arrives, departs = _complete_times(trip, arrives, departs, trip_names, faults)
    faults.raise_all()
    pickup, drop_off = (
        np.concatenate([np.empty(0, object), *kinds[name]])[order]
        for name in ("pickup_type", "drop_off_type")
    )
    return _Calls(trip, flat["stop"][order], arrives, departs, pickup, drop_off)


def _parse(
    values: pa.Array, parse: Callable[[str], int | None], rows: Ints, column: str, faults: _Faults
) -> Ints:
    """Parse each different text once: a timetable has few of them."""
    coded = values.dictionary_encode()
    parsed: NDArray[np.object_] = np.empty(len(coded.dictionary), dtype=np.object_)
    parsed[:] = [parse(text) for text in coded.dictionary.to_pylist()]
    found = parsed[coded.indices.to_numpy()] if len(parsed) else np.empty(0, object)
    wrong = np.array([value is None for value in found], dtype=bool)
    expected = "eine ganze Zahl ab 0" if column == "stop_sequence" else "eine Zeit wie 08:05:00 oder 25:10:00"
    faults.add(rows[wrong], column, f"Erwartet wird {expected}.")
    return np.where(wrong, 0, found).astype(np.int64)


def _parse_sequence(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _parse_time(text: str) -> int | None:
    if not text.strip():
        return UNTIMED
    found = TIME.fullmatch(text)
    if not found or int(found[1]) > LONGEST_H:
        return None
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])


def _complete_times(
    trip: Ints, arrives: Ints, departs: Ints, names: pa.Array, faults: _Faults
) -> tuple[Ints, Ints]:
    """Fill times that are left out: the other one of the call, else in equal steps between timed calls."""
    arrives, departs = (
        np.where(arrives == UNTIMED, departs, arrives),
        np.where(departs == UNTIMED, arrives, departs),
    )
    timed = arrives != UNTIMED
    if len(trip):
        last = np.append(trip[1:] != trip[:-1], True)
        first = np.append(True, last[:-1])
        for index in np.unique(trip[(first | last) & ~timed]):
            faults.note(f"Die Fahrt „{names[index].as_py()}“ hat am Anfang oder Ende keine Zeit.")
        if not timed.all() and not faults.total:
            before = np.maximum.accumulate(np.where(timed, np.arange(len(trip)), 0))
            after = np.minimum.accumulate(np.where(timed, np.arange(len(trip)), len(trip) - 1)[::-1])[::-1]
            start, end = departs[before], arrives[after]
            steps = np.maximum(after - before, 1)
            filled = start + (end - start) * (np.arange(len(trip)) - before) // steps
            arrives, departs = np.where(timed, arrives, filled), np.where(timed, departs, filled)
        same = trip[1:] == trip[:-1]
        backwards = (arrives > departs) | np.append(same & (departs[:-1] > arrives[1:]), False)
        for index in np.unique(trip[backwards]):
            faults.note(f"Die Fahrt „{names[index].as_py()}“ läuft rückwärts in der Zeit.")
    return arrives, departs


class _Faults:
    """Faults of one table, all kept in number and the first in words."""

    def __init__(self, file: str) -> None:
        self.file, self.total = file, 0
        self.problems: list[Problem] = []

    def add(self, rows: Ints, column: str, text: str) -> None:
        self.total += len(rows)
        room = max(SHOWN_PER_COLUMN - sum(problem.column == column for problem in self.problems), 0)
        self.problems += [Problem(self.file, text, int(row), column) for row in rows[:room]]

    def note(self, text: str) -> None:
        self.total += 1
        if len(self.problems) < SHOWN_PER_COLUMN:
            self.problems.append(Problem(self.file, text))

    def raise_all(self) -> None:
        if self.total:
            raise InputError(self.problems, total=self.total)
