"""How current the register is: what is due, who was reminded, what coordination has to ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.evidence.queries import municipality_names, region_of
from kekiz.register import actions, rules
from kekiz.register.freshness import Standing, spans_in_force
from kekiz.register.freshness_queries import (
    NEEDS_PEOPLE,
    OfferFreshness,
    list_freshness,
    share_by_area,
    share_by_provider,
)
from kekiz.register.models import Offer
from kekiz.register.queries import offer_for_desk, offers_for_desk, provider_names
from kekiz.web.desk.area_choice import AreaChoice, read_area_choice
from kekiz.web.desk.freshness_tables import name_areas, tabulate_list, tabulate_shares
from kekiz.web.desk.tables import Table, answer_csv

PAGE_SIZE = 40
ALL, UNCONFIRMED, ASK = "alle", "nicht-bestaetigt", "nachfragen"
FILTERS: dict[str, tuple[str, Callable[[OfferFreshness], bool]]] = {
    ASK: ("Bitte nachfragen", lambda one: one.standing in NEEDS_PEOPLE),
    "faellig": ("Fällig", lambda one: one.standing == Standing.DUE),
    "einmal": ("Einmal erinnert", lambda one: one.standing == Standing.ONCE),
    "zweimal": ("Zweimal erinnert", lambda one: one.standing == Standing.TWICE),
    UNCONFIRMED: ("Nicht bestätigt für Familien", lambda one: one.is_unconfirmed),
    ALL: ("Alle", lambda one: True),
}
SHARES = {"kommunen": "Nach Kommune", "traeger": "Nach Träger"}
View = Callable[..., HttpResponse]


def show_for_area(view: View) -> View:
    """Give a page its choice of area; everybody who reads the region's figures may look."""

    @login_required
    @wraps(view)
    def show(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, read_area_choice(request), *args, **kwargs)

    return show


def _link(name: str, choice: AreaChoice, *args: str, **query: str) -> str:
    asked = {"gebiet": choice.area.key, **{key: value for key, value in query.items() if value}}
    return f"{reverse(f'desk:{name}', args=args)}?{urlencode(asked)}"


@show_for_area
def show_freshness(request: HttpRequest, choice: AreaChoice) -> HttpResponse:
    """The list by standing, and the stale shares; a post confirms or ends one offer."""
    if request.method == "POST":
        _decide(request)
        return HttpResponseRedirect(_link("freshness", choice, stand=request.GET.get("stand", "")))
    listed = list_freshness(areas=choice.ags)
    counts = {code: sum(keep(one) for one in listed) for code, (_, keep) in FILTERS.items()}
    code = request.GET.get("stand") or next((name for name in FILTERS if counts[name]), ALL)
    if code not in FILTERS:
        raise Http404("unknown filter")
    page = Paginator([one for one in listed if FILTERS[code][1](one)], PAGE_SIZE).get_page(
        request.GET.get("seite")
    )
    towns = municipality_names(region_of(choice.area).key)
    context = {
        "choice": choice,
        "filters": [
            (name, _link("freshness", choice, stand=key), key == code, counts[key])
            for key, (name, _) in FILTERS.items()
        ],
        "code": code,
        "page": page,
        "rows": _describe_rows(request, list(page), towns),
        "page_links": [
            (label, _link("freshness", choice, stand=code, seite=str(number)))
            for label, number in _neighbours(page)
        ],
        "stale": sum(one.is_stale for one in listed),
        "unconfirmed": counts[UNCONFIRMED],
        "total": sum(one.standing != Standing.SAID_GONE for one in listed),
        "spans": spans_in_force(),
        "csv_url": _link("freshness_csv", choice),
        "tables": [_tabulate_share(name, choice, listed, towns) for name in SHARES],
    }
    return render(request, "desk/freshness.html", context)


def _neighbours(page: Any) -> list[tuple[str, int]]:
    before = [("Vorige Seite", page.previous_page_number())] if page.has_previous() else []
    return before + ([("Nächste Seite", page.next_page_number())] if page.has_next() else [])


def _describe_rows(
    request: HttpRequest, listed: list[OfferFreshness], towns: dict[str, str]
) -> list[dict[str, Any]]:
    """The rows of one page, with the answers that this person may give."""
    offers = offers_for_desk(request.user).filter(key__in=[one.key for one in listed])
    own = {offer.key for offer in offers if rules.can_assure_offer(request.user, offer, offer.sites.all())}
    return [
        {
            "one": one,
            "where": name_areas(one.areas, towns),
            "may_assure": one.key in own and one.is_stale and one.standing != Standing.SAID_GONE,
            "may_end": one.key in own and one.standing == Standing.SAID_GONE,
        }
        for one in listed
    ]


def _decide(request: HttpRequest) -> None:
    offer = offer_for_desk(request.user, request.POST.get("angebot", ""))
    decide = {"stimmt": _assure, "beenden": _end}.get(request.POST.get("antwort", ""))
    if offer is None or decide is None:
        raise Http404("no such offer here, or no such answer")
    try:
        messages.success(request, decide(request, offer))
    except (ActionDenied, InvalidInput) as error:
        messages.error(request, str(error))


def _assure(request: HttpRequest, offer: Offer) -> str:
    actions.assure_offer(actor=request.user, offer=offer)
    return f"„{offer.title}“ ist bestätigt."


def _end(request: HttpRequest, offer: Offer) -> str:
    actions.end_offer(actor=request.user, offer=offer)
    return f"„{offer.title}“ ist beendet."


def _tabulate_share(
    name: str, choice: AreaChoice, listed: list[OfferFreshness], towns: dict[str, str]
) -> Table:
    csv_url = _link("freshness_share_csv", choice, name)
    if name == "traeger":
        return tabulate_shares(
            name, SHARES[name], "Träger", share_by_provider(listed), provider_names(), csv_url
        )
    return tabulate_shares(name, SHARES[name], "Kommune", share_by_area(listed), towns, csv_url)


@show_for_area
def send_freshness_csv(request: HttpRequest, choice: AreaChoice) -> HttpResponse:
    """Every offer of the area with its standing as a CSV file."""
    towns = municipality_names(region_of(choice.area).key)
    return answer_csv(
        tabulate_list(list_freshness(areas=choice.ags), towns), f"aktualitaet-{choice.area.key}"
    )


@show_for_area
def send_share_csv(request: HttpRequest, choice: AreaChoice, name: str) -> HttpResponse:
    """The stale shares as a CSV file."""
    if name not in SHARES:
        raise Http404("unknown table")
    towns = municipality_names(region_of(choice.area).key)
    table = _tabulate_share(name, choice, list_freshness(areas=choice.ags), towns)
    return answer_csv(table, f"aktualitaet-{name}-{choice.area.key}")
