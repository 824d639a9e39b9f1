"""Entrances for programs of a provider: made here, shown once, closed here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import tokens_of_provider
from kekiz.accounts.rules import provider_keys_of
from kekiz.accounts.token_actions import DAYS_ALLOWED, create_token, revoke_token
from kekiz.register.queries import providers_for_desk
from kekiz.web.provider.views import show_for_provider

DAY_WORDS = {30: "einen Monat", 90: "drei Monate", 365: "ein Jahr"}


@show_for_provider
def show_tokens(request: HttpRequest) -> HttpResponse:
    """All entrances of the own providers; a post makes or closes one."""
    context: dict[str, object] = {}
    if request.method == "POST":
        if "entziehen" in request.POST:
            return _revoke(request)
        context = _create(request)
    keys = provider_keys_of(request.user)
    now = timezone.now()
    context |= {
        "providers": [one for one in providers_for_desk(request.user) if one.key in keys],
        "tokens": [(token, token.is_valid(now)) for key in sorted(keys) for token in tokens_of_provider(key)],
        "durations": [(days, DAY_WORDS[days]) for days in DAYS_ALLOWED],
    }
    answer = render(request, "provider/tokens.html", context)
    answer["Cache-Control"] = "no-store, private"
    return answer


def _create(request: HttpRequest) -> dict[str, object]:
    label, days = request.POST.get("wofuer", ""), request.POST.get("tage", "")
    try:
        token, secret = create_token(
            actor=request.user,
            provider_key=request.POST.get("traeger", ""),
            label=label,
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        )
    except (ActionDenied, InvalidInput) as error:
        return {"fault": str(error), "label": label}
    return {"secret": secret, "made": token}


def _revoke(request: HttpRequest) -> HttpResponse:
    wanted = request.POST["entziehen"]
    for key in provider_keys_of(request.user):
        for token in tokens_of_provider(key):
            if token.prefix == wanted:
                revoke_token(actor=request.user, token=token)
                messages.success(request, f"Der Zugang {token.prefix} gilt nicht mehr.")
    return HttpResponseRedirect(reverse("provider:tokens"))
