"""Providers and sites of a list: stored ones where they are the same, new ones where they are not."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from kekiz.register.actions.values import KEY_LENGTH
from kekiz.register.imports.gazetteer import Located
from kekiz.register.imports.rows import ReadRow
from kekiz.register.models import Provider, Site
from kekiz.register.search_text import fold_text

SAME_SITE_DEGREES = 0.002  # about 200 m


class PartnerFinder:
    """Finds the provider and the site that a row means; what is new is made, not stored."""

    def __init__(self) -> None:
        self._adopted: set[int] = set()
        self._providers = {
            fold_text(provider.name): provider for provider in Provider.objects.order_by("-pk")
        }
        self._providers_by_key = {
            (fold_text(provider.name), provider.key): provider for provider in Provider.objects.order_by("pk")
        }
        self._own_sites: dict[tuple[Any, ...], Site] = {}
        self._sites: dict[tuple[str, str], list[Site]] = {}
        for site in Site.objects.order_by("pk"):
            self._sites.setdefault(_address_key(site.street, site.postcode, site.town), []).append(site)

    def adopt(
        self, provider: Provider, sites: list[Site], new_providers: list[Provider], new_sites: list[Site]
    ) -> None:
        """New providers and sites count once an offer needs them; they are put on the lists."""
        if provider.pk is None and id(provider) not in self._adopted:
            self._adopted.add(id(provider))
            new_providers.append(provider)
        for site in sites:
            if site.pk is None and id(site) not in self._adopted:
                self._adopted.add(id(site))
                new_sites.append(site)

    def find_provider(self, row: ReadRow) -> Provider:
        """The provider by its name; faults of a new one are told in the row."""
        facts = row.own.provider if row.own else {}
        name, key = fold_text(row.provider), facts.get("key", "")
        if key:
            return self._find_own_provider(row, name, key, facts)
        if name not in self._providers:
            self._providers[name] = _make_provider(row, facts)
        return self._providers[name]

    def _find_own_provider(self, row: ReadRow, name: str, key: str, facts: dict[str, Any]) -> Provider:
        """Another installation tells its providers apart by keys: two of one name stay two."""
        known = self._providers_by_key.get((name, key))
        if known is None:
            stored = self._providers.get(name)
            known = stored if stored is not None and stored.pk else _make_provider(row, facts)
            self._providers_by_key[(name, key)] = known
            self._providers.setdefault(name, known)
        return known

    def find_site(self, row: ReadRow) -> Site | None:
        """The site of a located row; None without one, or with faults, which are told in the row."""
        if row.located is None:
            return None
        facts = row.own.site if row.own else {}
        if not facts.get("key"):
            return self._find_site_at(row, row.located, facts)
        own = (facts["key"], row.place, row.located)
        if own not in self._own_sites:
            site = self._find_site_at(row, row.located, facts)
            if site is None:
                return None
            self._own_sites[own] = site
        return self._own_sites[own]

    def _find_site_at(self, row: ReadRow, at: Located, facts: dict[str, Any]) -> Site | None:
        """A stored site at this address and position, one of this list, or a new one."""
        place = row.place
        key = _address_key(place.street, place.postcode, at.town)
        for site in self._sites.get(key, []):
            is_near = (
                abs(site.lat - at.lat) < SAME_SITE_DEGREES and abs(site.lon - at.lon) < SAME_SITE_DEGREES
            )
            is_exact = site.pk is not None or (site.lat, site.lon) == (at.lat, at.lon)
            is_other = bool(facts.get("key")) and site.pk is None  # its own list tells its sites apart
            if (
                is_near
                and is_exact
                and not is_other
                and (not place.name or fold_text(place.name) == fold_text(site.name) or not site.name)
            ):
                return site
        name = place.name or place.street or place.district or at.town
        barrier_free = facts.get("barrier_free") or ("" if row.own else row.offer.get("barrier_free"))
        site = Site(
            name=name[:200], street=place.street, postcode=place.postcode, town=at.town[:120], ags=at.ags,
            lat=at.lat, lon=at.lon, key=facts.get("key", ""),
            barrier_free=barrier_free or "unknown",
        )  # fmt: skip
        faults = find_faults(site, exclude={"key"})
        for text in faults:
            row.fault(f"Ort: {text}")
        if not faults:
            self._sites.setdefault(key, []).append(site)
        return None if faults else site


def _make_provider(row: ReadRow, facts: dict[str, Any]) -> Provider:
    further = {name: facts[name] for name in ("key", "kind", "website") if facts.get(name)}
    provider = Provider(name=row.provider, **further)
    for text in find_faults(provider, exclude={"key"}):
        row.fault(f"Träger: {text}")
    return provider


def _address_key(street: str, postcode: str, town: str) -> tuple[str, str]:
    return fold_text(street).replace("strasse", "str"), postcode or fold_text(town)


def find_faults(row: models.Model, *, exclude: set[str]) -> list[str]:
    """Sentences of the row's own checks, each with the German name of its field."""
    checks = ((lambda: row.clean_fields(exclude=exclude)), row.clean)
    for check in checks:
        try:
            check()
        except ValidationError as error:
            return [
                f"{row._meta.get_field(name).verbose_name}: {text}" if name != "__all__" else text  # type: ignore[union-attr]
                for name, texts in error.message_dict.items()
                for text in texts
            ]
    return []


def give_keys(model: type[models.Model], rows: list[tuple[Any, str]]) -> None:
    """Keys for new rows: the one they bring along if it is free, else made of the name."""
    taken = set(model._default_manager.values_list("key", flat=True)) if rows else set()
    counters: dict[str, int] = {}
    for row, _ in rows:
        if row.key in taken:
            row.key = ""
        elif row.key:
            taken.add(row.key)
    for row, name in rows:
        if row.key:
            continue
        stem = fold_text(name).replace(" ", "-")[:KEY_LENGTH].strip("-") or "eintrag"
        key, number = stem, counters.get(stem, 1)
        while key in taken:
            number += 1
            key = f"{stem}-{number}"
        counters[stem] = number
        taken.add(key)
        row.key = key
