"""What if: one change beside the stored run. Nothing is stored; the question lives in the address."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kekiz.accounts.errors import InvalidInput
from kekiz.analysis.queries import Comparison, WhatIf, what_if
from kekiz.evidence.models import Area
from kekiz.evidence.queries import municipality_names, shipped_scheme
from kekiz.web.components.bars import draw_legend
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.desk.what_if_forms import EndOfferForm, NewOfferForm, PlacesForm
from kekiz.web.words import SUPPRESSED

KINDS = {"neu": "Neues Angebot", "ende": "Angebot endet", "plaetze": "Andere Plätze"}
SUBMITTED = "rechnen"


@show_for_choice
def show_what_if(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Ask one question, or show its answer beside the baseline."""
    kind = request.GET.get("art", "neu")
    if kind not in KINDS:
        raise Http404("unknown kind of change")
    form = build_form(kind, choice, request.GET if SUBMITTED in request.GET else None)
    answer, problems = None, []
    if form.is_bound and form.is_valid():
        try:
            answer = what_if(choice.run, **form.as_change())
        except InvalidInput as error:
            problems = error.messages
    context = {
        "choice": choice,
        "kind": kind,
        "kinds": [(code, name, code == kind) for code, name in KINDS.items()],
        "form": form,
        "problems": problems,
        "places": list_place_names(choice),
        "legend": draw_legend(),
        **(describe_answer(choice, form, answer) if answer else {}),
    }
    return render(request, "desk/what_if.html", context)


def build_form(kind: str, choice: Choice, given: Any) -> NewOfferForm | EndOfferForm | PlacesForm:
    """The form of a kind of change, bound if something was asked."""
    if kind == "neu":
        return NewOfferForm(given, initial={"ort": "" if choice.region_area is None else choice.area.name})
    return (EndOfferForm if kind == "ende" else PlacesForm)(given, run=choice.run)


def list_place_names(choice: Choice) -> list[str]:
    """Names that the field for a place proposes."""
    return [area.name for area in choice.areas if area.kind == Area.Kind.MUNICIPALITY]


def describe_answer(choice: Choice, form: Any, answer: WhatIf) -> dict[str, Any]:
    """What the page says of an answer."""
    scheme = shipped_scheme()
    towns = municipality_names(choice.run.region_key)
    phases = {phase.code: phase.name for phase in scheme.phases}
    fields = {field.code: field.name for field in scheme.fields}
    groups = {group.code: group.name for group in scheme.groups}
    return {
        "answer": answer,
        "question": form.describe(),
        "newly_found": answer.total.newly_found,
        "lost": -answer.total.newly_found,
        "tables": [
            tabulate("Nach Lebensphase", "Lebensphase", phases, answer.by_phase),
            tabulate("Nach Gruppe", "Gruppe", groups, answer.by_group),
            tabulate("Nach Bedarfsfeld", "Bedarfsfeld", fields, answer.by_field),
            tabulate("Nach Kommune", "Kommune", towns, answer.by_municipality),
        ],
    }


def _compare_values(pair: Comparison) -> tuple[object, ...]:
    """Both sides have the same needs, so they are left out together."""
    if pair.before.is_hidden:
        return (SUPPRESSED,) * 5
    return pair.before, pair.after, pair.before.unmet, pair.after.unmet, pair.newly_found


def tabulate(caption: str, heading: str, names: dict[str, str], compared: dict[str, Comparison]) -> Table:
    """Baseline and change side by side."""
    columns = (
        Column(heading),
        Column("heute", "bar"),
        Column("danach", "bar"),
        Column("ohne Platz heute", "children"),
        Column("ohne Platz danach", "children"),
        Column("zusätzlich gefunden", "children"),
    )
    rows = [Row((names.get(code, code), *_compare_values(pair))) for code, pair in compared.items()]
    return Table("wirkung", caption, columns, rows)
