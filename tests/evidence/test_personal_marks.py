"""What looks like personal data is pointed out before it is sent."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.evidence import personal_marks
from kekiz.evidence.personal_marks import find_personal_marks, is_iban, remove_personal_marks


def mark(text: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.kind) for one in find_personal_marks(text)]


@pytest.mark.parametrize(
    ("text", "part", "kind"),
    [
        ("Bitte an anna.muster@example.org schreiben", "anna.muster@example.org", personal_marks.EMAIL),
        ("Ruft mich an: 05261 123456, danke", "05261 123456", personal_marks.PHONE),
        ("Handy 0171/1234567", "0171/1234567", personal_marks.PHONE),
        ("+90 532 123 45 67 numaram", "+90 532 123 45 67", personal_marks.PHONE),
        ("Mein Konto DE89 3704 0044 0532 0130 00 bitte", "DE89 3704 0044 0532 0130 00", personal_marks.IBAN),
        ("geboren am 14.03.2021 in Lemgo", "14.03.2021", personal_marks.BIRTH_DATE),
        ("geboren am 14. März 2021", "14. März 2021", personal_marks.BIRTH_DATE),
        ("Wir wohnen Mittelstraße 12a im zweiten Stock", "Mittelstraße 12a", personal_marks.ADDRESS),
        ("Mein Sohn Max Muster braucht Hilfe", "Max Muster", personal_marks.NAME),
        ("Меня зовут нет, но меня зовут Оксана", "Оксана", personal_marks.NAME),
    ],
)
def test_what_is_pointed_out(text, part, kind):
    assert (part, kind) in mark(text)
    assert part not in remove_personal_marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "In Lemgo fehlt eine Krabbelgruppe am Nachmittag, für Kinder von 1 bis 3 Jahren.",
        "Es gibt keinen Bus um 17:30 Uhr nach 32657 Lemgo, nur Linie 790.",
        "Die Kita kostet 250 Euro im Monat, wir haben 1 200 Euro für 4 Personen.",
        "Çocuğum için Türkçe bilen bir doktor arıyorum.",
        "نبحث عن طبيب أطفال يتحدث العربية",
        "Im Winter 2026/27 gab es keinen Platz in der U3-Gruppe.",
    ],
)
def test_what_says_nothing_about_a_person_stays(text):
    assert mark(text) == []
    assert remove_personal_marks(text) == text


def test_the_check_sum_tells_an_account_from_other_letters():
    assert is_iban("DE89 3704 0044 0532 0130 00")
    assert not is_iban("DE89 3704 0044 0532 0130 01")


@given(st.text(max_size=300))
def test_any_text_is_read_and_marks_never_overlap(text):
    marks = find_personal_marks(text)
    assert all(0 <= one.start < one.end <= len(text) for one in marks)
    assert all(before.end <= after.start for before, after in pairwise(marks))
    remove_personal_marks(text)
