"""Who may change figures and norms: the coordination of the region. Everybody with a role reads."""

from __future__ import annotations

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor


def can_load_evidence(actor: Actor, region_key: str) -> bool:
    """May the actor load areas, places and children of this region (AGS prefix)?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_set_norm(actor: Actor, region_key: str) -> bool:
    """May the actor enter a norm of this region?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_read_area(actor: Actor, region_key: str) -> bool:
    """May the actor read the figures of this region? Unpublished ones; what is published everybody reads."""
    return account_rules.can_see_cockpit(actor, region_key)


def can_report_need(actor: Actor) -> bool:
    """May the actor report a need? Everybody may, without an account."""
    return True


def can_triage_needs(actor: Actor, region_key: str) -> bool:
    """May the actor read and decide what families of this region report? Its coordination only."""
    return account_rules.can_run_analysis(actor, region_key)
