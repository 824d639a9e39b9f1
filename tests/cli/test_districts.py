"""`kekiz analyse` district by district: same figures, same bytes, and what is said when a district fails."""

import json
import shutil
from dataclasses import replace

import pyarrow.parquet as pa_parquet
import pytest
from tests.cli.small_region import run_kekiz, write_region

from kekiz.cli import districts as district_runs
from kekiz.engine.districts import cut_all

REGION = """
[region]
key = "05"
name = "Drei Kreise"

[files]
children = "children.csv"
offers = "offers.csv"
"""
PLACES = {"05711000": (51.99, 8.53), "05766020": (51.94, 8.88), "05770032": (52.28, 8.91)}
CHILDREN = "cell,lat,lon,ags,phase,group,n\n" + "".join(
    f"zelle-{ags},{lat},{lon},{ags},{phase},{group},{n}\n"
    for ags, (lat, lon) in PLACES.items()
    for phase, group, n in (("P2", "other", 20), ("P5", "low_income", 12), ("P5", "other", 40.5))
)
OFFERS = "offer,provider,lat,lon,age_from,age_to,fields,places,mode,area,name\n" + "".join(
    f"schule-{ags},Stadt,{lat},{lon},72,120,K1,{places},visit,,Schule\n"
    f"hort-{ags},Verein,{lat},{lon},72,120,K2 S1,,visit,,Hort\n"
    for (ags, (lat, lon)), places in zip(PLACES.items(), (40, 30, 60), strict=True)
)
LARGE = {"cells", "reach"}
SMALL = {"links", "offers", "chain", "breaks", "transitions"}


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three") / "region"
    return write_region(folder, region=REGION, children_csv=CHILDREN, offers_csv=OFFERS)


@pytest.fixture(scope="module")
def joined(region):
    """The folder of the results of two processes."""
    out = region.parent.parent / "joined"
    assert run_kekiz("analyse", region, "--engine", "processes", "--out", out).exit_code == 0
    return out


def poison(monkeypatch, key):
    """Let one district's rows name a phase that does not exist: the engine itself breaks on them."""

    def cut(division):
        for district in cut_all(division):
            inputs = district.inputs
            if district.key == key:
                children = replace(inputs.children, phase=inputs.children.phase + 99)
                inputs = replace(inputs, children=children)
            yield replace(district, inputs=inputs)

    monkeypatch.setattr(district_runs, "cut_all", cut)


def read_summary(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def read_files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_districts_far_apart_are_the_whole_analysis(region, joined, tmp_path):
    assert run_kekiz("analyse", region, "--out", tmp_path / "one").exit_code == 0
    whole, parts = read_summary(tmp_path / "one"), read_summary(joined)
    assert parts["headline"]["reasons"]["found"] == pytest.approx(whole["headline"]["reasons"]["found"])
    assert parts["headline"]["children"] == pytest.approx(217.5)
    for ours, theirs in zip(parts["municipalities"], whole["municipalities"], strict=True):
        assert ours["ags"] == theirs["ags"]
        assert ours["ways"] == pytest.approx(theirs["ways"])
    assert parts["districts"] == {"total": 3, "solved": 3, "failed": []}
    assert parts["tables"]["cells"] == whole["tables"]["cells"]
    assert any("Kreis für Kreis (3 Kreise)" in note for note in parts["notes"])


def test_tables_by_cell_are_written_in_parts_as_parquet_the_others_twice(joined):
    assert {path.stem for path in joined.glob("*.parquet")} == LARGE | SMALL
    assert {path.stem for path in joined.glob("*.csv")} == SMALL
    cells = pa_parquet.read_table(joined / "cells.parquet")
    assert cells.num_rows == read_summary(joined)["tables"]["cells"]
    assert set(cells["ags"].to_pylist()) == set(PLACES)


def test_the_number_of_workers_changes_no_byte(region, joined, tmp_path):
    words = ("--engine", "processes", "--workers", 1, "--out", tmp_path / "one")
    assert run_kekiz("analyse", region, *words).exit_code == 0
    assert read_files(tmp_path / "one") == read_files(joined)


def test_a_poisoned_district_is_named_and_the_others_are_written(region, tmp_path, monkeypatch):
    poison(monkeypatch, "05766")
    out = tmp_path / "out"
    result = run_kekiz("analyse", region, "--engine", "processes", "--workers", 1, "--json", "--out", out)
    assert result.exit_code == 3
    assert "1 von 3 Kreisen fehlt im Ergebnis" in result.stderr
    assert "Kreis 05766 (72 Kinder, 2 Angebote): IndexError" in result.stderr
    assert "gelten ohne diesen Kreis" in result.stderr
    summary = read_summary(out)
    assert json.loads(result.stdout) == summary
    (failure,) = summary["districts"]["failed"]
    assert (failure["district"], failure["children"], failure["offers"]) == ("05766", 72.5, 2)
    assert "IndexError" in failure["reason"]
    assert summary["headline"]["children"] == pytest.approx(145)
    assert [row["ags"] for row in summary["municipalities"]] == ["05711000", "05770032"]
    assert "1 von 3 Kreisen fehlt im Ergebnis" in (out / "report.html").read_text(encoding="utf-8")


def test_no_district_at_all_leaves_older_results_alone(joined, tmp_path, monkeypatch):
    one_place = "".join(CHILDREN.splitlines(keepends=True)[:4])
    region = write_region(tmp_path / "region", region=REGION, children_csv=one_place, offers_csv=OFFERS)
    out = tmp_path / "out"
    shutil.copytree(joined, out)
    poison(monkeypatch, "05711")
    result = run_kekiz("analyse", region, "--engine", "processes", "--workers", 1, "--out", out)
    assert result.exit_code == 1
    assert "Kein einziger Kreis" in result.stderr
    assert read_files(out) == read_files(joined)


def test_ranges_need_the_analysis_as_one(region, tmp_path):
    words = ("--engine", "processes", "--ranges", 4, "--out", tmp_path / "out")
    result = run_kekiz("analyse", region, *words)
    assert result.exit_code == 2
    assert "--engine one" in result.stderr


def test_the_whole_country_is_a_region_too(tmp_path):
    country = write_region(
        tmp_path / "region",
        region=REGION.replace('"05"', '"DE"') + '[analysis]\nfields = ["K1"]\n',
        children_csv=CHILDREN.replace("05770032", "14612000"),
        offers_csv=OFFERS,
    )
    out = tmp_path / "out"
    assert run_kekiz("analyse", country, "--out", out).exit_code == 0
    assert {row["ags"] for row in read_summary(out)["municipalities"]} == {"05711000", "05766020", "14612000"}


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # py4j closes its sockets late
def test_spark_writes_the_same_bytes_as_processes(region, joined, tmp_path):
    pytest.importorskip("pyspark", reason="needs requirements/spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 (Debian: openjdk-17-jre-headless)")
    assert run_kekiz("analyse", region, "--engine", "spark", "--out", tmp_path / "spark").exit_code == 0
    assert read_files(tmp_path / "spark") == read_files(joined)
