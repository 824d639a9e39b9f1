"""Cut a region into districts that can be analysed one by one.

A district is the municipalities that share the first digits of their key. Around it lies a border strip:
offers of the neighbours that its children can reach. The places of such an offer are divided among the
districts in proportion to the children of each who would ask there in the first round of seek.py: no place is
given out twice, and families find in the first round about what they would find in one analysis. Offers with
unknown places serve the district that asks most. What the division changes against one analysis is told in
docs/adr/0023-districts-with-border-strips.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells, gather_cells
from kekiz.engine.compute import Inputs
from kekiz.engine.kernels.strips import ask_in_districts, weigh_choice
from kekiz.engine.norms import Level
from kekiz.engine.parameters import Parameters, settle_norms
from kekiz.engine.reach import find_largest_distance_m, find_phases_served
from kekiz.engine.scheme import HURDLES, MODES, OFFER_MODES
from kekiz.engine.tables import Children, Offers, TravelTimes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Part = TypeVar("Part")
Rows = TypeVar("Rows", Children, Offers, TravelTimes)
DISTRICT_DIGITS = 5
STEP_METRES = 100.0
TRACE = 1e-9
THREADS = 2
BLOCK_METRES = 5_000.0
VISIT = OFFER_MODES.index("visit")


@dataclass(frozen=True)
class District:
    """One district's part of the input."""

    key: str
    inputs: Inputs


@dataclass(frozen=True)
class Division:
    """Which rows of the input belong to which district; places in parts (one row per offer and district)."""

    inputs: Inputs
    keys: tuple[str, ...]
    children_of: Ints  # district of each row of children
    offer: Ints  # rows, sorted by district
    part: Floats  # rows: share of the offer's places
    start: Ints  # districts + 1: the rows of each


def divide(inputs: Inputs, *, level: Level = "mid", digits: int = DISTRICT_DIGITS) -> Division:
    """Divide children and places among the districts.

    ``level`` settles the norms as in the analysis; ``digits``: leading digits of the municipality key that
    make a district (5 in Germany).
    """
    children = inputs.children
    names, of = np.unique(np.array([ags[:digits] for ags in children.ags], dtype=str), return_inverse=True)
    keys = tuple(map(str, names))
    offer, district, part = _divide_places(inputs, keys, level, digits)
    order = np.argsort(district, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(district, minlength=len(keys)))])
    return Division(inputs, keys, of.astype(np.int64), offer[order], part[order], start.astype(np.int64))


def _divide_places(
    inputs: Inputs, keys: tuple[str, ...], level: Level, digits: int
) -> tuple[Ints, Ints, Floats]:
    """Offer, district and the part of the places, one row for each district that an offer serves."""
    offers = inputs.offers
    offer, district, children = _count_asking(inputs, keys, level, digits)
    stray = np.setdiff1d(np.arange(len(offers.offer)), offer)  # out of everybody's reach: in one district
    offer = np.concatenate([offer, stray])
    district = np.concatenate([district, [_find_first_served(area, keys) for area in offers.area[stray]]])
    district, children = district.astype(np.int64), np.concatenate([children, np.ones(len(stray))])
    is_unknown = np.isnan(offers.places)
    most = np.zeros(len(offers.offer))
    np.maximum.at(most, offer, children)
    kept = ~is_unknown[offer] | (children == most[offer])
    kept[1:] &= ~(is_unknown[offer[1:]] & (offer[1:] == offer[:-1]) & kept[:-1])  # of equals, the first
    offer, district, children = offer[kept], district[kept], children[kept]
    total = np.bincount(offer, children, minlength=len(offers.offer))
    return offer, district, children / total[offer]


def _find_first_served(area: str, keys: tuple[str, ...]) -> int:
    """The first district that has municipalities of the area (AGS prefixes), or the first of all."""
    for prefix in area.split():
        for district, key in enumerate(keys):
            if key.startswith(prefix) or prefix.startswith(key):
                return district
    return 0


def _count_asking(
    inputs: Inputs, keys: tuple[str, ...], level: Level, digits: int
) -> tuple[Ints, Ints, Floats]:
    """Offer, district that asks there, and how many of its children do so first; by offer, then district.

    The ways are those of the model in steps of STEP_METRES, whether or not there is a table of travel times;
    hurdles thin out the families of an offer evenly.
    """
    parameters = settle_norms(inputs.norms, inputs.scheme, level)
    cells = gather_cells(inputs.children, inputs.scheme)
    order = _order_by_place(inputs.offers)
    offers = _select(inputs.offers, order)
    names, municipality = cells.municipalities
    areas, area = np.unique(offers.area.astype(str), return_inverse=True)
    admits = _find_admitted(areas, names)
    serves = find_phases_served(offers, inputs.scheme)
    has_field = (offers.fields[:, None] >> np.arange(len(inputs.scheme.fields))) & 1 == 1
    usable = _share_that_passes(offers, cells, parameters)
    comes = offers.mode != VISIT
    where = (
        np.nan_to_num(offers.x), np.nan_to_num(offers.y), ~comes & np.isfinite(offers.x), *_list_true(serves),
        *_list_true(has_field), usable, area.astype(np.int64), admits, weigh_ways(parameters), STEP_METRES,
    )  # fmt: skip
    by_area = np.zeros((len(areas), serves.shape[1], has_field.shape[1]))
    coming = np.flatnonzero(comes)
    each = serves[coming, :, None] * has_field[coming, None, :] * usable[coming, None, None]
    np.add.at(by_area, area[coming], each)
    came = np.tensordot(admits.astype(np.float64), by_area, axes=(0, 0))
    choice = np.concatenate(
        _share_out(
            lambda *part: weigh_choice(cells.x, cells.y, municipality, came, *where, *part), len(cells.x)
        )
    )
    asking = np.divide(_count_wanting(cells, parameters), choice, out=np.zeros_like(choice), where=choice > 0)
    came_to = np.zeros((len(names), *came.shape[1:]))
    np.add.at(came_to, municipality, asking.sum(axis=2))
    position = {key: index for index, key in enumerate(keys)}
    district = np.array([position[ags[:digits]] for ags in names], dtype=np.int64)
    found = _share_out(
        lambda *part: ask_in_districts(
            cells.x, cells.y, municipality, district, asking, came_to, *where, len(keys), *part
        ),
        len(offers.offer),
    )
    districts, asked, children = (np.concatenate(each) for each in zip(*found, strict=True))
    offer = np.repeat(order, districts)
    rows = np.argsort(offer, kind="stable")
    return offer[rows], asked[rows], children[rows]


def _order_by_place(offers: Offers) -> Ints:
    """Offers near each other behind each other: the same cells and offers are then still in the cache."""
    return np.lexsort((np.nan_to_num(offers.y) // BLOCK_METRES, np.nan_to_num(offers.x) // BLOCK_METRES))


def _share_out(work: Callable[[int, int], Part], rows: int) -> list[Part]:
    """Have threads work on equal parts (first row, end) of the rows; what they return, in order."""
    ends = np.linspace(0, rows, THREADS + 1).astype(int).tolist()
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return list(pool.map(work, ends[:-1], ends[1:]))


def weigh_ways(parameters: Parameters) -> Floats:
    """Steps, P, 2 (without, with a car): what an offer counts for a child whose way is so many STEP_METRES.

    The decay of seek.py over the model of reach.py: 1 at the door, 0 out of reach.
    """
    reach = find_largest_distance_m(parameters, np.ones(len(MODES), dtype=bool))
    metres = (np.arange(max(int(np.ceil(reach / STEP_METRES)), 1)) + 0.5) * STEP_METRES
    pace = parameters.detour / parameters.speed_kmh * 60 / 1000  # minutes per metre
    minutes = metres[:, None] * pace + parameters.boarding_minutes
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        burden = minutes / parameters.acceptable_minutes[:, None]  # P, steps, modes
    burden[~(burden <= 1)] = np.inf
    without_car = np.delete(burden, MODES.index("car"), axis=2).min(axis=2)
    both = np.stack([without_car, burden.min(axis=2)], axis=2)
    weight = np.where(np.isinf(both), 0.0, parameters.decay_at_limit ** (both * both))
    return np.ascontiguousarray(weight.transpose(1, 0, 2))


def _count_wanting(cells: Cells, parameters: Parameters) -> Floats:
    """C, P, 2, F: children who need the field and ask for it, without and with a car.

    A trace of all children is added, so that offers whose field nobody asks for belong to a district too.
    """
    mobility = np.stack([1 - parameters.car_share, parameters.car_share], axis=1)
    asks = parameters.need_share * (1 - parameters.never_asks) + TRACE  # P, F, G
    return np.asarray(np.einsum("cpg,pfg,gm->cpmf", cells.n, asks, mobility))


def _share_that_passes(offers: Offers, cells: Cells, parameters: Parameters) -> Floats:
    """O: share of the families whom the offer's hurdles do not stop, over all groups."""
    groups = cells.n.sum(axis=(0, 1))
    stopped = np.array(
        [
            parameters.hurdle_stops[[h for h in range(len(HURDLES)) if hurdles >> h & 1]].max(
                axis=0, initial=0.0
            )
            for hurdles in range(1 << len(HURDLES))
        ]
    )
    passing = ((1 - stopped) * groups).sum(axis=1) / max(groups.sum(), TRACE)
    return np.asarray(np.maximum(passing, TRACE)[offers.hurdles], dtype=np.float64)


def _list_true(marks: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The marked columns of each row (CSR)."""
    start = np.concatenate([[0], np.cumsum(marks.sum(axis=1))]).astype(np.int64)
    return start, np.nonzero(marks)[1].astype(np.int64)


def _find_admitted(areas: NDArray[np.str_], municipalities: Texts) -> NDArray[np.bool_]:
    """Areas (AGS prefixes, "" for everyone) × municipalities in order of their keys: children are served."""
    keys = municipalities.astype(str)
    admits = np.zeros((len(areas), len(keys)), dtype=bool)
    for row, area in enumerate(areas):
        for prefix in area.split() or [""]:
            low, high = np.searchsorted(keys, [prefix, prefix + "~"])
            admits[row, low:high] = True
    return admits


def cut_out(division: Division, district: int) -> District:
    """One district's children, and the offers that serve it with their part of the places."""
    inputs = division.inputs
    rows = slice(division.start[district], division.start[district + 1])
    children = _select(inputs.children, np.flatnonzero(division.children_of == district))
    offers = _select(inputs.offers, division.offer[rows])
    offers = replace(offers, places=offers.places * division.part[rows])
    times = inputs.times
    if times is not None:
        of_cells = np.isin(times.cell.astype(str), np.unique(children.cell.astype(str)))
        times = _select(times, np.flatnonzero(of_cells))
    return District(division.keys[district], replace(inputs, children=children, offers=offers, times=times))


def cut_all(division: Division) -> Iterator[District]:
    """The districts in the order of their keys."""
    for district in range(len(division.keys)):
        yield cut_out(division, district)


def _select(table: Rows, rows: Ints) -> Rows:
    return replace(table, **{field.name: getattr(table, field.name)[rows] for field in fields(table)})
