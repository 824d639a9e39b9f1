"""What is published of an offer: one JSON value that holds everything families see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from kekiz.register.models import Offer, OfferVersion, Provider, PublishedPlace, Site

# Fields of the offer that are taken over as they are.
PLAIN_FIELDS = (
    "key", "title", "summary", "description", "plain_text", "age_from_months", "age_to_months",
    "fields", "places", "mode", "access", "service_area", "hurdles", "cost", "cost_note",
    "languages", "barrier_free", "system", "level", "permanent", "funding", "opening_hours",
    "evidence", "assured_by", "website", "phone", "email", "is_invented",
)  # fmt: skip
SITE_FIELDS = ("key", "name", "street", "postcode", "town", "ags", "lat", "lon", "barrier_free")


def describe_offer(offer: Offer, sites: Iterable[Site], provider: Provider) -> dict[str, Any]:
    """The content of a version: the fields above, two dates in ISO form, provider and sites."""
    content: dict[str, Any] = {name: getattr(offer, name) for name in PLAIN_FIELDS}
    content["until"] = offer.until.isoformat() if offer.until else None
    content["assured_on"] = offer.assured_on.isoformat() if offer.assured_on else None
    content["provider"] = {
        "key": provider.key, "name": provider.name, "kind": provider.kind, "website": provider.website,
    }  # fmt: skip
    content["sites"] = [
        {name: getattr(site, name) for name in SITE_FIELDS}
        for site in sorted(sites, key=lambda site: site.key)
    ]
    return content


def digest_content(content: dict[str, Any]) -> str:
    """SHA-256 of a content: equal content, equal digest."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def mark_working_copy(offer: Offer, sites: Iterable[Site]) -> str:
    """SHA-256 of the working copy and its state: whoever saw this mark saw exactly this proposal."""
    content = describe_offer(offer, sites, offer.provider)
    return digest_content({"content": content, "state": str(offer.state)})


def build_version(offer: Offer, content: dict[str, Any], *, number: int, published_by: Any) -> OfferVersion:
    """An unsaved version with the columns the finder filters by."""
    return OfferVersion(
        offer=offer,
        number=number,
        content=content,
        digest=digest_content(content),
        published_by=published_by,
        title=offer.title,
        age_from_months=offer.age_from_months,
        age_to_months=offer.age_to_months,
        fields=offer.fields,
        languages=offer.languages,
        service_area=offer.service_area,
        mode=offer.mode,
        cost=offer.cost,
        barrier_free=offer.barrier_free,
        until=offer.until,
    )


def build_places(version: OfferVersion, content: dict[str, Any]) -> list[PublishedPlace]:
    """Unsaved places of a version, one per site."""
    return [
        PublishedPlace(
            version=version, site_key=site["key"], ags=site["ags"], lat=site["lat"], lon=site["lon"]
        )
        for site in content["sites"]
    ]
