"""The finder on the worked region: the truths planted there are what families see."""

import csv
import datetime as dt
import tomllib

import pytest
from django.test import Client
from tests.conftest import ROOT
from tests.web.finder_region import keep_stored

from kekiz.cli.demo_region import build_register
from kekiz.register.queries import published_offer
from kekiz.web.finder.offer_page import make_offer_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_region")]
SOURCE = ROOT / "demo" / "lippe"
TRUTHS = tomllib.loads((ROOT / "demo" / "truths.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo_region(django_db_setup, django_db_blocker):
    """The register of the worked region, built as `kekiz demo` builds it."""
    with keep_stored(django_db_blocker, lambda: build_register(SOURCE)):
        yield


def read_offers() -> dict[str, dict[str, str]]:
    """The offers of the worked region by key, as its table has them, without those that have ended."""
    today = dt.date.today().isoformat()
    with (SOURCE / "offers.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["offer"]: row for row in csv.DictReader(file)}
    return {key: row for key, row in rows.items() if not row["until"] or row["until"] >= today}


def ask_all(**wishes: str) -> list:
    """All cards of a question, page by page."""
    first = Client().get("/angebote/", wishes)
    pages = first.context["page"].paginator.num_pages
    rest = [Client().get("/angebote/", wishes | {"seite": str(n)}) for n in range(2, pages + 1)]
    assert first.context["alternatives"] is None
    return [card for answer in (first, *rest) for card in answer.context["cards"]]


def test_every_free_offer_for_a_two_year_old_is_found_once_and_nothing_else():
    expected = {
        key
        for key, row in read_offers().items()
        if int(row["age_from"]) <= 24 < int(row["age_to"]) and row["cost"] == "free"
    }
    keys = [card.key for card in ask_all(alter="2j", kostenlos="ja")]
    assert len(keys) == len(set(keys))
    assert set(keys) == expected


def test_the_mother_in_luegde_sees_the_nearest_first():
    cards = ask_all(ort="Lügde", alter="2j", kostenlos="ja")
    assert cards[0].key == "familienzentrum-luegde"
    assert {"familienzentrum-luegde", "kleiderladen-luegde", "vorlesezeit-luegde"} <= {
        c.key for c in cards[:6]
    }


def test_a_doctor_for_a_four_year_old_is_far_from_luegde():
    """The planted gap: health for children in Lügde lies too far."""
    gap = next(gap for gap in TRUTHS["gap"] if gap["name"] == "luegde-far-from-health")
    near = Client().get("/angebote/", {"ort": "Lügde", "alter": "4j", "thema": gap["field"], "umkreis": "5"})
    offers = read_offers()
    seen = [] if near.context["alternatives"] else [offers[card.key] for card in near.context["cards"]]
    assert all(row["mode"] != "visit" for row in seen)


def test_music_in_schlangen_costs_money():
    """The planted gap: what Schlangen has for small children costs money, and the finder says so."""
    cards = {card.key: card for card in ask_all(ort="Schlangen", alter="4j", thema="K2")}
    nearest = cards["musikgarten-schlangen"]
    assert nearest.cost != "kostenlos"


def test_stale_offers_ask_families_to_call_first():
    running = read_offers()
    keys = [entry["offer"] for entry in TRUTHS["stale"] if entry["offer"] in running]
    assert len(keys) >= 5
    for key in keys[:5]:
        page = Client().get(f"/angebot/{key}/").content.decode()
        assert "Bitte fragen Sie nach, bevor Sie hingehen." in page


def test_the_words_of_every_page_can_be_made():
    today = dt.date.today()
    for key, row in read_offers().items():
        page = make_offer_page(published_offer(key), area_names={}, today=today)
        assert page.hours or not row["opening_hours"], f"{key}: {row['opening_hours']}"
        assert page.sites or page.where, key
        assert page.ages, key
        assert page.is_invented, key


@pytest.mark.parametrize("number", range(0, 500, 50))
def test_pages_open_with_their_notice(number):
    key = sorted(read_offers())[number]
    response = Client().get(f"/angebot/{key}/")
    assert response.status_code == 200
    assert "erfundenes Beispiel" in response.content.decode()
