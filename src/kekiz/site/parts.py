"""Larger pieces of the settings that need a decision: folders, secret, database, mail."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from kekiz.site.environment import Environment

CHECKOUT = Path(__file__).resolve().parents[3]

# WAL lets readers go on while one writes; NORMAL is safe with WAL; the cache is 64 MB.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
)


def find_home(environment: Environment) -> Path:
    """Return the folder of this installation: KEKIZ_HOME, else the checkout, else the current folder."""
    given = environment.text("KEKIZ_HOME")
    if given:
        return Path(given).expanduser().resolve()
    return CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()


def find_secret_key(environment: Environment, var: Path, *, may_generate: bool) -> str:
    """Return the secret key; demo and development get one of their own, kept in var/."""
    key = environment.text("KEKIZ_SECRET_KEY")
    if key and len(key) < 50:
        environment.problems.append(
            f"KEKIZ_SECRET_KEY hat nur {len(key)} Zeichen. Erwartet: mindestens 50 zufällige Zeichen, "
            "etwa aus python3 -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    if key:
        return key
    if may_generate:
        return _keep_own_secret(environment, var / "secret_key")
    environment.problems.append(
        "KEKIZ_SECRET_KEY fehlt. Bitte eine Folge von mindestens 50 zufälligen Zeichen setzen oder mit "
        "KEKIZ_SECRET_KEY_FILE eine Datei nennen, die sie enthält."
    )
    return ""


def _keep_own_secret(environment: Environment, path: Path) -> str:
    try:
        if path.is_file():
            return path.read_text(encoding="utf-8").strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(50)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(key)
        return key
    except FileExistsError:
        # Another process of the same start was faster.
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        environment.problems.append(
            f"In den Ordner {path.parent} lässt sich nicht schreiben ({error.strerror}). "
            "Bitte die Rechte prüfen oder mit KEKIZ_HOME einen anderen Ordner nennen."
        )
        return ""


def choose_database(environment: Environment, var: Path) -> dict[str, Any]:
    """Return Django's database settings: PostgreSQL by DATABASE_URL, else SQLite with WAL in var/."""
    url = environment.text("DATABASE_URL")
    if not url:
        return _sqlite(str(var / "kekiz.sqlite3"))
    if url.startswith("sqlite"):
        return _sqlite(str(dj_database_url.parse(url)["NAME"]))
    if not url.startswith(("postgres://", "postgresql://")):
        scheme = url.split(":", 1)[0]
        environment.problems.append(
            f"DATABASE_URL beginnt mit „{scheme}:“. Erwartet: postgres://name:passwort@rechner:5432/datenbank."
        )
        return _sqlite(":memory:")
    return {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}


def _sqlite(name: str) -> dict[str, Any]:
    # IMMEDIATE takes the write lock at the start of a transaction: waiting instead of failing half-way.
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}


def choose_mail(environment: Environment) -> dict[str, Any]:
    """Return Django's mail settings from KEKIZ_MAIL_URL; without it mail is printed on the terminal."""
    url = environment.text("KEKIZ_MAIL_URL")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        environment.problems.append(
            "KEKIZ_MAIL_URL ist keine Adresse eines Mailservers. "
            "Erwartet: smtp://name:passwort@rechner:587 oder smtps://name:passwort@rechner:465."
        )
    is_implicit_tls = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or (465 if is_implicit_tls else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_implicit_tls,
        "EMAIL_USE_TLS": not is_implicit_tls,
        "EMAIL_TIMEOUT": 20,
    }


def check_geocoder(environment: Environment) -> str:
    """Return the address of the address service, "" without one."""
    url = environment.text("KEKIZ_GEOCODER_URL")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        environment.problems.append(
            "KEKIZ_GEOCODER_URL ist keine Webadresse. Erwartet: https://…/search (Nominatim) oder "
            "https://…/api "
            "(Photon), ohne Anmeldedaten."
        )
    return url


def static_folders(parts: Path) -> list[tuple[str, str]]:
    """Return the front-end parts that are there, each under its own prefix of the static address."""
    folders = {
        "kern": parts / "@kern-ux" / "native" / "dist",
    }
    return [(prefix, str(folder)) for prefix, folder in folders.items() if folder.is_dir()]
