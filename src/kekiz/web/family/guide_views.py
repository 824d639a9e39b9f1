"""The printed guide of each municipality, to download."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kekiz.evidence.models import Area
from kekiz.web.family.guide_content import collect_guide
from kekiz.web.family.guide_pdf import set_guide
from kekiz.web.words import write_date

_KEEP_SECONDS = 24 * 60 * 60


@require_safe
def show_guides(request: HttpRequest) -> HttpResponse:
    """All municipalities with the guide to print."""
    areas = Area.objects.filter(kind=Area.Kind.MUNICIPALITY).only("key", "name").order_by("name")
    return render(request, "family/guides.html", {"areas": areas, "today": write_date(timezone.localdate())})


@require_safe
def send_guide(request: HttpRequest, key: str) -> HttpResponse:
    """The guide of one municipality as PDF, as of today. Set once for the same content, then remembered."""
    names = dict(Area.objects.filter(kind=Area.Kind.MUNICIPALITY).values_list("key", "name"))
    if key not in names:
        raise Http404("unknown municipality")
    today = timezone.localdate()
    results = reverse("finder:results")
    url = request.build_absolute_uri(f"{results}?{urlencode({'ort': names[key]})}")
    guide = collect_guide(key, names[key], today=today, page_url=url, area_names=names)
    name = f"guide-{hashlib.sha256(repr(guide).encode()).hexdigest()}"
    content = cache.get(name)
    if content is None:
        content = set_guide(guide, today=today)
        cache.set(name, content, _KEEP_SECONDS)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="wegweiser-{key}.pdf"'
    return response
