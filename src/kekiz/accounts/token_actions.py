"""Writes on tokens: open an entrance for a provider's programs, note its use, close it."""

import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kekiz.accounts import rules
from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.entrance_models import ApiToken, digest_secret
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User

DAYS_ALLOWED = (30, 90, 365)
MOST_TOKENS = 10  # valid ones of a provider at a time


def create_token(*, actor: Actor, provider_key: str, label: str, days: int) -> tuple[ApiToken, str]:
    """Open an entrance for `days` days; returns it with the token itself, which is never to be had again.

    Raises ActionDenied or InvalidInput (no label, other length, too many).
    """
    if not isinstance(actor, User) or not rules.can_create_token(actor, provider_key):
        raise ActionDenied("Einen Zugang zur Schnittstelle legen nur die eigenen Leute des Trägers an.")
    if days not in DAYS_ALLOWED:
        raise InvalidInput([f"Ein Zugang gilt {', '.join(map(str, DAYS_ALLOWED))} Tage, nicht {days}."])
    now = timezone.now()
    name = secrets.token_hex(4)
    secret = f"kekiz_{name}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        user=actor, provider_key=provider_key, label=" ".join(label.split()), prefix=f"kekiz_{name}",
        digest=digest_secret(secret), expires_at=now + dt.timedelta(days=days),
    )  # fmt: skip
    with transaction.atomic():
        valid = ApiToken.objects.filter(provider_key=provider_key, revoked_at=None, expires_at__gt=now)
        if valid.count() >= MOST_TOKENS:
            raise InvalidInput(
                [f"Es gibt schon {MOST_TOKENS} gültige Zugänge. Entziehen Sie zuerst einem die Gültigkeit."]
            )
        try:
            token.full_clean()
        except ValidationError as error:
            raise InvalidInput(error.messages) from error
        token.save()
        _log_token(actor, "token.created", token)
    return token, secret


def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """Close an entrance at once; twice is no fault. Raises ActionDenied."""
    if not rules.can_revoke_token(actor, token.provider_key):
        raise ActionDenied("Diesen Zugang schließen die eigenen Leute des Trägers oder die Koordination.")
    with transaction.atomic():
        closed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
        if closed:
            _log_token(actor, "token.revoked", token)


def note_token_use(*, actor: User) -> None:
    """Remember the day a token was last used; one write a day."""
    today = timezone.localdate()
    ApiToken.objects.filter(prefix=actor.acts_through).exclude(last_used_on=today).update(last_used_on=today)


def _log_token(actor: Actor, code: str, token: ApiToken) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="token",
        target_key=token.prefix,
        target_label=token.provider_key,
    )
