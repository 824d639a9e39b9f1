"""Which children reach which offers: candidates by cell, then arcs by class of children.

A *class* is cell × phase × mobility (with or without a car) × hurdle stratum: children who reach exactly the
same offers. Groups share classes; they differ in need, in tries and in who asks at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells
from kekiz.engine.kernels.pairs import build_arcs, pair_within
from kekiz.engine.parameters import Parameters
from kekiz.engine.scheme import MODES, OFFER_MODES, Scheme
from kekiz.engine.tables import Offers
from kekiz.engine.ways import KnownWays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
VISIT = OFFER_MODES.index("visit")


@dataclass(frozen=True)
class Candidates:
    """For each cell the offers of one field that might be reached, whatever phase or group (CSR)."""

    start: Ints  # C + 1
    offer: Ints  # index into the field's offers
    minutes: NDArray[np.float32]  # one way, by travel mode; infinite where the mode does not get there


@dataclass(frozen=True)
class Strata:
    """Families ordered by how many hurdles stop them; K strata that can use the same offers."""

    may_use: Bools  # K, 64: stratum may use an offer with this set of hurdles
    share: Floats  # G, K: share of the group's families, sums to 1


@dataclass(frozen=True)
class Classes:
    """Classes of children with need, and the offers each of them can use (CSR, ``arcs``).

    In the order of cell, phase, mobility and hurdle stratum.
    """

    cell: Ints
    phase: Ints
    mobility: Ints  # 0 without, 1 with a car
    need: Floats  # classes, G: children
    start: Ints  # classes + 1
    offer: Ints  # arcs: index into the field's offers
    weight: Floats  # arcs: 1 at the door, decay_at_limit at the acceptable limit
    is_barred: Bools  # classes: something is in reach once hurdles are left aside


@dataclass(frozen=True)
class Nearness:
    """What is in reach of a cell, hurdles left aside: C, P, 2 (without car, with car)."""

    offers_in_reach: Ints
    nearest_minutes: Floats  # not a number where nothing is in reach


def find_candidates(
    cells: Cells, offers: Offers, admits: Bools, parameters: Parameters, known: KnownWays | None
) -> Candidates:
    """Offers that each cell might reach, with minutes by mode.

    Modes that occur in the table of travel times are taken from there, for every pair that was measured; all
    else follows the documented model: crow-fly × detour ÷ speed, plus boarding. ``admits`` (municipality ×
    offer) tells who is served.
    """
    listed = np.zeros(len(MODES), dtype=bool) if known is None else known.listed
    modelled = ~listed if known is None or known.is_whole else np.ones(len(MODES), dtype=bool)
    radius = find_largest_distance_m(parameters, modelled)
    travels = (offers.mode == VISIT) & np.isfinite(offers.x)
    comes = offers.mode != VISIT
    municipality = cells.municipalities[1]
    start, index, distance = pair_within(
        cells.x,
        cells.y,
        np.nan_to_num(offers.x),
        np.nan_to_num(offers.y),
        travels,
        comes,
        admits,
        municipality,
        radius,
    )
    found = Candidates(start, index, _model_minutes(distance, parameters))
    return found if known is None else _merge_known(found, cells, offers, admits, known)


def find_largest_distance_m(parameters: Parameters, modelled: Bools) -> float:
    """Beyond this crow-fly distance no modelled mode stays within acceptable minutes in any phase."""
    usable = parameters.acceptable_minutes - parameters.boarding_minutes
    metres = np.nan_to_num(usable, nan=0.0) / 60 * parameters.speed_kmh / parameters.detour * 1000
    return float(max(metres[:, modelled].max(initial=0.0), 0.0))


def estimate_minutes(distance_m: Floats, speed_kmh: float, detour: float, boarding_minutes: float) -> Floats:
    """Minutes one way by the documented model: crow-fly metres × detour ÷ speed, plus boarding."""
    return distance_m * (detour / speed_kmh * 60 / 1000) + boarding_minutes


def find_distance_m(minutes: float, speed_kmh: float, detour: float, boarding_minutes: float) -> float:
    """Crow-fly metres within reach in so many minutes: the model above the other way round; at least 0."""
    return max((minutes - boarding_minutes) / (detour / speed_kmh * 60 / 1000), 0.0)


def _model_minutes(distance: Floats, parameters: Parameters) -> NDArray[np.float32]:
    minutes = np.empty((len(distance), len(MODES)), dtype=np.float32)
    for mode in range(len(MODES)):
        at_home = distance < 0
        modelled = estimate_minutes(
            distance, parameters.speed_kmh[mode], parameters.detour[mode], parameters.boarding_minutes[mode]
        )
        minutes[:, mode] = np.where(at_home, 0.0, modelled)
    return minutes


def _merge_known(
    found: Candidates, cells: Cells, offers: Offers, admits: Bools, known: KnownWays
) -> Candidates:
    """Take the minutes of all that was measured from there, and add the pairs that only the table knows."""
    own_cell = np.repeat(np.arange(len(cells.cell)), np.diff(found.start))
    is_measured = known.knows_cell[own_cell] & (known.end_of[found.offer] >= 0)
    is_measured &= offers.mode[found.offer] == VISIT
    estimated = found.minutes.copy()
    estimated[np.ix_(is_measured, known.listed)] = np.inf
    left = np.flatnonzero(np.isfinite(estimated).any(axis=1))
    cell, offer, measured = known.find_pairs()
    served = (offers.mode[offer] == VISIT) & admits[cells.municipalities[1][cell], offer]
    count = max(len(offers.offer), 1)
    pairs, index = np.unique(
        np.concatenate([own_cell[left] * count + found.offer[left], (cell * count + offer)[served]]),
        return_inverse=True,
    )
    minutes = np.full((len(pairs), len(MODES)), np.inf, dtype=np.float32)
    minutes[index[: len(left)]] = estimated[left]
    minutes[index[len(left) :]] = np.minimum(minutes[index[len(left) :]], measured[served])
    ends = np.cumsum(np.bincount(pairs // count, minlength=len(cells.cell)))
    return Candidates(np.concatenate([[0], ends]).astype(np.int64), pairs % count, minutes)


def split_by_hurdles(hurdle_sets: Ints, hurdle_stops: Floats) -> Strata:
    """Divide the families of each group by the hurdles that stop them.

    The same families are assumed to stumble over every hurdle: an offer with several hurdles keeps away as
    many as its highest one, and who passes a high hurdle passes every lower one (assumption; it understates
    the families stopped if hurdles hit different ones).
    """
    groups = hurdle_stops.shape[1]
    sets = np.arange(64)
    has_hurdle = (sets[:, None] >> np.arange(hurdle_stops.shape[0])) & 1 == 1
    stopped = np.stack([np.where(has_hurdle, hurdle_stops[:, g], 0.0).max(axis=1) for g in range(groups)])
    present = np.unique(hurdle_sets)
    shares: dict[bytes, Floats] = {}
    for g in range(groups):
        bounds = np.unique(np.concatenate([[0.0], stopped[g, present], [1.0]]))
        for low, high in pairwise(bounds):
            shares.setdefault(_usable_sets(stopped[g], present, low), np.zeros(groups))[g] += high - low
    keys = sorted(shares)
    return Strata(
        may_use=np.stack([np.frombuffer(key, dtype=bool) for key in keys]),
        share=np.stack([shares[key] for key in keys], axis=1),
    )


def _usable_sets(stopped: Floats, present: Ints, low: float) -> bytes:
    usable = np.zeros(len(stopped), dtype=bool)
    usable[present] = stopped[present] <= low
    return usable.tobytes()


def find_phases_served(offers: Offers, scheme: Scheme) -> Bools:
    """O, P: the offer's ages overlap the phase by any part of a month."""
    age_from = np.array([phase.age_from for phase in scheme.phases])
    age_to = np.array([phase.age_to for phase in scheme.phases])
    return (offers.age_from[:, None] < age_to) & (offers.age_to[:, None] > age_from)


def build_classes(
    cells: Cells,
    candidates: Candidates,
    serves: Bools,
    offers: Offers,
    strata: Strata,
    field: int,
    parameters: Parameters,
) -> tuple[Classes, Nearness]:
    """The classes of children who need the field with the offers each can use, and what is near each cell."""
    mobility_share = np.stack([1 - parameters.car_share, parameters.car_share], axis=1)  # G, 2
    need = np.einsum(
        "cpg,pg,gm,gk->cpmkg", cells.n, parameters.need_share[:, field, :], mobility_share, strata.share
    )
    wanted = need.sum(axis=-1) > 0
    c, p, m, k = np.nonzero(wanted)
    limits = np.where(np.isnan(parameters.acceptable_minutes), -1.0, parameters.acceptable_minutes)
    class_at = np.full(wanted.shape, -1, dtype=np.int64)
    class_at[c, p, m, k] = np.arange(len(c))
    start, offer, weight, is_barred, near, minutes = build_arcs(
        class_at,
        candidates.start,
        candidates.offer,
        candidates.minutes,
        serves,
        offers.hurdles,
        strata.may_use,
        limits,
        parameters.decay_at_limit,
    )
    return Classes(c, p, m, need[c, p, m, k], start, offer, weight, is_barred), Nearness(near, minutes)
