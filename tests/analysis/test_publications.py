"""Which run is open data: who decides, one at a time, and no later run tells what an earlier one hides.

Alina coordinates the district; Bert, Cem, Dora, Eva and Frido do not.
"""

import pytest
from django.db import DatabaseError, transaction
from tests.analysis.test_runs import make_run
from tests.conftest import LIPPE, PEOPLE, make_person
from tests.evidence.region import load_counts, load_region
from tests.register.world import get_offer, load_world

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.analysis import queries
from kekiz.analysis.actions import publish_run, take_back_run
from kekiz.analysis.models import Publication, RunTable
from kekiz.register import actions as register
from kekiz.register.frozen import FrozenRowError


@pytest.fixture
def region(db):
    """The small region, with needs small and large."""
    load_region()
    load_world()
    load_counts(12)


def test_the_coordination_publishes_a_run_and_takes_it_back(region, alina):
    run = make_run()
    assert queries.publication_in_force(LIPPE) is None
    publish_run(actor=alina, run=run)
    public = queries.publication_in_force(LIPPE)
    assert (public.run, public.created_by) == (run, alina)
    take_back_run(actor=alina, run=run)
    assert queries.publication_in_force(LIPPE) is None
    assert [one.step for one in queries.publications_of(LIPPE)] == ["taken_back", "published"]
    told = [describe_log_entry(entry).sentence for entry in log_of_target("run", run.pk)]
    label = f"Kreis Lippe, 01.06.2025 {{}} (Lauf {run.pk})."
    assert len(told) == 3
    assert f"Alina Koordination hat die Analyse {label.format('als offene Daten veröffentlicht')}" in told
    assert f"Alina Koordination hat die Veröffentlichung der Analyse {label.format('zurückgenommen')}" in told


def test_nobody_else_publishes_or_takes_back(region):
    run = make_run()
    others = [make_person(name) for name in PEOPLE if name != "alina"]
    for person in others:
        with pytest.raises(ActionDenied, match="nur die Koordination"):
            publish_run(actor=person, run=run)
    publish_run(actor=SYSTEM, run=run)
    for person in others:
        with pytest.raises(ActionDenied, match="nur die Koordination"):
            take_back_run(actor=person, run=run)
    assert queries.publication_in_force(LIPPE).run == run


def test_a_newer_publication_takes_the_place_of_the_older(region):
    first = make_run()
    publish_run(actor=SYSTEM, run=first)
    second = make_run()
    assert queries.publication_in_force(LIPPE).run == first
    with pytest.raises(InvalidInput, match=f"neueste Analyse. Das ist jetzt Lauf {second.pk}"):
        publish_run(actor=SYSTEM, run=first)
    publish_run(actor=SYSTEM, run=second)
    assert queries.publication_in_force(LIPPE).run == second
    assert [one.run for one in queries.publications_of(LIPPE)] == [second, first]
    with pytest.raises(InvalidInput, match="nicht veröffentlicht"):
        take_back_run(actor=SYSTEM, run=first)
    with pytest.raises(InvalidInput, match="schon veröffentlicht"):
        publish_run(actor=SYSTEM, run=second)


def test_two_at_once_the_second_is_told_what_happened(region, alina):
    run = make_run()
    publish_run(actor=SYSTEM, run=run, seen=0)
    with pytest.raises(InvalidInput, match="Inzwischen hat jemand anderes"):
        publish_run(actor=alina, run=run, seen=0)
    take_back_run(actor=alina, run=run, seen=queries.publication_in_force(LIPPE).pk)
    with pytest.raises(InvalidInput, match="Inzwischen hat jemand anderes"):
        take_back_run(actor=SYSTEM, run=run, seen=0)


def test_a_step_cannot_be_changed_not_even_past_the_model(region):
    step = publish_run(actor=SYSTEM, run=make_run())
    step.step = "taken_back"
    with pytest.raises(FrozenRowError):
        step.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.update(step="taken_back")


def test_a_run_without_stored_dots_is_not_published(region):
    run = make_run()
    RunTable.objects.filter(run=run, name="hidden")._raw_delete("default")
    with pytest.raises(InvalidInput, match="rechnen Sie die Analyse neu"):
        publish_run(actor=SYSTEM, run=run)


def test_dots_of_published_files_stay_dots_whatever_was_computed_meanwhile(region, settings):
    settings.KEKIZ_SMALLEST_COUNT = 10
    strict = make_run()
    publish_run(actor=SYSTEM, run=strict)
    settings.KEKIZ_SMALLEST_COUNT = 3
    load_counts(13)  # another year: nothing to remember, and fewer dots
    between = make_run()
    assert not queries.mask_of(strict).needs <= queries.mask_of(between).needs
    publish_run(actor=SYSTEM, run=between)
    load_counts(12)  # the first children again
    register.end_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    again = make_run()
    assert queries.mask_of(again).needs >= queries.mask_of(strict).needs
    publish_run(actor=SYSTEM, run=again)


def test_a_run_that_tells_what_published_files_hide_has_to_be_made_anew(region, settings, monkeypatch):
    settings.KEKIZ_SMALLEST_COUNT = 10
    publish_run(actor=SYSTEM, run=make_run())
    settings.KEKIZ_SMALLEST_COUNT = 3
    with monkeypatch.context() as meanwhile:  # as if it had been published while this run was being stored
        meanwhile.setattr("kekiz.analysis.actions.running._list_runs_seen", lambda _region: [])
        unaware = make_run()
    with pytest.raises(InvalidInput, match="geschützt sind"):
        publish_run(actor=SYSTEM, run=unaware)
    publish_run(actor=SYSTEM, run=make_run())
