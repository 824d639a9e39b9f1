"""The regular hours of an offer as a calendar."""

import datetime as dt
from typing import Any

import icalendar
import pytest
from dateutil.rrule import rrulestr
from django.test import Client
from tests.web.finder_region import keep_stored, load_finder_region

from kekiz.register.open_now import Opened, build_moment, judge_opened
from kekiz.register.queries import offers_for_family
from kekiz.web.family.offer_calendar import list_regular_rules, write_offer_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lippe")]
TODAY = dt.date(2026, 11, 25)


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories."""
    with keep_stored(django_db_blocker, load_finder_region):
        yield


def describe(hours: str, until: str | None = None) -> dict[str, Any]:
    site = {"name": "Treff", "street": "Weg 1", "town": "Lemgo", "ags": "05766044"}
    return {"key": "treff", "title": "Treff", "summary": "", "opening_hours": hours, "until": until,
            "phone": "", "email": "", "sites": [site]}  # fmt: skip


def expand(content: bytes) -> set[dt.datetime]:
    """Every beginning in local time, by another library."""
    found: set[dt.datetime] = set()
    for event in icalendar.Calendar.from_ical(content).events:
        series = rrulestr(event["RRULE"].to_ical().decode(), dtstart=event["DTSTART"].dt)
        found |= {moment.replace(tzinfo=None) for moment in series}
        exdates = event.get("EXDATE")
        found -= {one.dt.replace(tzinfo=None) for one in exdates.dts} if exdates else set()
    return found


@pytest.mark.parametrize(
    "hours", ["Mo-Fr 09:00-12:00", "Tu 14:00-16:00, 17:00-18:00", "Mo[1] 14:00-16:00", "We[-1] 09:30-11:00"]
)
def test_the_series_is_what_the_finder_calls_open(hours):
    begins = expand(write_offer_calendar(describe(hours), today=TODAY, page_url="https://kekiz.example/"))
    assert begins
    opened = {
        moment
        for day in range(1, 366)
        for minutes in range(0, 1440, 30)
        if (moment := dt.datetime(2026, 11, 25) + dt.timedelta(days=day, minutes=minutes))
        and judge_opened(hours, build_moment(moment, "05")) is Opened.YES
    }
    assert all(moment in opened for moment in begins if moment.date() > TODAY)
    assert {moment.date() for moment in begins if moment.date() > TODAY} == {
        moment.date() for moment in opened
    }


def test_an_offer_that_ends_has_no_later_dates():
    content = write_offer_calendar(
        describe("Mo 09:00-10:00", "2026-12-31"), today=TODAY, page_url="https://kekiz.example/"
    )
    assert max(expand(content)).date() == dt.date(2026, 12, 28)


@pytest.mark.parametrize(
    "hours", ["", "PH off", "SH Mo 09:00-12:00", "24/7", "Mo 15:00+", "Apr-Oct Mo 09:00-10:00"]
)
def test_what_a_calendar_cannot_say_stays_on_the_page(hours):
    assert list_regular_rules(hours) == []


def test_families_find_the_calendar_on_the_page_of_the_offer():
    offer = next(one for one in offers_for_family() if list_regular_rules(one.content["opening_hours"]))
    path = f"/angebot/{offer.key}/termine.ics"
    assert path in Client().get(f"/angebot/{offer.key}/").content.decode()
    response = Client().get(path)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"BEGIN:VTIMEZONE" in response.content
