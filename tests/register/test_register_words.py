"""Ages as people say them, folding of text, lists of codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.register.search_text import fold_text
from kekiz.register.wording import describe_ages


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ((6, 36), "6 Monate bis 3 Jahre"),
        ((-9, 12), "vor der Geburt bis 1 Jahr"),
        ((-9, 0), "in der Schwangerschaft"),
        ((0, 12), "Geburt bis 1 Jahr"),
        ((0, 3), "Geburt bis 3 Monate"),
        ((6, 10), "6 bis 10 Monate"),
        ((1, 6), "1 Monat bis 6 Monate"),
        ((12, 36), "1 Jahr bis 3 Jahre"),
        ((72, 120), "6 bis 10 Jahre"),
        ((30, 72), "2½ bis 6 Jahre"),
        ((18, 36), "1½ bis 3 Jahre"),
        ((40, 72), "3 Jahre und 4 Monate bis 6 Jahre"),
        ((192, 324), "16 bis 27 Jahre"),
    ],
)
def test_ages_as_people_say_them(months, words):
    assert describe_ages(*months) == words


@given(st.integers(-9, 323), st.integers(1, 333))
def test_every_age_range_has_words_without_minus(start, length):
    words = describe_ages(start, min(start + length, 324))
    assert words
    assert "-" not in words
    assert "None" not in words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Mütter-Café", "muetter cafe"),
        ("Straße", "strasse"),
        ("A\u0308rzte", "aerzte"),
        ("  32657  Lemgo ", "32657 lemgo"),
        ("½ – 7 €", "1 2 7"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold_text(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold_text(fold_text(text)) == fold_text(text)
