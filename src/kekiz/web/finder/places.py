"""Where a family is: a place or postcode it typed, or the position its browser sent. Nothing is stored."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kekiz.evidence.models import Place
from kekiz.evidence.queries import find_places
from kekiz.register.search_text import fold_text
from kekiz.web.languages import isolate

_SUGGESTIONS = 3
_LIKE_ENOUGH = 0.6
_POSITION = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*")
_KM_PER_DEGREE = 111.2
# Farther from every known place than this, a position is outside the region.
_OUTSIDE_KM = 15.0

Position = tuple[float, float]


@dataclass(frozen=True)
class PlaceChoice:
    """A place that can be asked for: its words on the page and what to write into the address."""

    words: str
    asks: str


@dataclass(frozen=True)
class Location:
    """Where to measure from: words for the page, position (lat, lon), AGS, and other places of that name."""

    words: str
    position: Position
    ags: str
    others: tuple[PlaceChoice, ...] = ()


def locate_text(text: str) -> Location | None:
    """The place that was typed ("Lügde", "32657", "32657 Lemgo", "Lemgo-Brake"); None if it is not known."""
    found = find_places(text)
    if not found:
        found = _find_joined(text)
    if not found:
        return None
    best = found[0]
    return Location(
        words=describe_place(best),
        position=(best.lat, best.lon),
        ags=best.ags,
        others=_list_others(best, found, fold_text(text)),
    )


def suggest_places(text: str) -> list[PlaceChoice]:
    """The places whose names or postcodes are most like what was typed; at most three."""
    folded = fold_text(text)
    by_name: dict[str, Place] = {}
    for place in Place.objects.all():
        for name in _list_names(place):
            by_name.setdefault(name, place)
    alike = difflib.get_close_matches(folded, by_name, n=2 * _SUGGESTIONS, cutoff=_LIKE_ENOUGH)
    choices = dict.fromkeys(_as_choice(by_name[name]) for name in alike)
    return list(choices)[:_SUGGESTIONS]


def describe_place(place: Place) -> str:
    """A place in words: "Lügde", "Elbrinxen (Lügde)", "32657 Lemgo"."""
    if place.kind == Place.Kind.POSTCODE:
        return f"{place.postcode} {place.municipality or place.name}"
    if place.municipality and place.municipality != place.name:
        return f"{place.name} ({place.municipality})"
    return place.name


def read_position(text: str) -> Position | None:
    """Read "51.96,9.25" (degrees: latitude, longitude); None if it is not a position on earth."""
    match = _POSITION.fullmatch(text)
    if not match:
        return None
    lat, lon = float(match[1]), float(match[2])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def locate_position(position: Position) -> Location | None:
    """The browser's position with the name of the nearest place; None if it is outside the region."""
    places = Place.objects.exclude(kind=Place.Kind.POSTCODE)
    nearest = min(places, key=lambda place: measure_km(position, (place.lat, place.lon)), default=None)
    if nearest is None or measure_km(position, (nearest.lat, nearest.lon)) > _OUTSIDE_KM:
        return None
    words = _("Ihr Standort (bei %(place)s)") % {"place": isolate(describe_place(nearest))}
    return Location(words, position, nearest.ags)


def measure_km(a: Position, b: Position) -> float:
    """Kilometres as the crow flies between two positions of one region (equirectangular)."""
    squeeze = math.cos(math.radians((a[0] + b[0]) / 2))
    return _KM_PER_DEGREE * math.hypot(a[0] - b[0], (a[1] - b[1]) * squeeze)


def _find_joined(text: str) -> list[Place]:
    """Places typed together with their municipality: "Lemgo-Brake", "Brake, Lemgo", "Brake (Lemgo)"."""
    words = fold_text(text).split()
    if not 2 <= len(words) <= 6:
        return []
    places = Place.objects.filter(folded_name__in={" ".join(words[i:j]) for i, j in _cuts(len(words))})
    wanted = sorted(words)
    return [
        place
        for place in places
        if sorted(f"{place.folded_name} {fold_text(place.municipality)}".split()) == wanted
    ]


def _cuts(count: int) -> list[tuple[int, int]]:
    return [(0, cut) for cut in range(1, count)] + [(cut, count) for cut in range(1, count)]


def _list_names(place: Place) -> list[str]:
    if place.kind == Place.Kind.POSTCODE:
        return [place.postcode]
    names = [place.folded_name]
    if place.municipality and place.municipality != place.name:
        names.append(f"{fold_text(place.municipality)} {place.folded_name}")
    return names


def _list_others(best: Place, found: list[Place], folded: str) -> tuple[PlaceChoice, ...]:
    """Further places that may have been meant: of the same name elsewhere, or that only start like it."""
    if folded.replace(" ", "").isdigit():
        return ()
    others = [place for place in found[1:] if place.kind != Place.Kind.POSTCODE]
    if best.folded_name == folded:
        others = [place for place in others if place.folded_name == folded and place.ags != best.ags]
    choices = dict.fromkeys(_as_choice(place) for place in others)
    return tuple(choice for choice in choices if choice.words != describe_place(best))[:_SUGGESTIONS]


def _as_choice(place: Place) -> PlaceChoice:
    if place.kind == Place.Kind.POSTCODE:
        return PlaceChoice(describe_place(place), place.postcode)
    if place.municipality == place.name:
        asks = place.name
    elif place.municipality:
        asks = f"{place.name}, {place.municipality}"
    else:
        asks = f"{place.postcode} {place.name}".strip()
    return PlaceChoice(describe_place(place), asks)
