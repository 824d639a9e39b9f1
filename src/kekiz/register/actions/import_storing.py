"""What a plan says, written: rows in lots, each noted so that all of it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from kekiz.register.actions.assurance import restore_assurance
from kekiz.register.import_content import describe_row, describe_with_sites, digest_content
from kekiz.register.import_models import ImportBatch, ImportChange, ImportLink
from kekiz.register.import_plan import CHANGED, NEW, SAME, ImportPlan, PlannedOffer, describe_values
from kekiz.register.imports.rows import Progress
from kekiz.register.models import Offer, Provider, Site

LOT = 500
ASSURED = frozenset({"assured_on", "assured_by"})
Model = ImportChange.Model
Thing = TypeVar("Thing")


def store_plan(batch: ImportBatch, plan: ImportPlan, progress: Progress) -> None:
    """Write everything of a plan; call it inside a transaction. ``progress`` hears of offers done."""
    changes: list[ImportChange] = []
    Provider.objects.bulk_create(plan.providers, batch_size=LOT)
    Site.objects.bulk_create(plan.sites, batch_size=LOT)
    changes += [_note(batch, Model.PROVIDER, row.key, None, describe_row(row)) for row in plan.providers]
    changes += [_note(batch, Model.SITE, row.key, None, describe_row(row)) for row in plan.sites]
    _write_changes(changes)
    done, before = 0, _lock_changed(plan)
    for lot in in_lots([*plan.of(NEW), *plan.of(CHANGED, SAME)]):
        _store_new(batch, [one for one in lot if one.outcome == NEW], changes)
        _store_changed(batch, [one for one in lot if one.outcome == CHANGED], before, changes)
        _store_links(batch, plan.source, lot, changes)
        _write_changes(changes)
        done += len(lot)
        progress(done, len(plan.offers))


def in_lots(things: list[Thing]) -> Iterator[list[Thing]]:
    """The same things, some hundred at a time."""
    return (things[start : start + LOT] for start in range(0, len(things), LOT))


def _write_changes(changes: list[ImportChange]) -> None:
    ImportChange.objects.bulk_create(changes, batch_size=LOT)
    changes.clear()


def _note(
    batch: ImportBatch,
    model: str,
    key: str,
    former: dict[str, Any] | None,
    content: dict[str, Any],
    number: int | None = None,
) -> ImportChange:
    return ImportChange(
        batch=batch,
        model=model,
        key=key[:250],
        former=former,
        digest=digest_content(content),
        row_number=number,
    )


def _store_new(batch: ImportBatch, new: list[PlannedOffer], changes: list[ImportChange]) -> None:
    for planned in new:
        planned.offer.provider = planned.offer.provider  # takes the number of a provider stored just now
    Offer.objects.bulk_create([planned.offer for planned in new])
    through = Offer.sites.through
    through._default_manager.bulk_create(
        [through(offer_id=planned.offer.pk, site_id=site.pk) for planned in new for site in planned.sites]
    )
    for planned in new:
        content = describe_with_sites(planned.offer, [site.key for site in planned.sites])
        changes.append(_note(batch, Model.OFFER, planned.offer.key, None, content, planned.row.number))


def _lock_changed(plan: ImportPlan) -> dict[int, Offer]:
    """The stored offers that the plan changes, locked in one order: two lists never block each other."""
    offers = Offer.objects.select_for_update(of=("self",)).order_by("pk").prefetch_related("sites")
    return offers.in_bulk([one.offer.pk for one in plan.of(CHANGED)])


def _store_changed(
    batch: ImportBatch, changed: list[PlannedOffer], stored: dict[int, Offer], changes: list[ImportChange]
) -> None:
    for planned in changed:
        before = stored[planned.offer.pk]
        former = describe_with_sites(before, [site.key for site in before.sites.all()])
        planned.offer.provider = planned.offer.provider
        # What a list changes in a waiting proposal its provider has not handed in.
        restore_assurance(planned.offer)
        for name in ASSURED & set(planned.changed):
            setattr(planned.offer, name, planned.changed[name])
        planned.offer.save()
        if "sites" in planned.changed:
            planned.offer.sites.set(planned.sites)
        content = describe_with_sites(planned.offer, [site.key for site in planned.sites])
        changes.append(_note(batch, Model.OFFER, planned.offer.key, former, content, planned.row.number))


def _store_links(
    batch: ImportBatch, source: str, offers: list[PlannedOffer], changes: list[ImportChange]
) -> None:
    """Note what the list said. The link of a new offer goes with it."""
    fresh = []
    for planned in offers:
        if not planned.values:
            continue
        provider = planned.changed.get("provider", planned.offer.provider)
        content = describe_values(planned.values, provider, planned.sites)
        is_adopted = planned.link is not None and planned.link.pk is None
        if is_adopted:  # an offer of ours came back: undo forgets where it came from
            changes.append(_note(batch, Model.LINK, planned.row_key, None, content))
        if planned.link is None or is_adopted:
            fresh.append(
                ImportLink(source=source, row_key=planned.row_key, offer=planned.offer, content=content)
            )
        elif planned.link.content != content:
            changes.append(_note(batch, Model.LINK, planned.row_key, planned.link.content, content))
            planned.link.content = content
            planned.link.save(update_fields=["content"])
    ImportLink.objects.bulk_create(fresh)
