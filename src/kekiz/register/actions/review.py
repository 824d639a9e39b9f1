"""Review: those who answer for an area approve what providers propose, or send it back with a reason."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import people_of_provider
from kekiz.register import rules
from kekiz.register.actions.assurance import ASSURANCE_COLUMNS, restore_assurance
from kekiz.register.actions.offers import lock_offer, log_offer, publish_offer, refuse_changed
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer, OfferVersion, Site
from kekiz.register.validation import ChangedMeanwhile, InvalidFields

REASON_LENGTH = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Approvals:
    """What became of several proposals at once: titles approved, and sentences on those left as they are."""

    approved: tuple[str, ...]
    refused: tuple[str, ...]


def approve_offer(*, actor: Actor, offer: Offer, seen: str) -> OfferVersion:
    """Publish a waiting proposal, exactly as the reviewer saw it.

    `seen` is its mark (:func:`content.mark_working_copy`).
    Raises ActionDenied, InvalidInput, ChangedMeanwhile.
    """
    with transaction.atomic():
        current, places = lock_offer(offer)
        _require_waiting(actor, current, places, seen)
        return publish_offer(actor=actor, offer=current)


def approve_offers(*, actor: Actor, seen: Mapping[str, str]) -> Approvals:
    """Approve several proposals (key -> mark); one that moved on does not hold up the others."""
    approved, refused = [], []
    for offer in Offer.objects.filter(key__in=seen).order_by("title", "key"):
        try:
            approve_offer(actor=actor, offer=offer, seen=seen[offer.key])
        except (ActionDenied, InvalidInput) as error:
            refused.append(f"{offer.title}: {error}")
        else:
            approved.append(offer.title)
    return Approvals(tuple(approved), tuple(refused))


def return_offer(
    *, actor: Actor, offer: Offer, reason: str, seen: str, write_link: Callable[[str], str] = str
) -> Offer:
    """Send a proposal back with a reason, which its provider reads at the desk and by mail.

    `write_link` makes the address of the desk's page from the key. What families see stays, and so does the
    assurance from before the proposal.
    Raises ActionDenied, InvalidFields (reason), InvalidInput, ChangedMeanwhile.
    """
    text = reason.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise InvalidFields(
            {"reason": ["Bitte schreiben Sie, was fehlt oder falsch ist."]}, {"reason": "Grund"}
        )
    if len(text) > REASON_LENGTH:
        fault = f"Der Text hat {len(text)} Zeichen. Möglich sind {REASON_LENGTH}."
        raise InvalidFields({"reason": [fault]}, {"reason": "Grund"})
    with transaction.atomic():
        current, places = lock_offer(offer)
        _require_waiting(actor, current, places, seen)
        current.state, current.return_note = OfferState.DRAFT, text
        restore_assurance(current)
        current.save(update_fields=["state", "return_note", *ASSURANCE_COLUMNS, "changed_at"])
        log_offer(actor, "offer.returned", current, places, {"reason": [None, text]})
    _tell_provider(current, write_link(current.key))
    return current


def _require_waiting(actor: Actor, offer: Offer, places: list[Site], seen: str) -> None:
    if not rules.can_publish_offer(actor, offer, places):
        raise ActionDenied(
            "Prüfen darf, wer das Gebiet des Angebots pflegt: Koordination, Jugendamt, Kommune."
        )
    if offer.state != OfferState.IN_REVIEW or not seen:
        raise ChangedMeanwhile(offer.title)
    refuse_changed(offer, places, seen)


def _tell_provider(offer: Offer, link: str) -> None:
    """Mail the provider's people one by one; without a mail server the desk still shows the reason."""
    subject = f"Rückmeldung zu „{' '.join(offer.title.split())}“"
    text = render_to_string("register/returned_mail.txt", {"offer": offer, "link": link})
    for person in people_of_provider(offer.provider.key):
        try:
            send_mail(subject, text, None, [person.email])
        except (SMTPException, OSError):
            _log.warning("The mail about the returned offer %s did not go out.", offer.key)
