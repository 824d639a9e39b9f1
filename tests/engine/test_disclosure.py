"""Small numbers: whatever a solver is told that is published, it cannot pin a cell left out."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.pinning import Reader, Row
from tests.engine.regions import SCHEME, examine

from kekiz.cli.inputs import read_inputs
from kekiz.cli.region import read_region
from kekiz.engine.compute import compute
from kekiz.engine.disclosure import (
    DOT,
    Axis,
    build_axis,
    extend_table,
    find_dominated,
    publish_counts,
    publish_shares,
    suppress_row,
    suppress_table,
)
from kekiz.engine.gaps import REASONS as REASON_CODES
from kekiz.engine.published import build_link_axis, hide_small_numbers, name_links
from kekiz.engine.tables import Children

SLACK = 1e-6  # of the solver
EXACT = 1e-9  # what sums of a computer may be wrong by
DEMO = Path(__file__).resolve().parents[2] / "demo" / "lippe"
REASONS = Axis((7, 6, 6, 6, 6, 6, 7, -1), 6)  # found; five reasons that add up to unmet; need


def find_pinned(values, axes, is_hidden, goal, is_attacked=None):
    """A cell left out that is pinned closer than the goal, and how closely; None if there is none.

    By somebody who knows every published number, the sums that hold, and that no count is negative.
    ``is_attacked``: the cells that matter; default: all that are left out.
    """
    members = np.ones((1, 1))
    for axis in axes:
        members = np.kron(members, axis.membership)
    totals, hidden = extend_table(values, axes).ravel(), is_hidden.ravel()
    columns = [tuple(np.flatnonzero(node).tolist()) for node in members]
    shown, attacked = np.flatnonzero(~hidden), hidden if is_attacked is None else is_attacked.ravel()
    rows = [Row(columns[node], totals[node] - EXACT, totals[node] + EXACT) for node in shown]
    dots = {node: columns[node] for node in np.flatnonzero(attacked)}
    return Reader(rows, values.ravel(), dots, goal - SLACK).find_pinned()


@st.composite
def axis_of(draw, leaves):
    """No sums, a total, or groups with or without a total."""
    kind = draw(st.sampled_from(["none", "total", "total", "groups", "groups and total"]))
    if kind in ("none", "total"):
        return build_axis(leaves, total=kind == "total")
    groups = draw(st.lists(st.integers(0, 1), min_size=leaves, max_size=leaves))
    groups = [group if 0 in groups else 0 for group in groups]
    return build_axis(leaves, groups, total="total" in kind)


@st.composite
def tables(draw):
    shape = draw(st.sampled_from([(1,), (4,), (2, 2), (4, 3), (5, 4), (3, 2, 2), (3, 3, 4)]))
    count = st.one_of(
        st.sampled_from([0.0, 0.0, 1.0, 2.0, 5.0, 40.0]),
        st.floats(0, 30, allow_subnormal=False).map(lambda n: round(n, 3)),
    )
    size = int(np.prod(shape))
    cells = draw(st.lists(count, min_size=size, max_size=size))
    return np.array(cells).reshape(shape), [draw(axis_of(leaves)) for leaves in shape]


@examine
@given(tables(), st.sampled_from([1.0, 3.0, 10.0]), st.sampled_from([0.5, 3.0, 12.0]))
def test_no_solver_pins_a_cell_left_out(table, threshold, protection):
    values, axes = table
    is_hidden = suppress_table(values, axes, threshold=threshold, protection=protection)
    extended = extend_table(values, axes)
    assert is_hidden[(extended > 0) & (extended < threshold)].all(), "sensitive cells are left out"
    assert not is_hidden[extended == 0].any(), "zeros are published"
    assert find_pinned(values, axes, is_hidden, protection) is None


@examine
@given(
    st.lists(
        st.one_of(st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0]), st.floats(0, 30)), min_size=1, max_size=12
    ),
    st.sampled_from([1.0, 3.0, 10.0]),
    st.sampled_from([0.5, 3.0, 12.0]),
)
def test_a_long_row_is_treated_as_any_table(counts, threshold, protection):
    values = np.array(counts)
    in_one_pass = suppress_row(values, threshold=threshold, protection=protection)
    searched = suppress_table(values, [build_axis(len(counts))], threshold=threshold, protection=protection)
    assert np.array_equal(in_one_pass, searched)


def test_no_solver_pins_a_cell_left_out_of_a_table_with_many_municipalities():
    """More than are tried as partners: small ones in the middle, a few large ones."""
    values = np.random.default_rng(3).lognormal(1.5, 1.0, (90, 3)).round(1)
    axes = [build_axis(90, [0] * 40 + [1] * 50), build_axis(3)]
    is_hidden = suppress_table(values, axes, threshold=3, protection=3)
    extended = extend_table(values, axes)
    assert is_hidden[(extended > 0) & (extended < 3)].all()
    assert find_pinned(values, axes, is_hidden, 3) is None


@examine
@given(tables(), st.integers(0, 2**32 - 1))
def test_dominated_cells_are_protected_as_well(table, seed):
    values, axes = table
    extended = extend_table(values, axes)
    sensitive = np.random.default_rng(seed).random(extended.shape) < 0.2
    is_hidden = suppress_table(values, axes, threshold=0, protection=4.0, sensitive=sensitive)
    assert is_hidden[sensitive & (extended > 0)].all()
    assert find_pinned(values, axes, is_hidden, 4) is None


@cache
def read_demo():
    """Children of the worked region: town x phase x field x group x reason; the towns with their offices."""
    inputs = read_inputs(read_region(DEMO / "region.toml", SCHEME, None), SCHEME).inputs
    outcome = compute(inputs)
    towns, index = outcome.cells.municipalities
    by_town = [outcome.children[:, 1:, index == town].sum(axis=2) for town in range(len(towns))]
    with (DEMO / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        offices = {row["ags"]: row["youth_office"] for row in csv.DictReader(file)}
    names = sorted(set(offices.values()))
    areas = build_axis(len(towns), [names.index(offices[town]) for town in towns])
    return np.stack(by_town).transpose(0, 3, 1, 4, 2), areas


def is_need(shape):
    """The cells of an extended table that are needs, not parts of one."""
    checked = np.zeros(shape, dtype=bool)
    checked[..., -1] = True
    return checked


@pytest.mark.parametrize("only_needs", [True, False])
def test_no_solver_pins_a_cell_of_the_demos_links(only_needs):
    values, areas = read_demo()
    axes = [areas, build_axis(2), REASONS]
    left_out = 0
    for phase, field in ((0, 3), (1, 6), (2, 4), (3, 0), (5, 7), (6, 1)):
        link = values[:, phase, field]
        checked = is_need(extend_table(link, axes).shape) if only_needs else None
        is_hidden = suppress_table(link, axes, threshold=3, protection=3, checked=checked)
        left_out += is_hidden.sum()
        assert find_pinned(link, axes, is_hidden, 3) is None
    assert left_out > 50


def test_no_solver_pins_a_cell_of_the_demos_table_with_all_sums():
    """Towns, offices, region x phases x groups x reasons, every sum of them published."""
    values, areas = read_demo()
    chain, axes = values.sum(axis=2), [areas, build_axis(7), build_axis(2), REASONS]
    checked = is_need(extend_table(chain, axes).shape)
    is_hidden = suppress_table(chain, axes, threshold=10, protection=5, checked=checked)
    assert is_hidden.any()
    assert not is_hidden[-1, -1].any(), "the figures of the whole region stay"
    assert find_pinned(chain, axes, is_hidden, 5) is None


def test_the_threshold_alone_would_be_worked_out():
    """The attacker of these tests is a real one: against primary suppression alone it wins."""
    values, axes = np.array([[2.0, 30.0], [40.0, 50.0]]), [build_axis(2), build_axis(2)]
    only_primary = extend_table(values, axes) == 2
    assert find_pinned(values, axes, only_primary, 3)[1] == pytest.approx(0, abs=1e-6)
    is_hidden = suppress_table(values, axes, threshold=3, protection=3)
    assert is_hidden.tolist() == [[True, True, False], [True, True, False], [False, False, False]]


def test_the_cheapest_partners_are_taken_and_totals_stay():
    values = np.array([[2.0, 500.0, 6.0], [700.0, 800.0, 900.0], [9.0, 600.0, 7.0]])
    is_hidden = suppress_table(values, [build_axis(3), build_axis(3)], threshold=3, protection=3)
    assert np.argwhere(is_hidden).tolist() == [[0, 0], [0, 2], [2, 0], [2, 2]]


def test_a_single_cell_takes_its_sums_with_it():
    values, axes = np.array([[2.0, 0.0], [0.0, 50.0]]), [build_axis(2), build_axis(2)]
    is_hidden = suppress_table(values, axes, threshold=3, protection=3)
    assert is_hidden[0, 0]
    assert is_hidden[0, 2]
    assert is_hidden[2, 0]
    assert find_pinned(values, axes, is_hidden, 3) is None


def test_parent_areas_are_thought_of():
    """The only small town of its office: its partner is a town of the same office, not the office's sum."""
    axes = [build_axis(5, [0, 0, 1, 1, 1])]
    values = np.array([2.0, 80.0, 9.0, 10.0, 11.0])
    is_hidden = suppress_table(values, axes, threshold=3, protection=3)
    assert np.flatnonzero(is_hidden).tolist() == [0, 1]
    alone = suppress_table(values, [build_axis(5, [0, 1, 1, 1, 1])], threshold=3, protection=3)
    assert np.flatnonzero(alone).tolist() == [0, 2, 5, 6], "town and office are one; so are their partners"


def test_what_is_not_checked_is_left_out_only_to_protect_others():
    values, axes = np.array([[1.0, 2.0, 40.0], [50.0, 60.0, 70.0]]), [build_axis(2), build_axis(3)]
    assert not suppress_table(values, axes, threshold=0, protection=3).any()
    checked = np.zeros((3, 4), dtype=bool)
    assert not suppress_table(values, axes, threshold=3, protection=3, checked=checked).any()
    checked[0, 0] = True
    is_hidden = suppress_table(values, axes, threshold=3, protection=3, checked=checked)
    assert is_hidden[0, 0]
    assert not is_hidden[0, 1]


def test_sums_of_trees():
    axis = build_axis(4, [0, 1, 1, 0], [0, 0])
    assert axis.parent == (4, 5, 5, 4, 6, 6, 7, -1)
    assert extend_table(np.array([1.0, 2.0, 3.0, 4.0]), [axis]).tolist() == [1, 2, 3, 4, 5, 5, 10, 10]
    assert build_axis(2, total=False).parent == (-1, -1)
    assert extend_table(np.ones((2, 3)), [build_axis(2), build_axis(3)])[-1, -1] == 6


def test_nothing_small_nothing_hidden_and_empty_tables_pass():
    assert not suppress_table(np.full((3, 3), 9.0), [build_axis(3)] * 2, threshold=3, protection=3).any()
    assert suppress_table(np.zeros((0, 2)), [build_axis(0), build_axis(2)], threshold=3, protection=3).size


@pytest.mark.parametrize("faulty", [-1.0, np.nan, np.inf])
def test_faulty_counts_are_refused(faulty):
    with pytest.raises(ValueError, match="not negative"):
        suppress_table(np.array([1.0, faulty]), [build_axis(2)], threshold=3, protection=3)


def test_axes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="leaves"):
        suppress_table(np.ones(3), [build_axis(2)], threshold=3, protection=3)
    with pytest.raises(ValueError, match="one group for each"):
        build_axis(3, [0, 1])


def test_dominance_by_the_p_percent_rule():
    shares = np.array([[90.0, 5.0, 5.0], [90.0, 5.0, 20.0], [0.0, 0.0, 0.0], [7.0, 0.0, 0.0]])
    assert find_dominated(shares, percent=10).tolist() == [True, True, False, True]
    assert find_dominated(shares, percent=5).tolist() == [False, False, False, True]
    assert find_dominated(np.array([[3.0], [0.0]]), percent=1).tolist() == [True, False]


def test_publishing_writes_dots_and_rounds():
    is_hidden = np.array([False, True, False])
    assert publish_counts(np.array([7.4, 2.0, 0.0]), is_hidden).tolist() == [7.4, DOT, 0.0]
    assert publish_counts(np.array([7.6, 2.0, 11.0]), is_hidden, round_to=5).tolist() == [10, DOT, 10]


def test_shares_need_both_numbers_and_a_large_enough_whole():
    parts = np.array([5.0, DOT, 2.0, 1.0, 0.0], dtype=object)
    wholes = np.array([20.0, 20.0, DOT, 4.0, 0.0], dtype=object)
    assert publish_shares(parts, wholes, smallest_whole=10).tolist() == [0.25, DOT, DOT, DOT, None]


@st.composite
def split_tables(draw):
    """Counts split into two or three parts, and the axes of the counts."""
    values, axes = draw(tables())
    kinds = draw(st.integers(2, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return values[..., None] * rng.dirichlet(np.ones(kinds), values.shape), axes


@examine
@given(split_tables(), st.sampled_from([1.0, 3.0, 10.0]), st.sampled_from([0.5, 3.0, 12.0]))
def test_no_solver_pins_a_count_although_the_parts_of_all_others_are_published(table, threshold, protection):
    parts, axes = table
    counts = parts.sum(axis=-1)
    is_hidden = suppress_table(counts, axes, threshold=threshold, protection=protection, parts=parts)
    whole = [*axes, build_axis(parts.shape[-1])]
    with_parts = np.repeat(is_hidden[..., None], parts.shape[-1] + 1, axis=-1)
    counts_only = with_parts.copy()
    counts_only[..., :-1] = False
    assert find_pinned(parts, whole, with_parts, protection, counts_only) is None


@examine
@given(tables(), st.integers(0, 2**32 - 1))
def test_two_publications_of_the_same_counts_do_not_tell_more_than_one(table, seed):
    """The second one protects less: what it would show beside the first stays left out."""
    values, axes = table
    rng = np.random.default_rng(seed)
    sensitive = rng.random(extend_table(values, axes).shape) < 0.3
    first = suppress_table(values, axes, threshold=3, protection=3, sensitive=sensitive)
    second = suppress_table(values, axes, threshold=3, protection=3, earlier=first)
    assert (second | ~first | (extend_table(values, axes) == 0)).all()
    assert find_pinned(values, axes, second, 3) is None


TOWNS = ("05766004", "05766008", "05766012")
NO_OFFER = REASON_CODES.index("no_offer")


def hide_needs(parts, n, **options):
    """The table ``hidden`` of three towns; parts: town × phase × field × group × reason, n: children."""
    place = [axis.ravel() for axis in np.indices(parts.shape[:-1])]
    columns = {
        "ags": np.array(TOWNS)[place[0]],
        "phase": np.array(SCHEME.phase_codes)[place[1]],
        "field": np.array(SCHEME.field_codes)[place[2]],
        "group": np.array(SCHEME.group_codes)[place[3]],
    }
    reasons = dict(zip(REASON_CODES, parts.reshape(-1, len(REASON_CODES)).T, strict=True))
    passages = ("ags", "transition", "group"), ("crossing", "with_handover")
    tables = {
        "links": pa.table(columns | reasons),
        "transitions": pa.table(
            {name: pa.array([], pa.string()) for name in passages[0]}
            | {name: pa.array([], pa.float64()) for name in passages[1]}
        ),
        "offers": pa.table({"offer": ["a"], "field": ["K1"], "taken_found": [9.0]}),
    }
    return hide_small_numbers(tables, children_of(TOWNS, n), SCHEME, **options)


def list_needs(hidden):
    """The needs that a table ``hidden`` leaves out."""
    rows = (row for row in hidden.to_pylist() if row["table"] == "needs")
    return {(row["area"], row["phase"], row["field"], row["group"]) for row in rows}


def split_needs(need, unoffered, seed=2):
    """Reasons of the needs: all of the unoffered links (phase, field) are no_offer, none of the others."""
    rng = np.random.default_rng(seed)
    parts = np.zeros((*need.shape, len(REASON_CODES)))
    parts[..., :NO_OFFER] = need[..., None] * rng.dirichlet(np.ones(NO_OFFER), need.shape)
    for link in unoffered:
        parts[:, link[0], link[1]] = 0.0
        parts[:, link[0], link[1], :, NO_OFFER] = need[:, link[0], link[1]]
    return parts


def find_pinned_need(parts, left_out, unoffered):
    """As ``find_pinned``, for somebody who also knows which links nobody offers."""
    phases, fields = parts.shape[1:3]
    by_link = parts.reshape(len(parts), phases * fields, *parts.shape[3:])
    needs = [build_axis(3), build_link_axis(SCHEME), build_axis(2)]
    axes = [*needs, build_axis(len(REASON_CODES))]
    groups, areas = (*SCHEME.group_codes, ""), (*TOWNS, "")
    is_hidden = np.array(
        [
            [[(area, *link, group) in left_out for group in groups] for link in name_links(SCHEME)]
            for area in areas
        ]
    )
    may_be = np.ones(parts.shape, dtype=bool)
    may_be[..., NO_OFFER] = False
    for phase, field in unoffered:
        may_be[:, phase, field] = ~may_be[:, phase, field]
    with_parts = np.repeat(is_hidden[..., None], len(REASON_CODES) + 1, axis=-1)
    known = with_parts.copy()
    known[:3, : phases * fields, :2, :-1] &= may_be.reshape(by_link.shape)
    attacked = with_parts.copy()
    attacked[..., :-1] = False
    return find_pinned(by_link, axes, known, 3, attacked)


@settings(examine, max_examples=12)  # 2,016 unknowns each
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 4.0, 15.0]))
def test_a_link_that_nobody_offers_gives_nothing_away(seed, level):
    """All its children are no_offer, and nobody else is: any sum would tell its needs, so they are shown."""
    rng = np.random.default_rng(seed)
    n = rng.uniform(20, 200, (3, len(SCHEME.phases), 2))
    need = rng.lognormal(np.log(level), 1.0, (3, len(SCHEME.phases), len(SCHEME.fields), 2)).round(2)
    unoffered = {(int(rng.integers(7)), int(rng.integers(8))) for _ in range(2)}
    parts = split_needs(need, unoffered, seed)
    left_out = list_needs(hide_needs(parts, n))
    for phase, field in unoffered:
        link = SCHEME.phase_codes[phase], SCHEME.field_codes[field]
        assert not any(row[1:3] == link for row in left_out)
    assert find_pinned_need(parts, left_out, unoffered) is None


def test_a_link_that_loses_its_last_offer_keeps_its_dots():
    """What was left out while it had one stays left out, with the sums that would tell it now."""
    n = np.full((3, len(SCHEME.phases), 2), 100.0)
    need = np.full((3, len(SCHEME.phases), len(SCHEME.fields), 2), 30.0)
    need[0, 2, 4, 0] = 2.0
    before = hide_needs(split_needs(need, []), n)
    parts = split_needs(need, [(2, 4)])
    left_out = list_needs(hide_needs(parts, n, earlier=before))
    assert left_out >= list_needs(before)
    assert (TOWNS[0], "P3", SCHEME.field_codes[4], SCHEME.group_codes[0]) in left_out
    assert find_pinned_need(parts, left_out, [(2, 4)]) is None
    assert not list_needs(hide_needs(parts, n)), "without the run before nothing is left out"


def test_what_was_shown_while_nobody_offered_a_link_protects_nobody_later():
    """Its needs are known from the run before: no dot may rest on them."""
    n = np.full((3, len(SCHEME.phases), 2), 100.0)
    need = np.full((3, len(SCHEME.phases), len(SCHEME.fields), 2), 30.0)
    need[:, 2, 4, 0], need[0, 2, 5, 0] = 2.0, 1.0
    told = (SCHEME.phase_codes[2], SCHEME.field_codes[4])
    left_out = list_needs(hide_needs(split_needs(need, []), n, told={told}))
    assert left_out
    assert not any(row[1:3] == told for row in left_out)


@pytest.mark.parametrize("few", [0.4, 2.0])
def test_few_children_are_not_found_by_way_of_the_norms(few):
    """Needs are children × public shares; where children are few, no link of the phase leads to them."""
    n = np.full((3, len(SCHEME.phases), 2), 400.0)
    n[0, 2, 0] = few
    shares = np.random.default_rng(1).uniform(0.2, 1, (len(SCHEME.phases), len(SCHEME.fields), 2))
    for unoffered in ([], [(2, 1)]):
        out = list_needs(hide_needs(split_needs(n[:, :, None, :] * shares, unoffered), n))
        phase, group = SCHEME.phase_codes[2], SCHEME.group_codes[0]
        for field in ("", *SCHEME.field_codes):
            assert (TOWNS[0], phase, field, group) in out
            assert (TOWNS[0], phase, field, "") in out
        partners = [
            town for town in TOWNS[1:] if all((town, phase, f, group) in out for f in SCHEME.field_codes)
        ]
        assert partners or ("", phase, "", group) in out, "the sum over the towns does not tell"


def children_of(towns, n):
    """The counts as the engine's table, one cell a town."""
    town, phase, group = (axis.ravel() for axis in np.indices(n.shape))
    names = np.array(towns, dtype=object)[town]
    zeros = np.zeros(n.size)
    return Children(cell=names, x=zeros, y=zeros, ags=names, phase=phase, group=group, n=n.ravel())
