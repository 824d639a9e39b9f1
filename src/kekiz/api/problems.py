"""One shape for every error: problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request is not understood",
    401: "A valid token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not offered here",
    412: "It was changed meanwhile",
    409: "Not possible in this state",
    422: "Some values are not valid",
    429: "Too many requests",
    503: "Not ready yet",
}


class Problem(Schema):
    """What went wrong, where, and what was expected."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[dict[str, str], ...] = ()


class NotFound(HttpError):
    """There is nothing (public) at this address."""

    def __init__(self, what: str) -> None:
        super().__init__(404, f"There is no {what} with this id, or it is not published.")


class Fault(Exception):
    """Values that the register refuses: the place in the request and what is expected there."""

    def __init__(self, errors: Sequence[dict[str, str]]) -> None:
        super().__init__("invalid values")
        self.errors = list(errors)


def answer_problem(status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> HttpResponse:
    """The problem as a response."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "The request failed"),
        "status": status,
        "detail": detail,
    }
    if errors:
        problem["errors"] = list(errors)
    return JsonResponse(problem, status=status, content_type=CONTENT_TYPE)


def handle_problems(api: NinjaAPI) -> None:
    """Let the API answer its errors as problems."""

    @api.exception_handler(ValidationError)
    def answer_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {
                "where": "/".join(
                    str(part) for part in fault["loc"] if part not in {"paging", "wanted", "values"}
                ),
                "expected": fault["msg"],
            }
            for fault in error.errors
        ]
        return answer_problem(422, "Please correct the values named in errors.", errors)

    @api.exception_handler(Fault)
    def answer_fault(request: HttpRequest, error: Fault) -> HttpResponse:
        return answer_problem(422, "Please correct the values named in errors.", error.errors)

    @api.exception_handler(AuthenticationError)
    def answer_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        problem = answer_problem(401, "Send a valid token: Authorization: Bearer kekiz_…")
        problem["WWW-Authenticate"] = "Bearer"
        return problem

    @api.exception_handler(HttpError)
    def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer_problem(error.status_code, str(error))
