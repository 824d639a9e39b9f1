"""Readers of cells: cases a planner can check with a pencil, and properties that hold for any text."""

import datetime as dt
import tomllib
from pathlib import Path

import opening_hours
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kekiz.register import facets
from kekiz.register.imports import values
from kekiz.register.imports.values.choices import load_words
from kekiz.register.imports.values.reading import is_nothing
from kekiz.register.wording import describe_ages

CASES = Path(__file__).parent / "cases"
READERS = (
    values.read_ages, values.read_age, values.read_cost, values.read_hours, values.read_phone,
    values.read_email,
    values.read_url, values.read_address, values.read_languages, values.read_yes_no, values.read_barrier_free,
    values.read_access, values.read_mode, values.read_whole_number, values.read_date, values.read_coordinate,
    values.read_position,
)  # fmt: skip
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=80), st.dates(), st.datetimes(),
    st.times(),
    # Texts of the field's own signs reach deeper than any text.
    st.text(alphabet="0123456789.,:;-–+/() JMUÜabisuntrhMoDiFr€@wd", max_size=40),
)  # fmt: skip


def read_cases(name):
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["fall"]


@pytest.mark.parametrize("case", read_cases("alter"), ids=lambda case: case["text"])
def test_ages_as_people_write_them(case):
    ages = values.read_ages(case["text"], is_end_included=case.get("letztes_jahr_zaehlt", False))
    if "von" in case or "bis" in case:
        assert ages.value == values.Ages(case.get("von"), case.get("bis"))
        assert ages.missed == ()
    else:
        assert ages.value is None
        assert ages.missed


@pytest.mark.parametrize("case", read_cases("zeiten"), ids=lambda case: case["text"])
def test_hours_as_people_write_them(case):
    hours = values.read_hours(case["text"])
    assert hours.value == case.get("osm")
    assert bool(hours.missed) == (case.get("bleibt", False) or "osm" not in case)


@pytest.mark.parametrize("case", read_cases("kosten"), ids=lambda case: case["text"])
def test_costs_as_people_write_them(case):
    cost = values.read_cost(case["text"])
    assert (cost.value.code if cost.value else "") == case["art"]
    assert bool(cost.missed) == (not case["art"])


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@settings(deadline=None)
@given(cell=CELLS)
def test_no_cell_stops_a_reader_and_nothing_is_dropped_silently(read, cell):
    reading = read(cell)
    assert all(isinstance(text, str) and text for text in (*reading.assumed, *reading.missed))
    text = cell if isinstance(cell, str) else ""
    is_said = any(sign.isalnum() and sign not in "NEOSW" for sign in values.as_text(text))
    is_no_limit = read is values.read_age and text.strip().startswith("-")
    if is_said and not is_nothing(values.as_text(text)) and not is_no_limit:
        assert reading.value is not None or reading.missed or reading.assumed


@settings(deadline=None)
@given(start=st.integers(-9, 323), length=st.integers(1, 333))
def test_ages_as_the_site_writes_them_read_back(start, length):
    end = min(start + length, 324)
    ages = values.read_ages(describe_ages(start, end)).value
    if start >= 0:
        assert ages == values.Ages(start, end)
    else:  # "in der Schwangerschaft" does not tell the month
        assert ages == values.Ages(-9, max(end, 0))


@settings(deadline=None)
@given(text=st.one_of(st.text(max_size=60), CELLS))
def test_hours_are_valid_and_read_back_to_themselves(text):
    value = values.read_hours(text, days_if_missing="Mo-Fr").value
    if value is not None:
        assert opening_hours.validate(value)
        again = values.read_hours(value)
        assert again.value == value
        assert again.assumed == ()


@settings(deadline=None)
@given(text=st.text(alphabet="0123456789 /-+()FaxTel.oder,;", max_size=50))
def test_phones_read_back_to_themselves(text):
    value = values.read_phone(text).value
    if value is not None:
        assert values.read_phone(value).value == value
        assert len(value) <= 60


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_links_and_mail_read_back_to_themselves(text):
    for read, lead in ((values.read_url, "www."), (values.read_email, "a@b")):
        for one in (text, f"{lead}{text}.de"):
            value = read(one).value
            if value is not None:
                assert read(value).value == value


def test_a_date_where_an_age_should_stand_is_told():
    ages = values.read_ages(dt.date(2026, 6, 3))
    assert ages.value == values.Ages(36, 72)
    assert "Datum" in ages.assumed[0]
    assert values.read_ages(dt.date(2026, 3, 6)).value is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("05231/62-0", "05231 620"),
        ("+49 (0) 5231 6200", "05231 6200"),
        ("05231 62-0 oder 0171/1234567", "05231 620 oder 0171 1234567"),
        ("Tel.: 05231 / 1234, Fax: 05231 / 1235", "05231 1234"),
        ("05231-620 / 05231-621", "05231 620 oder 05231 621"),
        (523162000.0, "05231 62000"),
        ("650 780-7525", "650 780-7525"),
        ("kein Telefon", None),
    ],
)
def test_phones_as_people_write_them(cell, number):
    assert values.read_phone(cell).value == number


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("Wiesenstraße 5a, 32756 Detmold", ("", "Wiesenstraße 5a", "32756", "Detmold")),
        (
            "Jugendhaus, Wiesenstr. 5, D-32756 Detmold, Germany",
            ("Jugendhaus", "Wiesenstr. 5", "32756", "Detmold"),
        ),
        ("Lange Straße 3\n32756 Detmold", ("", "Lange Straße 3", "32756", "Detmold")),
        ("32657 Lemgo, Mittelstr. 5", ("", "Mittelstr. 5", "32657", "Lemgo")),
        ("Am Klinsberg 1, 31061 Alfeld, Niedersachsen, Germany", ("", "Am Klinsberg 1", "31061", "Alfeld")),
        ("Ebersstr. 12A", ("", "Ebersstr. 12A", "", "")),
    ],
)
def test_addresses_of_one_cell(cell, parts):
    address = values.read_address(cell).value
    assert (address.name, address.street, address.postcode, address.town) == parts


@pytest.mark.parametrize("cell", ["Heumühlgasse 14, 1040 Wien", "2039 W Laskey Rd, Toledo, OH 43612, USA"])
def test_addresses_abroad_are_told(cell):
    assert values.read_address(cell).value is None
    assert values.read_address(cell).missed


def test_languages_are_those_of_the_register():
    assert set(load_words()["languages"]) == set(facets.LANGUAGE_NAMES)
    assert values.read_languages("deutsch - englisch").value == ("de", "en")
    reading = values.read_languages("Deutsch, Klingonisch u. a.")
    assert reading.value == ("de",)
    assert "klingonisch" in reading.missed[0]


def test_positions_in_one_cell():
    for cell in ("51.94, 8.87", "51,94; 8,87", "POINT(8.87 51.94)"):
        assert values.read_position(cell).value == (51.94, 8.87)
    assert values.read_coordinate("100").missed
