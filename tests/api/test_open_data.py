"""Open data: files with ETag and CORS, the page, and a description that portals can read."""

import io
import json
import zipfile

import pyarrow.parquet as pq
import pyshacl
import pytest
from django.test import Client
from openpyxl import load_workbook
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef
from rdflib.compare import isomorphic
from tests.conftest import ROOT
from tests.register.world import OFFERS, get_offer, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions
from kekiz.register.exports import stored_files
from kekiz.register.exports.formats import BY_FILE_NAME

ROWS = len(OFFERS) + 1  # one of them stands at two


@pytest.fixture
def fetch(region, settings, tmp_path):
    """Download a file as anybody may; gives the answer with its content."""
    settings.OPEN_DATA_FOLDER = tmp_path / "open-data"
    browser = Client()

    def download(name, **headers):
        answer = browser.get(f"/offene-daten/{name}", headers=headers)
        assert not answer.cookies
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer, content

    return download


@pytest.mark.parametrize("name", BY_FILE_NAME)
def test_every_file_says_what_it_is_and_is_sent_once(fetch, name):
    answer, content = fetch(name, origin="https://portal.example.org")
    assert answer.status_code == 200
    assert answer["Content-Type"].partition(";")[0] == BY_FILE_NAME[name].media_type
    assert f'filename="{name}"' in answer["Content-Disposition"]
    assert int(answer["Content-Length"]) == len(content) > 0
    assert answer["Access-Control-Allow-Origin"] == "*"
    again, nothing = fetch(name, **{"if-none-match": answer["ETag"]})
    assert (again.status_code, nothing) == (304, b"")
    actions.pause_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    changed, other = fetch(name, **{"if-none-match": answer["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != answer["ETag"]
    assert other != content


def test_only_what_families_see_is_in_the_files(fetch):
    offer = get_offer("elterncafe")
    actions.change_offer(actor=SYSTEM, offer=offer, title="Noch nicht geprüft")
    provider = offer.provider
    provider.contact_name, provider.contact_email = "Petra Privat", "petra@example.org"
    provider.save()
    ended = offer_row("vorbei", title="Seit gestern vorbei", permanent=False, until="2020-01-01")
    actions.load_register(actor=SYSTEM, providers=[], sites=[], offers=[ended], cooperations=())
    told = b"".join(_unpack(fetch(name)[1]) for name in BY_FILE_NAME)
    assert "Elterncafé".encode() in told
    for hidden in ("Noch nicht geprüft", "Petra", "petra@", "Seit gestern"):
        assert hidden.encode() not in told


def _unpack(content):
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(part) for part in archive.namelist())


def test_forms_for_people_and_programs(fetch):
    page = load_workbook(io.BytesIO(fetch("angebote.xlsx")[1])).active
    rows = list(page.values)
    assert rows[0][:3] == ("Schlüssel", "Titel", "Träger")
    assert len(rows) == ROWS + 1
    points = json.loads(fetch("angebote.geojson")[1])["features"]
    assert len(points) == ROWS - 2  # two offers have no site
    table = pq.read_table(io.BytesIO(fetch("angebote.parquet")[1]))
    assert table.num_rows == ROWS
    assert table.column("fields")[0].as_py() == get_offer("elterncafe").fields
    assert table.schema.metadata[b"licence"] == b"https://www.govdata.de/dl-de/by-2-0"


def test_no_text_is_a_formula(fetch):
    evil = offer_row(
        "boese", title='=HYPERLINK("https://x.example";"y")', cost_note="@SUM(1)", phone="+49 5231 977"
    )
    actions.load_register(actor=SYSTEM, providers=[], sites=[], offers=[evil], cooperations=())
    page = load_workbook(io.BytesIO(fetch("angebote.xlsx")[1])).active
    cells = [cell for row in page.iter_rows() for cell in row if str(cell.value).startswith(("=", "@"))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    line = next(line for line in fetch("angebote.csv")[1].decode().splitlines() if line.startswith("boese"))
    assert """"'=HYPERLINK""" in line
    assert ";'@SUM(1);" in line
    assert ";+49 5231 977;" in line  # a telephone number stays one


def test_services_and_tables_follow_hsds(fetch, hsds, data_folder):
    for service in json.loads(fetch("angebote-hsds.json")[1]):
        assert hsds("service.json", service) == []
    archive = zipfile.ZipFile(io.BytesIO(fetch("angebote-hsds.zip")[1]))
    ours = json.loads(archive.read("datapackage.json"))
    official = json.loads((data_folder / "hsds" / "schema" / "datapackage.json").read_text(encoding="utf-8"))
    theirs = {resource["name"]: resource for resource in official["resources"]}
    assert len(archive.namelist()) == len(ours["resources"]) + 1
    for resource in ours["resources"]:
        standard = theirs[resource["name"]]
        assert resource["path"] == standard["path"]
        header = archive.read(resource["path"]).decode().splitlines()[0].split(",")
        fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        assert list(fields) == header
        known = {field["name"]: field["type"] for field in standard["schema"]["fields"]}
        if resource["name"] not in {"service_capacity", "unit"}:  # not filled in the official file
            assert fields.items() <= known.items()
            needed = {
                field["name"]
                for field in standard["schema"]["fields"]
                if field["constraints"].get("required")
            }
            assert needed <= set(fields)


def test_references_between_tables_hold(fetch):
    import csv

    archive = zipfile.ZipFile(io.BytesIO(fetch("angebote-hsds.zip")[1]))
    package = json.loads(archive.read("datapackage.json"))
    rows = {
        resource["name"]: list(csv.DictReader(io.StringIO(archive.read(resource["path"]).decode())))
        for resource in package["resources"]
    }
    ids = {name: [row["id"] for row in found] for name, found in rows.items()}
    assert all(len(set(found)) == len(found) for found in ids.values())
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            target = set(ids[key["reference"]["resource"]])
            assert {row[key["fields"]] for row in rows[resource["name"]]} <= target


def test_the_description_is_valid_dcat_ap(fetch):
    answer, turtle = fetch("katalog.ttl")
    assert answer["Content-Type"].startswith("text/turtle")
    described = Graph().parse(data=turtle, format="turtle")
    _, json_ld = fetch("katalog.jsonld")
    assert isomorphic(described, Graph().parse(data=json_ld, format="json-ld"))
    shapes = Graph().parse(ROOT / "tests" / "api" / "dcat_ap_3_shapes.ttl")
    # Entailment: everything is an rdfs:Resource.
    conforms, _, report = pyshacl.validate(described, shacl_graph=shapes, inference="rdfs")
    assert conforms, report
    described.remove((None, DCTERMS.title, None))
    assert not pyshacl.validate(described, shacl_graph=shapes, inference="rdfs")[0]


def test_the_description_names_every_file_licence_and_area(fetch):
    fetch("angebote.csv")  # its size is known from now on
    described = Graph().parse(data=fetch("katalog.jsonld")[1], format="json-ld")
    files = list(described.subjects(RDF.type, DCAT.Distribution))
    urls = {str(described.value(one, DCAT.downloadURL)) for one in files}
    assert {url.rpartition("/")[2] for url in urls} == set(BY_FILE_NAME)
    licences = {str(described.value(one, DCTERMS.license)) for one in files}
    assert licences == {"http://dcat-ap.de/def/licenses/dl-by-de/2.0"}
    dataset = described.value(None, RDF.type, DCAT.Dataset)
    district = "http://dcat-ap.de/def/politicalGeocoding/districtKey/05766"
    assert described.value(dataset, DCTERMS.spatial) == URIRef(district)
    assert described.value(dataset, DCTERMS.modified) is not None
    sizes = [described.value(one, DCAT.byteSize) for one in files]
    assert len([size for size in sizes if size is not None]) == 1


def test_the_page_names_every_file_in_every_language(fetch):
    fetch("angebote.csv")
    for prefix in ("", "/ls", "/en", "/tr", "/ar", "/uk", "/ru"):
        text = Client().get(f"{prefix}/offene-daten/").content.decode()
        for name in BY_FILE_NAME:
            assert f'href="/offene-daten/{name}"' in text
        assert "https://www.govdata.de/dl-de/by-2-0" in text
        assert "kB" in text
    assert 'href="/offene-daten/"' in Client().get("/").content.decode()


def test_whoever_comes_while_a_file_is_written_is_asked_to_come_again(fetch, monkeypatch):
    monkeypatch.setattr(stored_files, "WAIT_SECONDS", 0.01)
    with stored_files._LOCK:
        answer, _ = fetch("angebote.csv")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert fetch("angebote.csv")[0].status_code == 200


def test_an_empty_register_gives_empty_files(db, settings, tmp_path):
    settings.OPEN_DATA_FOLDER = tmp_path
    for name in BY_FILE_NAME:
        answer = Client().get(f"/offene-daten/{name}")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
