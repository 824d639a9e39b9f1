"""HSDS that kekiz itself wrote, as rows of its own list: nothing that HSDS has no column for is lost.

Such services carry terms of the taxonomy "kekiz-facets" (hsds/taxonomies.py). hsds.py reads that of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kekiz.register import facets
from kekiz.register.hsds.taxonomies import FACETS, FIELDS
from kekiz.register.hsds.write import NO_POSTCODE

from .own_columns import COLUMNS, unshield
from .sheets import Sheet, SheetRow, refuse_too_many

Json = Mapping[str, Any]
_NAMES = tuple(column.name for column in COLUMNS)
# Facets that are told by the attributes of a service under the name of their column.
_AS_FACET = (
    "key", "summary", "plain_text", "age_from_months", "age_to_months", "places", "mode", "access", "cost",
    "barrier_free", "system", "level", "evidence", "until", "opening_hours", "assured_by", "is_invented",
)  # fmt: skip
_BARRIER_WORDS = {str(word): str(code) for code, word in facets.BarrierFree.choices}


def read_own_services(name: str, services: Iterable[Json]) -> Sheet | None:
    """The rows of services that kekiz wrote; None where there is none, or one of them is somebody else's.

    One service at a time is looked at, and only its row is kept. Raises RefusedList where there are too many.
    """
    rows: list[SheetRow] = []
    for service in services:
        if not _is_own(service):
            return None
        for row in _list_rows(service):
            rows.append(SheetRow(len(rows) + 1, tuple(row.get(column) for column in _NAMES)))
            refuse_too_many(len(rows))
    return Sheet(name, _NAMES, tuple(rows), header_rows=(), form="hsds") if rows else None


def _is_own(service: Json) -> bool:
    return "key" in _facets(service) and "key" in _facets(_dict(service.get("organization")))


def _facets(entity: Json) -> dict[str, str]:
    return {code: value for taxonomy, code, value in _attributes(entity) if taxonomy == FACETS}


def _attributes(entity: Json) -> Iterable[tuple[str, str, str]]:
    """Taxonomy, code and value of everything that is said about an entity."""
    for attribute in _dicts(entity.get("attributes")):
        term = _dict(attribute.get("taxonomy_term"))
        yield str(term.get("taxonomy")), str(term.get("code")), str(attribute.get("value") or "")


def _list_rows(service: Json) -> Iterator[dict[str, Any]]:
    said = _facets(service)
    organization = _dict(service.get("organization"))
    of_provider = _facets(organization)
    summary, description = said.get("summary", ""), service.get("description") or ""
    row: dict[str, Any] = {name: said.get(name) for name in _AS_FACET}
    row |= {name: said.get(name, "unknown") for name in ("cost", "access")}  # unknown is left out in HSDS
    row |= {
        "title": service.get("name"),
        # Without a description of its own an offer is described by its summary.
        "description": said.get("description") or ("" if description == summary else description),
        "fields": ", ".join(code for taxonomy, code, _ in _attributes(service) if taxonomy == FIELDS),
        "hurdles": ", ".join(said.get("hurdles", "").split()),
        "cost_note": service.get("fees_description"),
        "languages": ", ".join(str(one.get("code")) for one in _dicts(service.get("languages"))),
        "service_area": ", ".join(str(one.get("extent")) for one in _dicts(service.get("service_areas"))),
        "funding": _first(service, "funding", "source"),
        "website": service.get("url"),
        "phone": _first(service, "phones", "number"),
        "email": service.get("email"),
        "assured_on": service.get("assured_date"),
        "provider": organization.get("name"),
        "provider_key": of_provider.get("key"),
        "provider_kind": of_provider.get("provider_kind"),
        "provider_website": organization.get("website"),
    }
    places = _dicts(service.get("service_at_locations"))
    yield from (row | _describe_place(place) for place in places)
    if not places:
        yield row


def _describe_place(place: Json) -> dict[str, Any]:
    location = _dict(place.get("location"))
    said = _facets(location)
    address = next(iter(_dicts(location.get("addresses"))), {})
    name, line = location.get("name"), address.get("address_1")
    postcode = address.get("postal_code")
    return {
        "site_key": said.get("key"),
        "site_name": name,
        # A site without a street has its name in the address.
        "street": said.get("street") or ("" if line == name else line),
        "postcode": "" if postcode == NO_POSTCODE else postcode,
        "town": address.get("city"),
        "ags": location.get("external_identifier"),
        "lat": location.get("latitude"),
        "lon": location.get("longitude"),
        "site_barrier_free": _BARRIER_WORDS.get(_first(location, "accessibility", "description") or ""),
    }


def _first(entity: Json, part: str, column: str) -> Any:
    return next((one.get(column) for one in _dicts(entity.get(part))), None)


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def nest_own_tables(tables: Mapping[str, Sequence[Json]]) -> list[Json]:
    """Services of a CSV package that kekiz wrote, with everything that belongs to them; none of any other."""
    terms = {row.get("id"): row for row in tables.get("taxonomy_terms", ())}
    if not any(term.get("taxonomy") == FACETS for term in terms.values()):
        return []
    clean = {table: [_unshield_row(row) for row in rows] for table, rows in tables.items()}
    attributes = _group(
        (
            {**row, "taxonomy_term": terms.get(row.get("taxonomy_term_id"), {})}
            for row in clean.get("attributes", ())
        ),
        "link_id",
    )
    locations = {
        row.get("id"): {
            **row,
            "attributes": attributes.get(row.get("id"), []),
            "addresses": addresses.get(row.get("id"), []),
            "accessibility": accesses.get(row.get("id"), []),
        }
        for addresses in [_group(clean.get("addresses", ()), "location_id")]
        for accesses in [_group(clean.get("accessibility", ()), "location_id")]
        for row in clean.get("locations", ())
    }
    organizations = {
        row.get("id"): {**row, "attributes": attributes.get(row.get("id"), [])}
        for row in clean.get("organizations", ())
    }
    places = _group(
        (
            {**row, "location": locations.get(row.get("location_id"), {})}
            for row in clean.get("service_at_location", ())
        ),
        "service_id",
    )
    parts = {table: _group(clean.get(table, ()), "service_id") for table in _PARTS}
    return [
        {
            **row,
            **{table: parts[table].get(row.get("id"), []) for table in _PARTS},
            "attributes": attributes.get(row.get("id"), []),
            "organization": organizations.get(row.get("organization_id"), {}),
            "service_at_locations": places.get(row.get("id"), []),
        }
        for row in clean.get("services", ())
    ]


_PARTS = ("languages", "service_areas", "funding", "phones")


def _unshield_row(row: Json) -> dict[str, Any]:
    return {name: unshield(value) if isinstance(value, str) else value for name, value in row.items()}


def _group(rows: Iterable[Json], column: str) -> dict[Any, list[Json]]:
    grouped: dict[Any, list[Json]] = defaultdict(list)
    for row in rows:
        grouped[row.get(column)].append(row)
    return grouped
