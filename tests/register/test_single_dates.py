"""Single dates in opening hours: written by people, stored, judged, given on."""

import datetime as dt

import opening_hours
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.register.hsds.identity import Identity
from kekiz.register.hsds.schedules import describe_schedules
from kekiz.register.imports.hsds import write_schedules
from kekiz.register.imports.values import read_hours as read_written
from kekiz.register.open_now import Opened, build_moment, judge_opened
from kekiz.register.opening_hours import (
    LONGEST_STRETCH_DAYS,
    find_last_date,
    list_rule_dates,
    read_hours,
    write_date_item,
)

TODAY = dt.date(2026, 1, 20)
YES, NO, UNKNOWN = Opened.YES, Opened.NO, Opened.UNKNOWN


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("12.3., 19.3. und 26.3.2026, 18-20 Uhr", "2026 Mar 12,2026 Mar 19,2026 Mar 26 18:00-20:00"),
        ("am 12. März 2026 18–20 Uhr", "2026 Mar 12 18:00-20:00"),
        (
            "Sa 14.3.2026 10-12 Uhr; Sa 21.3.2026 10-13 Uhr",
            "2026 Mar 14 10:00-12:00; 2026 Mar 21 10:00-13:00",
        ),
        ("Samstag, 14. März 2026, 10 bis 12 Uhr", "2026 Mar 14 10:00-12:00"),
        ("10.00-12.00 Uhr am 14.03.26", "2026 Mar 14 10:00-12:00"),
        ("6.-17.7.2026 Mo-Fr 8-16 Uhr", "2026 Jul 06-2026 Jul 17 Mo-Fr 08:00-16:00"),
        ("06.07.2026 bis 17.07.2026, 8.00-16.00 Uhr", "2026 Jul 06-2026 Jul 17 08:00-16:00"),
        ("2026-03-12 18:00-20:00", "2026 Mar 12 18:00-20:00"),
        ("Mo-Fr 9-12 Uhr, 24.12.2026 geschlossen", "Mo-Fr 09:00-12:00; 2026 Dec 24 off"),
        ("12.12., 9.1. und 16.1.2027 9-10 Uhr", "2026 Dec 12,2027 Jan 09,2027 Jan 16 09:00-10:00"),
    ],
)
def test_dates_as_people_write_them(written, stored):
    reading = read_written(written, today=TODAY)
    assert (reading.value, reading.assumed, reading.missed) == (stored, (), ())
    assert read_written(stored).value == stored, "what is stored reads back to itself"


@pytest.mark.parametrize(
    ("today", "stored"),
    [
        (dt.date(2026, 1, 20), "2026 Mar 14,2026 Mar 21 10:00-12:00"),
        (dt.date(2026, 3, 14), "2026 Mar 14,2026 Mar 21 10:00-12:00"),
        (dt.date(2026, 11, 26), "2027 Mar 14,2027 Mar 21 10:00-12:00"),
    ],
)
def test_a_year_that_nobody_wrote_is_told_as_assumed(today, stored):
    reading = read_written("14.3. und 21.3., 10-12 Uhr", today=today)
    assert reading.value == stored
    assert "Das Jahr steht nicht da, angenommen ist 14.03." in reading.assumed[0]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Fr 14.3.2026 10-12 Uhr", "Der 14.03.2026 ist ein anderer Wochentag."),
        ("30.2.2026 10-12 Uhr", "Einen der Tage gibt es nicht"),
        ("17.7.2026 bis 6.7.2026, 8-16 Uhr", "das Ende liegt vor dem Anfang"),
        ("1.1.2026 bis 1.6.2028, 8-16 Uhr", "länger als ein Jahr"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_its_reason(written, why):
    reading = read_written(written, today=TODAY)
    assert reading.value is None
    assert why in reading.missed[0]


@pytest.mark.parametrize(
    ("day", "clock", "answer"),
    [
        ("2026-03-12", "18:00", YES),
        ("2026-03-12", "20:00", NO),
        ("2026-03-19", "18:30", NO),
        ("2027-03-12", "18:30", NO),
        ("2026-06-04", "18:30", YES),  # Corpus Christi: a date says its day, holiday or not
    ],
)
def test_open_now_on_a_single_date(day, clock, answer):
    hours = "2026 Mar 12,2026 Jun 04 18:00-20:00"
    assert judge_opened(hours, build_moment(dt.datetime.fromisoformat(f"{day} {clock}"), "05")) is answer


@pytest.mark.parametrize(
    ("hours", "moment", "answer"),
    [
        ("Mo-Fr 09:00-12:00; 2026 Mar 12 off", "2026-03-12 10:00", NO),
        ("Mo-Fr 09:00-12:00; 2026 Mar 12 off", "2026-03-13 10:00", YES),
        ("2026 Mar 12 18:00-02:00", "2026-03-13 01:00", YES),
        ("2026 Jul 06-2026 Jul 17 Mo-Fr 08:00-16:00", "2026-07-10 10:00", YES),
        ("2026 Jul 06-2026 Jul 17 Mo-Fr 08:00-16:00", "2026-07-11 10:00", NO),
        ("2026 Jul 06-2026 Jul 17 Mo-Fr 08:00-16:00", "2026-07-20 10:00", NO),
        ("2026 Jun 01-2026 Jun 12 08:00-16:00", "2026-06-04 10:00", UNKNOWN),  # a stretch names no holiday
    ],
)
def test_open_now_with_dates_beside_weekdays(hours, moment, answer):
    assert judge_opened(hours, build_moment(dt.datetime.fromisoformat(moment), "05")) is answer


@pytest.mark.parametrize(
    "notation",
    [
        "2026 Feb 30 10:00-12:00",
        "2026 Mar 12",
        "Mar 12 10:00-12:00",  # every year? nobody said so
        "2026 Jul 17-2026 Jul 06 10:00-12:00",
        "2026 Jan 01-2028 Jan 01 10:00-12:00",
    ],
)
def test_what_is_no_date_is_not_guessed(notation):
    assert read_hours(notation) is None


def test_dates_of_two_times_stay_apart():
    for notation in (
        "2026 Mar 12 18:00-20:00, 2026 Mar 19 17:00-19:00",
        "2026 Mar 12 18:00-20:00; 2026 Mar 19 17:00-19:00",
    ):
        assert [(rule.dates[0][0].day, rule.spans) for rule in read_hours(notation)] == [
            (12, (("18:00", "20:00"),)),
            (19, (("17:00", "19:00"),)),
        ]


def test_the_last_date_is_known_only_where_nothing_comes_back():
    assert find_last_date(read_hours("2026 Mar 12,2026 Mar 19 18:00-20:00")) == dt.date(2026, 3, 19)
    assert find_last_date(read_hours("2026 Jul 06-2026 Jul 17 08:00-16:00; PH off")) == dt.date(2026, 7, 17)
    assert find_last_date(read_hours("Mo 09:00-10:00; 2026 Mar 12 18:00-20:00")) is None
    assert find_last_date([]) is None


days = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


@given(st.lists(days, min_size=1, max_size=8, unique=True))
def test_any_dates_are_written_valid_and_read_back(dates):
    notation = f"{','.join(map(write_date_item, dates))} 10:00-12:00"
    assert opening_hours.validate(notation)
    (rule,) = read_hours(notation)
    assert list_rule_dates(rule) == sorted(dates)
    german = f"{', '.join(f'{day:%d.%m.%Y}' for day in dates)}, 10-12 Uhr"
    assert read_written(german).value == notation


@given(days, st.integers(1, LONGEST_STRETCH_DAYS))
def test_any_stretch_is_written_valid_and_read_back(first, length):
    last = first + dt.timedelta(days=length)
    notation = f"{write_date_item(first, last)} 10:00-12:00"
    assert opening_hours.validate(notation)
    assert read_hours(notation)[0].dates == ((first, last),)
    assert read_written(f"{first:%d.%m.%Y}-{last:%d.%m.%Y} 10-12 Uhr").value == notation


def test_hsds_says_a_date_as_a_rule_that_happens_once():
    schedules = describe_schedules("2026 Mar 14,2026 Mar 21 10:00-12:00", Identity("05766"), "s")
    assert [{key: one[key] for key in one if key not in {"id", "service_id"}} for one in schedules] == [
        {
            "dtstart": day,
            "freq": "WEEKLY",
            "byday": "SA",
            "count": 1,
            "opens_at": "10:00",
            "closes_at": "12:00",
        }
        for day in ("2026-03-14", "2026-03-21")
    ]
    assert len({one["id"] for one in schedules}) == 2


@pytest.mark.parametrize(
    "notation",
    [
        "2026 Mar 14,2026 Mar 21 10:00-12:00",
        "2026 Mar 12 18:00-20:00",
        "2026 Jul 06-2026 Jul 17 Mo-Fr 08:00-16:00",
        "Mo-Fr 09:00-12:00; 2026 Mar 14 10:00-12:00",
    ],
)
def test_schedules_of_another_register_come_back_as_the_same_dates(notation):
    schedules = describe_schedules(notation, Identity("05766"), "s")
    assert spread(read_written(write_schedules(schedules)).value) == spread(notation)


def spread(notation: str) -> set[tuple]:
    """Every weekday or date of a notation with its times."""
    return {
        (what, span)
        for rule in read_hours(notation)
        for what in (list_rule_dates(rule) if rule.dates else rule.weekdays)
        for span in rule.spans
    }
