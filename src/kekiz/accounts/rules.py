"""Who may do what. Pure questions with a yes or no; nothing is changed here.

| role | area | may |
|---|---|---|
| state, district | AGS prefix | edit, publish, run the analysis, manage accounts inside it |
| youth_office, municipality | AGS | edit, publish, see drafts inside it; read the whole region's figures |
| provider | provider key | edit its own provider, sites and offers |
| seat | seat key | take part in the steering group |
| reader | AGS prefix | read the figures of the region |

The installation itself (`SYSTEM`) may do everything; a visitor without account nothing of this; whoever
holds a valid link (`ProviderLink`) what the provider's people may.
"""

from kekiz.accounts.actors import Actor, ProviderLink, SystemActor
from kekiz.accounts.areas import is_area_covered, is_covered, is_touching
from kekiz.accounts.models import Role, User

COORDINATING = frozenset({"state", "district"})
EDITING = COORDINATING | {"youth_office", "municipality"}
READING = EDITING | {"reader"}
# Nobody hands out a role above the own one; the state's role comes from the command line only.
GRANTABLE_BY = {
    "state": frozenset({"district", "youth_office", "municipality", "provider", "seat", "reader"}),
    "district": frozenset({"district", "youth_office", "municipality", "provider", "seat", "reader"}),
}


def roles_of(actor: Actor) -> tuple[Role, ...]:
    """Return the roles an actor holds; none for visitors and deactivated accounts."""
    return actor.held_roles if isinstance(actor, User) else ()


def prefixes_of(actor: Actor, kinds: frozenset[str]) -> tuple[str, ...]:
    """Return the AGS prefixes in which the actor holds one of these roles."""
    return tuple(prefix for role in roles_of(actor) if role.role in kinds for prefix in role.ags_prefixes)


def provider_keys_of(actor: Actor) -> frozenset[str]:
    """Return the keys of the providers the actor works for, or speaks for by a link."""
    if isinstance(actor, ProviderLink):
        return frozenset({actor.provider_key})
    return frozenset(role.organisation_key for role in roles_of(actor) if role.role == "provider")


def seat_keys_of(actor: Actor) -> frozenset[str]:
    """Return the keys of the steering-group seats the actor speaks for."""
    return frozenset(role.organisation_key for role in roles_of(actor) if role.role == "seat")


def can_edit_area(actor: Actor, ags: str) -> bool:
    """May the actor change and publish what belongs to this AGS (or prefix)?"""
    return isinstance(actor, SystemActor) or is_covered(ags, prefixes_of(actor, EDITING))


def can_see_drafts(actor: Actor, ags: str) -> bool:
    """May the actor see what is not yet published in this AGS? Whoever may edit there; others get 404."""
    return can_edit_area(actor, ags)


def can_edit_provider(actor: Actor, provider_key: str, ags: str = "") -> bool:
    """May the actor change this provider? Its own people, and the editors of its seat's area (`ags`)."""
    if isinstance(actor, SystemActor):
        return True
    return provider_key in provider_keys_of(actor) or can_edit_area(actor, ags)


def can_run_analysis(actor: Actor, region_key: str) -> bool:
    """May the actor run the analysis of the whole region (AGS prefix)? Its coordination may."""
    return isinstance(actor, SystemActor) or is_covered(region_key, prefixes_of(actor, COORDINATING))


def can_see_cockpit(actor: Actor, region_key: str) -> bool:
    """May the actor read the figures of this region? Everybody who holds a role for a part of it."""
    if isinstance(actor, SystemActor):
        return True
    return is_touching(region_key, prefixes_of(actor, READING))


def can_see_some_cockpit(actor: Actor) -> bool:
    """May the actor read the figures of at least one region?"""
    return isinstance(actor, SystemActor) or bool(prefixes_of(actor, READING))


def can_create_users(actor: Actor) -> bool:
    """May the actor open accounts for others? Coordination only."""
    return isinstance(actor, SystemActor) or bool(prefixes_of(actor, COORDINATING))


def can_grant_role(actor: Actor, role: str, area: str) -> bool:
    """May the actor give or take this role in this area (as stored)?

    Organisations have no AGS, so every coordination of the installation may grant their roles.
    """
    if isinstance(actor, SystemActor):
        return True
    for held in roles_of(actor):
        if role not in GRANTABLE_BY.get(held.role, frozenset()):
            continue
        if role in {"provider", "seat"} or is_area_covered(area, held.ags_prefixes):
            return True
    return False


def can_manage_user(actor: Actor, user: User) -> bool:
    """May the actor change or close this account? Who could take every role that it holds."""
    if isinstance(actor, SystemActor):
        return True
    return can_create_users(actor) and all(
        can_grant_role(actor, role.role, role.area) for role in user.roles.all()
    )


def can_invite(actor: Actor, provider_key: str = "") -> bool:
    """May the actor invite people of a provider? Whoever may give the role of a provider."""
    return can_grant_role(actor, "provider", provider_key)


def can_create_token(actor: Actor, provider_key: str) -> bool:
    """May the actor open an entrance for programs of this provider? Its own people at the screen only."""
    is_program = isinstance(actor, User) and bool(actor.acts_through)
    return not is_program and provider_key in provider_keys_of(actor)


def can_revoke_token(actor: Actor, provider_key: str) -> bool:
    """May the actor close such an entrance? The provider's people, and coordination."""
    return can_create_token(actor, provider_key) or can_invite(actor, provider_key)


def can_read_log(actor: Actor, area: str) -> bool:
    """May the actor read log entries of this area? Its editors; entries without area only coordination."""
    if isinstance(actor, SystemActor):
        return True
    if not area:
        return can_create_users(actor)
    return is_area_covered(area, prefixes_of(actor, EDITING))
