"""Machinery of the tests about reminders: a register with due offers, a day, links as the mails hold them."""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.core import mail
from tests.register.world import OFFERS, PROVIDERS, SITES

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions
from kekiz.register.models import Provider

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
DAY = NOON.date()
LONG_AGO = dt.date(2025, 10, 1)  # thirteen months and more
LATELY = dt.date(2026, 10, 1)
ADDRESSES = {"familienbuende-lemgo": "lemgo@example.org", "stadt-detmold": "detmold@example.org"}
_LINK = re.compile(r"http://links\.test/(\S+)")


def load_due_world(assured=None, **changes) -> None:
    """The small register: assured long ago but for what ``assured`` says; providers have addresses."""
    assured = assured or {}
    providers = [{**row, "contact_email": ADDRESSES[row["key"]]} for row in PROVIDERS]
    offers = [
        {**row, "assured_on": assured.get(row["key"], LONG_AGO), "assured_by": "Jugendamt"}
        | changes.get(row["key"], {})
        for row in OFFERS
    ]
    actions.load_register(actor=SYSTEM, providers=providers, sites=SITES, offers=offers)


def forget_address(key: str) -> None:
    """The provider has no address any more."""
    Provider.objects.filter(key=key).update(contact_email="")


@dataclass
class Timer:
    """Runs the reminders as the timer does, and keeps the tokens in their order."""

    tokens: list[str] = field(default_factory=list)

    def run(self, days: int = 0):
        """Run some days after NOON."""
        return actions.send_reminders(
            actor=SYSTEM, at=NOON + dt.timedelta(days=days), write_link=self._write_link
        )

    def _write_link(self, token: str) -> str:
        self.tokens.append(token)
        return f"http://links.test/{token}"


def read_tokens(title: str) -> list[str]:
    """The tokens in all mails so far behind the title of an offer, the oldest first."""
    found = []
    for message in mail.outbox:
        for paragraph in message.body.split("\n\n"):
            if paragraph.startswith(title + "\n"):
                found += _LINK.findall(paragraph)
    return found
