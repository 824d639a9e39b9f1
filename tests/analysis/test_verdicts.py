"""People's verdicts: who may give them, how long they stand, and that nothing of them can be changed.

Alina coordinates the district, Bert works in Lemgo's youth welfare office, Cem for Lügde, Eva reads.
"""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.analysis.test_runs import make_run
from tests.conftest import DETMOLD, LEMGO, LIPPE
from tests.evidence.region import load_counts, load_region
from tests.register.world import OFFERS, get_offer, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.analysis import actions, queries, rules
from kekiz.analysis.models import VERDICTS_OF, ItemKind, Verdict
from kekiz.analysis.standing import NOISE, UNITS, State, build_evidence, digest_evidence, find_changes
from kekiz.evidence.queries import find_area
from kekiz.register import actions as register
from kekiz.register.frozen import FrozenRowError
from kekiz.register.validation import InvalidFields

BREAKFAST = offer_row("fruehstueck", title="Elternfrühstück", fields=["S2", "S1"], places=25)
CAFES = "elterncafe+fruehstueck"


@pytest.fixture
def region(db):
    """The small region, with two offers in Lemgo that are open to the same parents."""
    load_region()
    load_world([*OFFERS, BREAKFAST])


def find_cafes(run):
    """The overlap of the two, as the run has it."""
    (entry,) = [entry for entry in queries.overlap_entries(run, None) if entry.item.key == CAFES]
    return entry.item


def judge(run, actor=SYSTEM, item=None, **values):
    words = {"verdict": "coordinate", "reason": "Sie sprechen ihre Tage ab."}
    return actions.give_verdict(actor=actor, run=run, item=item or find_cafes(run), **(words | values))


def stand_of(run):
    item = find_cafes(run)
    return queries.standings(run, ItemKind.OVERLAP, [item])[item.key]


def republish(key, **values):
    register.change_offer(actor=SYSTEM, offer=get_offer(key), **values)
    register.publish_offer(actor=SYSTEM, offer=get_offer(key))


# Who and what


def test_coordination_judges_everywhere_the_youth_office_in_its_area_others_nowhere(region, people):
    run = make_run()
    item = find_cafes(run)
    assert item.ags == (LEMGO,)
    for name in ("cem", "dora", "eva", "frido"):
        with pytest.raises(ActionDenied, match="nur die Koordination der Region oder das Jugendamt"):
            judge(run, people[name])
    assert not Verdict.objects.exists()
    judge(run, people["bert"])
    judge(run, people["alina"], verdict="merge", reason="Beide wollen zusammen kochen.")
    assert not rules.can_judge(people["bert"], LIPPE, (LEMGO, DETMOLD))
    assert not rules.can_judge(people["bert"], LIPPE, ())
    assert [one.verdict for one in queries.verdicts_of(LIPPE, ItemKind.OVERLAP, CAFES)] == [
        "merge",
        "coordinate",
    ]


def test_a_verdict_tells_who_why_and_on_which_evidence_and_is_logged(region, alina):
    run = make_run()
    verdict = judge(run, alina)
    assert (verdict.created_by, verdict.run, verdict.area) == (alina, run, LEMGO)
    assert verdict.evidence["figures"]["places_a"] == 30
    assert verdict.evidence_digest == digest_evidence(find_cafes(run).evidence)
    assert describe_log_entry(log_of_target("verdict", verdict.pk).get()).sentence == (
        "Alina Koordination hat geantwortet – Elterncafé und Elternfrühstück: abstimmen."
    )


def test_every_answer_but_open_needs_a_reason(region):
    run = make_run()
    for verdict in ("diversity_intended", "coordinate", "merge"):
        with pytest.raises(InvalidFields, match="begründen"):
            judge(run, verdict=verdict, reason="   ")
    assert judge(run, verdict="open", reason="").pk
    assert stand_of(run).state == State.OPEN


@pytest.mark.parametrize("verdict", ["", "close_it", "agree", "accepted"])
def test_an_answer_that_does_not_fit_is_refused(region, verdict):
    with pytest.raises(InvalidFields):
        judge(make_run(), verdict=verdict)
    assert not Verdict.objects.exists()


def test_no_answer_ends_an_offer():
    codes = {code for codes in VERDICTS_OF.values() for code in codes}
    assert not {code for code in codes if "end" in code.split("_") or "close" in code}


def test_two_at_once_the_second_is_told(region, alina, bert):
    run = make_run()
    judge(run, bert, seen_run=run.pk, seen_verdict=0)
    with pytest.raises(InvalidInput, match="Inzwischen hat jemand anderes"):
        judge(run, alina, seen_run=run.pk, seen_verdict=0)
    newer = make_run()
    with pytest.raises(InvalidInput, match="neue Analyse"):
        judge(newer, alina, seen_run=run.pk, seen_verdict=Verdict.objects.get().pk)
    assert Verdict.objects.count() == 1


def test_a_verdict_cannot_be_changed_not_even_past_the_model(region):
    verdict = judge(make_run())
    verdict.reason = "anders"
    with pytest.raises(FrozenRowError):
        verdict.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Verdict.objects.update(reason="anders")
    assert Verdict.objects.get().reason == "Sie sprechen ihre Tage ab."


# How long it stands: real runs on changed data


def test_a_verdict_survives_the_next_run_while_its_evidence_holds(region):
    judge(make_run())
    assert stand_of(make_run()).state == State.DECIDED
    load_counts(1.04)
    register.change_offer(actor=SYSTEM, offer=get_offer("hebamme"), places=24)
    register.publish_offer(actor=SYSTEM, offer=get_offer("hebamme"))
    after = make_run()
    assert find_cafes(after).evidence != Verdict.objects.get().evidence, "figures moved a little"
    assert stand_of(after).state == State.DECIDED


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"places": 60}, "places_b"),
        ({"places": None}, "places_b"),
        ({"age_to_months": 48}, "offer_b"),
        ({"hurdles": ["language"]}, "offer_b"),
    ],
)
def test_changed_evidence_brings_the_item_back_with_the_old_verdict(region, values, code):
    judge(make_run())
    republish("fruehstueck", **values)
    standing = stand_of(make_run())
    assert standing.state == State.AGAIN
    assert standing.verdict.reason == "Sie sprechen ihre Tage ab."
    assert code in {change.code for change in standing.changes}


def test_another_title_is_no_other_evidence(region):
    judge(make_run())
    republish("fruehstueck", title="Frühstück für Eltern", description="Mit Brötchen.")
    assert stand_of(make_run()).state == State.DECIDED


def test_slow_drift_counts_as_well_and_what_comes_back_stands_again(region):
    """Thrice a few places more, each time less than a fifth: together they are material."""
    judge(make_run())
    states = []
    for places in (29, 33, 38, 25):
        republish("fruehstueck", places=places)
        states.append(stand_of(make_run()).state)
    assert states == [State.DECIDED, State.AGAIN, State.AGAIN, State.DECIDED]


def test_a_new_verdict_rests_on_the_new_evidence(region):
    judge(make_run())
    republish("fruehstueck", places=60)
    run = make_run()
    judge(run, verdict="diversity_intended", reason="Zwei Stadtteile.")
    assert stand_of(run).state == State.DECIDED


def test_a_gap_is_judged_for_a_place_and_stands_there_only(region, bert):
    run = make_run()
    lemgo, district = find_area("ja-lemgo"), find_area(LIPPE)
    item = queries.gap_item(run, lemgo, "P3", "S2", "Familie, Frühe Kindheit (Lemgo)")
    judge(run, bert, item, verdict="look_into", reason="Der Träger wird gefragt.")
    elsewhere = queries.gap_item(run, district, "P3", "S2", "Familie")
    with pytest.raises(ActionDenied):
        judge(run, bert, elsewhere, verdict="accepted")
    items = [item, elsewhere]
    states = queries.standings(run, ItemKind.GAP, items)
    assert [states[one.key].state for one in items] == [State.DECIDED, State.OPEN]
    load_counts(20.0)
    later = queries.gap_item(make_run(), lemgo, "P3", "S2", "Familie")
    assert queries.standings(run, ItemKind.GAP, [later])[later.key].state == State.AGAIN


# The rule itself

codes = st.sampled_from(sorted(UNITS))
values = st.one_of(st.none(), st.floats(0, 10_000, allow_nan=False))


@given(figures=st.dictionaries(codes, values), facts=st.dictionaries(st.sampled_from("abc"), st.text()))
def test_equal_evidence_is_never_changed(figures, facts):
    evidence = build_evidence(figures, facts)
    assert find_changes(evidence, build_evidence(figures, facts)) == []
    assert digest_evidence(evidence) == digest_evidence(build_evidence(figures, facts))


@given(code=codes, before=values, after=values)
def test_the_rule_is_the_same_in_both_directions(code, before, after):
    one, other = build_evidence({code: before}, {}), build_evidence({code: after}, {})
    assert bool(find_changes(one, other)) == bool(find_changes(other, one))


@given(code=codes, value=st.floats(0, 10_000), part=st.floats(0.0, 0.19))
def test_a_fifth_and_less_is_not_material(code, value, part):
    one, other = build_evidence({code: value}, {}), build_evidence({code: value * (1 - part)}, {})
    assert find_changes(one, other) == []


@given(code=codes, value=st.floats(20, 10_000))
def test_more_than_a_fifth_is_material_and_noise_is_not(code, value):
    one = build_evidence({code: value}, {})
    assert find_changes(one, build_evidence({code: value * 0.7}, {}))
    tiny = NOISE[UNITS[code]] * 0.4
    assert find_changes(build_evidence({code: 0.0}, {}), build_evidence({code: tiny}, {})) == []


@given(code=codes, value=st.floats(0, 10_000))
def test_known_and_unknown_differ(code, value):
    known, unknown = build_evidence({code: value}, {}), build_evidence({code: None}, {})
    assert len(find_changes(known, unknown)) == len(find_changes(unknown, known)) == 1
