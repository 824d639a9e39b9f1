"""One point for each offer at each of its sites (GeoJSON, RFC 7946); offers without a site are on no map."""

from __future__ import annotations

import datetime as dt
import json
from typing import IO, Any

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.exports.table import Row, iterate_rows
from kekiz.register.imports.own_columns import COLUMNS


def write_geojson(catalogue: Catalogue, stream: IO[bytes]) -> None:
    """Write the points one after the other."""
    lead = b'{"type": "FeatureCollection", "features": [\n'
    for row in iterate_rows(catalogue):
        if row.get("lat") is None:
            continue
        stream.write(lead + json.dumps(_describe_point(row), ensure_ascii=False).encode())
        lead = b",\n"
    stream.write(b"\n]}\n" if lead == b",\n" else lead + b"]}\n")


def _describe_point(row: Row) -> dict[str, Any]:
    """Columns without a value are left out."""
    values = {
        column.name: _write_value(row[column.name])
        for column in COLUMNS
        if column.name not in {"lat", "lon"} and row[column.name] not in (None, "", [])
    }
    position = [row["lon"], row["lat"]]
    return {
        "type": "Feature",
        "id": f"{row['key']}@{row['site_key']}",
        "geometry": {"type": "Point", "coordinates": position},
        "properties": values,
    }


def _write_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
