"""Approving working copies, one or some hundred at a time: checked one by one, written together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from kekiz.accounts.actions import build_log_entry, write_log_entries
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.register import rules
from kekiz.register.content import build_places, build_version, describe_offer, digest_content
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer, OfferVersion, PublishedPlace, SearchEntry, Site
from kekiz.register.search.entries import build_entry
from kekiz.register.validation import InvalidFields, find_publish_faults

# The database itself holds them for a stored row.
_HELD_BY_DATABASE = {"provider", "published"}
Found = list[tuple[Offer, list[Site]]]


@dataclass
class Published:
    """What became of several offers, by number: the version families see, or why it is not published."""

    versions: dict[int, OfferVersion] = field(default_factory=dict)
    refused: dict[int, InvalidInput] = field(default_factory=dict)


def publish_together(actor: Actor, numbers: Iterable[int]) -> Published:
    """Approve the working copies of these offers; call it inside a transaction, with some hundred at most.

    Unchanged content makes no new version. What cannot be published is left as it is and told; whether the
    others stay published is for the caller to say. Raises ActionDenied.
    """
    found = _lock_offers(numbers)
    published = Published()
    for offer, sites in found:
        if not rules.can_publish_offer(actor, offer, sites):
            raise ActionDenied(
                "Veröffentlichen darf, wer im Gebiet des Angebots prüft: Koordination, Jugendamt, Kommune."
            )
        refusal = _find_refusal(offer, sites)
        if refusal:
            published.refused[offer.pk] = refusal
    sound = [(offer, sites) for offer, sites in found if offer.pk not in published.refused]
    published.versions = _find_or_add_versions(actor, sound)
    _show_newest([offer.pk for offer, _ in sound])
    write_log_entries(
        build_log_entry(
            actor=actor,
            code="offer.published",
            target_type="offer",
            target_key=offer.key,
            target_label=offer.title,
            area=" ".join(rules.areas_of_offer(offer, sites)),
            changes={"version": [None, published.versions[offer.pk].number]},
        )
        for offer, sites in sound
    )
    return published


def require_publishable(offer: Offer, places: list[Site]) -> None:
    """Raise InvalidFields where a draft lacks what a proposal needs."""
    faults = find_publish_faults(offer.mode, bool(places))
    if faults:
        raise InvalidFields(faults, {"sites": "Orte"})


def _lock_offers(numbers: Iterable[int]) -> Found:
    """The offers as stored now with their sites, in one order: nobody else changes them meanwhile."""
    rows = Offer.objects.select_for_update(of=("self",)).select_related("provider").prefetch_related("sites")
    return [(offer, list(offer.sites.all())) for offer in rows.filter(pk__in=list(numbers)).order_by("pk")]


def _find_refusal(offer: Offer, sites: list[Site]) -> InvalidInput | None:
    if offer.state == OfferState.ENDED:
        return InvalidInput(["Das Angebot ist beendet. Legen Sie ein neues an."])
    try:
        offer.clean_fields(exclude=_HELD_BY_DATABASE)
        offer.clean()
        require_publishable(offer, sites)
    except ValidationError as error:
        return InvalidFields.of_model(error, Offer)
    except InvalidInput as error:
        return error
    return None


def find_or_add_version(actor: Actor, offer: Offer, sites: list[Site]) -> OfferVersion:
    """The version that says what a working copy says: the newest, else a new one."""
    return _find_or_add_versions(actor, [(offer, sites)])[offer.pk]


def _find_or_add_versions(actor: Actor, offers: Found) -> dict[int, OfferVersion]:
    """For each offer the version of its working copy: the newest where it says the same, else a new one."""
    stored = OfferVersion.objects.filter(offer__in=[offer.pk for offer, _ in offers])
    versions = {version.offer_id: version for version in stored.defer("content").order_by("number")}
    publisher = actor if isinstance(actor, User) else None
    fresh = []
    for offer, sites in offers:
        content, newest = describe_offer(offer, sites, offer.provider), versions.get(offer.pk)
        if newest is None or newest.digest != digest_content(content):
            number = newest.number + 1 if newest else 1
            version = build_version(offer, content, number=number, published_by=publisher)
            fresh.append(version)
            versions[offer.pk] = version
    OfferVersion.objects.bulk_create(fresh)
    PublishedPlace.objects.bulk_create(
        [place for version in fresh for place in build_places(version, version.content)]
    )
    SearchEntry.objects.bulk_create([build_entry(version) for version in fresh])
    return versions


def _show_newest(numbers: list[int]) -> None:
    newest = OfferVersion.objects.filter(offer=OuterRef("pk")).order_by("-number").values("pk")[:1]
    Offer.objects.filter(pk__in=numbers).update(
        state=OfferState.PUBLISHED,
        published=Subquery(newest),
        return_note="",
        assurance_before=None,
        changed_at=timezone.now(),
    )
