"""`kekiz serve`: the site, served by gunicorn."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from kekiz.cli.exits import stop
from kekiz.cli.start import (
    SETTINGS,
    has_collected_static_files,
    require_current_database,
    require_free_port,
    start_django,
)


def run_serve(host: str, port: int, workers: int, migrate: bool) -> NoReturn:
    """Check settings, database and static files, then hand over to gunicorn."""
    require_free_port(host, port)
    start_django()
    if migrate:
        migrate_database()
    require_current_database()
    collect_static_files()
    hand_over(host, port, workers)


def migrate_database() -> None:
    """Bring the database to this version; make the tables of the cache where the settings keep it there."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import DatabaseError  # noqa: PLC0415

    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        stop(f"Die Datenbank ließ sich nicht auf den Stand dieser Version bringen: {error}")


def collect_static_files() -> None:
    """Put pictures, styles and scripts where production serves them from; the demo serves them in place."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    if settings.IS_LOCAL:
        return
    if not settings.STATICFILES_DIRS:
        if has_collected_static_files():
            return  # collected at installation, the front-end parts themselves are no longer here
        stop(f"Die Bausteine der Oberfläche fehlen in {settings.PARTS}. Bitte „npm ci“ ausführen.")
    try:
        call_command("collectstatic", verbosity=0, interactive=False)
    except OSError as error:
        stop(
            f"In {settings.STATIC_ROOT} lässt sich nicht schreiben ({error.strerror}). "
            "Bitte die Rechte prüfen."
        )


def hand_over(host: str, port: int, workers: int) -> NoReturn:
    """Replace this program by gunicorn."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    shown = f"[{host}]" if ":" in host else host
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "kekiz.site.wsgi:application",
        "--bind",
        f"{shown}:{port}",
        "--workers",
        str(workers),
        "--threads",
        "4",
        "--timeout",
        "60",
        "--log-level",
        "warning",
    ]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter with fixed words, no shell
