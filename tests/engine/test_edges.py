"""Regions at the edge: nobody, nothing, one of each, and offers that come to the door."""

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.regions import SCHEME, Region, metres

from kekiz.engine.compute import compute
from kekiz.engine.gaps import COLUMNS
from kekiz.engine.norms import Norms
from kekiz.engine.results import tabulate
from kekiz.engine.scheme import MODES

NEED, FOUND, NOT_FOUND = (COLUMNS.index(name) for name in ("need", "found", "not_found"))


def everyone(n: float = 1.0, phase: str = "P5", **row) -> dict:
    """A row of children in the middle of the region."""
    return {"cell": "Z", "ags": "05766020", **metres(0, 0), "phase": phase, "group": "other", "n": n, **row}


def anything(**row) -> dict:
    """An offer for every age at the same point, without hurdles."""
    return {
        "offer": "A",
        **metres(0, 0),
        "age_from": -9.0,
        "age_to": 324.0,
        "fields": "K1",
        "places": 1000.0,
        "mode": "visit",
        **row,
    }


def test_an_empty_region_has_the_same_tables_without_rows():
    empty = tabulate(Region([], []).compute()).tables
    full = tabulate(Region([everyone()], [anything()]).compute()).tables
    assert {name: table.schema for name, table in empty.items()} == {
        name: table.schema for name, table in full.items()
    }
    for name in ("links", "cells", "offers", "reach"):
        assert empty[name].num_rows == 0, name
    assert empty["chain"].to_pylist()[0]["birth_cohort"] == 0
    assert np.isnan(empty["chain"].to_pylist()[0]["unbroken"])


def test_offers_without_children_take_nobody():
    outcome = Region([], [anything()]).compute()
    assert outcome.children.sum() == 0
    assert outcome.fields[SCHEME.field_codes.index("K1")].taken_possible.tolist() == [0.0]


def test_children_without_offers_all_lack_one():
    totals = Region([everyone(10.0)], []).compute().children.sum(axis=(0, 2, 3, 4))
    assert totals[COLUMNS.index("no_offer")] == totals[NEED] > 0


def test_a_cell_without_children_adds_nothing():
    alone = Region([everyone(10.0)], [anything()])
    beside = replace(alone, children=[*alone.children, everyone(0.0, cell="leer", **metres(1, 0))])
    np.testing.assert_array_equal(beside.compute().children.sum(axis=2), alone.compute().children.sum(axis=2))


def test_one_child_finds_one_place():
    region = Region([everyone(1.0)], [anything(places=1.0)])
    region = region.change_norms("never_asks", lambda _: 0.0).change_norms("need_share", lambda _: 1.0)
    totals = region.compute().children[SCHEME.field_codes.index("K1")].sum(axis=(1, 2, 3))
    assert totals.tolist() == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_an_offer_without_places_leaves_its_children_without():
    outcome = Region([everyone(10.0)], [anything(places=0.0)]).compute()
    totals = outcome.children[SCHEME.field_codes.index("K1")].sum(axis=(1, 2, 3))
    assert totals[COLUMNS.index("full")] == totals[NEED] > 0


@pytest.mark.parametrize("mode", ["outreach", "online"])
def test_an_offer_that_comes_to_the_child_needs_no_position_and_no_way(mode):
    """Even where no means of travel is usable at this age: the norms name none."""
    inputs = Region([everyone(10.0)], [anything(mode=mode, x=None, y=None)]).inputs()
    norms = Norms(norm for norm in inputs.norms.entries if norm.key != "acceptable_minutes")
    outcome = compute(replace(inputs, norms=norms))
    totals = outcome.children[SCHEME.field_codes.index("K1")].sum(axis=(1, 2, 3))
    assert totals[FOUND] + totals[NOT_FOUND] == totals[NEED] > 0


def test_travel_times_for_every_mode_need_no_grid_as_fine_as_a_metre():
    """Offers 90 km apart and nothing left to the model: memory must not grow with the square of metres."""
    far = [anything(offer="nah"), anything(offer="fern", **metres(60, 70))]
    times = [{"cell": "Z", "offer": "nah", "mode": mode, "minutes": 5.0} for mode in MODES]
    totals = Region([everyone(10.0)], far, times=times).compute().children
    assert totals[SCHEME.field_codes.index("K1"), FOUND].sum() > 0
