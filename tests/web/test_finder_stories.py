"""What families look for, and what they find: each test is one of them."""

import re

import pytest
from django.test import Client
from tests.web.finder_region import keep_stored, load_finder_region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lippe")]


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories."""
    with keep_stored(django_db_blocker, load_finder_region):
        yield


def ask(**wishes: str):
    """The answer to a question, as its page."""
    response = Client().get("/angebote/", wishes)
    assert response.status_code == 200
    return response


def list_titles(response) -> list[str]:
    """The titles of the list in order."""
    return [card.title for card in response.context["cards"]]


def read_heading(response) -> str:
    """The heading of the page without markup."""
    return re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", response.content.decode(), re.S)[0]).strip()


def test_a_mother_in_luegde_with_a_two_year_old_looks_for_something_free():
    response = ask(ort="Lügde", alter="2j", kostenlos="ja")
    cards = response.context["cards"]
    assert list_titles(response)[:3] == ["Krabbelgruppe am Emmerauenpark", "Elterncafé", "Spielzeugverleih"]
    assert (cards[0].ages, cards[0].cost, cards[0].access) == (
        "6 Monate bis 3 Jahre",
        "kostenlos",
        "einfach hingehen",
    )
    assert cards[0].distance.endswith(" m")
    assert cards[1].distance.endswith(" km")
    assert "Musikgarten" not in list_titles(response)
    assert [wish.words for wish in response.context["wishes"]] == ["Lügde", "2 Jahre", "kostenlos"]


def test_she_drops_the_wish_for_free_offers_and_finds_the_music():
    free = next(
        wish
        for wish in ask(ort="Lügde", alter="2j", kostenlos="ja").context["wishes"]
        if wish.name == "kostenlos"
    )
    response = Client().get(f"/angebote/?{free.query_without}")
    assert "Musikgarten" in list_titles(response)
    assert "kostenlos" not in free.query_without
    assert "alter=2j" in free.query_without


def test_expecting_parents_find_the_midwife():
    assert "Hebammensprechstunde" in list_titles(ask(alter="schwanger"))
    assert "Krabbelgruppe am Emmerauenpark" not in list_titles(ask(alter="schwanger"))


@pytest.mark.parametrize(("age", "is_found"), [("5m", False), ("6m", True), ("2,5j", True), ("3j", False)])
def test_ages_begin_with_their_first_and_end_before_their_last_month(age, is_found):
    assert ("Krabbelgruppe am Emmerauenpark" in list_titles(ask(alter=age))) is is_found


def test_a_father_who_speaks_arabic_and_uses_a_wheelchair():
    assert list_titles(ask(sprache="ar", barrierefrei="ja")) == ["Krabbelgruppe am Emmerauenpark"]
    assert "Sorgentelefon" in list_titles(ask(sprache="uk"))
    without = ask(sprache="uk", barrierefrei="ja")
    assert [wish.name for wish in without.context["alternatives"].left_out] == ["sprache"]


def test_words_are_searched_in_titles_first():
    assert sorted(list_titles(ask(q="turnen"))[:2]) == ["Eltern-Kind-Turnen", "Kinderturnen"]


def test_a_topic_in_plain_words_is_a_field_of_need():
    response = ask(thema="G1")
    assert list_titles(response) == ["Hebammensprechstunde"]
    assert response.context["wishes"][0].words == "Ärzte, Hebammen, Hilfe bei Krankheit"


def test_only_what_is_near_enough():
    titles = list_titles(ask(ort="32676", umkreis="5", alter="2j"))
    assert titles[:2] == ["Krabbelgruppe am Emmerauenpark", "Musikgarten"]
    assert "Elterncafé" not in titles
    assert "Sorgentelefon" in titles, "what comes to the family or by telephone is never too far"


def test_a_service_for_another_town_says_so():
    cards = {card.title: card for card in ask(ort="Lügde", alter="1j").context["cards"]}
    assert cards["Familienpaten"].area_note == "nur für Familien aus Lemgo"
    in_lemgo = {card.title: card for card in ask(ort="Lemgo", alter="1j").context["cards"]}
    assert in_lemgo["Familienpaten"].area_note == ""
    assert in_lemgo["Sorgentelefon"].area_note == ""


def test_the_nearest_of_several_sites_is_named():
    near_blomberg = {card.title: card for card in ask(ort="Blomberg").context["cards"]}["Spielzeugverleih"]
    assert near_blomberg.where == "Mehrgenerationenhaus Blomberg und ein weiterer Ort"
    near_lemgo = {card.title: card for card in ask(ort="Lemgo").context["cards"]}["Spielzeugverleih"]
    assert near_lemgo.where == "Haus der Familie, Lemgo und ein weiterer Ort"


def test_old_entries_ask_to_call_first():
    response = ask(ort="Elbrinxen")
    assert response.context["cards"][0].title == "Eltern-Kind-Turnen"
    assert "Nicht bestätigt seit 15. Januar 2024: bitte vorher nachfragen" in response.content.decode()


def test_nothing_found_says_which_wish_was_dropped_and_shows_the_nearest():
    response = ask(q="Musikgarten", kostenlos="ja", alter="2j")
    page = response.content.decode()
    assert read_heading(response) == "Kein Angebot passt zu allen Wünschen"
    assert "einen Wunsch weggelassen: <strong>kostenlos</strong>" in page
    assert list_titles(response) == ["Musikgarten"]
    words = {way.wish.words: way.count for way in response.context["alternatives"].ways_out}
    assert words["kostenlos"] == 1
    assert words["„Musikgarten“"] >= 5
    assert "ohne kostenlos: 1 Angebot<" in page


def test_nothing_found_with_one_wish_less_drops_several():
    response = ask(q="Raumfahrt", alter="25j", sprache="vi")
    left_out = [wish.name for wish in response.context["alternatives"].left_out]
    assert left_out == ["sprache", "q", "alter"]
    assert len(list_titles(response)) == 5
    assert "mehrere Wünsche weggelassen" in response.content.decode()


def test_an_unknown_place_suggests_similar_ones_and_still_shows_offers():
    response = ask(ort="Blomburg", alter="2j")
    page = response.content.decode()
    assert "Den Ort „Blomburg“ kennen wir nicht." in page
    assert "Fehler in der Suche" in page
    assert 'aria-invalid="true"' in page
    assert response.context["others"][0][0] == "Blomberg"
    assert "alter=2j" in response.context["others"][0][1]
    assert "Eltern-Kind-Turnen" in list_titles(response)
    suggested = Client().get(f"/angebote/?{response.context['others'][0][1]}")
    assert suggested.context["question"].location.words == "Blomberg"


def test_a_mistyped_postcode_suggests_the_nearest_number():
    assert "32676 Lügde" in [words for words, _ in ask(ort="32677").context["others"]]


def test_a_name_that_two_towns_share_offers_the_other_one():
    response = ask(ort="Nienhagen")
    assert "Meinten Sie" in response.content.decode()
    words, query = response.context["others"][0]
    other = Client().get(f"/angebote/?{query}").context["question"].location
    assert other.words == words
    assert other.words != response.context["question"].location.words


@pytest.mark.parametrize("typed", ["Lemgo-Brake", "Brake, Lemgo", "brake (LEMGO)", "32657 Brake"])
def test_a_village_may_be_typed_with_its_town(typed):
    location = ask(ort=typed).context["question"].location
    assert location is not None
    assert location.words == "Brake (Lemgo)"


def test_the_position_of_the_browser_sorts_the_list():
    response = ask(nahe="51.96,9.25", alter="2j")
    assert list_titles(response)[0] == "Krabbelgruppe am Emmerauenpark"
    assert response.context["wishes"][0].words == "Ihr Standort (bei Lügde)"


@pytest.mark.parametrize(
    ("position", "sentence"),
    [
        ("nan,nan", "konnten wir nicht lesen"),
        ("91,9", "konnten wir nicht lesen"),
        ("48.13,11.57", "außerhalb der Region"),
    ],
)
def test_a_position_that_cannot_be_used_says_why(position, sentence):
    response = ask(nahe=position)
    assert sentence in response.content.decode()
    assert response.context["question"].location is None
    assert list_titles(response)


def test_a_typed_place_counts_more_than_the_position():
    assert ask(nahe="51.96,9.25", ort="Lemgo").context["question"].location.words == "Lemgo"


def test_pages_keep_the_question():
    from tests.web.finder_region import offer_row

    from kekiz.accounts.actors import SYSTEM
    from kekiz.register.actions import load_register

    more = [offer_row(f"treff-{n}", f"Treff {n:02d}", "luegde-haus") for n in range(30)]
    load_register(actor=SYSTEM, providers=[], sites=[], offers=more)
    first = ask(q="Treff", ort="Lügde")
    assert len(list_titles(first)) == 20
    assert first.context["cards"][0].number == 1
    page = first.content.decode()
    assert "q=Treff&amp;ort=L%C3%BCgde&amp;seite=2" in page
    second = ask(q="Treff", ort="Lügde", seite="2")
    assert second.context["cards"][0].number == 21
    assert not set(list_titles(first)) & set(list_titles(second))
    assert list_titles(ask(q="Treff", ort="Lügde", seite="999")) == list_titles(second)


def test_empty_fields_leave_the_address():
    response = Client().get("/angebote/?q=&ort=L%C3%BCgde&alter=&nahe=")
    assert response.status_code == 302
    assert response["Location"] == "/angebote/?ort=L%C3%BCgde"


def test_the_form_shows_what_was_asked():
    page = ask(ort="Lügde", alter="2,5j", kostenlos="ja", sprache="tr").content.decode()
    assert 'value="Lügde"' in page
    assert '<option value="2,5j" selected>2½ Jahre</option>' in page
    assert re.search(r'name="kostenlos" value="ja" checked', page)
    assert re.search(r'<details class="finder-more" open>', page), "a wish in use is not hidden"


def test_every_dot_of_the_map_leads_to_an_entry_of_the_list():
    page = ask(ort="Lügde").content.decode()
    targets = re.findall(r'class="finder-map__link" href="#(angebot-\d+)"', page)
    assert len(targets) >= 4
    assert all(f'id="{target}"' in page for target in targets)


def test_the_start_page_leads_to_ages_and_topics():
    response = Client().get("/")
    page = response.content.decode()
    assert "10 Angebote" in page
    for link in re.findall(r'href="(/angebote/\?[^"]+)"', page):
        assert Client().get(link).context["cards"] is not None
    assert len(re.findall(r'href="/angebote/\?alter=', page)) == 7
    assert len(re.findall(r'href="/angebote/\?thema=', page)) == 8


def test_without_any_offer_the_pages_say_so():
    from kekiz.register.models import Cooperation, Offer

    Cooperation.objects.all().delete()
    Offer.objects.update(published=None, state="paused")
    assert "Hier finden Sie bald Angebote" in Client().get("/").content.decode()
    response = ask(alter="2j")
    assert "Zurzeit ist hier kein Angebot veröffentlicht" in response.content.decode()
