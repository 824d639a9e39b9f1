"""Every read on freshness: where each offer stands, who is to be reminded, how much is stale."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from kekiz.register.facets import OfferState
from kekiz.register.freshness import (
    REMINDERS,
    Spans,
    Standing,
    find_due_date,
    find_standing,
    is_unconfirmed,
    spans_in_force,
)
from kekiz.register.link_tokens import LONGEST_TOKEN, is_same_token, select_token
from kekiz.register.models import AssuranceLink, LinkAnswer, Offer, Provider, ReminderMail
from kekiz.register.queries import visible_versions

NEEDS_PEOPLE = (Standing.UNANSWERED, Standing.CHANGE_WAITS, Standing.SAID_GONE)


@dataclass(frozen=True)
class OfferFreshness:
    """One offer on the list. ``is_unconfirmed``: families read "nicht bestätigt" now."""

    key: str
    title: str
    provider_key: str
    provider_name: str
    areas: tuple[str, ...]
    assured_on: dt.date | None
    assured_by: str
    due_on: dt.date
    standing: Standing
    is_unconfirmed: bool
    last_reminder: dt.date | None
    has_contact: bool
    note: str = ""

    @property
    def is_stale(self) -> bool:
        """Is its due date reached without an answer?"""
        return self.standing not in {Standing.CURRENT, Standing.CHANGE_WAITS}


@dataclass(frozen=True)
class StaleShare:
    """How many of the offers of an area or a provider are due or past it."""

    key: str
    offers: int
    stale: int
    unconfirmed: int

    @property
    def share(self) -> float:
        """Stale offers, 0..1."""
        return self.stale / self.offers


@dataclass(frozen=True)
class PlannedItem:
    """One offer of a planned mail; ``since`` is the assurance that has run out, ``number`` the reminder's."""

    offer_key: str
    title: str
    assured_on: dt.date | None
    due_on: dt.date
    since: dt.date
    number: int


@dataclass(frozen=True)
class PlannedMail:
    """One mail: a provider (or a site of it with an address of its own) with all its due offers."""

    provider_key: str
    provider_name: str
    address: str = field(repr=False)  # never in a log
    items: tuple[PlannedItem, ...] = ()


@dataclass(frozen=True)
class ReminderPlan:
    """Whom to remind now, and the due offers that nobody can be written to about."""

    mails: tuple[PlannedMail, ...]
    without_contact: tuple[str, ...]


@dataclass(frozen=True)
class _Reminded:
    """Reminders of one offer since one assurance."""

    number: int
    last: dt.date


def list_freshness(*, on: dt.date | None = None, areas: Iterable[str] = ()) -> list[OfferFreshness]:
    """Every published offer and every one reported as gone, the longest due first; in ``areas`` if given."""
    today, spans, wanted = on or timezone.localdate(), spans_in_force(), tuple(areas)
    reminded, notes = _read_reminded(), _read_notes()
    listed = [_describe(offer, today, spans, reminded, notes) for offer in _published_offers(today)]
    listed += [_describe_gone(offer, spans, notes) for offer in _offers_said_gone()]
    near = [one for one in listed if not wanted or any(area.startswith(wanted) for area in one.areas)]
    return sorted(near, key=lambda one: (one.due_on, one.key))


def _published_offers(today: dt.date) -> list[Offer]:
    visible = visible_versions(on=today).values("pk")
    return list(Offer.objects.filter(published__in=visible).select_related("provider", "published"))


def _offers_said_gone() -> list[Offer]:
    """Offers paused because their provider said so, until somebody decides."""
    said = AssuranceLink.objects.filter(answer=LinkAnswer.GONE).values("offer_key")
    paused = Offer.objects.filter(state=OfferState.PAUSED, key__in=said)
    return list(paused.select_related("provider").prefetch_related("sites"))


def _describe(
    offer: Offer,
    today: dt.date,
    spans: Spans,
    reminded: dict[tuple[str, dt.date], _Reminded],
    notes: dict[str, str],
) -> OfferFreshness:
    content = offer.published.content  # type: ignore[union-attr]
    shown_on = read_day(content["assured_on"])
    due_on = _find_due(offer, spans)
    told = reminded.get((offer.key, _find_since(offer)))
    has_contact = bool(find_address(offer))
    standing = find_standing(
        due_on=due_on,
        today=today,
        reminders=told.number if told else 0,
        last_reminder=told.last if told else None,
        has_contact=has_contact,
        spans=spans,
    )
    if standing == Standing.CURRENT and offer.assured_on != shown_on and offer.state != OfferState.PUBLISHED:
        standing = Standing.CHANGE_WAITS
    return OfferFreshness(
        key=offer.key,
        title=content["title"],
        provider_key=offer.provider.key,
        provider_name=offer.provider.name,
        areas=_areas_of_content(content, offer.provider),
        assured_on=shown_on,
        assured_by=content["assured_by"],
        due_on=due_on,
        standing=standing,
        is_unconfirmed=is_unconfirmed(shown_on, permanent=content["permanent"], today=today, spans=spans),
        last_reminder=told.last if told else None,
        has_contact=has_contact,
        note=notes.get(offer.key, "") if standing == Standing.CHANGE_WAITS else "",
    )


def _describe_gone(offer: Offer, spans: Spans, notes: dict[str, str]) -> OfferFreshness:
    areas = {site.ags for site in offer.sites.all()} or set(offer.service_area) or {offer.provider.ags}
    return OfferFreshness(
        key=offer.key,
        title=offer.title,
        provider_key=offer.provider.key,
        provider_name=offer.provider.name,
        areas=tuple(sorted(areas - {""})),
        assured_on=offer.assured_on,
        assured_by=offer.assured_by,
        due_on=_find_due(offer, spans),
        standing=Standing.SAID_GONE,
        is_unconfirmed=False,  # families do not see it at all
        last_reminder=None,
        has_contact=bool(find_address(offer)),
        note=notes.get(offer.key, ""),
    )


def _find_since(offer: Offer) -> dt.date:
    """The assurance that counts: of the working copy, so that a waiting change is not reminded of."""
    return offer.assured_on or timezone.localdate(offer.created_at)


def _find_due(offer: Offer, spans: Spans) -> dt.date:
    """When an offer is due; one that nobody ever confirmed is due since it was entered."""
    if offer.assured_on is None:
        return _find_since(offer)
    return find_due_date(offer.assured_on, permanent=offer.permanent, spans=spans)


def find_address(offer: Offer) -> str:
    """Where a reminder goes: the provider's contact, else the offer's own address; "" if there is none."""
    return offer.provider.contact_email or offer.email


def _areas_of_content(content: dict[str, Any], provider: Provider) -> tuple[str, ...]:
    at = tuple(sorted({site["ags"] for site in content["sites"]}))
    return at or tuple(content["service_area"]) or ((provider.ags,) if provider.ags else ())


def read_day(text: str | None) -> dt.date | None:
    """A day of a published content."""
    return dt.date.fromisoformat(text) if text else None


def _read_reminded() -> dict[tuple[str, dt.date], _Reminded]:
    rows = AssuranceLink.objects.order_by("number").values_list(
        "offer_key", "since", "number", "mail__claimed_at"
    )
    return {(key, since): _Reminded(number, timezone.localdate(at)) for key, since, number, at in rows}


def _read_notes() -> dict[str, str]:
    rows = AssuranceLink.objects.exclude(note="").order_by("answered_at").values_list("offer_key", "note")
    return dict(rows)


def share_by_area(listed: Iterable[OfferFreshness]) -> list[StaleShare]:
    """The stale share per municipality or area, by its key; an offer in several counts in each."""
    return _share((area, one) for one in listed for area in one.areas)


def share_by_provider(listed: Iterable[OfferFreshness]) -> list[StaleShare]:
    """The stale share per provider, by its key."""
    return _share((one.provider_key, one) for one in listed)


def _share(pairs: Iterable[tuple[str, OfferFreshness]]) -> list[StaleShare]:
    groups: dict[str, list[OfferFreshness]] = defaultdict(list)
    for key, one in pairs:
        if one.standing != Standing.SAID_GONE:
            groups[key].append(one)
    return [
        StaleShare(key, len(ones), sum(one.is_stale for one in ones), sum(one.is_unconfirmed for one in ones))
        for key, ones in sorted(groups.items())
    ]


def plan_reminders(at: dt.datetime) -> ReminderPlan:
    """Who is to be reminded now: due offers by provider, at most one mail per provider and span."""
    today, spans = timezone.localdate(at), spans_in_force()
    reminded, resting = _read_reminded(), _find_resting(today, spans)
    groups: dict[tuple[str, str], list[tuple[Offer, PlannedItem]]] = defaultdict(list)
    without_contact = []
    for offer in _published_offers(today):
        item = _plan_item(offer, today, spans, reminded)
        address = find_address(offer)
        if item and not address:
            without_contact.append(offer.key)
        elif item and offer.provider.key not in resting:
            groups[(offer.provider.key, address.casefold())].append((offer, item))
    return ReminderPlan(
        mails=tuple(_plan_mail(found) for _, found in sorted(groups.items())),
        without_contact=tuple(sorted(without_contact)),
    )


def _plan_mail(found: list[tuple[Offer, PlannedItem]]) -> PlannedMail:
    first = found[0][0]
    items = tuple(sorted((item for _, item in found), key=lambda item: (item.title, item.offer_key)))
    return PlannedMail(first.provider.key, first.provider.name, find_address(first), items)


def _find_resting(today: dt.date, spans: Spans) -> set[str]:
    """Providers who had a mail a short while ago: they are left in peace."""
    rows = ReminderMail.objects.values_list("provider_key", "claimed_at")
    return {key for key, at in rows if (today - timezone.localdate(at)).days < spans.remind_days}


def _plan_item(
    offer: Offer, today: dt.date, spans: Spans, reminded: dict[tuple[str, dt.date], _Reminded]
) -> PlannedItem | None:
    since, due_on = _find_since(offer), _find_due(offer, spans)
    told = reminded.get((offer.key, since))
    number = told.number + 1 if told else 1
    if today < due_on or number > REMINDERS:
        return None
    title = offer.published.content["title"]  # type: ignore[union-attr]
    return PlannedItem(offer.key, title, offer.assured_on, due_on, since, number)


def find_link(token: str, *, at: dt.datetime) -> AssuranceLink | None:
    """The link of a token that can still be used; None for unknown, altered, used and expired alike."""
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    link = AssuranceLink.objects.filter(selector=select_token(token)).first()
    if link is None or not is_same_token(token, link.digest):
        return None
    return link if link.answered_at is None and at < link.expires_at else None


def find_offer_of_link(link: AssuranceLink) -> Offer | None:
    """The offer that a link is about, while families see it."""
    offers = Offer.objects.filter(key=link.offer_key, published__isnull=False)
    return offers.select_related("provider", "published").first()


def count_unsure_mails() -> int:
    """Mails of a run that ended in the middle: nobody knows whether they went out; they are not repeated."""
    return ReminderMail.objects.filter(sent_at__isnull=True).count()
