"""Who stands behind a token, and how often it may ask."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from kekiz.accounts.models import User
from kekiz.accounts.queries import person_behind_token
from kekiz.accounts.rules import provider_keys_of
from kekiz.accounts.token_actions import note_token_use

RATE = "600/m"


class ProviderToken(HttpBearer):
    """A token of the provider's desk. The person behind it holds nothing but that provider's role."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The person, or None (401): unknown, expired, revoked, or no longer of this provider."""
        person = person_behind_token(token) if token.startswith("kekiz_") and len(token) < 200 else None
        if person is not None:
            note_token_use(actor=person)
        return person


class TokenThrottle(SimpleRateThrottle):
    """Counts by token, so that one program does not slow down the others."""

    rate = RATE

    def __init__(self) -> None:
        super().__init__(self.rate)

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """One counter for each token."""
        return f"api-token-{person_of(request).acts_through}" if hasattr(request, "auth") else None


def person_of(request: HttpRequest) -> User:
    """The person behind the token of a request that was let in."""
    person = request.auth  # type: ignore[attr-defined]
    assert isinstance(person, User)
    return person


def provider_key_of(request: HttpRequest) -> str:
    """The one provider of the token."""
    (key,) = provider_keys_of(person_of(request))
    return key
