"""Choose a few offers for a stretch of childhood: near first, and what families can afford first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kekiz.register import facets
from kekiz.register.search.columns import Position
from kekiz.register.search.find import Filters, filter_rows
from kekiz.register.search.store import FamilyIndex

# Assumption: a paid offer has to be this much nearer than a free one to be named first (kilometres); one of
# unknown cost lies between.
_DETOUR_KM = {
    facets.Cost.FREE: 0.0,
    facets.Cost.REDUCED: 2.0,
    facets.Cost.UNKNOWN: 4.0,
    facets.Cost.PAID: 8.0,
}
# Assumption: what comes home or is online stands between the neighbourhood and the next town.
_WITHOUT_PLACE_KM = 3.0


@dataclass(frozen=True)
class Stretch:
    """Ages in months, from <= age < to, and where the family lives (None and "": not known)."""

    age_from: int
    age_to: int
    near: Position | None = None
    ags: str = ""


def order_by_fit(
    index: FamilyIndex, stretch: Stretch, filters: Filters
) -> tuple[list[int], dict[int, float]]:
    """All versions whose ages overlap the stretch and that are for this family; the best fit first.

    Offers that only touch the stretch come after those that cover half of it. Returns the versions, and the
    kilometres to those that have a place.
    """
    columns = index.columns
    fits = filter_rows(index, filters)
    shared = np.minimum(columns.age_to, stretch.age_to) - np.maximum(columns.age_from, stretch.age_from)
    fits &= shared > 0
    if stretch.ags:
        fits &= columns.serves(stretch.ags)
    km = columns.measure_km(stretch.near) if stretch.near else np.full(len(fits), np.inf)
    cost = np.select(
        [columns.cost == code for code in _DETOUR_KM],
        list(_DETOUR_KM.values()),
        default=max(_DETOUR_KM.values()),
    )
    distance = np.where(np.isinf(km), _WITHOUT_PLACE_KM if stretch.near else 0.0, km)
    is_short = 2 * shared < stretch.age_to - stretch.age_from
    rows = np.flatnonzero(fits)
    order = np.lexsort((columns.title_rank[rows], (distance + cost)[rows], is_short[rows]))
    rows = rows[order]
    versions = columns.version[rows].tolist()
    measured = zip(versions, km[rows].tolist(), strict=True)
    return versions, {pk: distance for pk, distance in measured if distance < np.inf}
