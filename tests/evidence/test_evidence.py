"""Areas, children, norms and places: who may load, what is refused, what is in force."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from django.db import DatabaseError, transaction
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE
from tests.evidence.region import AREAS, CELLS, PLACES, children_table, load_counts, load_region

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.engine.tables import children_from_arrow, digest_tables
from kekiz.evidence import actions, queries
from kekiz.evidence.models import Area, ChildrenCount, ChildrenLoad, Dataset, NormEntry, Place
from kekiz.register.frozen import FrozenRowError
from kekiz.register.validation import InvalidFields

NORM = {
    "region_key": LIPPE,
    "key": "never_asks",
    "group": "low_income",
    "low": 0.1,
    "mid": 0.2,
    "high": 0.3,
    "valid_from": dt.date(2025, 1, 1),
    "source": "Elternbefragung 2024, Tab. 3",
    "note": "Nur Lemgo befragt.",
}


@pytest.fixture
def region(db):
    """The small region."""
    load_region()


def test_what_is_stored_is_what_the_engine_reads_from_the_file(region):
    stored = queries.children_table(LIPPE)
    direct = children_from_arrow(children_table(), queries.shipped_scheme())
    assert digest_tables(stored) == digest_tables(direct)
    assert stored.n.sum() == pytest.approx(80.5 * 7)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_children_come_from_files_too(db, tmp_path, form):
    path = tmp_path / f"children.{form}"
    (pa_csv.write_csv if form == "csv" else pq.write_table)(children_table(), path)
    load = actions.load_children(actor=SYSTEM, region_key=LIPPE, table=path, name="Datei", source="Test")
    assert load.counts.count() == len(CELLS) * 14
    assert digest_tables(queries.children_table(LIPPE)) == load.digest


def test_the_newest_table_is_in_force_and_the_older_one_stays(region):
    load_counts(2.0, name="Neuer Stand")
    assert queries.children_table(LIPPE).n.sum() == pytest.approx(2 * 80.5 * 7)
    assert queries.newest_children_load(LIPPE).dataset.name == "Neuer Stand"
    assert ChildrenLoad.objects.count() == 2


def test_rows_of_the_same_link_add_up(db):
    table = pa.concat_tables([children_table(), children_table()])
    actions.load_children(actor=SYSTEM, region_key=LIPPE, table=table, name="Doppelt", source="Test")
    assert ChildrenCount.objects.count() == len(CELLS) * 14
    assert queries.children_table(LIPPE).n.sum() == pytest.approx(2 * 80.5 * 7)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("n", "-1", "Zeile 2, Spalte „n“"),
        ("ags", "5766044", "führende Null"),
        ("ags", "05774032", "liegt außerhalb von 05766"),
        ("phase", "P9", "unbekannt"),
        ("lat", "8.9", "vertauscht"),
    ],
)
def test_faulty_children_are_refused_with_row_and_column_and_nothing_is_stored(db, column, value, words):
    table = children_table()
    columns = {name: table[name].cast(pa.string()).to_pylist() for name in table.column_names}
    columns[column][0] = value
    if column == "lat":
        columns["lon"][0] = "52.0"
    if len(value) == 8:  # a cell lies in one municipality: move all of its rows
        columns[column][:14] = [value] * 14
    with pytest.raises(InvalidInput) as caught:
        actions.load_children(
            actor=SYSTEM, region_key=LIPPE, table=pa.table(columns), name="Schlecht", source="Test"
        )
    assert words in " ".join(caught.value.messages)
    assert not Dataset.objects.exists()
    assert not ChildrenCount.objects.exists()


def test_an_empty_table_is_refused(db):
    with pytest.raises(InvalidInput, match="keine Zeile"):
        actions.load_children(
            actor=SYSTEM, region_key=LIPPE, table=children_table().slice(0, 0), name="Leer", source="Test"
        )
    with pytest.raises(queries.NoChildrenError, match="noch keine Kinderzahlen"):
        queries.children_table(LIPPE)


def test_children_without_a_source_are_refused(db):
    with pytest.raises(InvalidFields) as caught:
        load_counts(source="")
    assert "source" in caught.value.fields
    assert not ChildrenLoad.objects.exists()


@pytest.mark.parametrize("name", ["bert", "cem", "dora", "eva", "frido"])
def test_only_the_coordination_loads_and_sets_norms(people, name):
    actor = people[name]
    for act in (
        lambda: actions.load_areas(actor=actor, region_key=LIPPE, areas=AREAS),
        lambda: actions.load_places(actor=actor, region_key=LIPPE, places=PLACES),
        lambda: actions.load_children(
            actor=actor, region_key=LIPPE, table=children_table(), name="x", source="x"
        ),
        lambda: actions.set_norm(actor=actor, **NORM),
    ):
        with pytest.raises(ActionDenied, match="nur die Koordination"):
            act()
    assert not Area.objects.exists()
    assert not Place.objects.exists()
    assert not NormEntry.objects.exists()


def test_a_norm_of_the_region_counts_from_its_day_and_the_shipped_one_stays_elsewhere(alina):
    shipped = queries.shipped_norms().find("never_asks", group="low_income")
    entry = actions.set_norm(actor=alina, **NORM)
    before = queries.norms_in_force(LIPPE, on=dt.date(2024, 12, 31))
    after = queries.norms_in_force(LIPPE, on=dt.date(2025, 1, 1))
    assert before.find("never_asks", group="low_income") == shipped
    assert after.find("never_asks", group="low_income").mid == 0.2
    assert (
        before.digest
        == queries.norms_in_force("05774").digest
        == queries.shipped_norms().digest
        != after.digest
    )
    assert describe_log_entry(log_of_target("norm", entry.pk).get()).sentence == (
        "Alina Koordination hat den Kennwert „never_asks low_income“ für 05766 festgelegt."
    )


def test_a_general_norm_leaves_more_specific_ones_and_they_can_be_named(alina):
    actions.set_norm(actor=alina, **NORM)
    norms = queries.norms_in_force(LIPPE)
    beneath = queries.norms_beneath(norms, "never_asks", group="low_income")
    assert "S2" in {norm.field for norm in beneath}
    assert all(norm.group == "low_income" and norm.field for norm in beneath)
    assert norms.find("never_asks", group="low_income", field="S2") in beneath
    assert queries.norms_beneath(norms, "never_asks", group="low_income", field="S2") == []


def test_a_newer_norm_supersedes_and_the_history_keeps_both(alina):
    actions.set_norm(actor=alina, **NORM)
    actions.set_norm(actor=alina, **NORM | {"mid": 0.25})
    assert (
        queries.norms_in_force(LIPPE, on=dt.date(2026, 1, 1)).find("never_asks", group="low_income").mid
        == 0.25
    )
    assert [entry.mid for entry in queries.norm_history(LIPPE, "never_asks")] == [0.25, 0.2]


def test_a_norm_once_entered_cannot_be_changed(alina):
    entry = actions.set_norm(actor=alina, **NORM)
    entry.mid = 0.9
    with pytest.raises(FrozenRowError):
        entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        NormEntry.objects.update(mid=0.9)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"low": 0.5}, "low ≤ mid ≤ high"),
        ({"high": 1.5}, "zwischen 0 und 1"),
        ({"key": "mondphase"}, "gibt es nicht"),
        ({"group": "rich"}, "unbekannt"),
        ({"source": " "}, "Quelle fehlt"),
        ({"mid": float("nan")}, "low ≤ mid ≤ high"),
    ],
)
def test_faulty_norms_are_refused_in_words(alina, values, words):
    with pytest.raises(InvalidInput, match=words):
        actions.set_norm(actor=alina, **NORM | values)
    assert not NormEntry.objects.exists()


def test_areas_are_listed_from_large_to_small_for_whoever_has_a_role_in_the_region(region, people):
    names = [
        "Kreis Lippe",
        "Jugendamt Lemgo",
        "Kreisjugendamt",
        "Detmold",
        "Lemgo",
        "Lügde",
    ]
    for name in ("alina", "bert", "cem", "eva"):
        assert [area.name for area in queries.areas_of(people[name])] == names
    assert queries.areas_of(people["frido"]) == []
    assert queries.municipality_names(LIPPE) == {DETMOLD: "Detmold", LEMGO: "Lemgo", LUEGDE: "Lügde"}
    assert queries.region_of(queries.find_area(LUEGDE)).key == LIPPE


def test_areas_are_refreshed_not_doubled_and_faults_store_nothing(region):
    actions.load_areas(actor=SYSTEM, region_key=LIPPE, areas=[AREAS[0] | {"population": 1}])
    assert Area.objects.get(key=LIPPE).population == 1
    assert Area.objects.count() == len(AREAS)
    with pytest.raises(InvalidInput, match="Zeile 3, Spalte „parent“"):
        actions.load_areas(
            actor=SYSTEM,
            region_key=LIPPE,
            areas=[AREAS[0] | {"population": 2}, AREAS[1] | {"parent": "nirgends"}],
        )
    assert Area.objects.get(key=LIPPE).population == 1


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Lemgo", ("Lemgo", "municipality")),
        ("lueg", ("Lügde", "municipality")),
        ("LÜGDE", ("Lügde", "municipality")),
        ("32760", ("Heiligenkirchen", "locality")),
        ("32657 Lieme", ("Lieme", "locality")),
        ("kirchen", ("Heiligenkirchen", "locality")),
        ("3265", ("Lemgo", "municipality")),
    ],
)
def test_places_are_found_by_name_postcode_or_both(region, typed, first):
    place = queries.locate_place(typed)
    assert (place.name, place.kind) == first


def test_unknown_places_are_not_guessed(region):
    for typed in ("Atlantis", "99999", "", "  %  "):
        assert queries.find_places(typed) == []


def test_places_are_replaced_as_a_whole_and_must_lie_in_the_region(region):
    actions.load_places(actor=SYSTEM, region_key=LIPPE, places=[*PLACES[:1], PLACES[0]])
    assert [place.name for place in Place.objects.all()] == ["Lemgo"]
    with pytest.raises(InvalidInput, match="liegt nicht in der Region"):
        actions.load_places(actor=SYSTEM, region_key=LIPPE, places=[PLACES[0] | {"ags": "05774032"}])
    assert Place.objects.count() == 1


def test_positions_survive_storage_to_the_last_bit(region):
    stored = queries.children_table(LIPPE)
    direct = children_from_arrow(children_table(), queries.shipped_scheme())
    assert np.array_equal(np.sort(stored.x), np.sort(direct.x))
