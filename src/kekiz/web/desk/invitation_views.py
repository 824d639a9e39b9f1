"""Invitations: coordination asks a provider's person in, follows up, withdraws."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from kekiz.accounts import invitation_actions
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import Invitation
from kekiz.accounts.queries import invitations_for
from kekiz.accounts.rules import can_invite
from kekiz.register.queries import provider_names
from kekiz.web.desk.area_choice import read_area_choice

SENT = "Die Einladung ist unterwegs. Sie gilt 14 Tage."


@login_required
def show_invitations(request: HttpRequest) -> HttpResponse:
    """The form and what became of each invitation; a post sends, sends again or withdraws."""
    if not can_invite(request.user):
        raise PermissionDenied("coordination only")
    names = dict(sorted(provider_names().items(), key=lambda item: item[1].casefold()))
    faults: list[str] = []
    if request.method == "POST":
        try:
            done = _act(request, names)
        except (ActionDenied, InvalidInput) as error:
            faults = error.messages if isinstance(error, InvalidInput) else [error.reason]
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("desk:invitations"))
    now = timezone.now()
    context = {
        "choice": read_area_choice(request),
        "providers": names,
        "faults": faults,
        "typed": request.POST,
        "rows": [(one, one.is_open(now)) for one in invitations_for(request.user)],
    }
    return render(request, "desk/invitations.html", context)


def _act(request: HttpRequest, names: dict[str, str]) -> str:
    step, _, number = request.POST.get("aktion", "").partition(":")
    if step in {"erneut", "zurueckziehen"}:
        chosen = get_object_or_404(Invitation, pk=number if number.isdecimal() and len(number) < 15 else 0)
        if step == "erneut":
            invitation_actions.resend_invitation(
                actor=request.user, invitation=chosen, write_link=_link_of(request)
            )
            return SENT
        invitation_actions.withdraw_invitation(actor=request.user, invitation=chosen)
        return "Die Einladung ist zurückgezogen. Ihr Link gilt nicht mehr."
    key = request.POST.get("traeger", "")
    if key not in names:
        raise InvalidInput(["Bitte wählen Sie einen Träger der Liste."])
    invitation_actions.invite_person(
        actor=request.user,
        email=request.POST.get("email", "").replace("\x00", ""),
        display_name=request.POST.get("name", "").replace("\x00", ""),
        provider_key=key,
        provider_name=names[key],
        write_link=_link_of(request),
    )
    return SENT


def _link_of(request: HttpRequest) -> invitation_actions.WriteLink:
    return lambda signed: request.build_absolute_uri(reverse("invitation", args=[signed]))
