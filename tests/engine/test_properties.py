"""What must hold for every region, however odd: no child or place counted twice, no luck of order."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.regions import Region, count_possible, examine, regions

from kekiz.engine.compute import Outcome
from kekiz.engine.gaps import COLUMNS
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.results import tabulate

NEED, FOUND, NOT_FOUND = (COLUMNS.index(name) for name in ("need", "found", "not_found"))


def as_bytes(outcome: Outcome) -> dict[str, bytes]:
    """Every result table as it would be written."""
    written = {}
    for name, table in tabulate(outcome).tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        written[name] = sink.getvalue().to_pybytes()
    return written


@examine
@given(regions())
def test_found_is_within_possible_and_possible_within_need(region):
    children = region.compute().children
    found, possible = children[:, FOUND], children[:, FOUND] + children[:, NOT_FOUND]
    assert (children >= 0).all()
    assert (found <= possible).all()
    assert (possible <= children[:, NEED]).all()


@examine
@given(regions())
def test_six_reasons_add_up_to_the_need_exactly(region):
    children = region.compute().children
    np.testing.assert_array_equal(children[:, 1:].sum(axis=1), children[:, NEED])


@examine
@given(regions())
def test_need_is_children_times_need_share(region):
    outcome = region.compute()
    expected = np.einsum("cpg,pfg->fcpg", outcome.cells.n, outcome.parameters.need_share)
    np.testing.assert_allclose(outcome.children[:, NEED], expected, atol=1e-5)


@examine
@given(regions())
def test_no_offer_is_overfilled_and_every_placed_child_is_at_one(region):
    outcome = region.compute()
    for market in outcome.fields:
        children = market.split.children
        assert (market.taken_found >= 0).all()
        assert (market.taken_found <= market.taken_possible).all()
        assert (market.taken_possible <= market.places + GRAIN / 2).all()
        assert market.taken_found.sum() == children[FOUND].sum()
        assert market.taken_possible.sum() == children[FOUND].sum() + children[NOT_FOUND].sum()


@examine
@given(regions(min_offers=1), st.integers(0, 5), st.floats(0, 50))
def test_more_places_never_lower_what_is_possible(region, number, more):
    index = number % len(region.offers)
    known = region.change_offer(index, places=region.offers[index]["places"] or 0.0)
    richer = known.change_offer(index, places=known.offers[index]["places"] + more)
    assert count_possible(richer.compute()) >= count_possible(known.compute())


@examine
@given(regions(), st.floats(0, 90))
def test_a_longer_acceptable_way_never_lowers_what_is_possible(region, more):
    farther = region.change_norms("acceptable_minutes", lambda minutes: minutes + more)
    assert count_possible(farther.compute()) >= count_possible(region.compute())


@examine
@given(regions())
def test_one_more_try_never_lowers_what_is_possible(region):
    stubborn = region.change_norms("tries", lambda tries: tries + 1)
    assert count_possible(stubborn.compute()) >= count_possible(region.compute())


@examine
@given(regions(), st.integers(0, 3))
def test_one_more_try_for_all_alike_never_lowers_what_is_found(region, tries):
    """Only where all groups have the same number of tries: else a late group may come before a later one."""
    even = region.change_norms("tries", lambda _: tries)
    stubborn = region.change_norms("tries", lambda _: tries + 1)
    gained = stubborn.compute().children[:, FOUND] - even.compute().children[:, FOUND]
    assert gained.min(initial=0.0) >= -1e-5  # rounding to grains, one per arc


@examine
@given(regions(), regions(min_offers=1))
def test_another_offer_never_lowers_what_is_possible(region, other):
    """An offer without hurdles: one with a hurdle divides the families anew and rounds their numbers."""
    extra = {**other.offers[0], "offer": "NEU", "hurdles": ""}
    larger = replace(region, offers=[*region.offers, extra])
    if region.offers:
        assert count_possible(larger.compute()) >= count_possible(region.compute()) - 1e-5
    else:
        assert count_possible(region.compute()) == 0


@examine
@given(regions(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_byte(region, random):
    def shuffle(rows):
        return rows and random.sample(rows, len(rows))

    shuffled = replace(
        region,
        children=shuffle(region.children),
        offers=shuffle(region.offers),
        times=shuffle(region.times),
        cooperations=shuffle(region.cooperations),
    )
    one, other = region.compute(), shuffled.compute()
    assert as_bytes(one) == as_bytes(other)
    assert one.digests == other.digests


@examine
@given(regions())
def test_same_input_gives_same_bytes_with_any_number_of_workers(region):
    once = region.compute(workers=1)
    assert as_bytes(once) == as_bytes(region.compute(workers=1)) == as_bytes(region.compute(workers=2))
    assert once.digests == region.compute(workers=2).digests


def move_apart(region: Region) -> Region:
    """Shift every cell and offer by some metres of its own, so that no two stand at one point."""

    def shift(row, number):
        return row if row["x"] is None else {**row, "x": row["x"] + number}

    number_of = {name: n for n, name in enumerate(sorted({row["cell"] for row in region.children}))}
    children = [shift(row, number_of[row["cell"]]) for row in region.children]
    offers = [
        {**shift(row, 20 + number), "age_to": row["age_to"] + number / 100}
        for number, row in enumerate(region.offers)
    ]
    return replace(region, children=children, offers=[o for o in offers if o["age_to"] <= 324])


def rename(region: Region, cells: dict[str, str], offers: dict[str, str]) -> Region:
    """The same region with other ids everywhere."""

    def swap(rows, **names):
        return rows and [
            {key: names[key].get(value, value) if key in names else value for key, value in row.items()}
            for row in rows
        ]

    return Region(
        children=swap(region.children, cell=cells),
        offers=swap(region.offers, offer=offers),
        times=swap(region.times, cell=cells, offer=offers),
        cooperations=swap(region.cooperations, offer_a=offers, offer_b=offers),
        overrides=region.overrides,
    )


@st.composite
def renamed_regions(draw, with_times=True):
    """A region, the same with permuted ids, and how the ids were permuted."""
    region = draw(regions(with_times=with_times))
    cells = sorted({row["cell"] for row in region.children})
    offers = [row["offer"] for row in region.offers]
    cell_names = dict(zip(cells, draw(st.permutations(cells)), strict=True))
    offer_names = dict(zip(offers, draw(st.permutations(offers)), strict=True))
    return region, cell_names, offer_names


def rename_column(table: pa.Table, column: str, names: dict[str, str]) -> pa.Table:
    renamed = pa.array([names.get(value, value) for value in table[column].to_pylist()], pa.string())
    return table.set_column(table.schema.get_field_index(column), column, renamed)


@examine
@given(renamed_regions())
def test_other_ids_change_no_bit(drawn):
    """Where no two cells and no two offers are alike, ids are names and nothing else."""
    region, cells, offers = drawn
    region = move_apart(region)
    before = tabulate(region.compute()).tables
    after = tabulate(rename(region, cells, offers).compute()).tables
    before["cells"] = rename_column(before["cells"], "cell", cells)
    before["reach"] = rename_column(before["reach"], "cell", cells)
    before["offers"] = rename_column(before["offers"], "offer", offers)
    for name, table in before.items():
        assert_same_bits(table, after[name])


@examine
@given(renamed_regions(with_times=False))
def test_other_ids_of_twins_change_no_childs_figure(drawn):
    """Offers alike in every column can only be told apart by id: what each of them takes may swap, no more.

    Travel times and agreements are left out: they make offers differ that look alike in their own table.
    """
    region, cells, offers = drawn
    twins = [{**row, "offer": f"{row['offer']}-2"} for row in region.offers]
    region = replace(region, offers=[*region.offers, *twins], cooperations=None)
    before = tabulate(region.compute()).tables
    after = tabulate(rename(region, cells, offers).compute()).tables
    for name in ("links", "chain", "breaks", "transitions"):
        assert_same_bits(before[name], after[name])
    numbers = ("places", "taken_found", "taken_possible")
    rows = [
        sorted(zip(*(table["offers"][c].to_pylist() for c in numbers), strict=True))
        for table in (before, after)
    ]
    assert rows[0] == rows[1]


@examine
@given(renamed_regions(with_times=False))
def test_other_ids_of_cells_at_one_point_change_no_towns_figure(drawn):
    """Cells that share a point and a town are told apart by their children, by id last of all."""
    region, cells, _ = drawn
    point = {"x": 4_236_000.0, "y": 3_182_000.0, "ags": "05766020"}
    region = replace(region, children=[{**row, **point} for row in region.children])
    before = tabulate(region.compute()).tables
    after = tabulate(rename(region, cells, {}).compute()).tables
    for name in ("links", "offers", "chain", "breaks", "transitions"):
        assert_same_bits(before[name], after[name])


def assert_same_bits(one: pa.Table, other: pa.Table) -> None:
    """Equal tables, not-a-numbers included."""
    assert one.schema == other.schema
    for column in one.column_names:
        mine, theirs = one[column].combine_chunks(), other[column].combine_chunks()
        if pa.types.is_floating(mine.type):
            mine, theirs = mine.to_numpy().tobytes(), theirs.to_numpy().tobytes()
        assert mine == theirs, column
