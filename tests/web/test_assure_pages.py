"""The pages behind the link of a reminder, the demo's mailbox, the freshness list and the expiry radar."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.conftest import LIPPE
from tests.evidence.region import load_region
from tests.register.reminding import LONG_AGO, forget_address, load_due_world
from tests.register.world import get_offer
from tests.web.conftest import DAY, open_browser

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.models import LogEntry
from kekiz.analysis.actions import run_analysis
from kekiz.register import actions
from kekiz.register.models import AssuranceLink
from kekiz.register.queries import published_offer
from kekiz.web.assure.hours import store_hours, write_hours
from kekiz.web.mailbox.backend import MailboxBackend


@pytest.fixture
def links(db):
    """The addresses in today's reminders by offer."""
    load_region()
    load_due_world({"hebamme": timezone.localdate()})
    tokens = []

    def write_link(token):
        tokens.append(token)
        return f"/stimmt-noch/{token}/"

    actions.send_reminders(actor=SYSTEM, at=timezone.now(), write_link=write_link)
    rows = AssuranceLink.objects.order_by("pk").values_list("offer_key", flat=True)
    return {key: f"/stimmt-noch/{token}/" for key, token in zip(rows, tokens, strict=True)}


def is_open(key):
    return AssuranceLink.objects.get(offer_key=key).answered_at is None


def test_a_mail_scanner_that_opens_every_link_confirms_nothing(links):
    scanner = Client(HTTP_USER_AGENT="LinkScanner")
    for url in links.values():
        for _ in range(3):
            assert scanner.get(url).status_code == 200
            assert scanner.head(url).status_code == 200
            assert scanner.get(url + "aendern/").status_code == 200
        assert scanner.put(url).status_code == scanner.delete(url).status_code == 405
        assert scanner.get(url + "?antwort=confirmed").status_code == 200
    assert AssuranceLink.objects.filter(answered_at__isnull=True).count() == len(links) == 5
    assert published_offer("elterncafe").content["assured_on"] == LONG_AGO.isoformat()
    assert not LogEntry.objects.filter(code__in=["offer.assured", "offer.answered"]).exists()


def test_one_click_confirms_and_the_second_tells_nothing(links):
    provider = Client(enforce_csrf_checks=True)
    url = links["elterncafe"]
    answer = provider.post(url, {"antwort": "confirmed"}, follow=True)
    assert "dass Ihr Angebot bestätigt ist" in answer.content.decode()
    assert published_offer("elterncafe").content["assured_on"] == timezone.localdate().isoformat()
    used = provider.post(url, {"antwort": "gone"})
    never_there = provider.get("/stimmt-noch/" + "A" * 43 + "/")
    assert used.status_code == never_there.status_code == 404
    assert used.content == never_there.content
    assert "Elterncafé" not in used.content.decode()
    assert published_offer("elterncafe") is not None


def test_the_pages_are_not_kept_indexed_or_told_and_set_no_cookie(links):
    for url in (links["turnen"], links["turnen"] + "aendern/", "/stimmt-noch/falsch/"):
        answer = Client().get(url)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies


def test_an_unknown_answer_asks_again(links):
    assert Client().post(links["turnen"], {"antwort": "löschen"}).status_code == 302
    assert is_open("turnen")


def test_a_change_becomes_a_proposal(links):
    url = links["elterncafe"] + "aendern/"
    given = {"zeiten": "Di 9:00-11:00", "kosten": "free", "kostenhinweis": "", "telefon": "05261 77"}
    answer = Client().post(url, given, follow=True)
    assert "wird geprüft" in answer.content.decode()
    assert (get_offer("elterncafe").state, get_offer("elterncafe").opening_hours) == (
        "in_review",
        "Tu 9:00-11:00",
    )
    assert published_offer("elterncafe").content["phone"] == ""


def test_a_faulty_form_says_what_and_the_link_still_works(links):
    page = Client().post(links["turnen"] + "aendern/", {"kosten": "free", "telefon": "1"}).content.decode()
    assert "Noch nicht gespeichert" in page
    assert "kostenloses Angebot" in page
    assert is_open("turnen")
    assert get_offer("turnen").state == "published"


def test_gone_takes_the_offer_out_of_the_search(links):
    Client().post(links["turnen"], {"antwort": "gone"})
    assert Client().get("/angebot/turnen/").status_code == 404


def test_who_tries_many_dead_links_has_to_wait(links):
    guesser = Client()
    statuses = [guesser.get(f"/stimmt-noch/{number}/").status_code for number in range(25)]
    assert statuses == [404] * 20 + [429] * 5
    assert guesser.get(links["turnen"]).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(links["turnen"]).status_code == 200


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Di 09:00-11:00; Feiertage zu", "Tu 09:00-11:00; PH off"),
        ("Mi, Do 10:00–12:00", "We, Th 10:00-12:00"),
        ("nach Vereinbarung", "nach Vereinbarung"),
    ],
)
def test_hours_are_read_as_people_write_them(written, stored):
    assert store_hours(written) == stored
    assert store_hours(write_hours(stored)) == stored


def test_the_demo_keeps_its_mail_in_a_mailbox_and_links_lead_to_this_server(settings, tmp_path, links):
    settings.KEKIZ_MAILBOX = tmp_path
    message = mail.EmailMessage(
        "Grüße", f"Siehe {settings.KEKIZ_SITE_URL}/stimmt-noch/abc/ <b>", to=["a@example.org"]
    )
    assert MailboxBackend().send_messages([message]) == 1
    page = Client().get("/postfach/").content.decode()
    assert 'href="/stimmt-noch/abc/"' in page
    assert "&lt;b&gt;" in page
    assert "Grüße" in page


def test_there_is_no_mailbox_outside_the_demo(settings, db):
    settings.DEMO = False
    assert Client().get("/postfach/").status_code == 404


@pytest.fixture
def listed(links):
    """The same with a stored run, and one provider without an address."""
    forget_address("stadt-detmold")
    return run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)


def test_alina_works_through_the_freshness_list(listed):
    alina = open_browser("alina")
    page = alina.get("/cockpit/aktualitaet/").content.decode()
    assert "Erziehungsberatung" in page
    assert "keine E-Mail-Adresse" in page
    assert "@example.org" not in page
    once = alina.get("/cockpit/aktualitaet/?stand=einmal").content.decode()
    assert "Elterncafé" in once
    answer = alina.post(
        "/cockpit/aktualitaet/", {"angebot": "erziehungsberatung", "antwort": "stimmt"}, follow=True
    )
    assert "ist bestätigt" in answer.content.decode()
    assert published_offer("erziehungsberatung").content["assured_by"] == "Koordination"


def test_eva_reads_the_list_and_changes_nothing(listed):
    eva = open_browser("eva")
    assert 'value="stimmt"' not in eva.get("/cockpit/aktualitaet/?stand=alle").content.decode()
    assert eva.post("/cockpit/aktualitaet/", {"angebot": "turnen", "antwort": "stimmt"}).status_code == 404
    cem = open_browser("cem")  # another municipality's offer
    assert cem.post("/cockpit/aktualitaet/", {"angebot": "turnen", "antwort": "stimmt"}).status_code == 404


def test_the_csv_files_hold_every_offer_and_no_address(listed):
    alina = open_browser("alina")
    table = alina.get("/cockpit/aktualitaet.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 7
    assert "@" not in table
    shares = alina.get("/cockpit/aktualitaet/traeger.csv").content.decode("utf-8-sig")
    assert "Familienbünde Lemgo;4;3;0,75" in shares


def test_the_expiry_radar_says_who_loses_and_which_links_break(links):
    ends = timezone.localdate() + dt.timedelta(days=100)
    changed = actions.change_offer(
        actor=SYSTEM, offer=get_offer("elterncafe"), permanent=False, until=ends, funding="kinderstark"
    )
    actions.publish_offer(actor=SYSTEM, offer=changed)
    run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    alina = open_browser("alina")
    page = alina.get("/cockpit/auslaufend/?monate=6").content.decode()
    assert "Ein Angebot im Kreis Lippe endet" in page
    assert "Elterncafé" in page
    assert "art=ende" in page
    broken = alina.get("/cockpit/auslaufend/?monate=6&rechnen=kettenglieder").content.decode()
    assert "keinen Platz mehr" in broken
    assert "Soziale" in broken or "Familie" in broken
    table = alina.get("/cockpit/auslaufend.csv?monate=6").content.decode("utf-8-sig")
    assert "kinderstark" in table
