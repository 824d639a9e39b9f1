"""Duplicates on whole lists: the planted ones of the demo, the labelled day-care set, restaurants."""

import csv
import tomllib

import pytest
from bench.day_care_doubles import find_lists, make_doubles
from bench.duplicates import ask_people, judge_result, load_restaurants, make_records
from tests.conftest import ROOT

from kekiz.engine.duplicates import Records, find_duplicates

DEMO = ROOT / "demo" / "lippe"
needs_lists = pytest.mark.skipif(
    not find_lists(), reason="the open data folder is absent (KEKIZ_DATA or ../shared/data)"
)


def read_demo(name):
    with (DEMO / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_demo_records():
    sites = {row["site"]: row for row in read_demo("sites.csv")}
    providers = {row["provider"]: row["name"] for row in read_demo("providers.csv")}
    offers = read_demo("offers.csv")
    at = [sites.get((row["sites"].split() or [""])[0], {}) for row in offers]
    columns = {column: [row[column] for row in offers] for column in ("title", "phone")}
    numbers = {
        column: [float(row[column]) if row[column] else None for row in offers]
        for column in ("lat", "lon", "age_from", "age_to")
    }
    return Records.from_columns(
        id=[row["offer"] for row in offers],
        provider=[providers[row["provider"]] for row in offers],
        hours=[row["opening_hours"] for row in offers],
        name=[site.get("name") for site in at],
        street=[site.get("street") for site in at],
        postcode=[site.get("postcode") for site in at],
        town=[site.get("place") for site in at],
        **columns,
        **numbers,
    )


def test_planted_duplicates_of_the_demo_lead_the_list():
    truths = tomllib.loads((ROOT / "demo" / "truths.toml").read_text(encoding="utf-8"))["duplicate"]
    planted = {tuple(sorted(truth["offers"])) for truth in truths}
    found = find_duplicates(read_demo_records(), level="offer")
    pairs = list(zip(found.left.to_pylist(), found.right.to_pylist(), strict=True))
    assert set(pairs[: len(planted)]) == planted
    assert set(found.decision.to_pylist()[: len(planted)]) == {"review"}


@needs_lists
@pytest.mark.real
@pytest.mark.parametrize(("source", "seed"), [("sh", 901), ("berlin", 902)])
def test_day_care_sites_reach_the_bars(source, seed):
    records, truth = make_records(make_doubles(source, seed))
    found = find_duplicates(records)
    figures = judge_result(found, truth)
    assert figures["f1"] >= 0.95
    assert figures["seen"] >= 0.99
    assert figures["automatic_right"] >= 0.98
    assert judge_result(ask_people(records, truth, 100), truth)["f1"] >= 0.97


@needs_lists
@pytest.mark.real
def test_day_care_offers_learn_from_answers():
    records, truth = make_records(make_doubles("sh", 903, "offer"))
    before = judge_result(find_duplicates(records, level="offer"), truth)
    after = judge_result(ask_people(records, truth, 100, level="offer"), truth)
    assert before["f1"] >= 0.93
    assert after["f1"] > before["f1"]


@needs_lists
@pytest.mark.real
def test_restaurants_of_another_country_are_matched_too():
    records, truth = make_records(load_restaurants())
    assert judge_result(find_duplicates(records, country="US"), truth)["f1"] >= 0.9


@needs_lists
@pytest.mark.real
def test_same_seed_same_set():
    assert make_doubles("sh", 4, limit=50) == make_doubles("sh", 4, limit=50)
    assert make_doubles("sh", 4, limit=50) != make_doubles("sh", 5, limit=50)
