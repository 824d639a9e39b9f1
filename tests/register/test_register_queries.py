"""What families find and what the desk sees."""

import datetime as dt

import pytest
from django.core.paginator import Paginator
from tests.conftest import DETMOLD, LEMGO, LUEGDE
from tests.register.world import OFFERS, get_offer, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions, queries

LEMGO_MARKET = (52.0285, 8.8995)


@pytest.fixture
def world(db):
    """The small register, published."""
    load_world()


def keys(**filters):
    """The keys a family finds, in order."""
    return [found.key for found in queries.offers_for_family(**filters)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"age_months": -3}, {"hebamme"}),
        ({"age_months": 36}, {"erziehungsberatung", "turnen", "telefon"}),
        ({"age_months": 35}, {"elterncafe", "erziehungsberatung", "turnen", "telefon"}),
        ({"field": "S1"}, {"elterncafe"}),
        ({"field": "S2", "age_months": 200}, {"erziehungsberatung", "telefon"}),
        ({"free": True, "field": "G2"}, set()),
        ({"language": "tr"}, {"erziehungsberatung"}),
        ({"ags": LEMGO}, {"elterncafe", "hebamme", "telefon", "lesepaten"}),
        ({"ags": DETMOLD}, {"erziehungsberatung", "turnen", "telefon"}),
        ({"ags": LUEGDE}, {"telefon"}),
        ({"ags": "05766"}, {row["key"] for row in OFFERS if row["key"] != "lesepaten"}),
        ({"text": "Beratung"}, {"erziehungsberatung"}),
        ({"text": "Hebammen"}, {"hebamme"}),
        ({"text": "elterncafe"}, {"elterncafe"}),
        ({"text": "Kind Turnen Detmold"}, {"turnen"}),
        ({"text": "familienbünde kaffee"}, {"elterncafe"}),
        ({"text": "Raumfahrt"}, set()),
        ({"text": "  "}, {row["key"] for row in OFFERS}),
    ],
)
def test_filters(world, filters, expected):
    assert set(keys(**filters)) == expected


def test_hits_in_the_title_come_first_then_by_title(world):
    load_more = offer_row("anders", title="Anderes", description="Auch hier gibt es Turnen.")
    actions.load_register(actor=SYSTEM, providers=[], sites=[], offers=[load_more])
    assert keys(text="turnen") == ["turnen", "anders"]
    assert keys() == sorted(keys(), key=lambda key: get_offer(key).title)


def test_near_sorts_by_the_nearest_site_and_puts_offers_without_site_last(world):
    found = queries.offers_for_family(near=LEMGO_MARKET)
    order = [hit.key for hit in found]
    assert set(order[:2]) == {"elterncafe", "hebamme"}
    assert set(order[-2:]) == {"telefon", "lesepaten"}
    assert found[0].distance_km == pytest.approx(0.065, abs=0.01)
    distances = {hit.key: hit.distance_km for hit in found}
    assert distances["turnen"] == pytest.approx(7.13, abs=0.1), "the nearer of two sites counts"
    assert distances["telefon"] is None
    assert set(keys(near=LEMGO_MARKET, radius_km=8)) == {
        "elterncafe",
        "hebamme",
        "turnen",
        "telefon",
        "lesepaten",
    }


def test_pages_load_only_what_is_shown(world, django_assert_num_queries):
    queries.offers_for_family()  # the first question after a change builds the index
    with django_assert_num_queries(3):  # has anything changed (2), then the page
        found = queries.offers_for_family(near=LEMGO_MARKET)
        page = Paginator(found, 2).page(2)
        shown = [hit.key for hit in page.object_list]
    assert shown == [hit.key for hit in found][2:4]
    assert page.paginator.count == len(found) == 6


def test_an_offer_past_its_last_day_is_gone(db):
    load_world([offer_row("projekt", permanent=False, until="2030-06-30")])
    assert keys(on=dt.date(2030, 6, 30)) == ["projekt"]
    assert keys(on=dt.date(2030, 7, 1)) == []
    assert queries.published_offer("projekt", on=dt.date(2030, 7, 1)) is None


def test_percent_and_underscore_are_plain_signs(world):
    assert keys(text="100%") == []
    assert keys(field="S_") == []
    assert keys(field="%") == []


def test_the_desk_shows_what_each_may_edit(world, people):
    def seen(actor):
        return {offer.key for offer in queries.offers_for_desk(actor)}

    everything = {row["key"] for row in OFFERS}
    assert seen(SYSTEM) == seen(people["alina"]) == everything
    assert seen(people["bert"]) == {"elterncafe", "hebamme", "telefon", "lesepaten"}
    assert seen(people["dora"]) == {"elterncafe", "hebamme", "telefon", "lesepaten"}
    assert seen(people["cem"]) == seen(people["eva"]) == seen(people["frido"]) == set()
    assert queries.offer_for_desk(people["cem"], "elterncafe") is None
    assert queries.offer_for_desk(people["dora"], "elterncafe").title == "Elterncafé"
    assert [provider.key for provider in queries.providers_for_desk(people["dora"])] == [
        "familienbuende-lemgo"
    ]


def test_the_desk_filters_by_state_and_provider(world, alina):
    actions.pause_offer(actor=alina, offer=get_offer("turnen"))
    assert [offer.key for offer in queries.offers_for_desk(alina, state="paused")] == ["turnen"]
    assert queries.offers_for_desk(alina, provider_key="stadt-detmold").count() == 2
