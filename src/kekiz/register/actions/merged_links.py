"""What points to an entry that is merged: cooperations and published versions, moved and put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django.db.models import Q

from kekiz.accounts.actors import Actor
from kekiz.register.actions.publishing import find_or_add_version
from kekiz.register.content import describe_offer, digest_content
from kekiz.register.facets import OfferState
from kekiz.register.models import Cooperation, Offer
from kekiz.register.stored_rows import freeze_row, rebuild_row

SIDES = ("offer_a_id", "offer_b_id")


class MovedCooperations(TypedDict):
    """Numbers of the cooperations that moved, by the side that did, and those that would stand twice."""

    offer_a_id: list[int]
    offer_b_id: list[int]
    dropped: list[dict[str, Any]]


def move_cooperations(merged: Offer, kept: Offer) -> MovedCooperations:
    """Cooperations of the merged offer become the kept one's; what stands already is noted and dropped."""
    moved = MovedCooperations(offer_a_id=[], offer_b_id=[], dropped=[])
    for cooperation in Cooperation.objects.filter(Q(offer_a=merged) | Q(offer_b=merged)).order_by("pk"):
        sides = [side for side in SIDES if getattr(cooperation, side) == merged.pk]
        wanted = {side: kept.pk if side in sides else getattr(cooperation, side) for side in SIDES}
        taken = Cooperation.objects.filter(kind=cooperation.kind, **wanted).exists()
        if taken or wanted["offer_a_id"] == wanted["offer_b_id"]:
            moved["dropped"].append(freeze_row(cooperation))
            cooperation.delete()
            continue
        Cooperation.objects.filter(pk=cooperation.pk).update(**wanted)
        for side in sides:
            (moved["offer_a_id"] if side == "offer_a_id" else moved["offer_b_id"]).append(cooperation.pk)
    return moved


def return_cooperations(moved: MovedCooperations, merged: Offer) -> None:
    """Give the merged offer its cooperations back; one removed meanwhile stays removed."""
    Cooperation.objects.filter(pk__in=moved["offer_a_id"]).update(offer_a=merged)
    Cooperation.objects.filter(pk__in=moved["offer_b_id"]).update(offer_b=merged)
    for frozen in moved["dropped"]:
        if Offer.objects.filter(pk__in=[frozen[side] for side in SIDES]).count() == len(SIDES):
            rebuild_row(Cooperation, frozen).save(force_insert=True)


def publish_again(actor: Actor, offer_ids: Iterable[int]) -> dict[str, list[int]]:
    """Show families the merged site or provider: {offer: [version before, version now]} of what changed.

    Only offers whose working copy is what families see; where a change waits, it is published with that.
    """
    changed: dict[str, list[int]] = {}
    offers = Offer.objects.filter(pk__in=set(offer_ids), state=OfferState.PUBLISHED)
    for offer in offers.select_related("provider", "published").order_by("pk"):
        places, shown = list(offer.sites.all()), offer.published
        if shown is None or shown.digest == digest_content(describe_offer(offer, places, offer.provider)):
            continue
        version = find_or_add_version(actor, offer, places)
        Offer.objects.filter(pk=offer.pk).update(published=version)
        changed[str(offer.pk)] = [shown.pk, version.pk]
    return changed


def put_back_versions(actor: Actor, versions: Mapping[str, list[int]]) -> None:
    """Show families again what they saw before; where more was published since, publish the working copy."""
    published_since = []
    for number, (before, shown) in versions.items():
        if not Offer.objects.filter(pk=int(number), published=shown).update(published=before):
            published_since.append(int(number))
    publish_again(actor, published_since)
