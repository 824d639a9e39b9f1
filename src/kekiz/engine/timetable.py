"""Minutes by public transport over a window of departures, from connections and walks.

A *connection* is the ride of one trip from a stop to the next. For every minute of the window the connections
are scanned in the order of departure, as the Connection Scan Algorithm does (Dibbelt, Pajor, Strasser &
Wagner 2018, ACM J. Exp. Algorithmics 23, 1.7), with rounds for the number of rides as RAPTOR has them
(Delling, Pajor & Werneck 2015, Transportation Science 49(3)). The figure of a pair is a percentile over the
departures, as Conway, Byrd & van der Linden 2017 (Transportation Research Record 2653) propose.

Times are whole seconds after midnight of the day of travel.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.kernels.timetable import NEVER, range_over_departures
from kekiz.engine.streets import Ways

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class StopTimes:
    """Calls of trips at stops, in the order of trip and sequence."""

    trip: Ints
    stop: Ints
    arrives_s: Ints
    departs_s: Ints
    may_board: Bools
    may_alight: Bools


@dataclass(frozen=True)
class Timetable:
    """The connections of a day in the order of departure."""

    stops: int
    trips: int
    from_stop: Ints
    to_stop: Ints
    departs_s: Ints
    arrives_s: Ints
    trip: Ints
    may_board: Bools  # at the stop where the connection begins
    may_alight: Bools  # at the stop where it ends


@dataclass(frozen=True)
class Window:
    """When families leave, and what of the many journeys counts."""

    moments_s: Ints  # departures from home
    limit_s: int  # longer journeys are none
    max_rides: int = 3  # with two changes
    percentile: float = 50.0  # of all departures, those without a journey counting as endless

    @property
    def rank(self) -> int:
        """The place of the percentile among the sorted departures, from 0 (nearest rank)."""
        return max(math.ceil(self.percentile / 100 * len(self.moments_s)) - 1, 0)


def connect_stop_times(calls: StopTimes, stops: int) -> Timetable:
    """Turn calls at stops into connections. A trip never runs backwards in time (ValueError)."""
    follows = np.flatnonzero(calls.trip[1:] == calls.trip[:-1]) if len(calls.trip) else np.empty(0, np.int64)
    departs, arrives = calls.departs_s[follows], calls.arrives_s[follows + 1]
    if (arrives < departs).any() or (calls.departs_s < calls.arrives_s).any():
        raise ValueError("a trip runs backwards in time")
    order = np.argsort(departs, kind="stable")  # stable: a trip's own connections keep their sequence
    chosen = follows[order]
    names, trip = np.unique(calls.trip[chosen], return_inverse=True)
    return Timetable(
        stops=stops,
        trips=len(names),
        from_stop=calls.stop[chosen],
        to_stop=calls.stop[chosen + 1],
        departs_s=departs[order],
        arrives_s=arrives[order],
        trip=trip.astype(np.int64),
        may_board=calls.may_board[chosen],
        may_alight=calls.may_alight[chosen + 1],
    )


def measure_journeys(
    timetable: Timetable, access: Ways, transfers: Ways, egress: Ways, offers: int, window: Window
) -> Floats:
    """Minutes by public transport, cells × offers; infinite where the percentile has no journey.

    A journey is a walk to a stop (``access``), at most ``max_rides`` rides, between two rides one of the
    ``transfers`` (stop to stop, a stop to itself for a change of vehicle), and a walk from a stop
    (``egress``). Minutes run from leaving home, waiting included. Walks are rounded up to whole seconds;
    a change that takes no time counts one second.
    """
    cells = len(access.start) - 1
    seconds = np.full((cells, offers), NEVER, np.int64)

    def run(rows: Ints) -> None:
        seconds[rows] = range_over_departures(
            rows,
            access.start,
            access.target,
            _to_seconds(access),
            egress.start,
            egress.target,
            _to_seconds(egress),
            offers,
            window.moments_s,
            window.limit_s,
            window.max_rides,
            window.rank,
            timetable.trips,
            timetable.stops,
            timetable.from_stop,
            timetable.to_stop,
            timetable.departs_s,
            timetable.arrives_s,
            timetable.trip,
            timetable.may_board,
            timetable.may_alight,
            transfers.start,
            transfers.target,
            np.maximum(_to_seconds(transfers), 1),
        )

    slices = np.array_split(np.arange(cells), max(os.cpu_count() or 1, 1))
    with ThreadPoolExecutor(max_workers=len(slices)) as pool:
        list(pool.map(run, [rows for rows in slices if len(rows)]))
    return np.where(seconds == NEVER, np.inf, seconds / 60.0)


def _to_seconds(ways: Ways) -> Ints:
    return np.ceil(np.round(ways.minutes * 60, 6)).astype(np.int64)
