"""Write endpoints: a provider's program reads its own offers, proposes changes and hands them in.

Thin: rules, checks and the log are the register's. Nothing here publishes; a person approves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status
from ninja.errors import HttpError

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.api.problems import Fault, NotFound, Problem
from kekiz.api.v1.offers import OfferIn, OfferOut, OfferPage, OfferPatch, SiteOut, describe_own
from kekiz.api.v1.paging import PagingQuery, make_page
from kekiz.api.v1.token import ProviderToken, TokenThrottle, person_of, provider_key_of
from kekiz.register import actions, queries
from kekiz.register.content import mark_working_copy
from kekiz.register.models import Offer, Provider, Site
from kekiz.register.validation import ChangedMeanwhile, InvalidFields, find_row_faults

MOST_SITES = 50
Json = dict[str, Any]
REFUSED = {400: Problem, 401: Problem, 422: Problem, 429: Problem}
FAULTS = {**REFUSED, 404: Problem, 409: Problem}
IfMatch = Annotated[str, Header(alias="If-Match", description="The ETag that was read", min_length=1)]
router = Router(tags=["Providers"], auth=ProviderToken(), throttle=[TokenThrottle()])


@router.get("/offers", response={200: OfferPage, **REFUSED}, summary="List own offers, drafts too")
def list_own_offers(request: HttpRequest, response: HttpResponse, paging: PagingQuery) -> Json:
    """Working copies by key."""
    offers = {offer.key: offer for offer in _own_offers(request).order_by("key")}
    _keep_private(response)
    return make_page(list(offers), paging, lambda keys: [_describe(offers[key]) for key in keys])


@router.post("/offers", response={201: OfferOut, **FAULTS}, summary="Create a draft")
def create_own_offer(request: HttpRequest, response: HttpResponse, values: OfferIn) -> Status[Json]:
    """Families see it once it is handed in and approved."""
    provider = Provider.objects.get(key=provider_key_of(request))
    given = values.dict()
    sites = _read_values(Offer(key="entwurf", provider=provider), given)
    offer = _act(
        lambda: actions.create_offer(actor=person_of(request), provider=provider, sites=sites or (), **given)
    )
    response["Location"] = f"{request.path}/{offer.key}"
    return Status(201, _answer(response, offer))


@router.get("/offers/{key}", response={200: OfferOut, **FAULTS}, summary="One own offer")
def read_own_offer(request: HttpRequest, response: HttpResponse, key: str) -> Json:
    """The working copy with its ETag."""
    return _answer(response, _find(request, key))


@router.put("/offers/{key}", response={200: OfferOut, 412: Problem, **FAULTS}, summary="Replace an offer")
def replace_own_offer(
    request: HttpRequest, response: HttpResponse, key: str, values: OfferIn, if_match: IfMatch
) -> Json:
    """What is left out takes its default. It becomes a draft; families see the approved state meanwhile."""
    return _change(request, response, key, values.dict(), if_match)


@router.patch(
    "/offers/{key}", response={200: OfferOut, 412: Problem, **FAULTS}, summary="Change an own offer"
)
def change_own_offer(
    request: HttpRequest, response: HttpResponse, key: str, values: OfferPatch, if_match: IfMatch
) -> Json:
    """What is left out stays."""
    return _change(request, response, key, values.dict(exclude_unset=True), if_match)


@router.post("/offers/{key}/submit", response={200: OfferOut, **FAULTS}, summary="Hand in for review")
def submit_own_offer(request: HttpRequest, response: HttpResponse, key: str) -> Json:
    """A draft or a paused offer goes to those who approve; 409 from other states."""
    offer = _find(request, key)
    return _answer(response, _act(lambda: actions.submit_for_review(actor=person_of(request), offer=offer)))


@router.get("/sites", response={200: list[SiteOut], **REFUSED}, summary="Find sites")
def list_sites(
    request: HttpRequest,
    response: HttpResponse,
    search: Annotated[
        str, Query("", max_length=200, pattern=r"^[^\x00]*$", description="Name, street, town")
    ],
) -> list[Site]:
    """At most 50 sites whose name, street or town hold the words; without words the own ones."""
    _keep_private(response)
    found = (
        queries.sites_by_name(search)
        if search.strip()
        else queries.sites_of_provider(provider_key_of(request))
    )
    return list(found[:MOST_SITES])


def _own_offers(request: HttpRequest) -> Any:
    return queries.offers_for_desk(person_of(request), provider_key=provider_key_of(request))


def _find(request: HttpRequest, key: str) -> Offer:
    offer = _own_offers(request).filter(key=key).first() if "\x00" not in key else None
    if not isinstance(offer, Offer):
        raise NotFound("offer of yours")
    return offer


def _change(request: HttpRequest, response: HttpResponse, key: str, given: Json, if_match: str) -> Json:
    offer = _find(request, key)
    seen = if_match.strip().removeprefix("W/").strip('"')
    if seen == "*":
        seen = ""
    elif seen != mark_working_copy(offer, offer.sites.all()):
        raise HttpError(412, "Read the offer again and send its new ETag as If-Match.")
    sites = _read_values(offer, given)
    return _answer(
        response,
        _act(
            lambda: actions.change_offer(
                actor=person_of(request), offer=offer, sites=sites, seen=seen, **given
            )
        ),
    )


def _read_values(offer: Offer, given: Json) -> list[Site] | None:
    """Take the sites out of the values and collect every fault of both. Raises Fault."""
    keys = given.pop("sites", None)
    sites = None if keys is None else list(queries.sites_by_keys(keys))
    unknown = set(keys or ()) - {site.key for site in sites or ()}
    errors = [{"where": "body/sites", "expected": f"There is no site {key}."} for key in sorted(unknown)]
    for name, value in given.items():
        setattr(offer, name, value)
    errors += _list_faults(find_row_faults(offer, {"key"}))
    if errors:
        raise Fault(errors)
    return sites


def _list_faults(fields: dict[str, list[str]]) -> list[dict[str, str]]:
    return [{"where": f"body/{name}", "expected": text} for name, texts in fields.items() for text in texts]


def _act(act: Callable[[], Offer]) -> Offer:
    try:
        return act()
    except ChangedMeanwhile as error:
        raise HttpError(412, str(error)) from error
    except InvalidFields as error:
        raise Fault(
            [
                {"where": f"body/{name}", "expected": text}
                for name, texts in error.fields.items()
                for text in texts
            ]
        ) from error
    except InvalidInput as error:
        raise HttpError(409, str(error)) from error
    except ActionDenied as error:
        raise HttpError(403, error.reason) from error


def _describe(offer: Offer) -> Json:
    return describe_own(offer, f'"{mark_working_copy(offer, offer.sites.all())}"')


def _answer(response: HttpResponse, offer: Offer) -> Json:
    stored = Offer.objects.select_related("provider", "published").get(pk=offer.pk)
    described = _describe(stored)
    response["ETag"] = described["etag"]
    _keep_private(response)
    return described


def _keep_private(response: HttpResponse) -> None:
    response["Cache-Control"] = "private, no-store"
    response["Vary"] = "Authorization"
