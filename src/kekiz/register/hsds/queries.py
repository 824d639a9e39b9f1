"""Reads of the open API: pages of published offers in the words of HSDS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kekiz.register.hsds.directory import Directory, ServiceRow, is_current
from kekiz.register.hsds.taxonomies import FIELDS, PHASES
from kekiz.register.hsds.write import (
    SINGLE,
    Json,
    Published,
    describe_location,
    describe_organization,
    describe_service,
    describe_service_at,
    describe_service_row,
    write_moment,
)
from kekiz.register.models import OfferVersion
from kekiz.register.search.columns import Position
from kekiz.register.search.find import Filters, find_versions


@dataclass(frozen=True)
class ServiceFilters:
    """What a caller asks for; empty values ask for nothing. ``near``, ``within_km``: for places only."""

    search: str = ""
    taxonomy_term_id: str = ""
    taxonomy_id: str = ""
    organization_id: str = ""
    modified_after: dt.datetime | None = None
    postcode: str = ""
    near: Position | None = None
    within_km: float | None = None


def find_services(directory: Directory, wanted: ServiceFilters) -> list[str]:
    """UUIDs of the services that fit: the best answers first if words were asked, else by key."""
    day = timezone.localdate()
    names: Iterable[str] = directory.services
    if wanted.search.strip() or wanted.near:
        filters = Filters(on=day, near=wanted.near, radius_km=wanted.within_km)
        found = find_versions(directory.index, wanted.search, filters).versions
        names = (directory.by_version[version] for version in found)
    return [name for name in names if _fits(directory, directory.services[name], wanted, day)]


def _fits(directory: Directory, row: ServiceRow, wanted: ServiceFilters, day: dt.date) -> bool:
    identity = directory.identity
    return (
        is_current(row, day)
        and _has_term(directory, row, wanted.taxonomy_term_id)
        and wanted.taxonomy_id in {"", *(identity.name("taxonomy", name) for name in (FIELDS, PHASES))}
        and wanted.organization_id in {"", identity.name("organization", row.provider)}
        and (wanted.modified_after is None or row.modified > wanted.modified_after)
    )


def _has_term(directory: Directory, row: ServiceRow, term_id: str) -> bool:
    if not term_id:
        return True
    taxonomy, code = directory.terms.get(term_id, ("", ""))
    return code in {FIELDS: row.fields, PHASES: row.phases}.get(taxonomy, ())


def load_versions(ids: Sequence[int]) -> list[Published]:
    """The contents of versions, in the order asked."""
    versions = OfferVersion.objects.only("content", "published_at").in_bulk(ids)
    return [Published(versions[pk].content, versions[pk].published_at) for pk in ids if pk in versions]


def write_services(
    directory: Directory, names: Sequence[str], *, full: bool, minimal: bool = False
) -> list[Json]:
    """Services of one page: columns and organization, everything (full), or id and date (minimal)."""
    rows = [directory.services[name] for name in names]
    if minimal:
        return [
            {"id": name, "last_modified": write_moment(row.modified)}
            for name, row in zip(names, rows, strict=True)
        ]
    offers = load_versions([row.version for row in rows])
    services = [describe_service(offer, directory.identity) for offer in offers]
    return services if full else [_keep_columns(service) for service in services]


def _keep_columns(service: Json) -> Json:
    return {
        key: value for key, value in service.items() if key in SINGLE or not isinstance(value, list | dict)
    }


def read_service(directory: Directory, name: str) -> Json | None:
    """One service with everything, None if families do not see it."""
    row = directory.services.get(name)
    if row is None or not is_current(row, timezone.localdate()):
        return None
    return describe_service(load_versions([row.version])[0], directory.identity)


def find_organizations(directory: Directory, wanted: ServiceFilters) -> list[str]:
    """UUIDs of the providers whose offers fit."""
    fitting = {directory.services[name].version for name in find_services(directory, wanted)}
    return [name for name, versions in directory.providers.items() if fitting.intersection(versions)]


def write_organizations(
    directory: Directory, names: Sequence[str], *, full: bool, services: bool
) -> list[Json]:
    """Organizations of one page; ``full`` adds attributes, ``services`` their offers."""
    return [_write_organization(directory, name, full=full, services=services) for name in names]


def read_organization(directory: Directory, name: str, *, services: bool) -> Json | None:
    """One organization with everything, None if it has no visible offer."""
    if name not in directory.providers:
        return None
    return _write_organization(directory, name, full=True, services=services)


def _write_organization(directory: Directory, name: str, *, full: bool, services: bool) -> Json:
    versions = directory.providers[name]
    offers = load_versions(versions if services else versions[:1])
    organization = describe_organization(offers[0].content["provider"], directory.identity)
    if services:
        described = [describe_service(offer, directory.identity) for offer in offers]
        organization["services"] = [
            {k: v for k, v in one.items() if k != "organization"} for one in described
        ]
    return organization if full or services else _keep_columns(organization)


def find_places(directory: Directory, wanted: ServiceFilters) -> list[str]:
    """UUIDs of services at their places, in the order of the services."""
    order = {
        directory.services[name].version: place for place, name in enumerate(find_services(directory, wanted))
    }
    found = [
        (order[version], site, name) for name, (version, site) in directory.places.items() if version in order
    ]
    names = [name for _, _, name in sorted(found)]
    return _keep_postcode(directory, names, wanted.postcode) if wanted.postcode else names


def _keep_postcode(directory: Directory, names: list[str], postcode: str) -> list[str]:
    contents = dict(
        OfferVersion.objects.filter(pk__in={directory.places[name][0] for name in names}).values_list(
            "pk", "content"
        )
    )
    return [
        name
        for name in names
        if _find_site(contents[directory.places[name][0]], directory.places[name][1])["postcode"] == postcode
    ]


def write_places(directory: Directory, names: Sequence[str], *, full: bool) -> list[Json]:
    """Services at their places of one page, each with its place and its service."""
    offers = dict(
        zip(
            ids := [directory.places[name][0] for name in names],
            load_versions(ids),
            strict=True,
        )
    )
    return [_write_place(directory, name, offers[directory.places[name][0]], full=full) for name in names]


def read_place(directory: Directory, name: str) -> Json | None:
    """One service at one place with everything."""
    if name not in directory.places:
        return None
    version, _ = directory.places[name]
    service = directory.services[directory.by_version[version]]
    if not is_current(service, timezone.localdate()):
        return None
    return _write_place(directory, name, load_versions([version])[0], full=True)


def _write_place(directory: Directory, name: str, offer: Published, *, full: bool) -> Json:
    site = _find_site(offer.content, directory.places[name][1])
    described = describe_service_at(offer, site, directory.identity)
    if full:
        service = describe_service(offer, directory.identity)
        return {**described, "service": {k: v for k, v in service.items() if k != "service_at_locations"}}
    location = {
        k: v for k, v in describe_location(site, directory.identity).items() if not isinstance(v, list)
    }
    return {**described, "location": location, "service": describe_service_row(offer, directory.identity)}


def _find_site(content: Any, key: str) -> Any:
    return next(site for site in content["sites"] if site["key"] == key)
