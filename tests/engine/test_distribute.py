"""District by district: places divided once, the same bytes however spread, no district drags others down."""

import hashlib
import multiprocessing
import os
import shutil
import signal
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from tests.engine.regions import SCHEME, regions

from kekiz.engine.compute import Inputs, compute
from kekiz.engine.distribute import (
    TRIES,
    Common,
    Solved,
    Worker,
    read_payload,
    solve_district,
    solve_in_processes,
    write_stream,
)
from kekiz.engine.districts import cut_all, divide
from kekiz.engine.merge import merge_districts
from kekiz.engine.norms import load_norms
from kekiz.engine.results import ALL, tabulate
from kekiz.engine.scheme import OFFER_MODES
from kekiz.engine.tables import Children, Offers, to_arrow

NORMS = load_norms(scheme=SCHEME)
SEED = 5


def three_districts(cells_each: int = 6, offers_each: int = 10) -> Inputs:
    """Three districts in a row, 8 km apart, with offers on both sides of the borders."""
    rng = np.random.default_rng(SEED)
    places = [
        (f"{key}000", 4_240_000 + 8_000 * index + rng.normal(0, 2_500), 3_200_000 + rng.normal(0, 2_500))
        for index, key in enumerate(("05711", "05766", "05770"))
        for _ in range(cells_each)
    ]
    rows = [
        (f"Z{number}", x, y, ags, phase, group, float(rng.integers(1, 40)))
        for number, (ags, x, y) in enumerate(places)
        for phase in range(len(SCHEME.phases))
        for group in range(len(SCHEME.groups))
    ]
    cell, x, y, ags, phase, group, n = (np.array(column) for column in zip(*rows, strict=True))
    children = Children(cell.astype(object), x, y, ags.astype(object), phase, group, n)
    count = 3 * offers_each
    at = rng.integers(0, len(places), count)
    age_from = rng.integers(0, 15, count) * 12.0
    names = np.array([f"A{number}" for number in range(count)], dtype=object)
    empty = np.array([""] * count, dtype=object)
    offers = Offers(
        offer=names,
        provider=names,
        name=names,
        x=np.array([places[index][1] for index in at]) + 200,
        y=np.array([places[index][2] for index in at]),
        age_from=age_from,
        age_to=age_from + 48,
        fields=rng.integers(1, 256, count),
        places=np.where(rng.random(count) < 0.2, np.nan, rng.integers(5, 200, count)),
        mode=rng.choice([0, 0, 0, 1, 2], count),
        area=np.array([places[index][0][:5] if rng.random() < 0.3 else "" for index in at], dtype=object),
        hurdles=rng.integers(0, 8, count),
        languages=empty,
        until=empty,
    )
    return Inputs(children, offers, NORMS, SCHEME)


def common_of(inputs: Inputs) -> Common:
    return Common(inputs.norms, inputs.scheme, inputs.cooperations, inputs.times)


def solve_here(inputs: Inputs) -> list[pa.Table]:
    return [
        solve_district(
            part.key, to_arrow(part.inputs.children), to_arrow(part.inputs.offers), common_of(inputs)
        )
        for part in cut_all(divide(inputs))
    ]


def bytes_of(solved: Solved) -> dict[str, str]:
    """A digest of each table's bytes; "not a number" counts as equal to itself."""
    return {name: hashlib.sha256(write_stream(table)).hexdigest() for name, table in solved.tables.items()}


def merge_here(inputs: Inputs, solved: list[Solved]):
    return merge_districts(solved, inputs, {})


@settings(deadline=None, max_examples=40)
@given(regions(min_offers=1, with_times=False))
def test_no_place_is_given_out_twice(region):
    inputs = region.inputs()
    division = divide(inputs)
    parts = np.bincount(division.offer, division.part, minlength=len(inputs.offers.offer))
    assert np.abs(parts - 1).max() < 1e-9  # also of offers out of everybody's reach: one district lists them
    children = sum(part.inputs.children.n.sum() for part in cut_all(division))
    assert children == pytest.approx(inputs.children.n.sum())


def test_unknown_places_stay_unknown_and_in_one_district():
    inputs = three_districts()
    division = divide(inputs)
    unknown = set(inputs.offers.offer[np.isnan(inputs.offers.places)])
    holders = [
        offer
        for part in cut_all(division)
        for offer, places in zip(part.inputs.offers.offer, part.inputs.offers.places, strict=True)
        if np.isnan(places)
    ]
    assert unknown
    assert len(holders) == len(set(holders))
    assert set(holders) <= unknown


def test_an_offer_for_one_district_gives_nothing_to_the_neighbours():
    inputs = three_districts()
    for part in cut_all(divide(inputs)):
        for area in part.inputs.offers.area:
            assert area in ("", part.key)


def test_places_near_a_border_follow_those_who_would_ask_first():
    inputs = three_districts()
    cells = inputs.children
    on_border = replace(
        inputs.offers,
        x=np.full(len(inputs.offers.x), cells.x[np.char.startswith(cells.ags.astype(str), "05711")].mean()),
        y=np.full(len(inputs.offers.y), cells.y.mean()),
        mode=np.zeros_like(inputs.offers.mode),
        area=np.array([""] * len(inputs.offers.area), dtype=object),
        places=np.full(len(inputs.offers.places), 10.0),
    )
    division = divide(replace(inputs, offers=on_border))
    share = np.zeros(3)
    np.add.at(share, np.repeat(np.arange(3), np.diff(division.start)), division.part)
    assert (
        share[0] > share[1] > share[2] > 0
    )  # the offers stand in the first district, 8 and 16 km from the others


def test_the_failed_district_is_left_out_of_the_children():
    inputs = three_districts()
    solved = [read_payload(payload) for payload in solve_here(inputs)]
    solved[0] = Solved(solved[0].key, error="broken")
    merged = merge_here(inputs, solved)
    missing = inputs.children.n[np.char.startswith(inputs.children.ags.astype(str), "05711")].sum()
    assert merged.result.headline["children"] == pytest.approx(inputs.children.n.sum() - missing)


def test_one_district_alone_is_the_whole_analysis():
    whole = three_districts()
    inside = np.array([ags == "05766000" for ags in whole.children.ags])
    children = Children(
        **{name: getattr(whole.children, name)[inside] for name in Children.__dataclass_fields__}
    )
    near = ~np.isin(whole.offers.area, ["05711", "05770"]) & (whole.offers.mode == OFFER_MODES.index("visit"))
    offers = Offers(**{name: getattr(whole.offers, name)[near] for name in Offers.__dataclass_fields__})
    inputs = replace(whole, children=children, offers=offers)
    merged = merge_here(inputs, [read_payload(payload) for payload in solve_here(inputs)]).result
    expected = tabulate(compute(inputs))
    assert merged.tables["links"].equals(expected.tables["links"])
    for name, value in expected.headline.items():
        assert merged.headline[name] == pytest.approx(value), name
    for name in ("chain", "breaks", "transitions"):
        key = [
            column
            for column in ("ags", "group", "phase", "transition")
            if column in merged.tables[name].column_names
        ]
        order = [(column, "ascending") for column in key]
        ours, theirs = (
            table.sort_by(order).to_pydict() for table in (merged.tables[name], expected.tables[name])
        )
        for column, values in theirs.items():
            assert (
                ours[column] == pytest.approx(values, nan_ok=True)
                if column not in key
                else ours[column] == values
            )


def test_the_joined_result_adds_up_and_overfills_no_offer():
    inputs = three_districts()
    result = merge_here(inputs, [read_payload(payload) for payload in solve_here(inputs)]).result
    offers = result.tables["offers"]
    assert pc.all(pc.less_equal(offers["taken_possible"], pc.add(offers["places"], 1e-6))).as_py()
    known = dict(zip(inputs.offers.offer, inputs.offers.places, strict=True))
    for row in offers.to_pylist():
        if not np.isnan(known[row["offer"]]):
            assert row["places"] == pytest.approx(known[row["offer"]])
    reasons = result.headline["reasons"]
    assert reasons["need"] == pytest.approx(sum(reasons[name] for name in reasons if name != "need"))
    region = [row for row in result.tables["chain"].to_pylist() if row["ags"] == ALL]
    assert len(region) == len(SCHEME.groups) + 1


def test_processes_give_the_same_bytes_in_order():
    inputs = three_districts()
    here = [read_payload(payload) for payload in solve_here(inputs)]
    spread = list(solve_in_processes(cut_all(divide(inputs)), common_of(inputs), workers=2))
    assert [solved.key for solved in spread] == ["05711", "05766", "05770"]
    for ours, theirs in zip(spread, here, strict=True):
        assert bytes_of(ours) == bytes_of(theirs)


def test_a_poisoned_district_is_reported_and_the_others_are_finished():
    inputs = three_districts()
    parts = list(cut_all(divide(inputs)))
    phase = parts[1].inputs.children.phase.copy()
    phase[0] = 99  # no such phase: the engine breaks on it
    children = replace(parts[1].inputs.children, phase=phase)
    parts[1] = replace(parts[1], inputs=replace(parts[1].inputs, children=children))
    merged = merge_here(inputs, list(solve_in_processes(parts, common_of(inputs), workers=2)))
    assert list(merged.failed) == ["05766"]
    assert "IndexError" in merged.failed["05766"]
    assert set(merged.result.tables["links"]["ags"].to_pylist()) == {"05711000", "05770000"}


def test_a_killed_worker_takes_no_district_along():
    inputs = three_districts()
    others = set(multiprocessing.active_children())
    solved = []
    for part in solve_in_processes(cut_all(divide(inputs)), common_of(inputs), workers=2):
        if not solved:
            for worker in set(multiprocessing.active_children()) - others:
                os.kill(worker.pid, signal.SIGKILL)
        solved.append(part)
    assert [part.key for part in solved] == ["05711", "05766", "05770"]
    assert not any(part.error for part in solved)


def test_a_district_that_kills_its_worker_every_time_is_reported():
    inputs = three_districts()
    part = next(cut_all(divide(inputs)))
    worker = Worker(common_of(inputs))
    try:
        worker.begin(0, part)
        answers = []
        while not answers or answers[-1] is None:
            os.kill(worker.pid, signal.SIGKILL)
            answers.append(worker.finish())
        assert len(answers) == TRIES
        assert answers[-1].key == "05711"
        assert "abgebrochen" in answers[-1].error
    finally:
        worker.stop()


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # py4j closes its sockets late
def test_spark_gives_the_same_bytes():
    pytest.importorskip("pyspark", reason="needs requirements/spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 (Debian: openjdk-17-jre-headless)")
    from kekiz.engine.on_spark import open_local_session, solve_on_spark

    inputs = three_districts()
    session = open_local_session(2)
    try:
        spread = list(solve_on_spark(divide(inputs), common_of(inputs), session))
    finally:
        session.stop()
    here = [read_payload(payload) for payload in solve_here(inputs)]
    assert [solved.key for solved in spread] == [solved.key for solved in here]
    for ours, theirs in zip(spread, here, strict=True):
        assert bytes_of(ours) == bytes_of(theirs)
