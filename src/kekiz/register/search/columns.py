"""What families filter by, as arrays beside the index: one row for each visible version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0
Mask = NDArray[np.bool_]
Position = tuple[float, float]
FOREVER = dt.date.max.toordinal()


@dataclass(frozen=True)
class Columns:
    """Arrays of shape (rows,), and places with the row they belong to, sorted by row."""

    version: NDArray[np.int64]
    title_rank: NDArray[np.int64]  # place of the row in the order of titles
    titled: Mapping[str, Sequence[int]]  # rows by title, folded (words.fold_phrase)
    age_from: NDArray[np.int64]
    age_to: NDArray[np.int64]
    fields: NDArray[np.str_]
    languages: NDArray[np.str_]
    service_area: NDArray[np.str_]
    cost: NDArray[np.str_]
    barrier_free: NDArray[np.str_]
    until: NDArray[np.int64]  # day number (date.toordinal) of the last day
    hours: NDArray[np.int64]  # index into hours_written
    hours_written: tuple[str, ...]  # every notation of opening hours that occurs, once
    place_row: NDArray[np.int64]
    place_ags: NDArray[np.str_]
    place_lat: NDArray[np.float64]
    place_lon: NDArray[np.float64]

    def has_code(self, codes: NDArray[np.str_], code: str) -> Mask:
        """Rows whose list of codes (each between blanks) holds the code."""
        return np.char.find(codes, f" {code} ") >= 0

    def is_at(self, ags: str) -> Mask:
        """Rows with a place in the area (key or its beginning), or without a place that serve it."""
        here = np.zeros(len(self.version), dtype=bool)
        here[self.place_row[np.char.startswith(self.place_ags, ags)]] = True
        has_place = np.zeros(len(self.version), dtype=bool)
        has_place[self.place_row] = True
        return here | (~has_place & self.serves(ags))

    def serves(self, ags: str) -> Mask:
        """Rows that are for families of a municipality: for everyone, or its key or beginning is named."""
        serves = self.service_area == ""
        for length in range(2, len(ags) + 1):
            serves |= self.has_code(self.service_area, ags[:length])
        return serves

    def measure_km(self, near: Position) -> NDArray[np.float64]:
        """Kilometres to the nearest place of each row as the crow flies (haversine); inf without a place."""
        lat, lon = np.radians(self.place_lat), np.radians(self.place_lon)
        home_lat, home_lon = np.radians(near[0]), np.radians(near[1])
        chord = np.sin((lat - home_lat) / 2) ** 2
        chord += np.cos(lat) * np.cos(home_lat) * np.sin((lon - home_lon) / 2) ** 2
        km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
        nearest = np.full(len(self.version), np.inf)
        if len(km):  # places are sorted by row
            first = np.flatnonzero(np.diff(self.place_row, prepend=-1))
            nearest[self.place_row[first]] = np.minimum.reduceat(km, first)
        return nearest


def text_array(values: Sequence[str]) -> NDArray[np.str_]:
    """Texts as an array, also if there are none."""
    return np.array(values, dtype=str) if values else np.zeros(0, dtype="U1")
