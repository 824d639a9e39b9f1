"""Lists of the cockpit to work through: overlaps and missing handovers of the chosen area."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kekiz.analysis import queries
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.pair_tables import shorten, tabulate_handovers, tabulate_overlaps
from kekiz.web.desk.tables import Table, answer_csv


def _list_overlaps(choice: Choice) -> Table:
    is_known = queries.has_pairs(choice.run)
    return tabulate_overlaps(queries.overlaps(choice.run, choice.region_area) if is_known else [])


def _list_handovers(choice: Choice) -> Table:
    is_known = queries.has_pairs(choice.run)
    return tabulate_handovers(queries.missing_handovers(choice.run, choice.region_area) if is_known else [])


def _show(request: HttpRequest, choice: Choice, template: str, table: Table, csv_name: str) -> HttpResponse:
    context = {
        "choice": choice,
        "table": shorten(table, choice.link(csv_name)),
        "is_known": queries.has_pairs(choice.run),
    }
    return render(request, template, context)


@show_for_choice
def show_overlaps(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Offers that could stand in for each other, the best founded hints first."""
    return _show(request, choice, "desk/overlaps.html", _list_overlaps(choice), "overlaps_csv")


@show_for_choice
def send_overlaps_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """All overlaps of the area as a CSV file."""
    return answer_csv(_list_overlaps(choice), f"ueberschneidungen-{choice.area.key}")


@show_for_choice
def show_handovers(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Offers of neighbouring phases that share children without a recorded cooperation."""
    return _show(request, choice, "desk/handovers.html", _list_handovers(choice), "handovers_csv")


@show_for_choice
def send_handovers_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """All missing handovers of the area as a CSV file."""
    return answer_csv(_list_handovers(choice), f"uebergaben-{choice.area.key}")
