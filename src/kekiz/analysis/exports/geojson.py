"""The municipalities with their borders and the figures of the whole chain (GeoJSON, RFC 7946)."""

from __future__ import annotations

import datetime as dt
import json
from typing import IO, Any

from kekiz.analysis.exports.columns import describe_reasons, describe_run
from kekiz.analysis.exports.dossier import Dossier, FigureArea, write_sources
from kekiz.evidence.queries import shipped_scheme


def write_geojson(dossier: Dossier, stream: IO[bytes]) -> None:
    """One feature a line; a municipality whose border is not stored has none (``geometry`` is null)."""
    head = {
        "type": "FeatureCollection",
        "licence": dossier.licence.url,
        "publisher": dossier.licence.publisher,
        "sources": write_sources(dossier.run),
        "notes": dossier.write_notes(),
    }
    stream.write(_write(head)[:-1] + b', "features": [')
    for position, area in enumerate(dossier.municipalities):
        stream.write((b",\n" if position else b"\n") + _write(_describe_feature(dossier, area)))
    stream.write(b"\n]}\n")


def _describe_feature(dossier: Dossier, area: FigureArea) -> dict[str, Any]:
    """Figures of all children under their names, those of a group with its code behind ("need_other")."""
    properties: dict[str, Any] = {"area": area.key, "area_name": area.name}
    properties |= describe_reasons(dossier.read(area))
    for group in shipped_scheme().group_codes:
        reasons = describe_reasons(dossier.read(area, group=group))
        properties |= {f"{name}_{group}": value for name, value in reasons.items()}
    properties |= describe_run(dossier)
    if area.source:
        properties["area_source"] = area.source
    return {"type": "Feature", "id": area.key, "geometry": area.boundary, "properties": properties}


def _write(value: Any) -> bytes:
    def say(other: object) -> str:
        assert isinstance(other, dt.date)
        return other.isoformat()

    return json.dumps(value, ensure_ascii=False, default=say).encode()
