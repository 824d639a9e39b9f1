"""Every read on accounts and the log."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from kekiz.accounts import rules
from kekiz.accounts.actors import Actor
from kekiz.accounts.models import LogEntry, User
from kekiz.accounts.sentences import write_sentence

SYSTEM_NAME = "Die Anlage"


@dataclass(frozen=True)
class LogLine:
    """One log entry as people read it."""

    at: datetime
    sentence: str
    entry: LogEntry


def find_user(email: str) -> User | None:
    """Return the person with this e-mail address, whatever its case, or None."""
    return User.objects.filter(email__iexact=email.strip()).first()


def users_managed_by(actor: Actor) -> list[User]:
    """Return the people whose accounts the actor may change, by name, their roles loaded."""
    people = User.objects.prefetch_related("roles")
    return [user for user in people if rules.can_manage_user(actor, user)]


def log_of_target(target_type: str, target_key: str | int) -> QuerySet[LogEntry]:
    """Return all log entries of one thing, newest first, actors loaded."""
    return LogEntry.objects.filter(target_type=target_type, target_key=str(target_key)).select_related(
        "actor"
    )


def log_for(actor: Actor, *, limit: int = 100) -> list[LogLine]:
    """Return the newest log entries the actor may read, as sentences, newest first."""
    lines: list[LogLine] = []
    for entry in LogEntry.objects.select_related("actor").iterator(chunk_size=500):
        if rules.can_read_log(actor, entry.area):
            lines.append(describe_log_entry(entry))
        if len(lines) == limit:
            break
    return lines


def describe_log_entry(entry: LogEntry) -> LogLine:
    """Return a log entry as a German sentence."""
    sentence = write_sentence(
        entry.code,
        actor=entry.actor.display_name if entry.actor else SYSTEM_NAME,
        key=entry.target_key,
        label=entry.target_label,
        area=entry.area,
    )
    return LogLine(at=entry.at, sentence=sentence, entry=entry)


def display_name_of(user: User) -> str:
    """Return the name to show for an account."""
    return user.display_name
