"""What a provider sees behind the link of a reminder. Opening it changes nothing; a button answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kekiz.accounts.errors import InvalidInput
from kekiz.register import actions
from kekiz.register.actions import DeadLinkError
from kekiz.register.facets import Cost
from kekiz.register.freshness_queries import find_link, find_offer_of_link
from kekiz.register.models import AssuranceLink, LinkAnswer, Offer
from kekiz.register.validation import InvalidFields
from kekiz.web.assure.forms import NAMES, ChangeForm
from kekiz.web.assure.hours import write_hours
from kekiz.web.assure.limits import count_failure, is_blocked

THANKS = {
    LinkAnswer.CONFIRMED: ("bestaetigt", "Danke. Familien sehen jetzt, dass Ihr Angebot bestätigt ist."),
    LinkAnswer.CHANGED: (
        "geaendert",
        "Danke. Ihre Änderung wird geprüft. Bis dahin sehen Familien den bisherigen Stand.",
    ),
    LinkAnswer.GONE: (
        "beendet",
        "Danke. Familien sehen das Angebot nicht mehr. War das ein Versehen? Antworten Sie auf die E-Mail.",
    ),
}
View = Callable[..., HttpResponse]


def show_quietly(view: View) -> View:
    """Nothing of these pages is kept, indexed or told to others; a dead link answers the same in every case.

    The secret in the address is the only authority and no cookie adds to it, so no request can be forged for
    somebody else and the pages set no cookie.
    """

    @csrf_exempt
    @wraps(view)
    def show(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_blocked(request):
            response = render(request, "assure/too_many.html", status=429)
        else:
            try:
                response = view(request, *args, **kwargs)
            except DeadLinkError:
                count_failure(request)
                response = render(request, "assure/dead.html", status=404)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return show


def _find(token: str) -> tuple[AssuranceLink, Offer]:
    link = find_link(token, at=timezone.now())
    offer = find_offer_of_link(link) if link else None
    if link is None or offer is None:
        raise DeadLinkError
    return link, offer


@show_quietly
@require_http_methods(["GET", "HEAD", "POST"])
def show_link(request: HttpRequest, token: str) -> HttpResponse:
    """What families read of the offer, and three buttons; a post of one of them answers."""
    link, offer = _find(token)
    if request.method == "POST":
        return _answer(request, token)
    content = offer.published.content  # type: ignore[union-attr]
    context = {
        "token": token,
        "offer": offer,
        "content": content,
        "hours": write_hours(content["opening_hours"]),
        "cost": _describe_cost(content),
        "expires_at": link.expires_at,
    }
    return render(request, "assure/link.html", context)


def _describe_cost(content: Mapping[str, Any]) -> str:
    """The cost with its note, unless the note says the same."""
    label, note = str(Cost(content["cost"]).label), content["cost_note"]
    return label if not note or note.casefold() == label.casefold() else f"{label} ({note})"


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    answer, now = request.POST.get("antwort", ""), timezone.now()
    if answer == LinkAnswer.CONFIRMED:
        actions.confirm_by_link(token=token, at=now)
    elif answer == LinkAnswer.GONE:
        actions.report_gone_by_link(token=token, at=now)
    else:
        return HttpResponseRedirect(reverse("assure:link", args=[token]))
    return _thank(LinkAnswer(answer))


def _thank(answer: LinkAnswer) -> HttpResponse:
    return HttpResponseRedirect(reverse("assure:thanks", args=[THANKS[answer][0]]))


@show_quietly
@require_http_methods(["GET", "HEAD", "POST"])
def show_change(request: HttpRequest, token: str) -> HttpResponse:
    """The short form; a post hands it to review."""
    _, offer = _find(token)
    form = ChangeForm(request.POST if request.method == "POST" else None, offer=offer)
    problems: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            answer = actions.propose_by_link(
                token=token, at=timezone.now(), values=form.as_values(), note=form.cleaned_data["hinweis"]
            )
        except InvalidFields as error:
            problems = _show_faults(form, error)
        except InvalidInput as error:
            problems = error.messages
        else:
            return _thank(answer)
    context = {"token": token, "offer": offer, "form": form, "problems": problems}
    return render(request, "assure/change.html", context)


def _show_faults(form: ChangeForm, error: InvalidFields) -> list[str]:
    """Each fault at its field; those of fields that the form does not show come back."""
    rest = []
    for name, texts in error.fields.items():
        if NAMES.get(name) in form.fields:
            form.add_error(NAMES[name], texts)
        else:
            rest += texts
    return rest


@require_safe
def show_thanks(request: HttpRequest, answer: str) -> HttpResponse:
    """What happens now; the page knows nothing of the link."""
    sentences = dict(THANKS.values())
    if answer not in sentences:
        raise Http404("unknown answer")
    return render(request, "assure/thanks.html", {"sentence": sentences[answer]})
