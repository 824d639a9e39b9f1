"""What families report: a list for the coordination, and the decision on each. Never public."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kekiz.accounts.errors import InvalidInput
from kekiz.evidence import queries, rules
from kekiz.evidence.actions import decide_need, redact_need
from kekiz.evidence.models import ReportedNeed
from kekiz.evidence.queries import municipality_names, region_of, shipped_scheme
from kekiz.web.desk.area_choice import AreaChoice, read_area_choice

Extra = ParamSpec("Extra")
_FIELDS = ("state", "phase", "field", "ags", "reason")


def _show_for_triage(
    view: Callable[Concatenate[HttpRequest, AreaChoice, Extra], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Extra], HttpResponse]:
    """Give a page its choice of area; 403 for all but the coordination of that region."""

    @login_required
    @wraps(view)
    def show(request: HttpRequest, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponse:
        choice = read_area_choice(request)
        if not rules.can_triage_needs(request.user, region_of(choice.area).key):
            raise PermissionDenied("coordination only")
        return view(request, choice, *args, **kwargs)

    return show


@_show_for_triage
@require_safe
def show_needs(request: HttpRequest, choice: AreaChoice) -> HttpResponse:
    """The reported needs by state, the newest first; those of the chosen area and those without a place."""
    region = region_of(choice.area)
    needs = [
        need for need in queries.needs_for_triage(request.user, region_key=region.key) if _is_in(need, choice)
    ]
    state = request.GET.get("stand", ReportedNeed.State.NEW)
    if state not in ReportedNeed.State.values:
        raise Http404("unknown state")
    address = reverse("desk:needs") + choice.query
    piles = [
        (label, f"{address}&stand={value}", value == state, sum(need.state == value for need in needs))
        for value, label in ReportedNeed.State.choices
    ]
    rows = [need for need in needs if need.state == state]
    names = municipality_names(region.key)
    context = {
        "choice": choice,
        "piles": piles,
        "rows": [(need, names.get(need.ags, ""), _name_link(need)) for need in rows],
    }
    return render(request, "desk/needs.html", context)


@_show_for_triage
@require_http_methods(["GET", "HEAD", "POST"])
def show_need(request: HttpRequest, choice: AreaChoice, number: int) -> HttpResponse:
    """One reported need: link, area, decision with reason; personal data can be removed."""
    region = region_of(choice.area)
    need = queries.find_need(request.user, region_key=region.key, number=number)
    if need is None:
        raise Http404("no such need")
    faults: list[str] = []
    if request.method == "POST":
        faults = _act(request, region.key, need)
        if not faults:
            messages.success(request, "Gespeichert.")
            return HttpResponseRedirect(reverse("desk:needs") + choice.query)
    scheme = shipped_scheme()
    values = {name: request.POST.get(name, getattr(need, name)) for name in _FIELDS}
    context = {
        "choice": choice,
        "need": need,
        "faults": faults,
        "values": values,
        "states": ReportedNeed.State.choices,
        "phases": [(phase.code, phase.name) for phase in scheme.phases],
        "fields": [(field.code, field.name) for field in scheme.fields],
        "areas": sorted(municipality_names(region.key).items(), key=lambda item: item[1]),
        "gap_url": reverse("desk:gap", args=[need.phase, need.field]) if need.phase and need.field else "",
    }
    return render(request, "desk/need.html", context)


def _act(request: HttpRequest, region_key: str, need: ReportedNeed) -> list[str]:
    """Do what was asked; the faults if it cannot be done."""
    if request.POST.get("tun") == "schwaerzen":
        redact_need(actor=request.user, region_key=region_key, need=need)
        return []
    given = {name: request.POST.get(name, "") for name in _FIELDS}
    try:
        decide_need(
            actor=request.user, region_key=region_key, need=need, decided_on=timezone.localdate(), **given
        )
    except InvalidInput as error:
        return error.messages
    return []


def _is_in(need: ReportedNeed, choice: AreaChoice) -> bool:
    return not need.ags or not choice.ags or need.ags.startswith(choice.ags)


def _name_link(need: ReportedNeed) -> str:
    scheme = shipped_scheme()
    phase = scheme.phase(need.phase).name if need.phase else ""
    field = scheme.field(need.field).name if need.field else ""
    return " × ".join(part for part in (phase, field) if part)
