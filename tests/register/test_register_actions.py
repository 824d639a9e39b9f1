"""Writes on the register: who may, what is refused and in which words, what families see meanwhile."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, transaction
from tests.conftest import LEMGO, LUEGDE
from tests.register.world import OFFERS, get_offer, get_provider, get_site, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.register import actions, queries
from kekiz.register.facets import OfferState
from kekiz.register.frozen import FrozenRowError
from kekiz.register.models import Cooperation, Offer, OfferVersion, PublishedPlace
from kekiz.register.validation import InvalidFields


@pytest.fixture
def world(db):
    """The small register, published."""
    load_world()


def create_krabbelgruppe(actor, **values):
    """Dora's new offer."""
    return actions.create_offer(
        actor=actor,
        provider=get_provider(),
        sites=[get_site()],
        **{"title": "Krabbelgruppe", "age_from_months": 6, "age_to_months": 18, "fields": ["S1"], **values},
    )


def test_an_offer_goes_from_draft_to_published_and_the_log_tells_it(world, dora, bert):
    offer = create_krabbelgruppe(dora)
    assert (offer.key, offer.state) == ("krabbelgruppe", OfferState.DRAFT)
    assert queries.published_offer("krabbelgruppe") is None

    actions.submit_for_review(actor=dora, offer=offer)
    version = actions.publish_offer(actor=bert, offer=offer)
    assert version.number == 1
    assert version.published_by == bert
    assert queries.published_offer("krabbelgruppe").content["title"] == "Krabbelgruppe"

    sentences = [describe_log_entry(entry).sentence for entry in log_of_target("offer", "krabbelgruppe")]
    assert sentences == [
        "Bert Jugendamt hat das Angebot „Krabbelgruppe“ veröffentlicht.",
        "Dora Träger hat das Angebot „Krabbelgruppe“ zur Prüfung gegeben.",
        "Dora Träger hat das Angebot „Krabbelgruppe“ angelegt.",
    ]


def test_families_see_the_approved_version_while_a_change_waits(world, dora, bert):
    offer = actions.change_offer(
        actor=dora, offer=get_offer("elterncafe"), title="Elterncafé am Markt", places=12
    )
    assert offer.state == OfferState.DRAFT
    seen = queries.published_offer("elterncafe")
    assert (seen.content["title"], seen.content["places"]) == ("Elterncafé", 30)

    actions.publish_offer(actor=bert, offer=offer)
    seen = queries.published_offer("elterncafe")
    assert (seen.content["title"], seen.content["places"]) == ("Elterncafé am Markt", 12)
    assert offer.versions.count() == 2
    entry = log_of_target("offer", "elterncafe").get(code="offer.changed")
    assert entry.changes == {"title": ["Elterncafé", "Elterncafé am Markt"], "places": [30, 12]}


def test_publishing_the_same_content_again_makes_no_new_version(world, bert):
    actions.publish_offer(actor=bert, offer=get_offer("elterncafe"))
    assert get_offer("elterncafe").versions.count() == 1


def test_a_change_that_changes_nothing_leaves_the_offer_published(world, dora):
    offer = actions.change_offer(actor=dora, offer=get_offer("elterncafe"), title="Elterncafé")
    assert offer.state == OfferState.PUBLISHED
    assert not log_of_target("offer", "elterncafe").filter(code="offer.changed").exists()


def test_paused_and_ended_offers_are_hidden_and_an_ended_one_stays_ended(world, dora, bert):
    offer = get_offer("elterncafe")
    actions.pause_offer(actor=dora, offer=offer)
    assert queries.published_offer("elterncafe") is None
    actions.publish_offer(actor=bert, offer=offer)
    assert queries.published_offer("elterncafe") is not None
    actions.end_offer(actor=dora, offer=offer)
    assert queries.published_offer("elterncafe") is None
    for act in (
        lambda: actions.publish_offer(actor=bert, offer=offer),
        lambda: actions.change_offer(actor=dora, offer=offer, title="Neu"),
        lambda: actions.end_offer(actor=dora, offer=offer),
    ):
        with pytest.raises(InvalidInput, match=r"(?i)beendet"):
            act()


@pytest.mark.parametrize("name", ["cem", "eva", "frido"])
def test_strangers_change_nothing(world, people, name):
    offer = get_offer("elterncafe")
    for act in (actions.submit_for_review, actions.publish_offer, actions.pause_offer, actions.end_offer):
        with pytest.raises(ActionDenied):
            act(actor=people[name], offer=offer)
    with pytest.raises(ActionDenied, match="dürfen Sie nicht bearbeiten"):
        actions.change_offer(actor=people[name], offer=offer, title="Gekapert")
    with pytest.raises(ActionDenied):
        create_krabbelgruppe(people[name])
    assert get_offer("elterncafe").title == "Elterncafé"
    assert not Offer.objects.filter(title="Krabbelgruppe").exists()


def test_visitors_and_forgotten_actors_change_nothing(world):
    for actor in (AnonymousUser(), None):
        with pytest.raises(ActionDenied):
            actions.end_offer(actor=actor, offer=get_offer("elterncafe"))


def test_the_provider_does_not_approve_its_own_offer(world, dora):
    with pytest.raises(ActionDenied, match="Koordination, Jugendamt, Kommune"):
        actions.publish_offer(actor=dora, offer=get_offer("elterncafe"))


def test_an_offer_cannot_be_moved_to_an_area_that_is_not_the_actors(world, bert):
    with pytest.raises(ActionDenied):
        actions.change_offer(actor=bert, offer=get_offer("elterncafe"), sites=[get_site("detmold-mitte")])
    assert [site.key for site in get_offer("elterncafe").sites.all()] == ["lemgo-haus"]


def test_all_mistakes_are_told_at_once_by_field(world, dora):
    with pytest.raises(InvalidFields) as caught:
        actions.create_offer(
            actor=dora,
            provider=get_provider(),
            title="",
            age_from_months=36,
            age_to_months=12,
            fields=["X9"],
            cost="free",
            hurdles=["paid"],
            service_area=["Lemgo"],
            permanent=False,
            email="kein-at",
        )
    fields = caught.value.fields
    assert fields["title"] == ["Bitte geben Sie dem Angebot einen Titel."]
    assert "„X9“ ist unbekannt" in fields["fields"][0]
    assert "muss größer sein" in fields["age_to_months"][0]
    assert "kostenloses Angebot" in fields["hurdles"][0]
    assert "Gebiet ist ein AGS" in fields["service_area"][0]
    assert "letzten Tag" in fields["until"][0]
    assert "email" in fields
    assert "Titel: Bitte geben Sie dem Angebot einen Titel." in caught.value.messages


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"age_from_months": -10}, "age_from_months", "Schwangerschaft"),
        ({"age_to_months": 325}, "age_to_months", "27 Jahren"),
        ({"fields": []}, "fields", "mindestens ein Bedarfsfeld"),
        ({"places": -1}, "places", "größer oder gleich 0"),
        ({"hurdles": ["moon"]}, "hurdles", "Möglich sind: paid"),
        ({"permanent": True, "until": dt.date(2030, 1, 1)}, "until", "kein Enddatum"),
        ({"mode": "beam"}, "mode", "keine gültige"),
        ({"title": "x" * 201}, "title", "200"),
    ],
)
def test_each_fault_has_its_sentence(world, dora, values, field, words):
    with pytest.raises(InvalidFields) as caught:
        create_krabbelgruppe(dora, **values)
    assert any(words in text for text in caught.value.fields[field])


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"lat": 8.9, "lon": 52.0}, "lat", "vertauscht"),
        ({"lat": 48.8, "lon": 2.35}, "lat", "nicht in Deutschland"),
        ({"ags": "5766044"}, "ags", "führende Null"),
        ({"postcode": "3265"}, "postcode", "fünf Ziffern"),
    ],
)
def test_faulty_sites_are_refused(world, alina, values, field, words):
    sound = {"town": "Lemgo", "ags": LEMGO, "lat": 52.0, "lon": 8.9, "postcode": "32657"}
    with pytest.raises(InvalidFields) as caught:
        actions.create_site(actor=SYSTEM, name="Ort", **(sound | values))
    assert words in caught.value.fields[field][0]


def test_an_offer_on_site_needs_a_site_before_it_is_published(world, dora, bert):
    offer = actions.create_offer(
        actor=dora,
        provider=get_provider(),
        title="Ohne Ort",
        age_from_months=0,
        age_to_months=12,
        fields=["S2"],
    )
    with pytest.raises(InvalidFields, match="mindestens einen Ort"):
        actions.submit_for_review(actor=dora, offer=offer)
    with pytest.raises(InvalidFields, match="mindestens einen Ort"):
        actions.publish_offer(actor=bert, offer=offer)


def test_providers_are_entered_by_their_area_and_changed_by_themselves(world, alina, bert, dora):
    with pytest.raises(ActionDenied):
        actions.create_provider(actor=bert, name="Verein Lügde", ags=LUEGDE)
    provider = actions.create_provider(actor=bert, name="Verein Lemgo", ags=LEMGO)
    assert provider.key == "verein-lemgo"
    assert actions.create_provider(actor=alina, name="Verein Lemgo", ags=LEMGO).key == "verein-lemgo-2"
    with pytest.raises(ActionDenied):
        actions.change_provider(actor=dora, provider=provider, name="Anders")
    actions.change_provider(actor=dora, provider=get_provider(), contact_email="info@example.org")
    assert get_provider().contact_email == "info@example.org"
    entry = log_of_target("provider", "familienbuende-lemgo").get()
    assert entry.changes == {}, "contacts do not go into the log"


def test_cooperations_join_two_different_offers_once(world, dora, cem):
    a, b = get_offer("hebamme"), get_offer("elterncafe")
    with pytest.raises(ActionDenied):
        actions.record_cooperation(actor=cem, offer_a=a, offer_b=b)
    actions.record_cooperation(actor=dora, offer_a=a, offer_b=b, since=dt.date(2024, 1, 1))
    with pytest.raises(InvalidFields, match="schon eingetragen"):
        actions.record_cooperation(actor=dora, offer_a=a, offer_b=b)
    with pytest.raises(InvalidFields, match="zwei verschiedene"):
        actions.record_cooperation(actor=dora, offer_a=a, offer_b=a)
    actions.remove_cooperation(actor=dora, cooperation=Cooperation.objects.get())
    assert not Cooperation.objects.exists()


def test_published_versions_cannot_be_changed_not_even_past_the_model(world):
    version = OfferVersion.objects.first()
    version.title = "Gefälscht"
    with pytest.raises(FrozenRowError):
        version.save()
    for rows in (OfferVersion.objects.all(), PublishedPlace.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**({"title": "x"} if rows.model is OfferVersion else {"ags": "1"}))


def test_the_database_holds_the_rules_that_the_sentences_tell(world):
    for values in (
        {"age_to_months": 0},
        {"age_from_months": -20},
        {"published": None},
        {"state": "ended"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(key="elterncafe").update(**values)


def test_an_unknown_value_is_a_fault_of_the_program(world, dora):
    with pytest.raises(TypeError, match="state"):
        actions.change_offer(actor=dora, offer=get_offer("elterncafe"), state="published")


def test_a_failing_log_undoes_the_change(world, dora, monkeypatch):
    def fail(**_):
        raise RuntimeError("log is full")

    monkeypatch.setattr("kekiz.register.actions.offers.write_log_entry", fail)
    with pytest.raises(RuntimeError):
        actions.change_offer(actor=dora, offer=get_offer("elterncafe"), title="Neu")
    assert get_offer("elterncafe").title == "Elterncafé"


def test_the_world_is_what_the_other_tests_think(world):
    assert Offer.objects.filter(state="published").count() == len(OFFERS) == 6
    assert offer_row("x")["places"] == 20
