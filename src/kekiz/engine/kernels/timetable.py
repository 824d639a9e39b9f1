"""Compiled loop of timetable.py: scanning the connections of a day for every minute of departure."""

import numpy as np
from numba import njit

NEVER = np.int64(2**62)


@njit(cache=True, nogil=True)
def relax_walks(stop, time, ride, walk_start, walk_target, walk_s, ready):
    """Who gets off at ``stop`` may board elsewhere after a walk, or here after the time for a change."""
    for w in range(walk_start[stop], walk_start[stop + 1]):
        at = time + walk_s[w]
        for k in range(ride, ready.shape[0]):
            if at >= ready[k, walk_target[w]]:
                break  # layers only get earlier: the later ones are no worse already
            ready[k, walk_target[w]] = at


@njit(cache=True, nogil=True)
def scan_day(
    first,
    latest,
    from_stop,
    to_stop,
    departs,
    arrives,
    trip,
    may_board,
    may_alight,
    walk_start,
    walk_target,
    walk_s,
    ready,
    aboard,
    alights,
):
    """Earliest time of getting off at every stop.

    ``ready[k, stop]`` is when one can board there having ridden at most k times, ``aboard[trip]`` the fewest
    rides, this one included, with which one can sit in a trip.
    """
    rides = ready.shape[0]
    for c in range(first, len(departs)):
        if departs[c] > latest:
            break
        t = trip[c]
        if may_board[c]:
            for k in range(min(rides, aboard[t] - 1)):
                if ready[k, from_stop[c]] <= departs[c]:
                    aboard[t] = k + 1
                    break
        if aboard[t] > rides or not may_alight[c] or arrives[c] > latest:
            continue
        stop = to_stop[c]
        alights[stop] = min(alights[stop], arrives[c])
        if aboard[t] < rides:
            relax_walks(stop, arrives[c], aboard[t], walk_start, walk_target, walk_s, ready)


@njit(cache=True, nogil=True)
def range_over_departures(
    cells,
    access_start,
    access_stop,
    access_s,
    egress_start,
    egress_offer,
    egress_s,
    offers,
    moments,
    limit_s,
    rides,
    rank,
    trips,
    stops,
    from_stop,
    to_stop,
    departs,
    arrives,
    trip,
    may_board,
    may_alight,
    walk_start,
    walk_target,
    walk_s,
):
    """Seconds from each cell to each offer: the ``rank``-th shortest of all departures; NEVER if none."""
    result = np.full((len(cells), offers), NEVER, np.int64)
    ready = np.empty((rides, stops), np.int64)
    aboard = np.empty(trips, np.int64)
    alights = np.empty(stops, np.int64)
    for row in range(len(cells)):
        cell = cells[row]
        begin, end = access_start[cell], access_start[cell + 1]
        if begin == end:
            continue
        durations = np.full((offers, len(moments)), NEVER, np.int64)
        touched = np.zeros(offers, np.bool_)
        for m in range(len(moments)):
            now = moments[m]
            ready[:] = NEVER
            aboard[:] = rides + 1
            alights[:] = NEVER
            for a in range(begin, end):
                for k in range(rides):
                    ready[k, access_stop[a]] = min(ready[k, access_stop[a]], now + access_s[a])
            scan_day(
                np.searchsorted(departs, now),
                now + limit_s,
                from_stop,
                to_stop,
                departs,
                arrives,
                trip,
                may_board,
                may_alight,
                walk_start,
                walk_target,
                walk_s,
                ready,
                aboard,
                alights,
            )
            for stop in range(stops):
                if alights[stop] == NEVER:
                    continue
                for e in range(egress_start[stop], egress_start[stop + 1]):
                    total = alights[stop] + egress_s[e] - now
                    if total <= limit_s and total < durations[egress_offer[e], m]:
                        durations[egress_offer[e], m] = total
                        touched[egress_offer[e]] = True
        for o in range(offers):
            if touched[o]:
                result[row, o] = np.sort(durations[o])[rank]
    return result
