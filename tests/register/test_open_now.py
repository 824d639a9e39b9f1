"""Open now? Yes, no, or nobody knows."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.register.calendar_days import CalendarDay, describe_day
from kekiz.register.open_now import Moment, Opened, build_moment, judge_opened

NRW = "05"
YES, NO, UNKNOWN = Opened.YES, Opened.NO, Opened.UNKNOWN
MONDAY, TUESDAY, SATURDAY = "2026-11-23", "2026-11-24", "2026-11-28"
CORPUS_CHRISTI = "2026-06-04"  # a Thursday, public holiday in NRW, not in Lower Saxony
SUMMER = "2026-07-29"  # a Wednesday in the school holidays of NRW


def judge(notation: str, day: str, clock: str, state: str = NRW) -> Opened:
    return judge_opened(notation, build_moment(dt.datetime.fromisoformat(f"{day} {clock}"), state))


@pytest.mark.parametrize(
    ("notation", "day", "clock", "answer"),
    [
        ("Mo-Fr 09:00-12:00", MONDAY, "09:00", YES),
        ("Mo-Fr 09:00-12:00", MONDAY, "12:00", NO),
        ("Mo-Fr 09:00-12:00", SATURDAY, "10:00", NO),
        ("Mo-Fr 08:00-11:30; Mo,Tu,Th 15:00-17:30", MONDAY, "09:00", YES),  # both lines are read together
        ("Mo-Fr 08:00-11:30; Mo,Tu,Th 15:00-17:30", MONDAY, "16:00", YES),
        ("Mo-Fr 08:00-11:30; Mo,Tu,Th 15:00-17:30", MONDAY, "13:00", NO),
        ("Mo-Fr 09:00-12:00; PH off", CORPUS_CHRISTI, "10:00", NO),
        ("Mo-Fr 09:00-12:00", CORPUS_CHRISTI, "10:00", UNKNOWN),  # nobody said what holds on a holiday
        ("Sa 09:00-12:00", CORPUS_CHRISTI, "10:00", NO),
        ("Mo-Fr 09:00-12:00; SH off", SUMMER, "10:00", NO),
        ("SH Mo-Fr 09:00-15:00", SUMMER, "10:00", YES),
        ("SH Mo-Fr 09:00-15:00", MONDAY, "10:00", NO),
        ("Mo[1] 14:00-16:00", "2026-11-02", "15:00", YES),
        ("Mo[1] 14:00-16:00", MONDAY, "15:00", NO),
        ("Mo[-1] 14:00-16:00", "2026-11-30", "15:00", YES),
        ("week 2-52/2 Mo 14:00-16:00", MONDAY, "15:00", YES),  # ISO week 48
        ("week 1-53/2 Mo 14:00-16:00", MONDAY, "15:00", NO),
        ("Nov-Feb Mo 14:00-16:00", MONDAY, "15:00", YES),
        ("Apr-Oct Mo 14:00-16:00", MONDAY, "15:00", NO),
        ("Sa 20:00-02:00", "2026-11-29", "01:00", YES),  # past midnight
        ("Mo 15:00+", MONDAY, "16:00", UNKNOWN),
        ("Mo 15:00+", MONDAY, "14:00", NO),
        ("24/7", CORPUS_CHRISTI, "03:00", UNKNOWN),
        ("24/7; PH 00:00-24:00", CORPUS_CHRISTI, "03:00", YES),
        ('"nach Vereinbarung"', MONDAY, "10:00", UNKNOWN),
        ("", MONDAY, "10:00", UNKNOWN),
        ("vormittags", MONDAY, "10:00", UNKNOWN),
    ],
)
def test_one_moment(notation, day, clock, answer):
    assert judge(notation, day, clock) is answer


def test_a_holiday_is_one_where_the_family_lives():
    assert judge("Mo-Fr 09:00-12:00", CORPUS_CHRISTI, "10:00", "03") is YES
    assert describe_day(dt.date(2026, 6, 4), NRW) == CalendarDay(dt.date(2026, 6, 4), True, False)


def test_school_holidays_that_nobody_has_published_are_unknown():
    assert describe_day(dt.date(2060, 7, 29), NRW).is_school_holiday is None
    assert judge("SH Mo-Fr 09:00-15:00", "2060-07-29", "10:00") is UNKNOWN


@given(st.text(max_size=60), st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1)))
def test_any_text_gets_an_answer(notation, moment):
    assert judge_opened(notation, build_moment(moment, NRW)) in Opened


@given(st.integers(0, 23), st.integers(1, 23), st.integers(0, 1439))
def test_plain_hours_are_open_between_their_ends(start, length, minute):
    day = CalendarDay(dt.date(2026, 11, 24), False, False)
    before = CalendarDay(dt.date(2026, 11, 23), False, False)
    end = start + length
    notation = f"Tu {start:02d}:00-{min(end, 24):02d}:00"
    is_open = 60 * start <= minute < 60 * min(end, 24)
    assert (judge_opened(notation, Moment(minute, day, before)) is YES) == is_open
