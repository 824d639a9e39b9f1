"""Small made-up regions for the engine's tests: few cells, few offers, and every oddity a list can have."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st

from kekiz.engine.compute import Inputs, Outcome, compute
from kekiz.engine.norms import KEYS, Norm, load_norms
from kekiz.engine.scheme import HURDLES, MODES, load_scheme
from kekiz.engine.tables import (
    children_from_arrow,
    cooperations_from_arrow,
    offers_from_arrow,
    travel_times_from_arrow,
)

SCHEME = load_scheme()
SHIPPED = load_norms(scheme=SCHEME)
WEST, SOUTH = 4_230_000, 3_180_000  # metres, EPSG:3035: a corner of Kreis Lippe
TOWNS = ("05766020", "05766044", "05762004")
FIELDS = ("K1", "K2", "S1")  # a few markets, so that small regions still crowd them
Row = dict[str, Any]

# KEKIZ_EXAMPLES=2000 searches far and at random; a plain run tries the same few regions every time.
_EXAMPLES = int(os.environ.get("KEKIZ_EXAMPLES", "0"))
examine = settings(max_examples=_EXAMPLES or 40, derandomize=not _EXAMPLES, deadline=None)


def build_norm(key: str, value: float, **place: str) -> Norm:
    """A norm without a range."""
    date = next(norm.valid_from for norm in SHIPPED.entries)
    return Norm(key, value, value, value, KEYS[key], date, "assumption", "nur für Tests", **place)


@dataclass(frozen=True)
class Region:
    """Rows as they would stand in files, and the norms a region sets for itself."""

    children: list[Row]
    offers: list[Row]
    times: list[Row] | None = None
    cooperations: list[Row] | None = None
    overrides: list[Norm] = field(default_factory=list)

    def inputs(self) -> Inputs:
        """The tables, through the same checks as any file."""
        return Inputs(
            children=children_from_arrow(_as_table(self.children, CHILD_TYPES), SCHEME),
            offers=offers_from_arrow(_as_table(self.offers, OFFER_TYPES), SCHEME),
            norms=SHIPPED.superseded_by(self.overrides),
            scheme=SCHEME,
            times=None if self.times is None else travel_times_from_arrow(_times(self.times), SCHEME),
            cooperations=self.cooperations
            and cooperations_from_arrow(pa.Table.from_pylist(self.cooperations), SCHEME),
        )

    def compute(self, workers: int = 1) -> Outcome:
        """All markets of the region at the middle of the norms."""
        return compute(self.inputs(), workers=workers)

    def change_offer(self, index: int, **columns: Any) -> "Region":
        """The same region with some columns of one offer changed."""
        offers = list(self.offers)
        offers[index] = {**offers[index], **columns}
        return replace(self, offers=offers)

    def change_norms(self, key: str, change: Callable[[float], float]) -> "Region":
        """The same region with every norm of a key changed."""
        in_force = SHIPPED.superseded_by(self.overrides).entries
        changed = [
            replace(norm, low=value, mid=value, high=value)
            for norm in in_force
            if norm.key == key
            for value in [change(norm.mid)]
        ]
        return replace(self, overrides=[*self.overrides, *changed])


CHILD_TYPES = {"cell": "", "x": 0.0, "y": 0.0, "ags": "", "phase": "", "group": "", "n": 0.0}
OFFER_TYPES = {
    "offer": "",
    "provider": "",
    "x": 0.0,
    "y": 0.0,
    "age_from": 0.0,
    "age_to": 0.0,
    "fields": "",
    "places": 0.0,
    "mode": "",
    "area": "",
    "hurdles": "",
}


def _as_table(rows: list[Row], kinds: dict[str, Any]) -> pa.Table:
    schema = pa.schema(
        [(name, pa.string() if isinstance(kind, str) else pa.float64()) for name, kind in kinds.items()]
    )
    return pa.Table.from_pylist(rows, schema)


def _times(rows: list[Row]) -> pa.Table:
    return _as_table(rows, {"cell": "", "offer": "", "mode": "", "minutes": 0.0})


def metres(km_east: float, km_north: float) -> Row:
    """A position, counted in kilometres from the region's corner."""
    return {"x": WEST + 1000.0 * km_east, "y": SOUTH + 1000.0 * km_north}


_position = st.builds(metres, st.integers(0, 24).map(lambda n: n / 2), st.integers(0, 8).map(lambda n: n / 2))
_counts = st.one_of(st.sampled_from([0.0, 1.0, 1.0, 7.0, 40.0]), st.floats(0, 60, allow_subnormal=False))
_places = st.one_of(st.sampled_from([None, 0.0, 0.5, 1.0, 10.0]), st.floats(0, 80, allow_subnormal=False))
_AGES = (-9, 0, 6, 12, 36, 72, 120, 192, 252, 324)
_TOWN_AREAS = ("", "", "", "05766", "05766020", "05762004 05766044", "01")
_share = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1, allow_subnormal=False))


@st.composite
def _child_rows(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(0, 5))):
        place = {"cell": f"Z{number}", "ags": draw(st.sampled_from(TOWNS)), **draw(_position)}
        for phase in draw(st.lists(st.sampled_from(SCHEME.phase_codes), min_size=1, max_size=3)):
            group = draw(st.sampled_from(SCHEME.group_codes))
            rows.append({**place, "phase": phase, "group": group, "n": draw(_counts)})
    return rows


@st.composite
def _offer_row(draw: st.DrawFn, number: int) -> Row:
    age_from, age_to = sorted(draw(st.lists(st.sampled_from(_AGES), min_size=2, max_size=2, unique=True)))
    mode = draw(st.sampled_from(["visit"] * 4 + ["outreach", "online"]))
    is_placed = mode == "visit" or draw(st.booleans())
    return {
        "offer": f"A{number}",
        "provider": f"T{number % 2}",
        **(draw(_position) if is_placed else {"x": None, "y": None}),
        "age_from": float(age_from),
        "age_to": float(age_to),
        "fields": " ".join(draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True))),
        "places": draw(_places),
        "mode": mode,
        "area": draw(st.sampled_from(_TOWN_AREAS)),
        "hurdles": " ".join(draw(st.lists(st.sampled_from(HURDLES), max_size=2, unique=True))),
    }


@st.composite
def _time_rows(draw: st.DrawFn, children: list[Row], offers: list[Row]) -> list[Row]:
    cells = [*sorted({row["cell"] for row in children}), "unbekannt"]
    row = st.fixed_dictionaries(
        {
            "cell": st.sampled_from(cells),
            "offer": st.sampled_from([offer["offer"] for offer in offers] + ["unbekannt"]),
            "mode": st.sampled_from(MODES),
            "minutes": st.floats(0, 90),
        }
    )
    return draw(st.lists(row, min_size=1, max_size=12))


@st.composite
def _override_norms(draw: st.DrawFn) -> list[Norm]:
    """A region's own norms for every key that is drawn, each entry of the shipped ones with another value."""
    values = {
        "need_share": _share,
        "car_share": _share,
        "tries": st.integers(0, 4),
        "never_asks": _share,
        "acceptable_minutes": st.floats(0, 60),
        "hurdle_stops": _share,
        "assumed_places": st.floats(0, 60),
        "decay_at_limit": st.floats(0.001, 1),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(values)), max_size=5, unique=True))
    overrides = []
    for key in chosen:
        drawn = draw(st.lists(values[key], min_size=1, max_size=7))
        entries = [norm for norm in SHIPPED.entries if norm.key == key]
        for number, norm in enumerate(entries):
            value = drawn[number % len(drawn)]
            overrides.append(replace(norm, low=value, mid=value, high=value))
    return overrides


@st.composite
def regions(draw: st.DrawFn, *, min_offers: int = 0, with_times: bool = True) -> Region:
    """Up to five cells in three towns, up to six offers, perhaps travel times, agreements and own norms."""
    children = draw(_child_rows())
    offers = [draw(_offer_row(number)) for number in range(draw(st.integers(min_offers, 6)))]
    names = [offer["offer"] for offer in offers]
    pairs = [(a, b) for a in names for b in names if a < b]
    agreed = draw(st.lists(st.sampled_from(pairs), max_size=3)) if pairs else []
    return Region(
        children=children,
        offers=offers,
        times=draw(_time_rows(children, offers)) if with_times and draw(st.booleans()) else None,
        cooperations=[{"offer_a": a, "offer_b": b, "kind": "handover"} for a, b in agreed] or None,
        overrides=draw(_override_norms()),
    )


def count_possible(outcome: Outcome) -> float:
    """Children who could have a place, all fields together (exact: whole grains)."""
    return float(np.sum(outcome.children[:, 1] + outcome.children[:, 2]))
