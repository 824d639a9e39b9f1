"""A small invented register of Lippe that tests build on: two providers, three sites, offers as values."""

from typing import Any

from tests.conftest import DETMOLD, LEMGO

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions
from kekiz.register.models import Offer, Provider, Site

PROVIDERS = [
    {"key": "familienbuende-lemgo", "name": "Familienbünde Lemgo", "kind": "association", "ags": LEMGO},
    {"key": "stadt-detmold", "name": "Stadt Detmold", "kind": "public", "ags": DETMOLD},
]
SITES = [
    {
        "key": "lemgo-haus",
        "name": "Haus der Familie",
        "street": "Mittelstraße 1",
        "postcode": "32657",
        "town": "Lemgo",
        "ags": LEMGO,
        "lat": 52.028,
        "lon": 8.899,
    },
    {
        "key": "detmold-mitte",
        "name": "Treff Mitte",
        "street": "Lange Straße 1",
        "postcode": "32756",
        "town": "Detmold",
        "ags": DETMOLD,
        "lat": 51.937,
        "lon": 8.879,
    },
    {
        "key": "detmold-nord",
        "name": "Treff Nord",
        "street": "Nordstraße 5",
        "postcode": "32758",
        "town": "Detmold",
        "ags": DETMOLD,
        "lat": 51.965,
        "lon": 8.885,
    },
]


def offer_row(key: str, **values: Any) -> dict[str, Any]:
    """One sound offer at Lemgo, changed by the given values."""
    return {
        "key": key,
        "provider": "familienbuende-lemgo",
        "sites": ["lemgo-haus"],
        "title": key.replace("-", " ").title(),
        "age_from_months": 0,
        "age_to_months": 36,
        "fields": ["S2"],
        "places": 20,
        "languages": ["de"],
        "cost": "free",
        "access": "registration",
    } | values


OFFERS = [
    offer_row("elterncafe", title="Elterncafé", fields=["S2", "S1"], summary="Kaffee und Fragen", places=30),
    offer_row(
        "erziehungsberatung",
        title="Erziehungsberatung",
        provider="stadt-detmold",
        sites=["detmold-mitte"],
        age_to_months=216,
        languages=["de", "tr"],
    ),
    offer_row("hebamme", title="Hebammensprechstunde", fields=["G1"], age_from_months=-9, age_to_months=12),
    offer_row(
        "turnen",
        title="Eltern-Kind-Turnen",
        provider="stadt-detmold",
        fields=["G2"],
        sites=["detmold-mitte", "detmold-nord"],
        cost="paid",
        hurdles=["paid"],
        age_from_months=12,
        age_to_months=72,
        places=40,
    ),
    offer_row(
        "telefon",
        title="Sorgentelefon",
        mode="online",
        sites=[],
        age_to_months=252,
        places=None,
        service_area=["05766"],
    ),
    offer_row(
        "lesepaten",
        title="Lesepaten",
        fields=["K2"],
        age_from_months=72,
        age_to_months=120,
        mode="outreach",
        sites=[],
        service_area=[LEMGO],
    ),
]


def load_world(offers=None, cooperations=()) -> None:
    """Store and publish the register above."""
    actions.load_register(
        actor=SYSTEM,
        providers=PROVIDERS,
        sites=SITES,
        offers=OFFERS if offers is None else offers,
        cooperations=cooperations,
    )


def get_provider(key: str = "familienbuende-lemgo") -> Provider:
    """A stored provider."""
    return Provider.objects.get(key=key)


def get_site(key: str = "lemgo-haus") -> Site:
    """A stored site."""
    return Site.objects.get(key=key)


def get_offer(key: str) -> Offer:
    """A stored offer as it is now."""
    return Offer.objects.get(key=key)
