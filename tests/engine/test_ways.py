"""Ways measured between places hold for whatever lies there; where nothing was measured the model stands in.

The proof that it does so without a seam: a table that holds the model's own minutes, for whichever of the
places, changes nothing.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.engine.regions import SCHEME, Region, build_norm, examine, metres, regions

from kekiz.engine.cells import gather_cells, sort_offers
from kekiz.engine.compute import compute, digest_inputs
from kekiz.engine.parameters import settle_norms
from kekiz.engine.plan.candidates import add_rows
from kekiz.engine.problems import InputError
from kekiz.engine.reach import VISIT, estimate_minutes
from kekiz.engine.tables import Spots, TravelTimes, spots_from_arrow
from kekiz.engine.ways import BEGIN, END, count_ways, place_names

FOOT, BIKE, BUS, CAR = range(4)


def measure_like_the_model(inputs, begins, ends, modes):
    """Spots at some of the cells and visited offers, and a table of the model's minutes between them."""
    cells, offers, norms = (
        gather_cells(inputs.children, SCHEME),
        sort_offers(inputs.offers),
        settle_norms(inputs.norms, SCHEME),
    )
    rows = []
    for c in begins:
        for o in ends:
            distance = np.hypot(offers.x[o] - cells.x[c], offers.y[o] - cells.y[c])
            for m in modes:
                minutes = estimate_minutes(
                    distance, norms.speed_kmh[m], norms.detour[m], norms.boarding_minutes[m]
                )
                rows.append((f"von {c}", f"nach {o}", m, float(minutes)))
    columns = list(zip(*rows, strict=True)) or [[], [], [], []]
    times = TravelTimes(
        np.array(columns[0], object), np.array(columns[1], object), np.array(columns[2], np.int64),
        np.array(columns[3], float),
    )  # fmt: skip
    names = [f"von {c}" for c in begins] + [f"nach {o}" for o in ends]
    spots = Spots(
        np.array(names, object),
        np.array([BEGIN] * len(begins) + [END] * len(ends), np.int64),
        np.array([cells.x[c] for c in begins] + [offers.x[o] for o in ends], float),
        np.array([cells.y[c] for c in begins] + [offers.y[o] for o in ends], float),
        np.zeros(len(names), np.int64),
    )
    return replace(inputs, times=times, spots=spots)


def leave_out(draw, indices):
    """All but a few."""
    gone = draw(st.sets(st.sampled_from(list(indices)), max_size=2)) if len(indices) else set()
    return [index for index in indices if index not in gone]


@examine
@given(regions(with_times=False), st.data())
def test_a_table_of_the_models_minutes_changes_nothing_whatever_it_covers(region, data):
    """Also where offers came later, moved away, or cells are new: for those the model stands in."""
    inputs = region.inputs()
    begins = leave_out(data.draw, range(len(gather_cells(inputs.children, SCHEME).cell)))
    ends = leave_out(data.draw, np.flatnonzero(sort_offers(inputs.offers).mode == VISIT).tolist())
    assume(begins and ends)
    modes = data.draw(st.sampled_from([(FOOT,), (BUS, CAR), (FOOT, BIKE, BUS, CAR)]))
    measured = measure_like_the_model(inputs, begins, ends, modes)
    assert (compute(measured, workers=1).children == compute(inputs, workers=1).children).all()


@examine
@given(regions())
def test_names_or_places_are_the_same_where_nothing_else_lies_there(region):
    assume(region.times is not None)
    inputs = region.inputs()
    visited = inputs.offers.mode == VISIT
    ends = list(zip(inputs.offers.x[visited], inputs.offers.y[visited], strict=True))
    cells = gather_cells(inputs.children, SCHEME)
    begins = list(zip(cells.x, cells.y, strict=True))
    assume(len(set(ends)) == len(ends) and len(set(begins)) == len(begins))
    placed = replace(inputs, spots=place_names(inputs.children, inputs.offers))
    named, by_place = compute(inputs, workers=1), compute(placed, workers=1)
    # A mode of which all rows are of unknown offers is listed both ways.
    assert (named.children == by_place.children).all()


def everyone(position, cell="Z", **more):
    return {"cell": cell, "ags": "05766020", "phase": "P5", "group": "other", "n": 10.0, **position, **more}


def club(name, position, **more):
    return {
        "offer": name, "provider": "T", "age_from": 72.0, "age_to": 120.0, "fields": "K2", "places": 100.0,
        "mode": "visit", "area": "", "hurdles": "", **position, **more,
    }  # fmt: skip


NEEDS_ALL = [build_norm("need_share", 1.0, phase="P5", field="K2", group="other")]


def measure(region, rows, spots):
    """The inputs of a region with a measured table; spots: (name, role, position[, off])."""
    table = pa.Table.from_pylist(
        [
            {"name": name, "role": role, **position, "off": off[0] if off else ""}
            for name, role, position, *off in spots
        ]
    )
    columns = [np.array(column, object) for column in zip(*rows, strict=True)]
    times = TravelTimes(columns[0], columns[1], columns[2].astype(np.int64), columns[3].astype(float))
    return replace(region.inputs(), times=times, spots=spots_from_arrow(table, SCHEME))


def found(inputs):
    """Children who find a place, and those for whom it is too far."""
    totals = compute(inputs, workers=1).children.sum(axis=(0, 2, 3, 4))
    return round(totals[1] + totals[2]), round(totals[5])


HOME, NEAR, FAR = metres(0, 0), metres(0.5, 0), metres(20, 0)
BOTH = [("heim", "begin", HOME), ("treff", "end", NEAR)]


def test_measured_means_measured_also_where_the_model_is_kinder():
    """500 m as the crow flies, but a river: 50 minutes on foot, and no other way."""
    region = Region([everyone(HOME)], [club("treff", NEAR)], overrides=NEEDS_ALL)
    walk = [("heim", "treff", mode, 50.0) for mode in range(4)]
    assert found(region.inputs()) == (10, 0)
    assert found(measure(region, walk, BOTH)) == (0, 10)


def test_a_new_offer_at_a_measured_place_has_its_ways_at_once():
    region = Region([everyone(HOME)], [club("neu", NEAR)], overrides=NEEDS_ALL)
    walk = [("heim", "treff", mode, 50.0) for mode in range(4)]
    assert found(measure(region, walk, BOTH)) == (0, 10), "whatever its name, the river is there"


def test_an_offer_that_moved_is_estimated_and_not_lost():
    moved = {"x": NEAR["x"] + 2.0, "y": NEAR["y"]}
    region = Region([everyone(HOME)], [club("treff", moved)], overrides=NEEDS_ALL)
    assert found(measure(region, [("heim", "treff", mode, 50.0) for mode in range(4)], BOTH)) == (10, 0)


def test_a_metre_is_no_move():
    shaken = {"x": NEAR["x"] + 0.4, "y": NEAR["y"] - 0.4}
    region = Region([everyone(HOME)], [club("treff", shaken)], overrides=NEEDS_ALL)
    assert found(measure(region, [("heim", "treff", mode, 50.0) for mode in range(4)], BOTH)) == (0, 10)


def test_no_row_between_measured_places_is_out_of_reach():
    region = Region([everyone(HOME)], [club("treff", NEAR)], overrides=NEEDS_ALL)
    elsewhere = [*BOTH, ("fern", "end", FAR)]
    rows = [("heim", "fern", mode, 5.0) for mode in range(4)]
    assert found(measure(region, rows, elsewhere)) == (0, 10)


def test_what_comes_home_needs_no_way():
    region = Region(
        [everyone(HOME)], [club("besuch", {"x": None, "y": None}, mode="outreach")], overrides=NEEDS_ALL
    )
    inputs = measure(region, [("heim", "treff", mode, 50.0) for mode in range(4)], BOTH)
    assert found(inputs) == (10, 0)
    counts = count_ways(gather_cells(inputs.children, SCHEME), sort_offers(inputs.offers), inputs.known_ways)
    assert (counts.ways, counts.new_offers, counts.modelled_ways) == (0, 0, 0)


def test_ways_are_counted_cell_by_offer():
    """3 cells × 4 visited offers = 12 ways. Sure are cell A and B (C is new) to offers 1 and 2: 4 of them.

    Offer 3 is new, offer 4 lies off the streets, so 12 − 4 = 8 follow the model in some mode.
    """
    cells = [everyone(HOME, "A"), everyone(metres(1, 0), "B"), everyone(metres(2, 0), "C")]
    offers = [club(str(number), metres(number, 1)) for number in range(1, 5)]
    region = Region(cells, [*offers, club("netz", {"x": None, "y": None}, mode="online")])
    spots = [
        ("a", "begin", HOME), ("b", "begin", metres(1, 0)),
        ("1", "end", metres(1, 1)), ("2", "end", metres(2, 1)), ("4", "end", metres(4, 1), "car foot"),
    ]  # fmt: skip
    inputs = measure(region, [("a", "1", FOOT, 12.0), ("b", "2", FOOT, 12.0)], spots)
    counts = count_ways(gather_cells(inputs.children, SCHEME), sort_offers(inputs.offers), inputs.known_ways)
    assert (counts.cells, counts.offers, counts.ways, counts.modelled_ways) == (3, 4, 12, 8)
    assert (counts.new_cells, counts.new_offers, counts.off_cells, counts.off_offers) == (1, 1, 0, 1)


def test_off_the_streets_counts_only_in_a_mode_that_is_used():
    region = Region([everyone(HOME)], [club("treff", NEAR)])
    spots = [("heim", "begin", HOME), ("treff", "end", NEAR, "car")]
    inputs = measure(region, [("heim", "treff", FOOT, 8.0)], spots)
    counts = count_ways(gather_cells(inputs.children, SCHEME), sort_offers(inputs.offers), inputs.known_ways)
    assert (counts.modelled_ways, counts.off_offers) == (0, 0)


def test_other_places_are_another_input():
    region = Region([everyone(HOME)], [club("treff", NEAR)])
    rows = [("heim", "treff", FOOT, 8.0)]
    one, other = measure(region, rows, BOTH), measure(region, rows, [BOTH[0], ("treff", "end", FAR)])
    assert digest_inputs(one, "mid")["inputs"] != digest_inputs(other, "mid")["inputs"]
    assert digest_inputs(one, "mid") == digest_inputs(measure(region, rows, BOTH[::-1]), "mid")


def test_an_offer_that_a_plan_adds_is_not_out_of_reach():
    """In files mode a table names cells and offers; it cannot know what a plan adds."""
    region = Region([everyone(HOME)], [club("fern", FAR)], overrides=NEEDS_ALL)
    named = region.inputs()
    nothing = [("Z", "fern", mode, 500.0) for mode in range(4)]
    columns = [np.array(column, object) for column in zip(*nothing, strict=True)]
    times = TravelTimes(columns[0], columns[1], columns[2].astype(np.int64), columns[3].astype(float))
    row = {"offer": "plan", "provider": "plan", "name": "", **NEAR, "age_from": 72, "age_to": 120,
           "fields": int(named.offers.fields[0]), "places": 100, "mode": VISIT, "area": "", "hurdles": 0,
           "languages": "", "until": ""}  # fmt: skip
    placed = replace(named, times=times, spots=place_names(named.children, named.offers))
    assert found(placed) == (0, 10)
    assert found(replace(placed, offers=add_rows(named.offers, [row]))) == (10, 0)


def test_faulty_places_are_named_all_at_once():
    table = pa.Table.from_pylist(
        [
            {"name": "a", "role": "begin", "x": 4_230_000.0, "y": 3_180_000.0, "off": ""},
            {"name": "a", "role": "begin", "x": 12.0, "y": 3_180_000.0, "off": "zug"},
            {"name": "a", "role": "mitte", "x": 4_230_000.0, "y": 3_180_000.0, "off": "foot car"},
        ]
    )
    with pytest.raises(InputError) as refused:
        spots_from_arrow(table, SCHEME)
    for said in (
        "EPSG:3035",
        "„mitte“ ist unbekannt",
        "„zug“ enthält einen unbekannten Eintrag",
        "schon in Zeile",
    ):
        assert said in str(refused.value)
