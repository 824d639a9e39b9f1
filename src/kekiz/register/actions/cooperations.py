"""Writes on agreed cooperations."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied
from kekiz.register import rules
from kekiz.register.facets import CooperationKind
from kekiz.register.models import Cooperation, Offer
from kekiz.register.validation import clean_row


def record_cooperation(
    *,
    actor: Actor,
    offer_a: Offer,
    offer_b: Offer,
    kind: str = CooperationKind.HANDOVER,
    since: dt.date | None = None,
) -> Cooperation:
    """Record that two offers work together; whoever may edit one of them may.

    Raises ActionDenied, InvalidFields.
    """
    _require_one_side(actor, offer_a, offer_b)
    cooperation = Cooperation(offer_a=offer_a, offer_b=offer_b, kind=kind, since=since)
    with transaction.atomic():
        clean_row(cooperation)
        cooperation.save()
        _log_cooperation(actor, "cooperation.recorded", cooperation)
    return cooperation


def remove_cooperation(*, actor: Actor, cooperation: Cooperation) -> None:
    """Remove a cooperation that no longer holds. Raises ActionDenied."""
    _require_one_side(actor, cooperation.offer_a, cooperation.offer_b)
    with transaction.atomic():
        _log_cooperation(actor, "cooperation.removed", cooperation)
        cooperation.delete()


def _require_one_side(actor: Actor, offer_a: Offer, offer_b: Offer) -> None:
    if not any(rules.can_edit_offer(actor, offer, offer.sites.all()) for offer in (offer_a, offer_b)):
        raise ActionDenied(
            "Eine Zusammenarbeit eintragen darf, wer eines der beiden Angebote bearbeiten darf."
        )


def _log_cooperation(actor: Actor, code: str, cooperation: Cooperation) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="cooperation",
        target_key=cooperation.pk,
        target_label=str(cooperation),
        area=" ".join(rules.areas_of_offer(cooperation.offer_a, cooperation.offer_a.sites.all())),
    )
