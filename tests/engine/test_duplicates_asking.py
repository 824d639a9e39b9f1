"""In which order people are asked, what their answers are worth, and how a pair is explained."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kekiz.engine.duplicates import (
    FIELDS,
    foresee_unseen,
    load_weights,
    measure_quality,
    order_questions,
    tell_reasons,
)

CHANCES = st.lists(st.floats(0.05, 1.0), max_size=60)


@given(CHANCES, st.integers(0, 9))
def test_everyone_is_asked_once_the_most_uncertain_first_and_a_fifth_at_random(chances, seed):
    probability = np.array(chances)
    is_review = probability >= 0.2
    rows, is_audit = order_questions(probability, is_review, seed)
    assert len(set(rows.tolist())) == len(rows)
    assert set(np.flatnonzero(is_review)) <= set(rows.tolist())
    asked = rows[~is_audit]
    assert all(is_review[asked])
    unsure = np.abs(probability[asked] - 0.5)
    assert all(unsure[:-1] <= unsure[1:])
    places = np.flatnonzero(is_audit)
    assert all(place % 5 == 4 for place in places)
    if len(rows) >= 5 and not is_audit.any():
        assert not set(range(len(probability))) - set(rows.tolist()[:4])
    again = order_questions(probability, is_review, seed)
    assert np.array_equal(rows, again[0])
    assert np.array_equal(is_audit, again[1])


def test_the_audit_sample_reaches_what_was_decided_without_asking():
    probability = np.concatenate([np.linspace(0.3, 0.7, 50), np.full(200, 0.06)])
    rows, is_audit = order_questions(probability, probability >= 0.2)
    assert is_audit.sum() >= 10
    assert (probability[rows[is_audit]] < 0.2).any()


def test_quality_of_a_sure_right_a_sure_wrong_and_a_coin():
    is_same = np.array([True, False])
    assert measure_quality(np.array([1.0, 0.0]), is_same).log_loss == pytest.approx(0.0)
    assert measure_quality(np.array([0.5, 0.5]), is_same).log_loss == pytest.approx(np.log(2))
    wrong = measure_quality(np.array([0.0, 1.0]), is_same)
    assert (wrong.answers, wrong.right) == (2, 0)
    assert measure_quality(np.zeros(0), np.zeros(0, dtype=bool)).answers == 0


def test_answers_that_are_only_noise_are_not_foreseen_when_unseen():
    chance = np.random.default_rng(3)
    evidence = np.zeros((200, len(FIELDS)), dtype=np.float32)
    evidence[:, :12] = chance.random((200, 12))
    is_same = chance.random(200) < 0.5
    right = measure_quality(foresee_unseen(evidence, is_same, load_weights("offer")), is_same).right
    assert 70 <= right <= 130  # half of 200, four standard deviations


@given(st.dictionaries(st.sampled_from(FIELDS), st.floats(0.0, 1.0)), st.sampled_from(["site", "offer"]))
def test_no_topic_is_told_twice_and_nothing_heavy_is_kept_silent(evidence, level):
    weights = load_weights(level)
    told = tell_reasons(evidence, weights)
    assert len({one.topic for one in told}) == len(told)
    assert all(one.text and one.text[0] != "," for one in told)
    sizes = [abs(one.weight) for one in told]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        ({"title_alike": 0.92}, "Titel zu 92\u202f% ähnlich"),
        ({"phone_same": 0.5, "phone_shared": 0.5}, "Telefon gleich, aber auch bei anderen Einträgen"),
        ({"phone_kin": 1.0}, "Telefon bis auf die Durchwahl gleich"),
        ({"place_near": float(np.exp(-150 / 200))}, "rund 150 m auseinander"),
        ({"place_far": 1.0}, "Orte mindestens 2,5 km auseinander"),
        ({"days_same": 0.5}, "teils gleiche Wochentage"),
        ({"street_same": 1.0, "number_same": 1.0, "letter_clash": 1.0},
         "Straße gleich, Zusatz der Hausnummer anders"),
    ],
)  # fmt: skip
def test_evidence_in_words(evidence, text):
    assert [one.text for one in tell_reasons(evidence, load_weights("offer"))] == [text]
