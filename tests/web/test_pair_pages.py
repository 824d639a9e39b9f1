"""The lists of overlaps and missing handovers: what the run found, in the chosen area, with its reasons."""

from dataclasses import replace

import pytest
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE
from tests.web.test_desk_pages import read_csv, read_page, read_text

from kekiz.analysis import queries
from kekiz.analysis.bridge import offer_key
from kekiz.analysis.models import ItemKind, RunTable
from kekiz.analysis.queries import Item, MissingHandover, Overlap, OverlapEntry, Replacement
from kekiz.analysis.queries.pairs import PairedOffer
from kekiz.evidence.queries import find_area
from kekiz.web.desk.item_tables import OfferColumn, explain_overlap_item, explain_takers
from kekiz.web.desk.pair_tables import explain_handover, explain_overlap, shorten, write_usual
from kekiz.web.desk.tables import Column, Row, Table

CAFE = PairedOffer("cafe", "Elterncafé", "T1", 12.0, 90.0, 0.99)
BREAKFAST = PairedOffer("treff", "Frühstückstreff", "T2", 20.0, 90.0, 1.0)


def make_overlap(**values):
    facts = {"fields": ("S1",), "phases": ("P3",), "likeness": 0.97, "distance_km": 0.1, "is_floor": False}
    return Overlap(CAFE, BREAKFAST, **{**facts, "score": 0.96, **values})


def make_entry(overlap):
    return OverlapEntry(Item(ItemKind.OVERLAP, "cafe+treff", "", (LEMGO,), {}), (overlap,))


def make_handover(shared=44.4, **values):
    return MissingHandover(CAFE, BREAKFAST, "P4", "P5", "T3", shared=shared, share_of_first=0.56, **values)


def test_an_overlap_names_the_lesser_share():
    assert explain_overlap(make_overlap()).startswith("Beide stehen zu 97")
    assert "mindestens 99" in explain_overlap(make_overlap())
    assert "nicht bekannt" not in explain_overlap(make_overlap())


def test_an_overlap_with_unknown_places_cannot_tell():
    assert "lässt sich nicht sagen" in explain_overlap(make_overlap(score=None))


def test_a_handover_tells_children_and_share():
    text = explain_handover(make_handover())
    assert "rund 45 Kinder" in text
    assert "56" in text


def test_an_overlap_tells_how_rare_it_is():
    rare, usual = (make_entry(make_overlap(towns_alike=towns)) for towns in (1, 9))
    assert "sonst in keiner Kommune" in " ".join(explain_overlap_item(rare, 16))
    assert "in 9 von 16 Kommunen" in " ".join(explain_overlap_item(usual, 16))


def test_a_handover_tells_what_is_usual_elsewhere():
    assert write_usual(make_handover(comparable=24, comparable_agreed=18)) == "18 von 24"
    assert write_usual(make_handover()) == "kein Vergleich"


def test_who_would_take_whom_is_told_or_why_it_cannot_be(settings):
    settings.KEKIZ_SMALLEST_COUNT = 3
    part = Replacement("S1", 20.0, 70.0, 0.9, 0.9, "known", (("Krabbelgruppe", 7.0), ("Treff", 2.0)))
    parts = [part, replace(part, replaceable=None, capacity="own_unknown"), replace(part, children=2.0)]
    parts += [replace(part, replaceable=0.5, capacity="takers_unknown"), replace(part, children=0.0)]
    told, unknown, few, floor = explain_takers(OfferColumn(CAFE, None, parts))
    assert "rund 18" in told
    assert "Krabbelgruppe (rund 7)" in told
    assert "Treff" not in told, "two children are not named"
    assert "lässt sich nicht sagen" in unknown
    assert "so wenige Kinder" in few
    assert "angenommenen Plätzen wären es 90" in floor


def test_the_page_shows_the_first_and_names_the_whole():
    rows = [Row((number, "offen", "mehr")) for number in range(37)]
    table = Table("liste", "Liste", (Column("Nummer"), Column("Stand"), Column("Rest")), rows)
    short = shorten(table, 30, 2)
    assert len(short.rows) == 30
    assert [column.heading for column in short.columns] == ["Nummer", "Stand"]
    assert short.caption == "Liste – die ersten 30 von 37"
    assert shorten(replace(table, rows=rows[:3]), 30, 3).caption == "Liste"


@pytest.fixture
def nothing_is_small(settings):
    """The test's region is so small that no pair shares three children a year."""
    settings.KEKIZ_SMALLEST_COUNT = 0


def test_the_stored_run_lists_the_missing_handovers_of_each_area(run, nothing_is_small):
    rows = queries.run_table(run, "handovers").to_pylist()
    wanted = {
        (row["from_phase"], offer_key(row["offer_a"]), offer_key(row["offer_b"]))
        for row in rows
        if row["is_missing"] and row["kind"] == "transition"
        if offer_key(row["offer_a"]) != offer_key(row["offer_b"])
    }
    listed = queries.missing_handovers(run, None)
    assert wanted
    assert {(one.from_phase, one.first.key, one.second.key) for one in listed} == wanted
    for ags in (LEMGO, DETMOLD, LUEGDE):
        here = queries.missing_handovers(run, find_area(ags))
        assert here == [one for one in listed if one.ags == ags], "in the same order"
    stands = {one.ags for one in listed if one.first.key in {"elterncafe", "hebamme"}}
    assert stands == {LEMGO}, "the list of the municipality where the first offer stands"


def test_pairs_of_few_children_are_left_out(run, settings):
    settings.KEKIZ_SMALLEST_COUNT = 3
    assert queries.missing_handovers(run, None) == []


def test_two_sites_of_one_offer_are_no_overlap(run):
    stored = queries.run_table(run, "overlaps").to_pylist()
    assert ("turnen@detmold-mitte", "turnen@detmold-nord") in {
        (row["offer_a"], row["offer_b"]) for row in stored
    }
    keys = {(one.first.key, one.second.key) for one in queries.overlaps(run, None)}
    assert keys == {("erziehungsberatung", "telefon")}


def list_titles(run, name):
    if name == "ueberschneidungen":
        found = queries.overlap_entries(run, None)
        return [f"{one.lead.first.name} – {one.lead.second.name}" for one in found]
    return [one.item.title for one in queries.handover_entries(run, None)]


@pytest.mark.parametrize("name", ["ueberschneidungen", "uebergaben"])
def test_the_csv_file_has_all_rows_in_order_and_the_page_leads_to_each(
    alinas_browser, run, nothing_is_small, name
):
    page = read_text(alinas_browser, f"/cockpit/{name}/?gebiet={LIPPE}")
    rows = read_csv(alinas_browser, f"/cockpit/{name}.csv?gebiet={LIPPE}")
    titles = list_titles(run, name)
    assert [next(iter(row.values())) for row in rows] == titles != []
    assert {row["Stand"] for row in rows} == {"offen"}
    assert titles[0] in page
    assert f"/cockpit/{name}.csv?gebiet={LIPPE}" in read_page(
        alinas_browser, f"/cockpit/{name}/?gebiet={LIPPE}"
    )


@pytest.mark.parametrize("name", ["ueberschneidungen", "uebergaben"])
def test_a_run_from_before_says_what_to_do(alinas_browser, run, name):
    RunTable.objects.filter(run=run, name__in=("overlaps", "handovers"))._raw_delete("default")
    assert "Rechnen Sie die Analyse neu" in read_text(alinas_browser, f"/cockpit/{name}/")
    assert read_csv(alinas_browser, f"/cockpit/{name}.csv") == []
