"""Single dates of an offer from the provider's form to the page, the calendar and the link of a reminder."""

import datetime as dt

import icalendar
import pytest
from django.utils.translation import override

from kekiz.web.assure.hours import store_hours, write_hours
from kekiz.web.family.offer_calendar import write_offer_calendar
from kekiz.web.finder.opening_hours import are_dates_over, describe_hours
from kekiz.web.provider.hours import read_dates, split_notation, write_notation

COURSE = "2026 Mar 14,2026 Mar 21,2026 Mar 28 10:00-12:00"
CAMP = "2026 Jul 06-2026 Jul 17 Mo-Fr 08:00-16:00"


def list_lines(notation: str, today: dt.date | None = None) -> list[tuple[str, str]]:
    return [(line.days, line.times) for line in describe_hours(notation, today)]


def test_each_date_has_a_line_with_its_weekday():
    assert list_lines(COURSE) == [
        ("Samstag, 14. März 2026", "10 bis 12 Uhr"),
        ("Samstag, 21. März 2026", "10 bis 12 Uhr"),
        ("Samstag, 28. März 2026", "10 bis 12 Uhr"),
    ]
    assert list_lines("2026 Mar 12 18:00-20:00") == [("Donnerstag, 12. März 2026", "18 bis 20 Uhr")]
    assert list_lines(CAMP) == [
        ("6. Juli 2026 bis 17. Juli 2026 (Montag bis Freitag)", "8 bis 16 Uhr"),
    ]


def test_dates_that_are_over_are_left_out():
    assert [days for days, _times in list_lines(COURSE, dt.date(2026, 3, 21))] == [
        "Samstag, 21. März 2026",
        "Samstag, 28. März 2026",
    ]
    assert not are_dates_over(COURSE, dt.date(2026, 3, 28))
    assert are_dates_over(COURSE, dt.date(2026, 3, 29))
    assert list_lines(COURSE, dt.date(2026, 3, 29)) == []
    assert not are_dates_over(f"{COURSE}; Mo 09:00-10:00", dt.date(2026, 3, 29))


@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("en", "Saturday, 14 March 2026"),
        ("tr", "Cumartesi, 14 Mart 2026"),
        ("ar", "السبت، 14 مارس 2026"),
        ("uk", "Субота, 14 березня 2026"),
        ("ru", "Суббота, 14 марта 2026"),
        ("ls", "Samstag, 14. März 2026"),
    ],
)
def test_the_line_is_in_the_language_of_the_page(code, days):
    with override(code):
        assert describe_hours(COURSE)[0].days == days


def describe(hours: str, until: str | None = None) -> dict:
    site = {"name": "Treff", "street": "Weg 1", "town": "Lemgo", "ags": "05766044"}
    return {"key": "kurs", "title": "Kurs", "summary": "", "opening_hours": hours, "until": until,
            "phone": "", "email": "", "sites": [site]}  # fmt: skip


def list_events(hours: str, today: dt.date, until: str | None = None) -> list:
    content = write_offer_calendar(describe(hours, until), today=today, page_url="https://kekiz.example/")
    return icalendar.Calendar.from_ical(content).events


def test_the_calendar_has_an_entry_for_each_date_to_come():
    events = list_events(COURSE, dt.date(2026, 3, 15))
    assert [(event["DTSTART"].dt.isoformat(), event["DTEND"].dt.hour) for event in events] == [
        ("2026-03-21T10:00:00+01:00", 12),
        ("2026-03-28T10:00:00+01:00", 12),
    ]
    assert len({event["UID"] for event in events}) == 2
    assert all("RRULE" not in event and "Feiertag" not in event["DESCRIPTION"] for event in events)
    assert [event["UID"] for event in list_events(COURSE, dt.date(2026, 3, 22))] == [events[1]["UID"]]
    assert list_events(COURSE, dt.date(2026, 4, 1)) == []
    assert len(list_events(COURSE, dt.date(2026, 3, 1), until="2026-03-21")) == 2


def test_the_calendar_of_a_stretch_has_its_weekdays():
    events = list_events(CAMP, dt.date(2026, 7, 1))
    assert len(events) == 10
    assert {event["DTSTART"].dt.weekday() for event in events} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("14.3.2026 und 21.3.2026, 10–12 Uhr", ["2026 Mar 14,2026 Mar 21 10:00-12:00"]),
        ("Sa 14.3.2026, 10-12 Uhr\nDo 19.3.2026 18-20 Uhr",
         ["2026 Mar 14 10:00-12:00", "2026 Mar 19 18:00-20:00"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_provider_types_dates_line_by_line(typed, parts):
    assert read_dates(typed) == parts


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("14.3., 10-12 Uhr", "Bitte nennen Sie das Jahr"),
        ("14.3.2026", "kein Termin mit Uhrzeit"),
        ("Mo 9-12", "kein Termin mit Uhrzeit"),
        ("Fr 14.3.2026, 10-12 Uhr", "ist ein anderer Wochentag"),
        ("bald", "kein Termin mit Uhrzeit"),
    ],
)
def test_what_is_no_date_is_explained(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_dates(typed)


@pytest.mark.parametrize(
    "notation", [COURSE, CAMP, f'Mo 09:00-11:00; {COURSE}; 2026 Apr 02 18:00+; "nach Vereinbarung"']
)
def test_the_form_shows_what_is_stored_and_stores_the_same(notation):
    fields = split_notation(notation)
    assert fields is not None
    spans = [["09:00-11:00"] if fields["hours_mo"] else [], *[[] for _ in range(6)]]
    assert write_notation(spans, fields["hours_note"], read_dates(fields["hours_dates"])) == notation


def test_the_short_form_behind_a_link_speaks_german_dates():
    assert write_hours(COURSE) == "14.03.2026,21.03.2026,28.03.2026 10:00-12:00"
    assert store_hours(write_hours(COURSE)) == COURSE
    assert store_hours("Sa 14.3.2026, 10–12 Uhr") == "2026 Mar 14 10:00-12:00"
    assert store_hours("14.3., 10-12 Uhr") == "14.3., 10-12 Uhr", "which year, the review asks"
