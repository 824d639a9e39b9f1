"""Handovers: children whom two offers share, and pairs of offers that share many without an agreement.

A child of a unit (cell, group, with or without a car) attends offer j in one phase and k in the next
independently (assumption, as in chain.py). Of the children crossing in a year, ``n' / years'``, the share
``x[u, j] / n`` was at j and the share ``x[u', k] / n'`` will be at k. Hence, in children a year,

    shared[j, k] = Σ_u x[u, j] · x[u', k] / (n[u] · years')

and within one phase, for offers without a common field of need, ``Σ_u x[u, j] · x[u, k] / n[u]``.
``x`` is who found a place on their own (seek.py); an offer of several fields serves the same child in each.
Sources: the sum is the expected number of coincidences of two independent attendances, the "flow" of the
patient-sharing literature (Barnett et al. 2011, Mapping physician networks with self-reported and
administrative data); its division by the geometric mean is Salton's cosine (Salton & McGill 1983).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.engine.closing import open_market
from kekiz.engine.compute import FieldOutcome, Outcome
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.kernels.sharing import share_between, share_children
from kekiz.engine.tables import COOPERATION_KINDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PARTNERS_KEPT = 20  # per offer and step; agreed pairs are kept whatever their rank
LEAST_SHARED = 0.5  # children a year: below it nobody could name a child who passes
SCHEMA = pa.schema(
    [
        ("kind", pa.string()),  # transition (one phase to the next) or same_phase
        ("transition", pa.string()),  # T1 …, "" where the scheme names none
        ("from_phase", pa.string()),
        ("to_phase", pa.string()),
        ("offer_a", pa.string()),
        ("offer_b", pa.string()),
        ("ags", pa.string()),  # where most of the children of offer_a in this phase live
        ("shared", pa.float64()),  # children a year
        ("children_a", pa.float64()),  # of the phase at offer_a
        ("children_b", pa.float64()),  # of the phase at offer_b
        ("strength", pa.float64()),  # shared ÷ √(children_a · children_b): large houses do not lead by size
        ("share_of_a", pa.float64()),  # of the children who leave offer_a in a year (same phase: are there)
        ("cooperations", pa.string()),  # kinds recorded between the two, "" = none
        ("is_missing", pa.bool_()),
        ("rank_in_step", pa.int64()),  # by shared among the missing of this step; 0 = agreed
        ("rank_at_a", pa.int64()),  # by strength among the missing of offer_a in this step; 0 = agreed
        ("rank_at_b", pa.int64()),  # likewise of offer_b
    ]
)


@dataclass(frozen=True)
class Visits:
    """Children of one phase at offers, by offer and by unit (both CSR); units are cell × mobility × group."""

    offer_start: Ints
    unit: Ints
    children: Floats  # in the order of ``unit``
    unit_start: Ints
    offer: Ints
    by_unit: Floats  # in the order of ``offer``

    @property
    def at_offer(self) -> Floats:
        """Children at each offer."""
        return np.diff(np.concatenate([[0.0], np.cumsum(self.children)])[self.offer_start])


@dataclass(frozen=True)
class Step:
    """Two phases whose offers are compared; the same phase twice for offers side by side."""

    before: int
    after: int
    transition: str

    @property
    def is_transition(self) -> bool:
        """Children move on, rather than attend both at the same time."""
        return self.before != self.after


def find_handovers(outcome: Outcome) -> pa.Table:
    """Pairs of offers that share children, most first, with what is agreed between them (see SCHEMA).

    Per offer and step the twenty partners with most shared children, and every pair with a recorded
    cooperation. A pair without one is a missing handover: a hint to look at. Needs ``keep_markets``.
    """
    visits = _gather_visits(outcome)
    present = _count_units(outcome)
    agreed = _list_agreed(outcome)
    tables = [_tabulate_step(outcome, step, visits, present, agreed) for step in _list_steps(outcome)]
    table = pa.concat_tables([SCHEMA.empty_table(), *tables])
    order = [
        ("kind", "descending"),
        ("shared", "descending"),
        ("offer_a", "ascending"),
        ("offer_b", "ascending"),
    ]
    return table.sort_by([*order, ("from_phase", "ascending")])


def _list_steps(outcome: Outcome) -> list[Step]:
    """Each phase to the next, then each phase with itself."""
    scheme = outcome.inputs.scheme
    codes = {(t.from_phase, t.to_phase): t.code for t in scheme.transitions}
    names = scheme.phase_codes
    onwards = [Step(p, p + 1, codes.get((names[p], names[p + 1]), "")) for p in range(len(names) - 1)]
    return onwards + [Step(p, p, "") for p in range(len(names))]


def _count_units(outcome: Outcome) -> Floats:
    """P, units: children."""
    car = outcome.parameters.car_share
    mobility = np.stack([1 - car, car])  # 2, G
    children = outcome.cells.n.transpose(1, 0, 2)[:, :, None, :] * mobility
    return np.asarray(children.reshape(children.shape[0], -1))


def _gather_visits(outcome: Outcome) -> list[Visits]:
    """Who found a place where, by phase."""
    offers, units = len(outcome.offers.offer), outcome.cells.n.shape[0] * 2 * outcome.cells.n.shape[2]
    parts = [_list_visits(field, offers, units) for field in outcome.fields]
    keys = np.concatenate([part[0] for part in parts])
    children = np.concatenate([part[1] for part in parts])
    order = np.argsort(keys, kind="stable")
    keys, first = np.unique(keys[order], return_index=True)
    children = np.maximum.reduceat(children[order], first) if len(first) else children
    phase, offer, unit = (
        keys // (offers * units or 1),
        keys // (units or 1) % max(offers, 1),
        keys % (units or 1),
    )
    phases = range(len(outcome.inputs.scheme.phases))
    return [
        _index(offer[rows], unit[rows], children[rows], offers, units)
        for rows in (phase == p for p in phases)
    ]


def _list_visits(field: FieldOutcome, offers: int, units: int) -> tuple[Ints, Floats]:
    """Children of one field by (phase, offer, unit) as one number; hurdle strata added up."""
    market = open_market(field)
    classes, found = market.classes, market.found
    arcs = np.flatnonzero(found.by_arc > 0)
    own = np.repeat(np.arange(len(classes.cell)), np.diff(classes.start))[arcs]
    groups = found.served.shape[1]
    share = found.served[own] / np.maximum(found.served[own].sum(axis=1, keepdims=True), 1)
    children = (found.by_arc[arcs][:, None] * GRAIN * share).ravel()
    offer = field.members[classes.offer[arcs]] if len(arcs) else arcs
    row = (classes.phase[own] * offers + offer) * units + (
        classes.cell[own] * 2 + classes.mobility[own]
    ) * groups
    keys, index = np.unique((row[:, None] + np.arange(groups)).ravel(), return_inverse=True)
    return keys.astype(np.int64), np.bincount(index, weights=children, minlength=len(keys)).astype(np.float64)


def _index(offer: Ints, unit: Ints, children: Floats, offers: int, units: int) -> Visits:
    """Both orders of the visits of one phase; they come sorted by offer, then unit."""
    is_visited = children > 0
    offer, unit, children = offer[is_visited], unit[is_visited], children[is_visited]
    by_unit = np.argsort(unit, kind="stable")
    return Visits(
        offer_start=np.concatenate([[0], np.cumsum(np.bincount(offer, minlength=offers))]).astype(np.int64),
        unit=unit,
        children=children,
        unit_start=np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=units))]).astype(np.int64),
        offer=offer[by_unit],
        by_unit=children[by_unit],
    )


def _list_agreed(outcome: Outcome) -> dict[tuple[int, int], str]:
    """Recorded cooperations by pair (lower index first): their kinds."""
    cooperations = outcome.inputs.cooperations
    if cooperations is None:
        return {}
    position = {offer: index for index, offer in enumerate(outcome.offers.offer)}
    kinds: dict[tuple[int, int], set[str]] = {}
    for a, b, kind in zip(cooperations.offer_a, cooperations.offer_b, cooperations.kind, strict=True):
        if a in position and b in position:
            one, other = sorted((position[a], position[b]))
            kinds.setdefault((one, other), set()).add(COOPERATION_KINDS[kind])
    return {pair: " ".join(sorted(names)) for pair, names in sorted(kinds.items())}


def _tabulate_step(
    outcome: Outcome,
    step: Step,
    visits: list[Visits],
    present: Floats,
    agreed: dict[tuple[int, int], str],
) -> pa.Table:
    before, after = visits[step.before], visits[step.after]
    rate = _rate_units(outcome, step, present[step.before])
    first, second, shared = _share_most(outcome, step, before, after, rate, agreed)
    kinds = [
        agreed.get((min(a, b), max(a, b)), "") for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    is_missing = np.array([kind == "" for kind in kinds], dtype=bool)
    names, codes = outcome.offers.offer, outcome.inputs.scheme.phase_codes
    children_a, children_b = before.at_offer[first], after.at_offer[second]
    strength = shared / np.sqrt(children_a * children_b)
    leaving = children_a / (outcome.inputs.scheme.phases[step.before].years if step.is_transition else 1.0)
    columns = {
        "kind": ["transition" if step.is_transition else "same_phase"] * len(first),
        "transition": [step.transition] * len(first),
        "from_phase": [codes[step.before]] * len(first),
        "to_phase": [codes[step.after]] * len(first),
        "offer_a": names[first].tolist(),
        "offer_b": names[second].tolist(),
        "ags": _find_homes(outcome, before)[first].tolist(),
        "shared": shared,
        "children_a": children_a,
        "children_b": children_b,
        "strength": strength,
        "share_of_a": np.minimum(shared / leaving, 1.0),
        "cooperations": kinds,
        "is_missing": is_missing,
        "rank_in_step": np.cumsum(is_missing) * is_missing,
        "rank_at_a": _rank_within(first, strength, is_missing),
        "rank_at_b": _rank_within(second, strength, is_missing),
    }
    return pa.table(columns, schema=SCHEMA)


def _rate_units(outcome: Outcome, step: Step, present: Floats) -> Floats:
    """Per unit what a product of attendances is multiplied with; 0 below a grain of a child."""
    years = outcome.inputs.scheme.phases[step.after].years if step.is_transition else 1.0
    rate = np.zeros(len(present))
    np.divide(1.0, present * years, out=rate, where=present >= GRAIN)
    return rate


def _share_most(
    outcome: Outcome,
    step: Step,
    before: Visits,
    after: Visits,
    rate: Floats,
    agreed: dict[tuple[int, int], str],
) -> tuple[Ints, Ints, Floats]:
    """Pairs by falling number of shared children: the most shared of each offer, and all agreed."""
    masks = outcome.offers.fields
    partner, shared = share_children(
        before.offer_start, before.unit, before.children, after.unit_start, after.offer, after.by_unit,
        rate, masks, not step.is_transition, PARTNERS_KEPT,
    )  # fmt: skip
    first, place = np.nonzero((partner >= 0) & (shared >= LEAST_SHARED))
    listed = np.array(list(agreed), dtype=np.int64).reshape(-1, 2)
    if step.is_transition:
        listed = np.concatenate([listed, listed[:, ::-1]])
    else:
        listed = listed[(masks[listed[:, 0]] & masks[listed[:, 1]]) == 0]
    flows = share_between(
        listed[:, 0].copy(), listed[:, 1].copy(), before.offer_start, before.unit, before.children,
        after.offer_start, after.unit, after.children, rate,
    )  # fmt: skip
    is_used = flows > 0
    keys = np.concatenate([np.stack([first, partner[first, place]], axis=1), listed[is_used]])
    pairs, index = np.unique(keys, axis=0, return_index=True)
    values = np.concatenate([shared[first, place], flows[is_used]])[index]
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -values))
    return pairs[order, 0], pairs[order, 1], values[order]


def _rank_within(offer: Ints, strength: Floats, is_missing: NDArray[np.bool_]) -> Ints:
    """The rank of each missing pair by strength among those of the same offer; 0 for agreed pairs."""
    counts: dict[int, int] = {}
    ranks = np.zeros(len(offer), dtype=np.int64)
    for row in np.argsort(-strength, kind="stable"):
        if is_missing[row]:
            key = int(offer[row])
            counts[key] = ranks[row] = counts.get(key, 0) + 1
    return ranks


def _find_homes(outcome: Outcome, visits: Visits) -> NDArray[np.object_]:
    """Per offer the municipality where most of its children live, "" where it has none."""
    keys, municipality = outcome.cells.municipalities
    offers = len(outcome.offers.offer)
    homes = np.full(offers, "", dtype=object)
    if not len(keys):
        return homes
    per_cell = 2 * outcome.cells.n.shape[2]
    offer = np.repeat(np.arange(offers), np.diff(visits.offer_start))
    town = municipality[visits.unit // per_cell]
    children = np.bincount(offer * len(keys) + town, weights=visits.children, minlength=offers * len(keys))
    table = children.reshape(offers, len(keys))
    has_children = table.sum(axis=1) > 0
    homes[has_children] = keys[table.argmax(axis=1)][has_children]
    return homes
