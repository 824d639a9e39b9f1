"""How often one address may try links that do not work: guessing is hopeless, this keeps it cheap too."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

FAILED_TRIES = 20
SPAN_SECONDS = 600


def is_blocked(request: HttpRequest) -> bool:
    """Did this address try too many dead links of late?"""
    return int(cache.get(_name(request), 0)) >= FAILED_TRIES


def count_failure(request: HttpRequest) -> None:
    """Note a dead link."""
    name = _name(request)
    cache.add(name, 0, SPAN_SECONDS)
    try:
        cache.incr(name)
    except ValueError:  # it has just run out
        cache.set(name, 1, SPAN_SECONDS)


def _name(request: HttpRequest) -> str:
    """The key holds no address of a visitor, only a digest that lives for ten minutes."""
    address = get_adapter().get_client_ip(request)
    return f"assure-{hashlib.sha256(str(address).encode()).hexdigest()[:32]}"
