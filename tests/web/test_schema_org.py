"""What the public pages say to machines: valid JSON-LD, and nothing that schema.org does not know.

A JSON-LD processor reads the pages into statements; every one is compared with the vocabulary
(schema_org_terms.json): may this type have the property, and may the property have this kind of value?
"""

import datetime as dt
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from tests.web.finder_region import OFFERS, keep_stored, load_finder_region, offer_row

from kekiz.web.finder.schema_org import MOST_EVENTS, write_json_ld, write_list_json_ld

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("lippe"),
    # rdflib 7.6 reads JSON-LD through classes that it has itself marked as old.
    pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated"),
]

SDO = Namespace("https://schema.org/")
TYPES = json.loads(Path(__file__).with_name("schema_org_terms.json").read_text(encoding="utf-8"))["types"]
# Kinds of value that are written as text: data types, and members of lists that schema.org keeps.
WRITTEN = {
    "Text", "URL", "Number", "Integer", "Boolean", "Date", "DateTime", "Time", "DayOfWeek", "EventStatusType",
    "EventAttendanceModeEnumeration",
}  # fmt: skip
TODAY = dt.date(2026, 3, 1)
HOSTILE = '</script><script>alert(1)</script><!--<script>&\u2028 "quoted" ]]> \\u003c/script>'


def list_hours() -> dict[str, str]:
    """Notations of every kind, by the key of an offer."""
    return {
        "kurs": "2126 Mar 14,2126 Mar 21 10:00-12:00", "ferien": "2126 Jul 06-2126 Jul 17 Mo-Fr 08:00-16:00",
        "abend": "2126 Mar 12 18:00+; 2126 Mar 13 20:00-02:00", "woche": "Mo-Fr 09:00-12:00; PH off",
        "immer": "24/7",
    }  # fmt: skip


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories with offers of every kind of hours, and a hostile one."""
    more = [
        offer_row(key, key.title(), "luegde-haus", opening_hours=hours) for key, hours in list_hours().items()
    ]
    more.append(
        offer_row("boese", HOSTILE[:180], "luegde-haus", summary=HOSTILE, description=HOSTILE, phone="1")
    )
    with keep_stored(django_db_blocker, lambda: load_finder_region([*OFFERS, *more])):
        yield


class Scripts(HTMLParser):
    """The script elements of a page as a browser finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.kind: str | None = None

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.kind = dict(attrs).get("type") or ""
            self.texts.append((self.kind, ""))

    def handle_endtag(self, tag):
        self.kind = None if tag == "script" else self.kind

    def handle_data(self, data):
        if self.kind is not None:
            self.texts[-1] = (self.kind, self.texts[-1][1] + data)


def read_page(address: str) -> list[str]:
    """The JSON-LD of a page of the site."""
    response = Client().get(address)
    assert response.status_code == 200
    scripts = Scripts()
    scripts.feed(response.content.decode())
    assert {kind for kind, _text in scripts.texts} <= {"application/ld+json", "module"}
    return [text for kind, text in scripts.texts if kind == "application/ld+json"]


def read_statements(text: str) -> Graph:
    """Read JSON-LD as a search engine does, with the vocabulary in place of the remote context."""
    entry = json.loads(text)
    assert entry["@context"] == "https://schema.org"
    entry["@context"] = {"@vocab": str(SDO)}
    return Graph().parse(data=json.dumps(entry), format="json-ld")


def list_parents(name: str) -> set[str]:
    """A type with all types it specialises."""
    return {name}.union(*(list_parents(parent) for parent in TYPES[name]["parents"]))


def find_kinds(name: str, prop: str) -> set[str] | None:
    """The kinds of value that a property of a type may have; None where the type does not know it."""
    for parent in list_parents(name):
        if prop in TYPES[parent]["properties"]:
            return set(TYPES[parent]["properties"][prop])
    return None


def list_faults(graph: Graph) -> list[str]:
    """Every statement that the vocabulary does not allow."""
    faults = []
    types = {node: str(kind).removeprefix(str(SDO)) for node, kind in graph.subject_objects(RDF.type)}
    for node, prop, value in graph:
        if prop == RDF.type:
            continue
        name, term = types.get(node, "?"), str(prop).removeprefix(str(SDO))
        kinds = find_kinds(name, term) if name in TYPES else None
        if kinds is None:
            faults.append(f"{name} has no {term}")
        elif isinstance(value, Literal | URIRef):
            faults += [] if kinds & WRITTEN else [f"{name}.{term} is no text: {value}"]
        elif isinstance(value, BNode) and not kinds & list_parents(types.get(value, "Thing")):
            faults.append(f"{name}.{term} is no {types.get(value)}")
    return faults


PAGES = ["/angebote/", "/angebote/?ort=Lügde", *(f"/angebot/{row['key']}/" for row in OFFERS)]


@pytest.mark.parametrize("address", [*PAGES, *(f"/angebot/{key}/" for key in [*list_hours(), "boese"])])
def test_every_statement_is_one_of_schema_org(address):
    (text,) = read_page(address)
    graph = read_statements(text)
    assert len(graph) > 5
    assert list_faults(graph) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"@type": "Service", "isAccessibleForFree": True}, "Service has no isAccessibleForFree"),
        ({"@type": "Service", "provider": {"@type": "Place"}}, "Service.provider is no Place"),
        ({"@type": "Service", "hoursAvailable": "Mo 9-12"}, "Service.hoursAvailable is no text: Mo 9-12"),
        ({"@type": "Angebot", "name": "x"}, "Angebot has no name"),
    ],
)
def test_the_check_finds_what_schema_org_does_not_know(entry, fault):
    assert list_faults(read_statements(json.dumps({"@context": "https://schema.org", **entry}))) == [fault]


def test_a_public_offer_says_what_families_ask():
    (text,) = read_page("/angebot/krabbelgruppe-luegde/")
    graph = read_statements(text)
    (service,) = graph.subjects(RDF.type, SDO.GovernmentService)
    assert graph.value(graph.value(service, SDO.offers), SDO.price).toPython() == 0
    channel = graph.value(service, SDO.availableChannel)
    assert {str(code) for code in graph.objects(channel, SDO.availableLanguage)} == {"de", "tr", "ar"}
    hours = graph.value(service, SDO.hoursAvailable)
    assert str(graph.value(hours, SDO.opens)) == "09:30"
    place = graph.value(channel, SDO.serviceLocation)
    assert graph.value(graph.value(place, SDO.amenityFeature), SDO.value).toPython() is True


def test_a_price_that_is_not_known_is_not_said():
    (text,) = read_page("/angebot/musikgarten-luegde/")
    assert "price" not in text


def test_who_it_is_for_has_a_name():
    (text,) = read_page("/angebot/familienpaten-lemgo/")
    assert json.loads(text)["areaServed"] == [
        {"@type": "AdministrativeArea", "name": "Lemgo", "identifier": "05766044"}
    ]


def test_each_date_to_come_is_an_event():
    (text,) = read_page("/angebot/kurs/")
    events = json.loads(text)["subjectOf"]
    assert [(event["startDate"], event["endDate"]) for event in events] == [
        ("2126-03-14T10:00:00+01:00", "2126-03-14T12:00:00+01:00"),
        ("2126-03-21T10:00:00+01:00", "2126-03-21T12:00:00+01:00"),
    ]
    assert events[0]["isAccessibleForFree"] is True
    (text,) = read_page("/angebot/abend/")
    first, second = json.loads(text)["subjectOf"]
    assert "endDate" not in first, "an open end is not said"
    assert second["endDate"] == "2126-03-14T02:00:00+01:00"


def test_a_stretch_of_dates_limits_its_hours():
    (text,) = read_page("/angebot/ferien/")
    (hours,) = json.loads(text)["hoursAvailable"]
    assert (hours["validFrom"], hours["validThrough"]) == ("2126-07-06", "2126-07-17")
    assert len(hours["dayOfWeek"]) == 5


def test_the_list_names_its_entries_in_order():
    (text,) = read_page("/angebote/?ort=Lügde")
    entry = json.loads(text)
    assert entry["numberOfItems"] >= len(entry["itemListElement"]) > 5
    assert [item["position"] for item in entry["itemListElement"]] == list(
        range(1, len(entry["itemListElement"]) + 1)
    )
    assert all(
        re.fullmatch(r"http://testserver/angebot/[a-z-]+/", item["url"]) for item in entry["itemListElement"]
    )


def test_a_list_without_a_hit_says_nothing():
    assert read_page("/angebote/?q=Xylophonbau&ort=Lemgo") == []


@pytest.mark.parametrize("address", ["/angebot/boese/", "/angebote/?q=alert"])
def test_no_text_of_an_offer_leaves_its_script(address):
    (text,) = read_page(address)
    assert HOSTILE[:180] in json.dumps(json.loads(text), ensure_ascii=False).replace('\\"', '"').replace(
        "\\\\", "\\"
    )
    page = Client().get(address).content.decode()
    assert "<script>alert" not in page
    assert "<!--<script" not in page


def make_content(text: str) -> dict:
    site = {"name": text, "street": text, "postcode": text, "town": text, "lat": 52.0, "lon": 8.9,
            "barrier_free": "yes"}  # fmt: skip
    return {
        "title": text, "description": text, "summary": text, "age_from_months": 0, "age_to_months": 36,
        "cost": "free", "languages": [text], "website": text, "phone": text, "email": text,
        "opening_hours": f"{'2026 Mar 14 10:00-12:00; ' * 30}Mo 09:00-10:00", "until": None, "sites": [site],
        "service_area": [text], "provider": {"name": text, "website": text, "kind": "public"},
    }  # fmt: skip


@given(st.text() | st.sampled_from([HOSTILE, "</SCRIPT >", "<!--", "-->", "\u2029"]))
def test_whatever_is_written_stays_inside_and_reads_back(text):
    for written in (
        write_json_ld(make_content(text), text, area_names={}, today=TODAY),
        write_list_json_ld([(1, text, text)], 1),
    ):
        assert not set("<>&\u2028\u2029") & set(written)
        json.loads(written)
    entry = json.loads(write_json_ld(make_content(text), "https://a.example", area_names={}, today=TODAY))
    assert entry.get("name", "") == text
    assert len(entry["subjectOf"]) == MOST_EVENTS
