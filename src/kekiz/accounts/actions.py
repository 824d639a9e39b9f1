"""Every write on accounts, roles and the log. Each checks its rule, validates, saves and logs in one step."""

from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from kekiz.accounts import rules
from kekiz.accounts.actors import Actor
from kekiz.accounts.areas import normalise_area
from kekiz.accounts.entrance_models import ApiToken, Invitation
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import LogEntry, Role, User
from kekiz.accounts.sentences import is_registered

# Long texts are cut in the log: it shows what changed, it is not a second copy of the register.
LOGGED_TEXT_LIMIT = 300


class LogLine(TypedDict):
    """What a line of the log tells; `changes` maps a field to `[old, new]` in JSON values."""

    actor: Actor
    code: str
    target_type: str
    target_key: str | int
    target_label: NotRequired[str]
    area: NotRequired[str]
    changes: NotRequired[Mapping[str, Any] | None]


def write_log_entry(**line: Unpack[LogLine]) -> LogEntry:
    """Add one line to the log; call it inside the transaction of the change it tells of.

    Raises ValueError when the code has no sentence.
    """
    entry = build_log_entry(**line)
    entry.save()
    return entry


def write_log_entries(entries: Iterable[LogEntry]) -> None:
    """Add several lines that :func:`build_log_entry` made, as one."""
    LogEntry.objects.bulk_create(entries)


def build_log_entry(
    *,
    actor: Actor,
    code: str,
    target_type: str,
    target_key: str | int,
    target_label: str = "",
    area: str = "",
    changes: Mapping[str, Any] | None = None,
) -> LogEntry:
    """An unsaved line of the log, checked. Raises ValueError when the code has no sentence."""
    if not is_registered(code):
        raise ValueError(f"The log code {code!r} has no German sentence; see accounts.sentences.")
    entry = LogEntry(
        actor=actor if isinstance(actor, User) else None,
        via=actor.acts_through if isinstance(actor, User) else "",
        code=code,
        target_type=target_type,
        target_key=str(target_key),
        target_label=_cut(target_label, 200),
        area=area,
        changes={field: _shorten(value) for field, value in (changes or {}).items()},
    )
    entry.full_clean(exclude={"actor"})  # whoever acts is there
    return entry


def create_user(*, actor: Actor, email: str, display_name: str, password: str | None = None) -> User:
    """Open an account; without a password the person sets one through "Passwort vergessen".

    The address counts as confirmed, because coordination vouches for it.
    Raises ActionDenied or InvalidInput (bad address, taken address, weak password).
    """
    if not rules.can_create_users(actor):
        raise ActionDenied("Konten legt nur die Koordination des Kreises oder Landes an.")
    user = User(email=email.strip().lower(), display_name=" ".join(display_name.split()))
    _set_password(user, password)
    with transaction.atomic():
        _clean(user)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        write_log_entry(actor=actor, code="user.created", target_type="user", target_key=user.pk)
    return user


def grant_role(*, actor: Actor, user: User, role: str, area: str | Iterable[str]) -> Role:
    """Give a person a role in an area (AGS prefixes) or an organisation (provider or seat key).

    Raises ActionDenied or InvalidInput (unknown role, malformed area, role held already).
    """
    stored_area = normalise_area(role, area)
    granted = Role(user=user, role=role, area=stored_area)
    _clean(granted)
    if not rules.can_grant_role(actor, role, stored_area):
        raise ActionDenied(
            f"Die Rolle „{granted.get_role_display()}“ im Gebiet {stored_area} dürfen Sie nicht vergeben. "
            "Das darf die Koordination, deren Gebiet dies umfasst."
        )
    with transaction.atomic():
        granted.save()
        _log_role(actor, "role.granted", granted)
    _forget_held_roles(user)
    return granted


def revoke_role(*, actor: Actor, role: Role) -> None:
    """Take a role from a person. Raises ActionDenied."""
    if not rules.can_grant_role(actor, role.role, role.area):
        raise ActionDenied(
            f"Die Rolle „{role.get_role_display()}“ im Gebiet {role.area} dürfen Sie nicht entziehen. "
            "Das darf die Koordination, deren Gebiet dies umfasst."
        )
    with transaction.atomic():
        _log_role(actor, "role.revoked", role)
        role.delete()
    _forget_held_roles(role.user)


def deactivate_user(*, actor: Actor, user: User) -> User:
    """Close an account: the person can no longer sign in and holds no role in effect. Raises ActionDenied."""
    _require_management(actor, user)
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        write_log_entry(actor=actor, code="user.deactivated", target_type="user", target_key=user.pk)
    _forget_held_roles(user)
    return user


def erase_user(*, actor: Actor, user: User) -> User:
    """Close an account and erase the person's name, address, password and roles; the log keeps its number.

    Raises ActionDenied.
    """
    _require_management(actor, user)
    address = user.email
    with transaction.atomic():
        user.email = f"geloescht-{user.pk}@invalid.example"
        user.display_name = "Gelöschtes Konto"
        user.is_active = False
        user.set_unusable_password()
        user.save()
        user.roles.all().delete()
        ApiToken.objects.filter(user=user).delete()
        Invitation.objects.filter(email__iexact=address).delete()
        EmailAddress.objects.filter(user=user).delete()
        write_log_entry(actor=actor, code="user.erased", target_type="user", target_key=user.pk)
    _forget_held_roles(user)
    return user


def _require_management(actor: Actor, user: User) -> None:
    if actor == user:
        raise ActionDenied("Das eigene Konto kann nur eine andere Person der Koordination schließen.")
    if not rules.can_manage_user(actor, user):
        raise ActionDenied(
            "Dieses Konto dürfen Sie nicht ändern: Es hat Rollen außerhalb Ihres Gebiets. "
            "Das darf die Koordination, deren Gebiet alle diese Rollen umfasst."
        )


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput([f"Passwort: {message}" for message in error.messages]) from error
    user.set_password(password)


def _clean(row: User | Role) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise InvalidInput.from_validation(error) from error


def _log_role(actor: Actor, code: str, role: Role) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="user",
        target_key=role.user.pk,
        target_label=str(role.get_role_display()),
        area=role.area,
        changes={"role": [None, role.role] if code == "role.granted" else [role.role, None]},
    )


def _forget_held_roles(user: User) -> None:
    user.__dict__.pop("held_roles", None)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _shorten(value: Any) -> Any:
    if isinstance(value, str):
        return _cut(value, LOGGED_TEXT_LIMIT)
    if isinstance(value, (list, tuple)):
        return [_shorten(item) for item in value]
    return value
