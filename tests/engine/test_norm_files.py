"""The norm files that ship with kekiz: complete, in range, and honest about their sources."""

import datetime as dt
import math
import re
import tomllib
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "kekiz" / "engine" / "norms"
SCHEME_FILE = ROOT / "src" / "kekiz" / "engine" / "scheme.toml"

PHASES = [f"P{number}" for number in range(1, 8)]
FIELDS = ["M1", "M2", "S1", "S2", "K1", "K2", "G1", "G2"]
GROUPS = ["low_income", "other"]
HURDLES = ["paid", "registration", "referral", "language", "waiting_list", "application"]
TRAVEL_MODES = ["foot", "bike", "bus", "car"]
OFFER_MODES = ["visit", "outreach", "online"]
DIMENSIONS = {
    "phase": PHASES,
    "field": FIELDS,
    "group": GROUPS,
    "hurdle": HURDLES,
    "mode": TRAVEL_MODES + OFFER_MODES,
}
UNITS = {
    "need_share": "share",
    "car_share": "share",
    "tries": "rounds",
    "never_asks": "share",
    "acceptable_minutes": "minutes",
    "hurdle_stops": "share",
    "assumed_places": "places",
    "speed": "kmh",
    "detour": "factor",
    "boarding": "minutes",
    "decay_at_limit": "share",
}
REQUIRED = {"key", "low", "mid", "high", "unit", "valid_from", "source", "note"}
# A citation names an office or author with a year, or a law with its paragraph.
CITATION = re.compile(r"\b(19|20)\d\d\b|§")


def read_norms():
    """Every [[norm]] of every file, with the name of its file."""
    norms = []
    for path in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        assert set(content) == {"norm"}, f"{path.name}: only [[norm]] entries are expected"
        norms += [{"file": path.name, **entry} for entry in content["norm"]]
    return norms


NORMS = read_norms()


def name_of(norm):
    return " ".join([norm["file"], norm["key"], *(norm[d] for d in DIMENSIONS if d in norm)])


def place_of(norm):
    return (norm["key"], *(norm.get(dimension, "") for dimension in DIMENSIONS))


def select(key):
    return [norm for norm in NORMS if norm["key"] == key]


def mid_need():
    return {(n["phase"], n["field"], n["group"]): n["mid"] for n in select("need_share")}


@pytest.mark.parametrize("norm", NORMS, ids=name_of)
def test_entry_is_well_formed(norm):
    assert set(norm) - {"file"} - set(DIMENSIONS) == REQUIRED
    assert norm["unit"] == UNITS[norm["key"]]
    assert isinstance(norm["valid_from"], dt.date)
    assert norm["valid_from"] <= dt.date(2026, 12, 31)
    for dimension, allowed in DIMENSIONS.items():
        assert norm.get(dimension, allowed[0]) in allowed
    assert 0 <= norm["low"] <= norm["mid"] <= norm["high"] < math.inf
    if norm["unit"] == "share":
        assert norm["high"] <= 1
    if norm["unit"] in ("rounds", "places"):
        assert all(isinstance(norm[level], int) and norm[level] >= 1 for level in ("low", "mid", "high"))
    if norm["key"] in ("speed", "detour"):
        assert norm["low"] > 0


@pytest.mark.parametrize("norm", NORMS, ids=name_of)
def test_entry_says_where_it_comes_from_and_how_sure_it_is(norm):
    if norm["source"] != "assumption":
        assert CITATION.search(norm["source"]), norm["source"]
        assert "annahme" not in norm["source"].lower()
    note = norm["note"]
    assert note.endswith("."), "a note is one full sentence"
    assert len(note) > 20
    assert not re.search(r"[.!?] [A-ZÄÖÜ]", re.sub(r"\b(Abs|Nr|z|u|a|B)\. ", "", note)), (
        "one sentence, not two"
    )
    if note.startswith("Annahme"):
        assert norm["source"] == "assumption", "a note that says Annahme must not lean on a citation"


def test_no_entry_stands_twice():
    doubles = [place for place, count in Counter(map(place_of, NORMS)).items() if count > 1]
    assert doubles == []


def test_phases_fields_and_groups_are_those_of_the_scheme():
    scheme = tomllib.loads(SCHEME_FILE.read_text(encoding="utf-8"))
    assert [phase["code"] for phase in scheme["phase"]] == PHASES
    assert [field["code"] for field in scheme["field"]] == FIELDS
    assert [group["code"] for group in scheme["group"]] == GROUPS


def test_need_is_given_for_all_56_links_and_both_groups():
    given = [(n.get("phase"), n.get("field"), n.get("group")) for n in select("need_share")]
    assert len(given) == 112
    assert set(given) == set(product(PHASES, FIELDS, GROUPS))


@pytest.mark.parametrize(("phase", "field"), list(product(PHASES, FIELDS)))
def test_need_of_poor_families_is_never_below_that_of_others(phase, field):
    # Need, not demand: legal claims are the same for all, strain and lack of means are more frequent.
    need = mid_need()
    assert need[phase, field, "low_income"] >= need[phase, field, "other"]


def test_need_is_universal_only_where_law_makes_it_so():
    need = mid_need()
    universal = {(phase, field) for (phase, field, _), share in need.items() if share >= 0.9}
    assert universal == {("P4", "K1"), ("P5", "K1"), ("P6", "K1"), ("P7", "K1")}
    assert need["P5", "K1", "other"] == need["P6", "K1", "low_income"] == 1
    for norm in select("need_share"):
        if norm["mid"] >= 0.5:
            assert norm["source"] != "assumption", f"{name_of(norm)}: so large a need asks for a source"


def test_no_need_is_assumed_only_for_formal_education_before_birth():
    without = {(phase, field) for (phase, field, _), share in mid_need().items() if share == 0}
    assert without == {("P1", "K1")}
    assert all(n["high"] == 0 for n in select("need_share") if n["phase"] == "P1" and n["field"] == "K1")


@pytest.mark.parametrize("key", ["car_share", "tries", "never_asks"])
def test_behaviour_is_given_for_both_groups(key):
    assert {n["group"] for n in select(key) if "field" not in n} == set(GROUPS)


def test_poor_families_have_fewer_cars_try_less_and_ask_less():
    def mid(key, group, **dimensions):
        (norm,) = [
            n
            for n in select(key)
            if n["group"] == group and all(n.get(d) == dimensions.get(d) for d in DIMENSIONS if d != "group")
        ]
        return norm["mid"]

    assert mid("car_share", "low_income") < mid("car_share", "other")
    assert mid("tries", "low_income") < mid("tries", "other")
    assert mid("never_asks", "low_income") > mid("never_asks", "other")
    for hurdle in HURDLES:
        stops = [mid("hurdle_stops", group, hurdle=hurdle) for group in GROUPS]
        assert stops[0] > stops[1] > 0


def test_every_hurdle_is_given_for_both_groups():
    assert {(n["hurdle"], n["group"]) for n in select("hurdle_stops")} == set(product(HURDLES, GROUPS))


@pytest.mark.parametrize("key", ["speed", "detour", "boarding"])
def test_travel_model_is_given_for_every_mode(key):
    assert sorted(n["mode"] for n in select(key)) == sorted(TRAVEL_MODES)


def test_speed_grows_and_ways_are_never_shorter_than_the_crow_flies():
    speed = {n["mode"]: n["mid"] for n in select("speed")}
    assert speed["foot"] < speed["bike"] < speed["bus"] < speed["car"]
    assert all(n["low"] >= 1 for n in select("detour"))


def test_acceptable_minutes_are_given_per_phase_and_mode():
    minutes = {(n["phase"], n["mode"]): n for n in select("acceptable_minutes")}
    without_bike = {("P1", "bike"), ("P2", "bike"), ("P3", "bike")}
    assert set(minutes) == set(product(PHASES, TRAVEL_MODES)) - without_bike
    for phase in PHASES:
        assert minutes[phase, "car"]["mid"] <= minutes[phase, "bus"]["mid"]
    for mode in TRAVEL_MODES:
        ages = [minutes[phase, mode]["mid"] for phase in PHASES[3:]]
        assert ages == sorted(ages), "older children may go further"


def test_walking_to_school_reaches_the_limits_of_the_law():
    # SchfkVO NRW § 5: 2 km in primary school, 3.5 km in lower secondary school.
    minutes = {n["phase"]: n["mid"] for n in select("acceptable_minutes") if n["mode"] == "foot"}
    speed_kmh = next(n["mid"] for n in select("speed") if n["mode"] == "foot")
    assert minutes["P5"] / 60 * speed_kmh == pytest.approx(2.0, rel=0.15)
    assert minutes["P6"] / 60 * speed_kmh == pytest.approx(3.5, rel=0.15)


def test_places_are_assumed_for_every_field_and_kind_of_offer():
    given = [(n.get("field"), n.get("mode")) for n in select("assumed_places")]
    for field, mode in product(FIELDS, OFFER_MODES):
        assert any(f in (field, None) and m in (mode, None) for f, m in given), (field, mode)


def test_weight_at_the_limit_is_low_but_not_nothing():
    (norm,) = select("decay_at_limit")
    assert 0.05 <= norm["low"] < norm["high"] <= 0.4


def unbroken_share(group, found_selective, found_school, found_large):
    """Π (1 − need · (1 − found)) over the 56 links, as docs/norms.md describes it."""
    large = {("P2", "G1"), ("P3", "K1"), ("P5", "K2")}
    share = 1.0
    for (phase, field, of_group), need in mid_need().items():
        if of_group != group:
            continue
        if (phase, field) in large:
            found = found_large
        elif field == "K1":
            found = found_school
        else:
            found = found_selective
        share *= 1 - need * (1 - found)
    return share


def test_a_decent_region_keeps_a_believable_share_of_chains_unbroken():
    assert 0.50 <= unbroken_share("other", 0.92, 0.985, 0.90) <= 0.65
    assert 0.30 <= unbroken_share("low_income", 0.88, 0.985, 0.86) <= 0.50
    assert unbroken_share("other", 1, 1, 1) == 1
    assert unbroken_share("low_income", 0.3, 0.3, 0.3) < 0.01


def test_every_citation_stands_in_the_bibliography():
    bibliography = (ROOT / "docs" / "norms.md").read_text(encoding="utf-8")
    sources = {part.strip() for n in NORMS if n["source"] != "assumption" for part in n["source"].split(";")}
    assert len(sources) >= 15
    leads = {re.split(r"[,(]", source)[0].strip() for source in sources}
    assert [lead for lead in sorted(leads) if lead not in bibliography] == []
