"""Every read on the register: what families find, what the desk sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor, SystemActor
from kekiz.register import facets, rules
from kekiz.register.facets import OfferState
from kekiz.register.models import Cooperation, Offer, OfferVersion, Provider, PublishedPlace, Site
from kekiz.register.open_now import Moment, Opened
from kekiz.register.search.columns import Position
from kekiz.register.search.find import Filters, find_versions
from kekiz.register.search.fit import Stretch, order_by_fit
from kekiz.register.search.store import current_index

_WEIGHED_PER_CHOICE = 6  # offers that are read for each one that is shown


@dataclass(frozen=True)
class FoundOffer:
    """A published offer as a family finds it; ``distance_km`` is None where no position or site is known."""

    version: OfferVersion
    distance_km: float | None = None

    @property
    def key(self) -> str:
        """The key of the offer, as in its address."""
        return str(self.version.content["key"])

    @property
    def content(self) -> dict[str, Any]:
        """Everything that is published of the offer; see content.describe_offer."""
        return self.version.content


class FoundOffers(Sequence[FoundOffer]):
    """All hits in order; only the slice that is shown is loaded (works with Django's Paginator)."""

    def __init__(self, order: list[int], distances_km: dict[int, float]) -> None:
        self._order = order
        self._distances_km = distances_km

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> FoundOffer: ...
    @overload
    def __getitem__(self, index: slice) -> list[FoundOffer]: ...
    def __getitem__(self, index: int | slice) -> FoundOffer | list[FoundOffer]:
        if isinstance(index, int):
            return self._load([self._order[index]])[0]
        return self._load(self._order[index])

    def __iter__(self) -> Iterator[FoundOffer]:
        return iter(self[:])

    def _load(self, ids: list[int]) -> list[FoundOffer]:
        versions = OfferVersion.objects.in_bulk(ids)
        return [FoundOffer(versions[pk], self._distances_km.get(pk)) for pk in ids]


def offers_for_family(
    *,
    age_months: int | None = None,
    ags: str = "",
    near: Position | None = None,
    radius_km: float | None = None,
    field: str = "",
    free: bool = False,
    text: str = "",
    language: str = "",
    barrier_free: bool = False,
    on: dt.date | None = None,
    moment: Moment | None = None,
    opened: Opened = Opened.YES,
    page: str = "",
) -> FoundOffers:
    """Published offers that fit: the best answers first, or with ``near`` (lat, lon) the nearest.

    With ``moment`` only those that are open then; ``opened`` UNKNOWN asks for those whose hours nobody knows.

    ``ags`` keeps offers with a site in this municipality (or prefix) and those without a site that serve it.
    ``radius_km`` drops sites farther from ``near``; offers without a site stay. ``on`` defaults to today.
    ``page``: language of the page the text was typed on, where its words are of more than one ("" for none).
    """
    filters = Filters(
        on=on or timezone.localdate(),
        age_months=age_months,
        ags=ags,
        near=near,
        radius_km=radius_km,
        field=field,
        free=free,
        language=language,
        barrier_free=barrier_free,
        moment=moment,
        opened=opened,
        page=page,
    )
    hits = find_versions(current_index(), text, filters)
    return FoundOffers(hits.versions, hits.distances_km)


def offers_for_stretch(stretch: Stretch, *, limit: int, on: dt.date | None = None) -> list[FoundOffer]:
    """A few offers for a stretch of childhood: near and affordable, one of each field before a second.

    What needs a finding first (level "indicated") is left to those who make the finding.
    """
    order, distances = order_by_fit(current_index(), stretch, Filters(on=on or timezone.localdate()))
    candidates = FoundOffers(order, distances)[: _WEIGHED_PER_CHOICE * limit]
    wanted = [offer for offer in candidates if offer.content["level"] != facets.Level.INDICATED]
    return _spread_fields(wanted)[:limit]


def _spread_fields(offers: list[FoundOffer]) -> list[FoundOffer]:
    """The best of each field first, then the second of each, …; within a round the best fit first."""
    seen: dict[str, int] = {}
    rounds = []
    for position, offer in enumerate(offers):
        field = offer.content["fields"][0]
        seen[field] = seen.get(field, 0) + 1
        rounds.append((seen[field], position))
    return [offers[position] for _, position in sorted(rounds)]


def visible_versions(*, on: dt.date | None = None) -> QuerySet[OfferVersion]:
    """The versions that families see on a day (today by default): published and not past their last day."""
    day = on or timezone.localdate()
    return OfferVersion.objects.filter(published_of__isnull=False).filter(
        Q(until__isnull=True) | Q(until__gte=day)
    )


def published_offer(key: str, *, on: dt.date | None = None) -> FoundOffer | None:
    """What families see of one offer, or None if it is not (or no longer) published."""
    version = visible_versions(on=on).filter(published_of__key=key).first()
    return FoundOffer(version) if version else None


def published_count(*, on: dt.date | None = None) -> int:
    """How many offers families can find on a day."""
    return visible_versions(on=on).count()


def published_mark(*, on: dt.date | None = None) -> tuple[int, int]:
    """The newest version that families see on a day and how many there are: another mark, other offers."""
    found = visible_versions(on=on).aggregate(newest=Max("pk"), count=Count("pk"))
    return found["newest"] or 0, found["count"]


def offers_for_desk(actor: Actor, *, state: str = "", provider_key: str = "") -> QuerySet[Offer]:
    """Working copies the actor may see: of own providers, and those of the own areas."""
    offers = Offer.objects.select_related("provider", "published").prefetch_related("sites")
    if not isinstance(actor, SystemActor):
        offers = offers.filter(pk__in=_visible_offer_ids(actor))
    if state:
        offers = offers.filter(state=state)
    if provider_key:
        offers = offers.filter(provider__key=provider_key)
    return offers


def _visible_offer_ids(actor: Actor) -> QuerySet[Offer, Any]:
    visible = Q(provider__key__in=account_rules.provider_keys_of(actor))
    for prefix in account_rules.prefixes_of(actor, account_rules.EDITING):
        visible |= Q(sites__ags__startswith=prefix) | Q(service_area__contains=f" {prefix}")
        visible |= Q(provider__ags__startswith=prefix)
    return Offer.objects.filter(visible).values("pk")


def offer_for_desk(actor: Actor, key: str) -> Offer | None:
    """One working copy, or None if there is none or the actor may not see it (the page answers 404)."""
    return offers_for_desk(actor).filter(key=key).first()


def waiting_proposals(actor: Actor) -> list[Offer]:
    """Proposals the actor may approve or return, the longest waiting first."""
    waiting = offers_for_desk(actor, state=OfferState.IN_REVIEW).order_by("changed_at", "key")
    return [offer for offer in waiting if rules.can_publish_offer(actor, offer, offer.sites.all())]


def waiting_proposal(actor: Actor, key: str) -> Offer | None:
    """One of them, or None."""
    return next((offer for offer in waiting_proposals(actor) if offer.key == key), None)


def sites_of_provider(provider_key: str) -> QuerySet[Site]:
    """Sites where a provider has offers already."""
    return Site.objects.filter(offers__provider__key=provider_key).distinct()


def sites_by_keys(keys: Iterable[str]) -> QuerySet[Site]:
    """The sites of these keys."""
    return Site.objects.filter(key__in=[key for key in keys if "\x00" not in key])


def providers_for_desk(actor: Actor) -> QuerySet[Provider]:
    """Providers that the actor may change."""
    if isinstance(actor, SystemActor):
        return Provider.objects.all()
    visible = Q(key__in=account_rules.provider_keys_of(actor))
    for prefix in account_rules.prefixes_of(actor, account_rules.EDITING):
        visible |= Q(ags__startswith=prefix)
    return Provider.objects.filter(visible)


def offers_of_unknown_cost() -> frozenset[str]:
    """Keys of the offers families see of which nobody has said what they cost."""
    versions = OfferVersion.objects.filter(published_of__isnull=False, cost=facets.Cost.UNKNOWN)
    return frozenset(versions.values_list("offer__key", flat=True))


def provider_names() -> dict[str, str]:
    """The name of every provider by its key."""
    return dict(Provider.objects.values_list("key", "name"))


def published_places() -> dict[str, dict[str, str]]:
    """The municipality (AGS) of every site of the published offers: by offer key, then site key."""
    places: dict[str, dict[str, str]] = {}
    rows = PublishedPlace.objects.filter(version__published_of__isnull=False)
    for offer, site, ags in rows.values_list("version__published_of__key", "site_key", "ags"):
        places.setdefault(offer, {})[site] = ags
    return places


def offer_titles(keys: Collection[str]) -> dict[str, str]:
    """The titles of these offers by key, as families read them."""
    rows = OfferVersion.objects.filter(published_of__key__in=list(keys))
    return dict(rows.values_list("published_of__key", "title"))


def sites_by_name(text: str = "", *, ags: str = "") -> QuerySet[Site]:
    """Sites whose name, street or town holds the text, in an area."""
    sites = Site.objects.filter(ags__startswith=ags)
    for word in text.split():
        sites = sites.filter(Q(name__icontains=word) | Q(street__icontains=word) | Q(town__icontains=word))
    return sites


def cooperations_of(offer_key: str) -> QuerySet[Cooperation]:
    """Agreed cooperations to and from one offer."""
    return Cooperation.objects.filter(Q(offer_a__key=offer_key) | Q(offer_b__key=offer_key)).select_related(
        "offer_a", "offer_b"
    )


def has_cooperation(key_a: str, key_b: str) -> bool:
    """Is any cooperation of the two offers recorded today, in either direction?"""
    return Cooperation.objects.filter(
        Q(offer_a__key=key_a, offer_b__key=key_b) | Q(offer_a__key=key_b, offer_b__key=key_a)
    ).exists()
