"""`kekiz demo`: build the worked region in a database of its own and serve it."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kekiz.cli.exits import stop
from kekiz.cli.start import require_free_port, start_django

# The demo depends on its files and on the code that reads, stores and analyses them.
CODE_PARTS = ("accounts", "register", "evidence", "analysis", "planning", "engine", "cli")
DATABASE, STAMP, LOCK = "demo.sqlite3", "demo.stamp", "demo.lock"


def run_demo(port: int, serve: bool, folder: Path | None) -> None:
    """Build the demo region if its files or the code changed, print the accounts, serve it."""
    if serve:
        require_free_port("127.0.0.1", port)
    os.environ["KEKIZ_DEMO"] = "1"
    source = folder or _find_checkout() / "demo" / "lippe"
    if not (source / "region.toml").is_file():
        stop(
            f"Die Dateien der Vorführregion fehlen: {source}. Sie liegen im Quelltext von kekiz unter demo/."
        )
    var = _find_var()
    database = var / DATABASE
    with _lock(var):
        stamp, digest = var / STAMP, _digest_demo(source)
        if not (database.is_file() and _read_stamp(stamp) == digest):
            _build(source, database)
            stamp.write_text(digest, encoding="ascii")
    _print_accounts(source)
    if serve:
        os.environ["DATABASE_URL"] = f"sqlite:///{database}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "kekiz.site.settings"
        print(f"Die Vorführregion läuft unter http://localhost:{port} – beenden mit Strg+C.", flush=True)
        from kekiz.cli.serve import hand_over  # noqa: PLC0415

        hand_over("127.0.0.1", port, 1)


def _find_checkout() -> Path:
    return Path(__file__).resolve().parents[3]


def _find_var() -> Path:
    home = os.environ.get("KEKIZ_HOME")
    var = (Path(home).expanduser() if home else _find_checkout()).resolve() / "var"
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"Der Ordner {var} lässt sich nicht anlegen ({error.strerror}). Bitte KEKIZ_HOME setzen.")
    return var


@contextmanager
def _lock(var: Path) -> Iterator[None]:
    """Only one program builds at a time; the lock falls when it ends, however it ends."""
    with (var / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Ein anderes Programm baut die Vorführregion gerade auf, einen Moment bitte …", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _digest_demo(source: Path) -> str:
    code = Path(__file__).resolve().parents[1]
    files = [
        path for part in CODE_PARTS for end in ("py", "toml") for path in (code / part).rglob(f"*.{end}")
    ]
    total = hashlib.sha256()
    for path in [*sorted(source.iterdir()), *sorted(files)]:
        if path.is_file():
            total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _read_stamp(stamp: Path) -> str:
    return stamp.read_text(encoding="ascii") if stamp.is_file() else ""


def _build(source: Path, database: Path) -> None:
    """Build into a new file beside, then put it in place: killed half-way, the older demo is still there."""
    fresh = database.with_name(f"{database.stem}-new{database.suffix}")
    _remove(fresh)
    os.environ["DATABASE_URL"] = f"sqlite:///{fresh}"
    start_django()
    from django.db import connections  # noqa: PLC0415

    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.cli.demo_region import build_region  # noqa: PLC0415

    try:
        build_region(source)
    except InvalidInput as error:
        stop(f"Die Vorführregion lässt sich nicht aufbauen:\n{error}")
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    _remove(database)
    fresh.rename(database)
    _remove(fresh)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _print_accounts(source: Path) -> None:
    from kekiz.cli.demo_accounts import PASSWORD, list_accounts  # noqa: PLC0415

    print("\nKonten der Vorführung (Passwort für alle: " + PASSWORD + ")")
    for account in list_accounts(source):
        print(f"  {account.email:<30} {account.meaning}")
    print()
