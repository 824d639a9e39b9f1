"""Expiry radar: offers whose funding ends soon, and which links would break."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kekiz.analysis.queries import EndingOffer, broken_links, ending_offers
from kekiz.evidence.queries import municipality_names, shipped_scheme
from kekiz.register.freshness import add_months
from kekiz.register.queries import offer_titles
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.freshness_tables import narrow_ending, tabulate_ending, tabulate_links
from kekiz.web.desk.tables import Table, answer_csv

HORIZONS = (6, 12, 18)  # months
LINKS = "kettenglieder"


def _read_months(request: HttpRequest) -> int:
    wanted = request.GET.get("monate", str(HORIZONS[1]))
    if wanted not in {str(months) for months in HORIZONS}:
        raise Http404("unknown horizon")
    return int(wanted)


def _list_ending(choice: Choice, months: int) -> tuple[list[EndingOffer], dt.date]:
    today = timezone.localdate()
    until = add_months(today, months)
    return ending_offers(choice.run, choice.region_area, on=today, until=until), until


def _link(name: str, choice: Choice, months: int, **query: str) -> str:
    return f"{reverse(f'desk:{name}')}?{urlencode({'gebiet': choice.area.key, 'monate': months, **query})}"


def _tabulate(choice: Choice, ending: list[EndingOffer], months: int) -> Table:
    return tabulate_ending(
        ending,
        shipped_scheme(),
        municipality_names(choice.run.region_key),
        offer_titles({key for one in ending for loss in one.losses for key in loss.takers}),
        area_key=choice.area.key,
        csv_url=_link("expiry_csv", choice, months),
    )


@show_for_choice
def show_expiry(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Offers that end within the horizon; on request the links that break if all of them end."""
    months = _read_months(request)
    ending, until = _list_ending(choice, months)
    context = {
        "choice": choice,
        "months": months,
        "until": until,
        "horizons": [(one, _link("expiry", choice, one), one == months) for one in HORIZONS],
        "ending": ending,
        "table": narrow_ending(_tabulate(choice, ending, months)),
        "links_url": _link("expiry", choice, months, rechnen=LINKS),
        "is_computed": request.GET.get("rechnen") == LINKS,
    }
    if context["is_computed"]:
        links = broken_links(choice.run, [one.key for one in ending], choice.region_area)
        context |= {
            "links": tabulate_links(links, shipped_scheme()),
            "lost": sum(link.lost for link in links),
        }
    return render(request, "desk/expiry.html", context)


@show_for_choice
def send_expiry_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Offers that end within the horizon as a CSV file."""
    months = _read_months(request)
    ending, _ = _list_ending(choice, months)
    return answer_csv(
        _tabulate(choice, ending, months), f"auslaufende-angebote-{months}-monate-{choice.area.key}"
    )
