"""The maximum cover is proven best: beside trying every choice, and on worked and odd cases."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.engine.regions import examine

from kekiz.engine.plan.cover import Cover, max_cover
from kekiz.engine.plan.solver import Problem01, solve_01


def count_covered(covers, weights, sites):
    """What the chosen sites cover."""
    return float(weights[covers[:, list(sites)].any(axis=1)].sum())


@st.composite
def covers_and_weights(draw):
    places, sites = draw(st.integers(0, 14)), draw(st.integers(1, 8))
    covers = draw(arrays.arrays(bool, (places, sites)))
    unit = draw(st.sampled_from([1.0, 0.37, 1e6]))  # whole, not whole, large
    weights = draw(arrays.arrays(float, places, elements=st.integers(0, 9).map(lambda n: n * unit)))
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


def solve_directly(covers, weights, p):
    """The same as one 0-1 programme for HiGHS, nothing settled beforehand."""
    places, sites = covers.shape
    at, site = np.nonzero(covers)
    problem = Problem01(
        gain=np.concatenate([np.zeros(sites), weights]),
        upper=np.ones(sites + places),
        is_whole=np.arange(sites + places) < sites,
        row=np.concatenate([at, np.arange(places), np.full(sites, places)]),
        column=np.concatenate([site, sites + np.arange(places), np.arange(sites)]),
        value=np.concatenate([-np.ones(len(at)), np.ones(places), np.ones(sites)]),
        most=np.append(np.zeros(places), float(p)),
    )
    return solve_01(problem, gap=0.0, time_limit_s=60).gain


@pytest.mark.parametrize("seed", range(6))
def test_highs_finds_nothing_better(seed):
    chance = np.random.default_rng(seed)
    centres = chance.uniform(0, 20, (8, 2))  # people live in towns
    places = centres[chance.integers(0, 8, 150)] + chance.normal(0, 2, (150, 2))
    sites = np.vstack([places[:20], chance.uniform(0, 20, (20, 2))])
    covers = np.linalg.norm(places[:, None] - sites[None], axis=2) <= 1.0 + 0.5 * seed
    weights = np.ceil(chance.lognormal(2.0, 1.0, 150))
    cover = max_cover(covers, weights, 5)
    assert cover.is_proven
    assert cover.covered == pytest.approx(solve_directly(covers, weights, 5))


def test_without_a_search_the_bound_holds_and_nothing_is_claimed():
    chance = np.random.default_rng(5)
    places, sites = chance.uniform(0, 20, (300, 2)), chance.uniform(0, 20, (60, 2))
    covers = np.linalg.norm(places[:, None] - sites[None], axis=2) <= 3
    weights = chance.integers(1, 90, 300).astype(float)
    hasty, patient = max_cover(covers, weights, 8, most_branches=0), max_cover(covers, weights, 8)
    assert patient.is_proven
    assert not hasty.is_proven
    assert hasty.covered <= patient.covered <= hasty.bound


def test_one_child_more_is_never_within_the_tolerance():
    assert not Cover(np.arange(1), 50_000_000.0, 50_000_001.0).is_proven


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
