"""Dates in the life of a child from the month of birth alone."""

import csv
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.evidence.child_dates import (
    KINDS,
    BirthMonth,
    find_school_year,
    list_child_dates,
    read_birth_month,
    read_facts,
)

NRW = "05"
BIRTHS = st.builds(BirthMonth, st.integers(2005, 2030), st.integers(1, 12))
TODAY = dt.date(2026, 11, 25)


def find(birth: BirthMonth, code: str):
    return next(date for date in list_child_dates(birth, NRW) if date.code == code)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, the last of the month where there is none (BGB § 188)."""
    month = BirthMonth(day.year, day.month).plus(months)
    return month.first_day.replace(day=min(day.day, month.last_day.day))


def test_the_cut_off_of_nrw_decides_the_year_of_school():
    assert find_school_year(BirthMonth(2020, 9), NRW) == 2026
    assert find_school_year(BirthMonth(2020, 10), NRW) == 2027
    assert find_school_year(BirthMonth(2020, 9), "09") is None  # Bavaria has another rule: not guessed
    assert find(BirthMonth(2020, 9), "schule_anmelden").last == dt.date(2025, 11, 15)
    assert find(BirthMonth(2020, 10), "schule_anmelden").last == dt.date(2026, 11, 15)


@given(BIRTHS)
def test_the_cut_off_holds_for_every_day_of_the_month(birth):
    """Whoever is six at the beginning of 30 September goes to school that year, whatever the day of birth."""
    year = find_school_year(birth, NRW)
    for day in (birth.first_day, birth.last_day):
        is_six = {y: add_months(day, 72) <= dt.date(y, 9, 30) for y in (year - 1, year)}
        assert is_six == {year - 1: False, year: True}


@given(BIRTHS)
def test_the_end_of_a_window_of_months_is_safe_for_every_child_of_the_month(birth):
    for fact in read_facts().entries:
        if fact.to_months is None or fact.to_months <= 0:
            continue
        date = find(birth, fact.code)
        for day in (birth.first_day, birth.last_day):
            assert date.last < add_months(day, fact.to_months)
        assert date.first <= add_months(birth.first_day, fact.from_months)


@given(BIRTHS, st.sampled_from([NRW, "09", ""]))
def test_dates_are_in_order_and_complete(birth, state):
    dates = list_child_dates(birth, state)
    assert [date.first for date in dates] == sorted(date.first for date in dates)
    assert all(date.first <= date.last and date.source and date.kind in KINDS for date in dates)
    assert len({date.code for date in dates}) == len(dates)
    checks = {date.code for date in dates if date.kind == "check"}
    assert checks == {"U1", "U2", "U3", "U4", "U5", "U6", "U7", "U7a", "U8", "U9", "U10", "U11", "J1", "J2"}


def test_health_checks_are_those_of_the_open_table(data_folder):
    """The months of the windows compared with the public table, where it is at hand."""
    with (data_folder / "calendar" / "child_health_checks_u1_j2.csv").open(encoding="utf-8") as file:
        table = {row["code"]: row for row in csv.DictReader(file)}
    facts = {fact.code: fact for fact in read_facts().entries}
    for code, row in table.items():
        start, end = int(row["target_from"]), int(row["target_to"])
        if row["unit"] == "Lebensmonat":
            assert (facts[code].from_months, facts[code].to_months) == (start - 1, end), code
        if code in {"U10", "U11", "J2"}:
            assert (facts[code].from_months, facts[code].to_months) == (12 * start, 12 * (end + 1)), code
    assert (facts["U2"].from_days, facts["U2"].to_days) == (2, 9)
    assert (facts["U3"].from_days, facts["U3"].to_days) == (21, 34)
    assert (facts["J1"].from_months, facts["J1"].to_months) == (12 * 13, 12 * 14)


@pytest.mark.parametrize(
    "text", ["", "2025", "2025-13", "2025-0", "25-03", "2025-03-14", "2030-01", "1990-01", "٢٠٢٥-٠٣"]
)
def test_what_is_no_month_of_birth_is_refused(text):
    assert read_birth_month(text, TODAY) is None


def test_a_due_month_may_lie_ahead():
    assert read_birth_month("2027-08", TODAY) == BirthMonth(2027, 8)
    assert str(BirthMonth(2027, 8).plus(6)) == "2028-02"


def test_every_fact_names_a_paragraph_or_a_directive_or_is_marked_as_unsure():
    for fact in read_facts().entries:
        is_named = "§" in fact.source or "Richtlinie des Gemeinsamen Bundesausschusses" in fact.source
        assert is_named or fact.is_unsure, fact.code
        assert fact.is_unsure or "Annahme" not in fact.source, fact.code
    assert {fact.code for fact in read_facts().entries if fact.is_extra} == {"U10", "U11", "J2"}
    assert all(fact.is_unsure for fact in read_facts().entries if fact.is_extra)


@pytest.mark.parametrize(("birth", "is_there"), [((2019, 9), False), ((2019, 10), True), ((2020, 9), True)])
def test_the_right_to_all_day_care_begins_with_the_children_of_summer_2026(birth, is_there):
    """SGB VIII § 24 (4): whoever starts school on 1 August 2026 or later."""
    codes = {date.code for date in list_child_dates(BirthMonth(*birth), NRW)}
    assert ("ganztag" in codes) == is_there


@pytest.mark.parametrize("state", ["09", ""])
def test_where_the_year_of_school_is_not_known_nothing_is_promised(state):
    assert "ganztag" not in {date.code for date in list_child_dates(BirthMonth(2022, 1), state)}


@pytest.mark.parametrize(
    ("code", "late"),
    [
        ("U2", "14. Lebenstag"), ("U3", "3. bis zur 8. Lebenswoche"), ("U4", "2. Monat bis zur Mitte des 5."),
        ("U5", "5. bis zum 8."), ("U6", "9. bis zum 14."), ("U7", "20. bis zum 27."),
        ("U7a", "33. bis zum 38."), ("U8", "43. bis zum 50."), ("U9", "58. bis zum 66."),
        ("J1", "12 bis 14 Jahren"),
    ],
)  # fmt: skip
def test_the_tolerance_of_each_check_is_that_of_the_directive(code, late):
    """Kinder-Richtlinie, tolerance limits; J1 from a year before to a year after."""
    assert late in find(BirthMonth(2026, 3), code).late
