"""How often one visitor may write: counted without storing an address.

The address is hashed with a salt that is made anew every day and never leaves the cache; afterwards nobody,
not even this site, can tell which address it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

PER_VISITOR = 5
PER_SITE = 300
_PERIOD_SECONDS = 60 * 60
_DAY_SECONDS = 26 * 60 * 60


def allow_one_more(request: HttpRequest, purpose: str, today: dt.date) -> bool:
    """Count this visit; False if this visitor or all together have written too often within an hour."""
    visitor = _hash_visitor(request, today)
    return _count(f"{purpose}-{visitor}", PER_VISITOR) and _count(f"{purpose}-all", PER_SITE)


def _hash_visitor(request: HttpRequest, today: dt.date) -> str:
    name = f"visitor-salt-{today:%Y-%m-%d}"
    cache.add(name, secrets.token_hex(32), _DAY_SECONDS)
    salt = str(cache.get(name) or secrets.token_hex(32))
    address = get_adapter(request).get_client_ip(request)
    return hashlib.sha256(f"{salt} {address}".encode()).hexdigest()


def _count(name: str, limit: int) -> bool:
    cache.add(name, 0, _PERIOD_SECONDS)
    try:
        return int(cache.incr(name)) <= limit
    except ValueError:  # the period ended between the two lines
        return True
