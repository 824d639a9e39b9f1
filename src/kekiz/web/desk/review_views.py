"""Review: what waits, one proposal beside what families see, approve or return."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.rules import can_invite
from kekiz.evidence.queries import municipality_names
from kekiz.register import actions, queries, rules
from kekiz.register.content import mark_working_copy
from kekiz.register.models import Offer
from kekiz.register.validation import InvalidFields
from kekiz.web.desk.area_choice import AreaChoice, read_area_choice
from kekiz.web.desk.review_compare import compare_proposal, name_changes
from kekiz.web.words import join_words

Extra = ParamSpec("Extra")


def show_for_reviewers(
    view: Callable[Concatenate[HttpRequest, AreaChoice, Extra], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Extra], HttpResponse]:
    """Give a page its choice of area; 403 for all who answer for no area."""

    @login_required
    @wraps(view)
    def show(request: HttpRequest, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponse:
        if not rules.can_review(request.user):
            raise PermissionDenied("reviewers only")
        return view(request, read_area_choice(request), *args, **kwargs)

    return show


@show_for_reviewers
def show_reviews(request: HttpRequest, choice: AreaChoice) -> HttpResponse:
    """All proposals that wait for this person; a post approves the ticked ones."""
    if request.method == "POST":
        return _approve_ticked(request)
    names = municipality_names("")
    rows = [
        (offer, mark_working_copy(offer, offer.sites.all()), name_changes(offer, names))
        for offer in queries.waiting_proposals(request.user)
    ]
    context = {"choice": choice, "rows": rows, "may_invite": can_invite(request.user)}
    return render(request, "desk/reviews.html", context)


def _approve_ticked(request: HttpRequest) -> HttpResponse:
    ticked = dict(text.partition(":")[::2] for text in request.POST.getlist("freigeben"))
    known = {offer.key for offer in queries.waiting_proposals(request.user)}
    done = actions.approve_offers(
        actor=request.user, seen={key: mark for key, mark in ticked.items() if key in known}
    )
    moved_on = len(ticked) - len(done.approved) - len(done.refused)
    if done.approved:
        titles = join_words([f"„{title}“" for title in done.approved])
        messages.success(request, f"Freigegeben: {titles}. Familien sehen jetzt diesen Stand.")
    for sentence in done.refused:
        messages.error(request, sentence)
    if moved_on:
        messages.error(request, f"{moved_on} Vorschläge warten inzwischen nicht mehr auf die Prüfung.")
    if not ticked:
        messages.info(request, "Bitte kreuzen Sie zuerst Vorschläge an.")
    return HttpResponseRedirect(reverse("desk:reviews"))


@show_for_reviewers
def show_review(request: HttpRequest, choice: AreaChoice, key: str) -> HttpResponse:
    """One proposal beside what families see; a post approves or returns it."""
    offer = queries.waiting_proposal(request.user, key)
    if offer is None and request.method == "POST" and queries.offer_for_desk(request.user, key):
        text = "Dieser Vorschlag wurde inzwischen geprüft oder zurückgenommen. Es gibt nichts mehr zu tun."
        messages.error(request, text)
        return HttpResponseRedirect(reverse("desk:reviews"))
    if offer is None:
        raise Http404("nothing waits under this key for this person")
    faults: list[str] = []
    if request.method == "POST":
        try:
            _answer(request, offer)
        except InvalidFields as error:
            faults = error.messages
        except (InvalidInput, ActionDenied) as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())
        else:
            return HttpResponseRedirect(reverse("desk:reviews"))
    fields = compare_proposal(offer, municipality_names(""))
    context = {
        "choice": choice,
        "offer": offer,
        "seen": mark_working_copy(offer, offer.sites.all()),
        "changed": [field for field in fields if field.is_changed],
        "unchanged": [field for field in fields if not field.is_changed],
        "faults": faults,
        "reason": request.POST.get("grund", ""),
    }
    return render(request, "desk/review.html", context)


def _answer(request: HttpRequest, offer: Offer) -> None:
    seen = request.POST.get("seen", "")
    if request.POST.get("antwort") == "freigeben":
        actions.approve_offer(actor=request.user, offer=offer, seen=seen)
        messages.success(request, f"„{offer.title}“ ist freigegeben. Familien sehen jetzt diesen Stand.")
        return
    actions.return_offer(
        actor=request.user,
        offer=offer,
        reason=request.POST.get("grund", ""),
        seen=seen,
        write_link=lambda name: request.build_absolute_uri(reverse("provider:offer", args=[name])),
    )
    messages.success(request, f"„{offer.title}“ ging mit Ihrer Rückmeldung zurück an {offer.provider.name}.")
