"""Is an offer open at a moment? Yes, no, or nobody knows: unknown hours are not "closed".

Read as families read the lines of the page: times of several rules add up; a rule that says "closed" wins,
and so does a rule for holidays on a holiday. On a public holiday that no rule names, nobody knows; a single
date names its day, holiday or not.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from functools import lru_cache

from kekiz.register.calendar_days import CalendarDay, describe_day
from kekiz.register.opening_hours import MONTHS, Rule, read_hours

_MINUTES_PER_DAY = 24 * 60


class Opened(enum.Enum):
    """The three answers."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Moment:
    """A moment in local time, and the days it may belong to: hours can reach past midnight."""

    minute: int  # since midnight
    today: CalendarDay
    yesterday: CalendarDay


def build_moment(local: dt.datetime, state: str) -> Moment:
    """The moment of a local time in a state (official key, "05" for NRW)."""
    today = local.date()
    return Moment(
        local.hour * 60 + local.minute,
        describe_day(today, state),
        describe_day(today - dt.timedelta(days=1), state),
    )


@lru_cache(maxsize=8192)
def judge_opened(notation: str, moment: Moment) -> Opened:
    """Is an offer with these hours open at the moment?"""
    rules = _read(notation)
    if not rules:
        return Opened.UNKNOWN
    today = _judge_day(rules, moment.today, moment.minute)
    if today is Opened.YES:
        return today
    late = _judge_day(rules, moment.yesterday, moment.minute + _MINUTES_PER_DAY)
    return late if late is Opened.YES else today


@lru_cache(maxsize=8192)
def _read(notation: str) -> tuple[Rule, ...]:
    return tuple(read_hours(notation) or ())


def _judge_day(rules: tuple[Rule, ...], day: CalendarDay, minute: int) -> Opened:
    """The answer of one day's rules; ``minute`` counts from that day's midnight and may pass 24 hours."""
    answers = [(rule, _applies(rule, day)) for rule in rules]
    holiday = [rule for rule, applies in answers if applies and _is_for_holiday(rule, day)]
    if holiday:
        return _judge_rules(holiday, minute)
    dated = [rule for rule, applies in answers if applies and _names_date(rule, day.date)]
    if dated and day.is_public_holiday is not False:
        return _judge_rules(dated, minute)
    usual = [rule for rule, applies in answers if applies]
    if usual and day.is_public_holiday is not False:
        return Opened.UNKNOWN
    if usual:
        return _judge_rules(usual, minute)
    return Opened.UNKNOWN if any(applies is None for _, applies in answers) else Opened.NO


def _is_for_holiday(rule: Rule, day: CalendarDay) -> bool:
    """The rule names a holiday that this day is."""
    return any(_is_holiday(code, day) for code in (*rule.holidays, rule.within) if code)


def _names_date(rule: Rule, date: dt.date) -> bool:
    """The rule names this very day, not a stretch it lies in."""
    return (date, date) in rule.dates


def _judge_rules(rules: list[Rule], minute: int) -> Opened:
    if any(rule.is_closed for rule in rules):
        return Opened.NO
    is_unknown = False
    for rule in rules:
        for start, end in rule.spans:
            opens = _count_minutes(start)
            closes = _count_minutes(end) if end else opens
            if end and closes <= opens:
                closes += _MINUTES_PER_DAY
            if opens <= minute < closes:
                return Opened.YES
            # "from 15:00" has no end: afterwards nobody knows.
            is_unknown |= not end and opens <= minute < _MINUTES_PER_DAY
        is_unknown |= not rule.spans  # words only, such as "by appointment"
    return Opened.UNKNOWN if is_unknown else Opened.NO


def _count_minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _applies(rule: Rule, day: CalendarDay) -> bool | None:
    """Does the rule speak of this day? None where that depends on a holiday nobody knows."""
    if not (_is_in_dates(rule, day.date) and _is_in_month(rule, day.date) and _is_in_week(rule, day.date)):
        return False
    if rule.within:
        return _both(_is_holiday(rule.within, day), _is_weekday(rule, day.date))
    if rule.holidays:
        named = [_is_holiday(code, day) for code in rule.holidays]
        if True in named:
            return True
        # "Mo-Fr,PH": the weekdays count beside the holidays.
        if rule.weekdays and _is_weekday(rule, day.date):
            return True
        return None if None in named else False
    return _is_weekday(rule, day.date)


def _both(first: bool | None, second: bool) -> bool | None:
    return first if second else False


def _is_holiday(code: str, day: CalendarDay) -> bool | None:
    return day.is_public_holiday if code == "PH" else day.is_school_holiday


def _is_weekday(rule: Rule, date: dt.date) -> bool:
    if not rule.weekdays:
        return not rule.nth
    if date.weekday() not in rule.weekdays:
        return False
    if not rule.nth:
        return True
    from_start = (date.day - 1) // 7 + 1
    days_left = ((date.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - date).days - 1
    return from_start in rule.nth or -(days_left // 7 + 1) in rule.nth


def _is_in_dates(rule: Rule, date: dt.date) -> bool:
    return not rule.dates or any(first <= date <= last for first, last in rule.dates)


def _is_in_month(rule: Rule, date: dt.date) -> bool:
    return not rule.months or any(_covers(item, date.month) for item in rule.months.split(","))


def _covers(item: str, month: int) -> bool:
    first, _, last = item.partition("-")
    start = MONTHS.index(first) + 1
    end = MONTHS.index(last) + 1 if last else start
    return start <= month <= end if start <= end else month >= start or month <= end


def _is_in_week(rule: Rule, date: dt.date) -> bool:
    return not rule.week or date.isocalendar().week % 2 == int(rule.week) % 2
