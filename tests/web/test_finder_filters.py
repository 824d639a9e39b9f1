"""Open now, reachable in minutes, ages to the month: in the address, with what is unknown shown apart."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from tests.web.finder_region import keep_stored, load_finder_region

from kekiz.register.open_now import Opened, judge_opened
from kekiz.register.queries import offers_for_family
from kekiz.web.finder import minutes
from kekiz.web.finder.places import locate_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lippe")]
TUESDAY_MORNING = dt.datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories."""
    with keep_stored(django_db_blocker, load_finder_region):
        yield


@pytest.fixture(autouse=True)
def tuesday_morning(monkeypatch):
    """It is Tuesday, ten o'clock."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY_MORNING)


def ask(**wishes: str):
    response = Client().get("/angebote/", wishes)
    assert response.status_code == 200
    return response


def test_open_unknown_and_closed_offers_are_told_apart():
    moment = minutes.read_moment(locate_text("Lügde"))
    answers = {
        offer.key: judge_opened(offer.content["opening_hours"], moment) for offer in offers_for_family()
    }
    found = {
        state: {offer.key for offer in offers_for_family(moment=moment, opened=state)} for state in Opened
    }
    for state in Opened:
        assert found[state] == {key for key, answer in answers.items() if answer is state}
    assert all(found.values())


def test_who_types_a_whole_title_finds_that_offer_first():
    for offer in list(offers_for_family())[::8]:
        title = offer.content["title"]
        first = offers_for_family(text=title.upper())[0]
        assert first.content["title"].casefold() == title.casefold()


def test_the_page_shows_what_is_open_and_how_many_hours_nobody_knows():
    response = ask(jetzt="ja", ort="Lügde")
    unknown = ask(jetzt="unklar", ort="Lügde")
    assert response.context["unknown_hours"] == unknown.context["page"].paginator.count > 0
    assert "/angebote/?ort=L%C3%BCgde&amp;jetzt=unklar" in response.content.decode()
    assert [wish.words for wish in response.context["wishes"]] == ["Lügde", "jetzt geöffnet"]


def test_minutes_need_a_place_and_say_that_they_are_estimated():
    assert ask(minuten="15", mit="auto").context["question"].trip is None
    response = ask(minuten="15", mit="auto", ort="Lügde")
    assert response.context["wishes"][1].words == "höchstens 15 Minuten mit dem Auto (geschätzt)"
    with_place = [card for card in response.context["cards"] if card.distance]
    assert with_place
    assert all("mit dem Auto (geschätzt)" in card.distance for card in with_place)
    assert "minuten" not in response.context["wishes"][0].query_without  # without the place


def test_more_minutes_reach_more_and_the_nearer_limit_counts():
    def count(**wishes):
        return len(ask(ort="Lügde", **wishes).context["question"].address), ask(
            ort="Lügde", **wishes
        ).context["page"].paginator.count

    few, many = count(minuten="10", mit="fuss")[1], count(minuten="60", mit="auto")[1]
    assert 0 < few < many
    both = ask(ort="Lügde", minuten="60", mit="auto", umkreis="2").context["question"]
    assert both.reach_km == 2.0


def test_filters_live_in_the_address():
    response = ask(ort="Lügde", minuten="30", mit="bus", jetzt="ja", alter="31m")
    assert response.context["question"].query == "ort=L%C3%BCgde&minuten=30&mit=bus&alter=31m&jetzt=ja"


@pytest.mark.parametrize(
    ("code", "months"), [("31m", 31), ("13m", 13), ("0m", 0), ("2j", 24), ("schwanger", -1), ("323m", 323)]
)
def test_ages_to_the_month(code, months):
    question = ask(alter=code).context["question"]
    assert question.age.months == months
    assert f'value="{code}" selected' in ask(alter=code).content.decode()


@pytest.mark.parametrize("code", ["324m", "-3m", "031m", "31", "3000j", "٣m"])
def test_what_is_no_age_is_refused(code):
    assert ask(alter=code).context["form"].errors


def test_what_is_not_in_the_list_is_refused():
    errors = ask(ort="Lügde", minuten="7", mit="rakete", jetzt="morgen").context["form"].errors
    assert set(errors) == {"minuten", "mit", "jetzt"}
