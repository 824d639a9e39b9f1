"""Providers propose, reviewers answer: who may, what they see, two at once, and what families see."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from tests.conftest import make_person
from tests.register.world import get_offer
from tests.web.conftest import open_browser

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.models import LogEntry
from kekiz.accounts.queries import describe_log_entry
from kekiz.register import actions
from kekiz.register.content import mark_working_copy
from kekiz.register.facets import OfferState
from kekiz.register.models import Site

PAGE = "/cockpit/pruefen/elterncafe/"
JANUARY, MARCH, APRIL = dt.date(2026, 1, 12), dt.date(2026, 3, 2), dt.date(2026, 4, 7)


@pytest.fixture
def proposal(region):
    """Dora proposes another summary for the Elterncafé in Lemgo."""
    dora = make_person("dora")
    offer = actions.change_offer(actor=dora, offer=get_offer("elterncafe"), summary="Kaffee und Antworten")
    actions.submit_for_review(actor=dora, offer=offer)
    return dora


def mark(key="elterncafe"):
    offer = get_offer(key)
    return mark_working_copy(offer, offer.sites.all())


def answer(browser, antwort, seen=None, **values):
    return browser.post(PAGE, {"antwort": antwort, "seen": seen or mark(), **values}, follow=True)


def test_a_reviewer_sees_the_changed_words_side_by_side(proposal):
    text = open_browser("bert").get(PAGE).content.decode()
    assert "<del>Fragen</del>" in text
    assert "<ins>Antworten</ins>" in text
    assert "Was Familien sehen" in text


@pytest.mark.parametrize("name", ["alina", "bert"])
def test_approving_shows_it_to_families(proposal, name):
    browser = open_browser(name)
    assert "Kaffee und Fragen" in browser.get("/angebot/elterncafe/").content.decode()
    answer(browser, "freigeben")
    assert "Kaffee und Antworten" in browser.get("/angebot/elterncafe/").content.decode()
    assert get_offer("elterncafe").published.published_by.email == f"{name}@example.org"


@pytest.mark.parametrize(("name", "status"), [("cem", 404), ("eva", 403), ("frido", 403)])
def test_others_neither_see_nor_approve(proposal, name, status):
    browser = open_browser(name)
    assert browser.get(PAGE).status_code == status
    assert browser.post(PAGE, {"antwort": "freigeben", "seen": mark()}).status_code == status
    browser.post("/cockpit/pruefen/", {"freigeben": [f"elterncafe:{mark()}"]})
    assert get_offer("elterncafe").state == OfferState.IN_REVIEW


def test_dora_does_not_approve_her_own(proposal):
    browser = Client()
    browser.force_login(proposal)
    assert browser.post(PAGE, {"antwort": "freigeben", "seen": mark()}).status_code == 403


def test_returned_with_a_reason_that_the_desk_and_a_mail_show(proposal):
    answer(open_browser("bert"), "zurueck", grund="Bitte die Uhrzeit ergänzen.")
    assert get_offer("elterncafe").state == OfferState.DRAFT
    (sent,) = mail.outbox
    assert sent.to == ["dora@example.org"]
    assert "Bitte die Uhrzeit ergänzen." in sent.body
    assert "http://testserver/traeger/angebot/elterncafe/" in sent.body
    browser = Client()
    browser.force_login(proposal)
    assert "Bitte die Uhrzeit ergänzen." in browser.get("/traeger/").content.decode()
    assert "Kaffee und Fragen" in browser.get("/angebot/elterncafe/").content.decode()
    line = describe_log_entry(LogEntry.objects.get(code="offer.returned"))
    assert line.sentence == "Bert Jugendamt hat das Angebot „Elterncafé“ mit einer Rückmeldung zurückgegeben."
    actions.submit_for_review(actor=proposal, offer=get_offer("elterncafe"))
    assert get_offer("elterncafe").return_note == ""


def test_a_return_needs_a_reason(proposal):
    text = answer(open_browser("bert"), "zurueck", grund="  ").content.decode()
    assert "Bitte schreiben Sie, was fehlt" in text
    assert get_offer("elterncafe").state == OfferState.IN_REVIEW


def test_what_changed_while_it_was_looked_at_is_not_approved(proposal):
    seen = mark()
    offer = actions.change_offer(actor=proposal, offer=get_offer("elterncafe"), summary="Etwas ganz anderes")
    actions.submit_for_review(actor=proposal, offer=offer)
    text = answer(open_browser("bert"), "freigeben", seen=seen).content.decode()
    assert "inzwischen geändert" in text
    assert get_offer("elterncafe").published.content["summary"] == "Kaffee und Fragen"


def test_a_changed_site_is_a_change_too(proposal):
    seen = mark()
    Site.objects.filter(key="lemgo-haus").update(street="Anderswo 1")
    assert "inzwischen geändert" in answer(open_browser("bert"), "freigeben", seen=seen).content.decode()


def test_two_reviewers_answer_once(proposal):
    seen = mark()
    answer(open_browser("alina"), "freigeben", seen=seen)
    text = answer(open_browser("bert"), "zurueck", seen=seen, grund="Nein").content.decode()
    assert "inzwischen geprüft" in text
    assert get_offer("elterncafe").state == OfferState.PUBLISHED


def test_several_at_once_each_for_itself(proposal):
    offer = actions.change_offer(actor=proposal, offer=get_offer("hebamme"), places=12)
    actions.submit_for_review(actor=proposal, offer=offer)
    browser = open_browser("alina")
    ticked = [f"elterncafe:{mark()}", "hebamme:an-older-mark", "gibt-es-nicht:x"]
    text = browser.post("/cockpit/pruefen/", {"freigeben": ticked}, follow=True).content.decode()
    assert "Freigegeben: „Elterncafé“" in text
    assert "inzwischen geändert" in text
    assert get_offer("elterncafe").state == OfferState.PUBLISHED
    assert get_offer("hebamme").state == OfferState.IN_REVIEW


def test_a_new_offer_is_shown_as_new(proposal):
    draft = actions.create_offer(
        actor=proposal, provider=get_offer("elterncafe").provider, title="Babytreff", age_from_months=0,
        age_to_months=12, fields=["S1"], mode="online",
    )  # fmt: skip
    actions.submit_for_review(actor=proposal, offer=draft)
    browser = open_browser("alina")
    assert "Familien sehen es noch nicht" in browser.get("/cockpit/pruefen/").content.decode()
    assert "schlägt ein neues Angebot vor" in browser.get("/cockpit/pruefen/babytreff/").content.decode()


def assurance(key="elterncafe"):
    offer = get_offer(key)
    return offer.assured_on, offer.assured_by


@pytest.fixture
def doras_old_word(region):
    """Alina's office confirmed the Elterncafé in January; Dora proposes a change in March."""
    actions.assure_offer(actor=SYSTEM, offer=get_offer("elterncafe"), on=JANUARY)
    dora = make_person("dora")
    offer = actions.change_offer(actor=dora, offer=get_offer("elterncafe"), summary="Kaffee und Antworten")
    actions.submit_for_review(actor=dora, offer=offer, on=MARCH)
    return dora


def test_what_is_approved_is_vouched_for_since_the_day_it_was_handed_in(doras_old_word):
    assert assurance() == (MARCH, "Träger")
    text = open_browser("bert").get(PAGE).content.decode()
    assert "März" in text, "the reviewer sees which day will stand there"
    answer(open_browser("alina"), "freigeben")
    assert assurance() == (MARCH, "Träger")
    content = get_offer("elterncafe").published.content
    assert (content["assured_on"], content["assured_by"]) == (MARCH.isoformat(), "Träger")
    assert get_offer("elterncafe").assurance_before is None


def test_what_is_returned_falls_back_to_the_word_before(doras_old_word):
    answer(open_browser("bert"), "zurueck", grund="Bitte die Uhrzeit ergänzen.")
    assert assurance() == (JANUARY, "Koordination")
    assert get_offer("elterncafe").summary == "Kaffee und Antworten", "what Dora wrote is still there"
    assert get_offer("elterncafe").published.content["assured_on"] == JANUARY.isoformat()
    actions.submit_for_review(actor=doras_old_word, offer=get_offer("elterncafe"), on=APRIL)
    answer(open_browser("alina"), "freigeben")
    assert assurance() == (APRIL, "Träger")


def test_going_on_writing_takes_the_word_back(doras_old_word):
    actions.change_offer(actor=doras_old_word, offer=get_offer("elterncafe"), summary="Tee")
    assert assurance() == (JANUARY, "Koordination")


def test_setting_the_offer_aside_takes_the_word_back(doras_old_word):
    actions.pause_offer(actor=doras_old_word, offer=get_offer("elterncafe"))
    assert assurance() == (JANUARY, "Koordination")


def test_a_confirmation_meanwhile_is_what_it_comes_back_to(doras_old_word):
    actions.assure_offer(actor=SYSTEM, offer=get_offer("elterncafe"), on=APRIL)
    answer(open_browser("bert"), "zurueck", grund="Bitte die Uhrzeit ergänzen.")
    assert assurance() == (APRIL, "Koordination")


def test_a_new_offer_that_comes_back_was_never_vouched_for(region):
    dora = make_person("dora")
    draft = actions.create_offer(
        actor=dora, provider=get_offer("elterncafe").provider, title="Babytreff", age_from_months=0,
        age_to_months=12, fields=["S1"], mode="online",
    )  # fmt: skip
    actions.submit_for_review(actor=dora, offer=draft, on=MARCH)
    assert assurance("babytreff") == (MARCH, "Träger")
    actions.return_offer(actor=make_person("alina"), offer=draft, reason="Wo?", seen=mark("babytreff"))
    assert assurance("babytreff") == (None, "")


def test_what_the_coordination_hands_in_is_nobodys_word(region):
    alina = make_person("alina")
    offer = actions.change_offer(actor=alina, offer=get_offer("elterncafe"), summary="Tee")
    actions.submit_for_review(actor=alina, offer=offer, on=MARCH)
    assert assurance() == (None, "")
