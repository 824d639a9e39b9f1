"""Who is left behind at one link, why, which offers there are, and which norms stand behind the figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.accounts.areas import is_covered
from kekiz.analysis import bridge, ways
from kekiz.analysis.models import Run
from kekiz.analysis.queries.disclosure import is_share_supported, mask_of
from kekiz.analysis.queries.figures import MapValue, map_values, total_reasons
from kekiz.analysis.queries.reasons import Reasons, municipalities_in
from kekiz.analysis.queries.runs import run_table, stored_inputs
from kekiz.engine.cells import Cells, gather_cells, sort_offers
from kekiz.engine.norms import Norm, Norms
from kekiz.engine.parameters import settle_norms
from kekiz.engine.reach import find_candidates, find_phases_served
from kekiz.engine.run import Inputs
from kekiz.engine.scheme import HURDLES, MODES, OFFER_MODES
from kekiz.engine.tables import Offers
from kekiz.engine.ways import find_known_ways
from kekiz.evidence.models import Area
from kekiz.register.queries import offers_of_unknown_cost, provider_names

_NORM_NAMES = {
    "need_share": "Anteil der Kinder mit Bedarf",
    "never_asks": "Anteil, der nie fragt",
    "tries": "Zahl der Versuche",
    "car_share": "Anteil mit Auto",
    "acceptable_minutes": "Zumutbare Minuten",
    "hurdle_stops": "Anteil, den die Hürde abhält",
    "assumed_places": "Angenommene Plätze",
}


@dataclass(frozen=True)
class GapOffer:
    """One offer (at one site) that children of the area reach for this link; children per year."""

    key: str
    row: str  # the row of the engine: key, or key@site
    name: str
    provider: str
    mode: str
    age_from_months: int
    age_to_months: int
    hurdles: tuple[str, ...]
    is_cost_assumed: bool  # nobody has said what it costs; the run counts it like a paid one
    places: float
    is_places_assumed: bool
    taken: float | None  # by children of the whole region, all phases of the field; None: too few to show
    share_in_reach: float | None  # of the area's children of the phase, in tenths; None: too few children
    is_way_estimated: bool  # beside measured ways to other offers


@dataclass(frozen=True)
class NormUsed:
    """A norm behind the figures, as it is shown."""

    name: str
    group: str
    detail: str  # mode or hurdle it speaks of
    norm: Norm

    @property
    def is_assumption(self) -> bool:
        """True where no source backs it."""
        return self.norm.is_assumption


@dataclass(frozen=True)
class GapDetail:
    """The drill-down of one link in one area."""

    phase: str
    field: str
    group: str
    reasons: Reasons
    by_group: dict[str, Reasons]
    by_municipality: list[MapValue]
    offers: list[GapOffer]
    norms: list[NormUsed]


def gaps(run: Run, area: Area | None, phase: str, field: str, *, group: str = "") -> GapDetail:
    """Who is left behind at the link, by group and municipality; offers in reach; norms with source.

    Raises KeyError for an unknown phase or field.
    """
    inputs = stored_inputs(run)
    inputs.scheme.phase(phase), inputs.scheme.field(field)
    offers = _find_offers_in_reach(run, inputs, area, phase, field)
    return GapDetail(
        phase=phase,
        field=field,
        group=group,
        reasons=total_reasons(run, area, phase=phase, field=field, group=group),
        by_group={
            code: total_reasons(run, area, phase=phase, field=field, group=code)
            for code in inputs.scheme.group_codes
        },
        by_municipality=map_values(run, area, phase=phase, field=field, group=group),
        offers=offers,
        norms=_collect_norms(inputs, phase, field, group, offers),
    )


def _find_offers_in_reach(
    run: Run, inputs: Inputs, area: Area | None, phase: str, field: str
) -> list[GapOffer]:
    scheme = inputs.scheme
    position = scheme.phase_codes.index(phase)
    market = _select_market(inputs, position, scheme.field_codes.index(field))
    cells = gather_cells(inputs.children, scheme)
    inside = np.isin(cells.ags.astype(str), municipalities_in(run, area))
    children = np.where(inside, cells.n[:, position].sum(axis=1), 0.0)
    reached = _count_children_in_reach(inputs, cells, market, position, children)
    providers, hidden = provider_names(), mask_of(run).offers
    unknown_cost = offers_of_unknown_cost()
    estimated = {one.row for one in ways.find_estimated(inputs)}
    taken = {row["offer"]: row for row in run_table(run, "offers").to_pylist() if row["field"] == field}
    found = [
        GapOffer(
            key=bridge.offer_key(name),
            row=name,
            name=market.name[index],
            provider=providers.get(market.provider[index], market.provider[index]),
            mode=OFFER_MODES[market.mode[index]],
            age_from_months=int(market.age_from[index]),
            age_to_months=int(market.age_to[index]),
            hurdles=tuple(code for bit, code in enumerate(HURDLES) if market.hurdles[index] >> bit & 1),
            is_cost_assumed=bridge.offer_key(name) in unknown_cost,
            places=taken[name]["places"],
            is_places_assumed=taken[name]["places_assumed"],
            taken=None if (field, name) in hidden else taken[name]["taken_found"],
            share_in_reach=_round_share(float(reached[index]), float(children.sum())),
            is_way_estimated=name in estimated,
        )
        for index, name in enumerate(market.offer)
        if reached[index] > 0
    ]
    return sorted(found, key=lambda offer: (-(offer.share_in_reach or 0.0), offer.row))


def _round_share(part: float, whole: float) -> float | None:
    """A share in tenths. Counts would differ from offer to offer by the children of a single cell."""
    return round(10 * part / whole) / 10 if is_share_supported(whole) else None


def _select_market(inputs: Inputs, phase: int, field: int) -> Offers:
    """The offers of the link."""
    offers = sort_offers(inputs.offers)
    keep = (offers.fields >> field & 1).astype(bool) & find_phases_served(offers, inputs.scheme)[:, phase]
    return Offers(**{name: getattr(offers, name)[keep] for name in Offers.__dataclass_fields__})


def _count_children_in_reach(
    inputs: Inputs, cells: Cells, market: Offers, phase: int, children: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Per offer: children of the given cells who get there within the acceptable minutes in some mode."""
    parameters = settle_norms(inputs.norms, inputs.scheme)
    municipalities = cells.municipalities[0]
    admits = np.array(
        [[not area or is_covered(ags, area.split()) for area in market.area] for ags in municipalities],
        dtype=bool,
    ).reshape(len(municipalities), len(market.offer))
    times = inputs.times
    known = None if times is None else find_known_ways(cells, market, times, inputs.spots)
    candidates = find_candidates(cells, market, admits, parameters, known)
    with np.errstate(invalid="ignore"):
        in_time = (candidates.minutes <= parameters.acceptable_minutes[phase]).any(axis=1)
    cell = np.repeat(np.arange(len(cells.cell)), np.diff(candidates.start))
    reached = np.zeros(len(market.offer))
    np.add.at(reached, candidates.offer[in_time], children[cell[in_time]])
    return reached


def _collect_norms(
    inputs: Inputs, phase: str, field: str, group: str, offers: list[GapOffer]
) -> list[NormUsed]:
    """The norms behind the link, as far as they play a part in it."""
    norms, groups = inputs.norms, [group] if group else list(inputs.scheme.group_codes)
    used: list[NormUsed] = []
    for code in groups:
        for key in ("need_share", "never_asks", "tries", "car_share"):
            used += _look_up(norms, key, phase=phase, field=field, group=code)
    for mode in MODES:
        used += _look_up(norms, "acceptable_minutes", phase=phase, mode=mode)
    hurdles = {hurdle for offer in offers for hurdle in offer.hurdles}
    for hurdle in sorted(hurdles, key=HURDLES.index):
        for code in groups:
            used += _look_up(norms, "hurdle_stops", hurdle=hurdle, group=code)
    for mode in sorted({offer.mode for offer in offers if offer.is_places_assumed}):
        used += _look_up(norms, "assumed_places", field=field, mode=mode)
    return used


def _look_up(norms: Norms, key: str, **dimensions: str) -> list[NormUsed]:
    norm = norms.find(key, **dimensions)
    if norm is None:
        return []
    detail = dimensions.get("mode") or dimensions.get("hurdle") or ""
    return [NormUsed(_NORM_NAMES[key], dimensions.get("group", ""), detail, norm)]
