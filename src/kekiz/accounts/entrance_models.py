"""Ways in: invitations of a provider's people by mail, and tokens for a provider's programs."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models

from kekiz.accounts.fields import person_field


def digest_secret(secret: str) -> str:
    """SHA-256 of a token. A token is 256 random bits, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Invitation(models.Model):
    """An open door for one person of a provider. The address is kept only while the invitation is open."""

    email = models.EmailField("E-Mail", max_length=254, blank=True)
    display_name = models.CharField("Name", max_length=120, blank=True)
    provider_key = models.CharField("Träger (Schlüssel)", max_length=80)
    provider_name = models.CharField("Träger", max_length=200)
    invited_by = person_field()
    # How often it was sent: a link of an earlier mail no longer opens the door.
    sending = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = person_field()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "accounts"
        verbose_name = "Einladung"
        verbose_name_plural = "Einladungen"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Einladung Nr. {self.pk}"

    @property
    def is_settled(self) -> bool:
        """Has it been accepted or withdrawn?"""
        return self.accepted_at is not None or self.withdrawn_at is not None

    def is_open(self, now: dt.datetime) -> bool:
        """Can it still be accepted?"""
        return not self.is_settled and now < self.expires_at


class ApiToken(models.Model):
    """A provider's entrance for programs. Only the digest of the token is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    provider_key = models.CharField("Träger (Schlüssel)", max_length=80, db_index=True)
    label = models.CharField(
        "Wofür", max_length=80, error_messages={"blank": "Bitte sagen Sie, wofür der Zugang ist."}
    )
    prefix = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "accounts"
        verbose_name = "Zugang zur Schnittstelle"
        verbose_name_plural = "Zugänge zur Schnittstelle"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.prefix

    def is_valid(self, now: dt.datetime) -> bool:
        """Does it open the door at this moment?"""
        return self.revoked_at is None and now < self.expires_at
