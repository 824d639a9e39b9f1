"""Bad input, as a person sees it: a clear sentence with row and column, exit code 1, and nothing written."""

import base64
import os
import resource

import pytest
from tests.cli.small_region import CHILDREN, OFFERS, REGION, run_kekiz, write_region

HEADER = CHILDREN.splitlines()[0] + "\n"
MEGABYTE = 1024 * 1024


def write_noise(start=b"", *, as_lines=False):
    """A writer of 100 MB of random bytes, or of random letters in lines, behind ``start``."""

    def write(path):
        block = os.urandom(MEGABYTE)
        if as_lines:
            text = base64.b64encode(block[: MEGABYTE * 3 // 4])
            block = b"\n".join(text[at : at + 76] for at in range(0, len(text), 76)) + b"\n"
        with path.open("wb") as file:
            file.write(start)
            for _ in range(100):
                file.write(block)

    return write


def read_faults(tmp_path, **files):
    """Run on faulty files; check that it fails politely and writes nothing; return the message."""
    region = write_region(tmp_path / "region", **files)
    before = sorted(path.name for path in tmp_path.iterdir())
    result = run_kekiz("analyse", region, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Es wurde nichts geschrieben." in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    return result.stderr


CASES = {
    "unknown delimiter": (
        {"children_csv": CHILDREN.replace(",", "|")},
        ["children.csv", "Zeile 1", "Trennzeichen ist wohl „|“"],
    ),
    "header and rows with different delimiters": (
        {"children_csv": CHILDREN.replace(",", ";", 6)},
        ["Zeile 2: 1 Spalte statt 7", "Kopfzeile trennt mit Semikolon, diese Zeile mit Komma"],
    ),
    "decimal comma in a comma file": (
        {"children_csv": CHILDREN.replace("30.5", "30,5")},
        ["Zeile 4: 8 Spalten statt 7", "Anführungszeichen"],
    ),
    "Windows encoding": (
        {"offers_csv": OFFERS.encode("cp1252")},
        ["offers.csv", "Zeile 3, Spalte „name“", "gemeint ist wohl „Süd“", "CSV UTF-8"],
    ),
    "Windows encoding in the header": (
        {"offers_csv": OFFERS.replace("provider", "Träger").encode("cp1252")},
        ["Zeile 1", "Träger", "CSV UTF-8"],
    ),
    "UTF-16": ({"children_csv": CHILDREN.encode("utf-16")}, ["nicht in UTF-8"]),
    "missing column": (
        {"children_csv": CHILDREN.replace("group", "gruppe")},
        ["Zeile 1, Spalte „group“: Die Spalte fehlt. Gefunden wurden: cell, lat"],
    ),
    "no position": (
        {"children_csv": CHILDREN.replace("lat,lon", "breite,laenge")},
        ["Die Lage fehlt", "„lat“ und „lon“"],
    ),
    "doubled column": (
        {"children_csv": CHILDREN.replace("phase", "ags")},
        ["Zeile 1"],
    ),
    "negative count": (
        {"children_csv": CHILDREN.replace("30.5", "-3")},
        ["Zeile 4, Spalte „n“: „-3“", "ab 0"],
    ),
    "a word for a count": (
        {"children_csv": CHILDREN.replace("30.5", "viele")},
        ["Zeile 4, Spalte „n“: „viele“ ist keine Zahl"],
    ),
    "infinite count": ({"children_csv": CHILDREN.replace("30.5", "inf")}, ["Zeile 4, Spalte „n“"]),
    "swapped coordinates": (
        {"children_csv": CHILDREN.replace("51.957,9.246", "9.246,51.957")},
        ["Zeile 4, Spalte „lat“", "wohl vertauscht"],
    ),
    "AGS without its zero": (
        {"children_csv": CHILDREN.replace("05766052", "5766052")},
        ["Zeile 4, Spalte „ags“", "führende Null", "05766052"],
    ),
    "municipality of another region": (
        {"children_csv": CHILDREN.replace("05766052", "05111000")},
        ["Zeile 4, Spalte „ags“", "liegt nicht in der Region 05766"],
    ),
    "duplicate id": (
        {"offers_csv": OFFERS.replace("hort-sued", "gs-nord")},
        ["Zeile 3, Spalte „offer“", "steht schon in Zeile 2"],
    ),
    "unknown code": (
        {"offers_csv": OFFERS.replace("K2 S1", "K2 S9")},
        ["Zeile 3, Spalte „fields“: „K2 S9“", "M1, M2"],
    ),
    "ages the wrong way round": (
        {"offers_csv": OFFERS.replace("72,120,K1", "120,72,K1")},
        ["Zeile 2, Spalte „age_to“"],
    ),
    "empty file": ({"children_csv": b""}, ["children.csv", "Die Datei ist leer"]),
    "blank file": ({"children_csv": b"\xef\xbb\xbf\n \n"}, ["Die Datei ist leer"]),
    "header only": ({"children_csv": HEADER}, ["kein einziges Kind"]),
    "Parquet garbage": (
        {"offers_csv": b"PAR1" + os.urandom(4000) + b"PAR1"},
        ["offers.csv", "Parquet", "beschädigt"],
    ),
    "Excel file": ({"offers_csv": b"PK\x03\x04" + os.urandom(500)}, ["Excel", "CSV UTF-8"]),
    "cooperation with an unknown offer": (
        {
            "region": REGION + 'cooperations = "pairs.csv"\n',
            "pairs_csv": "offer_a,offer_b\ngs-nord,gs-west\n",
        },
        ["pairs.csv", "Zeile 2, Spalte „offer_b“", "gs-west"],
    ),
    "faulty norm": (
        {"region": REGION + 'norms = ["own.toml"]\n', "own_toml": '[[norm]]\nkey = "need_share"\n'},
        ["own.toml", "Kennwert Nr. 1", "„low“ fehlt"],
    ),
    "faulty boundaries": (
        {"region": REGION + 'boundaries = "area.geojson"\n', "area_geojson": "{"},
        ["area.geojson", "GeoJSON"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES.keys())
def test_each_fault_is_named_and_nothing_is_written(tmp_path, files, expected):
    message = read_faults(tmp_path, **files)
    for part in expected:
        assert part in message


NOISE = {
    "bytes": (write_noise(), ["keine Tabelle"]),
    "bytes behind a good header": (write_noise(HEADER.encode()), ["keine Tabelle"]),
    "letters": (write_noise(as_lines=True), ["Zeile 1", "Keine bekannte Spalte"]),
    "letters behind a good header": (
        write_noise(HEADER.encode(), as_lines=True),
        ["Zeile 2: 1 Spalte statt 7", "weitere in dieser Datei"],
    ),
}


@pytest.mark.parametrize(("write", "expected"), NOISE.values(), ids=NOISE.keys())
def test_a_hundred_megabytes_of_noise_are_refused_in_words(tmp_path, write, expected):
    message = read_faults(tmp_path, children_csv=write)
    for part in expected:
        assert part in message
    assert len(message) < 5000
    (tmp_path / "region" / "children.csv").unlink()


def test_noise_is_not_held_in_memory(tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read_faults(tmp_path, children_csv=write_noise(HEADER.encode(), as_lines=True))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000  # kilobytes


def test_all_faults_of_all_files_come_at_once_grouped_by_file(tmp_path):
    message = read_faults(
        tmp_path,
        children_csv=CHILDREN.replace("30.5", "viele").replace("05766052", "5766052"),
        offers_csv=OFFERS.replace("visit", "besuch"),
    )
    assert message.startswith("4 Fehler")
    children, offers = message.index("children.csv"), message.index("offers.csv")
    assert children < message.index("führende Null") < offers
    assert children < message.index("„viele“") < offers
    assert message.count("besuch") == 2


def test_one_faulty_column_does_not_hide_another(tmp_path):
    rows = "".join(f"c{at},51.9,8.9,05766020,P5,other,-1\n" for at in range(500))
    message = read_faults(tmp_path, children_csv=HEADER + rows + "x,51.9,8.9,5766020,P5,other,1\n")
    assert "501 Fehler" in message
    assert "Zeile 502, Spalte „ags“" in message
    assert "weitere in dieser Datei" in message


REGION_FAULTS = {
    "no TOML": ("[region", ["region.toml", "nicht als TOML lesbar"]),
    "key as number": (REGION.replace('"05766"', "5766"), ["[region] key muss Text sein"]),
    "no name": (REGION.replace('name = "Testkreis"', ""), ["[region] name fehlt"]),
    "bad date": (REGION.replace("2026-01-31", '"31.1.2026"'), ["reference_date", "2024-10-15"]),
    "unknown entry": (REGION + 'kinder = "x.csv"\n', ["[files] kinder ist unbekannt", "children, offers"]),
    "unknown section": (REGION + "[file]\n", ["[file] gibt es nicht"]),
    "absent file": (REGION.replace("offers.csv", "weg.csv"), ["weg.csv", "nicht gefunden"]),
    "unknown form": (
        REGION + '[offers]\nfile = "offers.csv"\nform = "nrw"\n',
        ["beide angegeben", "form „nrw“ ist unbekannt", "nrw_schools"],
    ),
    "no low-income share": (
        REGION.replace('children = "children.csv"\n', "")
        + '[children]\nfile = "children.csv"\nform = "census_grid_2011"\n',
        ["low_income_share fehlt"],
    ),
    "unknown phase": (REGION + '[analysis]\nphases = ["P9"]\n', ["„P9“ ist unbekannt", "P1, P2"]),
}


@pytest.mark.parametrize(("region", "expected"), REGION_FAULTS.values(), ids=REGION_FAULTS.keys())
def test_faults_of_the_region_file_are_named(tmp_path, region, expected):
    message = read_faults(tmp_path, region=region)
    for part in expected:
        assert part in message


def test_absent_region_file(tmp_path):
    result = run_kekiz("analyse", tmp_path / "region.toml", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "nicht gefunden" in result.stderr
