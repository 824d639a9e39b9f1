"""The demo's reminders: the timer as it would have run over the last weeks, into the demo's mailbox."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kekiz.accounts.actors import SYSTEM
from kekiz.cli.remind import write_link
from kekiz.register.actions import propose_by_link, send_reminders
from kekiz.register.freshness_queries import find_link, find_offer_of_link

DAYS_AGO = (45, 30, 0)
CHANGED_PHONE = "05261 0000-999"


def remind_providers() -> None:
    """Run the timer on days past and today; one provider answers that something changed."""
    mailbox = Path(settings.KEKIZ_MAILBOX)
    for old in mailbox.glob("*.eml"):  # of an earlier demo, whose links are gone
        old.unlink()
    tokens: list[str] = []

    def keep_token(token: str) -> str:
        tokens.append(token)
        return write_link(token)

    now = timezone.now()
    for days in DAYS_AGO:
        send_reminders(actor=SYSTEM, at=now - dt.timedelta(days=days), write_link=keep_token)
    if tokens:
        _answer_with_change(tokens[-1], now)


def _answer_with_change(token: str, now: dt.datetime) -> None:
    link = find_link(token, at=now)
    if link is not None and find_offer_of_link(link) is not None:
        propose_by_link(
            token=token, at=now, values={"phone": CHANGED_PHONE}, note="Neue Nummer seit Oktober."
        )
