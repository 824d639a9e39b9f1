"""Whose word stands behind a working copy: a proposal carries its provider's, until it goes back.

Who hands in a proposal vouches for it on that day. What was vouched for before is kept beside it, and comes
back when the proposal is returned, taken back, or set aside.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor
from kekiz.register.models import Offer

BY_PROVIDER, BY_COORDINATION = "Träger", "Koordination"
ASSURANCE_COLUMNS = ("assured_on", "assured_by", "assurance_before")


def name_assurer(actor: Actor, offer: Offer) -> str:
    """Whose word it is; a role, not a person: families and the open data read it."""
    return BY_PROVIDER if is_own_offer(actor, offer) else BY_COORDINATION


def is_own_offer(actor: Actor, offer: Offer) -> bool:
    """Does the actor speak for the provider of the offer?"""
    return offer.provider.key in account_rules.provider_keys_of(actor)


def describe_assurance(offer: Offer) -> dict[str, Any]:
    """Day and assurer as JSON values: those from before the proposal where one waits."""
    if offer.assurance_before is not None:
        return dict(offer.assurance_before)
    return {"on": offer.assured_on.isoformat() if offer.assured_on else None, "by": offer.assured_by}


def vouch_by_proposal(
    actor: Actor, offer: Offer, *, on: dt.date | None = None, before: dict[str, Any] | None = None
) -> None:
    """The provider vouches for what it hands in; proposals of others change nothing (unsaved).

    ``before`` is the assurance to come back to, where it is no longer on the offer.
    """
    if not is_own_offer(actor, offer):
        return
    offer.assurance_before = before or describe_assurance(offer)
    offer.assured_on, offer.assured_by = on or timezone.localdate(), BY_PROVIDER


def restore_assurance(offer: Offer) -> None:
    """Back to the assurance from before the proposal, if there is one to come back to (unsaved)."""
    if offer.assurance_before is None:
        return
    day = offer.assurance_before["on"]
    offer.assured_on = dt.date.fromisoformat(day) if day else None
    offer.assured_by = offer.assurance_before["by"]
    offer.assurance_before = None
