"""Where somebody lands after signing in: at the own work, not on the pages for families."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from kekiz.accounts.rules import can_see_some_cockpit, provider_keys_of


@require_safe
def send_to_own_desk(request: HttpRequest) -> HttpResponseRedirect:
    """Providers go to their offers, whoever reads figures to the cockpit, all others to the start page."""
    if provider_keys_of(request.user):
        name = "provider:offers"
    else:
        name = "desk:overview" if can_see_some_cockpit(request.user) else "finder:start"
    return HttpResponseRedirect(reverse(name))
