"""Numbers, shares and dates as people write them."""

from datetime import date, datetime

import pytest

from kekiz.web import words

S = "\u202f"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (12345.6, 0, f"12{S}346"),
        (1234567.891, 1, f"1{S}234{S}567,9"),
        (-4.4, 1, "−4,4"),
        (-0.2, 0, "0"),
        (None, 0, "?"),
        (float("nan"), 0, "?"),
    ],
)
def test_numbers_have_thin_spaces_and_a_decimal_comma(value, decimals, text):
    assert words.write_number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.3, "unter 1"),
        (7.4, "rund 7"),
        (43, "rund 45"),
        (312, "rund 310"),
        (1249, f"rund 1{S}200"),
        (64250, f"rund 64{S}000"),
        (None, "?"),
    ],
)
def test_estimates_are_rounded_and_say_so(value, text):
    assert words.write_estimate(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, f"0{S}%"), (0.58, f"58{S}%"), (0.001, f"unter 1{S}%"), (1, f"100{S}%"), (None, "?")],
)
def test_shares_are_percent(share, text):
    assert words.write_percent(share) == text


def test_dates_and_moments():
    assert words.write_date(date(2026, 3, 3)) == "3. März 2026"
    assert words.write_moment(datetime(2026, 11, 22, 14, 5)) == "22. November 2026, 14:05 Uhr"
    assert words.write_date(None) == "?"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(1, "1 Minute"), (12.4, "12 Minuten"), (60, "1 Stunde"), (125, "2 Stunden 5 Minuten")],
)
def test_minutes(minutes, text):
    assert words.write_minutes(minutes) == text


def test_joined_words():
    assert words.join_words(["a", "b", "c"]) == "a, b und c"
    assert words.join_words(["a"]) == "a"
    assert words.join_words([]) == ""
