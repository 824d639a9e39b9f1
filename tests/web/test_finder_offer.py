"""The page of one offer."""

import datetime as dt
import json
import re

import pytest
from django.test import Client
from tests.web.finder_region import keep_stored, load_finder_region

from kekiz.web.finder.freshness import judge_content
from kekiz.web.finder.offer_page import make_phone_url, safe_web_address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lippe")]


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories."""
    with keep_stored(django_db_blocker, load_finder_region):
        yield


def read_page(key: str = "krabbelgruppe-luegde", **headers) -> str:
    """The page of an offer as HTML."""
    response = Client().get(f"/angebot/{key}/", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_it_tells_everything_a_family_needs():
    page = read_page()
    for text in (
        "Krabbelgruppe am Emmerauenpark",
        "Jeden Mittwoch treffen sich Eltern mit ihren Kindern.",
        "6 Monate bis 3 Jahre",
        "Kostenlos.",
        "Sie können einfach hingehen.",
        "9:30 bis 11 Uhr",
        "In den Schulferien",
        "Familienzentrum Lügde",
        "32676 Lügde",
        'href="tel:+49528112345"',
        'href="mailto:familie@luegde.example.org"',
        "Deutsch, Türkisch und Arabisch",
        "In Leichter Sprache",
        "Zuletzt bestätigt am",
        "Stadt Lügde",
        "erfundenes Beispiel",
    ):
        assert text in page, text
    assert "<title>Krabbelgruppe am Emmerauenpark · kekiz" in page


def test_cost_access_and_doubts_are_said():
    page = read_page("eltern-kind-turnen")
    assert "Nicht bestätigt seit 15. Januar 2024." in page
    assert "Bitte fragen Sie nach, bevor Sie hingehen." in page
    assert "Für Familien mit wenig Geld kostet es weniger" in page
    assert "8 Euro im Monat." in read_page("musikgarten-luegde")
    assert "Nur für Familien aus Lemgo." in read_page("familienpaten-lemgo")
    assert "läuft bis zum 31. Dezember 2126" in read_page("zwei-orte")
    assert "nach Absprache" in read_page("nachhilfe-lemgo"), "hours that are not understood stand as written"


def read_json_ld(page: str) -> dict:
    """The data for machines."""
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])


def test_machines_read_the_same():
    service = read_json_ld(read_page())
    assert service["@type"] == "GovernmentService"
    assert service["name"] == "Krabbelgruppe am Emmerauenpark"
    assert service["audience"]["suggestedAge"] == {
        "@type": "QuantitativeValue",
        "minValue": 6,
        "maxValue": 36,
        "unitCode": "MON",
    }
    assert service["offers"]["price"] == 0
    assert service["hoursAvailable"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["Wednesday"],
            "opens": "09:30",
            "closes": "11:00",
        }
    ]
    place = service["availableChannel"][0]["serviceLocation"]
    assert place["address"]["postalCode"] == "32676"
    assert service["url"].endswith("/angebot/krabbelgruppe-luegde/")


def test_markup_in_a_text_stays_text():
    from kekiz.accounts.actors import SYSTEM
    from kekiz.register.actions import change_offer, publish_offer
    from kekiz.register.models import Offer

    attack = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    offer = change_offer(
        actor=SYSTEM, offer=Offer.objects.get(key="musikgarten-luegde"), title=attack, description=attack
    )
    publish_offer(actor=SYSTEM, offer=offer)
    page = read_page("musikgarten-luegde")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert read_json_ld(page)["name"] == attack
    listed = Client().get("/angebote/", {"ort": "Lügde"}).content.decode()
    assert "<img src=x" not in listed


def test_the_way_back_keeps_the_filters():
    came_from = "http://testserver/angebote/?ort=L%C3%BCgde&alter=2j"
    assert 'href="/angebote/?ort=L%C3%BCgde&amp;alter=2j"' in read_page(referer=came_from)
    assert "evil" not in read_page(referer="https://evil.example/angebote/?ort=x")
    assert 'href="/angebote/"' in read_page(referer="http://[broken")


def test_what_is_gone_is_explained():
    response = Client().get("/angebot/gibt-es-nicht/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Dieses Angebot gibt es nicht oder nicht mehr" in page
    assert "Andere Angebote ansehen" in page


def test_a_paused_offer_is_gone_and_a_draft_never_was_there():
    from kekiz.accounts.actors import SYSTEM
    from kekiz.register.actions import change_offer, pause_offer
    from kekiz.register.models import Offer

    offer = Offer.objects.get(key="musikgarten-luegde")
    change_offer(actor=SYSTEM, offer=offer, title="Noch nicht freigegeben")
    assert "Noch nicht freigegeben" not in read_page("musikgarten-luegde")
    pause_offer(actor=SYSTEM, offer=offer)
    assert Client().get("/angebot/musikgarten-luegde/").status_code == 404


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("05281 12345", "tel:+49528112345"),
        ("+49 (0) 5281 / 12-34", "tel:+4952811234"),
        ("0049 5281 1234", "tel:004952811234"),
        ("116 111", "tel:116111"),
        ("nur nachmittags", ""),
    ],
)
def test_a_telephone_number_can_be_dialled(written, url):
    assert make_phone_url(written) == url


def test_only_web_addresses_become_links():
    assert safe_web_address("https://luegde.example.org") == "https://luegde.example.org"
    assert safe_web_address("javascript:alert(1)") == ""


@pytest.mark.parametrize(
    ("assured_on", "permanent", "sentence", "is_stale"),
    [
        ("2026-05-03", True, "Zuletzt bestätigt am 3. Mai 2026", False),
        ("2025-09-24", True, "Zuletzt bestätigt am 24. September 2025", False),
        ("2025-09-23", True, "Nicht bestätigt seit 23. September 2025", True),  # a year and sixty days
        ("2026-03-23", False, "Nicht bestätigt seit 23. März 2026", True),  # a project: half a year
        (None, True, "Noch nicht bestätigt", True),
    ],
)
def test_freshness_is_judged_some_time_after_the_due_date(assured_on, permanent, sentence, is_stale):
    content = {"assured_on": assured_on, "permanent": permanent}
    freshness = judge_content(content, dt.date(2026, 11, 22))
    assert (freshness.sentence, freshness.is_stale) == (sentence, is_stale)
