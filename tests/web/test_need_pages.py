"""Tell us what is missing: written by anyone, read by the coordination only."""

import datetime as dt
import re

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from tests.web.conftest import open_browser

from kekiz.evidence.models import ReportedNeed
from kekiz.web.family import need_form

TEXT = "Es fehlt eine Krabbelgruppe am Nachmittag."


@pytest.fixture(autouse=True)
def fresh_counts():
    """Nobody has written today."""
    cache.clear()
    yield
    cache.clear()


def begin(seconds_ago: float = 60) -> str:
    """The signed beginning of a form that was opened so long ago."""
    signer = signing.TimestampSigner(salt=need_form.SALT)
    moment = dt.datetime.now(dt.UTC).timestamp() - seconds_ago
    value = f"bedarf:{signing.b62_encode(int(moment))}"
    return f"{value}:{signer.signature(value)}"


def send(browser=None, **values):
    given = {"text": TEXT, "ort": "", "webseite": "", "beginn": begin()} | values
    return (browser or Client()).post("/fehlt-etwas/", given)


def test_a_hint_is_stored_without_anything_about_the_sender(region):
    response = send(ort="Lemgo")
    assert response.url == "/fehlt-etwas/danke/"
    need = ReportedNeed.objects.get()
    assert (need.text, need.ags, need.state) == (TEXT, "05766044", "new")
    assert need.decided_by is None
    assert not response.cookies


def test_the_page_itself_sets_no_cookie_and_gives_a_beginning(region):
    response = Client().get("/fehlt-etwas/", {"text": "Schwimmkurs"})
    assert not response.cookies
    assert "Schwimmkurs" in response.content.decode()
    assert re.search(r'name="beginn" value="bedarf:', response.content.decode())


def test_personal_data_is_pointed_out_before_anything_is_stored(region):
    text = "Mein Sohn Max braucht Hilfe, Telefon 05261 123456, wir wohnen Mittelstraße 12."
    response = send(text=text)
    assert response.status_code == 200
    assert not ReportedNeed.objects.exists()
    assert [part.text for part in response.context["parts"] if part.kind] == [
        "Max",
        "05261 123456",
        "Mittelstraße 12",
    ]
    assert send(text=text, weiter="weglassen").status_code == 302
    assert ReportedNeed.objects.get().text == "Mein Sohn […] braucht Hilfe, Telefon […], wir wohnen […]."
    assert not ReportedNeed.objects.get().has_personal_marks


def test_who_insists_may_send_it_and_the_coordination_sees_the_mark(region):
    send(text="Am 14.03.2027 war der Kurs zu: Bitte öfter anbieten.", weiter="trotzdem")
    assert ReportedNeed.objects.get().has_personal_marks


@pytest.mark.parametrize(
    "values",
    [
        {"webseite": "https://spam.example"},
        {"beginn": ""},
        {"beginn": "bedarf:1vWxyz:gefaelscht"},
        {"text": "kurz"},
        {"text": "x" * 1001},
    ],
)
def test_machines_and_slips_are_refused_with_a_sentence(region, values):
    response = send(**values)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not ReportedNeed.objects.exists()


def test_too_fast_and_too_old_are_refused(region):
    assert "sehr schnell" in str(send(beginn=begin(1)).context["form"].errors)
    old = send(beginn=begin(60 * 60 * 24))
    assert "lange offen" in str(old.context["form"].errors)
    assert old.context["beginning"] != begin(
        60 * 60 * 24
    )  # a new beginning: the text need not be written again
    assert TEXT in old.content.decode()


def test_nobody_writes_without_end(region):
    answers = [send().status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert send(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302
    assert ReportedNeed.objects.count() == 6


def test_the_count_holds_no_address(region):
    browser = Client(REMOTE_ADDR="203.0.113.77")
    send(browser)
    kept = str(getattr(cache, "_cache", {})) or str(cache)
    assert "203.0.113.77" not in kept


def test_whoever_is_signed_in_writes_as_a_visitor_too(region):
    send(open_browser("alina"))
    assert ReportedNeed.objects.get().decided_by is None


def test_alina_reads_decides_and_nothing_becomes_public(alinas_browser):
    send(ort="Lemgo")
    need = ReportedNeed.objects.get()
    assert TEXT in alinas_browser.get("/cockpit/bedarfe/").content.decode()
    address = f"/cockpit/bedarfe/{need.pk}/"
    refused = alinas_browser.post(address, {"state": "react", "reason": ""})
    assert len(refused.context["faults"]) == 2
    values = {
        "state": "react",
        "phase": "P3",
        "field": "S1",
        "ags": "05766044",
        "reason": "Wir fragen das Familienzentrum.",
    }
    assert alinas_browser.post(address, values).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.phase, need.field) == ("react", "P3", "S1")
    for path in ("/", "/angebote/?q=Krabbelgruppe", "/fehlt-etwas/", "/api/v1/services"):
        assert TEXT not in Client().get(path).content.decode()


def test_alina_removes_personal_data(alinas_browser):
    send(text="Es fehlt ein Kurs, rufen Sie an: 05261 123456", weiter="trotzdem")
    need = ReportedNeed.objects.get()
    alinas_browser.post(f"/cockpit/bedarfe/{need.pk}/", {"tun": "schwaerzen"})
    need.refresh_from_db()
    assert need.text == "Es fehlt ein Kurs, rufen Sie an: […]"


@pytest.mark.parametrize("name", ["bert", "cem", "eva", "dora", "frido"])
def test_nobody_else_opens_or_decides(run, name):
    send()
    number = ReportedNeed.objects.get().pk
    browser = open_browser(name)
    assert browser.get(f"/cockpit/bedarfe/{number}/").status_code == 403
    assert (
        browser.post(f"/cockpit/bedarfe/{number}/", {"state": "not_now", "reason": "nein"}).status_code == 403
    )
    assert ReportedNeed.objects.get().state == "new"


def test_a_search_without_result_leads_to_the_form(region):
    text = Client().get("/angebote/", {"q": "Raumfahrt & Mond"}).content.decode()
    assert 'href="/fehlt-etwas/?text=Raumfahrt%20%26%20Mond"' in text
