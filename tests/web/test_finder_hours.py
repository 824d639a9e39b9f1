"""Opening hours in German."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.register.opening_hours import DAYS, read_hours
from kekiz.web.finder.opening_hours import describe_hours


@pytest.mark.parametrize(
    ("notation", "lines"),
    [
        ("Mo 09:00-11:00", [("Montag", "9 bis 11 Uhr")]),
        ("Mo-Fr 08:00-12:00,14:00-16:30", [("Montag bis Freitag", "8 bis 12 Uhr und 14 bis 16:30 Uhr")]),
        ("Tu,Th 15:30-17:00", [("Dienstag und Donnerstag", "15:30 bis 17 Uhr")]),
        (
            "Mo-Th 08:00-16:00; Fr 08:00-13:00",
            [("Montag bis Donnerstag", "8 bis 16 Uhr"), ("Freitag", "8 bis 13 Uhr")],
        ),
        (
            "Mo 09:00-12:00, We 14:00-16:00",
            [("Montag", "9 bis 12 Uhr"), ("Mittwoch", "14 bis 16 Uhr")],
        ),
        ("Mo[1] 14:00-16:00", [("Jeden ersten Montag im Monat", "14 bis 16 Uhr")]),
        ("Th[1,3] 15:00-17:00", [("Jeden ersten und dritten Donnerstag im Monat", "15 bis 17 Uhr")]),
        ("Fr[-1] 18:00+", [("Jeden letzten Freitag im Monat", "ab 18 Uhr")]),
        (
            "We 09:30-11:00; SH,PH off",
            [("Mittwoch", "9:30 bis 11 Uhr"), ("In den Schulferien und an Feiertagen", "geschlossen")],
        ),
        ("SH Mo-Fr 09:00-15:00", [("In den Schulferien Montag bis Freitag", "9 bis 15 Uhr")]),
        ("24/7", [("Täglich", "rund um die Uhr")]),
        ("Mo-Su 10:00-18:00", [("Täglich", "10 bis 18 Uhr")]),
        ("Apr-Oct Sa 10:00-12:00", [("Samstag (April bis Oktober)", "10 bis 12 Uhr")]),
        ("week 2-52/2 Tu 10:00-11:00", [("Dienstag in geraden Kalenderwochen", "10 bis 11 Uhr")]),
        ("Sa-Mo 20:00-26:00", [("Samstag, Sonntag und Montag", "20 bis 2 Uhr")]),
        ('"nach Vereinbarung"', [("", "nach Vereinbarung")]),
        ('Mo 09:00-10:00 "nicht im August"', [("Montag", "9 bis 10 Uhr (nicht im August)")]),
    ],
)  # fmt: skip
def test_common_forms_become_german(notation, lines):
    assert [(line.days, line.times) for line in describe_hours(notation)] == lines


@pytest.mark.parametrize(
    "notation",
    ["", "nach Absprache", "Mo", "Mo 9-11", "Mo-Fr 09:00-12:00; sunrise-sunset", "Mo 25:00-26:00", ";;;"],
)
def test_what_is_not_understood_is_not_guessed(notation):
    assert read_hours(notation) is None
    assert describe_hours(notation) == []


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_without_a_fault(notation):
    describe_hours(notation)


clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))


@given(st.lists(st.sampled_from(DAYS), min_size=1, unique=True), clocks, clocks)
def test_days_and_times_survive(days, start, end):
    (rule,) = read_hours(f"{','.join(days)} {start}-{end}")
    assert [DAYS[day] for day in rule.weekdays] == days
    assert rule.spans == ((start, end),)
