"""Which UUID stands for which published offer, place and provider; kept until the register changes."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from functools import cached_property

from kekiz.register.hsds.identity import Identity
from kekiz.register.hsds.taxonomies import TERMS, find_phases
from kekiz.register.models import OfferVersion, PublishedPlace
from kekiz.register.search.store import FamilyIndex, current_index


@dataclass(frozen=True)
class ServiceRow:
    """A visible version and what is needed to list it without reading its content."""

    version: int
    provider: str
    modified: dt.datetime
    last_day: dt.date | None
    fields: tuple[str, ...]
    phases: tuple[str, ...]


@dataclass
class Directory:
    """UUIDs of one state of the register. Dictionaries keep the order of the offers' keys."""

    index: FamilyIndex
    identity: Identity
    services: dict[str, ServiceRow] = field(default_factory=dict)
    places: dict[str, tuple[int, str]] = field(default_factory=dict)  # service_at_location: version, site

    @cached_property
    def providers(self) -> dict[str, list[int]]:
        """Organization → versions of its offers."""
        found: dict[str, list[int]] = {}
        for row in self.services.values():
            found.setdefault(self.identity.name("organization", row.provider), []).append(row.version)
        return dict(sorted(found.items()))

    @cached_property
    def terms(self) -> dict[str, tuple[str, str]]:
        """Taxonomy term → taxonomy and code."""
        return {self.identity.name("term", *pair): pair for pair in TERMS}

    @cached_property
    def by_version(self) -> dict[int, str]:
        """Version → service."""
        return {row.version: name for name, row in self.services.items()}


_LOCK = threading.Lock()
_NEWEST: list[Directory] = []


def current_directory(region: str) -> Directory:
    """The directory of what is published now."""
    index = current_index()
    with _LOCK:
        if _NEWEST and _NEWEST[0].index is index and _NEWEST[0].identity.region == region:
            return _NEWEST[0]
        _NEWEST[:] = [_build(index, Identity(region))]
        return _NEWEST[0]


def _build(index: FamilyIndex, identity: Identity) -> Directory:
    directory = Directory(index, identity)
    rows = OfferVersion.objects.filter(published_of__isnull=False).order_by("offer__key")
    names: dict[int, str] = {}
    for version, key, provider, modified, last_day, fields, age_from, age_to in rows.values_list(
        "pk",
        "offer__key",
        "offer__provider__key",
        "published_at",
        "until",
        "fields",
        "age_from_months",
        "age_to_months",
    ):
        names[version] = key
        directory.services[identity.name("service", key)] = ServiceRow(
            version, provider, modified, last_day, tuple(fields), tuple(find_phases(age_from, age_to))
        )
    places = PublishedPlace.objects.filter(version__published_of__isnull=False)
    for version, site in sorted(
        places.values_list("version_id", "site_key"), key=lambda place: (names.get(place[0], ""), place[1])
    ):
        if version in names:
            directory.places[identity.name("service_at_location", names[version], site)] = (version, site)
    return directory


def is_current(row: ServiceRow, on: dt.date) -> bool:
    """The offer has not passed its last day."""
    return row.last_day is None or row.last_day >= on
