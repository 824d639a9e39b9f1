"""Writes on providers and sites."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied
from kekiz.register import rules
from kekiz.register.actions.values import assign_values, find_free_key
from kekiz.register.models import Provider, Site
from kekiz.register.validation import clean_row

PROVIDER_VALUES = frozenset(
    {"name", "kind", "ags", "website", "contact_name", "contact_email", "contact_phone"}
)
SITE_VALUES = frozenset({"name", "street", "postcode", "town", "ags", "lat", "lon", "barrier_free"})


def create_provider(*, actor: Actor, name: str, key: str = "", **values: Any) -> Provider:
    """Enter a provider; without a key one is made of the name.

    Further values: PROVIDER_VALUES. Raises ActionDenied, InvalidFields.
    """
    provider = Provider(key=key or find_free_key(Provider, name))
    assign_values(provider, {"name": name, **values}, PROVIDER_VALUES)
    if not rules.can_create_provider(actor, provider.ags):
        raise ActionDenied(
            "Einen Träger legt an, wer in seiner Gemeinde Angebote pflegt; ohne Gemeinde die Koordination."
        )
    with transaction.atomic():
        clean_row(provider)
        provider.save()
        _log_provider(actor, "provider.created", provider, {})
    return provider


def change_provider(*, actor: Actor, provider: Provider, **values: Any) -> Provider:
    """Change a provider's own data. Raises ActionDenied, InvalidFields."""
    if not rules.can_change_provider(actor, provider):
        raise ActionDenied(
            "Diesen Träger ändern dürfen seine eigenen Leute und die Koordination seines Gebiets."
        )
    with transaction.atomic():
        current = Provider.objects.select_for_update().get(pk=provider.pk)
        changes = assign_values(current, values, PROVIDER_VALUES)
        if changes:
            clean_row(current)
            current.save()
            _log_provider(actor, "provider.changed", current, changes)
    return current


def _log_provider(actor: Actor, code: str, provider: Provider, changes: dict[str, list[Any]]) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="provider",
        target_key=provider.key,
        target_label=provider.name,
        area=provider.ags,
        changes={name: value for name, value in changes.items() if not name.startswith("contact_")},
    )


def create_site(*, actor: Actor, name: str, key: str = "", **values: Any) -> Site:
    """Enter a site. Further values: SITE_VALUES. Raises ActionDenied, InvalidFields."""
    site = Site(key=key or find_free_key(Site, f"{name} {values.get('town', '')}"))
    assign_values(site, {"name": name, **values}, SITE_VALUES)
    if not rules.can_create_site(actor, site.ags):
        raise ActionDenied("Orte anlegen dürfen Träger und wer in dieser Gemeinde Angebote pflegt.")
    with transaction.atomic():
        clean_row(site)
        site.save()
        write_log_entry(
            actor=actor,
            code="site.created",
            target_type="site",
            target_key=site.key,
            target_label=site.name,
            area=site.ags,
        )
    return site
