"""`kekiz duplicates` on two lists: what it prints and writes, and what it says about faulty ones."""

import csv
import json

import pytest
from typer.testing import CliRunner

from kekiz.cli.main import app

PORTAL = """id,name,street,postcode,town,phone
p1,Ev. Kindertagesstätte Schatzinsel,Schulstraße 12a,32657,Lemgo,05261 62-130
p2,Waldkindergarten Eulennest,Forstweg 1,32756,Detmold,05231 4711
"""
FLYER = """id;name;street;postcode;phone;lat
f1;Kita „Schatzinsel“;Schulstr. 12 A;32657;+49 (0)5261 62130;52,03
f2;Familienzentrum Regenbogen;Lange Straße 80;32756;;
"""


@pytest.fixture
def lists(tmp_path):
    """Two lists of day-care centres; one stands in both."""
    (tmp_path / "portal.csv").write_text(PORTAL, encoding="utf-8")
    (tmp_path / "flyer.csv").write_text(FLYER, encoding="utf-8")
    return [str(tmp_path / name) for name in ("portal.csv", "flyer.csv")]


def call(*arguments):
    return CliRunner().invoke(app, ["duplicates", *arguments])


def test_the_pair_is_told_with_its_reasons(lists):
    result = call(*lists)
    assert result.exit_code == 0
    assert "4 Einträge, 1 Paare" in result.output
    assert "f1 – p1" in result.output
    assert "Telefon gleich" in result.output


def test_json_and_files_hold_the_same_pairs(lists, tmp_path):
    printed = json.loads(call(*lists, "--json").stdout)
    (pair,) = printed
    assert (pair["left"], pair["right"], pair["cluster"]) == ("f1", "p1", "f1")
    for name in ("pairs.json", "pairs.csv"):
        assert call(*lists, "--out", str(tmp_path / name)).exit_code == 0
    assert json.loads((tmp_path / "pairs.json").read_text(encoding="utf-8")) == printed
    (row,) = csv.DictReader((tmp_path / "pairs.csv").read_text(encoding="utf-8").splitlines())
    assert row["left"] == "f1"
    assert "Telefon gleich (+3.8)" in row["reasons"]


def test_an_existing_file_is_not_written_over(lists, tmp_path):
    (tmp_path / "pairs.csv").write_text("meins", encoding="utf-8")
    assert call(*lists, "--out", str(tmp_path / "pairs.csv")).exit_code == 2
    assert (tmp_path / "pairs.csv").read_text(encoding="utf-8") == "meins"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,street\nKita,Weg 1\n", "id"),
        ("id,name,lat\na,Kita,nördlich\n", "keine Zahl"),
        ("id,name\na,Kita\na,Kiga\n", "Mehrfach vergeben: a"),
    ],
)
def test_faulty_lists_are_refused_in_words(tmp_path, text, told):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    result = call(str(path))
    assert result.exit_code == 1
    assert told in result.output
