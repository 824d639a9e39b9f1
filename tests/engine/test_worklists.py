"""The order of the work lists: reasons that can be followed with a pencil, the same for every region."""

import math
import random

import pyarrow as pa
import pytest
from tests.engine.regions import SCHEME, SOUTH, WEST, Region

from kekiz.engine.handovers import SCHEMA
from kekiz.engine.overlaps import PAIRS
from kekiz.engine.worklists import order_handovers, order_overlaps

LEMGO, LAGE, DETMOLD = "05766044", "05766040", "05766020"
DAY_CARE = {"age_from": 36.0, "age_to": 72.0, "fields": "K1"}
SCHOOL = {"age_from": 72.0, "age_to": 120.0, "fields": "K1"}
READING = {"age_from": 24.0, "age_to": 72.0, "fields": "K2"}


def build_offers(**kinds):
    """Offers by name, each a kind and its kilometres to the east."""
    rows = [
        {"offer": name, "x": WEST + 1000.0 * km, "y": float(SOUTH), "mode": "visit", **kind}
        for name, (kind, km) in kinds.items()
    ]
    return Region([], rows).inputs().offers


def pair(a, b, ags, score=0.9, likeness=0.9):
    row = dict.fromkeys(PAIRS.names) | {"offer_a": a, "offer_b": b, "ags": ags, "score": score}
    return row | {"likeness": likeness, "distance_km": 0.1, "rank": 1}


def order_pairs(rows, offers):
    return order_overlaps(pa.Table.from_pylist(rows, schema=PAIRS), offers, SCHEME)


def passage(a, b, shared, agreed=False, share=0.5):
    row = dict.fromkeys(SCHEMA.names) | {"kind": "transition", "transition": "T3", "ags": LEMGO}
    row |= {"from_phase": "P4", "to_phase": "P5", "offer_a": a, "offer_b": b, "shared": float(shared)}
    return row | {"children_a": 50.0, "children_b": 90.0, "share_of_a": share, "is_missing": not agreed}


def order_passages(rows, offers, **options):
    return order_handovers(pa.Table.from_pylist(rows, schema=SCHEMA), offers, SCHEME, **options)


# Overlaps


def test_what_stands_in_every_town_says_less_than_what_stands_in_one():
    """Day care beside day care in three towns, reading hour beside reading hour in one."""
    offers = build_offers(
        **dict.fromkeys(("a", "b", "c", "d", "e", "f"), (DAY_CARE, 0)), r=(READING, 0), s=(READING, 0)
    )
    rows = [pair("a", "b", LEMGO, 1.0), pair("c", "d", LAGE, 1.0), pair("e", "f", DETMOLD, 1.0)]
    first, *rest = order_pairs([*rows, pair("r", "s", LEMGO, 0.8)], offers)
    assert (first["offer_a"], first["towns_alike"]) == ("r", 1)
    assert first["weight"] == pytest.approx(0.8 * math.log(4))
    assert [row["weight"] for row in rest] == pytest.approx([math.log(4 / 3)] * 3)


def test_what_cannot_be_told_comes_last_and_nothing_is_left_out():
    offers = build_offers(a=(DAY_CARE, 0), b=(DAY_CARE, 1), c=(READING, 0))
    rows = [pair("a", "c", LEMGO, None), pair("a", "b", LEMGO, 0.01)]
    ordered = order_pairs(rows, offers)
    assert [row["weight"] is None for row in ordered] == [False, True]


def test_three_of_one_kind_in_a_town_are_one_entry_two_are_a_pair():
    offers = build_offers(a=(DAY_CARE, 0), b=(DAY_CARE, 1), c=(DAY_CARE, 2), r=(READING, 0), s=(READING, 0))
    rows = [pair("a", "b", LEMGO), pair("b", "c", LEMGO), pair("r", "s", LEMGO), pair("a", "c", LAGE)]
    groups = {(row["offer_a"], row["offer_b"]): row["group"] for row in order_pairs(rows, offers)}
    assert groups[("a", "b")] == groups[("b", "c")] == "K1.P4.visit"
    assert groups[("r", "s")] == groups[("a", "c")] == ""


# Handovers


def test_usual_elsewhere_counts_beside_the_children():
    """Day cares usually have an agreement with a school, never with a reading hour."""
    homes = {f"kita{n}": (DAY_CARE, 3 * n) for n in range(6)}
    schools = {f"school{n}": (SCHOOL, 3 * n) for n in range(6)}
    readings = {f"reading{n}": (READING | {"age_to": 120.0}, 3 * n) for n in range(6)}
    offers = build_offers(**homes, **schools, **readings)
    rows = [passage(f"kita{n}", f"school{n}", 8, agreed=n > 0) for n in range(6)]
    rows += [passage(f"kita{n}", f"reading{n}", 10) for n in range(6)]
    first, *rest = order_passages(rows, offers)
    assert (first["offer_a"], first["offer_b"]) == ("kita0", "school0")
    assert (first["comparable"], first["comparable_agreed"]) == (5, 5)
    assert all(row["comparable_agreed"] == 0 for row in rest)
    assert first["usual"] > 0.9
    assert rest[0]["usual"] < 0.2


def test_only_pairs_at_most_as_far_apart_are_compared():
    """Near neighbours agree, far ones do not: for a near pair only the near ones say what is usual."""
    near = {f"near{n}": (SCHOOL, 0.2 * n) for n in range(4)}
    far = {f"far{n}": (SCHOOL, 20 + n) for n in range(4)}
    offers = build_offers(kita=(DAY_CARE, 0), **near, **far)
    rows = [passage("kita", f"near{n}", 5, agreed=n > 0) for n in range(4)]
    rows += [passage("kita", f"far{n}", 5) for n in range(4)]
    found = {row["offer_b"]: row for row in order_passages(rows, offers)}
    assert (found["near0"]["comparable"], found["near0"]["comparable_agreed"]) == (3, 3)
    assert (found["far3"]["comparable"], found["far3"]["comparable_agreed"]) == (7, 3)


def test_the_second_partner_of_a_house_counts_half():
    offers = build_offers(a=(DAY_CARE, 0), b=(DAY_CARE, 0), p=(SCHOOL, 0), q=(SCHOOL, 0), s=(SCHOOL, 0))
    rows = [passage("a", "p", 10), passage("a", "q", 9), passage("b", "s", 6)]
    ordered = order_passages(rows, offers)
    assert [(row["offer_b"], row["turn"]) for row in ordered] == [("p", 1), ("s", 1), ("q", 2)]


def test_sites_of_one_house_are_one_row():
    offers = build_offers(**{"a@1": (DAY_CARE, 0), "a@2": (DAY_CARE, 3), "p": (SCHOOL, 0)})
    rows = [passage("a@1", "p", 6, share=0.5), passage("a@2", "p", 4, share=0.25)]
    (row,) = order_passages(rows, offers, house=lambda name: name.partition("@")[0])
    assert (row["offer_a"], row["shared"], row["children_a"]) == ("a@1", 10, 100)
    assert row["share_of_a"] == pytest.approx(10 / (12 + 16))
    (mixed,) = order_passages(
        [rows[0], passage("p", "a@1", 3)], offers, house=lambda name: name.partition("@")[0]
    )[:1]
    assert mixed["is_missing"]
    agreed = [rows[0], passage("a@2", "p", 4, agreed=True)]
    assert order_passages(agreed, offers, house=lambda name: name.partition("@")[0]) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed):
    names = [f"o{n}" for n in range(8)]
    kinds = [DAY_CARE, SCHOOL, READING]
    offers = build_offers(**{name: (kinds[n % 3], n) for n, name in enumerate(names)})
    chance = random.Random(seed)
    ends = [(a, b) for a in names for b in names if a < b]
    overlaps = [pair(a, b, chance.choice([LEMGO, LAGE]), chance.choice([None, 0.5, 0.9])) for a, b in ends]
    passages = [passage(a, b, chance.randint(1, 9), chance.random() < 0.4) for a, b in ends]
    wanted = order_pairs(overlaps, offers), order_passages(passages, offers)
    chance.shuffle(overlaps), chance.shuffle(passages)
    assert (order_pairs(overlaps, offers), order_passages(passages, offers)) == wanted


def test_nothing_gives_nothing():
    offers = build_offers()
    assert order_pairs([], offers) == order_passages([], offers) == []
