"""Lists in JSON: plain lists of objects, GeoJSON features, and HSDS in the shapes people publish it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .hsds import read_services, read_tables
from .own_hsds import read_own_services
from .refusals import RefusedList
from .sheets import HIGHEST_COLUMNS, HIGHEST_ROWS, Sheet, SheetRow

_DEEPEST = 4
_HSDS_OTHERS = {
    "organization": "Organisationen", "taxonomy": "Taxonomien", "taxonomy_term": "Begriffe einer Taxonomie",
    "location": "Orte", "base": "die Beschreibung einer Schnittstelle",
}  # fmt: skip


def load_json(text: str) -> Any:
    """Parse JSON. Raises RefusedList with a German sentence, also for what is nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise RefusedList("Die JSON-Datei ist zu tief verschachtelt.") from error
    except ValueError as error:
        where = f" (Zeile {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise RefusedList(f"Die Datei ist kein gültiges JSON{where}.") from error


def read_objects(name: str, content: Any) -> list[Sheet]:
    """The sheets in parsed JSON. Raises RefusedList where there is no list of offers."""
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        return [read_features(name, content)]
    if isinstance(content, dict) and content and all(str(key).endswith(".csv") for key in content):
        tables = {str(key)[:-4]: _only_dicts(rows) for key, rows in content.items()}
        return [read_tables(name, tables)]
    services = find_services(content)
    if services:
        return [read_own_services(name, services) or read_services(name, services)]
    rows = _find_rows(content)
    is_hsds_place = isinstance(content, dict) and {"latitude", "longitude"} <= set(content)
    if not rows or is_hsds_place:
        raise RefusedList(_explain(content))
    return [_flatten_rows(name, rows, "list")]


def _only_dicts(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def find_services(content: Any) -> list[dict[str, Any]]:  # noqa: PLR0911 - one kind of input after the other
    """HSDS services: alone, in a page (``contents``), under an organization or beside a location."""
    if isinstance(content, dict):
        if _is_service(content):
            return [content]
        if isinstance(content.get("service"), dict) and ("location" in content or "schedules" in content):
            place = {key: value for key, value in content.items() if key != "service"}
            return [{**content["service"], "service_at_locations": [place]}]
        if isinstance(content.get("contents"), list):
            return [found for one in content["contents"] for found in find_services(one)]
        if isinstance(content.get("services"), list):
            own = {key: value for key, value in content.items() if key not in {"services", "programs"}}
            is_organization = "name" in content and "description" in content
            extra = {"organization": own} if is_organization else {}
            return [{**extra, **one} for one in content["services"] if isinstance(one, dict)]
        return []
    if isinstance(content, list):
        return [found for one in content if isinstance(one, dict) for found in find_services(one)]
    return []


_SERVICE_SIGNS = frozenset(
    {"service_at_locations", "minimum_age", "maximum_age", "application_process", "eligibility_description",
     "assured_date", "cost_options", "service_areas", "fees_description", "interpretation_services"}
)  # fmt: skip


def _is_service(entry: Mapping[str, Any]) -> bool:
    if "name" not in entry or "services" in entry:
        return False
    if "id" in entry and isinstance(entry.get("organization"), dict) and "status" in entry:
        return True
    return len(_SERVICE_SIGNS & set(entry)) >= 2


def _find_rows(content: Any) -> list[dict[str, Any]]:
    """A list of objects, or the longest one directly inside an object."""
    if isinstance(content, list):
        return _only_dicts(content)
    if isinstance(content, dict):
        lists = [_only_dicts(value) for value in content.values()]
        return max(lists, key=len, default=[])
    return []


def _explain(content: Any) -> str:
    kind = ""
    if isinstance(content, dict):
        kind = (
            "location"
            if {"latitude", "longitude"} & set(content)
            else "base"
            if "openapi_url" in content
            else ""
        )
    what = f" Sie enthält {_HSDS_OTHERS[kind]}." if kind else ""
    return (
        f"In der Datei steht keine Liste von Angeboten.{what} Erwartet: eine Liste von Einträgen oder "
        f"HSDS-Angebote (services)."
    )


def _flatten_rows(name: str, rows: list[dict[str, Any]], form: str) -> Sheet:
    if len(rows) > HIGHEST_ROWS:
        raise RefusedList(
            f"Die Liste hat mehr als {HIGHEST_ROWS:,} Einträge. Bitte teilen Sie sie.".replace(",", ".")
        )
    flat = [dict(_flatten(row)) for row in rows]
    header = list(dict.fromkeys(key for row in flat for key in row))[:HIGHEST_COLUMNS]
    if not header:
        raise RefusedList("Die Einträge der Liste sind leer.")
    entries = tuple(
        SheetRow(number, tuple(row.get(key) for key in header)) for number, row in enumerate(flat, start=1)
    )
    kind = _explain_kind(header) if form == "list" else ""
    if kind:
        raise RefusedList(f"Die Datei sieht nach HSDS aus, enthält aber {kind} und keine Angebote.")
    return Sheet(name, tuple(header), entries, header_rows=(), form=form)


def _explain_kind(header: Iterable[str]) -> str:
    names = set(header)
    if "taxonomy" in names or "term_uri" in names:
        return _HSDS_OTHERS["taxonomy_term"]
    if {"tax_status", "year_incorporated"} & names:
        return _HSDS_OTHERS["organization"]
    return _HSDS_OTHERS["taxonomy"] if names == {"id", "name", "description", "uri", "version"} else ""


def _flatten(entry: Mapping[str, Any], lead: str = "", depth: int = 0) -> Iterable[tuple[str, Any]]:
    """Nested objects as "a.b"; lists of plain values as one text; deeper things are left aside."""
    for key, value in entry.items():
        name = f"{lead}{key}"
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flatten(value, f"{name}.", depth + 1)
        elif isinstance(value, list):
            plain = [
                str(one) for one in value if isinstance(one, (str, int, float)) and not isinstance(one, bool)
            ]
            if plain:
                yield name, ", ".join(plain)
        elif isinstance(value, (str, int, float, bool)) or value is None:
            yield name, value


def read_features(name: str, content: Mapping[str, Any]) -> Sheet:
    """GeoJSON features: properties as columns, the position as lat and lon (of areas: the middle of the
    corners).
    """
    features = _only_dicts(content.get("features"))
    rows = []
    for feature in features:
        properties = feature.get("properties")
        row = dict(_flatten(properties if isinstance(properties, dict) else {}))
        if "id" in feature and isinstance(feature["id"], (str, int)):
            row.setdefault("id", feature["id"])
        position = _find_middle(feature.get("geometry"))
        if position:
            row["lat"], row["lon"] = position
        rows.append(row)
    if not rows:
        raise RefusedList("Die GeoJSON-Datei enthält keine Einträge (features).")
    return _flatten_rows(name, rows, "geojson")


def _find_middle(geometry: Any) -> tuple[float, float] | None:
    points: list[tuple[float, float]] = []

    def collect(part: Any, depth: int = 0) -> None:
        if not isinstance(part, list) or depth > _DEEPEST:
            return
        if len(part) >= 2 and all(isinstance(one, (int, float)) for one in part[:2]):
            points.append((float(part[1]), float(part[0])))
            return
        for one in part:
            collect(one, depth + 1)

    if isinstance(geometry, dict):
        collect(geometry.get("coordinates"))
    if not points:
        return None
    lats, lons = zip(*points, strict=True)
    if len(points) == 1:
        return points[0]
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
