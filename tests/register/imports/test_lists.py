"""Lists of every form and of every sloppiness are read, or refused with a sentence."""

import contextlib
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tests.register.imports.lists import HEADER, office_workbook, plain_csv, read, row, save

from kekiz.register.imports.files import LARGEST_BYTES, MOST_TABLE_ROWS, read_content
from kekiz.register.imports.lexicon import suggest
from kekiz.register.imports.mapping import digest_header, propose_mapping, restore_mapping
from kekiz.register.imports.refusals import RefusedList
from kekiz.register.imports.sheets import HIGHEST_ROWS
from kekiz.register.imports.values import as_text
from kekiz.register.imports.workbook_back import neutralise, write_annotated


def faults(one):
    return [finding.text for finding in one.findings if finding.kind == "fault"]


def test_a_list_as_offices_write_it_is_read():
    sheet, mapping, rows = read(office_workbook(), "angebote.xlsx")
    used = {column.header: column.target for column in mapping.columns}
    assert used["Alter von"] == "age_from"
    assert used["Alter bis"] == "age_to"
    assert used["Öffnungszeiten"] == "opening_hours"
    assert used["Kontakt Telefon"] == "phone"
    assert used["Lfd. Nr."] == "", "a counter is no id: next month it counts anew"
    assert [(out.number, out.kind) for out in sheet.left_out] == [
        (1, "Überschrift der Liste"), (2, "Überschrift der Liste"), (9, "Zwischenüberschrift"),
        (13, "Summenzeile"), (14, "Anmerkung"),
    ]  # fmt: skip
    cafe, massage, treff, untitled, lost = rows
    assert (cafe.number, cafe.offer["age_from_months"], cafe.offer["age_to_months"]) == (6, 0, 36)
    assert cafe.offer["opening_hours"] == 'Mo,We 09:00-12:00; Th "nach Vereinbarung"'
    assert cafe.offer["phone"] == "05261 12340 oder 0171 2345678"
    assert cafe.offer["email"] == "info@hdf.de"
    assert cafe.offer["cost"] == "free"
    assert (cafe.located.ags, cafe.located.lat) == ("05766044", 52.012), (
        "the locality, not the middle of the town"
    )
    assert massage.offer["age_to_months"] == 12
    assert massage.offer["cost"] == "reduced"
    assert massage.offer["fields"] == ["S2", "G1"]
    assert "cost" not in treff.offer, "unknown is not free"
    assert faults(untitled)[0] == "Der Titel fehlt."
    assert "steht nicht im Ortsverzeichnis" in faults(lost)[0]
    assert not any(one.is_wrong for one in (cafe, massage, treff))


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"])
def test_csv_in_any_delimiter_and_encoding(delimiter, encoding):
    content = plain_csv(
        [row(1), row(2, Träger="Mütterzentrum, Café & Größeres"), row(3)],
        delimiter=delimiter,
        encoding=encoding,
    )
    sheet, _, rows = read(content)
    assert sheet.header == tuple(HEADER)
    assert rows[1].provider == "Mütterzentrum, Café & Größeres"
    assert [one.number for one in rows] == [2, 3, 4]
    assert not any(one.is_wrong for one in rows)


def test_decimal_commas_and_swapped_coordinates():
    content = plain_csv(
        [["Krabbelgruppe", "Stadt", "0-3", "8,899", "52,028"]],
        header=["Angebot", "Träger", "Alter", "lat", "lon"],
    )
    _, mapping, rows = read(content)
    assert (rows[0].located.lat, rows[0].located.lon) == (52.028, 8.899)
    assert "vertauscht" in mapping.columns[3].reason


@pytest.mark.parametrize(
    "extra", [{}, {"Telefon": "keine Ahnung", "Kosten": "nach Gefühl", "Öffnungszeiten": "wenn Licht brennt"}]
)
def test_what_is_not_understood_is_told_and_kept(extra):
    _, _, (one,) = read(plain_csv([row(1, **extra)]))
    assert not one.is_wrong
    texts = " ".join(finding.text for finding in one.findings)
    assert ("keine Ahnung" in texts) == bool(extra)
    assert ("Kosten: nach Gefühl" in one.offer["description"]) == bool(extra)


def test_rows_without_ages_say_so_or_take_what_their_words_say():
    header = ["Angebot", "Träger", "PLZ", "Ort", "Beschreibung"]
    content = plain_csv(
        [
            [
                "Lesestunde",
                "Stadt",
                "32657",
                "Lemgo",
                "Vorlesen für Kinder von 4 bis 8 Jahren in der Bücherei",
            ],
            ["Kita Sonnenschein", "Stadt", "32657", "Lemgo", ""],
            ["Schuldnerberatung", "Stadt", "32657", "Lemgo", "für alle"],
        ],
        header=header,
    )
    _, _, (reading, kita, debts) = read(content)
    assert (reading.offer["age_from_months"], reading.offer["age_to_months"]) == (48, 96)
    assert (kita.offer["age_from_months"], kita.offer["age_to_months"]) == (12, 72)
    assert any("vorgeschlagen nach „kita“" in finding.text for finding in kita.findings)
    assert "Das Alter fehlt" in faults(debts)[0]
    _, _, (_, _, debts) = read(content, ages="0 bis 27 Jahre")
    assert not debts.is_wrong
    assert any("für alle Zeilen" in finding.text for finding in debts.findings)


def test_a_kept_mapping_fits_the_next_list_and_no_other():
    sheet, mapping, _ = read(plain_csv([row()]))
    changed = mapping.change({"Kosten": ""}, {"fields": "S2"})
    again = read_content("nächster Monat.csv", plain_csv([row(7), row(8)])).largest
    assert digest_header(again.header) == digest_header(sheet.header)
    restored = restore_mapping(json.loads(json.dumps(changed.as_content())), again)
    assert [(one.header, one.target) for one in restored.columns] == [
        (one.header, one.target) for one in changed.columns
    ]
    assert restored.fallbacks["fields"] == "S2"
    other = read_content("x.csv", plain_csv([["a", "b"]], header=["Angebot", "Ort"])).largest
    with pytest.raises(ValueError, match="passt nicht"):
        restore_mapping(changed.as_content(), other)


def test_geojson_and_plain_json_come_through_the_same_door():
    feature = {
        "type": "Feature",
        "properties": {"name": "Kita Wald", "operator": "Stadt", "Alter": "1-6"},
        "geometry": {"type": "Point", "coordinates": [8.899, 52.028]},
    }
    for content in (
        {"type": "FeatureCollection", "features": [feature]},
        [{"name": "Kita Wald", "operator": "Stadt", "Alter": "1-6", "lat": 52.028, "lng": 8.899}],
        {
            "ergebnis": [
                {"name": "Kita Wald", "operator": "Stadt", "Alter": "1-6", "lat": 52.028, "lng": 8.899}
            ]
        },
    ):
        _, _, (one,) = read(json.dumps(content).encode(), "liste.json")
        assert (one.offer["title"], one.offer["age_from_months"], one.located.lat) == (
            "Kita Wald",
            12,
            52.028,
        )
        assert not one.is_wrong


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def far_cell():
    """Two cells, a million rows and 16,000 columns apart: dense reading would take all memory."""
    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Angebot", "x"
    return save(book)


HOSTILE = {
    "leer": b"",
    "nur blanks": b"  \n ",
    "pdf": b"%PDF-1.7 ...",
    "bild": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    "webseite": b"<html><table><tr><td>Angebot</td></tr></table></html>",
    "xml mit entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
    "zu gross": b"a;b\n" * (LARGEST_BYTES // 4 + 1),
    "binaer": b"\x00\x01\x02\x03" * 100,
    "kein json": b'{"contents": [',
    "tiefes json": b"[" * 100_000,
    "json ohne liste": b'{"a": 1}',
    "kaputtes xlsx": b"PK\x03\x04" + b"x" * 100,
    "zip ohne liste": zipped(**{"a.txt": "x", "b.txt": "y"}),
    "zip-bombe": zipped(
        **{"xl/worksheets/sheet1.xml": b"0" * (300 * 1024 * 1024), "[Content_Types].xml": "x"}
    ),
    "xlsx mit entities": zipped(
        **{"[Content_Types].xml": "x", "xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'}
    ),
    "ferne zelle": far_cell(),
    "kein kopf": b"1;2;3\n4;5;6\n7;8;9\n",
    "altes format": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
    "archiv im archiv": zipped(**{"innen.json": zipped(**{"a.json": "[]"})}),
    "zu gross, eine Angabe je Zeile": b"[\n" + b'{"name":"x"},\n' * (LARGEST_BYTES // 14 + 1) + b"{}\n]\n",
    "mehr Orte, als eine Liste hat": b'[\n{"name":"x","organization":{},"status":"active","id":"1",'
    b'"service_at_locations":[' + b"{}," * HIGHEST_ROWS + b"{}]}\n]\n",
    "hsds-paket mit zu vielen Zeilen": zipped(
        **{"services.csv": "id,name\n1,x\n", "attributes.csv": "id\n" + "1\n" * MOST_TABLE_ROWS}
    ),
    "hsds-paket mit Zeilen mal Zeilen": zipped(
        **{
            "services.csv": "id,name\n" + "1,x\n" * 5_000,
            "service_at_location.csv": "service_id\n" + "1\n" * 5_000,
        }
    ),
    "word": zipped(**{"[Content_Types].xml": "x", "word/document.xml": "<w/>"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_wrong_files_are_refused_with_a_sentence(name):
    with pytest.raises(RefusedList) as caught:
        read_content("liste.xlsx", HOSTILE[name])
    assert caught.value.reason.endswith((".", "”"))
    assert len(caught.value.reason) > 15


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_stop_the_reader(content):
    with contextlib.suppress(RefusedList):
        read_content("x", content)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "contents",
                        "services",
                        "name",
                        "id",
                        "service_at_locations",
                        "location",
                        "schedules",
                        "features",
                        "type",
                        "organization",
                        "status",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_stops_the_reader(content):
    with contextlib.suppress(RefusedList):
        for sheet in read_content("x.json", json.dumps({"contents": content}).encode()).sheets:
            read_rows_of(sheet)


def read_rows_of(sheet):
    from tests.register.imports.lists import LIPPE_PLACES

    from kekiz.register.imports.rows import read_rows

    return read_rows(sheet, propose_mapping(sheet), LIPPE_PLACES)


CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from(["0-3", "Mo 9-12", "x@y.de", "32657", "=1+1", "Summe", "ja"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=8))
def test_no_cells_stop_a_list_and_every_wrong_row_says_why(rows):
    from kekiz.register.imports.sheets import find_table

    sheet = find_table("x", [HEADER, *rows])
    if sheet is None:
        return
    read = read_rows_of(sheet)
    numbers = {one.number for one in read} | {out.number for out in sheet.left_out}
    filled = {number for number, cells in enumerate(rows, start=2) if any(as_text(cell) for cell in cells)}
    assert filled <= numbers
    for one in read:
        assert one.is_wrong or {"age_from_months", "fields", "title"} <= set(one.offer)
    write_annotated(sheet, read, {})


def test_the_answer_says_why_in_every_wrong_row_and_holds_no_formula():
    content = plain_csv(
        [row(1, Beschreibung='=HYPERLINK(""http://x"")', Träger="+49 e.V."), row(2, Angebot=""), row(3)]
    )
    sheet, _, rows = read(content)
    book = load_workbook(io.BytesIO(write_annotated(sheet, rows, {2: "neu", 3: "nicht übernommen"})))
    page = book["Liste"]
    lines = list(page.iter_rows(values_only=True))
    assert lines[0][:4] == ("kekiz: Ergebnis", "kekiz: Hinweise", "Zeile", "Angebot")
    assert lines[2][0] == "nicht übernommen"
    assert "Fehler: Der Titel fehlt." in lines[2][1]
    assert all(cell.data_type != "f" for line in page.iter_rows() for cell in line)
    assert not any(isinstance(cell, str) and cell.startswith(("=", "+")) for line in lines for cell in line)
    assert neutralise("=1") == "'=1"


def test_suggestions_name_the_words_they_rest_on():
    assert suggest("Kindertagesstätte").fields == {
        "K1": ("kindertagesstaette",),
        "S1": ("kindertagesstaette",),
    }
    assert suggest("Offenes Elterncafé").fields["S2"] == ("elterncafe",)
    assert suggest("Kurs", "Hilfe bei Schulden: Schuldnerberatung").fields == {"M1": ("schuldnerberatung",)}
    assert suggest("Stadtrat").fields == {}
