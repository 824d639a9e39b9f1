"""Who may analyse: the coordination of the region. Everybody with a role there may read and try what-if."""

from __future__ import annotations

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor


def can_run_analysis(actor: Actor, region_key: str) -> bool:
    """May the actor make a new run of the region?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_read_run(actor: Actor, region_key: str) -> bool:
    """May the actor read the runs of the region in the cockpit, and try what-if on them?"""
    return account_rules.can_see_cockpit(actor, region_key)
