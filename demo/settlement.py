"""The synthetic settlement grid: people and children by 1 km cell, adding up to the official populations.

People are spread around the real local places by bell curves with plausible densities; the cells are none
of the census grid's. Every rate below is explained in SOURCES.md.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj

from demo.tables import read_csv, share_out

SEED = 5766
CELL_METRES = 1000
SMALLEST_CELL = 45  # people; thinner cells are left out and their people live in the others
DISPERSED_SHARE = 0.06  # of the people live outside the local places
PEAK_DENSITY = {"main": 2300, "local": 1300}  # people per km² in the middle of a place
SMALLEST_RADIUS_KM = 0.42

# Children per 1,000 inhabitants of the district, by phase. P1 and P2 are the births of one year.
CHILDREN_PER_1000 = {"P1": 8.4, "P2": 8.4, "P3": 16.8, "P4": 26.9, "P5": 42.8, "P6": 65.3, "P7": 58.7}
LOW_INCOME_SHARE = 0.135  # of the district's children; an assumption
CENTRE_FACTOR = (0.45, 1.4)  # low-income share in the thinnest and the densest cell, relative to the mean

TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)
TO_DEGREES = pyproj.Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)


@dataclass
class Grid:
    """The inhabited cells: ids, centres (EPSG:3035 metres and degrees), AGS and people."""

    cell: list[str]
    x: np.ndarray
    y: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    ags: np.ndarray
    people: np.ndarray


def read_boundaries(path: Path) -> dict[str, list[np.ndarray]]:
    """Rings (lon, lat) of every municipality by AGS; holes are rings too, counted by the even-odd rule."""
    rings: dict[str, list[np.ndarray]] = {}
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = (
            geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        )
        rings[feature["properties"]["ags"]] = [np.array(ring) for polygon in polygons for ring in polygon]
    return rings


def contains(rings: list[np.ndarray], lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Whether each point lies inside the rings (even-odd rule); lon, lat: (n,) degrees."""
    inside = np.zeros(len(lon), dtype=bool)
    for ring in rings:
        x1, y1 = ring[:-1, 0], ring[:-1, 1]
        x2, y2 = ring[1:, 0], ring[1:, 1]
        spans = (y1[None, :] > lat[:, None]) != (y2[None, :] > lat[:, None])
        rise = np.where(y2 == y1, 1.0, y2 - y1)
        crossing = x1 + (lat[:, None] - y1) * (x2 - x1) / rise
        inside ^= (np.sum(spans & (lon[:, None] < crossing), axis=1) % 2).astype(bool)
    return inside


def lay_grid(boundaries: dict[str, list[np.ndarray]]) -> Grid:
    """All cells whose centre lies in a municipality, still without people."""
    corners = np.concatenate([ring for rings in boundaries.values() for ring in rings])
    xs, ys = TO_METRES.transform(corners[:, 0], corners[:, 1])
    x, y = np.meshgrid(_cell_centres(xs), _cell_centres(ys))
    x, y = x.ravel(), y.ravel()
    lon, lat = TO_DEGREES.transform(x, y)
    ags = np.full(len(x), "", dtype="U8")
    for key, rings in boundaries.items():
        ags[contains(rings, lon, lat)] = key
    keep = ags != ""
    return Grid([], x[keep], y[keep], lat[keep], lon[keep], ags[keep], np.zeros(int(keep.sum()), dtype=int))


def _cell_centres(values: np.ndarray) -> np.ndarray:
    first = np.floor(values.min() / CELL_METRES) * CELL_METRES
    return np.arange(first, values.max(), CELL_METRES) + CELL_METRES / 2


def settle_people(grid: Grid, municipalities: list[dict], places: list[dict]) -> Grid:
    """Spread each municipality's official population over its cells and drop the cells without people."""
    chance = np.random.default_rng(SEED)
    for municipality in municipalities:
        inside = np.flatnonzero(grid.ags == municipality["ags"])
        own = [p for p in places if p["ags"] == municipality["ags"] and p["kind"] != "postcode"]
        population = int(municipality["population"])
        density = _density(grid, inside, own, population) * np.exp(chance.normal(0, 0.3, len(inside)))
        density[density * population / density.sum() < SMALLEST_CELL] = 0
        grid.people[inside] = share_out(population, density)
    keep = np.flatnonzero(grid.people > 0)
    ids = [f"VF{number:04d}" for number in range(1, len(keep) + 1)]
    return Grid(
        ids, grid.x[keep], grid.y[keep], grid.lat[keep], grid.lon[keep], grid.ags[keep], grid.people[keep]
    )


def _density(grid: Grid, inside: np.ndarray, places: list[dict], population: int) -> np.ndarray:
    """People expected in each cell of one municipality: a bell around each place and a thin even rest."""
    locals_ = [p for p in places if p["kind"] == "local"]
    main_share = 1 / (1 + 0.09 * len(locals_))
    stops = sum(int(p["stops"]) for p in locals_)
    density = np.full(len(inside), DISPERSED_SHARE * population / len(inside))
    for place in places:
        share = main_share if place["kind"] == "main" else (1 - main_share) * int(place["stops"]) / stops
        people = (1 - DISPERSED_SHARE) * population * share
        x, y = TO_METRES.transform(float(place["lon"]), float(place["lat"]))
        radius = max(SMALLEST_RADIUS_KM, np.sqrt(people / (2 * np.pi * PEAK_DENSITY[place["kind"]]))) * 1000
        squared = (grid.x[inside] - x) ** 2 + (grid.y[inside] - y) ** 2
        bell = np.exp(-squared / (2 * radius**2))
        density += people * bell / max(bell.sum(), 1e-9)
    return density


def count_children(municipalities: list[dict]) -> dict[tuple[str, str], int]:
    """Children by (AGS, phase): the district's rates, shared out by population × young share (2011)."""
    population = np.array([int(m["population"]) for m in municipalities])
    young = population * np.array([float(m["under18_share_2011"]) for m in municipalities])
    counts = {}
    for phase, rate in CHILDREN_PER_1000.items():
        total = round(rate * population.sum() / 1000)
        for municipality, n in zip(municipalities, share_out(total, young), strict=True):
            counts[municipality["ags"], phase] = int(n)
    return counts


def estimate_low_income(municipalities: list[dict]) -> dict[str, float]:
    """Low-income share of the children by AGS: the district's share × relative unemployment × deprivation."""
    unemployed = np.array([int(m["unemployed_2021"]) / int(m["working_age_2021"]) for m in municipalities])
    deprivation = np.array([float(m["deprivation"]) for m in municipalities])
    young = np.array([int(m["population"]) * float(m["under18_share_2011"]) for m in municipalities])
    relative = unemployed * deprivation
    shares = LOW_INCOME_SHARE * relative / np.average(relative, weights=young)
    return {m["ags"]: float(share) for m, share in zip(municipalities, shares, strict=True)}


def spread_children(grid: Grid, municipalities: list[dict]) -> list[dict]:
    """Rows of children.csv: every municipality's children by cell, phase and group, to two decimals."""
    counts = count_children(municipalities)
    low_shares = estimate_low_income(municipalities)
    rows = []
    for municipality in municipalities:
        inside = np.flatnonzero(grid.ags == municipality["ags"])
        people = grid.people[inside]
        rank = people.argsort(kind="stable").argsort(kind="stable") / max(len(people) - 1, 1)
        factor = CENTRE_FACTOR[0] + (CENTRE_FACTOR[1] - CENTRE_FACTOR[0]) * rank
        share = low_shares[municipality["ags"]] * factor / np.average(factor, weights=people)
        for phase in CHILDREN_PER_1000:
            hundredths = share_out(100 * counts[municipality["ags"], phase], people.astype(float))
            low = np.round(hundredths * share).astype(int)
            for group, part in (("low_income", low), ("other", hundredths - low)):
                rows += [
                    _child_row(grid, i, phase, group, n)
                    for i, n in zip(inside.tolist(), part.tolist(), strict=True)
                    if n
                ]
    return sorted(rows, key=lambda row: (row["cell"], row["phase"], row["group"]))


def _child_row(grid: Grid, i: int, phase: str, group: str, hundredths: int) -> dict:
    return {
        "cell": grid.cell[i],
        "lat": f"{grid.lat[i]:.4f}",
        "lon": f"{grid.lon[i]:.4f}",
        "ags": str(grid.ags[i]),
        "phase": phase,
        "group": group,
        "n": f"{hundredths / 100:.2f}".rstrip("0").rstrip("."),
    }


def build_settlement(folder: Path) -> tuple[Grid, list[dict]]:
    """The grid and the rows of children.csv, from the public files of the folder."""
    municipalities = read_csv(folder / "municipalities.csv")
    grid = lay_grid(read_boundaries(folder / "boundaries.geojson"))
    grid = settle_people(grid, municipalities, read_csv(folder / "places.csv"))
    return grid, spread_children(grid, municipalities)
