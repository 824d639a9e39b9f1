"""Measured ways of the register: stored once, used by the next runs, what-ifs and plans, and told."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.analysis.measured import measure_region, store_measured
from tests.conftest import LEMGO, LIPPE
from tests.evidence.region import children_table, load_counts, load_region
from tests.register.world import get_offer, get_provider, get_site, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.analysis import actions, queries
from kekiz.analysis.models import Run, RunTable, TravelMeasurement
from kekiz.analysis.queries.measurements import find_fit, write_command
from kekiz.analysis.wording import say_ways
from kekiz.engine.cells import gather_cells
from kekiz.engine.plan.candidates import find_centres
from kekiz.engine.run import analyse
from kekiz.evidence.actions import load_children, set_norm
from kekiz.register import actions as register
from kekiz.register.frozen import FrozenRowError

DAY = dt.date(2025, 6, 1)
FAR = 500.0  # minutes: nobody accepts them, so whatever was measured is out of reach


@pytest.fixture
def region(db):
    """Areas, children and the published register."""
    load_region()
    load_world()


def make_run(**values):
    return actions.run_analysis(actor=SYSTEM, **{"region_key": LIPPE, "reference_date": DAY, **values})


def found(run):
    """Children who find a place in a field in which the only offer is one they visit (the Elterncafé)."""
    return queries.total_reasons(run, field="S1").found


def ways_told(run):
    return next(source for source in run.sources if source.get("label") == "Wege")


def test_a_run_uses_the_newest_measurement_and_says_so(region, alina):
    before = make_run()
    measurement = store_measured(DAY, alina, minutes=FAR)
    run = make_run()
    assert found(before) > found(run), "measured, everything is too far"
    assert (before.measurement, before.travel, before.ways) == (None, "model", None)
    assert (run.measurement, run.travel) == (measurement, "table")
    assert run.digests["measurement"] == run.ways["digest"] == measurement.digest
    assert say_ways(before.ways) == "Wege sind geschätzt (aus der Luftlinie)."
    assert say_ways(run.ways) == "Wege sind gemessen (Straßen vom 01.05.2025, Fahrplan für Di 20.05.2025)."
    told = ways_told(run)
    assert "lippe.osm.pbf, Stand 01.05.2025, © OpenStreetMap-Mitwirkende, ODbL" in told["method"]
    assert "Aufbruch zwischen 8:00 und 10:00 Uhr" in told["method"]
    assert describe_log_entry(log_of_target("measurement", measurement.pk).get()).sentence == (
        "Alina Koordination hat gemessene Wege gespeichert – Straßen vom 01.05.2025, Fahrplan für "
        "Di 20.05.2025."
    )


def test_same_ways_same_bytes_and_a_run_keeps_the_ones_it_used(region):
    store_measured(DAY)
    first, second = make_run(), make_run()
    assert first.digests == second.digests
    stored = [dict(RunTable.objects.filter(run=run).values_list("name", "digest")) for run in (first, second)]
    assert stored[0] == stored[1]
    store_measured(DAY, minutes=FAR)
    third = make_run()
    assert third.inputs_digest != first.inputs_digest
    again = analyse(queries.stored_inputs(first), with_pairs=True)
    assert again.digests["inputs"] == first.inputs_digest
    assert repr(again.tables["links"].to_pydict()) == repr(queries.run_table(first, "links").to_pydict())


def test_the_same_measurement_has_the_same_digest(region):
    assert store_measured(DAY).digest == store_measured(DAY).digest != store_measured(DAY, minutes=1).digest


def test_whoever_wants_to_compare_leaves_measured_ways_aside(region):
    store_measured(DAY, minutes=FAR)
    plain = make_run(measured_ways=False)
    assert (plain.travel, plain.measurement) == ("model", None)
    assert found(plain) > found(make_run())


def test_an_offer_that_came_later_or_moved_is_estimated_and_counted(region):
    """As measured nothing is in reach. What is new or moved is not lost: the model stands in and is told."""
    store_measured(DAY, minutes=FAR)
    assert found(make_run()) == 0
    register.publish_offer(actor=SYSTEM, offer=move_away(get_offer("elterncafe")))
    run = make_run()
    assert found(run) > 0
    # 6 cells × 5 visits (the gymnastics are at two sites); those to the Elterncafé are estimated.
    names = ("cells", "offers", "ways", "modelled_ways", "new_offers", "new_cells")
    assert [run.ways[name] for name in names] == [6, 5, 30, 6, 1, 0]
    assert "6 von 30 Wegen sind dennoch geschätzt." in say_ways(run.ways)
    assert "1 Angebot liegt an einem neuen oder verlegten Ort" in ways_told(run)["method"]
    assert [one.row for one in queries.estimated_offers(run)] == ["elterncafe"]
    reached = queries.gaps(run, None, "P3", "S1").offers
    assert {one.key: one.is_way_estimated for one in reached} == {"elterncafe": True}


def test_another_offer_at_a_measured_place_is_measured_at_once(region):
    store_measured(DAY, minutes=FAR)
    new = register.create_offer(
        actor=SYSTEM, provider=get_provider(), sites=[get_site("detmold-mitte")],
        **{name: value for name, value in offer_row("krabbeln", fields=["S1"]).items()
           if name not in {"provider", "sites"}},
    )  # fmt: skip
    register.publish_offer(actor=SYSTEM, offer=new)
    run = make_run()
    assert (run.ways["offers"], run.ways["modelled_ways"], found(run)) == (6, 0, 0)


def test_new_cells_are_estimated_too(region):
    store_measured(DAY, minutes=FAR)
    rows = children_table().to_pylist()
    for row in rows:
        row["lat"] += 0.002 if row["cell"] == "lemgo-1" else 0
    load_children(
        actor=SYSTEM, region_key=LIPPE, table=pa.Table.from_pylist(rows), name="Neue Kinder", source="Test"
    )
    run = make_run()
    assert (run.ways["new_cells"], run.ways["modelled_ways"]) == (1, 5)
    assert found(run) > 0


def test_a_mode_that_was_not_measured_stays_with_the_model(region):
    store_measured(DAY, minutes=FAR, modes=("bus",))
    run = make_run()
    assert (run.travel, run.ways["modes"]) == ("mixed", ["bus"])
    assert say_ways(run.ways) == (
        "Wege mit Bus und Bahn sind gemessen (Straßen vom 01.05.2025, Fahrplan für Di 20.05.2025), zu Fuß, "
        "mit dem Rad und mit dem Auto geschätzt."
    )
    assert found(run) > 0


def test_longer_ways_than_were_measured_make_a_mode_stay_with_the_model(region):
    """No row means "over 60 minutes" then; where 90 are acceptable that says nothing."""
    store_measured(DAY, minutes=FAR)
    set_norm(
        actor=SYSTEM, region_key=LIPPE, key="acceptable_minutes", phase="P7", mode="foot", low=30, mid=60,
        high=90, source="assumption", valid_from=DAY,
    )  # fmt: skip
    run = make_run()
    assert (run.ways["modes"], run.ways["outgrown"]) == (["bike", "bus", "car"], ["foot"])
    assert "Gemessen, aber nicht benutzt: Wege zu Fuß." in ways_told(run)["method"]
    assert found(run) > 0
    assert find_fit(run.measurement, queries.stored_inputs(run)).outgrown == ("foot",)


def test_what_if_measures_where_it_can_and_says_where_it_cannot(region):
    store_measured(DAY, minutes=FAR)
    run = make_run()
    offer = {"age_from": 0.0, "age_to": 36.0, "fields": ["S1"], "places": 500.0, "mode": "visit"}
    named = {"lat": 51.957, "lon": 9.246}  # Lügde, as the gazetteer has it
    measured = queries.what_if(run, add_offer=offer | named)
    assert (measured.is_way_estimated, measured.total.newly_found) == (False, 0)
    elsewhere = queries.what_if(run, add_offer=offer | {"lat": 51.958, "lon": 9.247})
    assert elsewhere.is_way_estimated
    assert elsewhere.total.newly_found > 0, "estimated, not out of reach"
    assert not queries.what_if(run, add_offer=offer | {"mode": "online"}).is_way_estimated


def test_places_where_plans_put_new_offers_are_measured(region):
    store_measured(DAY)
    run = make_run()
    inputs = queries.stored_inputs(run)
    centres = find_centres(gather_cells(inputs.children, inputs.scheme))
    assert len(centres) == 3
    assert queries.count_unmeasured(run, centres) == 0
    assert queries.count_unmeasured(run, [(4_250_000.0, 3_190_000.0)]) == 1
    assert queries.count_unmeasured(make_run(measured_ways=False), [(4_250_000.0, 3_190_000.0)]) == 0


def test_the_standing_tells_what_the_register_has_since_the_measurement(region):
    today = timezone.localdate()
    run = make_run()
    none = queries.measurement_standing(run)
    assert (none.measurement, none.is_stale) == (None, False)
    assert none.command == "kekiz travel --register --osm region.osm.pbf --gtfs fahrplan.zip"
    store_measured(today)
    fresh = queries.measurement_standing(run)
    assert (fresh.is_used, fresh.fit.is_good) == (False, True)
    assert queries.measurement_standing(make_run()).is_used
    register.publish_offer(actor=SYSTEM, offer=move_away(get_offer("elterncafe")))
    stale = queries.measurement_standing(make_run())
    assert (stale.fit.new_offers, stale.fit.new_cells, stale.is_stale) == (1, 0, True)
    assert stale.command == "kekiz travel --register --osm lippe.osm.pbf --gtfs zug.zip"


def move_away(offer):
    site = register.create_site(
        actor=SYSTEM, name="Weit weg", key="weit-weg", street="Weg 9", postcode="32657", town="Lemgo",
        ags=LEMGO, lat=52.029, lon=8.901,
    )  # fmt: skip
    return register.change_offer(actor=SYSTEM, offer=offer, sites=[site])


def test_other_speeds_and_an_old_timetable_are_told(region):
    measurement = store_measured(DAY)
    inputs = queries.stored_inputs(make_run())
    assert find_fit(measurement, inputs).is_good
    set_norm(
        actor=SYSTEM, region_key=LIPPE, key="speed", mode="foot", low=3, mid=4, high=5, source="assumption",
        valid_from=DAY,
    )  # fmt: skip
    run = make_run()
    assert find_fit(measurement, queries.stored_inputs(run)).is_paced_anew
    assert queries.measurement_standing(run).is_timetable_old, "of 2025"


def test_the_command_repeats_the_wishes_of_the_last_time(region):
    times, spots, told = measure_region(DAY)
    told |= {"gtfs": told["gtfs"] | {"walk_minutes": 10.0, "depart_from_s": 25_200, "file": "zug neu.zip"}}
    row = actions.store_measurement(actor=SYSTEM, region_key=LIPPE, times=times, spots=spots, told=told)
    assert write_command(row, LIPPE) == (
        "kekiz travel --register --osm lippe.osm.pbf --gtfs 'zug neu.zip' --walk 10 --depart 07:00-10:00"
    )


def test_only_the_coordination_stores_measured_ways(region, people):
    for name in ("bert", "cem", "dora", "eva", "frido"):
        with pytest.raises(ActionDenied, match="nur die Koordination"):
            store_measured(DAY, people[name])
    assert not TravelMeasurement.objects.exists()
    assert store_measured(DAY, people["alina"]).created_by == people["alina"]


def test_a_measurement_cannot_be_changed_nor_lost_under_a_run(region):
    measurement = store_measured(DAY)
    make_run()
    with pytest.raises(FrozenRowError):
        measurement.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        TravelMeasurement.objects.update(rows=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Run.objects.update(ways=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        measurement.delete()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda times, spots, told: told.pop("limits"), "fehlen Angaben: limits"),
        (lambda times, spots, told: spots.pop(), "Orte ohne Lage"),
        (lambda times, spots, told: times[0].update(minutes=-1.0), "Minuten von 0 bis 1440"),
        (lambda times, spots, told: times[3].update(mode="zug"), "„zug“ ist unbekannt"),
        (lambda times, spots, told: spots[1].update(name=spots[0]["name"]), "schon in Zeile"),
    ],
)
def test_a_faulty_measurement_is_refused_whole(region, spoil, said):
    times, spots, told = measure_region(DAY)
    rows, points = times.to_pylist(), spots.to_pylist()
    spoil(rows, points, told)
    with pytest.raises(InvalidInput, match=said):
        actions.store_measurement(
            actor=SYSTEM, region_key=LIPPE, times=pa.Table.from_pylist(rows),
            spots=pa.Table.from_pylist(points), told=told,
        )  # fmt: skip
    assert not TravelMeasurement.objects.exists()


def test_ranges_are_drawn_with_measured_ways(region):
    load_counts(4.0)
    store_measured(DAY, minutes=FAR)
    run = make_run(range_draws=3)
    ranges = queries.headline_ranges(run, None)
    assert np.isfinite(ranges.unbroken.high)
