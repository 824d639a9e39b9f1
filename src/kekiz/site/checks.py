"""Start-up checks: what is missing on this machine and how to mend it, before the first visitor finds out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def check_front_end_parts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn when the front-end parts are not installed or collected: pages would lack their design."""
    if settings.STATIC_ROOT is not None:
        if (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
            return []
        return [
            Warning(
                f"Die Dateien der Oberfläche sind noch nicht gesammelt: {settings.STATIC_ROOT} fehlt.",
                hint="Bitte python -m django collectstatic ausführen; siehe deploy/README.md.",
                id="kekiz.W002",
            )
        ]
    if settings.STATICFILES_DIRS:
        return []
    return [
        Warning(
            f"Die Bausteine der Oberfläche fehlen in {settings.PARTS}: Seiten erscheinen ohne Gestaltung.",
            hint="Bitte ./dev demo oder npm ci ausführen.",
            id="kekiz.W001",
        )
    ]


@register()
def check_database_folder(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start when SQLite has no folder it can write to; make the folder where it may."""
    database = settings.DATABASES["default"]
    name = str(database["NAME"])
    if not database["ENGINE"].endswith("sqlite3") or ":memory:" in name or name.startswith("file:"):
        return []
    folder = Path(name).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".write-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return [
            Error(
                f"In den Ordner der Datenbank {folder} lässt sich nicht schreiben ({error.strerror}).",
                hint="Bitte die Rechte prüfen, KEKIZ_HOME oder DATABASE_URL setzen.",
                id="kekiz.E001",
            )
        ]
    return []


@register(deploy=True)
def check_demo_is_local(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a public site in demo or development mode: known passwords, no HTTPS."""
    if not (settings.DEMO or settings.DEBUG):
        return []
    return [
        Error(
            "KEKIZ_DEMO oder KEKIZ_DEBUG ist eingeschaltet. Beides ist nicht für das Internet gedacht.",
            hint="Bitte beide weglassen und KEKIZ_SECRET_KEY, KEKIZ_HOSTS und DATABASE_URL setzen.",
            id="kekiz.E002",
        )
    ]


@register(deploy=True)
def check_region_is_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn when a public site does not say whose it is."""
    if settings.IS_REGION_NAMED:
        return []
    return [
        Warning(
            "KEKIZ_REGION_NAME fehlt: Die Seiten nennen keine Region.",
            hint="Bitte den Namen setzen, wie man ihn sagt, etwa KEKIZ_REGION_NAME='Kreis Lippe'.",
            id="kekiz.W003",
        )
    ]
