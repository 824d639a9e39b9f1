"""Areas by AGS prefix: what covers what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.accounts.areas import check_area, is_area_covered, is_covered, is_touching, normalise_area

AGS = st.from_regex(r"\A0[1-9][0-9]{6}\Z")


@given(AGS, st.integers(1, 8))
def test_every_prefix_covers_its_municipality(ags, digits):
    assert is_covered(ags, [ags[:digits]])


@given(AGS, AGS)
def test_a_municipality_never_covers_another_nor_its_district(ags, other):
    assert is_covered(other, [ags]) == (ags == other)
    assert not is_covered(ags[:5], [ags])


def test_nothing_covers_the_empty_area():
    assert not is_covered("", ["05766"])
    assert not is_covered("05766044", [""])
    assert not is_area_covered("", ["05766"])
    assert not is_touching("", ["05766"])


def test_every_part_of_an_area_has_to_be_covered():
    assert is_area_covered("05766044 05766052", ["05766"])
    assert not is_area_covered("05766044 05770004", ["05766"])


def test_a_municipality_touches_its_district_but_not_the_next():
    assert is_touching("05766", ["05766044"])
    assert is_touching("05766044", ["05766"])
    assert not is_touching("05770", ["05766044"])


def test_areas_are_stored_sorted_without_doubles():
    assert normalise_area("youth_office", "05766052, 05766044 05766052") == "05766044 05766052"
    assert normalise_area("youth_office", ["05766052", "05766044"]) == "05766044 05766052"


@pytest.mark.parametrize(
    ("role", "area", "expected"),
    [
        ("district", "5766", "Erwartet: 3 oder 5 Ziffern mit führender Null"),
        ("municipality", "05766", "Erwartet: 8 Ziffern"),
        ("state", "", "Das Gebiet fehlt"),
        ("reader", "٠٥٧٦٦", "ist kein Gebiet"),
        ("provider", "Familienbünde Lemgo", "kein Schlüssel einer Organisation"),
        ("seat", "a b", "kein Schlüssel einer Organisation"),
        ("king", "05766", "gibt es nicht"),
    ],
)
def test_a_wrong_area_is_told_with_what_was_expected(role, area, expected):
    assert expected in " ".join(check_area(role, area))


@pytest.mark.parametrize(
    ("role", "area"),
    [
        ("state", "05"),
        ("district", "05766"),
        ("youth_office", "05766044 05766052"),
        ("provider", "awo-lippe"),
    ],
)
def test_a_right_area_passes(role, area):
    assert check_area(role, area) == []
