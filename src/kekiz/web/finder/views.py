"""The pages for families: start, list with map, one offer. They only read, and set no cookie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlencode, urlsplit

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kekiz.evidence.models import Area, Place
from kekiz.register import queries
from kekiz.register.duplicate_queries import find_kept_offer
from kekiz.register.queries import FoundOffer
from kekiz.web.family.offer_calendar import list_regular_rules
from kekiz.web.finder import plain_words
from kekiz.web.finder.alternatives import Alternatives, find_alternatives
from kekiz.web.finder.cards import Card, make_cards
from kekiz.web.finder.finder_map import Spot, draw_finder_map
from kekiz.web.finder.forms import FinderForm
from kekiz.web.finder.minutes import write_estimated_minutes
from kekiz.web.finder.offer_page import make_offer_page
from kekiz.web.finder.question import Question, count_unknown_hours, find_offers, read_question
from kekiz.web.finder.schema_org import write_json_ld, write_list_json_ld

PAGE_SIZE = 20
SMALL_MAP_HEIGHT = 260.0
# Longer addresses are nobody's question; they are answered, but not passed on.
LONGEST_ADDRESS = 2000
# The browser may ask for the position on these pages only, and only for this site.
PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=()"


@require_safe
def show_start(request: HttpRequest) -> HttpResponse:
    """The start page: the search, the ages and the topics to choose from."""
    context = {
        "form": FinderForm(),
        "offer_count": queries.published_count(),
        "phases": plain_words.list_phase_links(),
        "topics": plain_words.list_topics(),
    }
    return _render(request, "finder/start.html", context)


@require_safe
def show_results(request: HttpRequest) -> HttpResponse:
    """The list of offers that fit, with the map; without a hit the nearest alternatives."""
    shorter = _drop_blanks(request)
    if shorter:
        return HttpResponseRedirect(shorter)
    form = FinderForm(request.GET)
    question = read_question(form)
    page: Page[FoundOffer] = Paginator(find_offers(question), PAGE_SIZE).get_page(request.GET.get("seite"))
    areas = _list_areas()
    alternatives = None if page.paginator.count else find_alternatives(question)
    cards = _make_cards(page, alternatives, question, areas)
    near = question.location.position if question.location else None
    context = {
        "form": form,
        "question": question,
        "wishes": question.list_wishes(),
        "others": _list_other_places(form, question),
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "cards": cards,
        "alternatives": alternatives,
        "unknown_hours": count_unknown_hours(question),
        "json_ld": _describe_list(request, cards, page.paginator.count),
        "map": draw_finder_map(
            [Spot(card.number, card.title, card.position) for card in cards if card.position],
            areas,
            _list_towns(),
            near=near,
        ),
    }
    return _render(request, "finder/results.html", context)


def _describe_list(request: HttpRequest, cards: list[Card], count: int) -> str:
    entries = [
        (card.number, card.title, request.build_absolute_uri(reverse("finder:offer", args=[card.key])))
        for card in cards
    ]
    return write_list_json_ld(entries, count) if count else ""


@require_safe
def show_offer(request: HttpRequest, key: str) -> HttpResponse:
    """One published offer; a friendly page with status 404 where there is none (any more)."""
    offer = queries.published_offer(key)
    back = _find_way_back(request)
    if offer is None:
        kept = find_kept_offer(key)  # listed twice, and merged: the address leads to the entry that stands
        if kept is not None and queries.published_offer(kept):
            return HttpResponseRedirect(reverse("finder:offer", args=[kept]))
        return _render(request, "finder/offer_missing.html", {"back": back}, status=404)
    url = request.build_absolute_uri(reverse("finder:offer", args=[key]))
    areas = _list_areas()
    area_names, today = {area.key: area.name for area in areas}, timezone.localdate()
    page = make_offer_page(offer, area_names=area_names, today=today)
    context = {
        "page": page,
        "back": back,
        "url": url,
        "mail": f"mailto:?subject={quote(page.title)}&body={quote(f'{page.title}: {url}')}",
        "has_calendar": bool(list_regular_rules(offer.content["opening_hours"])) and not page.are_dates_over,
        "json_ld": write_json_ld(offer.content, url, area_names=area_names, today=today),
        "map": draw_finder_map(_list_site_spots(offer), areas, _list_towns(), height=SMALL_MAP_HEIGHT),
    }
    return _render(request, "finder/offer.html", context)


def _list_site_spots(offer: FoundOffer) -> list[Spot]:
    sites = offer.content["sites"]
    numbers = range(1, len(sites) + 1) if len(sites) > 1 else [0]
    return [
        Spot(number, site["name"], (site["lat"], site["lon"]))
        for number, site in zip(numbers, sites, strict=False)
    ]


def _render(
    request: HttpRequest, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Permissions-Policy"] = PERMISSIONS
    return response


def _list_areas() -> list[Area]:
    return list(Area.objects.filter(kind=Area.Kind.MUNICIPALITY).only("key", "name", "boundary"))


def _list_towns() -> list[Place]:
    return list(Place.objects.filter(kind=Place.Kind.MUNICIPALITY).only("name", "lat", "lon"))


def _drop_blanks(request: HttpRequest) -> str | None:
    """The address without fields that were left empty, to read and share; None if there are none."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    has_minutes = bool(request.GET.get("minuten"))
    # How people travel says nothing without minutes.
    filled = [(name, value) for name, value in pairs if value and (name != "mit" or has_minutes)]
    shorter = f"{request.path}?{urlencode(filled)}"
    is_worth_it = len(filled) < len(pairs) and len(shorter) <= LONGEST_ADDRESS
    return shorter if is_worth_it else None


def _make_cards(
    page: Page[FoundOffer], alternatives: Alternatives | None, question: Question, areas: list[Area]
) -> list[Card]:
    offers = alternatives.offers if alternatives else page.object_list
    cards = make_cards(
        offers,
        first_number=1 if alternatives else page.start_index(),
        home=question.location,
        area_names={area.key: area.name for area in areas},
        today=timezone.localdate(),
    )
    return _add_minutes(cards, offers, question)


def _add_minutes(cards: list[Card], offers: Iterable[FoundOffer], question: Question) -> list[Card]:
    """Say beside the distance how long the way takes, where families asked for minutes."""
    if question.trip is None:
        return cards
    minutes = [write_estimated_minutes(offer.distance_km, question.trip.mode_code) for offer in offers]
    return [
        replace(card, distance=f"{card.distance}, {words}") if words else card
        for card, words in zip(cards, minutes, strict=True)
    ]


def _list_other_places(form: FinderForm, question: Question) -> list[tuple[str, str]]:
    """Places that may have been meant instead, as words and the query part that asks for them."""
    choices = question.location.others if question.location else form.place_suggestions
    return [(choice.words, question.query_with(ort=choice.asks, nahe="")) for choice in choices]


def _find_way_back(request: HttpRequest) -> str:
    """The list a family came from, with its filters: the browser names it, nothing is stored."""
    results = reverse("finder:results")
    try:
        came_from = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return results
    if came_from.netloc == request.get_host() and came_from.path == results and came_from.query:
        return f"{results}?{came_from.query}"
    return results
