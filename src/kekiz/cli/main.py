"""The kekiz command. Every command imports what it needs when it runs, so that `kekiz --help` is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="kekiz",
    help="Präventionsketten: welche Kinder nicht finden, was sie brauchen, wo und warum.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _main() -> None:
    """Keeps `kekiz analyse` a subcommand even while it is the only one."""


@app.command()
def analyse(
    region: Annotated[Path, typer.Argument(help="region.toml mit den Dateien der Region")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Ordner für die Ergebnisse")] = Path("results"),
    data: Annotated[
        Path | None, typer.Option("--data", help="Ordner der Dateien, sonst der von region.toml")
    ] = None,
    level: Annotated[
        Literal["low", "mid", "high"], typer.Option(help="unteres Ende, Mitte oder oberes Ende der Kennwerte")
    ] = "mid",
    as_json: Annotated[bool, typer.Option("--json", help="nur die Zusammenfassung, als JSON")] = False,
) -> None:
    """Rechnet die Kette einer Region aus Dateien: Tabellen, Zusammenfassung und Bericht."""
    from kekiz.cli.analyse import run_analyse  # noqa: PLC0415

    run_analyse(region, out, data, level, as_json)
