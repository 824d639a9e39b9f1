"""The desk of a provider: Dora sees and edits her own offers, and nobody else's."""

import pytest
from tests.conftest import make_person
from tests.register.world import get_offer
from tests.web.conftest import open_browser

from kekiz.accounts.models import ApiToken
from kekiz.register import actions
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer, Site
from kekiz.web.provider.ages import read_age, write_age

OFFER = "/traeger/angebot/elterncafe/"
FILLED = {
    "title": "Babytreff",
    "age_from": "6",
    "age_from_unit": "monate",
    "age_to": "1,5",
    "age_to_unit": "jahre",
    "topics": ["S1", "S2"],
    "level": "universal",
    "languages": ["de", "tr"],
    "places_unknown": "on",
    "mode": "visit",
    "sites": ["lemgo-haus"],
    "access": "walk_in",
    "cost": "free",
    "hours_mo": "9–11:30",
    "hours_we": "14 bis 16 Uhr",
    "barrier_free": "yes",
    "duration": "permanent",
    "evidence": "not_listed",
}


@pytest.fixture
def browser(region):
    return open_browser("dora")


def post(browser, path, step="speichern", **values):
    return browser.post(path, {**FILLED, **values, "aktion": step})


def read(answer):
    return answer.content.decode()


def test_the_list_holds_own_offers_with_state_and_what_families_see(browser):
    text = read(browser.get("/traeger/"))
    assert "Elterncafé" in text
    assert "Familien sehen" in text
    assert "Eltern-Kind-Turnen" not in text


def test_a_draft_is_stored_as_people_say_it(browser):
    answer = post(browser, "/traeger/neu/")
    assert answer.status_code == 302, read(answer)
    offer = get_offer("babytreff")
    assert (offer.age_from_months, offer.age_to_months, offer.places) == (6, 18, None)
    assert offer.opening_hours == "Mo 09:00-11:30; We 14:00-16:00"
    assert (offer.state, offer.published) == (OfferState.DRAFT, None)
    assert browser.get("/angebot/babytreff/").status_code == 404
    shown = read(browser.get(answer.url))
    assert 'value="9–11:30"' in shown
    assert 'value="18"' in shown  # one and a half years, small children in months


def test_handing_in_goes_to_review(browser):
    assert post(browser, "/traeger/neu/", "einreichen").url == "/traeger/"
    assert get_offer("babytreff").state == OfferState.IN_REVIEW


def test_all_faults_at_once_and_nothing_is_lost(browser):
    answer = post(
        browser,
        "/traeger/neu/",
        "einreichen",
        title="",
        age_from="drei",
        topics=[],
        places="viele",
        places_unknown="",
        hours_mo="vormittags",
        hurdles=["paid"],
        sites=[],
        duration="until",
        website="kein-netz",
        summary="Bleibt stehen",
    )
    text = read(answer)
    assert answer.status_code == 200
    for field in (
        "title",
        "age_from",
        "topics",
        "places",
        "hours_mo",
        "hurdles",
        "sites",
        "until",
        "website",
    ):
        assert f'href="#feld-{field}"' in text, field
    assert "Bleibt stehen" in text
    assert not Offer.objects.filter(key="babytreff").exists()


def test_an_offer_of_another_provider_is_not_found(browser):
    for path in ("/traeger/angebot/turnen/", "/traeger/angebot/turnen/beenden/"):
        assert browser.get(path).status_code == 404
        assert browser.post(path, FILLED | {"aktion": "speichern"}).status_code == 404
    assert get_offer("turnen").title == "Eltern-Kind-Turnen"


def test_a_provider_of_somebody_else_cannot_be_named(browser):
    answer = post(browser, "/traeger/neu/", provider="stadt-detmold")
    assert answer.status_code == 200
    assert not Offer.objects.filter(key="babytreff").exists()


def test_two_colleagues_do_not_overwrite_each_other(browser):
    seen = browser.get(OFFER).context["form"].initial["seen"]
    actions.change_offer(actor=make_person("alina"), offer=get_offer("elterncafe"), summary="Inzwischen")
    answer = post(browser, OFFER, seen=seen, title="Elterncafé am Markt")
    assert "inzwischen geändert" in read(answer)
    assert "Elterncafé am Markt" in read(answer)
    form = answer.context["form"]
    assert (form["sites"].value(), form["topics"].value()) == (["lemgo-haus"], ["S1", "S2"])
    assert get_offer("elterncafe").title == "Elterncafé"
    again = {**FILLED, "title": "Elterncafé am Markt", "seen": form["seen"].value()}
    assert browser.post(OFFER, again | {"aktion": "speichern"}).status_code == 302
    assert get_offer("elterncafe").title == "Elterncafé am Markt"


def test_opening_and_saving_changes_nothing(browser):
    for key in ("elterncafe", "hebamme", "telefon", "lesepaten"):
        path = f"/traeger/angebot/{key}/"
        before = Offer.objects.filter(key=key).values().get()
        form = browser.get(path).context["form"]
        data = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
        answer = browser.post(path, data | {"aktion": "speichern"})
        assert answer.status_code == 302, answer.context["faults"]
        assert Offer.objects.filter(key=key).values().get() == before


def test_hours_that_the_helper_cannot_say_stay_as_they_are(browser):
    notation = "Mo-Fr 09:00-12:00; PH off"
    actions.change_offer(actor=make_person("alina"), offer=get_offer("elterncafe"), opening_hours=notation)
    assert notation in read(browser.get(OFFER))
    post(browser, OFFER, opening_hours=notation)
    assert get_offer("elterncafe").opening_hours == notation


def test_a_site_is_searched_and_made_without_losing_what_was_typed(browser):
    text = read(post(browser, "/traeger/neu/", "ort-suchen", site_search="Treff", title="Getippt"))
    assert "Treff Nord" in text
    assert "Getippt" in text
    assert 'role="alert"' not in text
    place = {"new_name": "Familienzentrum Brake", "new_town": "Lemgo", "new_postcode": "32657"}
    text = read(post(browser, "/traeger/neu/", "ort-anlegen", title="Getippt", **place))
    site = Site.objects.get(name="Familienzentrum Brake")
    assert site.ags == "05766044"
    assert f'value="{site.key}"' in text
    assert "Getippt" in text
    text = read(post(browser, "/traeger/neu/", "ort-anlegen", **place | {"new_town": "Atlantis"}))
    assert "kennen wir nicht" in text


def test_pausing_and_ending_ask_first(browser):
    assert browser.get(f"{OFFER}pausieren/").status_code == 200
    assert get_offer("elterncafe").state == OfferState.PUBLISHED
    browser.post(f"{OFFER}pausieren/")
    assert get_offer("elterncafe").state == OfferState.PAUSED
    browser.post(f"{OFFER}beenden/")
    assert get_offer("elterncafe").state == OfferState.ENDED
    assert "lässt sich nicht mehr ändern" in read(browser.get(OFFER))


def test_a_token_is_shown_once_and_revoked(browser):
    answer = browser.post(
        "/traeger/zugaenge/", {"traeger": "familienbuende-lemgo", "wofuer": "Kurse", "tage": "30"}
    )
    secret = answer.context["secret"]
    assert secret in read(answer)
    assert secret not in read(browser.get("/traeger/zugaenge/"))
    browser.post("/traeger/zugaenge/", {"entziehen": answer.context["made"].prefix})
    assert ApiToken.objects.get().revoked_at
    strange = {"traeger": "stadt-detmold", "wofuer": "Kurse", "tage": "30"}
    assert "eigenen Leute" in read(browser.post("/traeger/zugaenge/", strange))
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "unit", "months"),
    [("6", "monate", 6), ("1,5", "jahre", 18), ("1½", "jahre", 18), ("", "schwanger", -9), ("", "geburt", 0)],
)
def test_ages_as_people_type_them(number, unit, months):
    assert read_age(number, unit) == months
    assert read_age(*write_age(months, is_end=unit == "geburt")) == months


def test_every_age_survives_the_form():
    assert read_age(*write_age(-9, is_end=False)) == -9
    for months in range(325):
        assert read_age(*write_age(months, is_end=True)) == months
        assert read_age(*write_age(months, is_end=False)) == months
