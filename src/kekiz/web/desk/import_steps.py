"""A sent list read again for each step of the wizard: nothing is kept between the steps but the file and
the choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from kekiz.accounts.actors import Actor
from kekiz.evidence.gazetteer import build_gazetteer
from kekiz.register.actions.imports import import_list
from kekiz.register.content import describe_offer
from kekiz.register.facets import OfferState
from kekiz.register.import_content import unpack_file
from kekiz.register.import_models import ImportBatch
from kekiz.register.import_plan import NEW, OUTCOMES, ImportPlan, Options, plan_import
from kekiz.register.import_queries import find_mapping
from kekiz.register.imports.files import ReadFile, read_content
from kekiz.register.imports.headers import load_targets
from kekiz.register.imports.mapping import FALLBACKS, UNITS, ColumnMapping, restore_mapping
from kekiz.register.imports.refusals import RefusedList
from kekiz.register.imports.remote import build_geocoder
from kekiz.register.imports.rows import ReadRow, read_rows
from kekiz.register.imports.sheets import Sheet
from kekiz.register.imports.values import as_text
from kekiz.register.models import OfferVersion
from kekiz.register.queries import FoundOffer
from kekiz.register.rules import areas_of_importer
from kekiz.web.desk.work_progress import Work

EXAMPLES = 3
PREVIEWED = 3
AGE_TARGETS = frozenset({"ages", "age_from", "age_to"})


@dataclass(frozen=True)
class ColumnField:
    """One column of the list as the mapping page shows it."""

    number: int
    header: str
    examples: tuple[str, ...]
    target: str
    unit: str
    is_end_included: bool
    reason: str
    sureness: str

    @property
    def is_age(self) -> bool:
        """Does the column hold ages, so that unit and end matter?"""
        return self.target in AGE_TARGETS


@dataclass(frozen=True)
class ReadList:
    """A list with all its rows understood."""

    sheet: Sheet
    mapping: ColumnMapping
    rows: list[ReadRow]
    options: Options


def name_outcomes(plan: ImportPlan) -> dict[int, str]:
    """What happens to each row, in words."""
    return {number: OUTCOMES[outcome] for number, outcome in plan.outcomes.items()}


def open_list(batch: ImportBatch) -> ReadFile:
    """The file of a sent list. Raises RefusedList where it was forgotten meanwhile."""
    if batch.upload is None:
        raise RefusedList("Die Datei dieser Liste wird nicht mehr aufbewahrt.")
    return read_content(batch.file_name, unpack_file(bytes(batch.upload)))


def choose_mapping(batch: ImportBatch, sheet: Sheet) -> tuple[ColumnMapping, bool]:
    """What was chosen for this list, else what was kept for its source or is proposed; and whether it was
    known.
    """
    if batch.mapping and batch.sheet == sheet.name[:100]:
        try:
            return restore_mapping(batch.mapping, sheet), False
        except ValueError:
            pass  # another sheet of the same name: propose anew
    return find_mapping(batch.source, sheet)


def list_columns(sheet: Sheet, mapping: ColumnMapping) -> list[ColumnField]:
    """The columns with examples of their cells."""
    fields = []
    for number, choice in enumerate(mapping.columns):
        texts = (" ".join(as_text(cell).split()) for cell in sheet.column(number))
        examples = list(dict.fromkeys(text[:60] for text in texts if text))[:EXAMPLES]
        fields.append(
            ColumnField(
                number,
                choice.header,
                tuple(examples),
                choice.target,
                choice.unit,
                choice.is_end_included,
                choice.reason,
                choice.sureness,
            )
        )
    return fields


def read_mapping(sheet: Sheet, given: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping of a submitted form as it is stored; unknown values count as not used."""
    columns = []
    for number, header in enumerate(sheet.header):
        target, unit = str(given.get(f"spalte-{number}", "")), str(given.get(f"einheit-{number}", ""))
        columns.append(
            {
                "header": header,
                "target": target if target in load_targets() else "",
                "unit": unit if unit in UNITS else "years",
                "is_end_included": bool(given.get(f"einschl-{number}")),
            }
        )
    fallbacks = {key: " ".join(str(given.get(f"alle-{key}", "")).split())[:200] for key in FALLBACKS}
    return {"columns": columns, "fallbacks": {key: text for key, text in fallbacks.items() if text}}


def read_options(actor: Actor, given: Any) -> Options:
    """The choice of the check page."""
    skipped = {int(text) for text in given.getlist("auslassen") if text.isascii() and text.isdigit()}
    return Options(
        target=OfferState.IN_REVIEW if given.get("stand") == OfferState.IN_REVIEW else OfferState.DRAFT,
        keep_unplaced=bool(given.get("ohne-ort")),
        skipped=frozenset(skipped),
        area=areas_of_importer(actor),
    )


def read_list(actor: Actor, batch: ImportBatch, work: Work) -> ReadList:
    """Read the list under what was chosen. Raises RefusedList."""
    work.enter("file")
    sheet = open_list(batch).sheet(batch.sheet)
    mapping, _ = choose_mapping(batch, sheet)
    options = Options.from_content({**batch.options, "area": areas_of_importer(actor)})
    rows = read_rows(
        sheet,
        mapping,
        build_gazetteer(),
        geocode=build_geocoder(settings.KEKIZ_GEOCODER_URL),
        progress=work.count("rows"),
    )
    return ReadList(sheet, mapping, rows, options)


def plan_list(actor: Actor, batch: ImportBatch, read: ReadList, work: Work) -> ImportPlan:
    """Everything that would happen; nothing is stored."""
    return plan_import(
        actor,
        batch.source,
        read.rows,
        read.options,
        shares_ids=read.sheet.shares_ids,
        progress=work.count("plan"),
    )


def take_over(actor: Actor, batch: ImportBatch, work: Work) -> ImportBatch:
    """Read the list and import it. Raises RefusedList, ActionDenied, InvalidInput."""
    read = read_list(actor, batch, work)
    return import_list(
        actor=actor,
        batch=batch,
        sheet=read.sheet,
        mapping=read.mapping,
        rows=read.rows,
        options=read.options,
        planning=work.count("plan"),
        progress=work.count("store"),
    )[0]


def preview_offers(plan: ImportPlan) -> list[FoundOffer]:
    """The first new offers as families would find them; nothing is stored."""
    return [
        FoundOffer(OfferVersion(content=describe_offer(one.offer, one.sites, one.offer.provider)))
        for one in plan.of(NEW)[:PREVIEWED]
    ]
