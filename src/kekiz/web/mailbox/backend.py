"""Where the demo's mail goes: one file per mail in a folder, nothing leaves the machine."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailboxBackend(BaseEmailBackend):
    """Writes each mail beside first, then in place; the names keep the order in which they were sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails; return how many."""
        folder = Path(settings.KEKIZ_MAILBOX)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
            beside = folder / f"{name}.new"
            beside.write_bytes(message.message().as_bytes())
            beside.rename(folder / f"{name}.eml")
        return len(email_messages)
