"""Loading a whole register: all or nothing, every fault with row and column, fast."""

import pytest
from tests.register.world import OFFERS, PROVIDERS, SITES, get_offer, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import LogEntry
from kekiz.register import actions, queries
from kekiz.register.models import Cooperation, Offer, OfferVersion, Provider, Site


def load(actor=SYSTEM, **values):
    """Load the small register with some tables replaced."""
    tables = {"providers": PROVIDERS, "sites": SITES, "offers": OFFERS} | values
    return actions.load_register(actor=actor, **tables)


def test_everything_is_stored_published_and_logged_once(db):
    loaded = load(cooperations=[{"offer_a": "hebamme", "offer_b": "elterncafe", "since": "2024-03-01"}])
    assert (loaded.providers, loaded.sites, loaded.offers, loaded.cooperations) == (2, 3, 6, 1)
    assert queries.published_count() == 6
    assert [site.key for site in get_offer("turnen").sites.order_by("key")] == [
        "detmold-mitte",
        "detmold-nord",
    ]
    assert Cooperation.objects.get().since.isoformat() == "2024-03-01"
    entry = LogEntry.objects.get(code="register.loaded")
    assert (entry.target_label, entry.area) == ("6 Angebote, 2 Träger, 3 Orte", "05766")


def test_a_loaded_offer_is_the_same_as_one_made_by_hand(db):
    load()
    version = OfferVersion.objects.get(offer__key="elterncafe")
    actions.publish_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    assert get_offer("elterncafe").published_id == version.pk, "same content, so no new version"


def test_drafts_stay_unpublished(db):
    load(publish=False)
    assert queries.published_count() == 0
    assert set(Offer.objects.values_list("state", flat=True)) == {"draft"}


def test_all_faults_are_told_with_row_and_column_and_nothing_is_stored(db):
    offers = [
        offer_row("gut"),
        offer_row("alter", age_from_months=40),
        offer_row("gut"),
        offer_row("traeger", provider="niemand"),
        offer_row("ort", sites=["nirgends"]),
        offer_row("ohne-ort", sites=[]),
        offer_row("feld", fields="Z1", places="viele"),
        offer_row("spalte", farbe="blau"),
    ]
    sites = [*SITES, {**SITES[0], "key": "weg", "lat": 8.9, "lon": 52.0}]
    with pytest.raises(InvalidInput) as caught:
        load(offers=offers, sites=sites, cooperations=[{"offer_a": "gut", "offer_b": "fehlt"}])
    told = "\n".join(caught.value.messages)
    for place, words in [
        ("Angebote, Zeile 3, Spalte „age_to_months“", "muss größer sein"),
        ("Angebote, Zeile 4, Spalte „key“", "gibt es schon"),
        ("Angebote, Zeile 5, Spalte „provider“", "„niemand“ gibt es nicht"),
        ("Angebote, Zeile 6, Spalte „sites“", "„nirgends“ gibt es nicht"),
        ("Angebote, Zeile 7, Spalte „sites“", "mindestens einen Ort"),
        ("Angebote, Zeile 8, Spalte „fields“", "„Z1“ ist unbekannt"),
        ("Angebote, Zeile 8, Spalte „places“", "viele"),
        ("Angebote, Zeile 9, Spalte „farbe“", "unbekannt"),
        ("Orte, Zeile 5, Spalte „lat“", "vertauscht"),
        ("Zusammenarbeit, Zeile 2, Spalte „offer_b“", "„fehlt“ gibt es nicht"),
    ]:
        assert any(place in line and words in line for line in caught.value.messages), (place, told)
    assert not Provider.objects.exists()
    assert not Site.objects.exists()
    assert not Offer.objects.exists()


def test_keys_that_are_stored_already_are_refused(db):
    load_world()
    with pytest.raises(InvalidInput, match="Den Schlüssel „elterncafe“ gibt es schon"):
        load(providers=[], sites=[], offers=[offer_row("elterncafe")])
    load(providers=[], sites=[], offers=[offer_row("neu")])
    assert get_offer("neu").provider.key == "familienbuende-lemgo"


def test_a_cooperation_that_is_stored_already_is_refused(db):
    pair = [{"offer_a": "hebamme", "offer_b": "elterncafe"}]
    load(cooperations=pair)
    with pytest.raises(InvalidInput, match="schon eingetragen"):
        load(providers=[], sites=[], offers=[], cooperations=pair)
    with pytest.raises(InvalidInput, match="schon eingetragen"):
        load(
            providers=[],
            sites=[],
            offers=[],
            cooperations=[*({"offer_a": "turnen", "offer_b": "telefon"},) * 2],
        )


def test_only_the_coordination_of_all_sites_loads(people):
    for name in ("bert", "cem", "dora", "eva", "frido"):
        with pytest.raises(ActionDenied):
            load(actor=people[name])
    assert load(actor=people["alina"]).offers == 6


def test_many_faults_of_one_kind_are_counted_not_listed(db):
    with pytest.raises(InvalidInput) as caught:
        load(offers=[offer_row(f"a{number}", age_to_months=-5) for number in range(80)])
    assert len(caught.value.messages) == 51
    assert "30 weitere" in caught.value.messages[-1]


def test_ten_thousand_offers_load(db):
    offers = [offer_row(f"angebot-{number}", title=f"Angebot {number}") for number in range(10_000)]
    load(offers=offers)
    assert queries.published_count() == 10_000
