"""Send reminders: twice a day sends nothing twice, and killed in the middle sends nothing twice.

For each mail, in this order: a row and the digests of its links are committed, the mail goes out, the row
says so. A program that ends between the last two leaves a row that nobody can tell about; it counts as sent,
because a reminder too few is mended by the second one and by the coordinator's list, one too many by nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.register import rules
from kekiz.register.freshness import spans_in_force
from kekiz.register.freshness_queries import PlannedMail, plan_reminders
from kekiz.register.link_tokens import digest_token, make_token, select_token
from kekiz.register.models import AssuranceLink, ReminderMail
from kekiz.register.reminder_mail import compose_reminder

logger = logging.getLogger(__name__)
# The server has said no before it took the mail: it has surely not gone out and may be tried again.
SURELY_NOT_SENT = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPDataError,
    ConnectionRefusedError,
)


@dataclass
class SentReminders:
    """What a run did, in mails; `unsure`: perhaps they went out; `elsewhere`: another run has them."""

    mails: int = 0
    offers: int = 0
    refused: int = 0
    unsure: int = 0
    elsewhere: int = 0
    without_contact: int = 0


def send_reminders(*, actor: Actor, at: dt.datetime, write_link: Callable[[str], str]) -> SentReminders:
    """Remind every provider that is due, one mail each; ``write_link`` makes the address of a token.

    Raises ActionDenied, InvalidInput (the mail server cannot be reached: nothing was sent or stored).
    """
    if not rules.can_send_reminders(actor):
        raise ActionDenied("Erinnerungen verschickt nur die Koordination.")
    plan = plan_reminders(at)
    done = SentReminders(without_contact=len(plan.without_contact))
    if not plan.mails:
        return done
    with _open_connection() as connection:
        for mail in plan.mails:
            _send_one(actor, mail, at, write_link, connection, done)
    return done


def _open_connection() -> BaseEmailBackend:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise InvalidInput(
            [
                f"Der Mailserver antwortet nicht ({type(error).__name__}). Es wurde nichts verschickt. "
                "Bitte KEKIZ_MAIL_URL prüfen und noch einmal versuchen."
            ]
        ) from error
    return connection


def _send_one(
    actor: Actor,
    mail: PlannedMail,
    at: dt.datetime,
    write_link: Callable[[str], str],
    connection: BaseEmailBackend,
    done: SentReminders,
) -> None:
    tokens = {item.offer_key: make_token() for item in mail.items}
    expires_at = at + dt.timedelta(days=spans_in_force().link_days)
    try:
        claim = _claim(mail, tokens, at, expires_at)
    except IntegrityError:
        done.elsewhere += 1  # another run has just taken one of these offers
        return
    links = {key: write_link(token) for key, token in tokens.items()}
    message = compose_reminder(mail, links, at=at, until=expires_at)
    message.connection = connection
    try:
        message.send()
    except SURELY_NOT_SENT as error:
        logger.warning("A reminder to provider %s was refused: %s", mail.provider_key, type(error).__name__)
        claim.delete()
        done.refused += 1
        return
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("A reminder to provider %s is unsure: %s", mail.provider_key, type(error).__name__)
        done.unsure += 1
        return
    _note_sent(actor, claim, mail)
    done.mails += 1
    done.offers += len(mail.items)


def _claim(
    mail: PlannedMail, tokens: dict[str, str], at: dt.datetime, expires_at: dt.datetime
) -> ReminderMail:
    """Write down that this mail goes out now. Raises IntegrityError if one of its reminders is taken."""
    with transaction.atomic():
        claim = ReminderMail.objects.create(provider_key=mail.provider_key, claimed_at=at)
        AssuranceLink.objects.bulk_create(
            AssuranceLink(
                mail=claim,
                offer_key=item.offer_key,
                since=item.since,
                number=item.number,
                selector=select_token(tokens[item.offer_key]),
                digest=digest_token(tokens[item.offer_key]),
                expires_at=expires_at,
            )
            for item in mail.items
        )
    return claim


def _note_sent(actor: Actor, claim: ReminderMail, mail: PlannedMail) -> None:
    with transaction.atomic():
        claim.sent_at = timezone.now()
        claim.save(update_fields=["sent_at"])
        count = len(mail.items)
        write_log_entry(
            actor=actor,
            code="reminder.sent",
            target_type="reminder",
            target_key=mail.provider_key,
            target_label=f"{mail.provider_name}, {count} {'Angebot' if count == 1 else 'Angebote'}",
        )
