"""Figures by area, drill-down and what-if: they add up, and what-if equals a fresh run."""

import pytest
from tests.analysis.test_runs import DAY, HANDOVER, make_run
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE
from tests.evidence.region import CELLS, load_region
from tests.register.world import get_offer, load_world

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import InvalidInput
from kekiz.analysis import queries
from kekiz.analysis.models import Run
from kekiz.evidence.queries import find_area, shipped_scheme
from kekiz.register import actions as register

REASON_NAMES = ("found", "not_found", "full", "hurdle", "too_far", "no_offer")


@pytest.fixture
def run(db):
    """A run of the small region."""
    load_region()
    load_world(cooperations=HANDOVER)
    return make_run()


def add(reasons):
    """The six reasons summed up."""
    return sum(getattr(reasons, name) for name in REASON_NAMES)


@pytest.mark.parametrize("key", [None, LIPPE, "ja-lemgo", "ja-kreis", LUEGDE])
def test_the_reasons_add_up_in_every_area_and_link(run, key):
    area = find_area(key) if key else None
    matrix = queries.matrix(run, area)
    assert len(matrix.cells) == 56
    for cell in matrix.cells.values():
        assert add(cell.reasons) == pytest.approx(cell.reasons.need, abs=1e-6)
    total = queries.total_reasons(run, area)
    assert sum(cell.reasons.need for cell in matrix.cells.values()) == pytest.approx(total.need)
    stations = queries.stations(run, area)
    assert [station.code for station in stations] == ["P1", "P2", "P3", "P4", "P5", "P6", "P7"]
    assert sum(station.reasons.unmet for station in stations) == pytest.approx(total.unmet)
    for station in stations:
        assert sum(group.reasons.need for group in station.groups) == pytest.approx(station.reasons.need)
    assert sum(value.reasons.found for value in queries.map_values(run, area)) == pytest.approx(total.found)


def test_the_areas_part_the_region(run):
    parts = [queries.total_reasons(run, find_area(key)).need for key in ("ja-lemgo", "ja-kreis")]
    assert sum(parts) == pytest.approx(queries.total_reasons(run).need)
    assert queries.municipalities_in(run, find_area("ja-kreis")) == sorted([DETMOLD, LUEGDE])


def test_where_no_need_is_assumed_there_is_no_share(run):
    cell = queries.matrix(run).cell("P1", "K1")
    assert (cell.has_need, cell.reasons.unmet_share) == (False, None)


def test_the_headline_of_a_youth_office_is_the_mean_of_its_municipalities_by_birth_cohort(run):
    chain = {row["ags"]: row for row in queries.run_table(run, "chain").to_pylist() if row["group"] == ""}
    office = queries.headline(run, find_area("ja-kreis"))
    cohort = chain[DETMOLD]["birth_cohort"] + chain[LUEGDE]["birth_cohort"]
    mean = sum(chain[ags]["unbroken"] * chain[ags]["birth_cohort"] for ags in (DETMOLD, LUEGDE)) / cohort
    assert office.unbroken == pytest.approx(mean)
    assert office.birth_cohort == pytest.approx(cohort)


@pytest.mark.parametrize("key", [None, LIPPE])
def test_the_region_as_an_area_says_the_same_as_the_engine_for_the_whole(run, key):
    head = queries.headline(run, find_area(key) if key else None)
    assert head.unbroken == pytest.approx(run.headline["unbroken"])
    assert head.unbroken_by_group == pytest.approx(run.headline["unbroken_by_group"])
    assert head.expected_unmet == pytest.approx(run.headline["expected_unmet"])
    assert head.equity_gap_points == pytest.approx(run.headline["equity_gap_points"])
    breaks = [
        station.share_breaking_here for station in queries.stations(run, find_area(key) if key else None)
    ]
    assert sum(breaks) == pytest.approx(1 - head.unbroken)


def test_passages_tell_who_crosses_with_a_handover(run):
    passages = {passage.code: passage for passage in queries.passages(run)}
    assert set(passages) == {transition.code for transition in shipped_scheme().transitions}
    assert passages["T1"].crossing == pytest.approx(80.5)
    assert 0 < passages["T1"].handover_share < 1
    assert passages["T3"].handover_share == 0
    in_lemgo = {passage.code: passage for passage in queries.passages(run, find_area("ja-lemgo"))}
    assert in_lemgo["T1"].crossing == pytest.approx(28)


def test_the_change_since_the_last_run_is_told(run):
    assert queries.headline(run).change is None
    helpline = register.create_offer(
        actor=SYSTEM,
        provider=get_offer("telefon").provider,
        title="Hilfe für alle",
        mode="online",
        places=100_000,
        age_from_months=-9,
        age_to_months=252,
        fields=list(shipped_scheme().field_codes),
        languages=["de"],
        cost="free",
    )
    register.publish_offer(actor=SYSTEM, offer=helpline)
    better = queries.headline(make_run())
    assert better.change == better.unbroken - queries.headline(run).unbroken > 0
    register.end_offer(actor=SYSTEM, offer=helpline)
    assert queries.headline(make_run()).change == pytest.approx(-better.change)


def test_the_drill_down_names_offers_norms_and_places(run):
    detail = queries.gaps(run, None, "P2", "S2")
    assert detail.reasons == queries.matrix(run).cell("P2", "S2").reasons
    assert sum(reasons.need for reasons in detail.by_group.values()) == pytest.approx(detail.reasons.need)
    assert [value.name for value in detail.by_municipality] == ["Detmold", "Lemgo", "Lügde"]
    offers = {offer.key: offer for offer in detail.offers}
    assert set(offers) == {"elterncafe", "erziehungsberatung", "telefon"}
    assert offers["telefon"].is_places_assumed
    assert not offers["elterncafe"].is_places_assumed
    assert offers["telefon"].share_in_reach == 1, "online reaches everybody"
    assert offers["elterncafe"].share_in_reach in {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, "in tenths"
    assert 0 < offers["elterncafe"].taken <= offers["elterncafe"].places == 30
    norms = {(used.norm.key, used.group, used.detail): used for used in detail.norms}
    need = norms[("need_share", "low_income", "")]
    assert (need.norm.phase, need.norm.field) == ("P2", "S2")
    assert need.is_assumption == (need.norm.source == "assumption")
    assert ("assumed_places", "", "online") in norms
    assert ("acceptable_minutes", "", "bus") in norms


def test_the_drill_down_of_a_far_place_shows_only_what_its_children_reach(run):
    detail = queries.gaps(run, find_area(LUEGDE), "P2", "G1", group="low_income")
    assert detail.offers == []
    assert detail.reasons.too_far == pytest.approx(detail.reasons.need) != 0
    assert list(queries.gaps(run, find_area(LUEGDE), "P5", "K2").offers) == [], (
        "the reading mentors serve Lemgo only"
    )
    with pytest.raises(KeyError):
        queries.gaps(run, None, "P9", "S2")


def test_cells_lie_where_they_were_put(run):
    cells = {value.cell: value for value in queries.cell_values(run)}
    assert set(cells) == {cell[0] for cell in CELLS}
    assert (cells["luegde-1"].lat, cells["luegde-1"].lon) == pytest.approx((51.957, 9.246), abs=1e-6)


CHANGES = [
    ({"remove_offer": "elterncafe"}, lambda: register.end_offer(actor=SYSTEM, offer=get_offer("elterncafe"))),
    (
        {"change_places": {"turnen": 4}},
        lambda: publish_change("turnen", places=4),
    ),
    (
        {
            "add_offer": {
                "offer": "luegde-treff",
                "provider": "stadt-detmold",
                "name": "Treff",
                "lat": 51.957,
                "lon": 9.246,
                "age_from": 0,
                "age_to": 72,
                "fields": ["S2", "G1"],
                "places": 15,
                "mode": "visit",
                "languages": ["de"],
            }
        },
        lambda: open_treff(),  # noqa: PLW0108 - defined below
    ),
]


def publish_change(key, **values):
    """Change an offer and publish it."""
    offer = register.change_offer(actor=SYSTEM, offer=get_offer(key), **values)
    register.publish_offer(actor=SYSTEM, offer=offer)


def open_treff():
    """The new offer of the what-if, for real."""
    site = register.create_site(
        actor=SYSTEM, name="Treff", key="luegde", town="Lügde", ags=LUEGDE, lat=51.957, lon=9.246
    )
    offer = register.create_offer(
        actor=SYSTEM,
        key="luegde-treff",
        provider=get_offer("turnen").provider,
        title="Treff",
        sites=[site],
        age_from_months=0,
        age_to_months=72,
        fields=["S2", "G1"],
        places=15,
        languages=["de"],
        cost="free",
    )
    register.publish_offer(actor=SYSTEM, offer=offer)


@pytest.mark.parametrize(("change", "do_it"), CHANGES)
def test_what_if_equals_a_fresh_run_with_the_change(run, change, do_it):
    answer = queries.what_if(run, **change)
    do_it()
    fresh = make_run(reference_date=DAY)
    assert answer.total.before == queries.total_reasons(run)
    assert answer.total.after.as_dict() == pytest.approx(queries.total_reasons(fresh).as_dict(), abs=1e-9)
    for ags, comparison in answer.by_municipality.items():
        expected = queries.link_cube(fresh).total(ags=[ags])
        assert comparison.after.as_dict() == pytest.approx(expected.as_dict(), abs=1e-9)
    assert answer.headline_after["unbroken"] == pytest.approx(fresh.headline["unbroken"])
    assert answer.total.newly_found != 0
    assert sum(part.newly_found for part in answer.by_phase.values()) == pytest.approx(
        answer.total.newly_found
    )
    assert sum(part.newly_found for part in answer.by_group.values()) == pytest.approx(
        answer.total.newly_found
    )


def test_what_if_stores_nothing_and_forgets_nothing(run):
    before = queries.total_reasons(run)
    queries.what_if(run, remove_offer="elterncafe", change_places={"turnen": 0})
    assert queries.total_reasons(run) == before
    assert queries.what_if(run, change_places={"turnen": 40}).total.newly_found == 0
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "nennen Sie eine Änderung"),
        ({"remove_offer": "niemals"}, "kommt in diesem Analyselauf nicht vor"),
        ({"change_places": {"turnen": -1}}, "Erwartet: eine Zahl ab 0"),
        ({"change_places": {"turnen": float("nan")}}, "Erwartet: eine Zahl ab 0"),
        ({"add_offer": {"age_from": 0, "age_to": 12, "fields": "S2", "mode": "visit"}}, "Die Lage fehlt"),
        (
            {"add_offer": {"lat": 52.0, "lon": 8.9, "age_from": 12, "age_to": 0, "fields": "S2"}},
            "größer sein",
        ),
        ({"add_offer": {"farbe": "rot"}}, "„farbe“ ist unbekannt"),
        ({"add_offer": {"places": "viele"}}, "falsche Form"),
        (
            {"add_offer": {"offer": "telefon", "age_from": 0, "age_to": 9, "fields": "S2", "mode": "online"}},
            "gibt es in diesem Lauf schon",
        ),
    ],
)
def test_faulty_what_ifs_are_refused_in_words(run, change, words):
    with pytest.raises(InvalidInput, match=words):
        queries.what_if(run, **change)


def test_small_numbers_become_a_dot(settings):
    settings.KEKIZ_SMALLEST_COUNT = 3
    assert [queries.suppress_small(n) for n in (0, 0.4, 2.9, 3, 250)] == [0, None, None, 3, 250]
    assert queries.suppress_small(4, threshold=5) is None
    settings.KEKIZ_SMALLEST_COUNT = 5
    assert queries.suppress_small(4) is None, "the threshold of the installation"
    assert LEMGO.startswith(LIPPE)


def test_a_run_without_draws_has_no_ranges(run):
    assert queries.headline_ranges(run) == queries.HeadlineRanges()
    assert queries.range_drivers(run, "unmet") == []


def test_ranges_are_stored_with_the_run_for_region_and_municipality(db):
    load_region()
    load_world()
    run = make_run(range_draws=12)
    stored = {
        (row["ags"], row["group"], row["figure"]): row for row in queries.run_table(run, "ranges").to_pylist()
    }
    region, town = queries.headline_ranges(run), queries.headline_ranges(run, find_area(LEMGO))
    assert region.unbroken.high == stored["", "", "unbroken"]["high"]
    assert region.unbroken_low_income.low == stored["", "low_income", "unbroken"]["low"]
    assert town.unbroken.low == stored[LEMGO, "", "unbroken"]["low"]
    assert town.equity_gap_points is None, "nine newborn children are too few for a share"
    assert queries.headline_ranges(run, find_area("ja-kreis")).unbroken is None, "two towns have no range"
    assert run.headline["range_draws"] == stored["", "", "unbroken"]["draws"] == 12
    effects = [abs(driver.effect) for driver in queries.range_drivers(run, "unmet")]
    assert effects == sorted(effects, reverse=True)
    assert effects
