"""`kekiz travel` as a person calls it: a small town of its own, interrupted, taken up again, refused."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import osmium
import pyarrow.parquet as pa_parquet
import pytest
from tests.cli.small_region import run_kekiz
from tests.travel.heidelberg import write_heidelberg
from tests.travel.networks import SMALL_FEED, write_feed

from kekiz.engine.positions import project

# A street of 1.6 km from the station to Bismarckplatz, with a courtyard that leads nowhere.
NODES = {
    1: (49.4036, 8.6755),
    2: (49.4065, 8.6845),
    3: (49.4094, 8.6936),
    4: (49.42, 8.70),
    5: (49.4201, 8.7001),
}
WAYS = (
    ([1, 2, 3], {"highway": "residential", "maxspeed": "50"}),
    ([4, 5], {"highway": "service", "access": "yes"}),
)
FAR_CELL = "fern,49.6000,8.9000,08221000,P5,other,7\n"


def write_town(path, ways=WAYS):
    """An OpenStreetMap extract with a few streets."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for node, (lat, lon) in NODES.items():
            writer.add_node(osmium.osm.mutable.Node(id=node, location=(lon, lat), version=1))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, version=1))
    return path


@pytest.fixture
def town(tmp_path):
    """A region with a far cell, a street, and a bus between its two ends."""
    region = write_heidelberg(tmp_path / "region", extra_cells=FAR_CELL)
    write_town(tmp_path / "town.osm.pbf")
    write_feed(tmp_path / "feed.zip", **SMALL_FEED)
    return region


def call_travel(folder, *more):
    region = folder / "region" / "region.toml"
    files = ("--osm", folder / "town.osm.pbf", "--gtfs", folder / "feed.zip")
    return run_kekiz("travel", region, *files, "--out", folder / "times.parquet", *more)


def read_rows(path):
    return {(row["cell"], row["offer"], row["mode"]): row for row in pa_parquet.read_table(path).to_pylist()}


def test_the_minutes_are_those_of_street_and_timetable(town, tmp_path):
    result = call_travel(tmp_path, "--date", "2022-06-21", "--depart", "08:00-08:30")
    assert result.exit_code == 0, result.stderr
    rows = read_rows(tmp_path / "times.parquet")
    x, y = project(*(np.array(axis) for axis in zip(*(NODES[n] for n in (1, 2, 3)), strict=True)))
    metres = np.hypot(np.diff(x), np.diff(y)).sum()
    pair = ("bahnhof", "angebot-bismarckplatz")
    assert rows[*pair, "foot"]["minutes"] == pytest.approx(metres / 75, abs=0.06)  # 4.5 km/h
    assert rows[*pair, "bike"]["minutes"] == pytest.approx(metres / (13_000 / 60) + 2, abs=0.06)
    assert rows[*pair, "car"]["minutes"] == pytest.approx(metres / (40_000 / 60) + 4, abs=0.06)
    # Stops at the door, buses 8:10 and 8:30, ten minutes: 8:00 takes 20, …, 8:10 takes 10 (11 values), 8:11
    # takes 29, …, 8:29 takes 11 (19 values). Sorted: 10, 11, 11, 12, 12, … The fifteenth of thirty is 17.
    assert rows[*pair, "bus"]["minutes"] == 17.0
    assert rows[*pair, "bus"]["basis"] == "timetable"
    assert rows[*pair, "foot"]["basis"] == "network"


def test_what_lies_off_the_network_is_counted_and_estimated(town, tmp_path):
    told = json.loads(call_travel(tmp_path, "--date", "2022-06-21", "--json").stdout)
    assert told["off_network"]["car"]["cells"] == 2  # the far one, and Rohrbach, 2 km from the only street
    rows = read_rows(tmp_path / "times.parquet")
    assert {row["basis"] for key, row in rows.items() if key[0] == "rohrbach"} == {"model"}
    assert rows["rohrbach", "angebot-rohrbach", "car"]["minutes"] == 4.0  # boarding alone
    assert told["rows"]["car"]["model"] > 0
    text = call_travel(tmp_path).stdout
    assert "2 Zellen und 1 Angebote liegen vom Straßennetz zu weit entfernt" in text
    assert "es war nichts zu tun" not in text  # another window is another question
    assert "© OpenStreetMap-Mitwirkende" in text


def test_analyse_reads_the_table_and_says_so(town, tmp_path):
    assert call_travel(tmp_path, "--date", "2022-06-21").exit_code == 0
    text = town.read_text(encoding="utf-8") + f'travel_times = "{tmp_path / "times.parquet"}"\n'
    town.write_text(text, encoding="utf-8")
    result = run_kekiz("analyse", town, "--out", tmp_path / "results", "--json")
    summary = json.loads(result.stdout)
    assert summary["digests"]["travel"] == summary["travel"]["basis"] == "table"
    assert summary["travel"]["measured"]["gtfs"]["date"] == "2022-06-21"
    assert any("Straßennetz von OpenStreetMap gemessen" in note for note in summary["notes"])
    report = (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    assert "folgen dem Fahrplan feed.zip für Di 21.06.2022" in report
    assert "aus der Tabelle der Reisezeiten" in report


PRACTICES = """
[[practice]]
key = "kochen"
name = "Kochgruppe"
fields = "G2"
age_from = 72
age_to = 192
places = 20
staff_eur = 1000
material_eur = 100
fixed_eur = 0
"""


def test_a_plan_on_measured_ways_still_finds_new_offers(town, tmp_path):
    """No table can know the way to an offer that a plan adds: it is estimated, not out of reach, and told."""
    assert call_travel(tmp_path, "--date", "2022-06-21").exit_code == 0
    text = town.read_text(encoding="utf-8") + f'travel_times = "{tmp_path / "times.parquet"}"\n'
    town.write_text(text, encoding="utf-8")
    (town.parent / "practices.toml").write_text(PRACTICES, encoding="utf-8")
    plan = json.loads(run_kekiz("plan", town, "--budget", "9000", "--json").stdout)
    assert plan["travel"] == "table"
    assert [one["title"] for one in plan["measures"]] == ["Kochgruppe, 08221000"]
    assert plan["verified"] > 1
    said = run_kekiz("plan", town, "--budget", "9000").stdout
    assert "Tabelle der Reisezeiten, zu Orten neuer Angebote sind sie geschätzt" in said


def test_streets_alone_leave_the_bus_to_the_model(town, tmp_path):
    out = tmp_path / "times.parquet"
    result = run_kekiz("travel", town, "--osm", tmp_path / "town.osm.pbf", "--out", out)
    assert "Geschätzt bleiben Wege mit Bus und Bahn." in result.stdout
    assert {key[2] for key in read_rows(out)} == {"foot", "bike", "car"}
    town.write_text(town.read_text(encoding="utf-8") + f'travel_times = "{out}"\n', encoding="utf-8")
    summary = json.loads(run_kekiz("analyse", town, "--out", tmp_path / "results", "--json").stdout)
    assert summary["travel"]["basis"] == "mixed"


def test_a_timetable_alone_walks_in_straight_lines(town, tmp_path):
    out = tmp_path / "times.parquet"
    result = run_kekiz(
        "travel", town, "--gtfs", tmp_path / "feed.zip", "--out", out, "--depart", "08:00-08:30"
    )
    assert result.exit_code == 0, result.stderr
    rows = read_rows(out)
    assert {key[2] for key in rows} == {"bus"}
    assert rows["bahnhof", "angebot-bismarckplatz", "bus"]["minutes"] == 17.0
    assert "für Di 14.06.2022" in result.stdout  # the first Tuesday with the most trips


def test_killed_in_the_middle_it_goes_on_and_writes_the_same_bytes(town, tmp_path):
    """Killed while blocks are being written; a second call finishes; a third has nothing to do."""
    crowd = "".join(f"c{n},49.{4036 + n % 50},8.{6755 + n},08221000,P5,other,3\n" for n in range(2_000))
    children = tmp_path / "region" / "children.csv"
    children.write_text(children.read_text(encoding="utf-8") + crowd, encoding="utf-8")
    assert call_travel(tmp_path).exit_code == 0
    whole = (tmp_path / "times.parquet").read_bytes()
    out = tmp_path / "again.parquet"
    words = [
        "travel",
        town,
        "--osm",
        tmp_path / "town.osm.pbf",
        "--gtfs",
        tmp_path / "feed.zip",
        "--out",
        out,
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "kekiz", *map(str, words)], env={**os.environ, "PYTHONPATH": "src"}
    )
    first = tmp_path / "again.parquet.parts" / "000000.parquet"
    while process.poll() is None and not first.exists():
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    assert first.exists()
    done = json.loads(run_kekiz(*words, "--json").stdout)
    assert done["state"] == "resumed"
    assert 1 <= done["blocks"]["found"] < done["blocks"]["total"]
    assert out.read_bytes() == whole
    assert not first.parent.exists()
    assert "es war nichts zu tun" in run_kekiz(*words).stdout


def test_parts_of_other_inputs_are_dropped_and_that_is_said(town, tmp_path):
    assert call_travel(tmp_path).exit_code == 0
    (tmp_path / "times.parquet").unlink()
    parts = tmp_path / "times.parquet.parts"
    parts.mkdir()
    (parts / "manifest.json").write_text('{"kind": "kekiz-travel", "digest": "alt", "blocks": 9}')
    (parts / "000000.parquet").write_bytes(b"alt")
    assert "es wurde neu begonnen" in call_travel(tmp_path).stdout
    assert read_rows(tmp_path / "times.parquet")


def test_faults_of_all_inputs_come_at_once_and_nothing_is_written(town, tmp_path):
    children = tmp_path / "region" / "children.csv"
    children.write_text(children.read_text(encoding="utf-8").replace(",10\n", ",-1\n", 1), encoding="utf-8")
    (tmp_path / "town.osm.pbf").write_bytes(b"kein Auszug")
    (tmp_path / "feed.zip").write_bytes(b"kein Zip")
    result = call_travel(tmp_path)
    assert result.exit_code == 1
    for said in ("Spalte „n“", "Auszug von OpenStreetMap lesbar", "Das ist kein lesbares ZIP"):
        assert said in result.stderr
    assert not (tmp_path / "times.parquet").exists()
    faults = json.loads(call_travel(tmp_path, "--json").stdout)["faults"]
    assert {fault["file"] for fault in faults} == {"children.csv", "town.osm.pbf", "feed.zip"}


def test_a_day_without_service_names_the_days_that_have_one(town, tmp_path):
    result = call_travel(tmp_path, "--date", "2022-06-25")
    assert result.exit_code == 1
    assert "Am Sa 25.06.2022 fährt nach diesem Fahrplan nichts." in result.stderr
    assert "Fr 24.06.2022 (2 Fahrten)" in result.stderr


def test_an_extract_without_streets_is_refused(town, tmp_path):
    write_town(tmp_path / "town.osm.pbf", ways=[([1, 2], {"waterway": "river"})])
    assert "Der Auszug enthält keine Straßen." in call_travel(tmp_path).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--date", "21.6.2022"], "--date: „21.6.2022“ ist kein Tag"),
        (["--depart", "10:00-08:00"], "--depart: „10:00-08:00“ ist kein Zeitraum"),
        (["--percentile", "0", "--walk", "nan"], "--walk: Erwartet wird eine Zahl von 1 bis 60."),
        (["--out", "region.toml"], "muss eine Datei *.parquet"),
        (["--data", "gibt-es-nicht"], "--data"),
    ],
)
def test_options_that_cannot_work(town, tmp_path, words, said):
    result = call_travel(tmp_path, *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_neither_streets_nor_timetable_is_no_measurement(town, tmp_path):
    assert run_kekiz("travel", town, "--out", tmp_path / "times.parquet").exit_code == 2


def test_a_table_of_somebody_else_is_not_written_over(town, tmp_path):
    (tmp_path / "times.parquet").write_bytes(b"wichtig")
    result = call_travel(tmp_path)
    assert result.exit_code == 2
    assert "wird nicht überschrieben" in result.stderr
    assert (tmp_path / "times.parquet").read_bytes() == b"wichtig"


def test_a_mode_without_any_way_is_told_because_the_model_steps_in(town, tmp_path):
    """The engine takes a mode from the table only where the table has rows of it."""
    online = "offer,lat,lon,age_from,age_to,fields,places,mode\nnetz,,,72,192,K2,20,online\n"
    (tmp_path / "region" / "offers.csv").write_text(online, encoding="utf-8")
    result = call_travel(tmp_path, "--date", "2022-06-21")
    assert result.exit_code == 0
    assert "mit dem Auto lag in zumutbarer Zeit; eine Auswertung schätzt diese Wege." in result.stdout
