"""Who gets to the pages of imports, and which list is meant."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from kekiz.register import rules
from kekiz.register.import_models import ImportBatch
from kekiz.register.import_queries import import_of

Extra = ParamSpec("Extra")
View = Callable[Concatenate[HttpRequest, Extra], HttpResponse]


def for_importers(view: View[Extra]) -> View[Extra]:
    """Signed in, and coordination: others are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponse:
        if not rules.can_import(request.user):
            raise PermissionDenied("lists are taken over by coordination")
        return view(request, *args, **kwargs)

    return login_required(guarded)


def find_batch(request: HttpRequest, number: int) -> ImportBatch:
    """The list of this number; 404 where the person may not see it."""
    batch = import_of(request.user, number)
    if batch is None:
        raise Http404("unknown import")
    return batch
