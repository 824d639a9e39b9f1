"""The maximum cover is proven best: beside trying every choice, and on worked and odd cases."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.engine.regions import examine

from kekiz.engine.plan.cover import max_cover


def count_covered(covers, weights, sites):
    """What the chosen sites cover."""
    return float(weights[covers[:, list(sites)].any(axis=1)].sum())


@st.composite
def covers_and_weights(draw):
    places, sites = draw(st.integers(0, 14)), draw(st.integers(1, 8))
    covers = draw(arrays.arrays(bool, (places, sites)))
    weights = draw(arrays.arrays(float, places, elements=st.integers(0, 9).map(float)))
    return covers, weights, draw(st.integers(0, sites))


@examine
@given(covers_and_weights())
def test_no_other_choice_covers_more(case):
    covers, weights, p = case
    best = max(count_covered(covers, weights, sites) for sites in combinations(range(covers.shape[1]), p))
    cover = max_cover(covers, weights, p)
    assert cover.covered == pytest.approx(best)
    assert count_covered(covers, weights, cover.sites) == pytest.approx(best)
    assert len(set(cover.sites.tolist())) == p
    assert cover.is_proven


def test_exchange_and_proof_where_greedy_alone_fails():
    # The middle site covers most alone; the two outer ones cover everything together.
    covers = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 1, 1], [0, 0, 1]], dtype=bool)
    cover = max_cover(covers, np.ones(6), 2)
    assert cover.sites.tolist() == [0, 2]
    assert (cover.covered, cover.bound) == (6.0, pytest.approx(6.0))


def test_a_region_of_700_places_is_proven():
    chance = np.random.default_rng(3)
    places, sites = chance.uniform(0, 40, (700, 2)), chance.uniform(0, 40, (120, 2))
    covers = np.linalg.norm(places[:, None] - sites[None], axis=2) <= 5
    cover = max_cover(covers, chance.integers(1, 90, 700).astype(float), 8)
    assert cover.is_proven
    assert len(cover.sites) == 8


@pytest.mark.parametrize(
    ("covers", "weights", "p"),
    [
        (np.ones(3, bool), np.ones(3), 1),
        (np.ones((3, 2), bool), np.ones(2), 1),
        (np.ones((3, 2), bool), -np.ones(3), 1),
        (np.ones((3, 2), bool), np.full(3, np.nan), 1),
        (np.ones((3, 2), bool), np.ones(3), 3),
    ],
)
def test_what_does_not_fit_is_refused(covers, weights, p):
    with pytest.raises(ValueError, match=r"expected|must be"):
        max_cover(covers, weights, p)
