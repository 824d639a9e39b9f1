"""The page behind the link of an invitation. Opening it changes nothing; accepting is a post."""

from __future__ import annotations

from allauth.core.ratelimit import consume
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from kekiz.accounts import invitation_actions
from kekiz.accounts.errors import InvalidInput
from kekiz.accounts.models import Invitation, User
from kekiz.web.provider.fields import INPUT, Line


class AcceptForm(forms.Form):
    """Name and password of a new account."""

    use_required_attribute = False

    name = Line("Ihr Name", length=120, autocomplete="name")
    password = forms.CharField(
        label="Passwort", required=False, strip=False, max_length=200,
        help_text="Mindestens 12 Zeichen. Gut sind vier zufällige Wörter.",
        widget=forms.PasswordInput(attrs=INPUT | {"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="Passwort wiederholen", required=False, strip=False, max_length=200,
        widget=forms.PasswordInput(attrs=INPUT | {"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, str]:
        """Both passwords are the same, and none of the fields is empty."""
        values = self.cleaned_data
        if not values.get("name"):
            self.add_error("name", "Bitte geben Sie Ihren Namen an.")
        if not values.get("password"):
            self.add_error("password", "Bitte wählen Sie ein Passwort.")
        elif values.get("password") != values.get("again"):
            self.add_error("again", "Die beiden Passwörter sind nicht gleich.")
        return values


@never_cache
def show_invitation(request: HttpRequest, signed: str) -> HttpResponse:
    """The form for a new account, or the button for the owner of an account that is there already."""
    invitation = invitation_actions.find_invitation(signed)
    if invitation is None:
        return render(request, "provider/invitation_gone.html", status=404)
    user = request.user if isinstance(request.user, User) else None
    owner = user if user and user.email.lower() == invitation.email.lower() else None
    has_account = invitation_actions.has_account(invitation)
    form = AcceptForm(
        request.POST if request.method == "POST" and not has_account else None,
        auto_id="feld-%s",
        initial={"name": invitation.display_name},
    )
    if request.method == "POST":
        answer = _accept(request, signed, invitation, form, owner, has_account=has_account)
        if answer is not None:
            return answer
    context = {"invitation": invitation, "form": form, "owner": owner, "has_account": has_account}
    return render(request, "provider/invitation.html", context)


def _accept(
    request: HttpRequest,
    signed: str,
    invitation: Invitation,
    form: AcceptForm,
    owner: User | None,
    *,
    has_account: bool,
) -> HttpResponse | None:
    if not consume(request, action="reset_password_from_key"):
        messages.error(request, "Das waren viele Versuche hintereinander. Bitte warten Sie einige Minuten.")
        return None
    try:
        if owner is not None:
            invitation_actions.accept_invitation_signed_in(actor=owner, signed=signed)
            messages.success(request, f"Sie pflegen jetzt die Angebote von {invitation.provider_name}.")
            return HttpResponseRedirect(reverse("provider:offers"))
        if has_account or not form.is_valid():
            return None
        values = form.cleaned_data
        invitation_actions.accept_invitation(
            signed=signed, display_name=values["name"], password=values["password"]
        )
    except InvalidInput as error:
        form.is_bound = True
        form.full_clean()
        for text in error.messages:
            form.add_error(
                "password" if text.startswith("Passwort") else None, text.removeprefix("Passwort: ")
            )
        return None
    messages.success(request, "Ihr Zugang ist eingerichtet. Bitte melden Sie sich jetzt an.")
    return HttpResponseRedirect(f"{reverse('account_login')}?next={reverse('provider:offers')}")
