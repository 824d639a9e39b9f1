"""Every read on accounts and the log."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from kekiz.accounts import rules
from kekiz.accounts.actors import Actor
from kekiz.accounts.entrance_models import ApiToken, Invitation, digest_secret
from kekiz.accounts.models import LogEntry, Role, User
from kekiz.accounts.sentences import write_sentence

SYSTEM_NAME = "kekiz"  # where no person acted: a task, a timer, the command line


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
    actor = entry.actor.display_name if entry.actor else SYSTEM_NAME
    sentence = write_sentence(
        entry.code,
        actor=f"{actor} (Zugang {entry.via})" if entry.via else actor,
        key=entry.target_key,
        label=entry.target_label,
        area=entry.area,
    )
    return LogLine(at=entry.at, sentence=sentence, entry=entry)


def people_of_provider(provider_key: str) -> list[User]:
    """Return the people who work for a provider and can sign in, by name."""
    return list(User.objects.filter(is_active=True, roles__role=Role.Kind.PROVIDER, roles__area=provider_key))


def invitations_for(actor: Actor) -> list[Invitation]:
    """Return the invitations the actor may follow up, newest first; those withdrawn are left out."""
    if not rules.can_invite(actor):
        return []
    return list(
        Invitation.objects.filter(withdrawn_at__isnull=True).select_related("invited_by", "accepted_by")
    )


def tokens_of_provider(provider_key: str) -> list[ApiToken]:
    """Return the entrances of a provider, newest first, revoked ones too."""
    return list(ApiToken.objects.filter(provider_key=provider_key).select_related("user"))


def person_behind_token(secret: str) -> User | None:
    """Return the person a valid token acts for, holding nothing but the token's provider role; else None.

    A token of a closed account, or of somebody who left the provider, opens nothing.
    """
    token = ApiToken.objects.filter(digest=digest_secret(secret)).select_related("user").first()
    if token is None or not token.is_valid(timezone.now()):
        return None
    person = token.user
    held = tuple(
        role
        for role in person.held_roles
        if role.role == Role.Kind.PROVIDER and role.organisation_key == token.provider_key
    )
    if not held:
        return None
    person.held_roles = held
    person.acts_through = token.prefix
    return person


def display_name_of(user: User) -> str:
    """Return the name to show for an account."""
    return user.display_name
