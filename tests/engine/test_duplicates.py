"""Duplicates: what normalising makes equal, what is found, what people's verdicts bind, what is refused."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kekiz.engine.duplicates import (
    FIELDS,
    LABELS,
    Answer,
    Records,
    Weights,
    choose_questions,
    explain_pair,
    find_duplicates,
    learn_weights,
    load_weights,
)
from kekiz.engine.duplicates.hours import read_days
from kekiz.engine.duplicates.kinds import exclude_kinds, read_kinds
from kekiz.engine.duplicates.normalise import fold_names, normalise_postcodes, split_streets
from kekiz.engine.duplicates.phones import normalise_phones
from kekiz.engine.problems import InputError

KITAS = [
    ("a1", "portal", "Ev. Kindertagesstätte Schatzinsel", "Schulstraße 12a", "32657", "05261 62-130"),
    ("b1", "flyer", "Kita „Schatzinsel“", "Schulstr. 12 A", "32657", "+49 (0)5261 62130"),
    ("a2", "portal", "Kindergarten Sonnenblume e. V.", "Am Wall 3", "32657", "05261 99001"),
    ("b2", "flyer", "KiTa Sonnenblume", "Am Wall 3", "32657", ""),
    ("a3", "portal", "Waldkindergarten Eulennest", "Forstweg 1", "32756", "05231 4711"),
    ("b3", "flyer", "Familienzentrum Regenbogen", "Lange Straße 80", "32756", "05231 88112"),
]
PAIRS = [("a1", "b1"), ("a2", "b2")]


def make_records(rows=KITAS, **columns):
    """Records of (id, source, name, street, postcode, phone)."""
    names = ("id", "source", "name", "street", "postcode", "phone")
    listed = {name: [row[place] or None for row in rows] for place, name in enumerate(names)}
    return Records.from_columns(**listed, **columns)


def list_pairs(duplicates, decisions=("automatic", "confirmed", "review")):
    table = duplicates.to_table().to_pylist()
    return [(row["left"], row["right"]) for row in table if row["decision"] in decisions]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Schulstraße 12a", "Schulstr. 12 A"),
        ("Schulstrasse 12a", "SCHUL-STR. 12a"),
        ("Große Gasse 4", "Grosse Gasse 4"),
        ("Königsförder Straße 2", "Koenigsfoerder Str. 2"),
        ("Marktplatz 7", "Marktpl. 7"),
        ("Golliner Str. 4 - 6", "Golliner Straße 4-6"),
        ("12224 Ventura", "Ventura 12224"),
    ],
)
def test_streets_written_differently_are_equal(one, two):
    core, number, letter = split_streets(pa.array([one, two]))
    if "pl" not in two:
        assert core[0] == core[1]
    assert number[0] == number[1] > 0
    assert letter[0] == letter[1]


def test_street_of_a_date_keeps_its_house_number():
    _, number, _ = split_streets(pa.array(["Straße des 17. Juni 135", "Straße ohne Nummer", None]))
    assert list(number) == [135, 0, 0]


def test_phones_become_e164_and_extension_differs_from_switchboard():
    written = [
        "05261/62-130",
        "+49 (0)5261 62130",
        "0049 5261 62130",
        "(05261) 62 130",
        "05261 62-0",
        "",
        None,
    ]
    numbers = normalise_phones(pa.array(written))
    assert set(numbers[:4]) == {49526162130}
    assert numbers[4] == 495261620
    assert list(numbers[5:]) == [0, 0]
    assert normalise_phones(pa.array(["(213) 246-1501"]), "US")[0] == 12132461501


def test_names_lose_legal_form_and_spelling():
    names = fold_names(
        pa.array(["Kindergarten Zwergenland e.V.", "KITA Zwergenland eV", "Zwergenland gGmbH", None])
    )
    assert names.to_pylist() == ["kita zwergenland", "kita zwergenland", "zwergenland", ""]


def test_postcode_survives_a_spreadsheet():
    assert list(normalise_postcodes(pa.array(["01067", "1067", "1067.0", "D-01067", None]))) == [1067] * 4 + [
        0
    ]


def test_days_of_opening_hours():
    assert list(read_days(pa.array(["Mo-We 08:00-12:00; Sa 10:00", "Fr-Mo 9:00", None]))) == [39, 113, 0]


def test_pairs_are_found_and_others_are_not():
    duplicates = find_duplicates(make_records())
    assert sorted(list_pairs(duplicates)) == PAIRS
    assert duplicates.cluster.to_pylist() == ["a1", "a1", "a2", "a2", "a3", "b3"]


@settings(max_examples=15, deadline=None)
@given(st.permutations(KITAS))
def test_order_of_rows_changes_nothing(rows):
    one, two = find_duplicates(make_records()), find_duplicates(make_records(rows))
    assert one.to_table().equals(two.to_table())
    assert dict(zip(one.ids, one.cluster, strict=True)) == dict(zip(two.ids, two.cluster, strict=True))


def test_nothing_is_automatic_at_offer_level():
    titles = ["Krabbelgruppe", "Krabbelgruppe", "Turnen", "Turnen", "Chor", "Yoga"]
    duplicates = find_duplicates(make_records(title=titles), level="offer")
    assert PAIRS[0] in list_pairs(duplicates)
    assert "automatic" not in duplicates.decision.to_pylist()


def test_two_offers_at_one_site_are_not_one():
    rows = [("x", "portal", *KITAS[0][2:]), ("y", "flyer", *KITAS[0][2:])]
    same = find_duplicates(make_records(rows, title=["Krabbelgruppe", "Krabbel-Gruppe"]), level="offer")
    other = find_duplicates(
        make_records(rows, title=["Krabbelgruppe", "Chor"], hours=["Mo 09:00-10:00", "Th 17:00-18:00"]),
        level="offer",
    )
    assert same.cluster.to_pylist() == ["x", "x"]
    assert other.cluster.to_pylist() == ["x", "y"]


def test_verdicts_bind():
    answers = [Answer("b1", "a1", "different"), Answer("a3", "b3", "same"), Answer("a2", "b2", "later")]
    duplicates = find_duplicates(make_records(), answers=answers)
    assert duplicates.cluster.to_pylist() == ["a1", "b1", "a2", "a2", "a3", "a3"]
    assert ("a3", "b3") in list_pairs(duplicates, ("confirmed",))
    assert ("a1", "b1") not in list_pairs(duplicates)


def test_a_list_without_doubles_never_joins_its_own():
    rows = [(f"a{number}", "portal", *KITAS[0][2:]) for number in (1, 2)]
    assert find_duplicates(make_records(rows)).cluster.to_pylist() == ["a1", "a1"]
    apart = find_duplicates(make_records(rows), sources_without_doubles=["portal"])
    assert apart.cluster.to_pylist() == ["a1", "a2"]
    assert list_pairs(apart) == []


def test_two_records_of_one_list_are_never_joined_without_asking():
    twins = [(name, "portal", *KITAS[0][2:]) for name in ("a1", "a2")]
    assert find_duplicates(make_records(twins)).decision.to_pylist() == ["review"]
    nameless = [(name, "", *KITAS[0][2:]) for name in ("a1", "a2")]
    assert find_duplicates(make_records(nameless)).decision.to_pylist() == ["review"]
    other = ("b1", "flyer", *KITAS[0][2:])
    assert find_duplicates(make_records([twins[0], other])).decision.to_pylist() == ["automatic"]
    by_way_of_a_third = find_duplicates(make_records([*twins, other]))
    assert by_way_of_a_third.decision.to_pylist() == ["review"] * 3


AT_ONE_DOOR = ("Schulstraße 12", "32657", "05261 62130")


@pytest.mark.parametrize(
    ("one", "two", "decision"),
    [
        ("Realschule am Wall", "Gymnasium am Wall", "apart"),
        ("Gemeinschaftsgrundschule am Wall", "Realschule am Wall", "review"),
        ("Goethegymnasium der Stadt Lemgo", "Schillergymnasium der Stadt Lemgo", "review"),
        ("Kita Lemgo, Haus 1", "Kita Lemgo, Haus 2", "review"),
        ("Ev. Kita Sankt Martin", "Kath. Kita Sankt Martin", "review"),
        ("Kita am Wall Nord", "Kita am Wall Süd", "review"),
        ("Grund- und Hauptschule am Wall", "Hauptschule am Wall", "automatic"),
        ("Goethegymnasium der Stadt Lemgo", "Göthegymnasium Lemgo", "automatic"),
        ("Kindergarten Sonnenblume e. V.", "KiTa Sonnenblume Lemgo", "automatic"),
        ("Kita Sonnenblume", "Kita Sonnenblume, Haus der Familie", "automatic"),
    ],
)
def test_names_that_say_different_things_are_not_joined_though_all_else_agrees(one, two, decision):
    rows = [("a", "portal", one, *AT_ONE_DOOR), ("b", "flyer", two, *AT_ONE_DOOR)]
    assert find_duplicates(make_records(rows)).decision.to_pylist() == [decision]


def test_a_third_record_cannot_bring_two_in_conflict_together():
    names = (
        ("a", "portal", "Realschule am Wall"),
        ("b", "flyer", "Am Wall"),
        ("c", "amt", "Gymnasium am Wall"),
    )
    found = find_duplicates(make_records([(*name, *AT_ONE_DOOR) for name in names]))
    assert "automatic" not in found.decision.to_pylist()


@pytest.mark.parametrize(
    ("one", "two", "excludes"),
    [
        ("Grundschule Süd", "Realschule Süd", True),
        ("Kita Regenbogen", "Familienzentrum Regenbogen", False),
        ("Kita Regenbogen", "Regenbogenschule", False),
        ("Schülerhort der Grundschule", "Grundschule", False),
        ("Waldkindergarten", "Waldgymnasium", True),
        ("Kita Wiesengrund", "Grundschule am Wall", True),
        ("", "Gymnasium", False),
    ],
)
def test_kinds_of_houses_that_exclude_each_other(one, two, excludes):
    kinds = read_kinds(fold_names(pa.array([one, two])))
    assert exclude_kinds(kinds[:1], kinds[1:]).tolist() == [excludes]
    assert exclude_kinds(kinds[1:], kinds[:1]).tolist() == [excludes]
    assert not exclude_kinds(kinds, kinds).any()


def test_what_the_fixed_weights_show_stays_in_sight_after_learning():
    blind = Weights("site", -9.0, dict.fromkeys(FIELDS, 0.0), answers=100)
    found = find_duplicates(make_records(), weights=blind)
    assert sorted(list_pairs(found, ("review",))) == PAIRS


def test_a_house_number_in_conflict_goes_to_people():
    rows = [KITAS[0], ("b1", "flyer", KITAS[0][2], "Schulstraße 13", "32657", KITAS[0][5])]
    duplicates = find_duplicates(make_records(rows))
    assert duplicates.decision.to_pylist() == ["review"]


def test_reasons_add_up_to_the_probability():
    duplicates = find_duplicates(make_records())
    for pair, probability in enumerate(duplicates.probability):
        logit = duplicates.weights.base + sum(reason.weight for reason in explain_pair(duplicates, pair))
        assert 1 / (1 + np.exp(-logit)) == pytest.approx(probability, abs=0.02)
    assert set(LABELS) == set(FIELDS)


def test_weights_survive_json_and_bad_ones_are_refused():
    weights = load_weights("offer")
    assert Weights.from_json(weights.to_json()) == weights
    for text in ("[]", "{", '{"level": "site"}', weights.to_json().replace("title_alike", "colour_alike")):
        with pytest.raises(InputError, match="Gewichte"):
            Weights.from_json(text)


def test_answers_move_the_weights_they_are_about():
    duplicates = find_duplicates(make_records(), answers=[Answer("a1", "b1", "different")])
    learned = learn_weights(duplicates, [Answer("a1", "b1", "different")])
    assert learned.answers == 1
    before = score_pairs(duplicates, duplicates.weights)
    assert score_pairs(duplicates, learned)[0] < before[0]
    assert learn_weights(duplicates, []).fields == load_weights().fields


def score_pairs(duplicates, weights):
    places = list(zip(duplicates.left.to_pylist(), duplicates.right.to_pylist(), strict=True))
    return [weights.score(duplicates.evidence)[places.index(pair)] for pair in PAIRS]


def test_questions_are_repeatable_and_leave_out_what_is_answered():
    duplicates = find_duplicates(make_records())
    assert choose_questions(duplicates, 2, seed=3) == choose_questions(duplicates, 2, seed=3)
    assert set(choose_questions(duplicates, 99)) <= set(
        zip(duplicates.left.to_pylist(), duplicates.right.to_pylist(), strict=True)
    )
    answered = find_duplicates(make_records(), answers=[Answer(*pair, "same") for pair in PAIRS])
    assert not set(PAIRS) & set(choose_questions(answered, 99))


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_record(count):
    duplicates = find_duplicates(make_records(KITAS[:count]))
    assert len(duplicates.left) == 0
    assert duplicates.cluster.to_pylist() == ["a1"][:count]
    assert choose_questions(duplicates, 10) == []


def test_records_that_say_nothing_stay_apart():
    duplicates = find_duplicates(Records.from_columns(id=["x", "y", "z"]))
    assert duplicates.cluster.to_pylist() == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"name": ["x"]}, "„id“ fehlt"),
        ({"id": ["x", "x"]}, "Mehrfach vergeben: x"),
        ({"id": ["x", None]}, "Zeile 2.*Kennung ist leer"),
        ({"id": ["x"], "colour": ["red"]}, "Unbekannt: colour"),
        ({"id": ["x"], "name": ["y", "z"]}, "2 Werte, erwartet werden 1"),
    ],
)
def test_faulty_columns_are_refused_in_words(columns, message):
    with pytest.raises(InputError, match=message):
        Records.from_columns(**columns)


def test_faulty_answers_are_refused_in_words():
    with pytest.raises(InputError, match="Unbekannte Urteile: maybe"):
        find_duplicates(make_records(), answers=[Answer("a1", "b1", "maybe")])
    with pytest.raises(InputError, match="Es fehlen: nobody"):
        find_duplicates(make_records(), answers=[Answer("a1", "nobody", "same")])
