"""Candidates: what could be done where, what it costs, and how it changes the region's offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells
from kekiz.engine.scheme import OFFER_MODES
from kekiz.engine.tables import Offers

Floats = NDArray[np.float64]
Row = dict[str, object]


@dataclass(frozen=True)
class Practice:
    """Good practice that can be brought to a place (mode visit) or an area (outreach, online, guide)."""

    key: str
    name: str
    kind: str  # offer, guide
    fields: int  # bit mask over the scheme's fields
    age_from: float  # months
    age_to: float
    units: tuple[int, ...]  # sizes to choose from: 1 = as described, 2 = twice as large …
    places: float  # children a year of one unit; of a guide: families accompanied a year
    staff_eur: float  # a year and unit
    material_eur: float  # a year and unit
    fixed_eur: float  # once, whatever the size
    mode: int = 0  # index into OFFER_MODES
    guided_share: float = 0.0  # guide: share of the families not finding a place whom it wins one
    site_kind: str = ""
    variant_of: str = ""  # key of another practice: at one place only one of the two
    excludes: tuple[str, ...] = ()  # keys of practices not to be chosen in the same municipality


@dataclass(frozen=True)
class Candidate:
    """One thing to do or leave: at most one of those with the same ``site`` is chosen."""

    key: str
    title: str
    kind: str  # offer, places, hurdle, guide
    site: str
    ags: str  # where it works: AGS or its beginning
    costs: tuple[float, float, float]  # staff and material a year, fixed once (EUR)
    adds: Row | None = None  # a new offer, columns of Offers
    offer: str = ""  # the existing offer that is changed
    more_places: float = 0.0
    hurdles_left: int = -1  # bit mask after the change; -1 = unchanged
    guide_fields: int = 0
    guided_share: float = 0.0
    families: float = 0.0  # whom a guide accompanies a year
    excludes: tuple[str, ...] = field(default_factory=tuple)  # keys of candidates not to be chosen beside it


def place_practices(
    practices: Iterable[Practice], cells: Cells, names: dict[str, str]
) -> tuple[Candidate, ...]:
    """Every practice × municipality × size; one that is visited stands where most children live nearby."""
    keys, spots = cells.municipalities[0], find_centres(cells)
    known = tuple(practices)
    sizes = {practice.key: practice.units for practice in known}
    return tuple(
        replace(
            _place(practice, str(ags), names.get(str(ags), str(ags)), spot, units),
            excludes=tuple(f"{key}@{ags}*{n}" for key in practice.excludes for n in sizes.get(key, ())),
        )
        for practice in known
        for ags, spot in zip(keys, spots, strict=True)
        for units in practice.units
    )


def find_centres(cells: Cells) -> list[tuple[float, float]]:
    """Where a new offer of each municipality would stand: x, y in metres, in the order of the keys."""
    keys, index = cells.municipalities
    return [_find_centre(cells, index == number) for number in range(len(keys))]


def _find_centre(cells: Cells, own: NDArray[np.bool_]) -> tuple[float, float]:
    """The cell of the municipality with the most children within 2 km."""
    children = cells.n.sum(axis=(1, 2))
    rows = np.flatnonzero(own)
    near = np.hypot(cells.x[rows, None] - cells.x[None], cells.y[rows, None] - cells.y[None]) <= 2000
    best = rows[int(np.argmax(near @ children))]
    return float(cells.x[best]), float(cells.y[best])


def _place(practice: Practice, ags: str, place: str, spot: tuple[float, float], units: int) -> Candidate:
    costs = (practice.staff_eur * units, practice.material_eur * units, practice.fixed_eur)
    size = f" ×{units}" if units > 1 else ""
    key, site = f"{practice.key}@{ags}*{units}", f"{practice.variant_of or practice.key}@{ags}"
    title = f"{practice.name}{size}, {place}"
    if practice.kind == "guide":
        return Candidate(
            key, title, "guide", site, ags, costs,
            guide_fields=practice.fields, guided_share=practice.guided_share,
            families=practice.places * units,
        )  # fmt: skip
    is_visit = OFFER_MODES[practice.mode] == "visit"
    adds: Row = {
        "offer": f"plan:{practice.key}@{ags}",
        "provider": "plan",
        "name": title,
        "x": spot[0],
        "y": spot[1],
        "age_from": practice.age_from,
        "age_to": practice.age_to,
        "fields": practice.fields,
        "places": practice.places * units,
        "mode": practice.mode,
        "area": "" if is_visit else ags,
        "hurdles": 0,
        "languages": "",
        "until": "",
    }
    return Candidate(key, title, "offer", site, ags, costs, adds=adds)


def enlarge_offer(offers: Offers, offer: str, more: float, staff_eur: float, ags: str = "") -> Candidate:
    """``more`` places a year at an existing offer whose places are known, for ``staff_eur`` a year.

    ``ags``: the municipality it stands in.
    """
    row = _find(offers, offer)
    if np.isnan(offers.places[row]):
        raise ValueError(f"The places of {offer} are not known: ask the provider before planning more.")
    title = f"{more:g} Plätze mehr: {offers.name[row] or offer}"
    return Candidate(
        f"places@{offer}*{more:g}", title, "places", f"offer@{offer}", ags, (staff_eur, 0.0, 0.0),
        offer=offer, more_places=more,
    )  # fmt: skip


def drop_hurdle(
    offers: Offers, offer: str, hurdle_bit: int, material_eur: float, word: str, ags: str = ""
) -> Candidate:
    """One hurdle less at an existing offer, e.g. its fee taken over for ``material_eur`` a year."""
    row = _find(offers, offer)
    left = int(offers.hurdles[row]) & ~(1 << hurdle_bit)
    return Candidate(
        f"hurdle@{offer}*{hurdle_bit}", f"Ohne Hürde „{word}“: {offers.name[row] or offer}", "hurdle",
        f"offer@{offer}", ags, (0.0, material_eur, 0.0), offer=offer, hurdles_left=left,
    )  # fmt: skip


def _find(offers: Offers, offer: str) -> int:
    rows = np.flatnonzero(offers.offer == offer)
    if not len(rows):
        raise ValueError(f"There is no offer {offer}.")
    return int(rows[0])


def change_offers(offers: Offers, chosen: Sequence[Candidate]) -> Offers:
    """The region's offers with the chosen candidates in place."""
    places, hurdles = offers.places.copy(), offers.hurdles.copy()
    for candidate in chosen:
        if candidate.offer:
            row = _find(offers, candidate.offer)
            places[row] += candidate.more_places
            hurdles[row] = candidate.hurdles_left if candidate.hurdles_left >= 0 else hurdles[row]
    changed = replace(offers, places=places, hurdles=hurdles)
    return add_rows(changed, [candidate.adds for candidate in chosen if candidate.adds])


def add_rows(offers: Offers, rows: Sequence[Row]) -> Offers:
    """The offers with more rows at their end."""
    if not rows:
        return offers
    columns = {}
    for column in fields(offers):
        old = getattr(offers, column.name)
        columns[column.name] = np.concatenate([old, np.array([row[column.name] for row in rows], old.dtype)])
    return Offers(**columns)
