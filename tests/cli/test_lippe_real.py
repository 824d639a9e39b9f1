"""Files mode on real public figures: does it say what is true in Kreis Lippe?

The children are those of the census of 2011, the places the pupils of 2024/25: a plausibility test, not a
finding about today.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[2]
REGION = ROOT / "examples" / "lippe-schools" / "region.toml"
RURAL_EAST = {
    "Lügde",
    "Schieder-Schwalenberg",
    "Blomberg",
    "Barntrup",
    "Extertal",
    "Kalletal",
}


@pytest.fixture(scope="module")
def results(data_folder, tmp_path_factory):
    """The folder of the results."""
    out = tmp_path_factory.mktemp("lippe") / "results"
    command = [
        sys.executable,
        "-m",
        "kekiz",
        "analyse",
        REGION,
        "--data",
        data_folder / "lippe",
        "--out",
        out,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def summary(results):
    return json.loads((results / "summary.json").read_text(encoding="utf-8"))


def find_link(summary, phase):
    return next(row for row in summary["links"] if row["phase"] == phase)


def by_name(summary):
    return {row["name"].split(",")[0]: row for row in summary["municipalities"]}


def test_all_children_and_schools_are_there(summary):
    # 64,250 children under 18 in the cells that tell them, about 210 in the 79 others; pregnancies on top
    assert summary["headline"]["children"] == pytest.approx(64_460 * 19 / 18, rel=0.005)
    assert summary["headline"]["offers"] == 118
    assert len(summary["municipalities"]) == 16
    shares = [row["unbroken"] for row in summary["municipalities"]]
    assert None not in shares
    assert shares == [round(share, 2) for share in shares], "every digit would tell links left out"
    assert find_link(summary, "P5")["need"] == pytest.approx(64_460 * 4 / 18, rel=0.005)


def test_nearly_every_primary_school_child_finds_a_place(summary):
    primary = find_link(summary, "P5")
    assert primary["found"] / primary["need"] >= 0.97
    assert primary["within_reach_share"] >= 0.99


def test_where_children_go_without_it_is_the_edge_of_the_district(summary):
    names = by_name(summary)
    assert names["Detmold"]["unmet_share"] < 0.06
    worst = max(names.values(), key=lambda row: row["unmet_share"])
    assert worst["name"].split(",")[0] in RURAL_EAST


def test_ways_are_longer_and_choices_fewer_in_the_rural_east_than_in_detmold(summary):
    names = by_name(summary)
    assert set(names) >= RURAL_EAST
    detmold = names["Detmold"]["ways"]
    for name in RURAL_EAST:
        ways = names[name]["ways"]
        assert ways["minutes_without_car"] > 1.1 * detmold["minutes_without_car"], name
        assert ways["minutes_with_car"] > 1.1 * detmold["minutes_with_car"], name
        assert ways["offers_without_car"] < 0.7 * detmold["offers_without_car"], name
        assert ways["offers_with_car"] < 0.7 * detmold["offers_with_car"], name


def test_the_report_says_what_the_data_cannot_tell(results, summary):
    report = (results / "report.html").read_text(encoding="utf-8")
    for part in (
        "Das ist keine Kapazität",
        "Zensus 2011 (Stichtag 9. Mai 2011)",
        "In 79 Zellen",
        "Rauschen",
        "16 % in allen Kommunen",
        "Feststellungsverfahren",
        "Fahrpläne, Berge und gesperrte Wege kennt das Modell nicht",
        "Untersucht sind nur Formale Bildung",
    ):
        assert part in report, part
    assert 'class="map"' in report
    assert summary["region"]["notice"] in report
