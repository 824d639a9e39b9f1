"""Export, carry the file to an empty installation, import, export again."""

import io
import json

from kekiz.accounts.actors import SYSTEM
from kekiz.register.actions.imports import import_list, publish_import
from kekiz.register.exports.catalogue import open_catalogue
from kekiz.register.exports.formats import FORMATS, Licence, write_export
from kekiz.register.import_models import ImportBatch, ImportChange, ImportLink, SavedMapping
from kekiz.register.import_plan import Options
from kekiz.register.imports.files import read_content
from kekiz.register.imports.gazetteer import Gazetteer
from kekiz.register.imports.mapping import propose_mapping
from kekiz.register.imports.rows import read_rows
from kekiz.register.models import (
    Cooperation,
    Offer,
    OfferVersion,
    Provider,
    PublishedPlace,
    SearchEntry,
    Site,
)

REGION = "05766"
LICENCE = Licence("dl-de/by-2-0", "https://www.govdata.de/dl-de/by-2-0", "Kreis Lippe")


def export(form="hsds-json", on=None):
    """The bytes of one form."""
    stream = io.BytesIO()
    write_export(FORMATS[form], open_catalogue(REGION, on=on), stream, LICENCE)
    return stream.getvalue()


def photograph():
    """What families see, by key: all that the forms tell."""
    return {content["key"]: content for content in open_catalogue(REGION).offers()}


def empty_register():
    """A new installation: nothing of the register is left."""
    Offer.objects.update(state="draft", published=None)
    for model in (
        Cooperation, ImportLink, ImportChange, ImportBatch, SavedMapping, SearchEntry, PublishedPlace,
        OfferVersion, Offer, Site, Provider,
    ):  # fmt: skip
        model.objects.all().delete()


def bring_in(content, name, *, actor=SYSTEM, source="Nachbar"):
    """Import a file without any question and publish it; gives the plan. Faults of rows fail the test."""
    read = read_content(name, content)
    return bring_in_sheet(read.largest, read.form, actor=actor, source=source)


def bring_in_sheet(sheet, form, *, actor=SYSTEM, source="Nachbar"):
    """The same for a sheet that was read."""
    mapping = propose_mapping(sheet)
    rows = read_rows(sheet, mapping, Gazetteer([]))
    findings = [finding.text for row in rows for finding in row.findings]
    assert findings == [], findings
    batch = ImportBatch(source=source, file_name="x", form=form, file_digest="0" * 64, area=REGION)
    batch, plan = import_list(
        actor=actor, batch=batch, sheet=sheet, mapping=mapping, rows=rows, options=Options(area=(REGION,))
    )
    findings = [finding.text for row in rows for finding in row.findings]
    assert findings == [], findings
    publish_import(actor=actor, batch=batch)
    return plan


def read_json(content):
    return json.loads(content)
