"""What a question tells beside its words (age, place, language), and what an index is built from."""

import numpy as np
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.register.judged import read_demo

from kekiz.register.search.ages import read_ages
from kekiz.register.search.analysed import Analysed
from kekiz.register.search.changes import read_mark
from kekiz.register.search.facts import Fit, build_facts, mark_fields, measure_ages, measure_fit
from kekiz.register.search.index import Wanted, Way, build_index, rank
from kekiz.register.search.languages import find_languages
from kekiz.register.search.question import read_question
from kekiz.register.search.translate import translate_word
from kekiz.register.search.words import cut_words


@pytest.mark.parametrize(
    ("question", "ages"),
    [
        ("3-jährig", (36, 48)),
        ("3jähriger Sohn", (36, 48)),
        ("zweijährige", (24, 36)),
        ("Baby 7 Monate", (7, 8)),
        ("mein Kind ist 4 Jahre alt", (48, 60)),
        ("Klasse 8", (156, 180)),
        ("Schwimmen mit 5", (60, 72)),
        ("Teenager", (144, 252)),
        ("3 years old", (36, 48)),
        ("5 yaşında", (60, 72)),
        ("altı yaşında", (72, 84)),
        ("on dört yaşında", (168, 180)),
        ("п'ять років", (60, 72)),
        ("ребенок 6 лет", (72, 84)),
        ("year 7", (144, 168)),
        ("7 years old", (84, 96)),
        ("7. Klasse", (144, 168)),
        ("Nachhilfe Klasse 7b", (144, 168)),
        ("Siebtklässler", (144, 168)),
        ("kommt in die 5 welche Schule", (120, 144)),
        ("in der 20. Woche", None),
        ("10th grade", (180, 204)),
        ("7 sınıf", (144, 168)),
        ("7 yaşında", (84, 96)),
        ("7-й класс", (144, 168)),
        ("семиклассник", (144, 168)),
        ("ребенок 7 лет", (84, 96)),
        ("الصف السابع", (144, 168)),
        ("Klasse 30", None),
        ("40 Stunden", None),
        ("Jahrgang 1975", None),
        ("Hebamme", None),
    ],
)
def test_ages_in_a_question(question, ages):
    assert read_ages(list(cut_words(question))).ages == ages


def test_an_offer_for_the_age_goes_first_and_others_stay():
    facts = build_facts([(0, 12, ["G1"]), (144, 216, ["G1"])])
    index = build_index([{"turn": 1.4}, {"turn": 1.4}], facts)
    score = rank(index, [Wanted((Way(("turn",)),), ages=(150, 162))])
    assert score[1] > score[0] > 0
    assert measure_ages(facts, np.array([0, 1]), (150, 162)).tolist() == pytest.approx([0.4, 1.0])


def test_offers_that_are_what_is_meant_go_before_those_that_only_hold_the_word():
    facts = build_facts([(36, 72, ["K2"]), (12, 72, ["K1"])])
    fit = measure_fit(facts, np.array([0, 1]), Fit(mark_fields(["K1"]), (12, 72)))
    assert fit.tolist() == pytest.approx([0.6, 1.0])


def test_a_place_beside_something_else_only_says_where():
    index = build_index([{"turn": 1.4, "lemgo": 1.0}, {"turn": 1.4}, {"lemgo": 3.0}])
    turn, lemgo = Wanted((Way(("turn",)),)), Wanted((Way(("lemgo",)),), is_place=True)
    here, elsewhere, other = rank(index, [turn, lemgo]).tolist()
    assert here > elsewhere > 0
    assert other == 0
    assert rank(index, [lemgo]).tolist()[2] > 0  # alone it is what is asked for


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("where can my son learn to swim", ("en",)),
        ("oğlum okumakta zorlanıyor", ("tr",)),
        ("де отримати пораду", ("uk", "ru")),
        ("أين أجد طبيب", ("ar",)),
        ("para", ("tr",)),
        ("Sport", ()),
        ("mein Kind schläft nicht", ()),
        ("Elterncafé in Lemgo", ()),
    ],
)
def test_the_language_of_a_question(question, language):
    assert find_languages(question.split(), read_demo().index.number) == language


def test_a_word_of_another_language_is_a_german_word():
    assert "lesen" in translate_word("okumakta", ("tr",))
    assert "Zähne" in translate_word("teeth", ("en",))
    assert translate_word("xyzzy", ("en", "tr")) == ()


def test_a_compound_written_apart_is_one_word():
    words = [wanted.words for wanted in read_question("Sekundar schule", read_demo().index)]
    assert words[0] == "Sekundarschule"


ENTRIES = st.dictionaries(
    st.integers(1, 60),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9), max_size=5),
    max_size=8,
)


@settings(max_examples=30)
@given(ENTRIES, ENTRIES, st.randoms())
def test_an_index_built_in_steps_is_the_index_of_what_is_left(first, second, chance):
    second = {pk: terms for pk, terms in second.items() if pk not in first}
    analysed = Analysed()
    for entries in (first, second):
        analysed.add(
            {pk: " ".join(f"{t} {w:.3f}" for t, w in terms.items()) for pk, terms in entries.items()}
        )
        analysed.keep([*first, *second] if entries is second else list(first))
    both = first | second
    left = sorted(pk for pk in both if chance.random() < 0.6)
    analysed.keep(left)
    index = analysed.build_index(build_facts([(0, 12, []) for _ in left]))
    plain = build_index([both[pk] for pk in left])
    assert set(index.number) == set(plain.number)
    for term in plain.number:
        for built, wanted in zip(index.find_postings(term), plain.find_postings(term), strict=True):
            assert built.tolist() == pytest.approx(wanted.tolist())


@pytest.fixture
def two_connections(db, tmp_path):
    """Two connections to one database, outside of the transaction of the test."""
    pair = [connection.copy(), connection.copy()]
    for one in pair:
        if one.vendor == "sqlite":  # that of the tests lies in memory, locked by them
            one.settings_dict["NAME"] = str(tmp_path / "marks.sqlite3")
    yield pair
    for one in pair:
        one.close()


def test_a_mark_differs_after_every_write_of_anybody_and_only_then(two_connections):
    here, there = two_connections
    with here.cursor() as cursor:
        cursor.execute("CREATE TABLE marks_of_a_test (number integer)")
    try:
        for writer in (here, there):
            before = read_mark(here)
            assert read_mark(here) == before
            with writer.cursor() as cursor:
                cursor.execute("INSERT INTO marks_of_a_test VALUES (1)")
            assert read_mark(here) != before
    finally:
        with here.cursor() as cursor:
            cursor.execute("DROP TABLE marks_of_a_test")


@pytest.mark.django_db
def test_inside_a_transaction_no_mark_is_trusted():
    assert connection.in_atomic_block
    assert read_mark(connection) is None
