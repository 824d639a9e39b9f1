"""Take a list over in four steps: send, say what its columns mean, check, take over. Coordination only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kekiz.accounts.errors import InvalidInput
from kekiz.register.actions.import_undo import undo_import
from kekiz.register.actions.imports import (
    choose_for_batch,
    discard_batch,
    publish_import,
    send_list,
)
from kekiz.register.import_models import ImportBatch
from kekiz.register.import_plan import Options
from kekiz.register.import_queries import (
    count_waiting,
    find_doubles,
    find_mapping,
    find_source_of,
    imports_of,
    known_sources,
    offers_of_import,
)
from kekiz.register.imports.files import (
    LARGEST_BYTES,
    LARGEST_OWN_BYTES,
    MEGABYTE,
    describe_limit,
    read_content,
)
from kekiz.register.imports.headers import load_targets
from kekiz.register.imports.mapping import FALLBACKS
from kekiz.register.imports.refusals import RefusedList
from kekiz.register.imports.workbook_back import write_annotated
from kekiz.web.desk import import_steps, import_tables, work_progress
from kekiz.web.desk.import_guard import find_batch, for_importers
from kekiz.web.finder.cards import make_cards
from kekiz.web.words import write_number

SHOWN_IMPORTS = 50
SHOWN_OFFERS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def show_imports(request: HttpRequest) -> HttpResponse:
    """The lists so far, and the form to send one."""
    problems: list[str] = []
    if request.method == "POST":
        try:
            batch, is_known = _receive(request)
            return redirect("desk:import_check" if is_known else "desk:import_mapping", batch.pk)
        except RefusedList as error:
            problems = [error.reason]
        except InvalidInput as error:
            problems = error.messages
    context = {
        "table": import_tables.tabulate_imports(imports_of(request.user)[:SHOWN_IMPORTS]),
        "sources": known_sources(),
        "source": request.POST.get("quelle", ""),
        "problems": problems,
        "megabytes": LARGEST_BYTES // MEGABYTE,
        "own_megabytes": LARGEST_OWN_BYTES // MEGABYTE,
    }
    return render(request, "imports/list.html", context, status=422 if problems else 200)


def _receive(request: HttpRequest) -> tuple[ImportBatch, bool]:
    """Check and keep what was sent; True if its columns are known from last time. Raises RefusedList,
    InvalidInput.
    """
    sent = request.FILES.get("liste")
    if sent is None:
        raise InvalidInput(["Bitte wählen Sie eine Datei."])
    if sent.size is None or sent.size > LARGEST_OWN_BYTES:
        raise RefusedList(describe_limit())
    name = (sent.name or "Liste")[-200:]
    content = sent.read()
    read = read_content(name, content)
    source = (
        request.POST.get("quelle", "").strip()
        or find_source_of(read.largest)
        or name.rpartition(".")[0][:120]
    )
    batch = send_list(
        actor=request.user,
        source=source or name,
        file_name=name,
        form=read.form,
        file_digest=read.digest,
        upload=content,
    )
    return batch, find_mapping(batch.source, read.largest)[1]


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def show_mapping(request: HttpRequest, number: int) -> HttpResponse:
    """What the columns mean: proposals with their reasons, to be changed."""
    batch = find_batch(request, number)
    if batch.state != ImportBatch.State.SENT:
        return _leave_imported(request, batch)
    try:
        read = import_steps.open_list(batch)
        sheet = read.sheet(request.GET.get("blatt") or request.POST.get("blatt") or batch.sheet)
    except RefusedList as error:
        messages.error(request, error.reason)
        return redirect("desk:imports")
    if request.method == "POST":
        options = Options.from_content(batch.options)
        chosen = import_steps.read_mapping(sheet, request.POST)
        try:
            choose_for_batch(
                actor=request.user, batch=batch, sheet=sheet.name[:100], mapping=chosen, options=options
            )
        except InvalidInput:
            return _leave_imported(request, batch)
        return redirect("desk:import_check", batch.pk)
    mapping, is_known = import_steps.choose_mapping(batch, sheet)
    context = {
        "batch": batch,
        "step": 2,
        "sheet": sheet,
        "sheets": [(one.name, len(one.rows), one.name == sheet.name) for one in read.sheets],
        "is_known": is_known,
        "columns": import_steps.list_columns(sheet, mapping),
        "targets": list(load_targets().values()),
        "fallbacks": [
            (key, label, mapping.fallbacks.get(key, ""), mapping.fallback_reasons.get(key, ""))
            for key, label in FALLBACKS.items()
        ],
        "left_out": import_tables.tabulate_left_out(sheet),
    }
    return render(request, "imports/mapping.html", context)


@for_importers
@require_http_methods(["GET", "HEAD", "POST"])
def show_check(request: HttpRequest, number: int) -> HttpResponse:
    """Everything that would happen; from here the list is taken over."""
    batch = find_batch(request, number)
    if batch.state != ImportBatch.State.SENT:
        return _leave_imported(request, batch)
    problems: list[str] = []
    try:
        if request.method == "POST":
            try:
                return _go_on(request, batch)
            except InvalidInput as error:
                problems = error.messages
                batch = find_batch(request, number)
                if batch.state != ImportBatch.State.SENT:  # pressed twice, the first press was faster
                    return _leave_imported(request, batch)
        context = _describe_check(request, batch) | {"problems": problems}
    except RefusedList as error:
        messages.error(request, error.reason)
        return redirect("desk:imports")
    return render(request, "imports/check.html", context, status=422 if problems else 200)


def _leave_imported(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """To the result: what was taken over (and perhaps taken back) is never taken over a second time."""
    messages.info(request, "Diese Liste war schon übernommen; sie wurde nicht noch einmal übernommen.")
    return redirect("desk:import_result", batch.pk)


def _go_on(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Keep the choice, then check again or take over. Raises RefusedList, InvalidInput."""
    options = import_steps.read_options(request.user, request.POST)
    batch = choose_for_batch(
        actor=request.user, batch=batch, sheet=batch.sheet, mapping=batch.mapping, options=options
    )
    if "uebernehmen" not in request.POST:
        return redirect("desk:import_check", batch.pk)
    with work_progress.tell_work(request.user, batch, work_progress.TAKE_OVER) as work:
        import_steps.take_over(request.user, batch, work)
    messages.success(request, "Die Liste ist übernommen.")
    return redirect("desk:import_result", batch.pk)


def _describe_check(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    with work_progress.tell_work(request.user, batch, work_progress.CHECK) as work:
        read = import_steps.read_list(request.user, batch, work)
        plan = import_steps.plan_list(request.user, batch, read, work)
        work.enter("doubles")
        doubles = find_doubles(plan)
    return {
        "batch": batch,
        "step": 3,
        "counts": plan.counts,
        "options": read.options,
        "refused": import_tables.tabulate_refused(read.rows),
        "refused_count": plan.counts["refused"],
        "unplaced_count": import_tables.count_unplaced(read.rows),
        "remarks": import_tables.tabulate_remarks(read.rows),
        "doubles": doubles,
        "skipped": sorted(read.options.skipped),
        "gone": plan.gone,
        "cards": make_cards(
            import_steps.preview_offers(plan),
            first_number=1,
            home=None,
            area_names={},
            today=timezone.localdate(),
        ),
    }


@for_importers
@require_GET
def show_work(request: HttpRequest, number: int) -> HttpResponse:
    """How far the visitor's own work on this list has come, for the script of the page that waits."""
    response = JsonResponse(work_progress.read_work(request.user, find_batch(request, number).pk))
    response["Cache-Control"] = "no-store"
    return response


@for_importers
@require_GET
def show_result(request: HttpRequest, number: int) -> HttpResponse:
    """What came of a list: its offers, publish them, take it back."""
    batch = find_batch(request, number)
    if batch.state == ImportBatch.State.SENT:
        return redirect("desk:import_mapping", batch.pk)
    offers = list(offers_of_import(batch)[: SHOWN_OFFERS + 1])
    context = {
        "batch": batch,
        "step": 4,
        "counts": batch.counts,
        "is_imported": batch.state == ImportBatch.State.IMPORTED,
        "waiting": count_waiting(batch),
        "has_file": batch.upload is not None,
        "offers": import_tables.tabulate_offers(offers[:SHOWN_OFFERS]),
        "has_more": len(offers) > SHOWN_OFFERS,
    }
    return render(request, "imports/result.html", context)


@for_importers
@require_GET
def send_workbook(request: HttpRequest, number: int) -> HttpResponse:
    """The list with result and reasons in every row, as xlsx."""
    batch = find_batch(request, number)
    try:
        with work_progress.tell_work(request.user, batch, work_progress.WORKBOOK) as work:
            read = import_steps.read_list(request.user, batch, work)
            plan = import_steps.plan_list(request.user, batch, read, work)
            work.enter("workbook")
            content = write_annotated(read.sheet, read.rows, import_steps.name_outcomes(plan))
    except RefusedList as error:
        raise Http404(error.reason) from error
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="liste-{batch.pk}-geprueft.xlsx"'
    return response


@for_importers
@require_POST
def change_import(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Publish, undo or discard, then back to the page it was asked on."""
    batch = find_batch(request, number)
    try:
        if what == "veroeffentlichen":
            with work_progress.tell_work(request.user, batch, work_progress.PUBLISH) as work:
                count = publish_import(actor=request.user, batch=batch, progress=work.count("publish"))
            words = f"{write_number(count)} Angebote sind veröffentlicht."
            messages.success(request, words if count else "Alle Angebote waren schon veröffentlicht.")
        elif what == "zuruecknehmen":
            with work_progress.tell_work(request.user, batch, work_progress.UNDO) as work:
                undo_import(
                    actor=request.user,
                    batch=batch,
                    checking=work.count("look"),
                    progress=work.count("remove"),
                )
            messages.success(request, "Die Liste ist zurückgenommen. Das Register ist wieder wie vorher.")
        elif what == "verwerfen":
            discard_batch(actor=request.user, batch=batch)
            messages.success(request, "Die Liste ist verworfen.")
            return redirect("desk:imports")
        else:
            raise Http404("unknown change")
    except InvalidInput as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    return redirect("desk:import_result", batch.pk)
