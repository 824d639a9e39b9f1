"""Municipal boundaries: which municipality a cell of the census grid lies in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.positions import project
from kekiz.engine.problems import InputError, Problem

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
AGS_NAMES = ("AGS", "ags")


@dataclass(frozen=True)
class Boundaries:
    """Municipalities with the rings of their boundary in metres (EPSG:3035), and their GeoJSON as it came."""

    ags: tuple[str, ...]
    names: tuple[str, ...]
    rings: tuple[tuple[tuple[Floats, Floats], ...], ...]  # per municipality: rings of x and y
    geometries: tuple[dict[str, Any], ...]

    def locate(self, x: Floats, y: Floats) -> Texts:
        """The key of the municipality that holds each point; "" outside all of them.

        ``x``, ``y``: metres (EPSG:3035).
        """
        found = np.full(len(x), "", dtype=object)
        for key, rings in zip(self.ags, self.rings, strict=True):
            inside = np.zeros(len(x), dtype=bool)
            for ring_x, ring_y in rings:
                inside ^= _is_within(x, y, ring_x, ring_y)  # a hole takes its points out again
            found[inside & (found == "")] = key
        return found


def _is_within(x: Floats, y: Floats, ring_x: Floats, ring_y: Floats) -> NDArray[np.bool_]:
    """Even-odd rule: a ray to the east crosses the ring an odd number of times."""
    near = (x <= ring_x.max()) & (y >= ring_y.min()) & (y <= ring_y.max())
    inside = np.zeros(len(x), dtype=bool)
    px, py = x[near], y[near]
    odd = np.zeros(len(px), dtype=bool)
    for x0, y0, x1, y1 in zip(ring_x[:-1], ring_y[:-1], ring_x[1:], ring_y[1:], strict=True):
        if y0 == y1:
            continue
        crosses = (py < y0) != (py < y1)
        odd ^= crosses & (px < x0 + (py - y0) * (x1 - x0) / (y1 - y0))
    inside[near] = odd
    return inside


def read_boundaries(path: Path) -> Boundaries:
    """Read municipalities from GeoJSON in degrees (EPSG:4326) whose features carry the property AGS.

    Raises InputError with every faulty feature.
    """
    features = _read_features(path)
    problems: list[Problem] = []
    rows: list[tuple[str, str, tuple[tuple[Floats, Floats], ...], dict[str, Any]]] = []
    for number, feature in enumerate(features, start=1):
        properties, geometry = feature.get("properties") or {}, feature.get("geometry") or {}
        ags = next((str(properties[name]) for name in AGS_NAMES if name in properties), "")
        if len(ags) != 8 or not ags.isdecimal():
            problems.append(
                Problem(path.name, f"Gebiet Nr. {number}: „AGS“ muss 8 Ziffern haben, gefunden: „{ags}“.")
            )
            continue
        try:
            rings = tuple(_project_ring(ring) for ring in _list_rings(geometry))
        except (KeyError, TypeError, ValueError, IndexError):
            problems.append(
                Problem(path.name, f"Gebiet Nr. {number} ({ags}): Erwartet wird Polygon oder MultiPolygon.")
            )
            continue
        rows.append((ags, str(properties.get("GEN") or properties.get("name") or ""), rings, geometry))
    if problems or not rows:
        raise InputError(problems or [Problem(path.name, "Die Datei enthält kein Gebiet.")])
    return Boundaries(*(tuple(row[column] for row in rows) for column in range(4)))  # type: ignore[arg-type]


def _read_features(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")]) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError([Problem(path.name, f"Die Datei ist nicht als GeoJSON lesbar: {error}")]) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise InputError([Problem(path.name, "Erwartet wird eine GeoJSON-FeatureCollection.")])
    return [feature for feature in features if isinstance(feature, dict)]


def _list_rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    if geometry["type"] == "Polygon":
        return list(geometry["coordinates"])
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["coordinates"] for ring in polygon]
    raise ValueError(geometry["type"])


def _project_ring(ring: list[list[float]]) -> tuple[Floats, Floats]:
    points = np.array([point[:2] for point in ring], dtype=np.float64)
    return project(points[:, 1], points[:, 0])
