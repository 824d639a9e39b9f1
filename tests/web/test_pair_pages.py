"""The lists of overlaps and missing handovers: what the run found, in the chosen area, with its reasons."""

import pytest
from tests.conftest import LEMGO, LIPPE, LUEGDE
from tests.web.test_desk_pages import read_csv, read_page, read_text

from kekiz.analysis import queries
from kekiz.analysis.models import RunTable
from kekiz.analysis.queries import MissingHandover, Overlap, pairs
from kekiz.analysis.queries.pairs import PairedOffer
from kekiz.evidence.queries import find_area
from kekiz.web.desk.pair_tables import SHOWN, explain_handover, explain_overlap, shorten, tabulate_handovers

CAFE = PairedOffer("cafe", "Elterncafé", "T1", 12.0, 90.0, 0.99)
BREAKFAST = PairedOffer("treff", "Frühstückstreff", "T2", 20.0, 90.0, 1.0)


def make_overlap(**values):
    facts = {"fields": ("S1",), "phases": ("P3",), "likeness": 0.97, "distance_km": 0.1, "is_floor": False}
    return Overlap(CAFE, BREAKFAST, **{**facts, "score": 0.96, **values})


def make_handover(shared=44.4):
    return MissingHandover(CAFE, BREAKFAST, "P4", "P5", "T3", shared=shared, share_of_first=0.56)


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


def test_the_page_shows_the_first_and_names_the_whole():
    table = tabulate_handovers([make_handover()] * (SHOWN + 7))
    short = shorten(table, "/alles.csv")
    assert len(short.rows) == SHOWN
    assert short.caption.endswith(f"die ersten {SHOWN} von {SHOWN + 7}")
    assert shorten(tabulate_handovers([make_handover()]), "").caption == table.caption


@pytest.fixture
def nothing_is_small(monkeypatch):
    """The test's region is so small that no pair shares three children a year."""
    monkeypatch.setattr(pairs, "SMALLEST_SHOWN", 0)


def test_the_stored_run_lists_the_missing_handovers_of_each_area(run, nothing_is_small):
    rows = queries.run_table(run, "handovers").to_pylist()
    wanted = [row for row in rows if row["is_missing"] and row["kind"] == "transition"]
    assert wanted
    assert [one.shared for one in queries.missing_handovers(run, None)] == [row["shared"] for row in wanted]
    for ags in (LEMGO, LUEGDE):
        listed = queries.missing_handovers(run, find_area(ags))
        assert [one.shared for one in listed] == [row["shared"] for row in wanted if row["ags"] == ags]


def test_pairs_of_few_children_are_left_out(run):
    assert queries.missing_handovers(run, None) == []


def test_two_sites_of_one_offer_are_no_overlap(run):
    stored = queries.run_table(run, "overlaps").to_pylist()
    assert ("turnen@detmold-mitte", "turnen@detmold-nord") in {
        (row["offer_a"], row["offer_b"]) for row in stored
    }
    keys = {(one.first.key, one.second.key) for one in queries.overlaps(run, None)}
    assert keys == {("erziehungsberatung", "telefon")}


@pytest.mark.parametrize("name", ["ueberschneidungen", "uebergaben"])
def test_page_and_csv_show_the_same_rows(alinas_browser, run, nothing_is_small, name):
    page = read_page(alinas_browser, f"/cockpit/{name}/?gebiet={LIPPE}")
    rows = read_csv(alinas_browser, f"/cockpit/{name}.csv?gebiet={LIPPE}")
    listed = (
        queries.overlaps(run, None) if name == "ueberschneidungen" else queries.missing_handovers(run, None)
    )
    assert len(rows) == len(listed) > 0
    for one in listed[:SHOWN]:
        assert one.first.name in page
        assert one.second.name in page
    assert f"/cockpit/{name}.csv?gebiet={LIPPE}" in page


@pytest.mark.parametrize("name", ["ueberschneidungen", "uebergaben"])
def test_a_run_from_before_says_what_to_do(alinas_browser, run, name):
    RunTable.objects.filter(run=run, name__in=("overlaps", "handovers"))._raw_delete("default")
    assert "Rechnen Sie die Analyse neu" in read_text(alinas_browser, f"/cockpit/{name}/")
    assert read_csv(alinas_browser, f"/cockpit/{name}.csv") == []
