"""Places by name: where an address without coordinates lies, and in which municipality a point lies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kekiz.engine.forms.boundaries import Boundaries
from kekiz.engine.positions import project

from .headers import fold_header

FARTHEST_PLACE_KM = 15.0
_KM_PER_DEGREE = 111.2
_PREFIXES = re.compile(
    r"^(?:kreisfreie |hanse|kreis|alte hanse|universitaets)?(?:stadt|gemeinde|flecken|markt|"
    r"landeshauptstadt)\s+"
)
Geocoder = Callable[[str], "tuple[float, float] | None"]


@dataclass(frozen=True)
class GazetteerPlace:
    """A name with its municipality; ``kind`` is municipality, locality, postcode or stop. Position may be
    unknown.
    """

    name: str
    ags: str
    kind: str = "municipality"
    postcode: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Located:
    """Where something lies; ``how`` says in German how that was found, "" for coordinates of the list."""

    lat: float
    lon: float
    ags: str
    town: str
    how: str = ""


class Gazetteer:
    """The places and boundaries of an installation. Lookups never guess between two municipalities."""

    def __init__(
        self, places: Iterable[GazetteerPlace], boundaries: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.places = list(places)
        self._by_name: dict[str, list[GazetteerPlace]] = {}
        self._by_postcode: dict[str, list[GazetteerPlace]] = {}
        self._towns: dict[str, str] = {}
        for place in self.places:
            if place.kind != "postcode":
                self._by_name.setdefault(fold_header(place.name), []).append(place)
            if place.postcode:
                self._by_postcode.setdefault(place.postcode, []).append(place)
            if place.kind == "municipality":
                self._towns.setdefault(place.ags, place.name)
        self._boundaries = build_boundaries(boundaries or {})
        self._known = [place for place in self.places if place.lat is not None and place.lon is not None]
        self._points = np.array([(place.lat, place.lon) for place in self._known], dtype=float).reshape(-1, 2)

    def town_of(self, ags: str) -> str:
        """The name of a municipality, "" if unknown."""
        return self._towns.get(ags, "")

    def locate_points(self, positions: Sequence[tuple[float, float]]) -> list[str]:
        """The key of the area around each position by the boundaries: an AGS, of a district its five digits.

        "" outside all of them.
        """
        if not positions or self._boundaries is None:
            return [""] * len(positions)
        lat, lon = (np.array(axis, dtype=float) for axis in zip(*positions, strict=True))
        return [str(ags) for ags in self._boundaries.locate(*project(lat, lon))]

    def find_municipality(
        self, postcode: str = "", town: str = "", *, near: tuple[float, float] | None = None, within: str = ""
    ) -> str:
        """The AGS of a postcode or town, inside the area ``within`` (beginning of an AGS).

        Of several the nearest to a position; "" where that stays open.
        """
        named = [place for place in self._named(town) if place.ags.startswith(within)]
        coded = [place for place in self._by_postcode.get(postcode, []) if place.ags.startswith(within)]
        if not named and not coded and len(within) >= 5:
            inside = {place.ags for place in self.places if place.ags.startswith(within)}
            return next(iter(inside)) if len(inside) == 1 else ""  # a town that is a district of its own
        both = {place.ags for place in named} & {place.ags for place in coded}
        candidates = both or {place.ags for place in named} or {place.ags for place in coded}
        if len(candidates) == 1:
            return next(iter(candidates))
        return self._nearest(near, candidates) if near else ""

    def find_nearest(self, position: tuple[float, float]) -> str:
        """The municipality of the nearest known place within 15 km; "" if there is none."""
        return self._nearest(position, {place.ags for place in self._known})

    def _nearest(self, position: tuple[float, float] | None, candidates: set[str]) -> str:
        rows = [index for index, place in enumerate(self._known) if place.ags in candidates]
        if position is None or not rows:
            return ""
        points = self._points[rows]
        north = (points[:, 0] - position[0]) * _KM_PER_DEGREE
        east = (points[:, 1] - position[1]) * _KM_PER_DEGREE * np.cos(np.radians(position[0]))
        distances = np.hypot(north, east)
        best = int(np.argmin(distances))
        return self._known[rows[best]].ags if distances[best] <= FARTHEST_PLACE_KM else ""

    def find_position(
        self, *, postcode: str = "", town: str = "", names: Sequence[str] = ()
    ) -> Located | None:
        """A position for an address: a locality or stop of its municipality by name, else its postcode,
        else its town.

        ``names`` are further names of the row (district, site). None where no municipality is certain.
        """
        ags = self.find_municipality(postcode, town)
        if not ags:
            return None
        for name in (*names, town):
            for place in self._named(name, kinds=("locality", "stop")):
                if place.ags == ags and place.lat is not None and place.lon is not None:
                    kind = "Haltestelle" if place.kind == "stop" else "Ortsteil"
                    return self._at(place, f"Position ungefähr: {kind} {place.name}.")
        for place in self._by_postcode.get(postcode, []):
            if place.ags == ags and place.kind == "postcode" and place.lat is not None:
                return self._at(place, f"Position ungefähr: Mitte der Postleitzahl {postcode}.")
        for place in self.places:
            if place.ags == ags and place.kind == "municipality" and place.lat is not None:
                return self._at(place, f"Position ungefähr: Mitte von {place.name}.")
        return None

    def _at(self, place: GazetteerPlace, how: str) -> Located:
        assert place.lat is not None
        assert place.lon is not None
        return Located(place.lat, place.lon, place.ags, self.town_of(place.ags) or place.name, how)

    def _named(self, text: str, kinds: Sequence[str] = ("municipality", "locality")) -> list[GazetteerPlace]:
        """Places of a name as written, then of what is left without "Stadt", a district or an addition."""
        for name in _shorten_names(text):
            found = [place for place in self._by_name.get(name, []) if place.kind in kinds]
            if found:
                own = [place for place in found if place.kind == "municipality"]
                return own or found
        return []


def _shorten_names(text: str) -> Iterable[str]:
    if not text.strip():
        return
    folded = fold_header(text)
    yield folded
    yield _PREFIXES.sub("", folded)
    for sign in ("(", ",", "/", " - ", "-", " OT "):
        first, found, last = text.partition(sign)
        if found:
            yield _PREFIXES.sub("", fold_header(first))
            if sign in {"/", "-", " - ", " OT ", ","}:
                yield fold_header(last)


def build_boundaries(geometries: Mapping[str, Mapping[str, Any]]) -> Boundaries | None:
    """Boundaries by AGS from GeoJSON geometries in degrees; None without any."""
    rows = []
    for ags, geometry in sorted(geometries.items()):
        polygons = geometry.get("coordinates", [])
        if geometry.get("type") == "Polygon":
            polygons = [polygons]
        rings = tuple(
            project(points[:, 1], points[:, 0])
            for polygon in polygons
            for points in (np.array([point[:2] for point in ring], dtype=float) for ring in polygon)
        )
        if rings:
            rows.append((ags, rings))
    if not rows:
        return None
    return Boundaries(
        tuple(ags for ags, _ in rows), ("",) * len(rows), tuple(rings for _, rings in rows), ({},) * len(rows)
    )
