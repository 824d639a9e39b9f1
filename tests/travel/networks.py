"""Small street networks and timetables for tests, and plain references that count everything out."""

import heapq
import itertools
import zipfile
from pathlib import Path

import numpy as np

from kekiz.engine.streets import Streets, Ways
from kekiz.engine.timetable import StopTimes, Timetable


def build_streets(edges: list[tuple], places: dict[int, tuple[float, float]]) -> Streets:
    """Streets of straight pieces (tail, head, minutes along, against, metres) between placed nodes."""
    tail, head, forward, backward, length = (np.array(column) for column in zip(*edges, strict=True))
    spot = np.array([places[node] for node in sorted(places)], dtype=float)
    return Streets(
        tail=tail.astype(np.int64),
        head=head.astype(np.int64),
        forward=forward.astype(float),
        backward=backward.astype(float),
        length_m=length.astype(float),
        x1=spot[tail, 0],
        y1=spot[tail, 1],
        x2=spot[head, 0],
        y2=spot[head, 1],
        piece=np.arange(len(edges)),
        offset_m=np.zeros(len(edges)),
    )


def build_ways(pairs: dict[tuple[int, int], float], sources: int) -> Ways:
    """Pairs in reach as CSR; minutes."""
    keys = sorted(pairs)
    counts = np.bincount([key[0] for key in keys], minlength=sources) if keys else np.zeros(sources, int)
    return Ways(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.array([key[1] for key in keys], np.int64),
        np.array([pairs[key] for key in keys], float),
    )


def build_calls(trips: list[list[tuple]]) -> StopTimes:
    """Calls (stop, arrival, departure[, may board, may alight]) of each trip, in seconds."""
    rows = [
        (number, *call, *(True, True)[len(call) - 3 :]) for number, trip in enumerate(trips) for call in trip
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    whole = [np.array(column, np.int64) for column in columns[:4]]
    return StopTimes(*whole, *(np.array(column, bool) for column in columns[4:]))


def count_out_arrivals(trips: list[list[tuple]], access, transfers, now: int, latest: int, rides: int):
    """Earliest time of getting off at each stop: every journey tried, one state at a time.

    Knows nothing of connections, orders of departure or layers; access and transfers are dicts in seconds.
    """
    ready = [(now + walk, 0, stop) for stop, walk in access.items()]
    heapq.heapify(ready)
    best: dict[int, int] = {}
    seen = set()
    while ready:
        time, ridden, stop = heapq.heappop(ready)
        if ridden == rides or (time, ridden, stop) in seen:
            continue
        seen.add((time, ridden, stop))
        for trip in trips:
            for at, call in enumerate(trip):
                if call[0] != stop or call[2] < time or call[2] > latest or not (call[3:] or (True,))[0]:
                    continue
                for off in trip[at + 1 :]:
                    if not (off[4:] or (True,))[0] or off[1] > latest:
                        continue
                    best[off[0]] = min(best.get(off[0], off[1]), off[1])
                    for (source, target), walk in transfers.items():
                        if source == off[0]:
                            heapq.heappush(ready, (off[1] + max(walk, 1), ridden + 1, target))
    return best


def write_feed(path: Path, **tables: str) -> Path:
    """A GTFS feed of the given tables (name without ending)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as feed:
        for name, text in tables.items():
            feed.writestr(f"{name}.txt", text)
    return path


SMALL_FEED = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,Am Anger,49.4036,8.6755\nB,Brücke,49.4094,8.6936\n",
    "trips": "route_id,service_id,trip_id\nr,werktag,t1\nr,werktag,t2\n",
    "stop_times": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,08:10:00,08:10:00,A,1\nt1,08:20:00,08:20:00,B,2\n"
        "t2,08:30:00,08:30:00,A,1\nt2,08:40:00,08:40:00,B,2\n"
    ),
    "calendar": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "werktag,1,1,1,1,1,0,0,20220613,20220630\n"
    ),
}


def list_hops(timetable: Timetable) -> list[tuple[int, int, int, int]]:
    """The connections as tuples."""
    columns = (timetable.from_stop, timetable.to_stop, timetable.departs_s, timetable.arrives_s)
    return list(itertools.starmap(lambda *row: tuple(int(v) for v in row), zip(*columns, strict=True)))
