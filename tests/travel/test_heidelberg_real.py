"""Street network and timetable of a real town: are the minutes those a person would expect?

Places are looked up on any map of Heidelberg; the timetable is a cut of the regional feed with six lines of
trams and buses (5, 20, 24, 30, 39A, 757), so that only journeys on these lines can be expected.
"""

import json
import subprocess
import sys

import numpy as np
import pyarrow.parquet as pa_parquet
import pytest
from tests.travel.heidelberg import AGS, PLACES, write_heidelberg

from kekiz.engine.positions import project

pytestmark = pytest.mark.real

WALKING_M_PER_MIN = 75.0  # the norm: 4.5 km/h
CYCLING_M_PER_MIN = 13_000 / 60
FASTEST_CAR_M_PER_MIN = 120_000 * 0.8 / 60  # no street of the extract is posted faster than 120 km/h
LONGEST_WALK = 15.0


@pytest.fixture(scope="module")
def measured(data_folder, tmp_path_factory):
    """The files of the region with its measured times."""
    folder = tmp_path_factory.mktemp("heidelberg")
    forest = f"wald,49.3990,8.7500,{AGS},P5,other,1\n"  # on a hill east of the town: tracks, hardly a road
    region = write_heidelberg(folder, extra_cells=forest)
    files = data_folder / "routing"
    words = ["--osm", files / "heidelberg.osm.pbf", "--gtfs", files / "vrn_heidelberg_cut.zip"]
    command = [sys.executable, "-m", "kekiz", "travel", region, *words, "--date", "2022-06-21"]
    out = folder / "times.parquet"
    done = subprocess.run([*command, "--out", out, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


@pytest.fixture(scope="module")
def minutes(measured):
    rows = pa_parquet.read_table(measured[0] / "times.parquet").to_pylist()
    return {(row["cell"], row["offer"].removeprefix("angebot-"), row["mode"]): row["minutes"] for row in rows}


def straight_m(one, other):
    x, y = project(*(np.array(axis) for axis in zip(PLACES[one], PLACES[other], strict=True)))
    return float(np.hypot(x[1] - x[0], y[1] - y[0]))


def test_nobody_walks_or_rides_faster_than_a_straight_line(minutes):
    checked = 0
    for (cell, offer, mode), value in minutes.items():
        speed = {"foot": WALKING_M_PER_MIN, "bike": CYCLING_M_PER_MIN, "car": FASTEST_CAR_M_PER_MIN}.get(mode)
        if speed and cell in PLACES:
            assert value >= straight_m(cell, offer) / speed - 0.06, (cell, offer, mode)
            checked += 1
    assert checked >= 50


def test_walks_take_a_plausible_detour(minutes):
    """In a town walks are 1.1 to 1.7 times the straight line; across the Neckar one has to go to a bridge."""
    for one, other in (
        ("bahnhof", "bismarckplatz"),
        ("bismarckplatz", "universitaetsplatz"),
        ("bahnhof", "rohrbach"),
        ("neuenheim", "bismarckplatz"),
    ):
        detour = minutes[one, other, "foot"] * WALKING_M_PER_MIN / straight_m(one, other)
        assert 1.05 <= detour <= 1.7, (one, other, detour)


@pytest.mark.parametrize(
    ("one", "other", "mode", "low", "high", "why"),
    [
        ("bismarckplatz", "universitaetsplatz", "foot", 11, 18, "the main street, 1.0 km of it"),
        ("bahnhof", "bismarckplatz", "foot", 18, 26, "1.5 km along Kurfürstenanlage"),
        ("bahnhof", "bismarckplatz", "bike", 7, 14, "the same in 7 minutes, and 2 for the lock"),
        ("neuenheim", "bismarckplatz", "foot", 10, 16, "over Theodor-Heuss-Brücke"),
        ("bahnhof", "rohrbach", "bus", 14, 28, "tram 24 runs every ten minutes and takes 10 of them"),
        ("bahnhof", "bismarckplatz", "bus", 8, 20, "tram 5 and bus 20, 5 minutes' ride"),
        ("bahnhof", "universitaetsplatz", "bus", 12, 28, "bus 20 to the old town"),
        ("bahnhof", "rohrbach", "car", 7, 16, "3.5 km of main roads, and 4 minutes for seat and parking"),
        ("neuenheim", "rohrbach", "car", 9, 20, "5 km across the town"),
    ],
)
def test_known_ways_take_what_one_expects(minutes, one, other, mode, low, high, why):
    assert low <= minutes[one, other, mode] <= high, why


def test_long_ways_are_faster_by_bus_than_on_foot(minutes):
    for one, other in (("bahnhof", "rohrbach"), ("rohrbach", "neuenheim"), ("neuenheim", "bahnhof")):
        assert minutes[one, other, "bus"] < minutes[one, other, "foot"] - 5


def test_the_bus_is_never_worse_than_a_walk_of_the_length_allowed(minutes):
    """Longer walks do not count as a journey by bus: 40 minutes on foot are no bus."""
    short = [key for key, value in minutes.items() if key[2] == "foot" and value <= LONGEST_WALK]
    assert len(short) >= 6
    for cell, offer, _ in short:
        assert minutes[cell, offer, "bus"] <= minutes[cell, offer, "foot"] + 0.06


def test_there_and_back_take_alike(minutes):
    """On foot exactly; by bike and car one-way streets make a difference, but not a large one."""
    for (cell, offer, mode), value in minutes.items():
        back = minutes.get((offer, cell, mode))
        if back is None or mode == "bus":
            continue
        assert abs(value - back) <= (0.11 if mode == "foot" else 5.0), (cell, offer, mode)


def test_the_hill_has_no_stop_and_that_is_told(measured, minutes):
    told = measured[1]
    assert told["gtfs"]["cells_without_stop"] == 1
    assert not [key for key in minutes if key[0] == "wald" and key[2] == "bus"]
    assert [key for key in minutes if key[0] == "wald" and key[2] == "car"]


def test_the_chain_is_computed_with_measured_ways(measured):
    folder, _ = measured
    region = folder / "region.toml"
    plain = region.read_text(encoding="utf-8")
    region.write_text(plain + 'travel_times = "times.parquet"\n', encoding="utf-8")
    command = [sys.executable, "-m", "kekiz", "analyse", region, "--out", folder / "results", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["travel"]["basis"] == "table"
    assert summary["travel"]["measured"]["gtfs"]["date"] == "2022-06-21"
    assert any("heidelberg.osm.pbf" in note for note in summary["notes"])
    assert summary["headline"]
