"""Reads on imports: the lists of an area, the mapping kept for a source, doubles of what a list would
bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kekiz.accounts.actors import Actor
from kekiz.engine.duplicates import Records, explain_pair, find_duplicates
from kekiz.register import rules
from kekiz.register.facets import OfferState
from kekiz.register.import_models import ImportBatch, ImportChange, SavedMapping
from kekiz.register.import_plan import NEW, ImportPlan
from kekiz.register.imports.mapping import ColumnMapping, digest_header, propose_mapping, restore_mapping
from kekiz.register.imports.sheets import Sheet
from kekiz.register.models import Offer

LIKELY_DOUBLE = 0.5
SHOWN_REASONS = 3


@dataclass(frozen=True)
class Double:
    """A row of the list that may be an offer we have, or another row: how probable, and why."""

    row_number: int
    title: str
    other_title: str
    other_key: str
    other_row: int | None
    probability: float
    reasons: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The probability as people read it."""
        return round(100 * self.probability)


def imports_of(actor: Actor) -> list[ImportBatch]:
    """The lists the actor may see, newest first, without their files."""
    batches = ImportBatch.objects.defer("upload", "mapping").select_related("created_by")
    return [batch for batch in batches if rules.can_see_import(actor, batch.area)]


def import_of(actor: Actor, number: int) -> ImportBatch | None:
    """One list, or None if there is none or the actor may not see it (the page answers 404)."""
    batch = ImportBatch.objects.filter(pk=number).select_related("created_by").first()
    return batch if batch is not None and rules.can_see_import(actor, batch.area) else None


def known_sources() -> list[str]:
    """Names of sources that were imported before, for the form."""
    return sorted(set(SavedMapping.objects.values_list("source", flat=True)))


def find_mapping(source: str, sheet: Sheet) -> tuple[ColumnMapping, bool]:
    """The mapping kept for this source and these columns, and True; else a proposal, and False."""
    saved = SavedMapping.objects.filter(source=source, header_digest=digest_header(sheet.header)).first()
    if saved is not None:
        try:
            return restore_mapping(saved.content, sheet), True
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # kept by an older version in another form: propose anew
    return propose_mapping(sheet), False


def find_source_of(sheet: Sheet) -> str:
    """The source whose list last had these columns; "" for new columns."""
    saved = (
        SavedMapping.objects.filter(header_digest=digest_header(sheet.header)).order_by("-changed_at").first()
    )
    return saved.source if saved else ""


def offers_of_import(batch: ImportBatch) -> QuerySet[Offer]:
    """Offers that an import created or changed and that are still there."""
    keys = batch.changes.filter(model=ImportChange.Model.OFFER).values("key")
    return Offer.objects.filter(key__in=keys).select_related("provider").prefetch_related("sites")


def count_waiting(batch: ImportBatch) -> int:
    """How many offers of an import are not yet published."""
    return offers_of_import(batch).filter(state__in=[OfferState.DRAFT, OfferState.IN_REVIEW]).count()


def find_doubles(plan: ImportPlan, *, least: float = LIKELY_DOUBLE) -> list[Double]:
    """New rows that are probably an offer of the register or another row of the list, most probable first."""
    new = {f"list:{planned.row.number}": planned for planned in plan.of(NEW)}
    if not new:
        return []
    linked = {planned.offer.pk for planned in plan.offers if planned.link is not None}
    stored = {
        f"offer:{offer.key}": offer
        for offer in Offer.objects.exclude(state=OfferState.ENDED)
        .select_related("provider")
        .prefetch_related("sites")
        if offer.pk not in linked
    }
    records = [_describe(key, "list", one.offer, one.sites) for key, one in new.items()]
    records += [_describe(key, "register", offer, list(offer.sites.all())) for key, offer in stored.items()]
    columns = {name: [record[name] for record in records] for name in records[0]}
    found = find_duplicates(Records.from_columns(**columns), level="offer")
    doubles = []
    pairs = zip(found.left.to_pylist(), found.right.to_pylist(), found.probability.tolist(), strict=True)
    for index, (left, right, probability) in enumerate(pairs):
        if probability < least:
            break
        first, second = (left, right) if left in new else (right, left)
        if first not in new:
            continue
        other = new.get(second)
        mine = new[first]
        if other is not None and other.row.number < mine.row.number:
            mine, other = other, mine
        reasons = [reason.label for reason in explain_pair(found, index) if reason.weight > 0][:SHOWN_REASONS]
        offer = other.offer if other else stored[second]
        doubles.append(
            Double(
                row_number=other.row.number if other else mine.row.number,
                title=mine.offer.title,
                other_title=offer.title,
                other_key="" if other else offer.key,
                other_row=mine.row.number if other else None,
                probability=probability,
                reasons=tuple(reasons),
            )
        )
    return doubles


def _describe(key: str, source: str, offer: Offer, sites: list[Any]) -> dict[str, Any]:
    site = sites[0] if sites else None
    return {
        "id": key, "source": source, "title": offer.title, "provider": offer.provider.name,
        "name": site.name if site else offer.provider.name, "street": site.street if site else None,
        "postcode": site.postcode if site else None, "town": site.town if site else None,
        "phone": offer.phone.partition(" oder ")[0] or None, "hours": offer.opening_hours or None,
        "lat": site.lat if site else None, "lon": site.lon if site else None,
        "age_from": offer.age_from_months, "age_to": offer.age_to_months,
    }  # fmt: skip
