"""Undo a whole import: what it created goes, what it changed gets its former content back, exactly."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import InvalidInput
from kekiz.register.actions.import_storing import LOT, in_lots
from kekiz.register.actions.imports import _log, _require_batch, _require_state
from kekiz.register.facets import OfferState
from kekiz.register.import_content import describe_row, describe_with_sites, digest_content, restore_values
from kekiz.register.import_models import ImportBatch, ImportChange, ImportLink
from kekiz.register.imports.rows import Progress
from kekiz.register.models import Cooperation, Offer, OfferVersion, Provider, Site

SHOWN = 20
Model = ImportChange.Model
_OPEN_STATES = frozenset({OfferState.DRAFT, OfferState.IN_REVIEW, OfferState.PUBLISHED})


def undo_import(
    *,
    actor: Actor,
    batch: ImportBatch,
    checking: Progress = lambda done, of: None,
    progress: Progress = lambda done, of: None,
) -> ImportBatch:
    """Take a whole import back, published or not. Versions that it brought to families go too; the log stays.

    ``checking`` hears of offers looked at, ``progress`` of offers taken back. Raises ActionDenied, and
    InvalidInput with every row that somebody worked on since: then nothing is undone.
    """
    _require_batch(actor, batch)
    with transaction.atomic():
        current = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        _require_state(
            current, ImportBatch.State.IMPORTED, "Zurücknehmen lässt sich nur eine übernommene Liste."
        )
        changes: dict[str, list[ImportChange]] = {model: [] for model in Model.values}
        for change in current.changes.order_by("pk"):
            changes[change.model].append(change)
        conflicts = _find_conflicts(current, changes, checking)
        if conflicts:
            hidden = [f"… und {len(conflicts) - SHOWN} weitere."] if len(conflicts) > SHOWN else []
            raise InvalidInput(
                [
                    "Es wurde nichts zurückgenommen, denn seit der Übernahme wurde weitergearbeitet:",
                    *conflicts[:SHOWN],
                    *hidden,
                ]
            )
        _restore_links(current, changes[Model.LINK])
        _restore_offers(changes[Model.OFFER], progress)
        _remove_created(changes, progress)
        current.state, current.undone_at = ImportBatch.State.UNDONE, timezone.now()
        current.save(update_fields=["state", "undone_at"])
        _log(actor, "import.undone", current)
    return current


def _find_conflicts(
    batch: ImportBatch, changes: dict[str, list[ImportChange]], checking: Progress
) -> list[str]:
    """What somebody did since with rows of this import, as sentences."""
    later = ImportBatch.objects.filter(
        pk__gt=batch.pk, state=ImportBatch.State.IMPORTED, source=batch.source
    ).first()
    if later:
        return [f"Aus derselben Quelle kam danach der Import {later.pk}. Nehmen Sie zuerst diesen zurück."]
    found: list[str] = []
    noted = changes[Model.OFFER]
    done = 0
    for lot in in_lots(noted):
        found += _find_changed(lot)
        done += len(lot)
        checking(done, len(noted))
    created = [change.key for change in noted if change.former is None]
    found += _find_uses(created, changes)
    for model, name, rows in (
        (Provider, "Der Träger", changes[Model.PROVIDER]),
        (Site, "Der Ort", changes[Model.SITE]),
    ):
        digests = {change.key: change.digest for change in rows}
        for part in in_lots(list(digests)):
            for row in model._default_manager.filter(key__in=part):
                if digest_content(describe_row(row)) != digests[row.key]:
                    found.append(f"{name} „{row.name}“ wurde geändert.")
    return found


def _find_changed(noted: list[ImportChange]) -> list[str]:
    """Offers that are no longer as the import left them; they stay locked."""
    rows = Offer.objects.select_for_update(of=("self",)).prefetch_related("sites")
    offers = {offer.key: offer for offer in rows.filter(key__in=[change.key for change in noted])}
    found = []
    for change in noted:
        offer = offers.get(change.key)
        if offer is None:
            found.append(f"Das Angebot „{change.key}“ gibt es nicht mehr.")
            continue
        content = describe_with_sites(offer, [site.key for site in offer.sites.all()])
        if digest_content(content) != change.digest or not _is_state_ours(offer, change):
            found.append(f"„{offer.title}“ wurde geändert.")
    return found


def _is_state_ours(offer: Offer, change: ImportChange) -> bool:
    """Only publishing may have happened since; pausing or ending was somebody's decision."""
    return offer.state in _OPEN_STATES or bool(change.former and change.former["state"] == offer.state)


def _find_uses(created: list[str], changes: dict[str, list[ImportChange]]) -> list[str]:
    """Others that lean on what this import created: cooperations, and further offers of its providers and
    sites.
    """
    found: list[str] = []
    ours = {change.key for change in changes[Model.OFFER]}
    for part in in_lots(created):
        for pair in Cooperation.objects.filter(
            Q(offer_a__key__in=part) | Q(offer_b__key__in=part)
        ).select_related("offer_a", "offer_b"):
            found.append(f"Zu „{pair}“ ist eine Zusammenarbeit eingetragen.")
    for name, model in (("provider__key__in", Model.PROVIDER), ("sites__key__in", Model.SITE)):
        for part in in_lots([change.key for change in changes[model] if change.former is None]):
            for offer in Offer.objects.filter(**{name: part}).distinct():
                if offer.key not in ours:
                    found.append(f"„{offer.title}“ benutzt einen Träger oder Ort dieses Imports.")
    return found


def _restore_links(batch: ImportBatch, changes: list[ImportChange]) -> None:
    for change in changes:
        links = ImportLink.objects.filter(source=batch.source, row_key=change.key)
        if change.former is None:
            links.delete()
        else:
            links.update(content=change.former)


def _restore_offers(changes: list[ImportChange], progress: Progress) -> None:
    changed = [(change, dict(change.former)) for change in changes if change.former is not None]
    for number, (change, former) in enumerate(changed, start=1):
        offer = Offer.objects.get(key=change.key)
        site_keys = former.pop("site_keys")
        Offer.objects.filter(pk=offer.pk).update(**restore_values(Offer, former))
        offer.sites.set(Site.objects.filter(key__in=site_keys))
        newest = (
            OfferVersion.objects.filter(pk=former["published_id"]).values_list("number", flat=True).first()
        )
        if offer.published_id != former["published_id"]:
            # Versions that came with this import; older ones stay.
            offer.versions.filter(number__gt=newest or 0, published_at__gte=change.batch.imported_at).delete()
        if number % LOT == 0:
            progress(number, len(changes))


def _remove_created(changes: dict[str, list[ImportChange]], progress: Progress) -> None:
    created = {model: [one.key for one in rows if one.former is None] for model, rows in changes.items()}
    done = len(changes[Model.OFFER]) - len(created[Model.OFFER])
    for part in in_lots(created[Model.OFFER]):
        offers = Offer.objects.filter(key__in=part)
        ids = list(offers.values_list("pk", flat=True))
        offers.update(published=None, state=OfferState.DRAFT)
        OfferVersion.objects.filter(offer__in=ids).delete()
        Offer.objects.filter(pk__in=ids).delete()
        done += len(part)
        progress(done, len(changes[Model.OFFER]))
    for model, kind in ((Site, Model.SITE), (Provider, Model.PROVIDER)):
        for part in in_lots(created[kind]):
            model._default_manager.filter(key__in=part).delete()
