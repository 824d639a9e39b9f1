"""Reminder mails and the links in them. Offers and providers are named by key, so merging touches nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class LinkAnswer(models.TextChoices):
    """What a provider can answer with one click."""

    CONFIRMED = "confirmed", "Stimmt noch"
    CHANGED = "changed", "Geändert"
    GONE = "gone", "Gibt es nicht mehr"


class ReminderMail(models.Model):
    """One mail to one provider. Its row is written before it goes out, so that nothing goes out twice."""

    provider_key = models.CharField("Träger", max_length=80, db_index=True)
    claimed_at = models.DateTimeField("Begonnen")
    sent_at = models.DateTimeField(
        "Verschickt", null=True, blank=True, help_text="Leer: Versand nicht bestätigt."
    )

    class Meta:
        verbose_name = "Erinnerung"
        verbose_name_plural = "Erinnerungen"
        ordering = ("-claimed_at", "-pk")

    def __str__(self) -> str:
        return f"{self.provider_key}, {self.claimed_at:%Y-%m-%d}"


class AssuranceLink(models.Model):
    """A link about one offer in one mail. The token itself is never stored, see link_tokens."""

    mail = models.ForeignKey(ReminderMail, on_delete=models.CASCADE, related_name="links")
    offer_key = models.CharField("Angebot", max_length=80)
    since = models.DateField("Bestätigung, um die es geht")
    number = models.PositiveSmallIntegerField("Wievielte Erinnerung")
    selector = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField("Gilt bis")
    answered_at = models.DateTimeField("Beantwortet", null=True, blank=True)
    answer = models.CharField("Antwort", max_length=10, choices=LinkAnswer.choices, blank=True)
    note = models.CharField("Hinweis des Trägers", max_length=500, blank=True)

    class Meta:
        verbose_name = "Link einer Erinnerung"
        verbose_name_plural = "Links der Erinnerungen"
        ordering = ("pk",)
        constraints = (
            # However often and at once the command runs: one reminder of each number per assurance.
            models.UniqueConstraint(fields=("offer_key", "since", "number"), name="assurance_link_once"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False), name="assurance_link_answer_has_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.offer_key}, {self.number}. Erinnerung"
