"""`kekiz import`: take a list over into the register, or say what would happen, or take an import back."""

from __future__ import annotations

import gc
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kekiz.cli.exits import Exit, stop
from kekiz.cli.progress import show_progress
from kekiz.cli.start import require_current_database, start_django

KIND = "kekiz-import"
SHOWN_REASONS = 12
SHOWN_ROWS = 3


@dataclass(frozen=True)
class ImportOrder:
    """Everything asked for on the command line."""

    file: str
    source: str = ""
    sheet: str = ""
    columns: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    is_dry_run: bool = False
    answer: Path | None = None
    state: str = "draft"
    keep_unplaced: bool = False
    publish: bool = False
    as_json: bool = False


def run_import(order: ImportOrder) -> None:
    """Read, plan, show, and unless it is a dry run store. Ends with a code of Exit."""
    _check_order(order)
    gc.disable()  # a short process full of live rows: looking for dead ones costs a fifth of the time
    start_django()
    require_current_database()
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415 - needs Django
    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.evidence.gazetteer import build_gazetteer  # noqa: PLC0415
    from kekiz.register.import_models import ImportBatch  # noqa: PLC0415
    from kekiz.register.imports.refusals import RefusedList  # noqa: PLC0415

    try:
        with show_progress(order.as_json) as progress:
            progress(0, 10, "Liste lesen")
            read = _read_source(
                order.file, lambda done, of: progress(done, of, f"Seite {done} von {of} lesen")
            )
            sheet = read.sheet(order.sheet)
            source = order.source or _name_source(order.file, sheet)
            mapping, is_known = _choose_mapping(order, source, sheet)
            rows = _read_rows(sheet, mapping, build_gazetteer(), progress)
            batch = ImportBatch(
                source=source, file_name=read.name[-200:], form=read.form, file_digest=read.digest
            )
            plan, doubles = _carry_out(order, SYSTEM, batch, sheet, mapping, rows, progress)
    except RefusedList as error:
        stop(f"{order.file}: {error.reason}\nEs wurde nichts gespeichert.")
    except InvalidInput as error:
        stop("\n".join([*error.messages, "Es wurde nichts gespeichert."]))
    if order.answer is not None:
        _write_answer(order.answer, sheet, rows, plan)
    content = _build_content(order, batch, sheet, mapping, is_known, rows, plan, doubles)
    print(json.dumps(content, ensure_ascii=False, indent=2) if order.as_json else describe(content))


def run_undo(number: int, as_json: bool) -> None:
    """Take a whole import back."""
    start_django()
    require_current_database()
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415
    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.register.actions.import_undo import undo_import  # noqa: PLC0415
    from kekiz.register.import_queries import import_of  # noqa: PLC0415

    batch = import_of(SYSTEM, number)
    if batch is None:
        stop(f"Den Import {number} gibt es nicht.")
    try:
        with show_progress(as_json) as progress:
            undo_import(
                actor=SYSTEM,
                batch=batch,
                checking=lambda done, of: progress(done, of, f"{done} von {of} Angeboten prüfen"),
                progress=lambda done, of: progress(done, of, f"{done} von {of} Angeboten zurücknehmen"),
            )
    except InvalidInput as error:
        stop("\n".join(error.messages))
    content = {"kind": KIND, "import": number, "undone": True}
    print(json.dumps(content) if as_json else f"Der Import {number} ({batch.source}) ist zurückgenommen.")


def _check_order(order: ImportOrder) -> None:
    for word, pairs in (("--column", order.columns), ("--for-all", order.fallbacks)):
        for pair in pairs:
            if "=" not in pair:
                stop(f"{word}: Erwartet wird NAME=WERT, gefunden „{pair}“.", Exit.USAGE)
    if order.answer is not None and (order.answer.suffix != ".xlsx" or not order.answer.parent.is_dir()):
        stop(f"--answer: {order.answer} muss eine Datei *.xlsx in einem vorhandenen Ordner sein.", Exit.USAGE)
    if order.answer is not None and order.answer.exists():
        stop(f"--answer: {order.answer} gibt es schon; dort wird nichts überschrieben.", Exit.USAGE)
    if not order.file.startswith(("http://", "https://")) and not Path(order.file).exists():
        stop(f"{order.file} gibt es nicht.", Exit.USAGE)


def _read_source(file: str, progress: Any) -> Any:
    from django.conf import settings  # noqa: PLC0415

    from kekiz.register.imports.files import read_path  # noqa: PLC0415
    from kekiz.register.imports.remote import read_hsds_api  # noqa: PLC0415

    if file.startswith(("http://", "https://")):
        return read_hsds_api(file, hosts=settings.KEKIZ_IMPORT_HOSTS, progress=progress)
    return read_path(Path(file))


def _name_source(file: str, sheet: Any) -> str:
    """The source that last had these columns, else the file's name."""
    from kekiz.register.import_queries import find_source_of  # noqa: PLC0415

    return find_source_of(sheet) or (file[:120] if file.startswith("http") else Path(file).stem[:120])


def _choose_mapping(order: ImportOrder, source: str, sheet: Any) -> tuple[Any, bool]:
    from kekiz.register.import_queries import find_mapping  # noqa: PLC0415

    mapping, is_known = find_mapping(source, sheet)
    columns = dict(pair.split("=", 1) for pair in order.columns)
    fallbacks = dict(pair.split("=", 1) for pair in order.fallbacks)
    try:
        return mapping.change(columns, fallbacks), is_known
    except ValueError as error:
        stop(str(error), Exit.USAGE)


def _read_rows(sheet: Any, mapping: Any, gazetteer: Any, progress: Any) -> Any:
    from django.conf import settings  # noqa: PLC0415

    from kekiz.register.imports.remote import build_geocoder  # noqa: PLC0415
    from kekiz.register.imports.rows import read_rows  # noqa: PLC0415

    return read_rows(
        sheet,
        mapping,
        gazetteer,
        geocode=build_geocoder(settings.KEKIZ_GEOCODER_URL),
        progress=lambda done, of: progress(done, of, f"{done} von {of} Zeilen lesen"),
    )


def _carry_out(
    order: ImportOrder, actor: Any, batch: Any, sheet: Any, mapping: Any, rows: Any, progress: Any
) -> tuple[Any, list[Any]]:
    from kekiz.evidence.queries import regions  # noqa: PLC0415
    from kekiz.register.actions.imports import import_list, publish_import  # noqa: PLC0415
    from kekiz.register.import_plan import Options, plan_import  # noqa: PLC0415
    from kekiz.register.import_queries import find_doubles  # noqa: PLC0415

    options = Options(
        target=order.state, keep_unplaced=order.keep_unplaced, area=tuple(region.key for region in regions())
    )
    if order.is_dry_run:
        plan = plan_import(actor, batch.source, rows, options, shares_ids=sheet.shares_ids)
        progress(9, 10, "Doppelte suchen")
        return plan, find_doubles(plan)
    from django.db import transaction  # noqa: PLC0415

    def count(what: str) -> Any:
        return lambda done, of: progress(done, of, f"{done} von {of} {what}")

    with transaction.atomic():
        _, plan = import_list(
            actor=actor,
            batch=batch,
            sheet=sheet,
            mapping=mapping,
            rows=rows,
            options=options,
            planning=count("Zeilen vergleichen"),
            progress=count("Angeboten speichern"),
        )
        if order.publish:
            publish_import(actor=actor, batch=batch, progress=count("Angeboten veröffentlichen"))
    return plan, []


def _write_answer(path: Path, sheet: Any, rows: Any, plan: Any) -> None:
    from kekiz.register.import_plan import OUTCOMES  # noqa: PLC0415
    from kekiz.register.imports.workbook_back import write_annotated  # noqa: PLC0415

    results = {number: OUTCOMES[outcome] for number, outcome in plan.outcomes.items()}
    try:
        path.write_bytes(write_annotated(sheet, rows, results))
    except OSError as error:
        stop(f"--answer: {path} ließ sich nicht schreiben: {error.strerror}.", Exit.USAGE)


def _build_content(
    order: ImportOrder,
    batch: Any,
    sheet: Any,
    mapping: Any,
    is_known: bool,
    rows: Any,
    plan: Any,
    doubles: list[Any],
) -> dict[str, Any]:
    """What happened, for machines."""
    return {
        "kind": KIND,
        "import": batch.pk,
        "is_dry_run": order.is_dry_run,
        "is_published": order.publish and not order.is_dry_run,
        "source": batch.source,
        "sheet": sheet.name,
        "is_mapping_known": is_known,
        "columns": [
            {"header": one.header, "target": one.target, "reason": one.reason, "sureness": one.sureness}
            for one in mapping.columns
        ],
        "for_all_rows": dict(mapping.fallbacks),
        "left_out": [{"row": out.number, "kind": out.kind, "text": out.text} for out in sheet.left_out],
        "notes": list(sheet.notes),
        "counts": plan.counts,
        "no_longer_listed": plan.gone,
        "refused": [
            {
                "row": row.number,
                "title": row.offer.get("title", ""),
                "reasons": [f.text for f in row.findings if f.kind == "fault"],
            }
            for row in rows
            if row.is_wrong
        ],
        "remarks": [
            {"row": row.number, "column": finding.column, "text": finding.text}
            for row in rows
            for finding in row.findings
            if finding.kind == "remark"
        ],
        "doubles": [
            {
                "row": one.row_number,
                "title": one.title,
                "other": one.other_key or f"Zeile {one.other_row}",
                "other_title": one.other_title,
                "probability": round(one.probability, 3),
                "reasons": list(one.reasons),
            }
            for one in doubles
        ],
    }


def describe(content: dict[str, Any]) -> str:
    """The same in words."""
    counts = content["counts"]
    head = "Probelauf, nichts gespeichert" if content["is_dry_run"] else f"Import {content['import']}"
    lines = [f"{head}: {content['source']}, Blatt „{content['sheet']}“, {counts['rows']} Zeilen", ""]
    lines += ["Spalten" + (" (wie beim letzten Mal)" if content["is_mapping_known"] else "")]
    from kekiz.register.imports.headers import load_targets  # noqa: PLC0415

    for one in content["columns"]:
        target = load_targets()[one["target"]].label if one["target"] else "–"
        lines.append(f"  {one['header']:<32} {target:<30} {one['sureness']}: {one['reason']}")
    lines += [f"  für alle Zeilen: {key} = {text}" for key, text in content["for_all_rows"].items() if text]
    lines += [f"  {note}" for note in content["notes"]]
    if content["left_out"]:
        lines += ["", "Ausgelassen"]
        lines += [
            f"  Zeile {out['row']}: {out['kind']} – {out['text'][:80]}"
            for out in content["left_out"][:SHOWN_REASONS]
        ]
    lines += [
        "",
        f"{counts['new']} neu, {counts['changed']} geändert, {counts['same']} unverändert, "
        f"{counts['refused']} nicht übernommen, {counts['skipped']} ausgelassen; "
        f"dazu {counts['providers']} neue Träger und {counts['sites']} neue Orte.",
    ]
    if counts["gone"]:
        lines.append(
            f"{counts['gone']} Angebote früherer Listen stehen nicht mehr darin; sie bleiben, bitte prüfen."
        )
    lines += _describe_reasons(
        "Nicht übernommen", ((text, one["row"]) for one in content["refused"] for text in one["reasons"])
    )
    lines += _describe_reasons("Hinweise", ((one["text"], one["row"]) for one in content["remarks"]))
    if content["doubles"]:
        lines += ["", f"Vielleicht doppelt: {len(content['doubles'])}"]
        lines += [
            f"  Zeile {one['row']} „{one['title']}“ und {one['other']} „{one['other_title']}“ "
            f"({one['probability']:.2f}: {', '.join(one['reasons'])})"
            for one in content["doubles"][:SHOWN_REASONS]
        ]
    if content["import"]:
        state = (
            "Die Angebote sind veröffentlicht."
            if content["is_published"]
            else "Die Angebote sind noch nicht veröffentlicht."
        )
        lines += ["", f"{state} Zurücknehmen: kekiz import --undo {content['import']}"]
    return "\n".join(lines)


def _describe_reasons(heading: str, found: Any) -> list[str]:
    """Equal reasons once, with their number and the first rows."""
    rows: dict[str, list[int]] = {}
    for text, row in found:
        rows.setdefault(_generalise(text), []).append(row)
    if not rows:
        return []
    lines = ["", heading]
    for text, count in Counter({text: len(numbers) for text, numbers in rows.items()}).most_common(
        SHOWN_REASONS
    ):
        first = ", ".join(str(number) for number in rows[text][:SHOWN_ROWS])
        lines.append(f"  {count} × {text} (Zeile {first}{' …' if count > SHOWN_ROWS else ''})")
    if len(rows) > SHOWN_REASONS:
        lines.append(f"  … und {len(rows) - SHOWN_REASONS} weitere Arten; mit --answer oder --json alle.")
    return lines


def _generalise(text: str) -> str:
    import re  # noqa: PLC0415

    return re.sub(r"„[^“]*“(?:, „[^“]*“)*", "„…“", re.sub(r"-?\d+\.\d{3,}", "…", text))
