"""The page that shows the demo's mails. It exists in the demo only."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from kekiz.web.words import write_moment

SHOWN = 60
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True)
class ShownMail:
    """One mail as the page shows it."""

    subject: str
    to: str
    sent: str
    text: SafeString


@require_safe
def show_mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails of the demo; 404 anywhere else."""
    if not settings.DEMO:
        raise Http404("only the demo has a mailbox")
    folder = Path(settings.KEKIZ_MAILBOX)
    files = sorted(folder.glob("*.eml"), reverse=True) if folder.is_dir() else []
    own_hosts = {urlsplit(settings.KEKIZ_SITE_URL).hostname, urlsplit(request.build_absolute_uri()).hostname}
    mails = [read_mail(path, own_hosts) for path in files[:SHOWN]]
    context = {"mails": mails, "total": len(files), "shown": SHOWN}
    response = render(request, "mailbox/mailbox.html", context)
    response["Cache-Control"] = "no-store"
    return response


def read_mail(path: Path, own_hosts: Set[str | None]) -> ShownMail:
    """A mail from its file; `own_hosts` are the names under which the demo answers."""
    message = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",))
    text = body.get_content() if body else ""
    date = message.get("Date")
    return ShownMail(
        subject=str(message.get("Subject", "")),
        to=str(message.get("To", "")),
        sent=write_moment(read_moment(str(date))) if date else "",
        text=link_addresses(str(text), own_hosts),
    )


def read_moment(header: str) -> datetime:
    """The local time of a Date header; "-0000" means UTC without a place (RFC 5322, 3.3)."""
    moment = parsedate_to_datetime(header)
    return localtime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def link_addresses(text: str, own_hosts: Set[str | None]) -> SafeString:
    """The text with addresses of the demo as links to this very server, whatever port it answers on."""
    parts = []
    for position, part in enumerate(_ADDRESS.split(text)):
        pieces = urlsplit(part) if position % 2 else None
        if pieces and pieces.hostname in own_hosts:
            parts.append(format_html('<a href="{}">{}</a>', pieces.path, part))
        else:
            parts.append(format_html("{}", part))
    return format_html_join("", "{}", ((part,) for part in parts))
