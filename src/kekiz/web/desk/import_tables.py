"""Tables of the wizard: lists so far, rows that cannot be taken, remarks, what was left out, offers of a
list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from kekiz.register.import_models import ImportBatch
from kekiz.register.import_plan import is_about_place
from kekiz.register.imports.rows import FAULT, ReadRow
from kekiz.register.imports.sheets import Sheet
from kekiz.register.models import Offer
from kekiz.register.wording import describe_ages
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.words import write_number

SHOWN_ROWS = 50
SHOWN_KINDS = 40
SHOWN_NUMBERS = 5


def tabulate_imports(batches: Sequence[ImportBatch]) -> Table:
    """The lists so far, each linked to where its work goes on."""
    columns = (
        Column("Quelle"),
        Column("Datei"),
        Column("Stand"),
        Column("Wann"),
        Column("neu"),
        Column("geändert"),
        Column("nicht übernommen"),
    )
    rows = [
        Row(
            (
                batch.source,
                batch.file_name,
                batch.get_state_display(),
                _write_moment(batch),
                *(
                    (write_number(batch.counts.get(key)) if batch.counts else "–")
                    for key in ("new", "changed", "refused")
                ),
            ),
            url=reverse("desk:import_result", args=[batch.pk]),
        )
        for batch in batches
    ]
    return Table("listen", "Listen bisher", columns, rows)


def _write_moment(batch: ImportBatch) -> str:
    moment = timezone.localtime(batch.undone_at or batch.imported_at or batch.created_at)
    return f"{moment:%d.%m.%Y %H:%M}"


def tabulate_refused(rows: Sequence[ReadRow]) -> Table:
    """The first rows that cannot be taken, with every reason."""
    wrong = [row for row in rows if row.is_wrong][:SHOWN_ROWS]
    lines = [
        Row(
            (
                str(row.number),
                row.offer.get("title") or "–",
                " ".join(one.text for one in row.findings if one.kind == FAULT),
            )
        )
        for row in wrong
    ]
    columns = (Column("Zeile"), Column("Angebot"), Column("Warum", "note"))
    return Table("fehler", "Zeilen, die nicht übernommen werden", columns, lines)


def tabulate_remarks(rows: Sequence[ReadRow]) -> Table:
    """Remarks, equal ones together, the most frequent first."""
    found: dict[str, list[int]] = {}
    for row in rows:
        if row.is_wrong:
            continue
        for finding in row.findings:
            found.setdefault(_generalise(finding.text), []).append(row.number)
    ordered = sorted(found.items(), key=lambda entry: -len(entry[1]))[:SHOWN_KINDS]
    lines = [Row((text, len(numbers), _write_numbers(numbers))) for text, numbers in ordered]
    columns = (Column("Hinweis", "note"), Column("Zeilen", "exact"), Column("zum Beispiel Zeile"))
    return Table("hinweise", "Was angenommen oder nicht verstanden wurde", columns, lines)


def _write_numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:SHOWN_NUMBERS])
    return f"{shown} …" if len(numbers) > SHOWN_NUMBERS else shown


def _generalise(text: str) -> str:
    """Remarks that differ only in what they quote are one kind; what is suggested stays."""
    if "vorgeschlagen nach" in text:
        return text
    return re.sub(r"„[^“]{25,}“", "„…“", text)


def count_unplaced(rows: Sequence[ReadRow]) -> int:
    """How many rows fail only because their place is not known."""
    return sum(
        1
        for row in rows
        if row.is_wrong and all(is_about_place(one.text) for one in row.findings if one.kind == FAULT)
    )


def tabulate_left_out(sheet: Sheet) -> Table:
    """Rows that are no entries, and what they are taken for."""
    lines = [Row((str(out.number), out.kind, out.text)) for out in sheet.left_out[:SHOWN_ROWS]]
    columns = (Column("Zeile"), Column("Erkannt als"), Column("Inhalt", "note"))
    return Table("ausgelassen", "Zeilen, die keine Angebote sind", columns, lines)


def tabulate_offers(offers: Sequence[Offer]) -> Table:
    """The offers of a list; published ones are linked to what families see."""
    lines = [
        Row(
            (
                offer.title,
                offer.provider.name,
                ", ".join(site.town for site in offer.sites.all()) or "ohne Ort",
                describe_ages(offer.age_from_months, offer.age_to_months),
                offer.get_state_display(),
            ),
            url=reverse("finder:offer", args=[offer.key]) if offer.published_id else "",
        )
        for offer in offers
    ]
    columns = (Column("Angebot"), Column("Träger"), Column("Ort"), Column("Alter"), Column("Stand"))
    return Table("angebote", "Angebote dieser Liste", columns, lines)
