"""Writes on freshness: confirm an offer, and the three answers that a link of a reminder can give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from kekiz.accounts.actors import Actor, ProviderLink
from kekiz.accounts.errors import InvalidInput
from kekiz.accounts.models import User
from kekiz.register.actions.assurance import (
    ASSURANCE_COLUMNS,
    BY_PROVIDER,
    describe_assurance,
    name_assurer,
)
from kekiz.register.actions.offers import (
    change_offer,
    lock_offer,
    log_offer,
    pause_offer,
    require_editor,
    submit_for_review,
)
from kekiz.register.content import build_places, digest_content
from kekiz.register.freshness_queries import find_link
from kekiz.register.link_tokens import select_token
from kekiz.register.models import AssuranceLink, LinkAnswer, Offer, OfferVersion, PublishedPlace
from kekiz.register.search.entries import build_entry

# What the short form behind a link may change: what changes most.
LINK_VALUES = frozenset({"opening_hours", "cost", "cost_note", "phone", "until"})
COPIED_COLUMNS = (
    "title", "age_from_months", "age_to_months", "fields", "languages", "service_area", "mode", "cost",
    "barrier_free", "until",
)  # fmt: skip


class DeadLinkError(LookupError):
    """The link is unknown, altered, used or expired; on purpose nothing says which."""


def assure_offer(*, actor: Actor, offer: Offer, on: dt.date | None = None) -> OfferVersion:
    """Confirm that what families see of an offer still holds; a change in review goes on waiting.

    Raises ActionDenied, InvalidInput (families do not see the offer).
    """
    with transaction.atomic():
        current, places = lock_offer(offer)
        require_editor(actor, current, places)
        if current.published is None:
            raise InvalidInput(["Bestätigen lässt sich nur ein Angebot, das Familien sehen."])
        old = current.assured_on
        current.assured_on = on or timezone.localdate()
        current.assured_by = name_assurer(actor, current)
        if current.assurance_before is not None:  # a change in review comes back to this confirmation
            current.assurance_before = {"on": current.assured_on.isoformat(), "by": current.assured_by}
        current.published = _renew_version(actor, current, current.published)
        current.save(update_fields=["published", *ASSURANCE_COLUMNS, "changed_at"])
        changes = {"assured_on": [old.isoformat() if old else None, current.assured_on.isoformat()]}
        log_offer(actor, "offer.assured", current, places, changes)
        _void_links(current.key, timezone.now())
    return current.published


def _renew_version(actor: Actor, offer: Offer, held: OfferVersion) -> OfferVersion:
    """The version that families see, written anew with day and assurer; nothing else of it changes."""
    day = offer.assured_on.isoformat() if offer.assured_on else None
    content = {**held.content, "assured_on": day, "assured_by": offer.assured_by}
    if digest_content(content) == held.digest:
        return held
    newest = offer.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = OfferVersion(
        offer=offer,
        number=newest + 1,
        content=content,
        digest=digest_content(content),
        published_by=actor if isinstance(actor, User) else None,
        **{name: getattr(held, name) for name in COPIED_COLUMNS},
    )
    version.save()
    PublishedPlace.objects.bulk_create(build_places(version, content))
    build_entry(version).save()
    return version


def confirm_by_link(*, token: str, at: dt.datetime) -> None:
    """Answer "stimmt noch". Raises DeadLinkError."""
    with transaction.atomic():
        link, offer = _take_link(token, at)
        _close_link(link, offer, LinkAnswer.CONFIRMED, at)
        assure_offer(actor=ProviderLink(offer.provider.key), offer=offer, on=timezone.localdate(at))


def propose_by_link(*, token: str, at: dt.datetime, values: Mapping[str, Any], note: str = "") -> LinkAnswer:
    """Answer "ändern": the values become a proposal in review; without any difference it is a confirmation.

    Values: LINK_VALUES. Raises DeadLinkError, InvalidFields; then the link can still be used.
    """
    unknown = set(values) - LINK_VALUES
    if unknown:
        raise TypeError(f"Unknown values: {', '.join(sorted(unknown))}")
    note = " ".join(note.split())
    with transaction.atomic():
        link, offer = _take_link(token, at)
        actor = ProviderLink(offer.provider.key)
        given = {name: value or None if name == "until" else value for name, value in values.items()}
        if not note and all(getattr(offer, name) == value for name, value in given.items()):
            _close_link(link, offer, LinkAnswer.CONFIRMED, at)
            assure_offer(actor=actor, offer=offer, on=timezone.localdate(at))
            return LinkAnswer.CONFIRMED
        _close_link(link, offer, LinkAnswer.CHANGED, at, note)
        day, before = timezone.localdate(at), describe_assurance(offer)
        # A note alone is a proposal too: the new assurance makes the difference.
        assured: dict[str, Any] = {"assured_on": day, "assured_by": BY_PROVIDER}
        changed = change_offer(actor=actor, offer=offer, **{**given, **assured})
        submit_for_review(actor=actor, offer=changed, on=day, assured_before=before)
    return LinkAnswer.CHANGED


def report_gone_by_link(*, token: str, at: dt.datetime, note: str = "") -> None:
    """Answer "gibt es nicht mehr": families no longer see the offer; ending it for good is up to people.

    Raises DeadLinkError.
    """
    with transaction.atomic():
        link, offer = _take_link(token, at)
        _close_link(link, offer, LinkAnswer.GONE, at, " ".join(note.split()))
        pause_offer(actor=ProviderLink(offer.provider.key), offer=offer)


def _take_link(token: str, at: dt.datetime) -> tuple[AssuranceLink, Offer]:
    """Lock the link of a token and its offer: of two answers at once, the second finds it used."""
    if not token.isascii():
        raise DeadLinkError
    list(AssuranceLink.objects.select_for_update().filter(selector=select_token(token)))
    link = find_link(token, at=at)
    offer = Offer.objects.filter(key=link.offer_key, published__isnull=False).first() if link else None
    if link is None or offer is None:
        raise DeadLinkError
    return link, offer


def _close_link(
    link: AssuranceLink, offer: Offer, answer: LinkAnswer, at: dt.datetime, note: str = ""
) -> None:
    link.answer, link.answered_at, link.note = answer, at, note
    link.full_clean()
    link.save(update_fields=["answer", "answered_at", "note"])
    _void_links(link.offer_key, at)
    label = f"{answer.label}, „{offer.title}“"
    current, places = lock_offer(offer)
    log_offer(ProviderLink(offer.provider.key), "offer.answered", current, places, label=label)


def _void_links(offer_key: str, at: dt.datetime) -> None:
    """An offer that was answered for needs none of its other links."""
    AssuranceLink.objects.filter(offer_key=offer_key, answered_at__isnull=True).update(answered_at=at)
