"""Extracts of OpenStreetMap as lists: what is an offer for children, with all that the map says of it."""

import struct

import osmium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.register.imports.lists import LIPPE_PLACES

from kekiz.register.imports.files import read_content, read_path
from kekiz.register.imports.mapping import propose_mapping
from kekiz.register.imports.osm import find_form, load_kinds
from kekiz.register.imports.refusals import RefusedList
from kekiz.register.imports.rows import read_rows

TOWN = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lat="52.0280" lon="8.8990"><tag k="amenity" v="kindergarten"/>
  <tag k="name" v="Kita Regenbogen"/>
  <tag k="operator" v="Stadt Lemgo"/><tag k="addr:street" v="Mittelstraße"/><tag k="addr:housenumber" v="1"/>
  <tag k="addr:postcode" v="32657"/><tag k="addr:city" v="Lemgo"/>
  <tag k="opening_hours" v="Mo-Fr 07:00-16:00"/><tag k="contact:phone" v="+49 5261 12345"/><tag k="website" v="https://kita.example.org"/>
  <tag k="wheelchair" v="yes"/><tag k="min_age" v="1"/><tag k="max_age" v="6"/></node>
 <node id="2" lat="52.0290" lon="8.9000"/><node id="3" lat="52.0300" lon="8.9000"/>
 <node id="4" lat="52.0300" lon="8.9020"/><node id="5" lat="52.0290" lon="8.9020"/>
 <node id="6" lat="52.03" lon="8.9"><tag k="leisure" v="playground"/><tag k="name" v="Spielplatz"/></node>
 <node id="7" lat="52.03" lon="8.9"><tag k="amenity" v="social_facility"/><tag k="name" v="Haus Abend"/>
  <tag k="social_facility:for" v="senior"/></node>
 <node id="8" lat="52.03" lon="8.9"><tag k="amenity" v="kindergarten"/><tag k="addr:city" v="Lemgo"/></node>
 <node id="9" lat="52.03" lon="8.9"><tag k="amenity" v="kindergarten"/><tag k="name" v="Kita Gestern"/>
  <tag k="disused" v="yes"/></node>
 <node id="10" lat="52.03" lon="8.9"><tag k="amenity" v="cafe"/><tag k="name" v="Café"/></node>
 <node id="11" lat="52.03" lon="8.9"><tag k="amenity" v="social_facility"/><tag k="name" v="Beratung"/>
  <tag k="social_facility:for" v="family;child"/><tag k="fee" v="no"/></node>
 <way id="20"><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="2"/>
  <tag k="amenity" v="school"/><tag k="name" v="Grundschule am Wall"/><tag k="addr:city" v="Lemgo"/></way>
</osm>""".encode()


def read_town() -> dict:
    """The rows of the town above by title, with what is wrong with them."""
    sheet = read_content("lemgo.osm", TOWN).largest
    return {row.offer["title"]: row for row in read_rows(sheet, propose_mapping(sheet), LIPPE_PLACES)}


def test_a_day_care_centre_arrives_with_all_that_the_map_says():
    kita = read_town()["Kita Regenbogen"]
    assert not kita.is_wrong
    assert kita.provider == "Stadt Lemgo"
    assert (kita.place.street, kita.place.postcode, kita.located.town) == ("Mittelstraße 1", "32657", "Lemgo")
    assert (kita.located.lat, kita.located.lon) == (52.028, 8.899)
    assert kita.offer["opening_hours"] == "Mo-Fr 07:00-16:00"
    assert kita.offer["phone"].endswith("12345")
    assert kita.offer["website"] == "https://kita.example.org"
    assert kita.offer["barrier_free"] == "yes"
    assert kita.offer["age_from_months"] == 12
    assert kita.external_id == "node/1"
    assert "cost" not in kita.offer, "the map does not say what it costs"


def test_a_building_lies_in_the_middle_of_its_corners():
    school = read_town()["Grundschule am Wall"]
    assert (school.located.lat, school.located.lon) == pytest.approx((52.0295, 8.901))
    assert school.external_id == "way/20"
    assert school.offer["fields"] == ["K1"]
    assert school.provider == "Grundschule am Wall", "without an operator the house stands for itself"


def test_a_facility_for_families_is_one_and_one_for_the_old_is_not():
    rows = read_town()
    assert rows["Beratung"].offer["cost"] == "free"
    assert "Haus Abend" not in rows
    assert "Kita Gestern" not in rows


def test_what_is_no_offer_is_counted_and_what_lacks_a_name_is_refused_with_its_reason():
    sheet = read_content("lemgo.osm", TOWN).largest
    assert any(note.startswith("Spielplatz (1) nicht übernommen") for note in sheet.notes)
    (nameless,) = [row for row in read_town().values() if row.is_wrong and row.external_id == "node/8"]
    assert any(finding.text == "Der Titel fehlt." for finding in nameless.findings)


def test_a_real_extract_gives_every_day_care_centre_at_its_place(data_folder):
    path = data_folder / "routing" / "heidelberg.osm.pbf"
    sheet = read_path(path).largest
    places = {row.cells[sheet.header.index("id")]: row.cells[-2:] for row in sheet.rows}
    ways = 0
    for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if not way.is_way() or way.tags.get("amenity") != "kindergarten" or not way.is_closed():
            continue
        lat, lon = places[f"way/{way.id}"]
        assert min(node.lat for node in way.nodes) <= lat <= max(node.lat for node in way.nodes)
        assert min(node.lon for node in way.nodes) <= lon <= max(node.lon for node in way.nodes)
        ways += 1
    assert ways > 20


def test_the_table_of_kinds_gives_a_reason_for_each():
    assert all(len(kind.reason) > 10 and kind.tags for kind in load_kinds())
    assert {kind.name for kind in load_kinds() if not kind.is_taken} >= {"Spielplatz", "Sportstätte"}


def pbf(size: int, rest: bytes = b"") -> bytes:
    """The beginning of a PBF file whose first block claims a size."""
    header = b"\x0a\x09OSMHeader\x18" + bytes(
        [0x80 | size & 0x7F, 0x80 | size >> 7 & 0x7F, size >> 14 & 0x7F]
    )
    return struct.pack(">I", len(header)) + header + rest


BOMB = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
HOSTILE = {
    "cut off": pbf(100),
    "claims gigabytes": pbf(2**20),
    "garbage in the block": pbf(40, b"\xff" * 40),
    "entities": b'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a0 "x">'
    + BOMB
    + b"]><osm version='0.6'>&a11;</osm>",
    "outside entity": b'<!DOCTYPE osm [<!ENTITY a SYSTEM "file:///etc/passwd">]><osm version="0.6">&a;</osm>',
    "broken XML": b'<osm version="0.6"><node id="1" lat="52" ',
    "nowhere": b'<osm version="0.6"><node id="1" lat="99" lon="9"><tag k="amenity" v="school"/></node></osm>',
    "nothing for children": b'<osm version="0.6"><node id="1" lat="52" lon="9"/></osm>',
    "a list of changes": b'<osmChange version="0.6"></osmChange>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_extracts_are_refused_with_a_sentence(name):
    with pytest.raises(RefusedList) as caught:
        read_content("karte.osm.pbf", HOSTILE[name])
    assert caught.value.reason.endswith(".")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_an_extract_by_chance(content):
    assert find_form(b"PK" + content) == ""
