"""A run from the stored region to stored figures: the same as the engine says, frozen, with its digests."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE
from tests.evidence.region import load_counts, load_region
from tests.register.world import OFFERS, get_offer, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.analysis import actions, bridge, queries
from kekiz.analysis.models import Run, RunTable
from kekiz.engine.run import analyse
from kekiz.engine.tables import digest_tables
from kekiz.evidence.actions import set_norm
from kekiz.register import actions as register
from kekiz.register.frozen import FrozenRowError

DAY = dt.date(2025, 6, 1)
HANDOVER = [{"offer_a": "hebamme", "offer_b": "elterncafe", "since": "2024-01-01"}]


@pytest.fixture
def region(db):
    """Areas, children and the published register."""
    load_region()
    load_world(cooperations=HANDOVER)


def make_run(actor=SYSTEM, **values):
    """A run of Lippe as of DAY."""
    return actions.run_analysis(actor=actor, **{"region_key": LIPPE, "reference_date": DAY, **values})


def test_stored_figures_are_the_engines_figures(region, alina):
    run = make_run(alina)
    direct = analyse(bridge.take_snapshot(LIPPE, DAY).inputs)
    for name, table in direct.tables.items():
        # repr, because "not a number" (nothing in reach) equals itself only there
        assert repr(queries.run_table(run, name).to_pydict()) == repr(table.to_pydict()), name
    assert (run.inputs_digest, run.norms_digest) == (direct.digests["inputs"], direct.digests["norms"])
    assert run.headline["reasons"] == pytest.approx(direct.headline["reasons"])
    assert queries.total_reasons(run).as_dict() == pytest.approx(direct.headline["reasons"])
    assert run.headline["reasons"]["need"] > 0
    assert (run.region_name, run.created_by, run.is_synthetic) == ("Kreis Lippe", alina, True)
    assert describe_log_entry(log_of_target("run", run.pk).get()).sentence == (
        f"Alina Koordination hat die Analyse Kreis Lippe, 01.06.2025 gerechnet (Lauf {run.pk})."
    )


def test_same_input_same_digests_same_bytes(region):
    first, second = make_run(), make_run()
    assert first.digests == second.digests
    assert second.supersedes == first
    stored = [dict(RunTable.objects.filter(run=run).values_list("name", "digest")) for run in (first, second)]
    assert stored[0] == stored[1]
    assert {"links", "cells", "offers", "chain", "input_children", "input_offers"} <= set(stored[0])


def test_another_input_another_digest(region):
    first = make_run()
    load_counts(1.01)
    second = make_run()
    register.change_offer(actor=SYSTEM, offer=get_offer("elterncafe"), places=31)
    unpublished = make_run()
    register.publish_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    third = make_run()
    assert len({first.inputs_digest, second.inputs_digest, third.inputs_digest}) == 3
    assert unpublished.inputs_digest == second.inputs_digest, "a change that waits changes no figure"
    assert first.norms_digest == third.norms_digest
    set_norm(
        actor=SYSTEM,
        region_key=LIPPE,
        key="tries",
        group="other",
        low=1,
        mid=1,
        high=1,
        source="assumption",
        valid_from=DAY,
    )
    fourth = make_run()
    assert (fourth.inputs_digest, fourth.norms_digest != third.norms_digest) == (third.inputs_digest, True)


def test_a_run_cannot_be_changed_not_even_past_the_model(region):
    run = make_run()
    run.seed = 7
    with pytest.raises(FrozenRowError, match="kann nicht geändert werden"):
        run.save()
    with pytest.raises(FrozenRowError):
        run.tables.first().save()
    for rows, values in ((Run.objects.all(), {"seed": 7}), (RunTable.objects.all(), {"rows": 0})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    assert Run.objects.get().seed == 0


def test_only_the_coordination_runs_the_analysis(region, people):
    for name in ("bert", "cem", "dora", "eva", "frido"):
        with pytest.raises(ActionDenied, match="nur die Koordination"):
            make_run(people[name])
    assert not Run.objects.exists()
    assert make_run(people["alina"]).pk


def test_without_children_there_is_a_sentence_and_no_run(db):
    load_world()
    with pytest.raises(InvalidInput, match="noch keine Kinderzahlen"):
        make_run()
    assert not Run.objects.exists()


def test_without_offers_everybody_is_left_behind(db):
    load_region()
    reasons = queries.total_reasons(make_run())
    assert reasons.need > 0
    assert reasons.no_offer == pytest.approx(reasons.need)


def test_a_failure_while_storing_leaves_nothing_behind(region, monkeypatch):
    calls = []

    def fail(table):
        calls.append(table)
        if len(calls) == 3:
            raise RuntimeError("disk full")
        return b""

    monkeypatch.setattr("kekiz.analysis.bridge.write_parquet", fail)
    with pytest.raises(RuntimeError):
        make_run()
    assert not Run.objects.exists()
    assert not RunTable.objects.exists()


def test_progress_is_told(region):
    told = []
    make_run(progress=lambda done, of: told.append((done, of)))
    assert told == [(number, 8) for number in range(1, 9)]


def test_the_snapshot_holds_published_offers_by_site_with_their_places_shared(region):
    register.pause_offer(actor=SYSTEM, offer=get_offer("lesepaten"))
    inputs = bridge.take_snapshot(LIPPE, DAY).inputs
    places = dict(zip(inputs.offers.offer, inputs.offers.places, strict=True))
    assert set(places) == {
        "elterncafe",
        "erziehungsberatung",
        "hebamme",
        "telefon",
        "turnen@detmold-mitte",
        "turnen@detmold-nord",
    }
    assert places["turnen@detmold-mitte"] == 20
    assert places["telefon"] != places["telefon"], "unknown is not zero"
    assert list(inputs.cooperations.offer_a) == ["hebamme"]


def test_the_snapshot_leaves_out_what_is_over_and_what_is_elsewhere(db):
    load_region()
    load_world(
        [
            offer_row("projekt", permanent=False, until="2025-05-31"),
            offer_row("anderswo", mode="outreach", sites=[], service_area=["05774"]),
            offer_row("hier", mode="outreach", sites=[], service_area=["05766044"]),
            offer_row("ueberall", mode="online", sites=[]),
        ]
    )
    assert set(bridge.take_snapshot(LIPPE, DAY).inputs.offers.offer) == {"hier", "ueberall"}
    assert "projekt" in bridge.take_snapshot(LIPPE, dt.date(2025, 5, 31)).inputs.offers.offer


def test_inputs_survive_storage(region):
    run = make_run()
    before, after = bridge.take_snapshot(LIPPE, DAY).inputs, queries.stored_inputs(run)
    tables = ("children", "offers", "times", "cooperations")
    assert digest_tables(*(getattr(before, name) for name in tables)) == digest_tables(
        *(getattr(after, name) for name in tables)
    )
    assert before.norms.entries == after.norms.entries


def test_the_newest_run_is_shown_and_others_can_be_looked_up(region):
    first, second = make_run(), make_run()
    assert queries.latest_run(LIPPE) == queries.latest_run() == second
    assert queries.latest_run("05774") is None
    assert queries.find_run(first.pk) == first
    assert queries.runs_of(LIPPE) == [second, first]
    with pytest.raises(RunTable.DoesNotExist):
        queries.run_table(first, "geheim")


def test_the_region_of_the_tests_is_three_municipalities(region):
    assert queries.municipalities_in(make_run(), None) == sorted([DETMOLD, LEMGO, LUEGDE])
    assert len(OFFERS) == 6
