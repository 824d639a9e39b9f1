"""Reading tables: what is taken over, and every fault named with its row and column, all at once."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from tests.engine.regions import SCHEME

from kekiz.engine.problems import SHOWN_PER_COLUMN, InputError
from kekiz.engine.tables import (
    digest_tables,
    read_children,
    read_cooperations,
    read_offers,
    read_travel_times,
)

CHILDREN = "cell,lat,lon,ags,phase,group,n\n"
CHILD = "Z1,51.94,8.88,05766020,P5,other,12\n"
OFFERS = "offer,provider,lat,lon,age_from,age_to,fields,places,mode,area,hurdles,languages,until,name\n"
OFFER = "A1,T1,51.94,8.88,0,72,K2 S1,20,visit,05766,paid referral,de tr,2027-12-31,Spielkreis\n"
TIMES = "cell,offer,mode,minutes\n"
COOPERATIONS = "offer_a,offer_b,kind,since\n"
READERS = {
    "children": read_children,
    "offers": read_offers,
    "times": read_travel_times,
    "cooperations": read_cooperations,
}


@pytest.fixture
def read(tmp_path):
    """Write a file and read it as one of the four tables."""

    def write_and_read(kind: str, content: str | bytes):
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return READERS[kind](path, SCHEME)

    return write_and_read


@pytest.fixture
def faults(read):
    """The faults of a file: row, column, message."""

    def find_faults(kind: str, content: str | bytes):
        with pytest.raises(InputError) as caught:
            read(kind, content)
        assert all(problem.file == f"{kind}.csv" for problem in caught.value.problems)
        return [(problem.row, problem.column, problem.message) for problem in caught.value.problems]

    return find_faults


def test_children_are_taken_over(read):
    children = read("children", CHILDREN + CHILD + "Z2,51.95,8.90,05766044,P1,low_income,3.5\n")
    assert children.cell.tolist() == ["Z1", "Z2"]
    assert children.ags.tolist() == ["05766020", "05766044"]
    assert children.phase.tolist() == [4, 0]
    assert children.group.tolist() == [1, 0]
    assert children.n.tolist() == [12.0, 3.5]


def test_offers_are_taken_over(read):
    offers = read("offers", OFFERS + OFFER + "A2,T1,,,-9,12,M1,,outreach,,,,,\n")
    assert offers.offer.tolist() == ["A1", "A2"]
    assert offers.age_from.tolist() == [0, -9]
    assert [SCHEME.field_codes[bit] for bit in range(8) if offers.fields[0] >> bit & 1] == ["S1", "K2"]
    assert offers.hurdles.tolist() == [0b101, 0]
    assert offers.area.tolist() == ["05766", ""]
    assert offers.name.tolist() == ["Spielkreis", ""]
    assert offers.places[0] == 20
    assert math.isnan(offers.places[1])
    assert math.isnan(offers.x[1])


def test_numbers_may_have_a_decimal_comma_and_thousands_points(read):
    content = CHILDREN.replace(",", ";") + "Z1;51,94;8,88;05766020;P5;other;1.234,5\n"
    assert read("children", content).n.tolist() == [1234.5]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_recognised(read, delimiter):
    content = (CHILDREN + CHILD).replace(",", delimiter)
    assert digest_tables(read("children", content)) == digest_tables(read("children", CHILDREN + CHILD))


def test_byte_order_mark_windows_line_ends_and_blank_lines_do_no_harm(read):
    content = ("\ufeff" + CHILDREN + CHILD + "\n").replace("\n", "\r\n")
    assert digest_tables(read("children", content)) == digest_tables(read("children", CHILDREN + CHILD))


def test_unknown_columns_are_left_aside_and_the_order_of_columns_is_free(read):
    content = "n,note,group,phase,ags,lon,lat,cell\n12,egal,other,P5,05766020,8.88,51.94,Z1\n"
    assert digest_tables(read("children", content)) == digest_tables(read("children", CHILDREN + CHILD))


def test_lists_may_be_separated_by_blanks_semicolons_or_bars(read):
    lines = [
        OFFER,
        OFFER.replace("A1", "A2").replace("K2 S1", "K2;S1"),
        OFFER.replace("A1", "A3").replace("K2 S1", "S1|K2"),
    ]
    assert len(set(read("offers", OFFERS + "".join(lines)).fields.tolist())) == 1


def test_parquet_reads_like_csv(read, tmp_path):
    columns = {
        "cell": ["Z1"],
        "lat": [51.94],
        "lon": [8.88],
        "ags": ["05766020"],
        "phase": ["P5"],
        "group": ["other"],
        "n": pa.array([12], pa.int32()),
    }
    pa_parquet.write_table(pa.table(columns), tmp_path / "children.parquet")
    from_parquet = read_children(tmp_path / "children.parquet", SCHEME)
    assert digest_tables(from_parquet) == digest_tables(read("children", CHILDREN + CHILD))


def test_degrees_and_metres_name_the_same_point(read):
    by_degrees = read("children", CHILDREN + CHILD)
    x, y = float(by_degrees.x[0]), float(by_degrees.y[0])
    by_metres = read("children", f"cell,x,y,ags,phase,group,n\nZ1,{x!r},{y!r},05766020,P5,other,12\n")
    assert digest_tables(by_metres) == digest_tables(by_degrees)
    # Centre of EPSG:3035: 52° N, 10° E is 4,321,000 m east and 3,210,000 m north by definition.
    centre = read("children", CHILDREN + "Z1,52,10,05766020,P5,other,1\n")
    np.testing.assert_allclose([centre.x[0], centre.y[0]], [4_321_000, 3_210_000], atol=1e-6)


def test_a_header_alone_is_an_empty_table(read):
    assert len(read("children", CHILDREN).cell) == 0
    assert len(read("offers", OFFERS).offer) == 0
    assert len(read("times", TIMES).minutes) == 0
    assert len(read("cooperations", COOPERATIONS).kind) == 0


CHILD_FAULTS = {
    "Z1,51.94,8.88,05766020,P5,other,-3": ("n", "„-3“ liegt außerhalb des Erlaubten. Erwartet: eine Anzahl"),
    "Z1,51.94,8.88,05766020,P5,other,viele": ("n", "„viele“ ist keine Zahl. Erwartet: eine Anzahl Kinder"),
    "Z1,51.94,8.88,05766020,P5,other,nan": ("n", "„nan“ ist keine Zahl"),
    "Z1,51.94,8.88,05766020,P5,other,inf": ("n", "„inf“ ist keine Zahl"),
    "Z1,51.94,8.88,05766020,P5,other,": ("n", "Der Wert fehlt. Erwartet: eine Anzahl Kinder ab 0"),
    "Z1,51.94,8.88,05766020,P9,other,1": ("phase", "„P9“ ist unbekannt. Möglich sind: P1, P2"),
    "Z1,51.94,8.88,05766020,,other,1": ("phase", "Der Wert fehlt."),
    "Z1,51.94,8.88,05766020,P5,arm,1": ("group", "„arm“ ist unbekannt. Möglich sind: low_income, other"),
    "Z1,51.94,8.88,5766020,P5,other,1": ("ags", "Null ist verloren gegangen. Gemeint ist wohl „05766020“"),
    "Z1,51.94,8.88,Lemgo,P5,other,1": ("ags", "„Lemgo“ ist kein Gemeindeschlüssel. Erwartet: 8 Ziffern"),
    "Z1,51.94,8.88,,P5,other,1": ("ags", "Der Wert fehlt."),
    ",51.94,8.88,05766020,P5,other,1": ("cell", "Der Wert fehlt."),
    "Z1,8.88,51.94,05766020,P5,other,1": ("lat", "Breite 8.88 und Länge 51.94 sind wohl vertauscht"),
    "Z1,-51.94,8.88,05766020,P5,other,1": ("lat", "Der Punkt -51.94, 8.88 liegt nicht in Europa"),
    "Z1,0,0,05766020,P5,other,1": ("lat", "Der Punkt 0, 0 liegt nicht in Europa"),
    "Z1,,8.88,05766020,P5,other,1": ("lat", "Die Lage fehlt."),
    "Z1,Nord,8.88,05766020,P5,other,1": ("lat", "„Nord“ ist keine Zahl. Erwartet: Grad"),
    "Z0,51.00,8.88,05766020,P5,other,1": ("cell", "eine andere Lage oder Kommune als in Zeile 2."),
    "Z0,51.94,8.88,05766044,P5,other,1": ("cell", "eine andere Lage oder Kommune als in Zeile 2."),
}


@pytest.mark.parametrize("line", CHILD_FAULTS)
def test_fault_in_children_is_named_with_row_and_column(faults, line):
    column, message = CHILD_FAULTS[line]
    good = CHILD.replace("Z1", "Z0")
    found = faults("children", CHILDREN + good + line + "\n")
    assert [(row, name) for row, name, _ in found] == [(3, column)]
    assert message in found[0][2]


OFFER_FAULTS = {
    "": ("offer", "Der Wert fehlt."),
    "age_from=-10": ("age_from", "„-10“ liegt außerhalb des Erlaubten. Erwartet: ein Alter in Monaten"),
    "age_to=400": ("age_to", "Erwartet: ein Alter in Monaten von -9 bis 324"),
    "age_to=0": ("age_to", "„Alter bis“ (0) muss größer sein als „Alter ab“ (0)."),
    "age_to=": ("age_to", "Der Wert fehlt. Erwartet: ein Alter in Monaten"),
    "fields=K9": ("fields", "„K9“ enthält einen unbekannten Eintrag. Möglich sind: M1, M2, S1"),
    "fields=": ("fields", "Der Wert fehlt."),
    "places=-1": ("places", "„-1“ liegt außerhalb des Erlaubten. Erwartet: eine Zahl ab 0 oder leer"),
    "places=ausreichend": ("places", "„ausreichend“ ist keine Zahl"),
    "mode=telefon": ("mode", "„telefon“ ist unbekannt. Möglich sind: visit, outreach, online"),
    "area=Detmold": ("area", "„Detmold“ enthält keinen Gemeindeschlüssel"),
    "area=057660201": ("area", "„057660201“ enthält keinen Gemeindeschlüssel"),
    "hurdles=paid teuer": ("hurdles", "„paid teuer“ enthält einen unbekannten Eintrag. Möglich sind: paid"),
    "lat=": ("lat", "Die Lage fehlt. Nur aufsuchende und Online-Angebote dürfen ohne Lage sein."),
    "offer=A0": ("offer", "„A0“ steht schon in Zeile 2. Jede Kennung darf nur einmal vorkommen."),
}


@pytest.mark.parametrize("change", OFFER_FAULTS)
def test_fault_in_offers_is_named_with_row_and_column(faults, change):
    column, message = OFFER_FAULTS[change]
    names = OFFERS.strip().split(",")
    row = dict(zip(names, OFFER.strip().split(","), strict=True))
    name, _, value = (change or "offer=").partition("=")
    row[name] = value
    found = faults("offers", OFFERS + OFFER.replace("A1", "A0") + ",".join(row.values()) + "\n")
    assert [(at, where) for at, where, _ in found] == [(3, column)]
    assert message in found[0][2]


def test_faults_in_travel_times_and_cooperations(faults):
    found = faults("times", TIMES + "Z1,A1,pferd,10\nZ1,,foot,2000\n")
    assert [(row, column) for row, column, _ in found] == [(3, "offer"), (2, "mode"), (3, "minutes")]
    found = faults("cooperations", COOPERATIONS + "A1,A1,handover,\nA1,A2,freundschaft,\n")
    assert {(row, column) for row, column, _ in found} == {(2, "offer_b"), (3, "kind")}
    assert "Ein Angebot kann nicht mit sich selbst zusammenarbeiten." in {message for _, _, message in found}


def test_all_faults_come_at_once_and_in_words(read):
    lines = ["Z1,51.94,8.88,5766020,P9,arm,-3\n", "Z2,8.88,51.94,05766020,P5,other,\n"]
    with pytest.raises(InputError) as caught:
        read("children", CHILDREN + "".join(lines))
    places = {(problem.row, problem.column) for problem in caught.value.problems}
    assert places == {(2, "ags"), (2, "phase"), (2, "group"), (2, "n"), (3, "lat"), (3, "n")}
    assert caught.value.total == 6
    assert "children.csv, Zeile 3, Spalte „n“: Der Wert fehlt." in str(caught.value)


def test_a_thousand_faults_are_counted_not_listed(read):
    with pytest.raises(InputError) as caught:
        read("children", CHILDREN + CHILD.replace("12", "-1") * 1000)
    assert len(caught.value.problems) == SHOWN_PER_COLUMN
    assert caught.value.total == 1000
    assert f"… und {1000 - SHOWN_PER_COLUMN} weitere Fehler derselben Art." in str(caught.value)


def test_a_missing_column_is_named(faults):
    assert faults("children", "cell,lat,lon,ags,phase,n\nZ1,51.94,8.88,05766020,P5,1\n") == [
        (1, "group", "Die Spalte fehlt. Gefunden wurden: cell, lat, lon, ags, phase, n.")
    ]


def test_missing_positions_are_named(faults):
    [(_, _, message)] = faults("children", "cell,ags,phase,group,n\nZ1,05766020,P5,other,1\n")
    assert "Erwartet werden die Spalten „lat“ und „lon“ (Grad) oder „x“ und „y“" in message


def test_offers_that_come_to_the_child_need_no_position_columns(read):
    offers = read("offers", "offer,age_from,age_to,fields,mode\nA1,0,72,K2,online\n")
    assert math.isnan(offers.x[0])


def test_a_column_twice_is_named(faults):
    [(row, column, message)] = faults(
        "children", "cell,lat,lon,ags,phase,group,n,n\n" + CHILD.strip() + ",5\n"
    )
    assert (row, column) == (1, "n")
    assert "steht mehrfach in der Kopfzeile" in message


def test_a_row_with_too_many_columns_is_named(faults):
    found = faults("children", CHILDREN + CHILD + "Z2,51,94,8,88,05766020,P5,other,1\n")
    assert [row for row, _, _ in found] == [3]
    assert found[0][2].startswith("9 Spalten statt 7. Steht ein Komma in einem Text")


def test_quoted_text_may_hold_the_delimiter_and_line_ends(read):
    offers = read("offers", OFFERS + OFFER.replace("Spielkreis", '"Spielen, singen\nund lesen"'))
    assert offers.name.tolist() == ["Spielen, singen\nund lesen"]


def test_files_that_are_no_tables(faults, tmp_path):
    assert "Die Datei ist leer." in faults("children", "")[0][2]
    assert "Keine bekannte Spalte in der Kopfzeile" in faults("children", "Hallo Welt\n1\n")[0][2]
    assert "keine lesbare Kopfzeile" in faults("children", b"\x00\x01\x02" * 50)[0][2]
    assert "keine lesbare Kopfzeile" in faults("children", b"x" * 100_000)[0][2]
    with pytest.raises(InputError, match="Die Datei wurde nicht gefunden"):
        read_children(tmp_path / "nirgends.csv", SCHEME)


def test_a_broken_parquet_file_is_named(faults):
    [(_, _, message)] = faults("children", b"PAR1" + b"\x00" * 40)
    assert "Parquet-Datei" in message
    assert "beschädigt" in message


def test_another_encoding_is_named_with_its_row(faults):
    [(row, _, message)] = faults(
        "offers", (OFFERS + OFFER.replace("Spielkreis", "Müttertreff")).encode("latin-1")
    )
    assert row == 2
    assert "„Müttertreff“" in message
    assert "Die Datei ist nicht in UTF-8 gespeichert" in message


def test_digest_does_not_depend_on_the_order_of_rows_but_on_every_value(read):
    other = "Z2,51.95,8.90,05766044,P1,low_income,3.5\n"
    one = digest_tables(read("children", CHILDREN + CHILD + other))
    assert one == digest_tables(read("children", CHILDREN + other + CHILD))
    assert one != digest_tables(read("children", CHILDREN + CHILD + other.replace("3.5", "3.6")))
    assert one != digest_tables(read("children", CHILDREN + CHILD + other + other))


@pytest.mark.parametrize(
    ("gap", "line"),
    [("\n\n", 5), ('z,51.9,8.9,05766020,P1,other,"1"\n"y\nz",51.9,8.9,05766020,P1,other,1\n', 6)],
)
def test_lines_are_counted_as_an_editor_counts_them(tmp_path, gap, line):
    faulty = "a,51.9,8.9,05766020,P3,other,1\nb,51.9,8.9,05766020,P3,other,-3\n"
    path = tmp_path / "children.csv"
    path.write_text("cell,lat,lon,ags,phase,group,n\n" + gap + faulty, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_children(path, SCHEME)
    assert [problem.row for problem in caught.value.problems] == [line]
