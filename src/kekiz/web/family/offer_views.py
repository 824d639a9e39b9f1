"""The dates of one offer as a calendar file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kekiz.register.queries import published_offer
from kekiz.web.family.offer_calendar import list_regular_rules, write_offer_calendar


@require_safe
def send_offer_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The regular hours of a published offer; 404 where a calendar cannot say them."""
    offer = published_offer(key)
    if offer is None or not list_regular_rules(offer.content["opening_hours"]):
        raise Http404("no regular hours")
    url = request.build_absolute_uri(reverse("finder:offer", args=[key]))
    content = write_offer_calendar(offer.content, today=timezone.localdate(), page_url=url)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{key}.ics"'
    return response
