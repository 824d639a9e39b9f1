"""The small register with entries listed twice: two offers of one provider, a site, a provider."""

from tests.conftest import LEMGO
from tests.register.world import OFFERS, PROVIDERS, SITES, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions
from kekiz.register.duplicate_queries import find_pair

PHONE = "05261 77-120"
SAME_OFFER = ("krabbelgruppe", "krabbelgruppe-eltern-kind")
SAME_SITE = ("lemgo-haus", "lemgo-haus-2")
SAME_PROVIDER = ("familienbuende-lemgo", "familienbuende-lemgo-2")
DOUBLE_OFFERS = [
    offer_row(
        "krabbelgruppe", title="Krabbelgruppe Lemgo", phone=PHONE, opening_hours="Tu 09:30-11:00",
        age_from_months=6, age_to_months=24, fields=["S1"], summary="Spielen und Singen", places=12,
    ),
    offer_row(
        "krabbelgruppe-eltern-kind", title="Eltern-Kind-Gruppe (Krabbelkinder) Lemgo", phone="05261/77 120",
        opening_hours="Tu 09:30-11:00", age_from_months=6, age_to_months=18, fields=["S1", "S2"],
        provider="familienbuende-lemgo-2", sites=["lemgo-haus-2"], languages=["de", "tr"], places=None,
        description="Für Eltern mit Babys, mit Kaffee.",
    ),
]  # fmt: skip
DOUBLE_SITE = SITES[0] | {"key": "lemgo-haus-2", "name": "Haus der Familie Lemgo", "street": "Mittelstr. 1"}
DOUBLE_PROVIDER = {
    "key": "familienbuende-lemgo-2", "name": "Familienbünde Lemgo e. V.", "kind": "other", "ags": LEMGO,
    "website": "https://example.org/familienbuende",
}  # fmt: skip


def load_doubles(offers=(), cooperations=()) -> None:
    """Store and publish the register with its doubles."""
    actions.load_register(
        actor=SYSTEM,
        providers=[*PROVIDERS, DOUBLE_PROVIDER],
        sites=[*SITES, DOUBLE_SITE],
        offers=[*OFFERS, *DOUBLE_OFFERS, *offers],
        cooperations=cooperations,
    )


def search(level) -> None:
    """Search on one level."""
    actions.search_duplicates(actor=SYSTEM, level=level)


def get_pair(level="offer", keys=SAME_OFFER):
    """A pair of the queue."""
    return find_pair(level, *keys)
