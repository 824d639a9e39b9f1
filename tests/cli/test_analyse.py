"""Files mode: what `kekiz analyse` writes, and what it refuses to write over."""

import json
import re
import subprocess
import sys

import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import pytest
from tests.cli.small_region import CHILDREN, OFFERS, REGION, run_kekiz, write_region

from kekiz.engine.run import PAIR_TABLES

TABLES = {"links", "cells", "offers", "chain", "breaks", "transitions", "reach", *PAIR_TABLES}


@pytest.fixture
def results(tmp_path):
    """The results of the small region."""
    region = write_region(tmp_path / "region")
    assert run_kekiz("analyse", region, "--out", tmp_path / "out").exit_code == 0
    return tmp_path / "out"


def read_summary(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def add_link(folder, phase, field):
    """The sums of a link, from the work table: the summary leaves small numbers out."""
    rows = pa_parquet.read_table(folder / "links.parquet").to_pylist()
    of_link = [row for row in rows if (row["phase"], row["field"]) == (phase, field)]
    return {name: sum(row[name] for row in of_link) for name in ("need", "too_far", "no_offer")}


def find_link(summary, phase, field):
    return next(row for row in summary["links"] if (row["phase"], row["field"]) == (phase, field))


def test_every_table_is_written_twice_with_the_same_rows(results):
    names = {path.stem for path in results.glob("*.parquet")}
    assert names == TABLES == {path.stem for path in results.glob("*.csv")}
    for name in TABLES:
        stored = pa_parquet.read_table(results / f"{name}.parquet")
        text = pa_csv.read_csv(results / f"{name}.csv")
        assert text.num_rows == stored.num_rows
        assert stored.num_rows or name in PAIR_TABLES  # three offers of three kinds: none is like another
        assert text.column_names == stored.column_names


def test_summary_adds_up_and_tells_unknown_as_null(results):
    summary = read_summary(results)
    link = find_link(summary, "P5", "K1")
    parts = ("found", "not_found", "full", "hurdle", "too_far", "no_offer")
    assert sum(link[part] for part in parts) == pytest.approx(link["need"]) == pytest.approx(82.5)
    assert link["found"] == pytest.approx(52 * 0.9938, abs=0.5)  # all of Detmold but those who never ask
    assert link["too_far"] == pytest.approx(30.5)  # Lügde has no school in reach
    detmold, luegde = summary["municipalities"]
    assert (detmold["ags"], luegde["ags"]) == ("05766020", "05766052")
    assert luegde["equity_gap_points"] is None  # only one of the two groups lives there
    assert detmold["unbroken"] == 0.67  # in whole percent
    assert summary["headline"]["offers_with_assumed_places"] == 1


def test_same_files_same_bytes(tmp_path):
    region = write_region(tmp_path / "region")
    for out in ("one", "two"):
        assert run_kekiz("analyse", region, "--out", tmp_path / out).exit_code == 0
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_json_prints_the_summary_and_nothing_else(tmp_path):
    region = write_region(tmp_path / "region")
    result = run_kekiz("analyse", region, "--out", tmp_path / "out", "--json")
    assert json.loads(result.stdout) == read_summary(tmp_path / "out")
    assert result.stderr == ""


def test_faults_as_json_name_file_row_and_column(tmp_path):
    region = write_region(tmp_path, children_csv=CHILDREN.replace("30.5", "-1"))
    result = run_kekiz("analyse", region, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 1
    (fault,) = json.loads(result.stdout)["faults"]
    assert (fault["file"], fault["row"], fault["column"]) == ("children.csv", 4, "n")


def test_report_stands_alone(results):
    report = (results / "report.html").read_text(encoding="utf-8")
    assert "<script" not in report
    assert not re.search(r"https?://(?!www\.w3\.org)", report)
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", report)
    assert "@import" not in report
    assert "url(" not in report
    assert "Von 100 Kindern, die heute in Testkreis geboren werden" in report
    assert "Nur ein Test" in report
    assert "Hort Süd" in report  # its places are assumed
    for digest in read_summary(results)["digests"].values():
        assert digest in report


def test_report_escapes_what_people_write(tmp_path):
    evil = '<img src=x onerror="alert(1)">'
    region = write_region(
        tmp_path,
        region=REGION.replace("Testkreis", "A & B").replace('"Nur ein Test"', f"'{evil}'"),
        offers_csv=OFFERS.replace("Hort Süd", "<b>Hort</b>"),
    )
    assert run_kekiz("analyse", region, "--out", tmp_path / "out").exit_code == 0
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "A &amp; B" in report
    assert "<img" not in report
    assert "&lt;b&gt;Hort&lt;/b&gt;" in report


def test_older_results_are_replaced_and_nothing_else_is_left(results, tmp_path):
    (results / "links.csv").write_text("old")
    assert run_kekiz("analyse", tmp_path / "region" / "region.toml", "--out", results).exit_code == 0
    assert (results / "links.csv").read_text() != "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "region"]


def test_a_foreign_folder_is_left_alone(tmp_path):
    region, out = write_region(tmp_path / "region"), tmp_path / "out"
    out.mkdir()
    (out / "diss.docx").write_text("three years of work")
    result = run_kekiz("analyse", region, "--out", out)
    assert result.exit_code == 2
    assert "diss.docx" in result.stderr
    assert [path.name for path in out.iterdir()] == ["diss.docx"]


def test_older_results_with_a_foreign_file_are_left_alone(results, tmp_path):
    (results / "notes.txt").write_text("mine")
    before = (results / "summary.json").read_bytes()
    result = run_kekiz("analyse", tmp_path / "region" / "region.toml", "--out", results, "--level", "low")
    assert result.exit_code == 2
    assert (results / "summary.json").read_bytes() == before
    assert (results / "notes.txt").read_text() == "mine"


def test_out_may_not_be_a_file(tmp_path):
    region = write_region(tmp_path / "region")
    (tmp_path / "out").write_text("x")
    result = run_kekiz("analyse", region, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "ist eine Datei" in result.stderr


def test_faults_leave_older_results_as_they_were(results, tmp_path):
    before = {path.name: path.read_bytes() for path in results.iterdir()}
    write_region(tmp_path / "region", offers_csv="")
    assert run_kekiz("analyse", tmp_path / "region" / "region.toml", "--out", results).exit_code == 1
    assert {path.name: path.read_bytes() for path in results.iterdir()} == before


def test_unwritable_place_is_said_in_a_sentence(tmp_path):
    region = write_region(tmp_path / "region")
    result = run_kekiz("analyse", region, "--out", "/proc/kekiz/out")
    assert result.exit_code == 2
    assert "lässt sich nicht schreiben" in result.stderr


def test_data_folder_replaces_the_folder_of_the_region_file(tmp_path):
    region = write_region(tmp_path / "region")
    data = tmp_path / "data"
    data.mkdir()
    for name in ("children.csv", "offers.csv"):
        (tmp_path / "region" / name).rename(data / name)
    assert run_kekiz("analyse", region, "--out", tmp_path / "out").exit_code == 1
    assert run_kekiz("analyse", region, "--out", tmp_path / "out", "--data", data).exit_code == 0
    missing = run_kekiz("analyse", region, "--out", tmp_path / "out", "--data", tmp_path / "no")
    assert missing.exit_code == 2


def test_scope_leaves_everything_else_out(tmp_path):
    region = write_region(tmp_path, region=REGION + '[analysis]\nfields = ["K1"]\nphases = ["P5"]\n')
    assert run_kekiz("analyse", region, "--out", tmp_path / "out").exit_code == 0
    summary = read_summary(tmp_path / "out")
    assert [(row["phase"], row["field"]) for row in summary["links"]] == [("P5", "K1")]
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Untersucht sind nur Formale Bildung in Grundschulalter." in report


def test_own_norms_travel_times_names_and_cooperations_are_read(tmp_path):
    norm = """
[[norm]]
key = "need_share"
phase = "P5"
field = "K1"
group = "other"
low = 0.5
mid = 0.5
high = 0.5
unit = "share"
valid_from = 2026-01-01
source = "assumption"
note = "Nur für diesen Test gesetzt."
"""
    files = (
        'norms = ["own.toml"]\ntravel_times = "times.csv"\n'
        'cooperations = "pairs.csv"\nmunicipalities = "names.csv"\n'
    )
    times = "luegde,gs-nord,car,10\nluegde,gs-nord,bus,10\nnowhere,gs-nord,bus,5\n"
    region = write_region(
        tmp_path,
        region=REGION + files,
        own_toml=norm,
        times_csv="cell,offer,mode,minutes\n" + times,
        pairs_csv="offer_a,offer_b,kind,since\ngs-nord,hort-sued,handover,2024-08-01\n",
        names_csv='ags,name\n05766052,"Lügde, Stadt"\n',
    )
    assert run_kekiz("analyse", region, "--out", tmp_path / "out").exit_code == 0
    summary = read_summary(tmp_path / "out")
    assert find_link(summary, "P5", "K1")["need"] is None  # 12 of them stand alone: a small number
    link = add_link(tmp_path / "out", "P5", "K1")
    assert link["need"] == pytest.approx(12 + 0.5 * 70.5)
    assert link["too_far"] == pytest.approx(0)  # the table brings Lügde into reach
    assert "Lügde" in [row["name"] for row in summary["municipalities"]]
    assert any("1 Zeilen der Reisezeiten" in note for note in summary["notes"])
    assert summary["digests"]["travel"] == "mixed"  # car and bus from the table, foot and bike by the model


def test_offers_that_ended_before_the_reference_date_do_not_count(tmp_path):
    region = write_region(tmp_path, offers_csv=OFFERS.replace("de,,Grundschule", "de,2026-01-30,Grundschule"))
    assert run_kekiz("analyse", region, "--out", tmp_path / "out").exit_code == 0
    assert add_link(tmp_path / "out", "P5", "K1")["no_offer"] == pytest.approx(82.5)
    assert any("1 Angebote endeten" in note for note in read_summary(tmp_path / "out")["notes"])


def test_levels_differ(tmp_path):
    region = write_region(tmp_path / "region")
    needs = {}
    for level in ("low", "high"):
        run_kekiz("analyse", region, "--out", tmp_path / "out", "--level", level)
        needs[level] = read_summary(tmp_path / "out")["headline"]["reasons"]["need"]
    assert needs["low"] < needs["high"]


def test_help_needs_neither_django_nor_numpy_and_analyse_no_django(tmp_path):
    light = "import sys, kekiz.cli.main; assert not {'django', 'numpy', 'rich.progress'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", light], check=False).returncode == 0
    region = write_region(tmp_path / "region")
    blocked = (
        "import sys; sys.modules['django'] = None; from kekiz.cli.main import app; "
        f"app(['analyse', {str(region)!r}, '--out', {str(tmp_path / 'out')!r}])"
    )
    done = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # no progress bar where nobody watches


def test_ranges_stand_in_sentence_summary_and_tables(tmp_path):
    region, out = write_region(tmp_path / "region"), tmp_path / "out"
    result = run_kekiz("analyse", region, "--out", out, "--ranges", "4")
    assert result.exit_code == 0
    (row,) = [
        row
        for row in read_summary(out)["ranges"]
        if (row["ags"], row["group"], row["figure"]) == ("", "", "unmet")
    ]
    assert 0 <= row["low"] <= row["median"] <= row["high"] <= 1
    assert row["draws"] == 4
    assert re.search(r"was sie brauchen \([\w ]+–[\w ]+\)\.", result.stdout)
    for name in ("ranges", "range_drivers"):
        assert {path.suffix for path in out.glob(f"{name}.*")} == {".csv", ".parquet"}
    assert run_kekiz("analyse", region, "--out", out).exit_code == 0, "results with ranges can be replaced"
    assert not (out / "ranges.csv").exists()


def test_one_draw_is_no_range(tmp_path):
    region = write_region(tmp_path / "region")
    result = run_kekiz("analyse", region, "--out", tmp_path / "out", "--ranges", "1")
    assert result.exit_code == 2
    assert "mindestens 2" in result.stderr
