"""The map of a proposal: where children find more, and where the measures stand."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np
from django.utils.safestring import SafeString

from kekiz.engine.positions import unproject
from kekiz.web.components.maps import MapArea, MapDot, MapFigure, draw_map
from kekiz.web.desk.choice import Choice
from kekiz.web.desk.figures import list_municipalities
from kekiz.web.desk.plan_tables import sum_by
from kekiz.web.desk.tables import write_children
from kekiz.web.words import write_estimate

# Upper ends of the tints, in children who find more; the last has none.
TINT_LIMITS = (1, 10, 30, 100)
TINT_LABELS = ("unter 1 Kind", "1 bis 9", "10 bis 29", "30 bis 99", "100 und mehr")
# Two dots nearer than this would hide each other (degrees, about 700 m): the second is put beside.
NEAR_DEGREES = 0.012


def draw_proposal_map(choice: Choice, content: dict[str, Any]) -> SafeString:
    """Draw the municipalities by verified effect, with a numbered dot for each measure that has a site."""
    verified = {ags: value for ags, (_, _, value) in sum_by(content, "ags").items()}
    areas = [
        MapArea(area.key, area.name, area.boundary, None, figure=_show(area.name, verified.get(area.key)))
        for area in list_municipalities(choice)
    ]
    return draw_map(
        areas,
        title="Karte: wo Kinder mehr finden und wo die Maßnahmen stehen",
        dots=_place_dots(content),
        tints=list(enumerate(TINT_LABELS)),
        legend="Tönung: Kinder, die mehr finden",
    )


def _show(name: str, children: float | None) -> MapFigure:
    if children is None:
        return MapFigure(None, "", f"{name}: keine Angaben")
    label = write_children(children) if children >= 0.5 else ""
    words = write_estimate(children) if children >= 0 else "0"
    return MapFigure(bisect_right(TINT_LIMITS, children), label, f"{name}: {words} Kinder finden mehr")


def _place_dots(content: dict[str, Any]) -> list[MapDot]:
    dots: list[MapDot] = []
    for number, one in enumerate(content["measures"], start=1):
        if one["x"] is None:
            continue
        lat, lon = (float(part[0]) for part in unproject(np.array([one["x"]]), np.array([one["y"]])))
        while any(
            abs(dot.lat - lat) < NEAR_DEGREES and abs(dot.lon - lon) < 1.6 * NEAR_DEGREES for dot in dots
        ):
            lon += 1.7 * NEAR_DEGREES
        dots.append(MapDot(number, lat, lon, f"{number}: {one['title']}"))
    return dots
