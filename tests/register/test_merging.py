"""Two entries become one, and two again: what families see, what the engine counts, what comes back."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import LEMGO, LIPPE
from tests.evidence.region import load_region
from tests.register.doubles import SAME_OFFER, SAME_PROVIDER, SAME_SITE, get_pair, load_doubles
from tests.register.world import get_offer, get_provider, get_site

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.analysis.bridge import take_snapshot
from kekiz.register import actions, duplicate_queries, queries
from kekiz.register.facets import OfferState
from kekiz.register.models import Cooperation, DuplicateAnswer, Merge, Offer, OfferVersion, Provider, Site
from kekiz.register.stored_rows import NOT_CONTENT, freeze_row
from kekiz.register.validation import InvalidFields

KEPT, DOUBLE = SAME_OFFER
COOPERATIONS = [
    {"offer_a": "hebamme", "offer_b": KEPT, "kind": "handover"},
    {"offer_a": "hebamme", "offer_b": DOUBLE, "kind": "handover"},
    {"offer_a": DOUBLE, "offer_b": "elterncafe", "kind": "handover"},
    {"offer_a": DOUBLE, "offer_b": KEPT, "kind": "network"},
]


@pytest.fixture
def doubles(db):
    """The register with doubles and cooperations, searched."""
    load_doubles(cooperations=COOPERATIONS)
    actions.search_duplicates(actor=SYSTEM, level="offer")


def describe_register():
    """Everything of the register but the history of versions and the times of saving."""

    def rows(model):
        return {
            row.pk: {name: value for name, value in freeze_row(row).items() if name not in NOT_CONTENT}
            for row in model.objects.order_by("pk")
        }

    return {
        "rows": [rows(model) for model in (Provider, Site, Offer, Cooperation)],
        "sites": sorted(Offer.sites.through.objects.values_list("offer_id", "site_id")),
        "shown": {found.key: found.content for found in queries.offers_for_family()},
    }


def merge_krabbelgruppe(actor, **chosen):
    return actions.merge_offers(actor=actor, kept=get_offer(KEPT), merged=get_offer(DOUBLE), chosen=chosen)


def test_after_a_merge_families_see_one_offer_with_the_chosen_values(doubles, alina):
    count = queries.published_count()
    merge_krabbelgruppe(alina, description="merged", languages="both", fields="merged", sites="kept")
    assert queries.published_count() == count - 1
    assert queries.published_offer(DOUBLE) is None
    assert duplicate_queries.find_kept_offer(DOUBLE) == KEPT
    shown = queries.published_offer(KEPT).content
    assert shown["title"] == "Krabbelgruppe Lemgo"
    assert shown["description"] == "Für Eltern mit Babys, mit Kaffee."
    assert shown["languages"] == ["de", "tr"]
    assert shown["fields"] == ["S1", "S2"]
    assert shown["places"] == 12
    assert [site["key"] for site in shown["sites"]] == ["lemgo-haus"]
    assert get_offer(DOUBLE).state == OfferState.ENDED


def test_cooperations_move_once_and_never_to_themselves(doubles, alina):
    merge_krabbelgruppe(alina)
    pairs = set(Cooperation.objects.values_list("offer_a__key", "offer_b__key", "kind"))
    assert pairs == {("hebamme", KEPT, "handover"), (KEPT, "elterncafe", "handover")}


def test_the_engine_counts_a_merged_offer_once(db, alina):
    load_region()
    load_doubles()
    day = OfferVersion.objects.first().published_at.date()
    before = len(take_snapshot(LIPPE, day).inputs.offers.offer)
    merge_krabbelgruppe(alina)
    assert len(take_snapshot(LIPPE, day).inputs.offers.offer) == before - 1


def test_who_merges_says_that_both_are_the_same(doubles, alina):
    merge_krabbelgruppe(alina)
    (answer,) = duplicate_queries.answers_to("offer", KEPT, DOUBLE)
    assert (answer.verdict, answer.actor) == ("same", alina)
    sentence = describe_log_entry(log_of_target("offer", KEPT).filter(code="offer.merged").get()).sentence
    assert sentence.startswith(
        "Alina Koordination hat doppelte Angebote zusammengeführt: „Eltern-Kind-Gruppe"
    )


def test_never_against_a_persons_verdict(doubles, alina):
    actions.answer_pair(actor=alina, pair=get_pair(), verdict="different")
    with pytest.raises(InvalidInput, match="„Verschieden“"):
        merge_krabbelgruppe(SYSTEM)
    actions.answer_pair(actor=alina, pair=get_pair(), verdict="same")
    merge_krabbelgruppe(alina)


@pytest.mark.parametrize("name", ["bert", "cem", "dora", "eva", "frido"])
def test_only_coordination_merges_and_undoes(doubles, people, name):
    with pytest.raises(ActionDenied):
        merge_krabbelgruppe(people[name])
    merge = merge_krabbelgruppe(people["alina"])
    with pytest.raises(ActionDenied):
        actions.undo_merge(actor=people[name], merge=merge)
    assert Merge.objects.filter(undone_at=None).count() == 1


def test_a_merge_that_contradicts_itself_leaves_everything_as_it_was(doubles, alina):
    offer = get_offer(DOUBLE)
    actions.change_offer(actor=SYSTEM, offer=offer, hurdles=["paid"], cost="paid")
    before = describe_register()
    with pytest.raises(InvalidFields, match="kostenloses Angebot"):
        merge_krabbelgruppe(alina, hurdles="merged")
    for chosen in ({"title": "both"}, {"key": "merged"}, {"state": "merged"}):
        with pytest.raises(InvalidInput):
            merge_krabbelgruppe(alina, **chosen)
    with pytest.raises(InvalidInput, match="sich selbst"):
        actions.merge_offers(actor=alina, kept=get_offer(KEPT), merged=get_offer(KEPT))
    assert describe_register() == before
    assert not Merge.objects.exists()


def test_offers_at_a_merged_site_move_and_families_see_the_one_address(doubles, alina):
    actions.change_offer(actor=SYSTEM, offer=get_offer("hebamme"), sites=[get_site("lemgo-haus-2")])
    waiting = queries.published_offer("hebamme").content["sites"]
    actions.merge_sites(
        actor=alina, kept=get_site(SAME_SITE[0]), merged=get_site(SAME_SITE[1]), chosen={"name": "merged"}
    )
    assert not Site.objects.filter(key=SAME_SITE[1]).exists()
    shown = queries.published_offer(DOUBLE).content["sites"]
    assert [(site["key"], site["name"]) for site in shown] == [("lemgo-haus", "Haus der Familie Lemgo")]
    assert queries.published_offer("hebamme").content["sites"] == waiting  # its change still waits
    assert [site.key for site in get_offer("hebamme").sites.all()] == ["lemgo-haus"]


def test_a_merged_providers_offers_belong_to_the_kept_one_and_nobody_loses_an_account(doubles, alina, dora):
    kept, double = (get_provider(key) for key in SAME_PROVIDER)
    with pytest.raises(InvalidInput, match="gibt es Konten"):
        actions.merge_providers(actor=alina, kept=double, merged=kept)
    actions.merge_providers(actor=alina, kept=kept, merged=double, chosen={"website": "merged"})
    assert get_offer(DOUBLE).provider.key == SAME_PROVIDER[0]
    assert get_provider().website == "https://example.org/familienbuende"
    assert queries.published_offer(DOUBLE).content["provider"]["key"] == SAME_PROVIDER[0]
    actions.change_offer(actor=dora, offer=get_offer(DOUBLE), title="Jetzt auch Doras Angebot")


def merge_one(level, actor, chosen=None, turned=False):
    keys = {"offer": SAME_OFFER, "site": SAME_SITE, "provider": SAME_PROVIDER}[level]
    kept, merged = reversed(keys) if turned else keys
    act, get = {
        "offer": (actions.merge_offers, get_offer),
        "site": (actions.merge_sites, get_site),
        "provider": (actions.merge_providers, get_provider),
    }[level]
    return act(actor=actor, kept=get(kept), merged=get(merged), chosen=chosen)


CHOICES = {
    "offer": ["title", "summary", "description", "age_to_months", "fields", "languages", "places", "provider",
              "sites", "phone", "website", "opening_hours"],
    "site": ["name", "street", "lat", "lon"],
    "provider": ["name", "kind", "website"],
}  # fmt: skip
STEPS = st.permutations(["offer", "site", "provider"]).flatmap(
    lambda levels: st.tuples(
        *(
            st.tuples(
                st.just(level),
                st.booleans(),
                st.dictionaries(st.sampled_from(CHOICES[level]), st.sampled_from(["kept", "merged"])),
            )
            for level in levels
        )
    )
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, count=st.integers(1, 3), is_draft=st.booleans(), is_paused=st.booleans())
def test_undoing_restores_exactly(doubles, steps, count, is_draft, is_paused):
    with transaction.atomic():
        if is_draft:
            actions.change_offer(actor=SYSTEM, offer=get_offer(KEPT), title="Ein Entwurf wartet")
        if is_paused:
            actions.pause_offer(actor=SYSTEM, offer=get_offer(DOUBLE))
        states = []
        for level, turned, chosen in steps[:count]:
            states.append((describe_register(), merge_one(level, SYSTEM, chosen, turned)))
        for before, merge in reversed(states):
            assert actions.undo_merge(actor=SYSTEM, merge=merge) == []
            assert describe_register() == before
        transaction.set_rollback(True)


def test_what_was_changed_since_stays_and_is_named(doubles, alina, dora):
    merge = merge_krabbelgruppe(alina, description="merged", languages="both")
    actions.change_offer(actor=dora, offer=get_offer(KEPT), description="Ganz neu.")
    assert actions.undo_merge(actor=alina, merge=merge) == ["description"]
    assert get_offer(KEPT).description == "Ganz neu."
    assert get_offer(KEPT).languages == ["de"]
    assert queries.published_offer(DOUBLE) is not None
    with pytest.raises(InvalidInput, match="schon zurückgenommen"):
        actions.undo_merge(actor=alina, merge=merge)


def test_merges_are_undone_from_the_last_to_the_first(doubles, alina):
    first = merge_krabbelgruppe(alina)
    actions.merge_offers(actor=alina, kept=get_offer("elterncafe"), merged=get_offer(KEPT))
    assert duplicate_queries.find_kept_offer(DOUBLE) == "elterncafe"
    with pytest.raises(InvalidInput, match="zuerst die spätere"):
        actions.undo_merge(actor=alina, merge=first)


def test_an_answer_is_carried_over_to_the_kept_entry(doubles, alina):
    other = "elterncafe"
    keys = sorted((other, DOUBLE))
    DuplicateAnswer.objects.create(
        level="offer", left_key=keys[0], right_key=keys[1], verdict="different", probability=0.5,
        left_digest="a", right_digest="b",
    )  # fmt: skip
    merge_krabbelgruppe(alina)
    carried = duplicate_queries.standing_answers("offer")[tuple(sorted((other, KEPT)))]
    assert carried[0].verdict == "different"
    assert carried[1]


def test_merges_are_shown_to_those_who_may_undo_them(doubles, alina, bert):
    merge = merge_krabbelgruppe(alina)
    assert duplicate_queries.merges_for(alina) == [merge]
    assert duplicate_queries.merges_for(bert) == []
    assert merge.areas == [LEMGO]
