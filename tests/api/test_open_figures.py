"""The figures of the published run as open data: what pages show, in three forms, while it is public."""

import csv
import datetime as dt
import io
import json

import pyarrow.parquet as pq
import pyshacl
import pytest
from django.test import Client
from rdflib import DCAT, DCTERMS, RDF, RDFS, Graph
from tests.conftest import LEMGO, LIPPE, ROOT
from tests.evidence.region import load_counts

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis import queries
from kekiz.analysis.actions import publish_run, run_analysis, take_back_run
from kekiz.analysis.exports.columns import COLUMNS
from kekiz.analysis.exports.files import BY_FILE_NAME
from kekiz.evidence.models import Area
from kekiz.evidence.queries import areas_of_region, shipped_scheme
from kekiz.web.desk.tables import reason_columns

DAY = dt.date(2025, 6, 1)


@pytest.fixture
def run(region, settings, tmp_path):
    """A run of three towns with small and large needs."""
    settings.OPEN_DATA_FOLDER = tmp_path / "open-data"
    settings.KEKIZ_SMALLEST_COUNT = 3
    load_counts(12)
    return run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)


@pytest.fixture
def published(run):
    """The same run, open data."""
    publish_run(actor=SYSTEM, run=run)
    return run


def fetch(name, **headers):
    answer = Client().get(f"/offene-daten/{name}", headers=headers)
    assert not answer.cookies
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def read_csv():
    return list(csv.DictReader(io.StringIO(fetch("analyse.csv")[1].decode("utf-8-sig")), delimiter=";"))


def read_rows():
    """The Parquet file, by area, phase, field and group."""
    rows = pq.read_table(io.BytesIO(fetch("analyse.parquet")[1])).to_pylist()
    return {(row["area"], row["phase"], row["field"], row["group"]): row for row in rows}


@pytest.mark.parametrize("name", BY_FILE_NAME)
def test_files_are_there_while_a_run_is_public(run, name):
    assert fetch(name)[0].status_code == 404
    publish_run(actor=SYSTEM, run=run)
    answer, content = fetch(name, origin="https://portal.example.org")
    assert answer.status_code == 200
    assert answer["Content-Type"].partition(";")[0] == BY_FILE_NAME[name].media_type
    assert f'filename="{name}"' in answer["Content-Disposition"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    again, nothing = fetch(name, **{"if-none-match": answer["ETag"]})
    assert (again.status_code, nothing) == (304, b"")
    take_back_run(actor=SYSTEM, run=run)
    assert fetch(name, **{"if-none-match": answer["ETag"]})[0].status_code == 404
    same = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    publish_run(actor=SYSTEM, run=same)
    repeated, bytes_again = fetch(name)
    assert (repeated["ETag"], bytes_again) == (answer["ETag"], content)  # equal figures, equal bytes


@pytest.mark.parametrize("name", BY_FILE_NAME)
def test_the_same_run_is_written_to_the_same_bytes(published, name, settings, tmp_path):
    content = fetch(name)[1]
    settings.OPEN_DATA_FOLDER = tmp_path / "elsewhere"
    assert fetch(name)[1] == content
    load_counts(13)
    newer = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    assert fetch(name)[1] == content  # not public yet
    publish_run(actor=SYSTEM, run=newer)
    assert fetch(name)[1] != content


def test_every_figure_is_what_pages_show_and_no_more(published):
    scheme, rows = shipped_scheme(), read_rows()
    areas = [area for area in areas_of_region(LIPPE) if area.kind != Area.Kind.SOCIAL_AREA]
    links = len(scheme.phases) * (len(scheme.fields) + 1) + 1
    assert len(rows) == len(areas) * links * (len(scheme.groups) + 1)
    hidden = 0
    for area in areas:
        for phase in ("", *scheme.phase_codes):
            for field in ("", *scheme.field_codes) if phase else ("",):
                for group in ("", *scheme.group_codes):
                    row = rows[area.key, phase or "all", field or "all", group or "all"]
                    wanted = None if area.kind == Area.Kind.REGION else area
                    shown = queries.total_reasons(published, wanted, phase=phase, field=field, group=group)
                    assert row["is_hidden"] == shown.is_hidden
                    hidden += shown.is_hidden
                    for name, value in shown.as_dict().items():
                        assert row[name] == (None if shown.is_hidden else pytest.approx(value, abs=6e-4))
    assert hidden > 20


def test_what_is_left_out_is_a_dot_for_people_and_null_for_programs(published):
    rows = list(read_rows().values())
    told = read_csv()
    assert len(told) == len(rows)
    numbers = [column for column in COLUMNS if column.kind in {"children", "share"}]
    for row, line in zip(rows, told, strict=True):
        for column in numbers:
            if row["is_hidden"]:
                assert (row[column.name], line[column.header]) == (None, ".")
            elif row[column.name] is None:
                assert (column.name, row["need"], line[column.header]) == ("unmet_share", 0, "–")
            else:
                assert float(line[column.header].replace(",", ".")) == row[column.name]
        assert line["geschützt"] == ("ja" if row["is_hidden"] else "nein")


def test_headers_are_those_of_the_cockpit(published):
    headers = list(read_csv()[0])
    assert headers == [column.header for column in COLUMNS]
    assert {column.heading for column in reason_columns() if column.kind != "bar"} <= set(headers)
    first = read_csv()[0]
    assert (first["Schlüssel"], first["Gebiet"], first["Art"]) == (LIPPE, "Kreis Lippe", "Region")
    assert {line["Gruppe"] for line in read_csv()} > {"alle"}


def test_files_say_where_the_figures_come_from(published):
    metadata = pq.read_schema(io.BytesIO(fetch("analyse.parquet")[1])).metadata
    collection = json.loads(fetch("analyse.geojson")[1])
    assert metadata[b"licence"].decode() == collection["licence"] == "https://www.govdata.de/dl-de/by-2-0"
    for sources, notes in (
        (json.loads(metadata[b"sources"]), json.loads(metadata[b"notes"])),
        (collection["sources"], collection["notes"]),
    ):
        assert published.sources[0]["name"] in sources[0]
        assert any("nach Annahmen" in note for note in notes)
        assert any("geschützt" in note for note in notes)
        assert not any("erfunden" in note for note in notes)  # the test's offers are not marked so
    assert {row["is_estimated"] for row in read_rows().values()} == {True}
    assert {row["reference_date"] for row in read_rows().values()} == {DAY}


def test_municipalities_stand_on_the_map_with_the_figures_of_the_chain(published):
    square = {"type": "Polygon", "coordinates": [[[8.8, 52.0], [8.9, 52.0], [8.9, 52.1], [8.8, 52.0]]]}
    Area.objects.filter(key=LEMGO).update(boundary=square, source="BKG, VG250")
    features = {one["id"]: one for one in json.loads(fetch("analyse.geojson")[1])["features"]}
    assert set(features) == set(queries.link_cube(published).ags)
    lemgo = features[LEMGO]
    assert (lemgo["geometry"], lemgo["properties"]["area_source"]) == (square, "BKG, VG250")
    rows = read_rows()
    for group, ending in (("all", ""), ("low_income", "_low_income"), ("other", "_other")):
        row = rows[LEMGO, "all", "all", group]
        for name in ("need", "found", "no_offer", "unmet_share", "is_hidden"):
            assert lemgo["properties"][name + ending] == row[name]
    Area.objects.filter(key=LEMGO).update(boundary=None)
    features = {one["id"]: one for one in json.loads(fetch("analyse.geojson")[1])["features"]}
    assert features[LEMGO]["geometry"] is None


def test_a_name_is_no_formula(published):
    Area.objects.filter(key=LEMGO).update(name='=HYPERLINK("https://x.example")')
    names = {line["Gebiet"] for line in read_csv() if line["Schlüssel"] == LEMGO}
    assert names == {'\'=HYPERLINK("https://x.example")'}


def test_portals_read_of_a_second_dataset(published):
    fetch("analyse.csv")  # its size is known from now on
    answer, turtle = fetch("katalog.ttl")
    described = Graph().parse(data=turtle, format="turtle")
    shapes = Graph().parse(ROOT / "tests" / "api" / "dcat_ap_3_shapes.ttl")
    conforms, _, report = pyshacl.validate(described, shacl_graph=shapes, inference="rdfs")
    assert conforms, report
    (figures,) = [one for one in described.subjects(RDF.type, DCAT.Dataset) if str(one).endswith("#analyse")]
    files = list(described.objects(figures, DCAT.distribution))
    names = {str(described.value(one, DCAT.downloadURL)).rpartition("/")[2] for one in files}
    assert names == set(BY_FILE_NAME)
    assert [described.value(one, DCAT.byteSize) is not None for one in files].count(True) == 1
    origin = described.value(described.value(figures, DCTERMS.provenance), RDFS.label)
    assert published.sources[0]["name"] in origin
    assert "nicht gezählt" in described.value(figures, DCTERMS.description)
    take_back_run(actor=SYSTEM, run=published)
    later, turtle = fetch("katalog.ttl", **{"if-none-match": answer["ETag"]})
    assert later.status_code == 200
    assert b"#analyse" not in turtle
