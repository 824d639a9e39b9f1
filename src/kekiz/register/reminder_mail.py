"""The reminder as a mail: plain text with a simple HTML part, in German, quiet and short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import format_datetime, make_msgid
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from kekiz.register.freshness_queries import PlannedMail

UNSUBSCRIBE_SUBJECT = "Bitte keine Erinnerungen mehr"


def compose_reminder(
    mail: PlannedMail, links: Mapping[str, str], *, at: dt.datetime, until: dt.datetime
) -> EmailMultiAlternatives:
    """The mail about all due offers of a provider; ``links`` maps the key of an offer to its address."""
    stop = f"mailto:{settings.KEKIZ_CONTACT_EMAIL}?subject={quote(UNSUBSCRIBE_SUBJECT)}"
    host = urlsplit(settings.KEKIZ_SITE_URL).hostname or "localhost"
    context = {
        "mail": mail,
        "rows": [(item, links[item.offer_key]) for item in mail.items],
        "until": timezone.localdate(until),
        "region": settings.KEKIZ_REGION_NAME,
        "operator": settings.KEKIZ_OPERATOR,
        "contact": settings.KEKIZ_CONTACT_EMAIL,
        "is_last": all(item.number > 1 for item in mail.items),
    }
    message = EmailMultiAlternatives(
        subject=write_subject(mail),
        body=render_to_string("register/reminder.txt", context),
        to=[mail.address],
        reply_to=[settings.KEKIZ_CONTACT_EMAIL],
        headers={
            "Date": format_datetime(at),
            "Message-ID": make_msgid(domain=host),
            "List-Id": f"Erinnerungen <erinnerungen.{host}>",
            "List-Unsubscribe": f"<{stop}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(render_to_string("register/reminder.html", context), "text/html")
    return message


def write_subject(mail: PlannedMail) -> str:
    """What the mail is about; no name in it can break the header."""
    count = len(mail.items)
    what = "Ihr Angebot" if count == 1 else f"Ihre {count} Angebote"
    verb = "Stimmt" if count == 1 else "Stimmen"
    return f"{verb} {what} noch? ({settings.KEKIZ_REGION_NAME})"
