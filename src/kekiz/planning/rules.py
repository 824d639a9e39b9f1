"""Who may plan: the coordination of the region. Everybody with a role there reads the proposals."""

from __future__ import annotations

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor


def can_load_practices(actor: Actor, region_key: str) -> bool:
    """May the actor replace the practices of this region (AGS prefix)?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_request_proposal(actor: Actor, region_key: str) -> bool:
    """May the actor let a proposal be computed for this region?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_read_proposals(actor: Actor, region_key: str) -> bool:
    """May the actor read the practices and proposals of this region?"""
    return account_rules.can_see_cockpit(actor, region_key)
