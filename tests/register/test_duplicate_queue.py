"""The queue of duplicates: what is found, who may answer, what an answer holds back, what answers teach."""

import numpy as np
import pytest
from django.db import DatabaseError
from tests.register.doubles import (
    SAME_OFFER,
    SAME_PROVIDER,
    SAME_SITE,
    get_pair,
    load_doubles,
    search,
)
from tests.register.world import get_offer, get_provider, offer_row

from kekiz.accounts.actions import create_user, grant_role
from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.engine.duplicates import load_weights, tell_reasons
from kekiz.register import actions, duplicate_queries
from kekiz.register.duplicate_queries import find_pair, queued_pairs, sort_pile
from kekiz.register.frozen import FrozenRowError
from kekiz.register.models import DuplicateAnswer, DuplicatePair, DuplicateSearch, Merge, Offer

OTHER_PHONE = "05231 88-410"


@pytest.fixture
def doubles(db):
    """The register with doubles, its offers searched."""
    load_doubles()
    search("offer")


def pile_of(actor, keys=SAME_OFFER, level="offer"):
    return {one.keys: one.pile for one in queued_pairs(actor, level)}.get(keys)


@pytest.mark.parametrize(
    ("level", "keys"), [("offer", SAME_OFFER), ("site", SAME_SITE), ("provider", SAME_PROVIDER)]
)
def test_what_is_listed_twice_leads_the_list(doubles, alina, level, keys):
    search(level)
    assert next(one.keys for one in sort_pile(queued_pairs(alina, level), "likely")) == keys


def test_nothing_merges_alone(doubles):
    assert Offer.objects.filter(key__in=SAME_OFFER, published__isnull=False).count() == 2
    assert not Merge.objects.exists()


def test_a_pair_tells_why_in_words(doubles):
    pair = get_pair()
    told = tell_reasons(pair.evidence, duplicate_queries.weights_of(pair.search))
    texts = [one.text for one in told]
    assert "Telefon gleich" in texts
    assert "Straße gleich, Hausnummer gleich" in texts
    assert "Zeiten gleich" in texts
    assert any(text.startswith("Titel zu ") and text.endswith("% ähnlich") for text in texts)
    base = pair.search.weights["base"]
    odds = base + sum(one.weight for one in told)
    assert 1 / (1 + np.exp(-odds)) == pytest.approx(pair.probability, abs=0.01)


def test_another_house_number_is_said_with_its_street():
    evidence = {"street_same": 1.0, "number_clash": 1.0, "neighbour_clash": 1.0, "phone_clash": 1.0}
    told = {one.topic: one for one in tell_reasons(evidence, load_weights("site"))}
    assert told["address"].text == "Straße gleich, Hausnummer anders"
    assert told["address"].weight == pytest.approx(2.5 - 2.2 - 1.0)
    assert told["phone"].strength == "spricht stark dagegen"


@pytest.mark.parametrize("name", ["bert", "cem", "dora", "eva", "frido"])
def test_only_coordination_searches_answers_and_learns(doubles, people, name):
    person = people[name]
    for act in (
        lambda: actions.search_duplicates(actor=person, level="offer"),
        lambda: actions.answer_pair(actor=person, pair=get_pair(), verdict="same"),
        lambda: actions.train_weights(actor=person, level="offer"),
    ):
        with pytest.raises(ActionDenied):
            act()
    assert queued_pairs(person, "offer") == []
    assert not DuplicateAnswer.objects.exists()


def test_another_districts_pairs_are_not_hers(doubles):
    herford = create_user(actor=SYSTEM, email="h@example.org", display_name="Hanna Herford")
    grant_role(actor=SYSTEM, user=herford, role="district", area="05758")
    assert queued_pairs(herford, "offer") == []
    with pytest.raises(ActionDenied, match="beide Einträge"):
        actions.answer_pair(actor=herford, pair=get_pair(), verdict="same")


def test_an_answer_keeps_what_the_engine_saw_and_the_history(doubles, alina):
    pair = get_pair()
    actions.answer_pair(actor=alina, pair=pair, verdict="later")
    answer = actions.answer_pair(actor=alina, pair=pair, verdict="same", reason=" gleiche   Gruppe ")
    assert (answer.probability, answer.evidence) == (pair.probability, pair.evidence)
    assert answer.reason == "gleiche Gruppe"
    history = duplicate_queries.answers_to("offer", *reversed(SAME_OFFER))
    assert [one.verdict for one in history] == ["same", "later"]
    assert describe_log_entry(log_of_target("duplicate", answer.pk).get()).sentence.startswith("Alina Koord")
    with pytest.raises(FrozenRowError):
        answer.save()


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_answers_as_they_were(alina):
    load_doubles()
    search("offer")
    actions.answer_pair(actor=alina, pair=get_pair(), verdict="different")
    with pytest.raises(DatabaseError, match="written once"):
        DuplicateAnswer.objects.update(verdict="same")


@pytest.mark.parametrize(
    ("verdict", "pile"),
    [("same", "to_merge"), ("later", "later"), ("different", "settled"), ("overlapping", "settled")],
)
def test_an_answer_moves_the_pair_and_survives_the_next_search(doubles, alina, verdict, pile):
    actions.answer_pair(actor=alina, pair=get_pair(), verdict=verdict)
    assert pile_of(alina) == pile
    search("offer")
    assert pile_of(alina) == pile


def test_different_stays_different_until_the_entries_change_materially(doubles, alina, dora):
    actions.answer_pair(actor=alina, pair=get_pair(), verdict="different")
    actions.change_offer(actor=dora, offer=get_offer(SAME_OFFER[0]), title="KRABBELGRUPPE – Lemgo", places=9)
    search("offer")
    assert pile_of(alina) == "settled"  # case, a dash and the places are not compared
    actions.change_offer(actor=dora, offer=get_offer(SAME_OFFER[0]), title="Krabbelgruppe in Lemgo")
    search("offer")
    assert pile_of(alina) == "settled"  # a word more moves no field far
    actions.change_offer(actor=dora, offer=get_offer(SAME_OFFER[0]), opening_hours="Fr 15:00-17:00")
    search("offer")
    assert pile_of(alina) in {"likely", "unsure"}


def test_unknown_verdicts_and_entries_that_are_gone_are_refused(doubles, alina, dora):
    pair = get_pair()
    with pytest.raises(InvalidInput, match="„Dasselbe“, „Verschieden“"):
        actions.answer_pair(actor=alina, pair=pair, verdict="maybe")
    actions.end_offer(actor=SYSTEM, offer=get_offer(SAME_OFFER[1]))
    with pytest.raises(InvalidInput, match="nicht mehr da"):
        actions.answer_pair(actor=alina, pair=pair, verdict="same")
    assert pile_of(alina) is None
    with pytest.raises(InvalidInput, match="Ebene"):
        actions.search_duplicates(actor=alina, level="planet")


def test_the_same_register_gives_the_same_queue_and_a_change_is_noticed(doubles, alina):
    def list_queue():
        rows = DuplicatePair.objects.filter(search__level="offer")
        return list(rows.values_list("position", "left_key", "right_key", "probability", "is_audit"))

    before, stored = list_queue(), duplicate_queries.latest_search("offer")
    assert not duplicate_queries.is_outdated(stored)
    actions.change_provider(
        actor=alina, provider=get_provider("stadt-detmold"), website="https://example.org"
    )
    assert duplicate_queries.is_outdated(stored)
    search("offer")
    assert list_queue() == before
    assert DuplicateSearch.objects.filter(level="offer").count() == 1


def test_an_offer_at_two_sites_is_found_at_either(db, alina):
    copy = offer_row(
        "turnen-verein", title="Eltern-Kind-Turnen Nord", provider="stadt-detmold", sites=["detmold-nord"],
        phone=OTHER_PHONE, age_from_months=12, age_to_months=72,
    )  # fmt: skip
    load_doubles([copy])
    Offer.objects.filter(key="turnen").update(phone=OTHER_PHONE)
    search("offer")
    pair = find_pair("offer", "turnen", "turnen-verein")
    assert pair.evidence["street_same"] == pytest.approx(0.5)  # one of two sites
    assert pair.evidence["phone_same"] == pytest.approx(1.0)
    assert pair.probability == pytest.approx(
        duplicate_queries.weights_of(pair.search).score(duplicate_queries.spread_evidence([pair.evidence]))[
            0
        ],
        abs=0.01,
    )


def answer_many(alina, count):
    """Answers with made-up evidence: titles decide here, phones do not."""
    chance = np.random.default_rng(5)
    pair = get_pair()
    rows = []
    for number in range(count):
        is_same = number % 3 == 0
        rows.append(
            DuplicateAnswer(
                level="offer", left_key=f"a{number}", right_key=f"b{number}",
                verdict="same" if is_same else "different", probability=0.5,
                evidence={
                    "title_alike": round(float(chance.uniform(*((0.6, 1) if is_same else (0, 0.5)))), 3),
                    "phone_same": float(chance.random() < 0.7), "place_near": 1.0,
                },
                left_digest=pair.left_digest, right_digest=pair.right_digest, is_audit=number % 5 == 4,
                actor=alina,
            )
        )  # fmt: skip
    DuplicateAnswer.objects.bulk_create(rows)


def test_a_hundred_answers_teach_weights_that_foresee_better(doubles, alina):
    answer_many(alina, 99)
    assert not duplicate_queries.is_lesson_due("offer")
    with pytest.raises(InvalidInput, match="mindestens 100"):
        actions.train_weights(actor=alina, level="offer")
    actions.answer_pair(actor=alina, pair=get_pair(), verdict="same")
    assert duplicate_queries.is_lesson_due("offer")
    learned = actions.train_weights(actor=alina, level="offer")
    quality = learned.quality
    assert learned.answers == quality["after"]["answers"] == 100
    assert quality["after"]["right"] > quality["before"]["right"]
    assert quality["after"]["log_loss"] < quality["before"]["log_loss"]
    assert quality["audit"]["answers"] in {19, 20}
    in_force = duplicate_queries.weights_in_force("offer")
    assert in_force.fields["title_alike"] > load_weights("offer").fields["title_alike"]
    assert in_force.fields["phone_same"] < load_weights("offer").fields["phone_same"]
    assert not duplicate_queries.is_lesson_due("offer")
    search = actions.search_duplicates(actor=alina, level="offer")
    assert search.weights["answers"] == 100
    assert duplicate_queries.weights_in_force("site").answers == 0
