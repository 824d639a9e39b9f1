"""Words in their languages: what is denied, what says nothing, other scripts, slips, verbs in two parts."""

import pytest
from tests.register.judged import answer, read_demo

from kekiz.register.search.asked import read_words
from kekiz.register.search.evidence import weigh_meanings
from kekiz.register.search.index import Wanted, Way, build_index, rank
from kekiz.register.search.languages import find_languages
from kekiz.register.search.lexicon import MARK, NOT, find_key, load_lexicon, read_lexicon_file
from kekiz.register.search.question import read_question
from kekiz.register.search.romanised import find_town, restore_arabic, restore_cyrillic, restore_script
from kekiz.register.search.slips import mend_foreign
from kekiz.register.search.translate import translate_word
from kekiz.register.search.verbs import join_verbs


def kinds_of(question: str, count: int = 3) -> list[str]:
    """The kinds of the first offers of the worked region."""
    return [read_demo().kinds[row] for row in answer(question)[:count]]


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("de", "keinen"),
        ("de", "ned"),
        ("en", "cant"),
        ("tr", "yok"),
        ("ar", "لا"),
        ("uk", "немає"),
        ("ru", "не"),
    ],
)
def test_what_is_denied_is_denied_in_every_language(language, word):
    assert find_key(language, word) == (MARK, NOT)


def test_an_apostrophe_does_not_hide_a_denial():
    (word,) = [word for word in read_words("can't", read_demo().index)[0] if word.keys]
    assert word.keys == {(MARK, NOT)}


@pytest.mark.parametrize(
    ("language", "word"), [("en", "die"), ("en", "was soll"), ("de", "do"), ("tr", "is"), ("de", "bir")]
)
def test_a_word_that_says_nothing_in_one_language_may_say_something_in_another(language, word):
    assert find_key(language, word.split()[-1]) is not None


def test_a_denied_wish_is_not_the_wish():
    assert set(kinds_of("ребенок не спит")) == {"schreibaby"}
    assert set(kinds_of("ابني لا يريد الذهاب إلى المدرسة")) <= {"schulsozialarbeit", "erziehungsberatung"}


def test_the_page_decides_between_equals():
    held = read_demo().index.number
    assert find_languages(["gut", "swim"], held) == ()
    assert find_languages(["gut", "swim"], held, "en") == ("en",)
    assert find_languages(["Sport"], held, "en") == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("detskij", "детский"),
        ("detsky", "детский"),
        ("sadok", "садок"),
        ("likar", "лікар"),
        ("rebyonka", "ребенка"),
        ("schwimmen", ""),
        ("Krabbelgruppe", ""),
    ],
)
def test_cyrillic_in_latin_letters(typed, meant):
    assert restore_cyrillic(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("7amel", "حامل"), ("atfal", "اطفال"), ("madrasa", "مدرسة"), ("musa3ada", "مساعدة"), ("Kita xyz", "")],
)
def test_arabic_in_latin_letters(typed, meant):
    assert restore_arabic(typed) == meant


def test_only_questions_that_are_mostly_of_another_script_are_written_in_it():
    german = {"Kita": 1.0, "Sad": 0.0}
    assert restore_script(["detskij", "sad"], lambda _: 0.0) == ["детский", "сад"]
    assert restore_script(["Kita", "Lemgo"], lambda word: german.get(word, 0.0)) == ["Kita", "Lemgo"]
    assert restore_script(["детский", "sad"], lambda _: 0.0) == ["детский", "sad"]


@pytest.mark.parametrize(
    ("word", "town"),
    [("Детмольді", "detmold"), ("Лемго", "lemgo"), ("ديتمولد", "detmold"), ("Lemgo", ""), ("садок", "")],
)
def test_towns_in_another_script(word, town):
    assert find_town(word, read_demo().index.place_words) == town


def test_a_camp_is_no_town():
    """ "Lager" and "Lage" have one stem."""
    (thing, *_) = read_question("Lager", read_demo().index)
    assert not thing.is_place
    (thing, *_) = read_question("Lage", read_demo().index)
    assert thing.is_place


def test_a_slip_in_another_language_is_mended_there():
    assert mend_foreign("pediatrican", ("en", "tr")) == "pediatrician"
    assert mend_foreign("плавння", ("uk", "ru")) == "плавання"
    assert mend_foreign("abc", ("en",)) == ""


def test_a_form_that_is_named_is_that_word_only():
    assert translate_word("مدرسة", ("ar",)) == ("Schule",)


@pytest.mark.parametrize(
    ("question", "verbs"),
    [
        ("Wer passt auf mein Kind auf", ["aufpassen"]),
        ("Kind nässt nachts noch ein mit 7", ["einnässen"]),
        ("ruft mich keiner an", ["anrufen"]),
        ("Turnen mit meinem Kind", []),
        ("Baby auf der Matte", []),
    ],
)
def test_verbs_in_two_parts(question, verbs):
    assert [whole for _, whole in join_verbs(question.split()).values()] == verbs


def test_words_together_point_at_a_meaning_that_none_of_them_names_alone():
    names = list(read_lexicon_file("meanings"))
    words = read_words("Rechnungen bezahlen Gerichtsvollzieher", read_demo().index)[0]
    told = weigh_meanings([(word.keys, word.part_keys) for word in words])
    assert names[int(told.argmax())] == "schuldnerberatung"
    assert told.shape == (len(load_lexicon()),)


def test_a_guess_stands_beside_what_is_sure():
    """Sure: the first offer. Guessed with weight 2: the second. Both are scaled to their best, then added."""
    index = build_index([{"turn": 1.4}, {"sing": 1.4}, {"mal": 1.4}])
    score = rank(index, [Wanted((Way(("turn",)),)), Wanted((Way(("sing",)),), weight=2.0, is_guess=True)])
    assert score.tolist() == pytest.approx([1.0, 2.0, 0.0])


def test_words_that_only_offers_know_put_a_stop_to_guesses():
    index = read_demo().index
    sure, named = (
        next(wanted.weight for wanted in read_question(text, index) if wanted.is_guess)
        for text in ("Beratung", "Beratungshaus Polarstern")
    )
    assert named < 0.5 * sure
