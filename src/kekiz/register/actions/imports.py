"""Writes of imports: take a list over in one transaction, publish it in one go, undo all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.register import rules
from kekiz.register.actions.import_storing import Model, in_lots, store_plan
from kekiz.register.actions.publishing import publish_together
from kekiz.register.facets import OfferState
from kekiz.register.import_content import pack_file
from kekiz.register.import_models import ImportBatch, SavedMapping
from kekiz.register.import_plan import ImportPlan, Options, plan_import
from kekiz.register.imports.mapping import ColumnMapping, digest_header
from kekiz.register.imports.rows import Progress, ReadRow
from kekiz.register.imports.sheets import Sheet
from kekiz.register.models import Offer

KEPT_DAYS = 30


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
        upload=pack_file(upload),
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
    planning: Progress = lambda done, of: None,
    progress: Progress = lambda done, of: None,
) -> tuple[ImportBatch, ImportPlan]:
    """Take a list over: everything that has no fault is stored, in one transaction, and the mapping is kept.

    ``batch`` may be unsaved (command line). ``planning`` hears of rows decided, ``progress`` of offers
    stored. Raises ActionDenied, InvalidInput (imported already, nothing to take).
    """
    _require_importer(actor)
    with transaction.atomic():
        if batch.pk is not None:
            _require_batch(actor, batch)
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            _require_state(batch, ImportBatch.State.SENT, "Diese Liste ist schon übernommen.")
        batch.source = _check_source(batch.source)
        plan = plan_import(actor, batch.source, rows, options, shares_ids=sheet.shares_ids, progress=planning)
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
        store_plan(batch, plan, progress)
        _keep_mapping(actor, batch.source, sheet, mapping)
        _log(actor, "import.done", batch)
    return batch, plan


def _keep_mapping(actor: Actor, source: str, sheet: Sheet, mapping: ColumnMapping) -> None:
    SavedMapping.objects.update_or_create(
        source=source,
        header_digest=digest_header(sheet.header),
        defaults={"content": mapping.as_content(), "changed_by": actor if isinstance(actor, User) else None},
    )


def publish_import(*, actor: Actor, batch: ImportBatch, progress: Progress = lambda done, of: None) -> int:
    """Publish every draft and every offer in review of an import; all or none. Returns how many.

    ``progress`` hears of offers done. Raises ActionDenied, InvalidInput (one cannot be published), with the
    titles concerned.
    """
    _require_batch(actor, batch)
    with transaction.atomic():
        current = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        _require_state(
            current, ImportBatch.State.IMPORTED, "Nur eine übernommene Liste lässt sich veröffentlichen."
        )
        keys = current.changes.filter(model=Model.OFFER).values("key")
        waiting = Offer.objects.filter(key__in=keys, state__in=[OfferState.DRAFT, OfferState.IN_REVIEW])
        titles = dict(waiting.order_by("title", "key").values_list("pk", "title"))
        count, faults = 0, []
        for lot in in_lots(list(titles)):
            published = publish_together(actor, lot)
            faults += [f"{titles[pk]}: {error}" for pk, error in published.refused.items()]
            count += len(lot)
            progress(count, len(titles))
        if faults:
            hidden = [f"… und {len(faults) - 20} weitere."] if len(faults) > 20 else []
            raise InvalidInput(["Es wurde nichts veröffentlicht.", *faults[:20], *hidden])
        if count:
            _log(actor, "import.published", current)
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
