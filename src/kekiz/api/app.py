"""The API: its description, endpoints and one shape of errors. Middleware adds ETag, settings add CORS."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from kekiz.api.problems import CONTENT_TYPE, handle_problems
from kekiz.api.v1.read import router as read_router
from kekiz.api.v1.write import router as write_router

HSDS_VERSION = "3.1"
PROFILE = "https://docs.openhumanservices.org/hsds/"


class DescribedAPI(NinjaAPI):
    """An API whose description names the media type of its errors."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**options)
        for methods in described["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        content = response["content"].pop("application/json")
                        response["content"] = {CONTENT_TYPE: content}
        return described


api = DescribedAPI(
    title="kekiz",
    version="1",
    description="Published offers of a prevention chain as HSDS 3.1. Reading needs no account; "
    "providers propose changes of their own offers with a token.",
    docs_url=None,
    urls_namespace="api",
)
handle_problems(api)


@api.get("/", response={200: dict[str, str]}, summary="What this API is", tags=["HSDS 3.1"])
def show_base(request: HttpRequest) -> dict[str, str]:
    """Version and profile of HSDS and where the description lies."""
    return {
        "version": HSDS_VERSION,
        "profile": PROFILE,
        "openapi_url": request.build_absolute_uri(reverse("api:openapi-json")),
    }


api.add_router("", read_router)
api.add_router("/provider", write_router)
