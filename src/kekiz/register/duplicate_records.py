"""The register as the search for duplicates reads it: providers, sites and offers as columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kekiz.engine.duplicates import Records
from kekiz.register.duplicate_models import DuplicateLevel
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer, Provider, Site
from kekiz.register.rules import areas_of_offer
from kekiz.register.search_text import fold_text

# The engine knows providers as sites without an address.
ENGINE_LEVEL = {
    DuplicateLevel.PROVIDER: "site",
    DuplicateLevel.SITE: "site",
    DuplicateLevel.OFFER: "offer",
}
DEGREES = 4  # decimals that count as another position: about 10 m


@dataclass
class ListedRecords:
    """Rows to compare, and by key of the entry: where it belongs and a digest of what is compared.

    An offer with several sites has a row for each, so that a second listing at any of them is found.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, areas: Iterable[str], rows: list[dict[str, Any]]) -> None:
        """Take an entry with its rows."""
        self.areas[key] = tuple(areas)
        self.digests[key] = digest_rows(rows)
        for number, row in enumerate(rows):
            self.rows.append({"id": f"{key} {number}", **row})
            self.keys.append(key)

    def as_records(self) -> Records:
        """The rows as the engine takes them."""
        names = list(dict.fromkeys(name for row in self.rows for name in row)) or ["id"]
        return Records.from_columns(**{name: [row.get(name) for row in self.rows] for name in names})

    @property
    def digest(self) -> str:
        """One digest of all entries, whatever their order."""
        lines = "\n".join(f"{key} {digest}" for key, digest in sorted(self.digests.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def digest_rows(rows: list[dict[str, Any]]) -> str:
    """SHA-256 of what is compared; case, accents and punctuation make no other digest."""
    lines = sorted("|".join(f"{name}={_fold(value)}" for name, value in sorted(row.items())) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _fold(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.{DEGREES}f}"
    return fold_text(str(value)) if value is not None else ""


def list_records(level: str) -> ListedRecords:
    """All entries of a level that are in use; offers that have ended are not compared."""
    listed = ListedRecords()
    if level == DuplicateLevel.PROVIDER:
        for provider in Provider.objects.order_by("key"):
            listed.add(provider.key, (provider.ags,) if provider.ags else (), [describe_provider(provider)])
    elif level == DuplicateLevel.SITE:
        for site in Site.objects.order_by("key"):
            listed.add(site.key, (site.ags,), [describe_site(site)])
    else:
        offers = Offer.objects.exclude(state=OfferState.ENDED).select_related("provider")
        for offer in offers.prefetch_related("sites").order_by("key"):
            sites = sorted(offer.sites.all(), key=lambda site: site.key)
            listed.add(offer.key, areas_of_offer(offer, sites), describe_offer_rows(offer, sites))
    return listed


def describe_provider(provider: Provider) -> dict[str, Any]:
    """What is compared of a provider."""
    return {"name": provider.name, "town": provider.ags or None, "phone": provider.contact_phone or None}


def describe_site(site: Site) -> dict[str, Any]:
    """What is compared of a site."""
    return {
        "name": site.name,
        "street": site.street or None,
        "postcode": site.postcode or None,
        "town": site.town,
        "lat": site.lat,
        "lon": site.lon,
    }


def describe_offer_rows(offer: Offer, sites: Iterable[Site]) -> list[dict[str, Any]]:
    """What is compared of an offer: one row per site, one without place if it has none."""
    common = {
        "provider": offer.provider.name,
        "title": offer.title,
        "phone": offer.phone or None,
        "hours": offer.opening_hours or None,
        "age_from": float(offer.age_from_months),
        "age_to": float(offer.age_to_months),
    }
    rows = [common | describe_site(site) for site in sites]
    return rows or [common | {"name": offer.provider.name}]
