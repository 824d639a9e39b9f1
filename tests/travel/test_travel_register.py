"""`kekiz travel --register` and the run that uses it, on a register in Heidelberg with a street and a bus."""

import datetime as dt
import json

import pyarrow as pa
import pytest
from tests.cli.small_region import run_kekiz
from tests.conftest import make_person
from tests.travel.heidelberg import AGS, PLACES
from tests.travel.networks import SMALL_FEED, write_feed
from tests.travel.test_travel_command import write_town

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis import queries
from kekiz.analysis.models import Run, TravelMeasurement
from kekiz.evidence.actions import load_areas, load_children, load_places
from kekiz.register.actions import load_register

REGION = "08221"


def place_of(name):
    lat, lon = PLACES[name]
    return {"lat": lat, "lon": lon}


def child_rows():
    return [
        {"cell": name, **place_of(name), "ags": AGS, "phase": phase, "group": "other", "n": 10.0}
        for name in ("bahnhof", "bismarckplatz", "rohrbach")
        for phase in ("P4", "P5", "P6")
    ]


def site_row(name):
    return {
        "key": name, "name": name.title(), "street": "Weg 1", "postcode": "69115", "town": "Heidelberg",
        "ags": AGS, **place_of(name),
    }  # fmt: skip


def offer_row(name, sites):
    return {
        "key": name, "provider": "stadt", "sites": sites, "title": name.title(), "age_from_months": 72,
        "age_to_months": 192, "fields": ["K2"], "places": 30, "languages": ["de"], "cost": "free",
        "access": "walk_in",
    }  # fmt: skip


@pytest.fixture
def register(db, tmp_path, settings):
    """Heidelberg as a register, and beside it the extract and the timetable of the other tests."""
    settings.VAR = tmp_path / "var"
    region = {"key": REGION, "name": "Heidelberg", "kind": "region", "ags": [REGION]}
    town = {"key": AGS, "name": "Heidelberg", "kind": "municipality", "ags": [AGS], "parent": REGION}
    load_areas(actor=SYSTEM, region_key=REGION, areas=[region, town])
    places = [
        {"name": "Neuenheim", "kind": "locality", "ags": AGS, "postcode": "69120", **place_of("neuenheim")}
    ]
    load_places(actor=SYSTEM, region_key=REGION, places=places)
    load_children(
        actor=SYSTEM,
        region_key=REGION,
        table=pa.Table.from_pylist(child_rows()),
        name="Kinder",
        source="Test",
    )
    load_register(
        actor=SYSTEM,
        providers=[{"key": "stadt", "name": "Stadt", "kind": "public", "ags": AGS}],
        sites=[site_row("bahnhof"), site_row("bismarckplatz")],
        offers=[offer_row("hort", ["bahnhof"]), offer_row("chor", ["bismarckplatz"])],
        cooperations=[],
    )
    write_town(tmp_path / "town.osm.pbf")
    write_feed(tmp_path / "feed.zip", **SMALL_FEED)
    return tmp_path


def call_travel(folder, *more):
    files = ("--osm", folder / "town.osm.pbf", "--gtfs", folder / "feed.zip")
    return run_kekiz("travel", "--register", *files, "--date", "2022-06-21", "--depart", "08:00-08:30", *more)


def list_work_files(folder):
    return sorted(path.name for path in (folder / "var" / "travel").iterdir())


def test_measured_once_the_next_run_uses_it(register):
    before = run_kekiz("analyse", "--register")
    assert "Wege sind geschätzt" in before.stdout
    done = call_travel(register)
    assert done.exit_code == 0, done.stderr
    # Two sites, the cell where plans put new offers (one of them, so no more) and one named place.
    assert "3 Zellen und 3 Orte" in done.stdout
    assert "Der nächste Lauf nutzt sie: kekiz analyse --register" in done.stdout
    after = json.loads(run_kekiz("analyse", "--register", "--json").stdout)
    measurement = TravelMeasurement.objects.get()
    assert after["ways"]["digest"] == measurement.digest
    assert after["ways"]["gtfs"]["date"] == "2022-06-21"
    assert after["digests"]["travel"] == "table"
    assert list_work_files(register) == []


def test_the_minutes_are_those_of_files_mode(register):
    """The same pair as in the test of the command: 17 minutes by bus, as counted by hand there."""
    call_travel(register)
    run_kekiz("analyse", "--register")
    inputs = queries.stored_inputs(queries.latest_run(REGION))
    times, spots = inputs.times, inputs.spots
    spot = {
        (role, round(x), round(y)): name
        for name, role, x, y in zip(spots.name, spots.role, spots.x, spots.y, strict=True)
    }
    begin = spot[0, *find_metres("bahnhof")]
    end = spot[1, *find_metres("bismarckplatz")]
    minutes = {
        mode: value
        for cell, offer, mode, value in zip(times.cell, times.offer, times.mode, times.minutes, strict=True)
        if (cell, offer) == (begin, end)
    }
    assert minutes[2] == 17.0


def find_metres(name):
    import numpy as np

    from kekiz.engine.positions import project

    x, y = project(*(np.array([axis]) for axis in PLACES[name]))
    return round(float(x[0])), round(float(y[0]))


def test_far_from_any_street_the_model_stands_in_and_is_counted(register):
    """Rohrbach lies 2 km from the only street: its 2 ways are estimated, of 3 cells × 2 offers."""
    call_travel(register)
    ways = json.loads(run_kekiz("analyse", "--register", "--json").stdout)["ways"]
    assert (ways["ways"], ways["modelled_ways"], ways["off_cells"], ways["new_cells"]) == (6, 2, 1, 0)


def test_the_same_question_is_answered_from_the_register(register):
    first, second = call_travel(register), call_travel(register)
    assert "Es war nichts zu tun." in second.stdout
    assert "Gespeichert" in first.stdout
    assert TravelMeasurement.objects.count() == 1
    assert json.loads(call_travel(register, "--json").stdout)["state"] == "stored"


def test_what_was_measured_but_not_stored_is_not_measured_again(register, monkeypatch):
    """The database goes away at the last moment; the next call stores what lies in the work file."""
    with monkeypatch.context() as patch:
        patch.setattr("kekiz.cli.travel_register._store", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            call_travel(register)
    assert list_work_files(register) == [f"{REGION}.parquet", f"{REGION}.spots.parquet"]
    told = json.loads(call_travel(register, "--json").stdout)
    assert told["state"] == "current"
    assert told["measurement"] == TravelMeasurement.objects.get().pk
    assert list_work_files(register) == []


def test_another_register_is_another_question(register):
    call_travel(register)
    load_register(
        actor=SYSTEM, providers=[], sites=[site_row("rohrbach")], offers=[offer_row("treff", ["rohrbach"])],
        cooperations=[],
    )  # fmt: skip
    assert "Gespeichert" in call_travel(register).stdout
    assert TravelMeasurement.objects.count() == 2
    assert json.loads(run_kekiz("analyse", "--register", "--json").stdout)["ways"]["new_offers"] == 0


def test_a_run_can_leave_measured_ways_aside_and_look_at_another_day(register):
    call_travel(register)
    words = ("--ways", "model", "--date", "2026-01-31", "--ranges", "2", "--json")
    told = json.loads(run_kekiz("analyse", "--register", *words).stdout)
    run = Run.objects.get()
    assert (told["ways"], run.reference_date) == (None, dt.date(2026, 1, 31))
    assert run.headline["range_draws"] == 2


def test_faults_of_register_and_files_come_at_once_and_nothing_is_stored(register):
    (register / "feed.zip").write_bytes(b"kein Zip")
    (register / "town.osm.pbf").write_bytes(b"kein Auszug")
    done = call_travel(register)
    assert done.exit_code == 1
    for said in ("Das ist kein lesbares ZIP", "Auszug von OpenStreetMap lesbar"):
        assert said in done.stderr
    assert not TravelMeasurement.objects.exists()


def test_without_children_that_is_said(register):
    from kekiz.evidence.models import ChildrenLoad

    ChildrenLoad.objects.all().delete()
    for done in (call_travel(register), run_kekiz("analyse", "--register")):
        assert done.exit_code == 1
        assert "noch keine Kinderzahlen eingelesen" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["travel"], "entweder region.toml nennen oder --register"),
        (["travel", "region.toml", "--register"], "entweder region.toml nennen oder --register"),
        (["travel", "--register", "--osm", "x", "--out", "y.parquet"], "--out: Das gibt es nur für Dateien."),
        (["travel", "--register", "--osm", "x", "--margin", "0.5"], "--margin: Für das Register"),
        (["travel", "--register"], "Bitte --osm (Straßennetz)"),
        (
            ["travel", "--register", "--osm", "x", "--region", "05"],
            "„05“ gibt es hier nicht. Möglich: 08221.",
        ),
        (["analyse"], "entweder region.toml nennen oder --register"),
        (["analyse", "region.toml", "--ways", "model"], "--ways: Das gibt es nur mit --register."),
        (
            ["analyse", "--register", "--level", "high", "--engine", "spark"],
            "--level, --engine: Das gibt es nur",
        ),
        (["analyse", "--register", "--date", "gestern"], "--date: „gestern“ ist kein Tag."),
        (["analyse", "--register", "--ranges", "1"], "mindestens 2 Rechnungen"),
    ],
)
def test_calls_that_cannot_work_say_why(register, words, said):
    done = run_kekiz(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_where_there_are_several_regions_one_has_to_be_named(register):
    other = {"key": "05766", "name": "Kreis Lippe", "kind": "region", "ags": ["05766"]}
    load_areas(actor=SYSTEM, region_key="05766", areas=[other])
    done = run_kekiz("analyse", "--register")
    assert done.exit_code == 2
    assert "Bitte --region angeben: 05766, 08221." in done.stderr
    assert run_kekiz("analyse", "--register", "--region", REGION).exit_code == 0


def test_the_method_page_leads_to_the_very_command(register):
    from django.test import Client

    from kekiz.accounts.actions import grant_role

    call_travel(register)
    run_kekiz("analyse", "--register")
    alina = make_person("frido")
    grant_role(actor=SYSTEM, user=alina, role="district", area=REGION)
    browser = Client()
    browser.force_login(alina)
    page = browser.get("/cockpit/wie-gerechnet/").content.decode()
    assert "Der Fahrplan der Messung liegt über ein Jahr zurück." in page
    assert "kekiz travel --register --osm town.osm.pbf --gtfs feed.zip --depart 08:00-08:30" in page
