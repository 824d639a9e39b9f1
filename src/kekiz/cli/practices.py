"""`kekiz practices`: load the practices of a region, from which the planning chooses."""

from __future__ import annotations

from pathlib import Path

from kekiz.cli.exits import stop
from kekiz.cli.start import require_current_database, start_django


def run_practices(file: Path, region_key: str) -> None:
    """Replace the practices of the region by those of the file; all or none."""
    start_django()
    require_current_database()
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415
    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.evidence.queries import find_area  # noqa: PLC0415
    from kekiz.planning.actions import load_practices  # noqa: PLC0415

    if find_area(region_key) is None:
        stop(f"--region: Die Region „{region_key}“ gibt es in dieser Datenbank nicht.")
    try:
        count = load_practices(actor=SYSTEM, region_key=region_key, path=file)
    except InvalidInput as error:
        stop(f"Es wurde nichts gespeichert.\n{error}")
    print(f"{count} Praxen eingelesen. Die Planung im Cockpit wählt ab jetzt aus ihnen.")
