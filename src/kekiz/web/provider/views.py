"""The desk of a provider: its offers, the form, handing in, pausing and ending."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.rules import provider_keys_of
from kekiz.evidence.queries import municipality_names, regions
from kekiz.register import actions, queries
from kekiz.register.content import mark_working_copy
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer, Provider, Site
from kekiz.register.validation import ChangedMeanwhile, InvalidFields
from kekiz.web.finder.freshness import judge_freshness
from kekiz.web.provider.forms import FORM_FIELD, OfferForm, SiteForm, describe_initial
from kekiz.web.provider.places import add_site

MOST_FOUND = 20  # sites shown for a search
Extra = ParamSpec("Extra")
STEPS = {
    "pausieren": (
        actions.pause_offer,
        "Angebot pausieren",
        "Familien sehen es dann nicht mehr. Sie können es später wieder zur Prüfung geben.",
        "Pausieren",
        "ist pausiert",
    ),
    "beenden": (
        actions.end_offer,
        "Angebot beenden",
        "Familien sehen es dann nicht mehr, und es lässt sich nicht wieder öffnen. "
        "Für eine Unterbrechung nehmen Sie besser „Pausieren“.",
        "Endgültig beenden",
        "ist beendet",
    ),
}


def show_for_provider(
    view: Callable[Concatenate[HttpRequest, Extra], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Extra], HttpResponse]:
    """403 for all who work for no provider."""

    @login_required
    @wraps(view)
    def show(request: HttpRequest, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponse:
        if not provider_keys_of(request.user):
            raise PermissionDenied("providers only")
        return view(request, *args, **kwargs)

    return show


@show_for_provider
def show_offers(request: HttpRequest) -> HttpResponse:
    """Own offers with their state, what families see of them, and what came back."""
    keys = provider_keys_of(request.user)
    offers = [offer for offer in queries.offers_for_desk(request.user) if offer.provider.key in keys]
    today = timezone.localdate()
    rows = [
        (offer, judge_freshness(offer.assured_on, permanent=offer.permanent, today=today))
        for offer in offers
        if offer.state != OfferState.ENDED
    ]
    rows.sort(key=lambda row: (not row[0].return_note, _STATE_ORDER[OfferState(row[0].state)], row[0].title))
    context = {
        "rows": rows,
        "ended": [offer for offer in offers if offer.state == OfferState.ENDED],
        "providers": _own_providers(request),
    }
    return render(request, "provider/offers.html", context)


_STATE_ORDER = {
    state: number
    for number, state in enumerate(
        (OfferState.DRAFT, OfferState.IN_REVIEW, OfferState.PUBLISHED, OfferState.PAUSED, OfferState.ENDED)
    )
}


def _own_providers(request: HttpRequest) -> list[Provider]:
    keys = provider_keys_of(request.user)
    return [one for one in queries.providers_for_desk(request.user) if one.key in keys]


@show_for_provider
def show_new_offer(request: HttpRequest) -> HttpResponse:
    """The empty form."""
    return _show_form(request, None, _own_providers(request))


@login_required
def show_offer(request: HttpRequest, key: str) -> HttpResponse:
    """The form of one offer; 404 for whoever may not change it."""
    offer = _find_offer(request, key)
    return _show_form(request, offer, [offer.provider])


def _find_offer(request: HttpRequest, key: str) -> Offer:
    offer = queries.offer_for_desk(request.user, key)
    if offer is None:
        raise Http404("no such offer for this person")
    return offer


def _show_form(request: HttpRequest, offer: Offer | None, providers: list[Provider]) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    step = _read_step(request)
    site_form = SiteForm(data if step == "ort-anlegen" else None)
    added = add_site(request.user, site_form) if step == "ort-anlegen" else None
    form = _make_form(request, offer, providers, added, step)
    if added:
        site_form = SiteForm()
        messages.success(
            request, f"Der Ort „{added.name}“ ist angelegt und ausgewählt. Bitte noch speichern."
        )
    if step in {"speichern", "einreichen"} and form.is_valid():
        saved = _save(request, form, offer, is_proposal=step == "einreichen")
        if saved is not None:
            return HttpResponseRedirect(saved)
    context = {
        "form": form,
        "site_form": site_form,
        "offer": offer,
        "faults": form.list_faults() if step in {"speichern", "einreichen"} else [],
        "has_searched": bool(step == "ort-suchen"),
        "is_ended": offer is not None and offer.state == OfferState.ENDED,
    }
    return render(request, "provider/offer.html", context)


def _read_step(request: HttpRequest) -> str:
    """What the pressed button asks for; Enter in a field means what stands in the helpers, else saving."""
    if request.method != "POST":
        return ""
    step = request.POST.get("aktion", "eingabe")
    if step != "eingabe":
        return step
    if request.POST.get("site_search", "").strip():
        return "ort-suchen"
    return "ort-anlegen" if request.POST.get("new_name", "").strip() else "speichern"


def _make_form(
    request: HttpRequest, offer: Offer | None, providers: list[Provider], added: Site | None, step: str
) -> OfferForm:
    data = request.POST.copy() if request.method == "POST" else None
    sites: dict[str, Site] = {}
    if offer:
        sites |= {site.key: site for site in offer.sites.all()}
    for provider in providers:
        sites |= {site.key: site for site in queries.sites_of_provider(provider.key)}
    if data is not None:
        if added:
            data.appendlist("sites", added.key)
        sites |= {site.key: site for site in queries.sites_by_keys(data.getlist("sites")[:200])}
        words = data.get("site_search", "").replace("\x00", "")[:200]
        if step == "ort-suchen" and words.strip():
            sites |= {site.key: site for site in queries.sites_by_name(words)[:MOST_FOUND]}
    chosen = {site.key for site in offer.sites.all()} if offer else set()
    if data is not None:
        chosen = set(data.getlist("sites"))
    initial = None
    if offer:
        initial = describe_initial(offer, offer.sites.all(), mark_working_copy(offer, offer.sites.all()))
    form = OfferForm(
        data,
        providers=providers,
        sites=sorted(sites.values(), key=lambda site: (site.key not in chosen, site.town, site.name)),
        area_names=_area_names(offer),
        initial=initial,
        is_proposal=step == "einreichen",
    )
    if step in {"ort-suchen", "ort-anlegen"}:
        form.full_clean()
        form.errors.clear()  # the person is not done yet: faults are told when saving
    return form


def _area_names(offer: Offer | None) -> dict[str, str]:
    names: dict[str, str] = {}
    for region in regions():
        names |= {region.key: f"ganz {region.name}"} | municipality_names(region.key)
    return names | {code: code for code in (offer.service_area if offer else []) if code not in names}


def _save(request: HttpRequest, form: OfferForm, offer: Offer | None, *, is_proposal: bool) -> str | None:
    """Store, and hand in if asked, in one transaction; the address to go on at, or None with faults told."""
    values, sites = form.offer_values(), form.chosen_sites()
    seen = form.cleaned_data.get("seen", "")
    try:
        with transaction.atomic():
            if offer is None:
                saved = actions.create_offer(actor=request.user, sites=sites, **values)
            else:
                saved = actions.change_offer(
                    actor=request.user, offer=offer, sites=sites, seen=seen, **values
                )
            if is_proposal:
                actions.submit_for_review(actor=request.user, offer=saved)
    except InvalidFields as error:
        for field, texts in error.fields.items():
            name = FORM_FIELD.get(field, field)
            form.add_error(name if name in form.fields else None, texts)
        return None
    except ChangedMeanwhile as error:
        assert isinstance(form.data, QueryDict)  # a copy of what was posted, so it can be set
        form.data["seen"] = mark_working_copy(*_read_again(offer))
        text = f"{error} Ihre Eingaben stehen noch hier. Wenn Sie noch einmal speichern, gelten Ihre."
        form.add_error(None, text)
        return None
    except (InvalidInput, ActionDenied) as error:
        form.add_error(None, str(error))
        return None
    if is_proposal:
        messages.success(
            request, f"„{saved.title}“ liegt jetzt zur Prüfung. Wir schreiben Ihnen, wenn etwas fehlt."
        )
        return _desk_of(request)
    messages.success(
        request, "Gespeichert. Familien sehen es erst, wenn Sie es einreichen und es geprüft ist."
    )
    return reverse("provider:offer", args=[saved.key])


def _read_again(offer: Offer | None) -> tuple[Offer, list[Site]]:
    assert offer is not None
    current = Offer.objects.select_related("provider").get(pk=offer.pk)
    return current, list(current.sites.all())


def _desk_of(request: HttpRequest) -> str:
    return reverse("provider:offers" if provider_keys_of(request.user) else "desk:reviews")


@login_required
def show_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Ask before an offer is paused or ended; a post does it."""
    offer = _find_offer(request, key)
    if step not in STEPS:
        raise Http404("unknown step")
    act, heading, meaning, button, done = STEPS[step]
    if request.method == "POST":
        try:
            act(actor=request.user, offer=offer)
        except (InvalidInput, ActionDenied) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"„{offer.title}“ {done}.")
        return HttpResponseRedirect(_desk_of(request))
    context = {"offer": offer, "heading": heading, "meaning": meaning, "button": button}
    return render(request, "provider/step.html", context)
