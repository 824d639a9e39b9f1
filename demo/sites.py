"""Invented houses at real local places: where the demo region's offers take place."""

from collections.abc import Sequence

import numpy as np

from demo.catalogue import make_chance, make_slug, pick, read_names
from demo.settlement import TO_DEGREES, TO_METRES, Grid, contains

# How many houses of each kind, the list their names come from, and how a house of the kind is called.
SITE_KINDS = {
    "kita": (44, "animals", "Kita {}"),
    "primary": (36, "grounds", "Grundschule {}"),
    "secondary": (19, "schools", "Schulzentrum {}"),
    "vocational": (7, "schools", "Bildungshaus {}"),
    "family": (22, "plants", "Familienhaus {}"),
    "youth": (16, "youth", "Jugendhaus {}"),
    "sport": (18, "grounds", "Sportpark {}"),
    "health": (18, "grounds", "Gesundheitshaus {}"),
    "town": (17, "animals", "Bürgerhaus {}"),
    "library": (10, "plants", "Leseinsel {}"),
    "counsel": (12, "schools", "Beratungshaus {}"),
}
ONE_IN_EACH = 16  # kinds with at least this many houses have one in every municipality
NEAR_KM = 2.5
LARGEST_SHIFT_METRES = 350  # houses stand around the middle of their place


def build_sites(grid: Grid, children: np.ndarray, places: list[dict], boundaries: dict) -> list[dict]:
    """Rows of sites.csv; children: (cells,) weight that draws houses to where children live."""
    candidates = [place for place in places if place["kind"] != "postcode"]
    names = read_names()
    rows: list[dict] = []
    for kind, (count, pool, pattern) in SITE_KINDS.items():
        offset = 20 if kind in ("sport", "health") else 0
        offset += {"health": 4, "vocational": 18, "counsel": 6, "town": 24, "library": 10}.get(kind, 0)
        chosen = choose_spots(grid, children, candidates, count, make_chance("sites", kind))
        for number, place in enumerate(chosen):
            short = names[pool][(number + offset) % len(names[pool])]
            rows.append(_build_site(kind, short, pattern, place, boundaries))
    return sorted(rows, key=lambda row: row["site"])


def _build_site(kind: str, short: str, pattern: str, place: dict, boundaries: dict) -> dict:
    name = pattern.format(short)
    key = f"{make_slug(name)}-{make_slug(place['name'])}"
    chance = make_chance("site", key)
    lat, lon = _shift_position(place, boundaries[place["ags"]], chance)
    street = f"{pick(chance, read_names()['streets'])} {int(chance.integers(1, 40))}"
    return {
        "site": key,
        "name": name,
        "kind": kind,
        "street": street,
        "postcode": place["postcode"],
        "place": place["name"],
        "ags": place["ags"],
        "lat": f"{lat:.5f}",
        "lon": f"{lon:.5f}",
        "barrier_free": pick(chance, ["yes", "yes", "yes", "partly", "no"]),
        "short": short,
    }


def _shift_position(place: dict, rings: list, chance: np.random.Generator) -> tuple[float, float]:
    """A point near the place, inside its municipality."""
    x, y = TO_METRES.transform(float(place["lon"]), float(place["lat"]))
    for _ in range(50):
        east, north = chance.uniform(-1, 1, 2) * LARGEST_SHIFT_METRES
        lon, lat = TO_DEGREES.transform(x + east, y + north)
        if contains(rings, np.array([lon]), np.array([lat]))[0]:
            return lat, lon
    return float(place["lat"]), float(place["lon"])


def measure_km(grid: Grid, spots: list[dict]) -> np.ndarray:
    """Crow-fly kilometres, (spots, cells)."""
    x, y = TO_METRES.transform([float(s["lon"]) for s in spots], [float(s["lat"]) for s in spots])
    return np.hypot(np.subtract.outer(x, grid.x), np.subtract.outer(y, grid.y)) / 1000


def choose_spots(
    grid: Grid,
    children: np.ndarray,
    spots: list[dict],
    count: int,
    chance: np.random.Generator,
    *,
    again: bool = True,
    first_in: Sequence[str] = (),
) -> list[dict]:
    """Spots where the most children live who have none yet; each spot takes an equal part of the children.

    children: (cells,) weights; again: a spot may be chosen repeatedly (several houses in a town);
    first_in: AGS that get a spot before all others.
    """
    near = np.exp(-((measure_km(grid, spots) / NEAR_KM) ** 2)) * chance.uniform(0.85, 1.15, (len(spots), 1))
    waiting = children.astype(float)
    part = waiting.sum() / count
    chosen: list[int] = []
    free = np.ones(len(spots), dtype=bool)
    ags = np.array([spot["ags"] for spot in spots])
    first = sorted(set(ags)) if count >= ONE_IN_EACH else list(first_in)
    for turn in range(min(count, len(spots) if not again else count)):
        allowed = free & (ags == first[turn]) if turn < len(first) else free
        best = int(np.argmax(np.where(allowed, near @ waiting, -1)))
        chosen.append(best)
        free[best] = again
        _serve_nearest(waiting, near[best], part)
    return [spots[i] for i in sorted(chosen)]


def _serve_nearest(waiting: np.ndarray, near: np.ndarray, part: float) -> None:
    """Take `part` children out of `waiting`, the nearest cells first."""
    order = np.argsort(-near, kind="stable")
    taken = np.clip(part - (np.cumsum(waiting[order]) - waiting[order]), 0, waiting[order])
    waiting[order] -= taken
