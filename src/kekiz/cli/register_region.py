"""The region of this installation's own register, for commands that work on it instead of on files."""

from __future__ import annotations

from kekiz.cli.exits import Exit, stop
from kekiz.cli.start import require_current_database, start_django


def open_register(region_key: str) -> tuple[str, str]:
    """Start Django; key and name of the region meant. Ends the program if there is none, or more than one."""
    start_django()
    require_current_database()
    from kekiz.evidence.queries import regions  # noqa: PLC0415

    known = {region.key: region.name for region in regions()}
    if not known:
        stop("In dieser Datenbank ist noch keine Region angelegt.")
    if region_key and region_key not in known:
        stop(f"--region: „{region_key}“ gibt es hier nicht. Möglich: {', '.join(known)}.", Exit.USAGE)
    if not region_key and len(known) > 1:
        stop(f"Hier gibt es mehrere Regionen. Bitte --region angeben: {', '.join(known)}.", Exit.USAGE)
    key = region_key or next(iter(known))
    return key, known[key]


def refuse_mixture(
    region_given: bool, register: bool, only_files: dict[str, bool], only_register: dict[str, bool]
) -> None:
    """End the program where options of both ways of calling meet, or where neither is chosen.

    ``only_files``, ``only_register``: options that belong to one of the two, and whether they were given.
    """
    if region_given == register:
        stop("Bitte entweder region.toml nennen oder --register für das eigene Register.", Exit.USAGE)
    wrong = only_files if register else only_register
    given = [option for option, is_given in wrong.items() if is_given]
    if given:
        where = "nur für Dateien" if register else "nur mit --register"
        stop(f"{', '.join(given)}: Das gibt es {where}.", Exit.USAGE)
