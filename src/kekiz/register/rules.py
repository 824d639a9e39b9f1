"""Who may change the register. Pure questions with a yes or no.

| action | provider's people | editors of the area | others |
|---|---|---|---|
| create, change, submit, pause, end an offer | own provider | in their area | no |
| publish an offer | no | in their area | no |
| create a provider | no | in their area | no |
| load a whole register | no | coordination | no |
| answer pairs, learn weights, merge, undo a merge | no | coordination | no |
| take lists over, publish and undo them | no | coordination | no |
"""

from __future__ import annotations

from collections.abc import Iterable

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor, SystemActor
from kekiz.accounts.areas import is_area_covered, is_covered
from kekiz.register.models import Offer, Provider, Site


def areas_of_offer(offer: Offer, sites: Iterable[Site]) -> tuple[str, ...]:
    """Where an offer belongs: the AGS of its sites, else its service area, else its provider's seat."""
    at = tuple(sorted({site.ags for site in sites}))
    return at or tuple(offer.service_area) or ((offer.provider.ags,) if offer.provider.ags else ())


def can_create_provider(actor: Actor, ags: str) -> bool:
    """May the actor enter a provider that sits in this municipality? Without a seat only coordination may."""
    if isinstance(actor, SystemActor):
        return True
    return account_rules.can_edit_area(actor, ags) if ags else account_rules.can_create_users(actor)


def can_change_provider(actor: Actor, provider: Provider) -> bool:
    """May the actor change this provider?"""
    return account_rules.can_edit_provider(actor, provider.key, provider.ags)


def can_create_site(actor: Actor, ags: str) -> bool:
    """May the actor enter a site here? Editors of the area, and everybody who works for a provider."""
    return bool(account_rules.provider_keys_of(actor)) or account_rules.can_edit_area(actor, ags)


def can_edit_offer(actor: Actor, offer: Offer, sites: Iterable[Site]) -> bool:
    """May the actor change this offer? Its provider's people and the editors of one of its areas."""
    if isinstance(actor, SystemActor) or offer.provider.key in account_rules.provider_keys_of(actor):
        return True
    return _edits_one_area(actor, areas_of_offer(offer, sites))


def can_publish_offer(actor: Actor, offer: Offer, sites: Iterable[Site]) -> bool:
    """May the actor approve this offer for families? Editors of one of its areas, not the provider."""
    return isinstance(actor, SystemActor) or _edits_one_area(actor, areas_of_offer(offer, sites))


def _edits_one_area(actor: Actor, areas: Iterable[str]) -> bool:
    held = account_rules.prefixes_of(actor, account_rules.EDITING)
    return any(is_covered(area, held) for area in areas)


def can_load_register(actor: Actor, ags_of_sites: Iterable[str]) -> bool:
    """May the actor load a whole register? Coordination whose area holds every site."""
    if isinstance(actor, SystemActor):
        return True
    held = account_rules.prefixes_of(actor, account_rules.COORDINATING)
    return bool(held) and all(is_covered(ags, held) for ags in ags_of_sites)


def can_resolve_duplicates(actor: Actor, areas: Iterable[str] = ()) -> bool:
    """May the actor judge and merge entries of these areas? Coordination whose area holds them all."""
    if isinstance(actor, SystemActor):
        return True
    held = account_rules.prefixes_of(actor, account_rules.COORDINATING)
    return bool(held) and all(is_covered(area, held) for area in areas)


def can_import(actor: Actor) -> bool:
    """May the actor take lists over into the register? Coordination only."""
    return isinstance(actor, SystemActor) or bool(areas_of_importer(actor))


def areas_of_importer(actor: Actor) -> tuple[str, ...]:
    """The areas (AGS prefixes) an actor may take lists over for."""
    return account_rules.prefixes_of(actor, account_rules.COORDINATING)


def can_see_import(actor: Actor, area: str) -> bool:
    """May the actor see, publish and undo an import of this area? Coordination that holds all of it."""
    return isinstance(actor, SystemActor) or is_area_covered(area, areas_of_importer(actor))
