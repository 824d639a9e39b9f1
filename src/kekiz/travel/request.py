"""What is asked for: which files, which day, when families leave, how far they walk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Request:
    """A wish for measured travel times. The numbers are assumptions, named wherever the result is told."""

    osm: Path | None = None
    gtfs: Path | None = None
    day: dt.date | None = None  # none: a day like most others is chosen
    depart_from_s: int = 8 * 3600
    depart_to_s: int = 10 * 3600
    percentile: float = 50.0
    walk_minutes: float = 15.0  # at most to the first stop, from the last stop, and between two rides
    changes: int = 2  # at most
    change_minutes: float = 2.0  # at least, from vehicle to vehicle
    snap_m: float = 1_000.0  # farther from any street, a point is off the network
    margin: float = 1.0  # times the upper end of the acceptable minutes

    @property
    def moments_s(self) -> range:
        """Every minute of the window in which families leave home."""
        return range(self.depart_from_s, max(self.depart_to_s, self.depart_from_s + 60), 60)
