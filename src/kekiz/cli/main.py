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


REGION_FILE = typer.Argument(help="region.toml mit den Dateien der Region; oder --register")
REGISTER = typer.Option("--register", help="das eigene Register statt region.toml; braucht die Datenbank")
REGION_KEY = typer.Option("--region", help="AGS der Region, nur wo das Register mehrere hat")


@app.command()
def analyse(
    region: Annotated[Path | None, REGION_FILE] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Ordner für die Ergebnisse")] = Path("results"),
    data: Annotated[
        Path | None, typer.Option("--data", help="Ordner der Dateien, sonst der von region.toml")
    ] = None,
    level: Annotated[
        Literal["low", "mid", "high"], typer.Option(help="unteres Ende, Mitte oder oberes Ende der Kennwerte")
    ] = "mid",
    ranges: Annotated[
        int,
        typer.Option(
            help="so viele Rechnungen mit anderen Kennwerten für die Bereiche der Kernzahlen", min=0
        ),
    ] = 0,
    engine: Annotated[
        Literal["one", "processes", "spark"],
        typer.Option(help="am Stück, oder Kreis für Kreis in Prozessen oder auf Apache Spark"),
    ] = "one",
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="so viele Bedarfsfelder oder Kreise nebeneinander")
    ] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="nur die Zusammenfassung, als JSON")] = False,
    register: Annotated[bool, REGISTER] = False,
    region_key: Annotated[str, REGION_KEY] = "",
    date: Annotated[
        str | None, typer.Option("--date", help="Stichtag wie 2026-06-30, sonst heute; nur mit --register")
    ] = None,
    ways: Annotated[
        Literal["measured", "model"],
        typer.Option(
            "--ways", help="gemessene Wege, wo es sie gibt, oder alle geschätzt; nur mit --register"
        ),
    ] = "measured",
) -> None:
    """Rechnet die Kette einer Region: aus Dateien in einen Ordner, mit --register für das Cockpit."""
    from kekiz.cli.register_region import refuse_mixture  # noqa: PLC0415

    refuse_mixture(
        region is not None,
        register,
        {"--out": out != Path("results"), "--data": data is not None, "--level": level != "mid",
         "--engine": engine != "one", "--workers": workers != 2},
        {"--region": bool(region_key), "--date": date is not None, "--ways": ways != "measured"},
    )  # fmt: skip
    if region is None:
        from kekiz.cli.analyse_register import run_analyse_register  # noqa: PLC0415

        run_analyse_register(region_key, date, ranges, ways == "measured", as_json)
        return
    from kekiz.cli.analyse import Order, run_analyse  # noqa: PLC0415

    run_analyse(Order(region, out, data, level, ranges, as_json, engine, workers))


@app.command()
def plan(
    region: Annotated[Path, typer.Argument(help="region.toml mit den Dateien der Region")],
    budget: Annotated[
        float, typer.Option("--budget", help="eigene Mittel der Region im Jahr, in Euro, ohne die Förderung")
    ],
    rule: Annotated[
        str, typer.Option("--rule", help="Förderregel: kekiz-2017, … , own, oder eine eigene Datei *.toml")
    ] = "own",
    equity: Annotated[
        float, typer.Option("--equity", help="wie oft ein Kind aus einer armen Familie zählt")
    ] = 1.0,
    practices: Annotated[
        Path | None, typer.Option("--practices", help="Praxen, sonst practices.toml neben region.toml")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Ordner der Dateien, sonst der von region.toml")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Datei *.json für den Plan")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="den Plan als JSON ausgeben")] = False,
) -> None:
    """Schlägt vor, welche Maßnahmen mit dem Geld am meisten Kinder neu erreichen."""
    from kekiz.cli.plan import run_plan  # noqa: PLC0415

    run_plan(region, budget, rule, equity, practices, data, out, as_json)


@app.command()
def guide(
    out: Annotated[Path, typer.Option("--out", "-o", help="Ordner für die PDF-Dateien")],
    municipality: Annotated[
        list[str] | None, typer.Option("--municipality", "-m", help="Kommune: Name oder AGS; sonst alle")
    ] = None,
    site: Annotated[
        str,
        typer.Option("--site", help="Adresse der Seite für Link und Bildcode, z. B. https://kekiz.example"),
    ] = "",
) -> None:
    """Schreibt den Wegweiser zum Ausdrucken als PDF, einen je Kommune."""
    from kekiz.cli.guide import run_guide  # noqa: PLC0415

    run_guide(out, municipality or [], site)


@app.command()
def travel(
    region: Annotated[Path | None, REGION_FILE] = None,
    osm: Annotated[
        Path | None, typer.Option("--osm", help="Straßennetz: Auszug von OpenStreetMap, *.osm.pbf")
    ] = None,
    gtfs: Annotated[Path | None, typer.Option("--gtfs", help="Fahrplan im Format GTFS, *.zip")] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="Reisetag wie 2022-06-21, sonst ein gewöhnlicher Werktag")
    ] = None,
    depart: Annotated[
        str, typer.Option("--depart", help="wann Familien aufbrechen, z. B. 08:00-10:00")
    ] = "08:00-10:00",
    percentile: Annotated[
        float, typer.Option("--percentile", help="in so viel Prozent der Minuten reicht die Zeit, 1 bis 100")
    ] = 50.0,
    walk: Annotated[
        float, typer.Option("--walk", help="längster Fußweg zur Haltestelle und beim Umsteigen, Minuten")
    ] = 15.0,
    changes: Annotated[int, typer.Option("--changes", help="höchstens so viele Umstiege, 0 bis 5")] = 2,
    margin: Annotated[
        float, typer.Option("--margin", help="Wege bis zum Oberwert der zumutbaren Minuten mal diese Zahl")
    ] = 1.0,
    out: Annotated[Path, typer.Option("--out", "-o", help="Tabelle *.parquet der Reisezeiten")] = Path(
        "travel_times.parquet"
    ),
    data: Annotated[
        Path | None, typer.Option("--data", help="Ordner der Dateien, sonst der von region.toml")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="was gemessen wurde, als JSON")] = False,
    register: Annotated[bool, REGISTER] = False,
    region_key: Annotated[str, REGION_KEY] = "",
) -> None:
    """Misst Wege im Straßennetz und nach Fahrplan; ein abgebrochener Lauf geht beim nächsten Mal weiter."""
    from kekiz.cli.register_region import refuse_mixture  # noqa: PLC0415
    from kekiz.cli.travel_wishes import read_wishes  # noqa: PLC0415

    only_files = {"--out": out != Path("travel_times.parquet"), "--data": data is not None}
    refuse_mixture(region is not None, register, only_files, {"--region": bool(region_key)})
    request = read_wishes(osm, gtfs, date, depart, percentile, walk, changes, margin)
    if region is None:
        from kekiz.cli.travel_register import run_travel_register  # noqa: PLC0415

        run_travel_register(request, region_key, as_json)
        return
    from kekiz.cli.travel import run_travel  # noqa: PLC0415

    run_travel(region, request, out, data, as_json)


@app.command()
def duplicates(
    lists: Annotated[
        list[Path], typer.Argument(help="Listen als CSV oder Parquet, mit den Spalten id und name")
    ],
    level: Annotated[
        Literal["site", "offer"], typer.Option("--level", help="Orte (und Träger) oder Angebote vergleichen")
    ] = "site",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="neue Datei *.csv oder *.json für die Paare")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="die Paare als JSON ausgeben")] = False,
) -> None:
    """Findet, was in Listen doppelt steht, und sagt zu jedem Paar warum."""
    from kekiz.cli.duplicates import run_duplicates  # noqa: PLC0415

    run_duplicates(lists, level, out, as_json)


@app.command()
def demo(
    port: Annotated[int, typer.Option("--port", help="Port auf diesem Rechner")] = 8000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="im Browser zeigen oder nur aufbauen")
    ] = True,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Ordner der Vorführregion, sonst demo/lippe")
    ] = None,
) -> None:
    """Baut die Vorführregion in einer eigenen Datenbank auf und zeigt sie im Browser."""
    from kekiz.cli.demo import run_demo  # noqa: PLC0415

    run_demo(port, serve, folder)


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="Adresse dieses Rechners")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port auf diesem Rechner")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Prozesse nebeneinander")] = 2,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="die Datenbank vorher auf den Stand dieser Version bringen")
    ] = False,
) -> None:
    """Zeigt die eigene Region im Browser, eingestellt über Umgebungsvariablen."""
    from kekiz.cli.serve import run_serve  # noqa: PLC0415

    run_serve(host, port, workers, migrate)


@app.command()
def user(
    email: Annotated[str, typer.Argument(help="E-Mail-Adresse der Person")],
    role: Annotated[
        Literal["state", "district", "youth_office", "municipality", "provider", "seat", "reader"],
        typer.Option("--role", help="Rolle"),
    ],
    area: Annotated[
        str,
        typer.Option("--area", help="Gebiet als AGS oder dessen Anfang; bei Träger und Sitz der Schlüssel"),
    ],
    name: Annotated[str, typer.Option("--name", help="Name, nötig bei einem neuen Konto")] = "",
    without_password: Annotated[
        bool, typer.Option("--no-password", help="die Person setzt ihr Passwort selbst")
    ] = False,
) -> None:
    """Legt ein Konto mit einer Rolle an oder gibt einem Konto eine weitere Rolle."""
    from kekiz.cli.users import run_user  # noqa: PLC0415

    run_user(email, name, role, area, without_password)


@app.command("import")
def import_list(
    file: Annotated[
        str,
        typer.Argument(
            help="Liste: xlsx, xls, ods, csv, json, geojson, HSDS-Paket, Auszug von OpenStreetMap "
            "(osm.pbf, osm), oder https://… einer HSDS-API"
        ),
    ] = "",
    source: Annotated[
        str,
        typer.Option(
            "--source", help="Name der Quelle; unter ihm bleibt die Zuordnung der Spalten gespeichert"
        ),
    ] = "",
    sheet: Annotated[
        str, typer.Option("--sheet", help="Blatt der Mappe, sonst das mit den meisten Zeilen")
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="SPALTE=FELD; FELD leer: nicht benutzen; mehrfach möglich"),
    ] = None,
    for_all: Annotated[
        list[str] | None,
        typer.Option(
            "--for-all", help="FELD=TEXT für Zeilen, die nichts sagen, z. B. ages=0-6 Jahre; mehrfach möglich"
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="nur zeigen, was geschähe")] = False,
    answer: Annotated[
        Path | None,
        typer.Option("--answer", help="die Liste mit Ergebnis und Gründen je Zeile als *.xlsx schreiben"),
    ] = None,
    state: Annotated[
        Literal["draft", "in_review"],
        typer.Option("--state", help="Stand der Angebote: Entwurf oder in Prüfung"),
    ] = "draft",
    without_place: Annotated[
        bool,
        typer.Option(
            "--without-place", help="Angebote ohne auffindbaren Ort als Entwurf ohne Ort übernehmen"
        ),
    ] = False,
    publish: Annotated[bool, typer.Option("--publish", help="die Angebote gleich veröffentlichen")] = False,
    undo: Annotated[int, typer.Option("--undo", help="Nummer eines Imports, der zurückgenommen wird")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="das Ergebnis als JSON ausgeben")] = False,
) -> None:
    """Übernimmt eine Liste von Angeboten in das Register, alles oder nichts."""
    from kekiz.cli.exits import Exit, stop  # noqa: PLC0415
    from kekiz.cli.importing import ImportOrder, run_import, run_undo  # noqa: PLC0415

    if bool(file) == bool(undo):
        stop("Bitte eine Liste nennen oder mit --undo die Nummer eines Imports.", Exit.USAGE)
    if undo:
        run_undo(undo, as_json)
        return
    run_import(
        ImportOrder(
            file,
            source,
            sheet,
            tuple(column or ()),
            tuple(for_all or ()),
            dry_run,
            answer,
            state,
            without_place,
            publish,
            as_json,
        )
    )


@app.command("export")
def export_offers(
    file: Annotated[
        str,
        typer.Argument(help="Datei *.xlsx, *.csv, *.json, *.zip (beide HSDS), *.geojson, *.parquet"),
    ] = "",
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="xlsx, csv, hsds-json, hsds-csv, geojson, parquet; Zahlen des veröffentlichten Laufs: "
            "analyse-csv, analyse-parquet, analyse-geojson. Sonst nach der Endung",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Ordner für mehrere Formate; ohne --format alle")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="vorhandene Dateien ersetzen")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="was geschrieben wurde, als JSON")] = False,
) -> None:
    """Schreibt alle veröffentlichten Angebote und die Zahlen des veröffentlichten Laufs in Dateien."""
    from kekiz.cli.exporting import run_export  # noqa: PLC0415

    run_export(file, form or [], out, replace, as_json)


@app.command()
def practices(
    file: Annotated[Path, typer.Argument(help="Datei practices.toml mit Praxen und Preisen")],
    region: Annotated[str, typer.Option("--region", help="AGS der Region, etwa 05766")],
) -> None:
    """Liest die Praxen der Region ein, aus denen die Planung im Cockpit auswählt."""
    from kekiz.cli.practices import run_practices  # noqa: PLC0415

    run_practices(file, region)


@app.command()
def remind(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="nur sagen, was fällig wäre; nichts verschicken")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="das Ergebnis als JSON ausgeben")] = False,
) -> None:
    """Erinnert Träger an Angebote, deren Bestätigung abgelaufen ist; für einen Zeitgeber."""
    from kekiz.cli.remind import run_remind  # noqa: PLC0415

    run_remind(dry_run, as_json)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="die Befunde als JSON ausgeben")] = False,
) -> None:
    """Sagt, was auf diesem Rechner fehlt oder falsch eingestellt ist, und wie man es behebt."""
    from kekiz.cli.doctor import run_doctor  # noqa: PLC0415

    run_doctor(as_json)
