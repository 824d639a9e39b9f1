"""The map beside the list: municipalities as ground, numbered dots that lead into the list."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kekiz.evidence.models import Area, Place
from kekiz.web.components.maps import Project, Ring, list_rings, write_path
from kekiz.web.finder.places import Position
from kekiz.web.languages import isolate
from kekiz.web.words import join_words

# Drawn for a column of this width in pixels; on a phone the picture shrinks to about two thirds.
WIDTH = 420.0
HEIGHT = 460.0
# Dots nearer than this (in the same unit) become one, so that each is large enough for a finger on a phone.
DOT_RADIUS = 20.5
_DOT_SPACING = 46.0
_EDGE = 34.0
_HALF_LETTER = 5.0  # half of a letter of a name, at the size of a phone
# The picture never shows less than this, so that a place keeps its surroundings.
_LEAST_KM = 9.0
_KM_PER_DEGREE = 111.2
_SHOWN_NUMBERS = 2


@dataclass(frozen=True)
class Spot:
    """What stands at a position (lat, lon): its number in the list (0 = the only one) and its name."""

    number: int
    name: str
    position: Position


@dataclass(frozen=True)
class Dot:
    """One or several spots: the label, what it says aloud, and the list entry it leads to."""

    x: float
    y: float
    half_width: float
    label: str
    sentence: str
    number: int

    @property
    def left(self) -> float:
        """The left edge of the dot."""
        return self.x - self.half_width

    @property
    def top(self) -> float:
        """The upper edge of the dot."""
        return self.y - DOT_RADIUS

    @property
    def height(self) -> float:
        """From edge to edge."""
        return 2 * DOT_RADIUS

    @property
    def width(self) -> float:
        """From edge to edge: longer labels make a longer dot."""
        return 2 * self.half_width


@dataclass(frozen=True)
class Town:
    """The name of a town, for orientation, and where it stands."""

    name: str
    x: float
    y: float
    label_x: float
    label_y: float


@dataclass(frozen=True)
class FinderMap:
    """What the template draws; ``grounds`` are the paths of the municipalities."""

    width: float
    height: float
    grounds: Sequence[str]
    towns: Sequence[Town]
    dots: Sequence[Dot]
    home: tuple[float, float] | None

    @property
    def has_links(self) -> bool:
        """Do the dots lead somewhere? A single place needs no number and no link."""
        return any(dot.number for dot in self.dots)


def draw_finder_map(
    spots: Sequence[Spot],
    areas: Sequence[Area],
    towns: Sequence[Place],
    *,
    near: Position | None = None,
    height: float = HEIGHT,
) -> FinderMap | None:
    """Place the spots of a list on the map; None where there is none or no boundary is stored."""
    shapes = [rings for rings in (list_rings(area.boundary) for area in areas) if rings]
    if not spots or not shapes:
        return None
    project = _fit([spot.position for spot in spots] + ([near] if near else []), height)
    grounds = [_shape_ground(rings, project, height) for rings in shapes]
    dots = _place_dots(spots, project)
    home = project(near[1], near[0]) if near else None
    return FinderMap(
        width=WIDTH,
        height=height,
        grounds=[path for path in grounds if path],
        towns=_place_towns(
            towns, project, height, [(dot.x, dot.y) for dot in dots] + ([home] if home else [])
        ),
        dots=dots,
        home=home,
    )


def _fit(positions: Sequence[Position], height: float) -> Project:
    """Fit positions (lat, lon) into the picture, with an edge; returns the projection of (lon, lat)."""
    lats, lons = [p[0] for p in positions], [p[1] for p in positions]
    middle_lat, middle_lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    squeeze = math.cos(math.radians(middle_lat))
    wide_km = max((max(lons) - min(lons)) * squeeze * _KM_PER_DEGREE, _LEAST_KM)
    high_km = max((max(lats) - min(lats)) * _KM_PER_DEGREE, _LEAST_KM * height / WIDTH)
    scale = min((WIDTH - 2 * _EDGE) / wide_km, (height - 2 * _EDGE) / high_km)

    def project(lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - middle_lon) * squeeze * _KM_PER_DEGREE * scale
        return x, height / 2 - (lat - middle_lat) * _KM_PER_DEGREE * scale

    return project


def _shape_ground(rings: Sequence[Ring], project: Project, height: float) -> str:
    """The path of a municipality; "" if it lies outside the picture."""
    points = [project(point[0], point[1]) for ring in rings for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(xs) < 0 or min(xs) > WIDTH or max(ys) < 0 or min(ys) > height:
        return ""
    return write_path(list(rings), project)


def _place_towns(
    towns: Sequence[Place], project: Project, height: float, taken: Sequence[tuple[float, float]]
) -> list[Town]:
    """Names inside the picture: above the town, or beside the dot that covers it."""
    placed: list[Town] = []
    for town in towns:
        x, y = project(town.lon, town.lat)
        if not (_EDGE < x < WIDTH - _EDGE and 24 < y < height - 24):
            continue
        covering = [dot[1] for dot in taken if math.hypot(dot[0] - x, dot[1] - y) < _DOT_SPACING]
        label_y = max(covering) + DOT_RADIUS + 14 if covering else y - 12
        if label_y > height - 10:
            label_y = min(covering) - DOT_RADIUS - 12
        if not any(abs(other.x - x) < 90 and abs(other.label_y - label_y) < 16 for other in placed):
            half = _HALF_LETTER * len(town.name)
            label_x = min(max(x, half), WIDTH - half)
            placed.append(Town(town.name, round(x, 1), round(y, 1), round(label_x, 1), round(label_y, 1)))
    return placed


def _place_dots(spots: Sequence[Spot], project: Project) -> list[Dot]:
    """One dot per place, in the order of the list; spots that would overlap share one."""
    groups: list[tuple[float, float, list[Spot]]] = []
    for spot in spots:
        x, y = project(spot.position[1], spot.position[0])
        near_by = [group for group in groups if math.hypot(group[0] - x, group[1] - y) < _DOT_SPACING]
        if near_by:
            min(near_by, key=lambda group: math.hypot(group[0] - x, group[1] - y))[2].append(spot)
        else:
            groups.append((x, y, [spot]))
    return [_make_dot(x, y, members) for x, y, members in groups]


def _make_dot(x: float, y: float, members: Sequence[Spot]) -> Dot:
    numbers = [str(spot.number) for spot in members if spot.number]
    label = ", ".join(numbers[:_SHOWN_NUMBERS])
    if len(numbers) > _SHOWN_NUMBERS:
        label = f"{numbers[0]} +{len(numbers) - 1}"
    if len(members) == 1:
        name = members[0].name
        sentence = (
            _("Nummer %(label)s: %(name)s") % {"label": label, "name": isolate(name)} if label else name
        )
    else:
        # What is seen comes first, so that people who speak to their browser can name the dot.
        sentence = _("%(label)s: Nummern %(numbers)s an dieser Stelle") % {
            "label": isolate(label),
            "numbers": join_words(numbers),
        }
    half_width = max(DOT_RADIUS, 5.0 * len(label) + 7.0)
    return Dot(round(x, 1), round(y, 1), half_width, label, sentence, members[0].number)
