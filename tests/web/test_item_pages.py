"""The pages of one overlap, handover and gap: what they tell, who may answer, what comes of it."""

import pytest
from django.test import Client
from tests.conftest import LEMGO, LIPPE, make_person
from tests.register.world import get_offer
from tests.web.conftest import DAY, open_browser
from tests.web.test_desk_pages import read_csv, read_page, read_text

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import run_analysis
from kekiz.analysis.models import Verdict
from kekiz.register import actions as register
from kekiz.register.models import Cooperation

OVERLAP = "/cockpit/ueberschneidung/erziehungsberatung+telefon/"
GAP = f"/cockpit/luecke/P3/S2/?gebiet={LEMGO}"
HANDOVER = "/cockpit/uebergabe/P2-P3:hebamme+elterncafe/"


@pytest.fixture
def nothing_is_small(settings):
    """The test's region is so small that no pair shares three children a year."""
    settings.KEKIZ_SMALLEST_COUNT = 0


def answer(browser, path, run, verdict, reason="", seen=0, **more):
    return browser.post(
        path, {"urteil": verdict, "begruendung": reason, "lauf": run.pk, "gesehen": seen, **more}
    )


def test_an_overlap_with_unknown_places_says_what_it_cannot_tell(alinas_browser):
    text = read_text(alinas_browser, OVERLAP)
    assert "Erziehungsberatung" in text
    assert "die Plätze dieses Angebots sind nicht bekannt" in text
    assert "nicht bekannt" in text
    assert "Vielfalt ist gesetzlich gewollt" in text
    assert "Hier hat noch niemand geantwortet" in text


def test_alina_answers_and_the_answer_stands_in_list_and_file(alinas_browser, run):
    sent = answer(alinas_browser, OVERLAP, run, "coordinate", "Sie <b>reden</b> miteinander.")
    assert (sent.status_code, sent.url) == (302, f"{OVERLAP}#urteil")
    page = read_page(alinas_browser, OVERLAP)
    assert "Ihre Antwort ist gespeichert" in page
    assert "Sie &lt;b&gt;reden&lt;/b&gt; miteinander." in page
    assert "entschieden: abstimmen" in read_text(alinas_browser, "/cockpit/ueberschneidungen/")
    assert "entschieden: abstimmen" in read_text(
        alinas_browser, "/cockpit/ueberschneidungen/?stand=entschieden"
    )
    assert "entschieden: abstimmen" not in read_text(
        alinas_browser, "/cockpit/ueberschneidungen/?stand=offen"
    )
    (row,) = read_csv(alinas_browser, "/cockpit/ueberschneidungen.csv")
    assert (row["Stand"], row["Begründung"]) == ("entschieden: abstimmen", "Sie <b>reden</b> miteinander.")


def test_after_changed_evidence_it_is_to_be_looked_at_again_with_the_old_answer(alinas_browser, run):
    answer(alinas_browser, OVERLAP, run, "diversity_intended", "Telefon und Gespräch sind zweierlei.")
    register.change_offer(actor=SYSTEM, offer=get_offer("telefon"), places=400)
    register.publish_offer(actor=SYSTEM, offer=get_offer("telefon"))
    run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    text = read_text(alinas_browser, OVERLAP)
    assert "Neu zu prüfen: Seit dieser Antwort hat sich der Befund geändert." in text
    assert "Telefon und Gespräch sind zweierlei." in text
    assert "Plätze im zweiten Angebot: 400 statt ?" in text
    assert "neu zu prüfen: Vielfalt gewollt" in read_text(alinas_browser, "/cockpit/ueberschneidungen/")


def test_a_missing_reason_is_asked_for_and_nothing_is_lost(alinas_browser, run):
    page = answer(alinas_browser, OVERLAP, run, "merge").content.decode()
    assert "Bitte begründen Sie Ihre Antwort" in page
    assert 'value="merge" id="urteil-merge" aria-describedby="meint-merge" checked' in page
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    "values",
    [{"seen": 99}, {"lauf": ""}, {"lauf": "-1"}, {"lauf": "9" * 40}, {"gesehen": "x"}, {"lauf": "²"}],
)
def test_who_has_not_seen_the_newest_state_is_told(alinas_browser, run, values):
    page = answer(alinas_browser, OVERLAP, run, "coordinate", "Ja.", **values).content.decode()
    assert "Inzwischen hat jemand anderes hier geantwortet" in page
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("verdict", ["", "agree", "close", "x" * 5000, "open'; drop table", "coordinate\x00"])
def test_hostile_answers_are_refused_in_words(alinas_browser, run, verdict):
    page = answer(alinas_browser, OVERLAP, run, verdict, "Grund")
    assert page.status_code == 200
    assert "Bitte prüfen Sie Ihre Eingaben" in page.content.decode()
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("reason", ["x" * 2001, "Sie reden\x00 miteinander"])
def test_a_reason_that_cannot_be_stored_is_refused_in_words(alinas_browser, run, reason):
    page = answer(alinas_browser, OVERLAP, run, "coordinate", reason)
    assert page.status_code == 200
    assert "Bitte prüfen Sie Ihre Eingaben" in page.content.decode()
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("bert", GAP, 302),
        ("bert", "/cockpit/luecke/P3/S2/?gebiet=05766", 403),
        ("cem", GAP, 403),
        ("eva", OVERLAP, 403),
        ("frido", OVERLAP, 403),
        ("dora", OVERLAP, 403),
        ("visitor", OVERLAP, 302),
    ],
)
def test_who_may_answer(run, name, path, status):
    verdict = "look_into" if "luecke" in path else "coordinate"
    sent = answer(open_browser(name), path, run, verdict, "Wir fragen nach.")
    assert sent.status_code == status
    assert Verdict.objects.count() == (name == "bert" and status == 302)


def test_who_may_only_read_sees_no_form(run):
    eva = open_browser("eva")
    assert "<textarea" not in read_page(eva, OVERLAP)
    assert "Antworten dürfen hier die Koordination" in read_text(eva, OVERLAP)


@pytest.mark.parametrize("path", [OVERLAP, GAP])
def test_without_the_token_of_the_form_nothing_is_stored(run, path):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_person("alina"))
    assert answer(browser, path, run, "open").status_code == 403
    assert not Verdict.objects.exists()


def test_a_gap_keeps_its_answer_for_the_place(alinas_browser, run):
    answer(alinas_browser, GAP, run, "accepted", "Der Anbau ist beschlossen.")
    assert "Der Anbau ist beschlossen." in read_text(alinas_browser, GAP)
    assert "entschieden: bekannt und hingenommen" in read_text(
        alinas_browser, f"/cockpit/luecken/P3/?gebiet={LEMGO}&stand=entschieden"
    )
    assert "hingenommen" not in read_text(alinas_browser, "/cockpit/luecken/?gebiet=05766")
    rows = read_csv(alinas_browser, f"/cockpit/tabelle/luecken.csv?gebiet={LEMGO}")
    assert [row["Begründung"] for row in rows if row["Stand"] != "offen"] == ["Der Anbau ist beschlossen."]


def test_an_agreed_handover_is_recorded_from_its_page_and_gone_after_the_next_run(
    alinas_browser, run, nothing_is_small
):
    assert "vergleichbaren" not in read_text(alinas_browser, HANDOVER), "nothing to compare with here"
    answer(alinas_browser, HANDOVER, run, "exists", "Sie treffen sich jeden Monat.")
    sent = alinas_browser.post(HANDOVER, {"eintragen": "1"})
    assert (sent.status_code, sent.url) == (302, HANDOVER)
    cooperation = Cooperation.objects.get()
    assert (cooperation.offer_a.key, cooperation.offer_b.key, cooperation.kind) == (
        "hebamme",
        "elterncafe",
        "handover",
    )
    assert "inzwischen eingetragen" in read_text(alinas_browser, HANDOVER)
    run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    text = read_text(alinas_browser, HANDOVER)
    assert "steht nach der neuesten Analyse nicht mehr in der Liste" in text
    assert "Sie treffen sich jeden Monat." in text


def test_recording_twice_says_so_and_readers_may_not(alinas_browser, run, nothing_is_small):
    assert open_browser("eva").post(HANDOVER, {"eintragen": "1"}).status_code == 403
    alinas_browser.post(HANDOVER, {"eintragen": "1"})
    alinas_browser.post(HANDOVER, {"eintragen": "1"})
    assert Cooperation.objects.count() == 1
    assert "schon eingetragen" in read_text(alinas_browser, HANDOVER)


def test_the_network_says_who_has_nothing_recorded_without_judging(alinas_browser, run):
    text = read_text(alinas_browser, "/cockpit/netzwerk/")
    assert "Von 2 Trägern" in text
    assert "für 2 nicht" in text
    assert "wenige kein Mangel" in text
    rows = read_csv(alinas_browser, "/cockpit/netzwerk.csv")
    assert [row["Stellung"] for row in rows] == ["nichts eingetragen"] * 2


def test_the_network_names_partners(alinas_browser, run):
    offers = get_offer("elterncafe"), get_offer("erziehungsberatung")
    register.record_cooperation(actor=SYSTEM, offer_a=offers[0], offer_b=offers[1])
    register.record_cooperation(actor=SYSTEM, offer_a=offers[0], offer_b=get_offer("hebamme"))
    run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    rows = read_csv(alinas_browser, "/cockpit/netzwerk.csv")
    assert [(row["Träger"], row["mit wem"]) for row in rows] == [
        ("Familienbünde Lemgo", "Stadt Detmold"),
        ("Stadt Detmold", "Familienbünde Lemgo"),
    ]
    assert "Übergabe 2" in read_text(alinas_browser, "/cockpit/netzwerk/")
