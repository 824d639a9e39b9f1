"""The analyser: which words meet, what compounds are made of, what a question asks for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.register.judged import read_demo

from kekiz.register.search.analyser import analyse_word, weigh_terms
from kekiz.register.search.compounds import split_compound
from kekiz.register.search.index import TermIndex, Wanted, Way, build_index, rank
from kekiz.register.search.lexicon import Meaning, load_lexicon, read_concepts
from kekiz.register.search.question import read_question
from kekiz.register.search.words import fold_word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hebamme", "hebammen"),
        ("Mütter", "Mutter"),
        ("Häuser", "haus"),
        ("schwimmen", "Schwimmen"),
        ("Kinderärzte", "kinderarzt"),
        ("kostenlose", "kostenlos"),
        ("Straße", "strasse"),
        ("ÜBUNGEN", "uebung"),
    ],
)
def test_forms_of_a_word_meet(one, other):
    assert analyse_word(one).term == analyse_word(other).term


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("hebammensprechstunde", ("hebammen", "sprechstunde")),
        ("klassenfahrt", ("klassen", "fahrt")),
        ("erziehungsberatung", ("erziehungs", "beratung")),
        ("beratung", ()),
        ("unterstützung", ()),
        ("veranstaltung", ()),
        ("xyzxyzxyzxyz", ()),
    ],
)
def test_compounds_fall_into_words_of_the_dictionary(word, parts):
    assert split_compound(word) == parts


@settings(deadline=None)  # the first call reads the dictionary
@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text):
    demo = read_demo()
    score = rank(demo.index, read_question(text, demo.index))
    assert score.shape == (demo.index.rows,)
    assert (score >= 0).all()


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text):
    assert fold_word(fold_word(text)) == fold_word(text)


def index_of(**texts: str) -> tuple[TermIndex, list[str]]:
    """An index over offers with these titles, in their order."""
    empty = {"summary": "", "description": "", "plain_text": "", "fields": [], "sites": []}
    ages = {"age_from_months": 0, "age_to_months": 36, "provider": {"name": ""}}
    return build_index([weigh_terms({"title": text, **empty, **ages}) for text in texts.values()]), list(
        texts
    )


def found(question: str, **texts: str) -> list[str]:
    """Names of the offers found, the best first."""
    index, names = index_of(**texts)
    score = rank(index, read_question(question, index))
    return [names[row] for row in sorted(range(len(names)), key=lambda row: -score[row]) if score[row] > 0]


def test_the_part_of_a_compound_finds_the_whole_and_the_word_itself_goes_first():
    assert found("Hebamme", a="Hebammensprechstunde", b="Hebamme", c="Turnen") == ["b", "a"]


def test_a_compound_finds_its_parts_written_apart():
    assert found("Waldspaziergang", a="Spaziergang durch den Wald", b="Turnen") == ["a"]


def test_a_typo_finds_the_word_that_was_meant():
    assert found("Hebame", a="Hebammen", b="Turnen") == ["a"]
    assert found("Schuldnerbertung", a="Schuldnerberatung", b="Turnen") == ["a"]


def test_a_short_unknown_word_is_not_mended():
    assert found("Abc", a="Abi", b="Turnen") == []


@pytest.mark.parametrize(
    "question", ["Kind schreit", "crying baby", "bebek ağlıyor", "طفلي يبكي", "ребенок плачет"]
)
def test_everyday_words_and_other_languages_find_what_is_meant(question):
    assert found(question, a="Schreibaby-Ambulanz", b="Turnen")[0] == "a"


def test_words_that_carry_nothing_are_no_question():
    index, _ = index_of(a="Turnen")
    assert read_question("wo gibt es das für mein", index) == []


def test_the_order_of_offers_does_not_matter():
    texts = {"a": "Hebamme in Lemgo", "b": "Hebamme", "c": "Turnen in Lemgo"}
    assert found("Hebamme Lemgo", **texts) == found("Hebamme Lemgo", **dict(reversed(texts.items())))


def test_rank_by_hand():
    """Two offers, one term in one of them: rarity ln(1 + 1.5/1.5) = ln 2, strength 1.4/(1.4 + 1.4) = 1/2."""
    index = build_index([{"turn": 1.4}, {"sing": 1.4}])
    score = rank(index, [Wanted((Way(("turn",)),))])
    assert score.tolist() == pytest.approx([0.34657, 0.0], abs=1e-4)


def test_the_lexicon_is_sound():
    concepts = load_lexicon()
    assert len(concepts) > 50
    assert all(concept.phrases and concept.ways for concept in concepts)


def test_an_entry_without_words_is_named():
    with pytest.raises(ValueError, match="wo ist das"):
        read_concepts({"sport": Meaning(["Turnen"])}, {"de": {"sport": ["wo ist das"]}})


def test_a_phrase_of_an_unknown_meaning_is_named():
    with pytest.raises(ValueError, match="spott"):
        read_concepts({"sport": Meaning(["Turnen"])}, {"de": {"spott": ["Turnen"]}})
