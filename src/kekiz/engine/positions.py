"""Positions on the map: degrees (WGS84) or metres (EPSG:3035), kept as metres."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from kekiz.engine.checks import ColumnChecker

Floats = NDArray[np.float64]
LAT_RANGE = (34.0, 72.0)  # Europe, as far as EPSG:3035 is defined
LON_RANGE = (-25.0, 45.0)
X_RANGE = (900_000.0, 7_400_000.0)
Y_RANGE = (900_000.0, 7_400_000.0)


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)


def project(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Degrees (WGS84) to metres (EPSG:3035): x east, y north."""
    x, y = _to_metres().transform(np.asarray(lon, float), np.asarray(lat, float))
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)


def unproject(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Metres (EPSG:3035) to degrees (WGS84): lat, lon."""
    lon, lat = _to_degrees().transform(np.asarray(x, float), np.asarray(y, float))
    return np.where(np.isfinite(lat), lat, np.nan), np.where(np.isfinite(lon), lon, np.nan)


def read_positions(check: ColumnChecker, optional: NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
    """The position of each row in metres; not a number where ``optional`` and absent."""
    rows = check.table.num_rows
    may_lack = np.zeros(rows, dtype=bool) if optional is None else optional
    if check.has("x") and check.has("y"):
        x = check.numbers(
            "x",
            default=np.nan,
            low=X_RANGE[0],
            high=X_RANGE[1],
            expected="Meter nach EPSG:3035, z. B. 4239500",
        )
        y = check.numbers(
            "y",
            default=np.nan,
            low=Y_RANGE[0],
            high=Y_RANGE[1],
            expected="Meter nach EPSG:3035, z. B. 3188500",
        )
        column = "x"
    elif check.has("lat") and check.has("lon"):
        lat, lon = _read_degrees(check)
        x, y = project(lat, lon)
        column = "lat"
    elif may_lack.all():
        return np.full(rows, np.nan), np.full(rows, np.nan)
    else:
        check.report_table(
            "Die Lage fehlt: Erwartet werden die Spalten „lat“ und „lon“ (Grad) oder „x“ und „y“ "
            "(Meter, EPSG:3035)."
        )
        return np.full(rows, np.nan), np.full(rows, np.nan)
    absent = np.isnan(x) | np.isnan(y)
    already = {problem.row for problem in check.problems}
    listed = np.array([check.line(row) in already for row in range(rows)]) if already else False
    check.report(
        column,
        absent & ~may_lack & ~np.asarray(listed),
        lambda _: "Die Lage fehlt. Nur aufsuchende und Online-Angebote dürfen ohne Lage sein.",
    )
    return x, y


def _read_degrees(check: ColumnChecker) -> tuple[Floats, Floats]:
    lat = check.numbers("lat", default=np.nan, low=-180, high=180, expected="Grad, z. B. 51.94")
    lon = check.numbers("lon", default=np.nan, low=-180, high=180, expected="Grad, z. B. 8.88")
    with np.errstate(invalid="ignore"):
        lat_fits = (lat >= LAT_RANGE[0]) & (lat <= LAT_RANGE[1])
        lon_fits = (lon >= LON_RANGE[0]) & (lon <= LON_RANGE[1])
        swapped = ~lat_fits & (lon >= LAT_RANGE[0]) & (lon <= LAT_RANGE[1]) & np.isfinite(lat)
    check.report(
        "lat",
        swapped,
        lambda row: (
            f"Breite {lat[row]:g} und Länge {lon[row]:g} sind wohl vertauscht: „lat“ "
            "ist die Breite (in Deutschland 47 bis 55), „lon“ die Länge (5 bis 16)."
        ),
    )
    outside = np.isfinite(lat) & np.isfinite(lon) & ~(lat_fits & lon_fits) & ~swapped
    check.report(
        "lat",
        outside,
        lambda row: (
            f"Der Punkt {lat[row]:g}, {lon[row]:g} liegt nicht in Europa. Erwartet: "
            "Breite 34 bis 72, Länge -25 bis 45."
        ),
    )
    faulty = swapped | outside
    return np.where(faulty, np.nan, lat), np.where(faulty, np.nan, lon)
