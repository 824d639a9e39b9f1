"""The report as one HTML file: no script, no request, readable on paper and on a phone."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from kekiz.cli.figures import Figures
from kekiz.cli.inputs import RegionInputs
from kekiz.cli.region import RegionFile
from kekiz.cli.report.chain_picture import draw_chain, tabulate_chain
from kekiz.cli.report.headline import write_headline
from kekiz.cli.report.map_picture import draw_map
from kekiz.cli.report.markup import Markup, join, table, tag
from kekiz.cli.report.sections import (
    draw_matrix,
    list_assumed_places,
    list_gaps,
    list_municipalities,
    list_norms,
    list_ways,
)

GENERAL_LIMITS = (
    "Die Zahlen zählen Kinder mit Bedarf je Jahr in einem Modell. Sie sagen nicht, welches Kind oder welche "
    "Familie gemeint ist, und ersetzen nicht das Wissen der Menschen vor Ort.",
    "Wie gut ein Angebot ist, ob es passt und ob Kinder gern hingehen, steht in keiner dieser Tabellen.",
    "Die ungebrochene Kette nimmt an, dass fehlende Glieder voneinander unabhängig sind. In Wirklichkeit "
    "treffen sie oft dieselben Familien.",
    "Kleine Zahlen sind Schätzungen mit großer Unsicherheit. Bedarfe unter drei Kindern zeigt dieser Bericht "
    "nicht, und auch nicht, was sie verraten würde. Die Tabellen daneben sind Arbeitsdateien.",
)
DIGEST_NAMES = {
    "inputs": "Eingaben",
    "norms": "Kennwerte",
    "scheme": "Schema",
    "code": "Rechenkern",
    "level": "Kennwerte auf Stufe",
    "travel": "Wege",
}
TRAVEL_WORDS = {
    "model": "geschätzt nach dem Modell",
    "table": "aus der Tabelle der Reisezeiten",
    "mixed": "teils aus der Tabelle der Reisezeiten, teils geschätzt nach dem Modell",
}


def write_report(region: RegionFile, read: RegionInputs, figures: Figures, summary: dict[str, Any]) -> str:
    """The whole report as text."""
    title = f"Die Präventionskette in {region.name}"
    style = files("kekiz.cli.report").joinpath("style.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag(
        "body",
        tag("header", tag("p", "kekiz", class_="brand"), tag("h1", title), _say_date(region)),
        tag("main", *_list_sections(region, read, figures, summary["scope"]["level"])),
        tag("footer", tag("p", f"Erstellt mit kekiz {summary['kekiz']}.")),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="de") + "\n"


def _say_date(region: RegionFile) -> Markup | None:
    if not region.reference_date:
        return None
    year, month, day = region.reference_date.split("-")
    return tag("p", f"Stichtag {int(day)}.{int(month)}.{year}", class_="small")


def _list_sections(
    region: RegionFile, read: RegionInputs, figures: Figures, level: str
) -> list[Markup | None]:
    head, rows = tabulate_chain(figures)
    first, *more = write_headline(figures, region.name)
    as_table = tag(
        "details",
        tag("summary", "Die Kette als Tabelle"),
        table("Kinder je Lebensphase, Gruppe und Grund", head, rows, numeric_from=2),
    )
    return [
        tag("p", region.notice, class_="notice") if region.notice else None,
        tag("section", tag("p", first, class_="headline"), *(tag("p", text, class_="lead") for text in more)),
        _section("Die Kette", draw_chain(figures), as_table),
        _section("Wo Kinder ohne Platz bleiben", draw_matrix(figures)),
        _section("Kommunen", draw_map(figures, read.boundaries), list_municipalities(figures)),
        _section("Wege und Auswahl", list_ways(figures)),
        _section("Lücken (zu prüfen)", list_gaps(figures)),
        _section("Angebote mit angenommenen Plätzen", list_assumed_places(figures, read)),
        _section("Was die Daten nicht sagen", _list_limits(region, read, figures)),
        _section("Kennwerte", list_norms(read, level)),
        _section("Prüfsummen", _list_digests(figures)),
    ]


def _section(title: str, *content: str | None) -> Markup:
    return tag("section", tag("h2", title), *content)


def _list_limits(region: RegionFile, read: RegionInputs, figures: Figures) -> Markup:
    scheme = figures.scheme
    scope = []
    if len(region.fields) < len(scheme.fields) or len(region.phases) < len(scheme.phases):
        fields = ", ".join(scheme.field(code).name for code in region.fields)
        phases = ", ".join(scheme.phase(code).name for code in region.phases)
        scope = [
            f"Untersucht sind nur {fields} in {phases}. Über alle anderen Glieder sagt die Auswertung nichts."
        ]
    return tag("ul", *(tag("li", text) for text in (*scope, *read.notes, *GENERAL_LIMITS)))


def _list_digests(figures: Figures) -> Markup:
    entries = [
        join(
            tag("dt", DIGEST_NAMES.get(name, name)),
            tag("dd", tag("code", value), f" {TRAVEL_WORDS[value]}" if name == "travel" else ""),
        )
        for name, value in figures.result.digests.items()
    ]
    text = "Gleiche Prüfsummen, gleiche Zahlen: Damit lässt sich die Auswertung nachrechnen."
    return join(tag("p", text), tag("dl", *entries))
