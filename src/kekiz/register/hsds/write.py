"""A published offer as HSDS 3.1 writes it: service, organization, locations, service_at_location.

Keys without a value are left out: HSDS refuses null. Source: Open Referral, HSDS 3.1 (json schemas).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kekiz.register import facets
from kekiz.register.hsds.identity import Identity
from kekiz.register.hsds.schedules import describe_schedules
from kekiz.register.hsds.taxonomies import (
    FACET_NAMES,
    FACETS,
    FIELDS,
    PHASES,
    TERMS,
    describe_term,
    find_phases,
)
from kekiz.register.wording import describe_ages

Json = dict[str, Any]
STATE = "Nordrhein-Westfalen"
COUNTRY = "DE"
NO_POSTCODE = "-----"  # HSDS wants a postcode in every address
SINGLE = frozenset({"organization", "program"})  # one-to-one parts, kept in lists of services


@dataclass(frozen=True)
class Published:
    """An approved offer: its content (see content.describe_offer) and when it was approved.

    Files leave the moment out: it tells of this installation, not of the offer.
    """

    content: Mapping[str, Any]
    published_at: dt.datetime | None = None


def describe_service(offer: Published, identity: Identity) -> Json:
    """The whole service with everything that belongs to it."""
    content = offer.content
    own = identity.name("service", content["key"])
    return drop_empty(
        {
            **describe_service_row(offer, identity),
            "phones": _describe_phones(content, identity, own),
            "schedules": describe_schedules(content["opening_hours"], identity, own),
            "service_areas": [_describe_area(prefix, identity, own) for prefix in content["service_area"]],
            "service_at_locations": [describe_service_at(offer, site, identity) for site in content["sites"]],
            "languages": [_describe_language(code, identity, own) for code in content["languages"]],
            "organization": describe_organization(content["provider"], identity),
            "funding": _describe_funding(content["funding"], identity, own),
            "cost_options": _describe_costs(content, identity, own),
            "capacities": _describe_capacity(offer, identity, own),
            "attributes": list_attributes(content, identity, own),
        }
    )


def describe_service_row(offer: Published, identity: Identity) -> Json:
    """The columns of a service."""
    content = offer.content
    return drop_empty(
        {
            "id": identity.name("service", content["key"]),
            "organization_id": identity.name("organization", content["provider"]["key"]),
            "name": content["title"],
            "description": content["description"] or content["summary"],
            "url": content["website"],
            "email": content["email"],
            "status": "active",
            "application_process": _describe_access(content["access"]),
            "fees_description": content["cost_note"],
            "eligibility_description": describe_ages(content["age_from_months"], content["age_to_months"]),
            "minimum_age": _write_years(content["age_from_months"]),
            "maximum_age": _write_years(content["age_to_months"]),
            "assured_date": content["assured_on"],
            "last_modified": write_moment(offer.published_at) if offer.published_at else "",
        }
    )


def _describe_access(access: str) -> str:
    """How one gets in; unknown is left out."""
    return "" if access == facets.Access.UNKNOWN else str(facets.Access(access).label)


def describe_organization_row(provider: Mapping[str, Any], identity: Identity) -> Json:
    """The columns of an organization; what it is stands for its description."""
    return drop_empty(
        {
            "id": identity.name("organization", provider["key"]),
            "name": provider["name"],
            "description": str(facets.ProviderKind(provider["kind"]).label),
            "website": provider["website"],
        }
    )


def describe_organization(provider: Mapping[str, Any], identity: Identity) -> Json:
    """An organization with what makes it ours again on import."""
    own = identity.name("organization", provider["key"])
    facts = {"key": provider["key"], "provider_kind": provider["kind"]}
    return {
        **describe_organization_row(provider, identity),
        "attributes": [
            _attribute(identity, own, "organization", name, str(value)) for name, value in facts.items()
        ],
    }


def describe_service_at(offer: Published, site: Mapping[str, Any], identity: Identity) -> Json:
    """The service at one of its places."""
    return {
        "id": identity.name("service_at_location", offer.content["key"], site["key"]),
        "service_id": identity.name("service", offer.content["key"]),
        "location_id": identity.name("location", site["key"]),
        "location": describe_location(site, identity),
    }


def describe_location(site: Mapping[str, Any], identity: Identity) -> Json:
    """A place with its address and position."""
    own = identity.name("location", site["key"])
    return drop_empty(
        {
            "id": own,
            "location_type": "physical",
            "name": site["name"],
            "latitude": site["lat"],
            "longitude": site["lon"],
            "external_identifier": site["ags"],
            "external_identifier_type": "AGS",
            "addresses": [
                drop_empty(
                    {
                        "id": identity.name("address", site["key"]),
                        "location_id": own,
                        "address_1": site["street"] or site["name"],
                        "city": site["town"],
                        "state_province": STATE,
                        "postal_code": site["postcode"] or NO_POSTCODE,
                        "country": COUNTRY,
                        "address_type": "physical",
                    }
                )
            ],
            "accessibility": _describe_accessibility(site, identity, own),
            "attributes": _list_site_facts(site, identity, own),
        }
    )


def _list_site_facts(site: Mapping[str, Any], identity: Identity, own: str) -> list[Json]:
    """Its key; and its street where the address alone would not tell whether it has one."""
    facts = {"key": site["key"]}
    if site["street"] and site["street"] == site["name"]:
        facts["street"] = site["street"]
    return [_attribute(identity, own, "location", name, value) for name, value in facts.items()]


def _describe_accessibility(site: Mapping[str, Any], identity: Identity, own: str) -> list[Json]:
    if site["barrier_free"] == facets.BarrierFree.UNKNOWN:
        return []
    label = str(facets.BarrierFree(site["barrier_free"]).label)
    return [{"id": identity.name("accessibility", site["key"]), "location_id": own, "description": label}]


def _describe_phones(content: Mapping[str, Any], identity: Identity, own: str) -> list[Json]:
    if not content["phone"]:
        return []
    return [
        {
            "id": identity.name("phone", content["key"]),
            "service_id": own,
            "number": content["phone"],
            "type": "voice",
        }
    ]


def _describe_area(prefix: str, identity: Identity, own: str) -> Json:
    name = f"Gemeindeschlüssel {prefix}"
    return {
        "id": identity.name("service_area", own, prefix),
        "service_id": own,
        "name": name,
        "extent": prefix,
        "extent_type": "text",
    }


def _describe_language(code: str, identity: Identity, own: str) -> Json:
    name = facets.LANGUAGE_NAMES.get(code, code)
    return {"id": identity.name("language", own, code), "service_id": own, "name": name, "code": code}


def _describe_funding(source: str, identity: Identity, own: str) -> list[Json]:
    return [{"id": identity.name("funding", own), "service_id": own, "source": source}] if source else []


def _describe_costs(content: Mapping[str, Any], identity: Identity, own: str) -> list[Json]:
    """An amount only where it is known: free is 0, "costs money" has none; unknown cost is left out."""
    if content["cost"] == facets.Cost.UNKNOWN:
        return []
    option: Json = {
        "id": identity.name("cost_option", own),
        "service_id": own,
        "option": str(facets.Cost(content["cost"]).label),
        "amount_description": content["cost_note"],
    }
    if content["cost"] == facets.Cost.FREE:
        option |= {"amount": 0, "currency": "EUR"}
    return [drop_empty(option)]


def _describe_capacity(offer: Published, identity: Identity, own: str) -> list[Json]:
    """Places of a year; unknown ones are left out, never written as 0.

    HSDS wants to know since when: without a moment of approval the day of the last confirmation tells it.
    """
    places, assured_on = offer.content["places"], offer.content["assured_on"]
    since = f"{assured_on}T00:00:00Z" if assured_on else ""
    if offer.published_at:
        since = write_moment(offer.published_at)
    if places is None or not since:
        return []
    unit = {"id": identity.name("unit", "places-a-year"), "name": "Plätze im Jahr"}
    return [
        {
            "id": identity.name("capacity", own),
            "service_id": own,
            "unit": unit,
            "available": places,
            "maximum": places,
            "description": "Kinder, die im Jahr einen Platz bekommen; wie viele frei sind, weiß niemand.",
            "updated": since,
        }
    ]


def list_attributes(content: Mapping[str, Any], identity: Identity, own: str) -> list[Json]:
    """Fields of need, life phases and the facets HSDS has no column for."""
    terms = [(FIELDS, code) for code in content["fields"]]
    terms += [(PHASES, code) for code in find_phases(content["age_from_months"], content["age_to_months"])]
    attributes = [
        {
            "id": identity.name("attribute", own, taxonomy, code),
            "link_id": own,
            "link_type": "need" if taxonomy == FIELDS else "intended_audience",
            "link_entity": "service",
            "taxonomy_term_id": identity.name("term", taxonomy, code),
            "value": code,
            "taxonomy_term": describe_term(identity, TERMS[taxonomy, code]),
        }
        for taxonomy, code in terms
    ]
    values = {name: write_facet(content[name]) for name in FACET_NAMES if not _is_unknown(content, name)}
    if content["description"] == content["summary"]:
        values["description"] = content["description"]  # else it would pass for the summary standing in
    return attributes + [
        _attribute(identity, own, "service", name, text) for name, text in values.items() if text
    ]


def _is_unknown(content: Mapping[str, Any], name: str) -> bool:
    """Cost and access that nobody has said: nothing is written, so that nobody reads a value into it."""
    return name in {"cost", "access"} and content[name] == "unknown"


def _attribute(identity: Identity, own: str, entity: str, name: str, value: str) -> Json:
    return {
        "id": identity.name("attribute", own, name),
        "link_id": own,
        "link_entity": entity,
        "taxonomy_term_id": identity.name("term", FACETS, name),
        "value": value,
        "taxonomy_term": describe_term(identity, TERMS[FACETS, name]),
    }


def write_facet(value: object) -> str:
    """A facet as text: lists with blanks between, yes and no as true and false, nothing as ""."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _write_years(months: int) -> float:
    """Months as years to 4 digits; pregnancy begins at 0."""
    years = round(max(months, 0) / 12, 4)
    return int(years) if years == int(years) else years


def write_moment(moment: dt.datetime) -> str:
    """A moment in UTC as RFC 3339 writes it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def drop_empty(row: Json) -> Json:
    """Without keys that have nothing to say; 0 is something."""
    return {key: value for key, value in row.items() if value not in (None, "", [], {})}
