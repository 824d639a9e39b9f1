"""The chain of one child as page, print and calendar: everything in the address, nothing stored."""

import datetime as dt

import icalendar
import pytest
from django.test import Client
from tests.web.finder_region import keep_stored, load_finder_region

from kekiz.evidence.child_dates import BirthMonth, list_child_dates
from kekiz.web.family.child_calendar import write_child_calendar
from kekiz.web.family.child_page import Home, make_child_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lippe")]
TODAY = dt.date(2026, 11, 25)
QUESTION = {"monat": "3", "jahr": "2025", "ort": "Lügde"}
PAGES = ("/mein-kind/", "/mein-kind/drucken/", "/mein-kind/kalender.ics")


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories."""
    with keep_stored(django_db_blocker, load_finder_region):
        yield


def make_page(birth: BirthMonth, home: Home = Home()):  # noqa: B008 - frozen
    return make_child_page(birth, home, state="05", today=TODAY, area_names={})


def read_events(birth: BirthMonth, today: dt.date = TODAY):
    content = write_child_calendar(
        birth, state="05", today=today, page_url="https://kekiz.example/mein-kind/"
    )
    return content, {
        str(event["SUMMARY"]).split(" (")[0]: event for event in icalendar.Calendar.from_ical(content).events
    }


def test_the_page_shows_now_next_and_later():
    page = Client().get("/mein-kind/", QUESTION).context["page"]
    states = [phase.state for phase in page.phases]
    assert len(states) == 7
    assert (states.count("now"), states.count("next")) == (1, 1)
    assert states == sorted(states, key=["past", "now", "next", "later"].index)
    now = next(phase for phase in page.phases if phase.state == "now")
    assert now.cards
    assert page.place == "Lügde"


def test_free_and_near_comes_before_paid():
    home_page = Client().get("/mein-kind/", QUESTION).context["page"]
    for phase in home_page.phases:
        for card in phase.cards:
            assert "nur für Familien aus" not in card.area_note


@pytest.mark.parametrize(
    ("birth", "state"),
    [(BirthMonth(2027, 4), "now"), (BirthMonth(2026, 11), "past"), (BirthMonth(2027, 8), "now")],
)
def test_an_unborn_child_is_in_the_first_phase(birth, state):
    assert make_page(birth).phases[0].state == state


def test_every_date_stands_in_exactly_one_phase():
    for birth in (BirthMonth(2027, 1), BirthMonth(2020, 9), BirthMonth(2010, 12)):
        page = make_page(birth)
        shown = [date.code for phase in page.phases for date in phase.dates]
        assert sorted(shown) == sorted(date.code for date in list_child_dates(birth, "05"))


@pytest.mark.parametrize("path", PAGES)
def test_a_month_of_birth_does_not_leak(path):
    response = Client().get(path, QUESTION)
    assert response.status_code == 200
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


def test_a_place_or_month_that_is_wrong_is_explained():
    response = Client().get("/mein-kind/", {"monat": "3", "ort": "Atlantis"})
    text = response.content.decode()
    assert response.status_code == 200
    assert "Bitte wählen Sie das Jahr." in text
    assert "Den Ort „Atlantis“ kennen wir nicht." in text
    for path in PAGES[1:]:
        assert Client().get(path, {"monat": "13", "jahr": "abc"}).status_code == 302


@pytest.mark.parametrize("value", ["<script>", "x" * 500, "\x00", "٣", "3.0", "-1"])
def test_hostile_values_are_answered(value):
    for path in PAGES:
        for name in QUESTION:
            response = Client().get(path, QUESTION | {name: value})
            assert response.status_code in {200, 302}
            assert b"<script>alert" not in response.content


def test_the_calendar_is_valid_and_holds_every_date_to_come():
    birth = BirthMonth(2026, 11)
    content, events = read_events(birth)
    assert len(events) == sum(
        date.last >= TODAY - dt.timedelta(days=31) for date in list_child_dates(birth, "05")
    )
    assert all(line.endswith(b"\r") for line in content.split(b"\n")[:-1])
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    for event in events.values():
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)
        assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(days=1)
        assert str(event["CLASS"]) == "PRIVATE"
    assert events["In der Grundschule anmelden"]["DTSTART"].dt == dt.date(
        2032, 11, 15
    )  # born after 30 September
    assert events["U6"]["DTSTART"].dt == dt.date(2027, 8, 1)


def test_a_calendar_that_is_fetched_again_keeps_its_entries():
    first, again = (read_events(BirthMonth(2026, 11), TODAY + dt.timedelta(days=days))[0] for days in (0, 1))
    assert first == again
    uids = {str(event["UID"]) for event in icalendar.Calendar.from_ical(first).events}
    other = {
        str(event["UID"])
        for event in icalendar.Calendar.from_ical(read_events(BirthMonth(2026, 10))[0]).events
    }
    assert len(uids) == len(icalendar.Calendar.from_ical(first).events)
    assert not uids & other


def test_the_calendar_is_served_as_one():
    response = Client().get("/mein-kind/kalender.ics", QUESTION)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("lead", "title", "doubt"),
    [
        ("", "U10", "Ohne Gewähr; bitte fragen Sie nach."),
        ("/ls", "In der Grund-Schule anmelden", "Das kann anders sein."),
        ("/tr", "İlkokula kayıt", "Garanti edilmez"),
        ("/ar", "التسجيل في المدرسة الابتدائية", "دون ضمان"),
        ("/uk", "Записатися до початкової школи", "Без гарантії"),
    ],
)
def test_dates_are_in_the_language_of_the_page_and_doubts_are_said(lead, title, doubt):
    page = Client().get(f"{lead}/mein-kind/", QUESTION).content.decode()
    assert title in page
    assert doubt in page


def test_a_date_that_a_law_confirms_has_no_doubt():
    lines = {date.code: date for phase in make_page(BirthMonth(2025, 3)).phases for date in phase.dates}
    assert lines["U10"].doubt
    assert not lines["U8"].doubt
    assert not lines["ganztag"].doubt
