"""What a street of OpenStreetMap means for people on foot, on a bike and in a car."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

STREET_MODES = ("foot", "bike", "car")
CLOSED = frozenset({"no", "private", "agricultural", "forestry", "delivery", "military", "customers"})
ALLOWED = frozenset({"yes", "designated", "permissive", "official", "destination"})
ACCESS_KEYS = {
    "foot": ("foot", "access"),
    "bike": ("bicycle", "vehicle", "access"),
    "car": ("motorcar", "motor_vehicle", "vehicle", "access"),
}
READ_KEYS = frozenset(
    {
        "highway",
        "area",
        "barrier",
        "cycleway",
        "junction",
        "maxspeed",
        "oneway",
        "oneway:bicycle",
        "sidewalk",
        *(key for keys in ACCESS_KEYS.values() for key in keys),
    }
)
SIDEWALKS = frozenset({"both", "left", "right", "yes", "separate"})
FORWARD = frozenset({"yes", "true", "1"})
BACKWARD = frozenset({"-1", "reverse"})
ROUND = frozenset({"roundabout", "circular"})
MILE_KM = 1.609344
WALKING_KMH = 10.0  # maxspeed=walk, as OSRM's profile reads it
OPEN_BARRIERS = frozenset(
    {"gate", "lift_gate", "kerb", "entrance", "border_control", "toll_booth", "cattle_grid", "sally_port"}
)
Tags = Mapping[str, str]


@dataclass(frozen=True)
class Passage:
    """How one mode gets along a street: km/h along the way and against it, 0 where closed."""

    along_kmh: float
    against_kmh: float


@cache
def load_profiles() -> dict[str, Any]:
    """The shipped profiles.toml."""
    return tomllib.loads(files("kekiz.travel").joinpath("profiles.toml").read_text(encoding="utf-8"))


def find_passages(tags: Tags, kmh: Mapping[str, float]) -> dict[str, Passage]:
    """The modes that may use a street, with their speed; ``kmh`` gives the speed of foot and bike."""
    passages = {}
    for mode in STREET_MODES:
        if not _is_open(tags, mode):
            continue
        speed = _read_car_kmh(tags) if mode == "car" else kmh[mode]
        along, against = (True, True) if mode == "foot" else _find_directions(tags, mode)
        passages[mode] = Passage(speed * along, speed * against)
    return passages


def _is_open(tags: Tags, mode: str) -> bool:
    profile, highway = load_profiles()[mode], tags.get("highway", "")
    stated = next((tags[key] for key in ACCESS_KEYS[mode] if key in tags), "")
    if stated in CLOSED or (tags.get("area") == "yes" and mode != "foot"):
        return False
    own_key = ACCESS_KEYS[mode][:-1]
    is_allowed = any(tags.get(key) in ALLOWED for key in own_key)
    if mode == "foot" and tags.get("sidewalk") in SIDEWALKS:
        is_allowed = True
    if highway in profile["if_allowed"]:
        return is_allowed
    return highway in (profile["kmh"] if mode == "car" else profile["open"])


def _find_directions(tags: Tags, mode: str) -> tuple[bool, bool]:
    oneway = tags.get("oneway", "")
    if mode == "bike":
        if tags.get("oneway:bicycle") in {"no", "false", "0"} or tags.get("cycleway", "").startswith(
            "opposite"
        ):
            return True, True
        oneway = tags.get("oneway:bicycle", oneway)
    if oneway in BACKWARD:
        return False, True
    implied = tags.get("junction") in ROUND or (mode == "car" and tags.get("highway") == "motorway")
    return True, not (oneway in FORWARD or (implied and oneway not in {"no", "false", "0"}))


def _read_car_kmh(tags: Tags) -> float:
    car = load_profiles()["car"]
    posted = tags.get("maxspeed", "")
    if posted in {"walk", "DE:walk", "DE:living_street"}:
        return WALKING_KMH * car["maxspeed_share"]
    found = re.fullmatch(r"(\d{1,3})( ?mph)?", posted)
    if found and int(found[1]) > 0:
        return int(found[1]) * (MILE_KM if found[2] else 1.0) * float(car["maxspeed_share"])
    return float(car["kmh"][tags["highway"]])


def blocks_cars(tags: Tags) -> bool:
    """A bollard, block or the like on a street: a car does not get past it."""
    barrier = tags.get("barrier", "")
    if not barrier or barrier in OPEN_BARRIERS:
        stated = next((tags[key] for key in ACCESS_KEYS["car"] if key in tags), "")
        return bool(barrier) and stated in CLOSED
    return not any(tags.get(key) in ALLOWED for key in ACCESS_KEYS["car"])
