"""`kekiz user`: open an account or give it one more role."""

from __future__ import annotations

import getpass
import sys

from kekiz.cli.exits import stop
from kekiz.cli.start import require_current_database, start_django


def run_user(email: str, name: str, role: str, area: str, without_password: bool) -> None:
    """Create the account if it is new, give it the role; both or nothing."""
    start_django()
    require_current_database()
    from django.db import transaction  # noqa: PLC0415

    from kekiz.accounts.actions import create_user, grant_role  # noqa: PLC0415
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415
    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.accounts.models import User  # noqa: PLC0415

    user = User.objects.filter(email__iexact=email.strip()).first()
    is_new = user is None
    if is_new and not name.strip():
        stop("Für ein neues Konto fehlt der Name: Bitte --name „Vorname Nachname“ angeben.")
    password = _ask_password() if is_new and not without_password else None
    try:
        with transaction.atomic():
            if user is None:
                user = create_user(actor=SYSTEM, email=email, display_name=name, password=password)
            granted = grant_role(actor=SYSTEM, user=user, role=role, area=area)
    except InvalidInput as error:
        stop(f"Es wurde nichts gespeichert.\n{error}")
    verb = "Konto angelegt" if is_new else "Rolle ergänzt"
    print(f"{verb}: {user.display_name} <{user.email}>, {granted}.")
    if is_new and password is None:
        print("Ein Passwort setzt die Person selbst über „Passwort vergessen“ auf der Anmeldeseite.")


def _ask_password() -> str:
    """Two times on a terminal; one line from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Passwort (mindestens 12 Zeichen): ")
    if getpass.getpass("Noch einmal: ") != first:
        stop("Die beiden Eingaben sind verschieden. Es wurde nichts gespeichert.")
    return first
