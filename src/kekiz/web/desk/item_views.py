"""One overlap or missing handover: explanation, evidence, verdict, history."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.analysis import bridge, queries
from kekiz.analysis.models import ItemKind
from kekiz.analysis.queries import HandoverEntry, OverlapEntry
from kekiz.evidence.queries import municipality_names
from kekiz.register.actions import record_cooperation
from kekiz.register.models import Offer
from kekiz.register.queries import has_cooperation
from kekiz.register.rules import can_edit_offer
from kekiz.web.desk import item_tables
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.pair_tables import name_entry, name_step
from kekiz.web.desk.verdicts import handle_verdict

RECORD = "eintragen"


@show_for_choice
def show_overlap(request: HttpRequest, choice: Choice, key: str) -> HttpResponse:
    """One entry of the list of overlaps; a verdict may be sent here."""
    entries = queries.overlap_entries(choice.run, None)
    entry = next((one for one in entries if one.item.key == key), None)
    if entry is None:
        return _show_gone(request, choice, ItemKind.OVERLAP, key)
    panel = handle_verdict(request, choice, entry.item)
    if isinstance(panel, HttpResponse):
        return panel
    towns = municipality_names(choice.run.region_key)
    context = {
        "choice": choice,
        "entry": entry,
        "title": name_entry(entry, towns),
        "town": towns.get(entry.lead.ags, ""),
        "sentences": item_tables.explain_overlap_item(entry, len(towns)),
        "panel": panel,
        **_describe_overlap(choice, entry),
    }
    return render(request, "desk/overlap.html", context)


def _describe_overlap(choice: Choice, entry: OverlapEntry) -> dict[str, object]:
    if entry.is_group:
        return {"members": item_tables.list_members(entry), "pairs": item_tables.list_pairs(entry)}
    columns = item_tables.read_columns(choice.run, (entry.lead.first, entry.lead.second))
    return {
        "columns": columns,
        "comparison": item_tables.compare_offers(columns),
        "takers": [(one, item_tables.explain_takers(one)) for one in columns],
    }


@show_for_choice
def show_handover(request: HttpRequest, choice: Choice, key: str) -> HttpResponse:
    """One missing handover; a verdict or the agreement itself may be sent here."""
    entries = queries.handover_entries(choice.run, None)
    entry = next((one for one in entries if one.item.key == key), None)
    if entry is None:
        return _show_gone(request, choice, ItemKind.HANDOVER, key)
    if request.method == "POST" and RECORD in request.POST:
        return _record_agreement(request, entry)
    panel = handle_verdict(request, choice, entry.item)
    if isinstance(panel, HttpResponse):
        return panel
    handover = entry.handover
    columns = item_tables.read_columns(choice.run, (handover.first, handover.second))
    context = {
        "choice": choice,
        "entry": entry,
        "step": name_step(handover.step),
        "town": municipality_names(choice.run.region_key).get(handover.ags, ""),
        "sentences": item_tables.explain_handover_item(handover),
        "columns": columns,
        "comparison": item_tables.compare_offers(columns),
        "panel": panel,
        "is_recorded": has_cooperation(handover.first.key, handover.second.key),
        "can_record": _can_record(request, entry),
    }
    return render(request, "desk/handover.html", context)


def _find_offers(entry: HandoverEntry) -> list[Offer]:
    keys = [bridge.offer_key(offer.row) for offer in (entry.handover.first, entry.handover.second)]
    found = {offer.key: offer for offer in Offer.objects.filter(key__in=keys).select_related("provider")}
    return [found[key] for key in keys if key in found]


def _can_record(request: HttpRequest, entry: HandoverEntry) -> bool:
    offers = _find_offers(entry)
    return len(offers) == 2 and any(
        can_edit_offer(request.user, offer, offer.sites.all()) for offer in offers
    )


def _record_agreement(request: HttpRequest, entry: HandoverEntry) -> HttpResponse:
    offers = _find_offers(entry)
    if len(offers) < 2:
        raise Http404("an offer is gone")
    try:
        record_cooperation(actor=request.user, offer_a=offers[0], offer_b=offers[1])
    except ActionDenied as error:
        raise PermissionDenied(error.reason) from error
    except InvalidInput as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, "Die Übergabe ist eingetragen. Ab der nächsten Analyse zählt sie.")
    return redirect(request.get_full_path())


def _show_gone(request: HttpRequest, choice: Choice, kind: ItemKind, key: str) -> HttpResponse:
    """An item that the newest run no longer has: its verdicts stay readable. Raises Http404 without any."""
    history = queries.verdicts_of(choice.run.region_key, kind, key)
    if not history:
        raise Http404("unknown item")
    context = {"choice": choice, "history": history, "title": history[0].title, "kind": kind}
    return render(request, "desk/item_gone.html", context)
