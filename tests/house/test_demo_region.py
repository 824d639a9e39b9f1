"""The demo region: real totals are kept, invented things look invented, planted truths are there."""

import csv
import re
import tomllib
from collections import defaultdict
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from demo.build import build_region, write_region
from demo.offers import PHASE_MONTHS
from demo.settlement import CHILDREN_PER_1000, contains, count_children, read_boundaries

DEMO = Path(__file__).resolve().parents[2] / "demo"
LIPPE = DEMO / "lippe"
FIELDS = ("M1", "M2", "S1", "S2", "K1", "K2", "G1", "G2")
REASONS = ("not_found", "full", "hurdle", "too_far", "no_offer")
# Nobody is thought to need formal education before birth (norm 0), so nobody offers it.
LINKS_WITHOUT_NEED = {("P1", "K1")}


@cache
def read_rows(name: str) -> list[dict[str, str]]:
    with (LIPPE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def read_truths() -> dict:
    return tomllib.loads((DEMO / "truths.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_region(build_region(), folder, folder / "truths.toml")
    return folder


@pytest.fixture(scope="module")
def links() -> list[dict]:
    """Rows of the link table of one real analysis of the demo region."""
    from kekiz.engine.norms import load_norms
    from kekiz.engine.run import Inputs, analyse
    from kekiz.engine.scheme import load_scheme
    from kekiz.engine.tables import read_children, read_offers

    scheme = load_scheme()
    norms_folder = DEMO.parent / "src/kekiz/engine/norms"
    inputs = Inputs(
        children=read_children(LIPPE / "children.csv", scheme),
        offers=read_offers(LIPPE / "offers.csv", scheme),
        norms=load_norms(*sorted(norms_folder.glob("*.toml")), scheme=scheme),
        scheme=scheme,
    )
    return analyse(inputs).tables["links"].to_pylist()


def split_reasons(links: list[dict], gap: dict) -> dict[str, float]:
    """Shares of the need by reason in the link, place and group of a gap ("" = all)."""
    rows = [
        row
        for row in links
        if row["phase"] == gap["phase"]
        and row["field"] == gap["field"]
        and gap["ags"] in ("", row["ags"])
        and gap["group"] in ("", row["group"])
    ]
    need = sum(row["need"] for row in rows)
    assert need > 0
    return {reason: sum(row[reason] for row in rows) / need for reason in REASONS}


# Real figures


def test_cells_add_up_to_the_official_populations():
    sums = defaultdict(int)
    for row in read_rows("population"):
        sums[row["ags"]] += int(row["population"])
    official = {row["ags"]: int(row["population"]) for row in read_rows("municipalities")}
    assert sums == official
    assert sum(official.values()) == 350_588
    assert len(official) == 16


def test_children_add_up_to_the_stated_derivation():
    hundredths = defaultdict(int)
    for row in read_rows("children"):
        hundredths[row["ags"], row["phase"]] += round(float(row["n"]) * 100)
    stated = count_children(read_rows("municipalities"))
    assert hundredths == {key: 100 * n for key, n in stated.items()}
    for phase, rate in CHILDREN_PER_1000.items():
        assert sum(n for (_, p), n in stated.items() if p == phase) == round(rate * 350.588)


def test_low_income_children_are_13_to_14_percent_and_denser_in_towns():
    low = sum(float(row["n"]) for row in read_rows("children") if row["group"] == "low_income")
    total = sum(float(row["n"]) for row in read_rows("children"))
    assert 0.13 < low / total < 0.14
    people = {row["cell"]: int(row["population"]) for row in read_rows("population")}
    shares = {"dense": [0.0, 0.0], "thin": [0.0, 0.0]}
    for row in read_rows("children"):
        kind = "dense" if people[row["cell"]] > 1000 else "thin"
        shares[kind][0] += float(row["n"]) * (row["group"] == "low_income")
        shares[kind][1] += float(row["n"])
    assert shares["dense"][0] / shares["dense"][1] > 1.3 * shares["thin"][0] / shares["thin"][1]


def test_grid_is_small_and_its_cells_are_not_the_census_cells():
    cells = {row["cell"] for row in read_rows("population")}
    assert 500 <= len(cells) <= 700
    assert all(re.fullmatch(r"VF\d{4}", cell) for cell in cells)


@pytest.mark.parametrize("name", ["sites", "population", "stops", "places"])
def test_points_lie_in_their_municipality(name):
    boundaries = read_boundaries(LIPPE / "boundaries.geojson")
    # Stops were sorted by exact borders, rough postcode points by name: both may miss the simplified border.
    tolerated = {"stops": 0.02, "places": 0.06}.get(name, 0)
    rows = read_rows(name)
    outside = 0
    for ags, rings in boundaries.items():
        points = np.array([(float(r["lon"]), float(r["lat"])) for r in rows if r["ags"] == ags])
        outside += int((~contains(rings, points[:, 0], points[:, 1])).sum())
    assert set(boundaries) == {row["ags"] for row in rows}
    assert outside <= tolerated * len(rows)


def test_neighbours_share_their_simplified_border():
    """Every inner border point belongs to two municipalities: no slivers, no overlaps."""
    owners = defaultdict(set)
    for ags, rings in read_boundaries(LIPPE / "boundaries.geojson").items():
        for ring in rings:
            for a, b in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
                owners[frozenset((tuple(a), tuple(b)))].add(ags)
    shared = sum(len(parts) == 2 for parts in owners.values())
    assert shared > 300
    assert max(len(parts) for parts in owners.values()) == 2


# Invented offers


def test_counts_are_those_of_a_real_district():
    offers = read_rows("offers")
    assert len(offers) >= 350
    assert len({offer["provider"] for offer in offers}) >= 60
    assert len(read_rows("sites")) >= 190
    unknown = sum(not offer["places"] for offer in offers) / len(offers)
    assert 0.10 < unknown < 0.20
    plain = sum(bool(offer["plain_text"]) for offer in offers) / len(offers)
    assert plain > 1 / 3


def test_every_link_has_offers_but_the_planted_gap():
    planted = {(gap["phase"], gap["field"]) for gap in read_truths()["gap"] if gap["reason"] == "no_offer"}
    assert planted
    covered = set()
    for offer in read_rows("offers"):
        for phase, (start, end) in PHASE_MONTHS.items():
            if int(offer["age_from"]) < end and int(offer["age_to"]) > start:
                covered |= set(product([phase], offer["fields"].split()))
    assert set(product(PHASE_MONTHS, FIELDS)) - covered == planted | LINKS_WITHOUT_NEED


def test_all_municipalities_have_offers():
    site_ags = {site["site"]: site["ags"] for site in read_rows("sites")}
    reached = {site_ags[offer["sites"].split()[0]] for offer in read_rows("offers")}
    assert reached == {row["ags"] for row in read_rows("municipalities")}


def test_references_lead_somewhere():
    offers = {offer["offer"] for offer in read_rows("offers")}
    assert len(offers) == len(read_rows("offers"))
    sites = {site["site"] for site in read_rows("sites")}
    providers = {provider["provider"] for provider in read_rows("providers")}
    assert len(sites) == len(read_rows("sites"))
    assert len(providers) == len(read_rows("providers"))
    for offer in read_rows("offers"):
        assert offer["provider"] in providers
        assert set(offer["sites"].split()) <= sites
    for row in read_rows("cooperations"):
        assert {row["offer_a"], row["offer_b"]} <= offers
        assert row["offer_a"] != row["offer_b"]


def test_values_are_those_of_the_contract():
    hurdles = {"paid", "registration", "referral", "language", "waiting_list", "application"}
    for offer in read_rows("offers"):
        assert -9 <= int(offer["age_from"]) < int(offer["age_to"]) <= 324
        assert offer["mode"] in {"visit", "outreach", "online"}
        assert offer["access"] in {"walk_in", "registration", "referral", "outreach", "online"}
        assert offer["cost"] in {"free", "paid", "reduced"}
        assert offer["level"] in {"universal", "selective", "indicated"}
        assert set(offer["hurdles"].split()) <= hurdles
        assert set(offer["fields"].split()) <= set(FIELDS)
        assert offer["places"] == "" or int(offer["places"]) > 0
        assert offer["permanent"] == ("no" if offer["until"] else "yes")


def test_no_contact_can_reach_anybody():
    for row in read_rows("offers") + read_rows("providers"):
        assert re.fullmatch(r"0\d{4}[ /]0000[- ]\d{3}", row["phone"]), row["phone"]
        assert row["email"].endswith("@example.org")
        assert row["website"].startswith("https://example.org/")
    everything = " ".join(" ".join(row.values()) for row in read_rows("offers"))
    addresses = re.findall(r"[\w.-]+@[\w.-]+|https?://[\w.-]+", everything)
    assert {re.split(r"@|//", address)[1] for address in addresses} == {"example.org"}


def test_texts_are_filled_in_and_varied():
    offers = read_rows("offers")
    for offer in offers:
        text = offer["title"] + offer["summary"] + offer["description"]
        assert not re.search(r"[{}]|\bim (Kita|Grundschule|Leseinsel) [A-ZÄÖÜ]", text), text
        assert 2 <= len(re.findall(r"[.!?](?:\s|$)", offer["description"])) <= 7
    assert len({offer["title"] for offer in offers}) > 0.95 * len(offers)
    assert len({offer["description"] for offer in offers}) > 0.6 * len(offers)


def test_region_file_names_the_files_and_says_what_is_invented():
    region = tomllib.loads((LIPPE / "region.toml").read_text("utf-8"))
    assert region["region"]["key"] == "05766"
    assert "erfunden" in region["region"]["notice"]
    assert region["region"]["reference_date"] == date(2026, 11, 1)
    assert all((LIPPE / name).is_file() for name in region["files"].values())


def test_files_stay_small():
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.suffix != ".pyc") < 1_500_000
    assert (LIPPE / "boundaries.geojson").stat().st_size <= 60_000


def test_builder_writes_the_committed_files_again(rebuilt):
    for path in sorted(rebuilt.iterdir()):
        committed = DEMO / path.name if path.suffix == ".toml" else LIPPE / path.name
        assert path.read_bytes() == committed.read_bytes(), f"{path.name}: run python demo/build.py"
    assert len(list(rebuilt.iterdir())) == 7


# Planted truths


def test_truths_name_existing_offers():
    offers = {offer["offer"] for offer in read_rows("offers")}
    truths = read_truths()
    for name in ("gap", "overlap", "missing_handover", "duplicate"):
        for truth in truths[name]:
            assert set(truth["offers"]) <= offers
    for name in ("funding_ends", "stale"):
        assert {truth["offer"] for truth in truths[name]} <= offers


def test_truths_are_as_many_as_promised():
    truths = read_truths()
    counts = {
        name: len(truths[name]) for name in ("overlap", "missing_handover", "duplicate", "funding_ends")
    }
    assert counts == {"overlap": 2, "missing_handover": 5, "duplicate": 4, "funding_ends": 6}
    assert len(truths["stale"]) >= 12
    assert len({gap["reason"] for gap in truths["gap"]}) >= 3
    assert {pair["transition"] for pair in truths["missing_handover"]} == {"T1", "T2", "T3", "T4", "T5"}


def test_exactly_the_planted_funds_end_within_a_year():
    start, end = date(2026, 11, 1), date(2027, 11, 1)
    ending = {
        o["offer"]
        for o in read_rows("offers")
        if o["until"] and start <= date.fromisoformat(o["until"]) < end
    }
    assert ending == {truth["offer"] for truth in read_truths()["funding_ends"]}


def test_exactly_the_planted_offers_are_stale():
    limit = date(2025, 5, 1)  # 18 months before the reference date
    stale = {o["offer"] for o in read_rows("offers") if date.fromisoformat(o["assured_on"]) < limit}
    assert stale == {truth["offer"] for truth in read_truths()["stale"]}


def test_missing_handovers_have_no_cooperation_while_their_kinds_have():
    agreed = {frozenset((row["offer_a"], row["offer_b"])) for row in read_rows("cooperations")}
    linked = {key for pair in agreed for key in pair}
    for pair in read_truths()["missing_handover"]:
        assert frozenset(pair["offers"]) not in agreed
        assert set(pair["offers"]) & linked, "one of the two works with others, so it could with this one"


def test_duplicates_are_near_each_other_and_written_differently():
    offers = {offer["offer"]: offer for offer in read_rows("offers")}
    for pair in read_truths()["duplicate"]:
        one, other = (offers[key] for key in pair["offers"])
        assert one["title"] != other["title"]
        assert one["sites"] == other["sites"]
        assert re.sub(r"\D", "", one["phone"]) == re.sub(r"\D", "", other["phone"])
        assert other["places"] == ""


@pytest.mark.parametrize("gap", read_truths()["gap"], ids=lambda gap: gap["name"])
def test_engine_finds_the_planted_gap_and_its_reason(links, gap):
    shares = split_reasons(links, gap)
    assert max(shares, key=shares.get) == gap["reason"], shares
    assert shares[gap["reason"]] >= gap["least_share"], shares


def test_elsewhere_the_same_links_are_served(links):
    """The planted gaps stand out: the other municipalities find most of what the one does not."""
    for gap in read_truths()["gap"]:
        if gap["ags"]:
            rest = split_reasons([row for row in links if row["ags"] != gap["ags"]], gap | {"ags": ""})
            assert sum(rest.values()) < 0.35, (gap["name"], rest)


def test_low_income_children_find_less(links):
    found = {}
    for group in ("low_income", "other"):
        rows = [row for row in links if row["group"] == group]
        found[group] = sum(row["found"] for row in rows) / sum(row["need"] for row in rows)
    assert 0.85 < found["low_income"] < found["other"] - 0.03 < 0.97
