"""Start Django for the commands that need the database; say in sentences what hinders it."""

from __future__ import annotations

import os
from pathlib import Path

from kekiz.cli.exits import Exit, stop

SETTINGS = "kekiz.site.settings"


def start_django() -> None:
    """Load the settings and the apps. Ends the program with all faults of the settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - only for the commands that need it
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    try:
        django.setup()
    except ImproperlyConfigured as error:
        stop(str(error))
    _make_database_folder()


def _make_database_folder() -> None:
    """SQLite makes its file, but not the folder it lies in."""
    from django.conf import settings  # noqa: PLC0415

    database = settings.DATABASES["default"]
    folder = Path(str(database["NAME"])).parent
    if not database["ENGINE"].endswith("sqlite3") or folder.is_dir():
        return
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        stop(f"Der Ordner {folder} lässt sich nicht anlegen ({error.strerror}). Bitte KEKIZ_HOME setzen.")


def has_collected_static_files() -> bool:
    """Were the static files collected, so that production can serve them?"""
    from django.conf import settings  # noqa: PLC0415

    root = settings.STATIC_ROOT
    return root is not None and (Path(root) / "staticfiles.json").is_file()


def require_current_database() -> None:
    """End the program unless the database answers and has all tables of this version."""
    reason = find_database_fault()
    if reason:
        stop(reason)


def find_database_fault() -> str:
    """What keeps the database from being used, as a sentence; "" if nothing does."""
    from django.db import DatabaseError, connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return f"Die Datenbank antwortet nicht: {first.rstrip('.')}. Bitte DATABASE_URL prüfen."
    if waiting:
        return (
            f"Der Datenbank fehlen {len(waiting)} Änderungen dieser Version. Bitte vorher sichern und dann "
            "„kekiz serve --migrate“ starten."
        )
    return ""


def require_free_port(host: str, port: int) -> None:
    """End the program if the port cannot be used."""
    import socket  # noqa: PLC0415

    if not 1 <= port <= 65535:
        stop(f"Port {port} gibt es nicht: Bitte eine Zahl von 1024 bis 65535 wählen.", Exit.USAGE)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            stop(f"Port {port} ist geschützt: Bitte einen ab 1024 wählen, etwa --port 8000.", Exit.USAGE)
        except OSError as error:
            other = port + 1 if port < 65535 else 8000
            if error.errno and "in use" in os.strerror(error.errno):
                stop(
                    f"Port {port} ist belegt: Bitte das andere Programm beenden oder einen anderen Port "
                    f"wählen, etwa --port {other}.",
                    Exit.USAGE,
                )
            stop(f"Unter {host} kann dieser Rechner nicht antworten: {error.strerror}.", Exit.USAGE)
