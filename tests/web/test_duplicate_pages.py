"""Doubled entries in the cockpit: Alina works through the queue; nobody else sees it; families follow."""

import re

import pytest
from tests.conftest import DETMOLD, LEMGO, LUEGDE
from tests.evidence.region import load_region
from tests.register.doubles import SAME_OFFER, get_pair, load_doubles, search
from tests.register.world import get_offer
from tests.web.conftest import open_browser
from tests.web.test_desk_pages import read_csv, read_page, read_text

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions, duplicate_queries
from kekiz.register.models import DuplicateAnswer, DuplicateSearch, Merge
from kekiz.web.desk.compared import compare_entries, mark_differences, prefer_side
from kekiz.web.desk.duplicate_tables import write_likeness

QUEUE = "/cockpit/doppelte/angebote/"
PAIR = f"{QUEUE}{'/'.join(SAME_OFFER)}/"
MERGE = f"{PAIR}zusammenfuehren/"
MERGES = "/cockpit/doppelte/zusammengefuehrt/"


@pytest.fixture
def doubles(db):
    """The region with doubled offers, searched; no analysis has run yet."""
    load_region()
    load_doubles()
    search("offer")


@pytest.fixture
def browser(doubles):
    """Alina's."""
    return open_browser("alina")


def test_the_queue_shows_pair_reasons_and_counts_before_any_analysis(browser):
    text = read_text(browser, QUEUE)
    assert "Krabbelgruppe Lemgo und Eltern-Kind-Gruppe (Krabbelkinder) Lemgo" in text
    assert "Telefon gleich" in text
    assert re.search(r"Wahrscheinlich doppelt 1\b", text)
    assert "Gesucht am" in text


def test_the_area_narrows_the_list(browser):
    assert "Krabbelgruppe" in read_text(browser, f"{QUEUE}?gebiet={LEMGO}&stapel=likely")


def test_a_pair_shows_both_sides_with_differences_in_words(browser):
    page = read_page(browser, PAIR)
    text = read_text(browser, PAIR)
    assert "Straße gleich, Hausnummer gleich spricht etwas dafür" in text
    assert "Telefon gleich spricht stark dafür" in text
    assert '<mark class="compared__mark">Eltern-Kind-Gruppe (Krabbelkinder)</mark>' in page
    assert "nur in A" in text
    assert text.index("Titel") < text.index("Was gleich ist") < text.index("Form")
    assert page.count('name="antwort"') == 4


@pytest.mark.parametrize(
    ("verdict", "told"), [("different", "Gemerkt: Verschieden."), ("later", "Gemerkt: Später.")]
)
def test_an_answer_leads_on_and_is_remembered(browser, verdict, told):
    answer = browser.post(f"{PAIR}?stapel=likely", {"antwort": verdict, "grund": "nachgefragt"}, follow=True)
    assert told in answer.content.decode()
    (stored,) = DuplicateAnswer.objects.all()
    assert (stored.verdict, stored.reason, stored.actor.display_name) == (
        verdict, "nachgefragt", "Alina Koordination",
    )  # fmt: skip
    assert "nachgefragt" in read_text(browser, PAIR)
    assert "Krabbelkinder" not in read_text(browser, f"{QUEUE}?stapel=likely")


def test_a_wrong_answer_is_refused_in_words(browser):
    answer = browser.post(PAIR, {"antwort": "vielleicht"}, follow=True)
    assert "Möglich sind" in answer.content.decode()
    assert not DuplicateAnswer.objects.exists()


def test_alina_merges_field_by_field_and_families_are_led_to_the_kept_offer(browser):
    answer = browser.post(PAIR, {"antwort": "same"})
    assert answer.url.startswith(MERGE)
    page = read_page(browser, MERGE)
    assert 'name="feld-languages"' in page
    assert 'name="feld-age_from_months"' not in page  # equal: nothing to choose
    done = browser.post(
        MERGE, {"bleibt": "b", "feld-title": "a", "feld-languages": "ab", "feld-description": "b"}
    )
    assert done.status_code == 302
    kept = get_offer(SAME_OFFER[1])
    assert (kept.title, kept.languages) == ("Krabbelgruppe Lemgo", ["de", "tr"])
    family = open_browser("visitor")
    moved = family.get(f"/angebot/{SAME_OFFER[0]}/")
    assert (moved.status_code, moved.url) == (302, f"/angebot/{SAME_OFFER[1]}/")
    assert family.get(moved.url).status_code == 200
    assert browser.get(PAIR).status_code == 404

    assert "ist in „Krabbelgruppe Lemgo“ aufgegangen" in read_text(browser, MERGES)
    browser.post(MERGES, {"nummer": str(Merge.objects.get().pk)})
    assert family.get(f"/angebot/{SAME_OFFER[0]}/").status_code == 200
    assert "zurückgenommen" in read_text(browser, MERGES)
    assert "Krabbelkinder" in read_text(browser, f"{QUEUE}?stapel=to_merge")


def test_a_contradiction_is_explained_and_the_choice_kept(browser):
    actions.change_offer(actor=SYSTEM, offer=get_offer(SAME_OFFER[1]), hurdles=["paid"], cost="paid")
    answer = browser.post(MERGE, {"bleibt": "a", "feld-hurdles": "b", "feld-cost": "a"})
    page = answer.content.decode()
    assert "kostenloses Angebot" in page
    assert re.search(r'id="hurdles-b" value="b" checked', page)
    assert not Merge.objects.exists()


@pytest.mark.parametrize("name", ["frido", "dora", "eva", "cem", "bert"])
def test_nobody_else_writes(doubles, name):
    browser = open_browser(name)
    merge = actions.merge_offers(actor=SYSTEM, kept=get_offer("elterncafe"), merged=get_offer("hebamme"))
    for path, values in (
        (QUEUE, {}),
        (PAIR, {"antwort": "same"}),
        (MERGE, {"bleibt": "a"}),
        (MERGES, {"nummer": str(merge.pk)}),
        (f"{QUEUE}lernen/", {}),
    ):
        assert browser.post(path, values).status_code == 403
    assert not DuplicateAnswer.objects.filter(actor__isnull=False).exists()
    assert Merge.objects.get().undone_at is None
    assert "Doppelte Einträge" not in read_page(open_browser("visitor"), "/")


def test_a_new_search_takes_the_place_of_the_old(browser):
    before = DuplicateSearch.objects.get(level="offer").pk
    actions.end_offer(actor=SYSTEM, offer=get_offer("hebamme"))
    assert "hat sich das Register geändert" in read_text(browser, QUEUE)
    answer = browser.post(QUEUE, follow=True)
    assert "Einträge verglichen" in answer.content.decode()
    assert DuplicateSearch.objects.get(level="offer").pk > before
    assert "hat sich das Register geändert" not in read_text(browser, QUEUE)


def test_before_the_first_search_the_page_says_so(browser):
    assert "noch nicht gesucht" in read_text(browser, "/cockpit/doppelte/orte/")


def test_the_csv_file_has_every_open_pair_with_all_reasons(browser):
    rows = read_csv(browser, "/cockpit/doppelte/angebote.csv")
    (row,) = [row for row in rows if {row["Schlüssel A"], row["Schlüssel B"]} == set(SAME_OFFER)]
    assert row["Stapel"] == "Wahrscheinlich doppelt"
    assert "Telefon gleich (+2,8)" in row["Gründe"]


def test_too_few_answers_teach_nothing(browser):
    assert "mindestens 100" in read_text(browser, f"{QUEUE}lernen/")
    assert "mindestens 100" in browser.post(f"{QUEUE}lernen/", follow=True).content.decode()


def test_differences_are_marked_word_by_word():
    left, right = mark_differences("Krabbelgruppe im Haus", "Krabbelgruppe am Haus")
    assert left == [("Krabbelgruppe ", False), ("im", True), (" Haus", False)]
    assert right == [("Krabbelgruppe ", False), ("am", True), (" Haus", False)]
    assert mark_differences("", "neu") == ([], [("neu", True)])


def test_a_merge_proposes_the_side_that_says_more(doubles):
    fields = {field.name: field for field in compare_entries(*(get_offer(key) for key in SAME_OFFER))}
    assert prefer_side(list(fields.values())) == "a"
    assert fields["title"].default == "a"
    assert fields["description"].default == "b"
    assert fields["places"].mark == "nur in A"


def test_likeness_is_never_told_as_certain():
    assert write_likeness(0.99999).startswith("fast sicher doppelt (99")
    assert write_likeness(0.5).startswith("ungewiss (50")


def test_hostile_keys_and_numbers_find_nothing(browser):
    for path in (
        f"{QUEUE}a/b/",
        "/cockpit/doppelte/kinder/",
        f"{QUEUE}?stapel=alles",
        "/cockpit/doppelte/x.csv",
    ):
        assert browser.get(path).status_code == 404
    for number in ("", "-1", "9" * 40, "1 or 1"):
        assert browser.post(MERGES, {"nummer": number}).status_code == 404
    assert get_pair() is not None
    assert duplicate_queries.find_pair("offer", "x", "y") is None


def test_lists_of_other_places_do_not_show_the_pair(browser):
    for ags in (LUEGDE, DETMOLD):
        answer = browser.get(f"{QUEUE}?gebiet={ags}&stapel=likely")
        assert "Krabbelkinder" not in answer.content.decode()
