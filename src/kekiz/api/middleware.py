"""What all answers below /api/ share: an ETag, 304 where nothing changed, errors as problem+json."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

from kekiz.api.problems import CONTENT_TYPE, answer_problem

PREFIX = "/api/"
SECONDS_FRESH = 60  # how long a reader may use an answer without asking again
_DETAILS = {
    404: "There is nothing at this address. The description lies at /api/v1/openapi.json.",
    405: "Use one of the methods named in the header Allow.",
}
_OTHER = (
    "Something failed on our side. Nothing was changed. Please try again, then tell those who run this site."
)


class ApiMiddleware:
    """Wraps the answers of the API; all other addresses pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX) or not isinstance(response, HttpResponse):
            return response
        if response.status_code >= 400:
            return _shape_problem(response)
        if request.method in {"GET", "HEAD"} and response.status_code == 200:
            return _add_etag(request, response)
        return response


def _shape_problem(response: HttpResponse) -> HttpResponse:
    if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
        return response
    problem = answer_problem(response.status_code, _DETAILS.get(response.status_code, _OTHER))
    if "Allow" in response.headers:
        problem["Allow"] = response.headers["Allow"]
    return problem


def _add_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # A working copy brings the mark that a change has to name.
    etag = response.headers.get("ETag") or f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    if "Cache-Control" not in response.headers:
        patch_cache_control(response, public=True, max_age=SECONDS_FRESH)
    conditional = get_conditional_response(request, etag=etag, response=response)
    assert isinstance(conditional, HttpResponse)
    return conditional
