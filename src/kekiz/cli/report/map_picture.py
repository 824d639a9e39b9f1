"""A small map: municipalities tinted by the share of children without a place."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from kekiz.cli.figures import Figures
from kekiz.cli.report.markup import Markup, join, tag
from kekiz.cli.report.sections import TINT_LIMITS, choose_tint
from kekiz.cli.report.words import write_percent
from kekiz.engine.forms import Boundaries

WIDTH = 640.0


def draw_map(figures: Figures, boundaries: Boundaries | None) -> Markup | None:
    """The map as SVG with its legend; None without boundaries. The table beside it tells the same."""
    shares = {row.ags: (row.name, row.need.unmet_share) for row in figures.municipalities}
    drawn = [] if boundaries is None else [i for i, ags in enumerate(boundaries.ags) if ags in shares]
    if boundaries is None or not drawn:
        return None
    rings = {i: boundaries.rings[i] for i in drawn}
    xs = np.concatenate([x for parts in rings.values() for x, _ in parts])
    ys = np.concatenate([y for parts in rings.values() for _, y in parts])
    west, north = xs.min(), ys.max()
    scale = WIDTH / max(xs.max() - west, 1.0)
    height = (north - ys.min()) * scale
    shapes = []
    for i, parts in rings.items():
        name, share = shares[boundaries.ags[i]]
        path = "".join(_write_ring((x - west) * scale, (north - y) * scale) for x, y in parts)
        title = tag("title", f"{name}: {write_percent(share, 1)} ohne Platz")
        shapes.append(tag("path", title, d=path, class_=f"tint-{choose_tint(share)}", fill_rule="evenodd"))
    picture = tag(
        "svg",
        *shapes,
        viewBox=f"-2 -2 {WIDTH + 4:.0f} {height + 4:.0f}",
        class_="map",
        role="img",
        aria_label="Karte der Kommunen; dunkler heißt mehr Kinder ohne Platz, Zahlen in der Tabelle",
    )
    return join(picture, _draw_legend())


def _write_ring(x: np.ndarray, y: np.ndarray) -> str:
    """A ring as path, without points that fall on the pixel of the one before."""
    points: list[tuple[int, int]] = []
    for point in zip(np.rint(x).astype(int).tolist(), np.rint(y).astype(int).tolist(), strict=True):
        if not points or point != points[-1]:
            points.append(point)
    return "M" + "L".join(f"{px} {py}" for px, py in points) + "Z"


def _draw_legend() -> Markup:
    edges = [f"{limit * 100:g}" for limit in TINT_LIMITS]
    labels = [
        f"unter {edges[0]} %",
        *(f"{a} bis unter {b} %" for a, b in pairwise(edges)),
    ]
    labels.append(f"ab {edges[-1]} %")
    entries = [
        tag(
            "li",
            tag(
                "svg",
                tag("rect", width=16, height=16, class_=f"tint-{tint}"),
                width=16,
                height=16,
                aria_hidden="true",
            ),
            label,
        )
        for tint, label in enumerate(labels)
    ]
    return tag("ul", *entries, class_="legend")
