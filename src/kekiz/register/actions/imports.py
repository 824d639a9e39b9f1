"""Writes of imports: take a list over in one transaction, publish it in one go, undo all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.register import rules
from kekiz.register.actions.assurance import restore_assurance
from kekiz.register.actions.offers import publish_offer
from kekiz.register.facets import OfferState
from kekiz.register.import_content import describe_row, describe_with_sites, digest_content
from kekiz.register.import_models import ImportBatch, ImportChange, ImportLink, SavedMapping
from kekiz.register.import_plan import (
    CHANGED,
    NEW,
    SAME,
    ImportPlan,
    Options,
    PlannedOffer,
    describe_values,
    plan_import,
)
from kekiz.register.imports.mapping import ColumnMapping, digest_header
from kekiz.register.imports.rows import ReadRow
from kekiz.register.imports.sheets import Sheet
from kekiz.register.models import Offer, Provider, Site

ASSURED = frozenset({"assured_on", "assured_by"})
BATCH = 500
KEPT_DAYS = 30
Model = ImportChange.Model
Progress = Callable[[int, int], None]


def send_list(
    *, actor: Actor, source: str, file_name: str, form: str, file_digest: str, upload: bytes
) -> ImportBatch:
    """Keep a list that was read without fault until it is imported. Raises ActionDenied, InvalidInput."""
    _require_importer(actor)
    forget_uploads()
    batch = ImportBatch(
        source=_check_source(source),
        file_name=file_name[:200],
        form=form,
        file_digest=file_digest,
        upload=upload,
        created_by=actor if isinstance(actor, User) else None,
        area=" ".join(rules.areas_of_importer(actor)),
    )
    batch.full_clean(exclude=["upload"])
    batch.save()
    return batch


def choose_for_batch(
    *, actor: Actor, batch: ImportBatch, sheet: str, mapping: dict[str, Any], options: Options
) -> ImportBatch:
    """Keep what was chosen for a sent list. Raises ActionDenied, InvalidInput (it is imported already)."""
    _require_batch(actor, batch)
    with transaction.atomic():
        current = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        _require_state(current, ImportBatch.State.SENT, "Diese Liste ist schon übernommen.")
        current.sheet, current.mapping, current.options = sheet, mapping, options.as_content()
        current.save(update_fields=["sheet", "mapping", "options"])
    return current


def discard_batch(*, actor: Actor, batch: ImportBatch) -> None:
    """Throw a sent list away. Raises ActionDenied, InvalidInput."""
    _require_batch(actor, batch)
    _require_state(
        batch, ImportBatch.State.SENT, "Eine übernommene Liste wird zurückgenommen, nicht verworfen."
    )
    batch.delete()


def forget_uploads() -> int:
    """Drop lists that were sent and not imported, and the files of imports, after 30 days."""
    before = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    ImportBatch.objects.filter(state=ImportBatch.State.SENT, created_at__lt=before).delete()
    old = ImportBatch.objects.filter(created_at__lt=before, upload__isnull=False)
    return int(old.update(upload=None))


def import_list(
    *,
    actor: Actor,
    batch: ImportBatch,
    sheet: Sheet,
    mapping: ColumnMapping,
    rows: Sequence[ReadRow],
    options: Options,
    progress: Progress = lambda done, of: None,
) -> tuple[ImportBatch, ImportPlan]:
    """Take a list over: everything that has no fault is stored, in one transaction, and the mapping is kept.

    ``batch`` may be unsaved (command line). Raises ActionDenied, InvalidInput (imported already, nothing
    to take).
    """
    _require_importer(actor)
    with transaction.atomic():
        if batch.pk is not None:
            _require_batch(actor, batch)
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            _require_state(batch, ImportBatch.State.SENT, "Diese Liste ist schon übernommen.")
        batch.source = _check_source(batch.source)
        plan = plan_import(actor, batch.source, rows, options, shares_ids=sheet.shares_ids)
        if not plan.offers:
            raise InvalidInput(
                ["Keine Zeile der Liste lässt sich übernehmen. Die Gründe stehen bei den Zeilen."]
            )
        batch.sheet, batch.mapping, batch.options = (
            sheet.name[:100],
            mapping.as_content(),
            options.as_content(),
        )
        batch.state, batch.imported_at, batch.counts = ImportBatch.State.IMPORTED, timezone.now(), plan.counts
        batch.area = batch.area or " ".join(
            sorted({site.ags[:5] for planned in plan.offers for site in planned.sites})
        )
        batch.save()
        _store(batch, plan, progress)
        _keep_mapping(actor, batch.source, sheet, mapping)
        _log(actor, "import.done", batch)
    return batch, plan


def _store(batch: ImportBatch, plan: ImportPlan, progress: Progress) -> None:
    changes: list[ImportChange] = []
    Provider.objects.bulk_create(plan.providers, batch_size=BATCH)
    Site.objects.bulk_create(plan.sites, batch_size=BATCH)
    changes += [_note(batch, Model.PROVIDER, row.key, None, describe_row(row)) for row in plan.providers]
    changes += [_note(batch, Model.SITE, row.key, None, describe_row(row)) for row in plan.sites]
    _store_new(batch, plan.of(NEW), changes)
    progress(len(plan.of(NEW)), len(plan.offers))
    _store_changed(batch, plan.of(CHANGED), changes)
    _store_links(batch, plan, changes)
    ImportChange.objects.bulk_create(changes, batch_size=BATCH)
    progress(len(plan.offers), len(plan.offers))


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
    Offer.objects.bulk_create([planned.offer for planned in new], batch_size=BATCH)
    through = Offer.sites.through
    through._default_manager.bulk_create(
        [through(offer_id=planned.offer.pk, site_id=site.pk) for planned in new for site in planned.sites],
        batch_size=BATCH,
    )
    for planned in new:
        content = describe_with_sites(planned.offer, [site.key for site in planned.sites])
        changes.append(_note(batch, Model.OFFER, planned.offer.key, None, content, planned.row.number))


def _store_changed(batch: ImportBatch, changed: list[PlannedOffer], changes: list[ImportChange]) -> None:
    stored = (
        Offer.objects.select_for_update(of=("self",))
        .prefetch_related("sites")
        .in_bulk([one.offer.pk for one in changed])
    )
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


def _store_links(batch: ImportBatch, plan: ImportPlan, changes: list[ImportChange]) -> None:
    """Note what the list said. The link of a new offer goes with it."""
    fresh = []
    for planned in plan.of(NEW, CHANGED, SAME):
        if not planned.values:
            continue
        provider = planned.changed.get("provider", planned.offer.provider)
        sites = planned.sites
        content = describe_values(planned.values, provider, sites)
        is_adopted = planned.link is not None and planned.link.pk is None
        if is_adopted:  # an offer of ours came back: undo forgets where it came from
            changes.append(_note(batch, Model.LINK, planned.row_key, None, content))
        if planned.link is None or is_adopted:
            fresh.append(
                ImportLink(source=plan.source, row_key=planned.row_key, offer=planned.offer, content=content)
            )
        elif planned.link.content != content:
            changes.append(_note(batch, Model.LINK, planned.row_key, planned.link.content, content))
            planned.link.content = content
            planned.link.save(update_fields=["content"])
    ImportLink.objects.bulk_create(fresh, batch_size=BATCH)


def _keep_mapping(actor: Actor, source: str, sheet: Sheet, mapping: ColumnMapping) -> None:
    SavedMapping.objects.update_or_create(
        source=source,
        header_digest=digest_header(sheet.header),
        defaults={"content": mapping.as_content(), "changed_by": actor if isinstance(actor, User) else None},
    )


def publish_import(*, actor: Actor, batch: ImportBatch) -> int:
    """Publish every draft and every offer in review of an import; all or none. Returns how many.

    Raises ActionDenied, InvalidInput (one cannot be published), with the titles concerned.
    """
    _require_batch(actor, batch)
    _require_state(
        batch, ImportBatch.State.IMPORTED, "Nur eine übernommene Liste lässt sich veröffentlichen."
    )
    keys = batch.changes.filter(model=Model.OFFER).values_list("key", flat=True)
    faults: list[str] = []
    count = 0
    with transaction.atomic():
        waiting = Offer.objects.filter(key__in=list(keys), state__in=[OfferState.DRAFT, OfferState.IN_REVIEW])
        for offer in waiting.order_by("title", "key"):
            try:
                publish_offer(actor=actor, offer=offer)
                count += 1
            except InvalidInput as error:
                faults.append(f"{offer.title}: {' '.join(error.messages)}")
        if faults:
            hidden = [f"… und {len(faults) - 20} weitere."] if len(faults) > 20 else []
            raise InvalidInput(["Es wurde nichts veröffentlicht.", *faults[:20], *hidden])
        if count:
            _log(actor, "import.published", batch)
    return count


def _require_importer(actor: Actor) -> None:
    if not rules.can_import(actor):
        raise ActionDenied("Listen übernimmt die Koordination.")


def _require_batch(actor: Actor, batch: ImportBatch) -> None:
    if not rules.can_see_import(actor, batch.area):
        raise ActionDenied("Diese Liste gehört zu einem anderen Gebiet.")


def _require_state(batch: ImportBatch, state: str, sentence: str) -> None:
    if batch.state != state:
        raise InvalidInput([sentence])


def _check_source(source: str) -> str:
    name = " ".join(source.split())
    if not name or len(name) > 120:
        raise InvalidInput(
            ["Bitte nennen Sie die Quelle der Liste mit höchstens 120 Zeichen, z. B. „Kita-Liste Lemgo“."]
        )
    return name


def _log(actor: Actor, code: str, batch: ImportBatch, changes: dict[str, Any] | None = None) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="import",
        target_key=str(batch.pk),
        target_label=f"{batch.source} ({batch.file_name})"[:200],
        area=batch.area,
        changes=changes or {"counts": [None, batch.counts]},
    )
