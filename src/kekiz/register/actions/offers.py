"""Writes on offers: draft, review, publish, pause, end. Families see what was approved meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.register import rules
from kekiz.register.actions.assurance import ASSURANCE_COLUMNS, restore_assurance, vouch_by_proposal
from kekiz.register.actions.publishing import publish_together, require_publishable
from kekiz.register.actions.values import assign_values, find_free_key
from kekiz.register.content import PLAIN_FIELDS, mark_working_copy
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer, OfferVersion, Provider, Site
from kekiz.register.validation import ChangedMeanwhile, clean_row

OFFER_VALUES = frozenset(PLAIN_FIELDS) - {"key"} | {"until", "assured_on", "provider"}
_EDITORS = "seine Träger und wer in seinem Gebiet Angebote pflegt"


def create_offer(
    *, actor: Actor, provider: Provider, title: str, sites: Iterable[Site] = (), key: str = "", **values: Any
) -> Offer:
    """Enter an offer as a draft. Further values: OFFER_VALUES. Raises ActionDenied, InvalidFields."""
    places = list(sites)
    offer = Offer(key=key or find_free_key(Offer, title), provider=provider)
    assign_values(offer, {"title": title, **values}, OFFER_VALUES - {"provider"})
    with transaction.atomic():
        clean_row(offer)
        require_editor(actor, offer, places)
        offer.save()
        offer.sites.set(places)
        log_offer(actor, "offer.created", offer, places)
    return offer


def change_offer(
    *, actor: Actor, offer: Offer, sites: Iterable[Site] | None = None, seen: str = "", **values: Any
) -> Offer:
    """Change the working copy; what families see stays until the change is published.

    `seen` is the mark of the state the change builds on (:func:`content.mark_working_copy`).
    Raises ActionDenied, InvalidFields, InvalidInput (the offer has ended), ChangedMeanwhile.
    """
    with transaction.atomic():
        current, places = lock_offer(offer)
        require_editor(actor, current, places)
        refuse_changed(current, places, seen)
        _refuse_state(current, {OfferState.ENDED}, "Das Angebot ist beendet. Legen Sie ein neues an.")
        restore_assurance(current)  # whoever goes on writing has not handed in what comes of it
        changes = assign_values(current, values, OFFER_VALUES)
        new_places = places if sites is None else list(sites)
        if {site.pk for site in new_places} != {site.pk for site in places}:
            changes["sites"] = [sorted(site.key for site in places), sorted(site.key for site in new_places)]
        if not changes:
            return current
        current.state = OfferState.DRAFT
        clean_row(current)
        require_editor(actor, current, new_places)
        current.save()
        current.sites.set(new_places)
        log_offer(actor, "offer.changed", current, new_places, changes)
    return current


def submit_for_review(
    *,
    actor: Actor,
    offer: Offer,
    seen: str = "",
    on: dt.date | None = None,
    assured_before: dict[str, Any] | None = None,
) -> Offer:
    """Hand a draft to those who approve; its provider vouches for it by doing so (``on`` defaults to today).

    Raises ActionDenied, InvalidInput, ChangedMeanwhile.
    """
    with transaction.atomic():
        current, places = lock_offer(offer)
        require_editor(actor, current, places)
        refuse_changed(current, places, seen)
        if current.state == OfferState.PUBLISHED:
            raise InvalidInput(["Es gibt nichts zu prüfen: Familien sehen dieses Angebot schon genau so."])
        if current.state not in {OfferState.DRAFT, OfferState.PAUSED}:
            raise InvalidInput(
                [f"Zur Prüfung geht nur ein Entwurf. Dieses Angebot ist „{_state_name(current)}“."]
            )
        require_publishable(current, places)
        current.state, current.return_note = OfferState.IN_REVIEW, ""
        vouch_by_proposal(actor, current, on=on, before=assured_before)
        current.save(update_fields=["state", "return_note", *ASSURANCE_COLUMNS, "changed_at"])
        log_offer(actor, "offer.submitted", current, places)
    return current


def publish_offer(*, actor: Actor, offer: Offer) -> OfferVersion:
    """Approve the working copy: from now on families see it. Unchanged content makes no new version.

    Raises ActionDenied, InvalidFields, InvalidInput (the offer has ended).
    """
    with transaction.atomic():
        published = publish_together(actor, [offer.pk])
        for refusal in published.refused.values():
            raise refusal
    return published.versions[offer.pk]


def pause_offer(*, actor: Actor, offer: Offer) -> Offer:
    """Hide an offer from families for a while. Raises ActionDenied, InvalidInput."""
    return _stop_offer(actor, offer, OfferState.PAUSED, "offer.paused")


def end_offer(*, actor: Actor, offer: Offer) -> Offer:
    """End an offer for good. Raises ActionDenied, InvalidInput."""
    return _stop_offer(actor, offer, OfferState.ENDED, "offer.ended")


def _stop_offer(actor: Actor, offer: Offer, state: OfferState, code: str) -> Offer:
    with transaction.atomic():
        current, places = lock_offer(offer)
        require_editor(actor, current, places)
        _refuse_state(current, {OfferState.ENDED, state}, f"Das Angebot ist schon „{_state_name(current)}“.")
        current.state, current.published = state, None
        restore_assurance(current)
        current.save(update_fields=["state", "published", *ASSURANCE_COLUMNS, "changed_at"])
        log_offer(actor, code, current, places)
    return current


def lock_offer(offer: Offer) -> tuple[Offer, list[Site]]:
    """The offer as stored now with its sites; nobody else changes it until the transaction ends."""
    current = Offer.objects.select_for_update(of=("self",)).select_related("provider").get(pk=offer.pk)
    return current, list(current.sites.all())


def refuse_changed(offer: Offer, places: list[Site], seen: str) -> None:
    """Raise ChangedMeanwhile where the actor saw another state than the stored one; "" saw none."""
    if seen and seen != mark_working_copy(offer, places):
        raise ChangedMeanwhile(offer.title)


def require_editor(actor: Actor, offer: Offer, places: list[Site]) -> None:
    if not rules.can_edit_offer(actor, offer, places):
        raise ActionDenied(f"Dieses Angebot dürfen Sie nicht bearbeiten. Das dürfen {_EDITORS}.")


def _refuse_state(offer: Offer, refused: set[OfferState], sentence: str) -> None:
    if offer.state in refused:
        raise InvalidInput([sentence])


def _state_name(offer: Offer) -> str:
    return str(OfferState(offer.state).label)


def log_offer(
    actor: Actor,
    code: str,
    offer: Offer,
    places: list[Site],
    changes: dict[str, list[Any]] | None = None,
    label: str = "",
) -> None:
    """Write the log entry of an offer with its areas."""
    write_log_entry(
        actor=actor,
        code=code,
        target_type="offer",
        target_key=offer.key,
        target_label=label or offer.title,
        area=" ".join(rules.areas_of_offer(offer, places)),
        changes=changes,
    )
