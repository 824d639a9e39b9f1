"""Merge two entries, field by field, and part them again. Always by a person, never against an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import Role, User
from kekiz.register import duplicate_queries as queries
from kekiz.register import rules
from kekiz.register.actions.duplicates import build_answer
from kekiz.register.actions.merged_links import (
    move_cooperations,
    publish_again,
    put_back_versions,
    return_cooperations,
)
from kekiz.register.actions.offers import OFFER_VALUES
from kekiz.register.actions.providers import PROVIDER_VALUES, SITE_VALUES
from kekiz.register.actions.publishing import find_or_add_version, require_publishable
from kekiz.register.duplicate_models import DuplicateLevel, Merge, Verdict
from kekiz.register.facets import OfferState
from kekiz.register.fields import CodeListField
from kekiz.register.models import Offer, Provider, Site
from kekiz.register.stored_rows import freeze_row, rebuild_row, restore_columns
from kekiz.register.validation import clean_row

Entry = Provider | Site | Offer
KEPT, MERGED, BOTH = "kept", "merged", "both"
VALUES: dict[str, frozenset[str]] = {
    DuplicateLevel.PROVIDER: PROVIDER_VALUES,
    DuplicateLevel.SITE: SITE_VALUES,
    DuplicateLevel.OFFER: OFFER_VALUES | {"sites"},
}
Row = TypeVar("Row", Provider, Site, Offer)
Choices = Mapping[str, str]


def merge_offers(*, actor: Actor, kept: Offer, merged: Offer, chosen: Choices | None = None) -> Merge:
    """Make two offers one: ``chosen`` says per field whose value stays ("kept", "merged", lists also "both").

    The merged offer ends and its address leads to the kept one; agreed cooperations move. If families saw one
    of them, the result is published. Fields not named keep the kept offer's value.
    Raises ActionDenied, InvalidInput (answered otherwise, entry gone), InvalidFields.
    """
    with transaction.atomic():
        one, other = _lock_pair(Offer, kept, merged, {OfferState.ENDED})
        before = {KEPT: _freeze_offer(one), MERGED: _freeze_offer(other)}
        areas = _check_merge(actor, DuplicateLevel.OFFER, one, other)
        sites = _choose_sites(one, other, chosen or {})
        _choose_values(DuplicateLevel.OFFER, one, other, chosen or {})
        was_visible = one.published_id is not None or other.published_id is not None
        other.state, other.published = OfferState.ENDED, None
        other.save(update_fields=["state", "published", "changed_at"])
        clean_row(one)
        one.save()
        one.sites.set(sites)
        if was_visible:
            require_publishable(one, sites)
            one.state, one.published = OfferState.PUBLISHED, find_or_add_version(actor, one, sites)
            one.save(update_fields=["state", "published", "changed_at"])
        moved = {"cooperations": move_cooperations(other, one)}
        return _store_merge(
            actor, DuplicateLevel.OFFER, one, other, before, _freeze_offer(one), moved, chosen, areas
        )


def merge_sites(*, actor: Actor, kept: Site, merged: Site, chosen: Choices | None = None) -> Merge:
    """Make two sites one: offers of the merged site take place at the kept one, published ones at once.

    Raises ActionDenied, InvalidInput, InvalidFields.
    """
    with transaction.atomic():
        one, other = _lock_pair(Site, kept, merged)
        before = {KEPT: freeze_row(one), MERGED: freeze_row(other)}
        areas = _check_merge(actor, DuplicateLevel.SITE, one, other)
        _choose_values(DuplicateLevel.SITE, one, other, chosen or {})
        clean_row(one)
        one.save()
        there_already = set(one.offers.values_list("pk", flat=True))
        moved_offers = sorted(other.offers.values_list("pk", flat=True))
        for offer in Offer.objects.filter(pk__in=moved_offers):
            offer.sites.remove(other)
            offer.sites.add(one)
        moved: dict[str, Any] = {
            "offers": moved_offers,
            "there_already": sorted(there_already & set(moved_offers)),
        }
        _refuse_unknown_links(other, {"offers"})
        other.delete()
        own = there_already if before[KEPT] != freeze_row(one) else set()
        moved["versions"] = publish_again(actor, own | set(moved_offers))
        return _store_merge(
            actor, DuplicateLevel.SITE, one, other, before, freeze_row(one), moved, chosen, areas
        )


def merge_providers(
    *, actor: Actor, kept: Provider, merged: Provider, chosen: Choices | None = None
) -> Merge:
    """Make two providers one: the offers of the merged one belong to the kept one.

    Raises ActionDenied, InvalidInput (people work for the merged one), InvalidFields.
    """
    with transaction.atomic():
        one, other = _lock_pair(Provider, kept, merged)
        before = {KEPT: freeze_row(one), MERGED: freeze_row(other)}
        areas = _check_merge(actor, DuplicateLevel.PROVIDER, one, other)
        if Role.objects.filter(role=Role.Kind.PROVIDER, area=other.key).exists():
            raise InvalidInput(
                [
                    f"Für den Träger „{other.name}“ gibt es Konten. Behalten Sie diesen Eintrag und lassen "
                    "Sie den anderen darin aufgehen, oder nehmen Sie vorher die Rollen zurück."
                ]
            )
        _choose_values(DuplicateLevel.PROVIDER, one, other, chosen or {})
        clean_row(one)
        one.save()
        is_changed = before[KEPT] | {"changed_at": ""} != freeze_row(one) | {"changed_at": ""}
        own = set(one.offers.values_list("pk", flat=True)) if is_changed else set()
        moved_offers = sorted(other.offers.values_list("pk", flat=True))
        Offer.objects.filter(pk__in=moved_offers).update(provider=one)
        _refuse_unknown_links(other, {"offers"})
        other.delete()
        moved = {"offers": moved_offers, "versions": publish_again(actor, own | set(moved_offers))}
        return _store_merge(
            actor, DuplicateLevel.PROVIDER, one, other, before, freeze_row(one), moved, chosen, areas
        )


def _lock_pair(model: type[Row], kept: Row, merged: Row, refused: Iterable[str] = ()) -> tuple[Row, Row]:
    """Both rows as they are now, locked in the order of their numbers. Raises InvalidInput."""
    if kept.pk == merged.pk:
        raise InvalidInput(["Ein Eintrag lässt sich nicht mit sich selbst zusammenführen."])
    rows = model._default_manager.select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=(kept.pk, merged.pk))}
    gone = [row for row in (kept, merged) if row.pk not in found or _state_of(found[row.pk]) in set(refused)]
    if gone:
        names = ", ".join(f"„{row}“" for row in gone)
        raise InvalidInput([f"{names}: Diesen Eintrag gibt es nicht mehr, oder er ist beendet."])
    return found[kept.pk], found[merged.pk]


def _state_of(row: Entry) -> str:
    return row.state if isinstance(row, Offer) else ""


def _check_merge(actor: Actor, level: str, kept: Entry, merged: Entry) -> list[str]:
    """The areas of both entries. Raises ActionDenied, or InvalidInput if a person said they differ."""
    areas = sorted({*queries.areas_of_entry(kept), *queries.areas_of_entry(merged)})
    if not rules.can_resolve_duplicates(actor, areas):
        raise ActionDenied("Zusammenführen darf die Koordination, in deren Gebiet beide Einträge liegen.")
    pair = queries.find_pair(level, kept.key, merged.key)
    answers = queries.standing_answers(level)
    left, right = sorted((kept.key, merged.key))
    answer = queries.find_standing(answers, pair) if pair else answers.get((left, right), (None, False))[0]
    if answer and answer.verdict in queries.SETTLED:
        raise InvalidInput(
            [
                f"Zu diesem Paar steht die Antwort „{answer.get_verdict_display()}“. "
                "Antworten Sie neu, wenn sich das als falsch erwiesen hat."
            ]
        )
    if pair and (answer is None or answer.verdict != Verdict.SAME):
        told = build_answer(actor, pair, Verdict.SAME)  # who merges says that both are the same
        clean_row(told)
        told.save()
    return areas


def _choose_values(level: str, kept: Entry, merged: Entry, chosen: Choices) -> None:
    """Set the chosen values on the kept row. Raises InvalidInput for unknown fields and choices."""
    unknown = sorted(set(chosen) - VALUES[level])
    if unknown:
        raise InvalidInput([f"Unbekannte Felder: {', '.join(unknown)}."])
    for name, whose in chosen.items():
        is_list = name == "sites" or isinstance(kept._meta.get_field(name), CodeListField)
        if whose not in {KEPT, MERGED} and not (whose == BOTH and is_list):
            raise InvalidInput([f"„{whose}“ ist für „{name}“ keine Wahl."])
        if name == "sites" or whose == KEPT:
            continue
        value = getattr(merged, name)
        if whose == BOTH:
            value = list(dict.fromkeys([*getattr(kept, name), *value]))
        setattr(kept, name, value)


def _choose_sites(kept: Offer, merged: Offer, chosen: Choices) -> list[Site]:
    own, others = list(kept.sites.all()), list(merged.sites.all())
    whose = chosen.get("sites", KEPT)
    if whose == MERGED:
        return others
    return own if whose != BOTH else list({site.pk: site for site in (*own, *others)}.values())


def _freeze_offer(offer: Offer) -> dict[str, Any]:
    return freeze_row(offer) | {"sites": sorted(offer.sites.values_list("pk", flat=True))}


def _refuse_unknown_links(row: Provider | Site, known: set[str]) -> None:
    """A row goes only when nothing is left that points to it: what is not known here is not lost silently."""
    for relation in row._meta.related_objects:
        name = relation.get_accessor_name()
        if name and name not in known and getattr(row, name).exists():
            model = relation.related_model._meta.verbose_name_plural
            raise InvalidInput([f"Auf „{row}“ verweisen noch: {model}. Lösen Sie diese zuerst."])


def _store_merge(
    actor: Actor,
    level: str,
    kept: Entry,
    merged: Entry,
    before: dict[str, Any],
    after: dict[str, Any],
    moved: dict[str, Any],
    chosen: Choices | None,
    areas: list[str],
) -> Merge:
    label = f"„{_name_of(before[MERGED])}“ ist in „{_name_of(after)}“ aufgegangen"
    merge = Merge(  # type: ignore[misc]  # the stubs know no field of codes
        level=level,
        kept_key=kept.key,
        merged_key=before[MERGED]["key"],
        label=label[:300],
        chosen=dict(chosen or {}),
        before=before,
        after=after,
        moved=moved,
        areas=areas,
        actor=actor if isinstance(actor, User) else None,
    )
    clean_row(merge)
    merge.save()
    _log_merge(actor, f"{level}.merged", merge)
    return merge


def _name_of(frozen: dict[str, Any]) -> str:
    return str(frozen.get("title") or frozen.get("name"))[:120]


def _log_merge(actor: Actor, code: str, merge: Merge) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type=merge.level,
        target_key=merge.kept_key,
        target_label=merge.label,
        area=" ".join(merge.areas)[:600],
        changes={"merge": [None, merge.pk]},
    )


def undo_merge(*, actor: Actor, merge: Merge) -> list[str]:
    """Part two entries as they were before; return the columns that were changed since and therefore stay.

    Raises ActionDenied, InvalidInput (undone already, or a later merge builds on it).
    """
    if not rules.can_resolve_duplicates(actor, merge.areas):
        raise ActionDenied("Eine Zusammenführung nimmt die Koordination zurück.")
    with transaction.atomic():
        current = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if current.undone_at:
            raise InvalidInput(["Diese Zusammenführung ist schon zurückgenommen."])
        later = queries.find_later_merge(current)
        if later:
            raise InvalidInput([f"Nehmen Sie zuerst die spätere Zusammenführung zurück: {later.label}."])
        changed_since = _UNDO[current.level](actor, current)
        current.undone_at = timezone.now()
        current.undone_by = actor if isinstance(actor, User) else None
        current.save(update_fields=["undone_at", "undone_by"])
        _log_merge(actor, f"{current.level}.merge_undone", current)
    return changed_since


def _undo_offers(actor: Actor, merge: Merge) -> list[str]:
    offers = Offer.objects.select_for_update(of=("self",))
    kept, other = (offers.get(key=key) for key in (merge.kept_key, merge.merged_key))
    before, after = dict(merge.before[KEPT]), dict(merge.after)
    sites_before, sites_after = before.pop("sites"), after.pop("sites")
    changed_since = restore_columns(kept, before, after)
    if sorted(kept.sites.values_list("pk", flat=True)) == sites_after:
        kept.sites.set(Site.objects.filter(pk__in=sites_before))
    elif sites_before != sites_after:
        changed_since.append("sites")
    clean_row(kept)
    kept.save()
    other.state, other.published_id = (merge.before[MERGED][name] for name in ("state", "published_id"))
    other.save(update_fields=["state", "published", "changed_at"])
    return_cooperations(merge.moved["cooperations"], other)
    if "published_id" in changed_since:
        publish_again(actor, [kept.pk])
    return changed_since


def _undo_sites(actor: Actor, merge: Merge) -> list[str]:
    kept = Site.objects.select_for_update().get(key=merge.kept_key)
    other, changed_since = _part_rows(Site, kept, merge)
    there_already = set(merge.moved["there_already"])
    for offer in kept.offers.filter(pk__in=merge.moved["offers"]):
        offer.sites.add(other)
        if offer.pk not in there_already:
            offer.sites.remove(kept)
    put_back_versions(actor, merge.moved["versions"])
    return changed_since


def _undo_providers(actor: Actor, merge: Merge) -> list[str]:
    kept = Provider.objects.select_for_update().get(key=merge.kept_key)
    other, changed_since = _part_rows(Provider, kept, merge)
    kept.offers.filter(pk__in=merge.moved["offers"]).update(provider=other)
    put_back_versions(actor, merge.moved["versions"])
    return changed_since


def _part_rows(model: type[Row], kept: Row, merge: Merge) -> tuple[Row, list[str]]:
    """Set back the kept row and bring the merged one back under its old number and key."""
    if model._default_manager.filter(key=merge.merged_key).exists():
        raise InvalidInput([f"Den Schlüssel „{merge.merged_key}“ trägt inzwischen ein anderer Eintrag."])
    changed_since = restore_columns(kept, merge.before[KEPT], merge.after)
    clean_row(kept)
    kept.save()
    other = rebuild_row(model, merge.before[MERGED])
    models.Model.save(other, force_insert=True)
    return other, changed_since  # type: ignore[return-value]


_UNDO: dict[str, Callable[[Actor, Merge], list[str]]] = {
    DuplicateLevel.OFFER: _undo_offers,
    DuplicateLevel.SITE: _undo_sites,
    DuplicateLevel.PROVIDER: _undo_providers,
}
