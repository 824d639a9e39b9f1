"""The chain of one child: page, print, calendar. Everything is in the address; nothing is stored, no cookie.

A month of birth must not leak: no referrer, no search engine, no cache on the way.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kekiz.evidence.child_dates import read_facts
from kekiz.evidence.models import Area
from kekiz.evidence.queries import regions
from kekiz.web.family.child_calendar import write_child_calendar
from kekiz.web.family.child_form import ChildForm
from kekiz.web.family.child_page import ChildPage, Home, make_child_page
from kekiz.web.words import write_date

_STATE_DIGITS = 2


@require_safe
def show_child(request: HttpRequest) -> HttpResponseBase:
    """The question, and with an answer the chain of the child."""
    return _answer(request, "family/child.html")


@require_safe
def show_child_print(request: HttpRequest) -> HttpResponseBase:
    """The same on paper: everything unfolded, A4."""
    return _answer(request, "family/child_print.html")


@require_safe
def send_child_calendar(request: HttpRequest) -> HttpResponseBase:
    """The dates of the child as iCalendar; with a wrong question the page that says what is wrong."""
    form = ChildForm(request.GET, timezone.localdate())
    if not form.is_valid():
        return _keep_private(HttpResponseRedirect(f"{reverse('family:child')}?{request.GET.urlencode()}"))
    home = _read_home(form)
    birth = form.cleaned_data["birth"]
    query = urlencode([("monat", birth.month), ("jahr", birth.year), *home.address])
    content = write_child_calendar(
        birth,
        state=_find_state(home),
        today=timezone.localdate(),
        page_url=request.build_absolute_uri(f"{reverse('family:child')}?{query}"),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="kette-meines-kindes.ics"'
    return _keep_private(response)


def _answer(request: HttpRequest, template: str) -> HttpResponseBase:
    is_asked = any(request.GET.get(name) for name in ("monat", "jahr", "ort"))
    form = ChildForm(request.GET if is_asked else None, timezone.localdate())
    page = _make_page(form) if is_asked and form.is_valid() else None
    if page is None and template != "family/child.html":
        return _keep_private(HttpResponseRedirect(f"{reverse('family:child')}?{request.GET.urlencode()}"))
    feed = request.build_absolute_uri(f"{reverse('family:child_calendar')}?{page.query}") if page else ""
    context = {
        "form": form,
        "page": page,
        "as_of": write_date(read_facts().as_of),
        "feed": feed,
        "webcal": f"webcal://{feed.partition('://')[2]}" if feed else "",
    }
    return _keep_private(render(request, template, context))


def _make_page(form: ChildForm) -> ChildPage:
    home = _read_home(form)
    areas = Area.objects.filter(kind=Area.Kind.MUNICIPALITY)
    return make_child_page(
        form.cleaned_data["birth"],
        home,
        state=_find_state(home),
        today=timezone.localdate(),
        area_names=dict(areas.values_list("key", "name")),
    )


def _read_home(form: ChildForm) -> Home:
    return Home(form.cleaned_data["ort"], str(form["ort"].value() or "").strip())


def _find_state(home: Home) -> str:
    """The federal state of the place, else that of the region."""
    if home.location:
        return home.location.ags[:_STATE_DIGITS]
    loaded = regions()
    return loaded[0].key[:_STATE_DIGITS] if loaded else ""


def _keep_private(response: HttpResponseBase) -> HttpResponseBase:
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    return response
