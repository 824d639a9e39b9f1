"""`kekiz doctor`: what is missing or misconfigured on this machine, and how to mend it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kekiz.cli.exits import Exit
from kekiz.cli.start import SETTINGS, find_database_fault, has_collected_static_files

PARTS = (
    "django",
    "numpy",
    "numba",
    "pyarrow",
    "pyproj",
    "rich",
    "typer",
    "allauth",
    "csp",
    "whitenoise",
    "gunicorn",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``mend`` is empty where nothing has to be done."""

    name: str
    is_fine: bool
    message: str
    mend: str = ""


def run_doctor(as_json: bool) -> None:
    """Print all findings; exit with INPUT_FAULTS if one needs mending."""
    findings = list(examine())
    faulty = sum(not finding.is_fine for finding in findings)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(f"{'in Ordnung' if finding.is_fine else 'FEHLT     '}  {finding.name}: {finding.message}")
            if finding.mend:
                print(f"            → {finding.mend}")
        print("Alles in Ordnung." if not faulty else f"{faulty} von {len(findings)} Punkten sind zu beheben.")
    raise SystemExit(int(Exit.INPUT_FAULTS if faulty else Exit.OK))


def examine() -> Iterator[Finding]:
    """Look at everything that can be looked at; later checks need the earlier ones."""
    yield _check_python()
    parts = _check_parts()
    yield parts
    if not parts.is_fine:
        return
    yield _check_engine()
    settings = _check_settings()
    yield settings
    if not settings.is_fine:
        return
    checks: tuple[Callable[[], Finding], ...] = (_check_front_end, _check_var, _check_database, _check_mail)
    for check in checks:
        yield check()


def _check_python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", True, f"{version} ({sys.executable})")


def _check_parts() -> Finding:
    from importlib.util import find_spec  # noqa: PLC0415

    missing = [name for name in PARTS if find_spec(name) is None]
    if not missing:
        return Finding("Pakete", True, f"{len(PARTS)} gefunden")
    return Finding(
        "Pakete",
        False,
        f"es fehlen {', '.join(missing)}",
        "pip install --require-hashes -r requirements/base.txt ausführen.",
    )


def _check_engine() -> Finding:
    from kekiz.engine.norms import load_norms  # noqa: PLC0415
    from kekiz.engine.problems import InputError  # noqa: PLC0415
    from kekiz.engine.scheme import load_scheme  # noqa: PLC0415

    try:
        norms = load_norms(scheme=load_scheme())
    except InputError as error:
        return Finding("Kennwerte", False, str(error), "Die Dateien in engine/norms wiederherstellen.")
    return Finding("Kennwerte", True, f"{len(norms.entries)} gelesen")


def _check_settings() -> Finding:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    try:
        django.setup()
    except ImproperlyConfigured as error:
        return Finding("Einstellungen", False, str(error), "Die genannten Umgebungsvariablen setzen.")
    from django.conf import settings  # noqa: PLC0415

    if settings.IS_LOCAL:
        return Finding("Einstellungen", True, "Vorführung oder Entwicklung; nicht für das Internet gedacht")
    return Finding("Einstellungen", True, f"für {', '.join(settings.ALLOWED_HOSTS)}")


def _check_front_end() -> Finding:
    from django.conf import settings  # noqa: PLC0415

    if settings.STATICFILES_DIRS or has_collected_static_files():
        return Finding("Oberfläche", True, "Bausteine gefunden")
    return Finding(
        "Oberfläche",
        False,
        f"die Bausteine fehlen in {settings.PARTS}",
        "npm ci ausführen oder mit KEKIZ_PARTS ihren Ordner nennen.",
    )


def _check_var() -> Finding:
    from django.conf import settings  # noqa: PLC0415

    folder = Path(settings.VAR)
    probe = folder / ".doctor-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        mend = "Die Rechte prüfen oder mit KEKIZ_HOME einen anderen Ordner nennen."
        return Finding("Ordner", False, f"in {folder} lässt sich nicht schreiben ({error.strerror})", mend)
    return Finding("Ordner", True, str(folder))


def _check_database() -> Finding:
    from django.db import connection  # noqa: PLC0415

    fault = find_database_fault()
    if fault:
        message, _, mend = fault.partition(" Bitte ")
        return Finding("Datenbank", False, message, f"Bitte {mend}" if mend else "DATABASE_URL prüfen.")
    return Finding("Datenbank", True, f"{connection.display_name} antwortet und ist auf dem Stand")


def _check_mail() -> Finding:
    from django.conf import settings  # noqa: PLC0415

    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Finding(
            "E-Mail", True, f"über {settings.EMAIL_HOST}; Links führen zu {settings.KEKIZ_SITE_URL}"
        )
    if settings.DEMO:
        return Finding("E-Mail", True, "geht in das Postfach der Vorführung (/postfach/)")
    if settings.IS_LOCAL:
        return Finding("E-Mail", True, "wird auf dem Terminal ausgegeben")
    return Finding(
        "E-Mail",
        False,
        "wird nur auf dem Terminal ausgegeben; niemand kann sein Passwort zurücksetzen",
        "KEKIZ_MAIL_URL setzen, z. B. smtp://name:passwort@rechner:587.",
    )
