"""The options of `kekiz travel` as a request, all faulty ones told at once."""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path

from kekiz.cli.exits import Exit, stop
from kekiz.travel.request import Request

WINDOW = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")
LONGEST_WINDOW_S = 6 * 3600
DAY_S = 86_400


def read_wishes(
    osm: Path | None,
    gtfs: Path | None,
    date: str | None,
    depart: str,
    percentile: float,
    walk: float,
    changes: int,
    margin: float,
) -> Request:
    """Check the options. Ends with Exit.USAGE if one cannot work."""
    faults = []
    day = _read_date(date)
    if date is not None and day is None:
        faults.append(f"--date: „{date}“ ist kein Tag. Erwartet wird z. B. 2022-06-21.")
    window = _read_window(depart)
    if window is None:
        faults.append(
            f"--depart: „{depart}“ ist kein Zeitraum. Erwartet werden zwei Uhrzeiten eines Tages, höchstens "
            "sechs Stunden auseinander, z. B. 08:00-10:00."
        )
    for name, value, low, high in (
        ("percentile", percentile, 1, 100),
        ("walk", walk, 1, 60),
        ("changes", changes, 0, 5),
        ("margin", margin, 0.1, 3),
    ):
        if not (math.isfinite(value) and low <= value <= high):
            faults.append(f"--{name}: Erwartet wird eine Zahl von {low:g} bis {high:g}.")
    if faults or window is None:
        stop("\n".join(faults), Exit.USAGE)
    return Request(
        osm=osm,
        gtfs=gtfs,
        day=day,
        depart_from_s=window[0],
        depart_to_s=window[1],
        percentile=percentile,
        walk_minutes=walk,
        changes=changes,
        margin=margin,
    )


def _read_date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _read_window(text: str) -> tuple[int, int] | None:
    found = WINDOW.fullmatch(text.replace(" ", "").replace("–", "-"))
    if not found:
        return None
    first = int(found[1]) * 3600 + int(found[2]) * 60
    last = int(found[3]) * 3600 + int(found[4]) * 60
    return (first, last) if first < last <= DAY_S and last - first <= LONGEST_WINDOW_S else None
