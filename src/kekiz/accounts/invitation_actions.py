"""Invite a provider's person by mail: send, send again, withdraw, accept.

The link is signed, expires, and opens the door once; opening the page changes nothing, so that scanners of
mail servers do no harm. Whether an address has an account, nobody learns but the owner of the mailbox.
"""

import datetime as dt
from collections.abc import Callable
from smtplib import SMTPException

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from kekiz.accounts import rules
from kekiz.accounts.actions import create_user, grant_role, write_log_entry
from kekiz.accounts.actors import SYSTEM, Actor
from kekiz.accounts.entrance_models import Invitation
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import LogEntry, Role, User
from kekiz.accounts.queries import find_user

DAYS_VALID = 14
MOST_PER_HOUR = 40  # invitations sent by one person; a slip with a list of addresses shall not become spam
_SALT = "kekiz.accounts.invitation"
WriteLink = Callable[[str], str]
GONE = "Diese Einladung gilt nicht mehr. Bitte fragen Sie die Koordination nach einer neuen."


class MailNotSent(InvalidInput):
    """It is stored, but the mail did not go out."""


def invite_person(
    *,
    actor: Actor,
    email: str,
    provider_key: str,
    provider_name: str,
    display_name: str = "",
    write_link: WriteLink,
) -> Invitation:
    """Store an invitation and send its mail; `write_link` makes the full address of a signed text.

    An open invitation of the same address to the same provider is sent again. Raises ActionDenied,
    InvalidInput (bad address, too many), MailNotSent.
    """
    _require_inviter(actor, provider_key)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInput(
            [f"„{address[:80]}“ ist keine E-Mail-Adresse, wie etwa name@traeger.de."]
        ) from error
    with transaction.atomic():
        _refuse_flood(actor)
        invitation = (
            Invitation.objects.select_for_update()
            .filter(email=address, provider_key=provider_key, accepted_at=None, withdrawn_at=None)
            .first()
        ) or Invitation(email=address, provider_key=provider_key)
        invitation.provider_name = provider_name[:200]
        invitation.display_name = " ".join(display_name.split())[:120] or invitation.display_name
        _store_sending(actor, invitation, "invitation.sent")
    _send(invitation, write_link)
    return invitation


def resend_invitation(*, actor: Actor, invitation: Invitation, write_link: WriteLink) -> Invitation:
    """Send an open or expired invitation once more, for another fortnight; earlier links end.

    Raises ActionDenied, InvalidInput, MailNotSent.
    """
    _require_inviter(actor, invitation.provider_key)
    with transaction.atomic():
        _refuse_flood(actor)
        current = _lock(invitation)
        _store_sending(actor, current, "invitation.resent")
    _send(current, write_link)
    return current


def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Close the door before somebody came in; the address is forgotten. Raises ActionDenied, InvalidInput."""
    _require_inviter(actor, invitation.provider_key)
    with transaction.atomic():
        current = _lock(invitation)
        current.withdrawn_at = timezone.now()
        current.email = current.display_name = ""
        current.save()
        _log_invitation(actor, "invitation.withdrawn", current)


def find_invitation(signed: str) -> Invitation | None:
    """The open invitation of a signed text; None where it is altered, expired, used or withdrawn."""
    try:
        number, sending = signing.loads(signed, salt=_SALT, max_age=dt.timedelta(days=DAYS_VALID))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    invitation = Invitation.objects.filter(pk=number, sending=sending).first()
    return invitation if invitation and invitation.is_open(timezone.now()) else None


def accept_invitation(*, signed: str, display_name: str, password: str) -> User:
    """Open the account of an invited person without one, with the provider's role.

    Raises InvalidInput (no such invitation, no name, weak password, an account exists: then sign in first).
    """
    with transaction.atomic():
        invitation = _lock_signed(signed)
        inviter: Actor = invitation.invited_by or SYSTEM
        try:
            person = create_user(
                actor=inviter, email=invitation.email, display_name=display_name, password=password
            )
            _settle(invitation, inviter, person)
        except ActionDenied as error:
            raise InvalidInput([GONE]) from error
    return person


def accept_invitation_signed_in(*, actor: User, signed: str) -> Role:
    """Give the provider's role to the signed-in owner of the invited address. Raises InvalidInput."""
    with transaction.atomic():
        invitation = _lock_signed(signed)
        if actor.email.lower() != invitation.email.lower():
            raise InvalidInput(["Diese Einladung ist für eine andere E-Mail-Adresse."])
        try:
            return _settle(invitation, invitation.invited_by or SYSTEM, actor)
        except ActionDenied as error:
            raise InvalidInput([GONE]) from error


def has_account(invitation: Invitation) -> bool:
    """Does the invited person have an account already? Only to be told to the holder of the link."""
    return find_user(invitation.email) is not None


def _require_inviter(actor: Actor, provider_key: str) -> None:
    if not rules.can_invite(actor, provider_key):
        raise ActionDenied("Zu einem Träger lädt nur die Koordination des Kreises oder Landes ein.")


def _refuse_flood(actor: Actor) -> None:
    if not isinstance(actor, User):
        return
    since = timezone.now() - dt.timedelta(hours=1)
    sent = LogEntry.objects.filter(
        actor=actor, at__gte=since, code__in=("invitation.sent", "invitation.resent")
    ).count()
    if sent >= MOST_PER_HOUR:
        raise InvalidInput(
            [f"Sie haben in einer Stunde {sent} Einladungen gesendet. Bitte warten Sie eine Stunde."]
        )


def _lock(invitation: Invitation) -> Invitation:
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if current.is_settled:
        raise InvalidInput(["Diese Einladung ist schon angenommen oder zurückgezogen."])
    return current


def _lock_signed(signed: str) -> Invitation:
    found = find_invitation(signed)
    if found is None:
        raise InvalidInput([GONE])
    current = Invitation.objects.select_for_update(of=("self",)).select_related("invited_by").get(pk=found.pk)
    if current.sending != found.sending or not current.is_open(timezone.now()):
        raise InvalidInput([GONE])
    return current


def _store_sending(actor: Actor, invitation: Invitation, code: str) -> None:
    invitation.invited_by = actor if isinstance(actor, User) else None
    invitation.sending += 1
    invitation.expires_at = timezone.now() + dt.timedelta(days=DAYS_VALID)
    invitation.save()
    _log_invitation(actor, code, invitation)


def _settle(invitation: Invitation, inviter: Actor, person: User) -> Role:
    held = person.roles.filter(role=Role.Kind.PROVIDER, area=invitation.provider_key).first()
    role = held or grant_role(actor=inviter, user=person, role="provider", area=invitation.provider_key)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.email = invitation.display_name = ""
    invitation.save()
    _log_invitation(person, "invitation.accepted", invitation)
    return role


def _send(invitation: Invitation, write_link: WriteLink) -> None:
    signed = signing.dumps([invitation.pk, invitation.sending], salt=_SALT)
    text = render_to_string(
        "accounts/invitation_mail.txt",
        {"invitation": invitation, "link": write_link(signed), "days": DAYS_VALID},
    )
    subject = f"Einladung: Angebote von {' '.join(invitation.provider_name.split())} pflegen"
    try:
        send_mail(subject, text, None, [invitation.email])
    except (SMTPException, OSError) as error:
        raise MailNotSent(
            ["Die Einladung ist gespeichert, aber die E-Mail ging nicht hinaus. Bitte senden Sie sie erneut."]
        ) from error
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())


def _log_invitation(actor: Actor, code: str, invitation: Invitation) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="invitation",
        target_key=invitation.pk,
        target_label=invitation.provider_name,
    )
