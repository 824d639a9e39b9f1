"""A map as inline SVG: municipalities and, closer in, census cells, tinted by the share without a place.

Positions are degrees (WGS84). The projection is equirectangular around the middle of the map: for a district
the distortion is under one pixel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kekiz.analysis.queries.reasons import Reasons
from kekiz.web.components.matrix import choose_tint, list_tints
from kekiz.web.words import write_estimate, write_percent

WIDTH = 640.0
MARGIN = 8.0
CELL_HALF_LAT = 0.5 / 111.2  # half a kilometre in degrees of latitude

Ring = Sequence[Sequence[float]]
Project = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class MapFigure:
    """Another figure than the share without a place: its tint (None: none), label and sentence."""

    tint: int | None
    label: str
    sentence: str


@dataclass(frozen=True)
class MapDot:
    """A numbered point, e.g. a measure; the list beside the map says what it is."""

    number: int
    lat: float
    lon: float
    sentence: str


@dataclass(frozen=True)
class MapArea:
    """An area with its boundary (GeoJSON geometry), its need, and where it leads."""

    key: str
    name: str
    boundary: dict[str, Any] | None
    reasons: Reasons | None
    url: str = ""
    is_here: bool = False
    figure: MapFigure | None = None  # shown in place of the need


@dataclass(frozen=True)
class MapCell:
    """An inhabited cell of 1 km with its centre and the share of children without a place, 0..1."""

    name: str
    lat: float
    lon: float
    unmet_share: float


@dataclass(frozen=True)
class Shape:
    """What the template draws: a path with its tint, label position and sentence."""

    path: str
    tint: int | None
    sentence: str
    url: str = ""
    label: str = ""
    label_x: float = 0.0
    label_y: float = 0.0
    is_here: bool = False


def list_rings(boundary: dict[str, Any] | None) -> list[Ring]:
    """List all rings of a GeoJSON Polygon, MultiPolygon or Feature; none for a missing boundary."""
    if not boundary:
        return []
    if boundary.get("type") == "Feature":
        return list_rings(boundary["geometry"])
    if boundary["type"] == "Polygon":
        return list(boundary["coordinates"])
    if boundary["type"] == "MultiPolygon":
        return [ring for polygon in boundary["coordinates"] for ring in polygon]
    return []


def make_projection(points: Iterable[Sequence[float]]) -> tuple[Project, float]:
    """Fit positions (lon, lat) into the width of the map; returns the projection and the height in pixels."""
    places = list(points)
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * squeeze, 1e-9)

    def project(lon: float, lat: float) -> tuple[float, float]:
        return MARGIN + (lon - west) * squeeze * scale, MARGIN + (north - lat) * scale

    return project, round((north - south) * scale + 2 * MARGIN, 1)


def write_path(rings: list[Ring], project: Project) -> str:
    """Write rings as the `d` of an SVG path, to a tenth of a pixel."""
    parts = []
    for ring in rings:
        points = (project(point[0], point[1]) for point in ring)
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(parts)


def find_centroid(ring: Ring) -> tuple[float, float]:
    """Centre of gravity of a closed ring (lon, lat); the mean of its points if it has no surface."""
    twice_area = x_sum = y_sum = 0.0
    for (x0, y0, *_), (x1, y1, *_) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        twice_area += cross
        x_sum += (x0 + x1) * cross
        y_sum += (y0 + y1) * cross
    if abs(twice_area) < 1e-12:
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    return x_sum / (3 * twice_area), y_sum / (3 * twice_area)


def _round(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 1), round(point[1], 1)


def describe_area(area: MapArea) -> str:
    """Say what the map shows of an area."""
    if area.reasons is not None and area.reasons.is_hidden:
        return f"{area.name}: geschützte Zahl"
    if area.reasons is None or area.reasons.need <= 0:
        return f"{area.name}: keine Angaben"
    return _describe(area.name, area.reasons)


def _describe(name: str, reasons: Reasons) -> str:
    return f"{name}: {write_percent(reasons.unmet_share)} ohne Platz ({write_estimate(reasons.unmet)} Kinder)"


def shape_area(area: MapArea, project: Project) -> Shape:
    """Turn an area into what the template draws."""
    rings = list_rings(area.boundary)
    largest = max(rings, key=len)
    label_x, label_y = project(*find_centroid(largest))
    figure = area.figure or _show_need(area)
    return Shape(
        path=write_path(rings, project),
        tint=figure.tint,
        sentence=figure.sentence,
        url=area.url,
        label=figure.label,
        label_x=round(label_x, 1),
        label_y=round(label_y, 1),
        is_here=area.is_here,
    )


def is_in_picture(area: MapArea, project: Project, height: float) -> bool:
    """Does the boundary of an area reach into the picture (pixels)?"""
    points = (project(point[0], point[1]) for ring in list_rings(area.boundary) for point in ring)
    return any(0 < x < WIDTH and 0 < y < height for x, y in points)


def _show_need(area: MapArea) -> MapFigure:
    share = area.reasons.unmet_share if area.reasons else None
    if share is None:
        return MapFigure(None, "", describe_area(area))
    return MapFigure(choose_tint(share), write_percent(share), describe_area(area))


def shape_cell(cell: MapCell, project: Project) -> Shape:
    """Turn a cell of 1 km into a square."""
    half_lon = CELL_HALF_LAT / math.cos(math.radians(cell.lat))
    left, top = project(cell.lon - half_lon, cell.lat + CELL_HALF_LAT)
    right, bottom = project(cell.lon + half_lon, cell.lat - CELL_HALF_LAT)
    tint = choose_tint(
        cell.unmet_share
    )  # the class only: exact shares of cells would add up to small numbers
    return Shape(
        path=f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z",
        tint=tint,
        sentence=f"{cell.name}: {dict(list_tints())[tint]} ohne Platz",
    )


def draw_map(
    areas: Sequence[MapArea],
    cells: Sequence[MapCell] = (),
    title: str = "Karte",
    *,
    dots: Sequence[MapDot] = (),
    tints: Sequence[tuple[int, str]] | None = None,
    legend: str = "Tönung: Anteil der Kinder ohne Platz",
) -> SafeString:
    """Draw the map; zoomed to the areas marked `is_here` if there are any. Empty without a boundary.

    Areas wholly outside the picture are left out: a link that nobody sees must not take the focus.
    ``tints`` and ``legend`` belong to areas with a `figure`; ``dots`` are drawn on top, numbered.

    The table beside it is the accessible truth and the caller's.
    """
    drawable = [area for area in areas if list_rings(area.boundary)]
    if not drawable:
        return SafeString("")
    focus = [area for area in drawable if area.is_here] or drawable
    points = [point for area in focus for ring in list_rings(area.boundary) for point in ring]
    project, height = make_projection(points)
    context = {
        "title": title,
        "width": WIDTH,
        "height": height,
        "areas": [shape_area(area, project) for area in drawable if is_in_picture(area, project, height)],
        "cells": [shape_cell(cell, project) for cell in cells],
        "tints": list_tints() if tints is None else tints,
        "legend": legend,
        "dots": [(dot, *_round(project(dot.lon, dot.lat))) for dot in dots],
    }
    return render_to_string("components/map.html", context)
