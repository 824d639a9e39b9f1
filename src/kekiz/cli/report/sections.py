"""The sections of the report below the chain picture."""

from __future__ import annotations

from kekiz.cli.figures import UNMET, Figures, Gap
from kekiz.cli.inputs import OUT_OF_SCOPE, RegionInputs
from kekiz.cli.report.markup import Markup, join, table, tag
from kekiz.cli.report.words import (
    GROUP_LABELS,
    NO_NEED,
    REASON_LABELS,
    REASON_MEANINGS,
    TOO_SMALL,
    TOO_SMALL_WORDS,
    UNKNOWN,
    round_estimate,
    write_estimate,
    write_number,
    write_percent,
    write_points,
)
from kekiz.cli.summary import TOP
from kekiz.engine.gaps import REASONS
from kekiz.engine.norms import Norm

ASSUMED_SHOWN = 2_000  # beyond a district nobody reads such a list, and no browser likes it
TINT_LIMITS = (0.05, 0.15, 0.30, 0.50)


def choose_tint(share: float | None) -> int:
    """The tint 0 (few without a place) to 4 (at least half)."""
    return sum((share or 0.0) >= limit for limit in TINT_LIMITS)


def draw_matrix(figures: Figures) -> Markup:
    """Fields as rows, phases as columns: children without a place, tinted by their share."""
    scheme = figures.scheme
    head = [tag("th", "Bedarfsfeld", scope="col"), *(tag("th", p.name, scope="col") for p in scheme.phases)]
    rows = []
    for field in scheme.fields:
        cells = [tag("th", field.name, scope="row")]
        for phase in scheme.phases:
            need = figures.links.get((phase.code, field.code))
            if need is not None and need.is_hidden:
                cells.append(tag("td", TOO_SMALL, class_="number", title=TOO_SMALL_WORDS))
                continue
            if need is None or need.need <= 0:
                cells.append(tag("td", NO_NEED, class_="number"))
                continue
            cells.append(
                tag(
                    "td",
                    tag("b", write_number(round_estimate(need.unmet))),
                    tag("span", write_percent(need.unmet_share), class_="share"),
                    class_=f"number tint-{choose_tint(need.unmet_share)}",
                )
            )
        rows.append(tag("tr", *cells))
    caption = "Kinder ohne Platz je Bedarfsfeld und Lebensphase, darunter ihr Anteil am Bedarf"
    inner = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head)),
        tag("tbody", *rows),
        class_="matrix",
    )
    note = (
        f"„{NO_NEED}“ heißt: hier wird kein Bedarf angenommen oder das Glied ist nicht Teil der Auswertung. "
        f"„{TOO_SMALL}“ heißt: {TOO_SMALL_WORDS}, oder eine, die eine kleine verraten würde."
    )
    return join(
        tag("div", inner, class_="scroll", role="region", aria_label=caption, tabindex="0"),
        tag("p", note, class_="small"),
    )


def list_municipalities(figures: Figures) -> Markup:
    """One row per municipality: need, reasons, share without a place, difference between the groups."""
    head = ["Kommune", "Bedarf", *(REASON_LABELS[reason] for reason in REASONS), "ohne Platz", "Abstand"]
    rows = [
        [row.name, *[TOO_SMALL] * (len(head) - 1)]
        if row.need.is_hidden
        else [
            row.name,
            write_number(row.need.need),
            *(write_number(row.need.by_reason[reason]) for reason in REASONS),
            write_percent(row.need.unmet_share, 1),
            TOO_SMALL if row.equity_gap_points is None else write_points(row.equity_gap_points),
        ]
        for row in figures.municipalities
    ]
    note = (
        "Abstand: Anteil ohne Platz bei einkommensarmen Kindern minus Anteil bei anderen, in Prozentpunkten. "
        "Das Ziel ist null."
    )
    return join(table("Bedarf und Gründe je Kommune", head, rows), tag("p", note, class_="small"))


def list_ways(figures: Figures) -> Markup:
    """How far the nearest offer is and how many there are to choose from, per municipality."""
    head = [
        "Kommune",
        "Minuten ohne Auto",
        "Minuten mit Auto",
        "Auswahl ohne Auto",
        "Auswahl mit Auto",
        "ohne Auto nichts erreichbar",
    ]
    rows = []
    for row in figures.municipalities:
        ways = row.ways
        if ways is None:
            rows.append([row.name, *[UNKNOWN] * (len(head) - 1)])
            continue
        rows.append(
            [
                row.name,
                write_number(ways.minutes_without_car, 1),
                write_number(ways.minutes_with_car, 1),
                write_number(ways.offers_without_car, 1),
                write_number(ways.offers_with_car, 1),
                write_percent(ways.without_any, 1),
            ]
        )
    note = (
        "Mittel über die Kinder und die untersuchten Glieder. Minuten: einfacher Weg zum nächsten Angebot, "
        "nur für Kinder, die eines erreichen. Auswahl: Angebote in vertretbarer Zeit, unabhängig von freien "
        "Plätzen."
    )
    return join(table("Wege und Auswahl je Kommune", head, rows), tag("p", note, class_="small"))


def list_gaps(figures: Figures) -> Markup:
    """The largest gaps by reason, each reason folded."""
    return join(*(_list_reason(figures, reason, figures.gaps[reason]) for reason in UNMET))


def _list_reason(figures: Figures, reason: str, gaps: list[Gap]) -> Markup:
    total = figures.total.by_reason[reason]
    title = f"{REASON_LABELS[reason].capitalize()}: {write_estimate(total)} Kinder"
    rows = [
        [
            gap.name,
            figures.scheme.phase(gap.phase).name,
            figures.scheme.field(gap.field).name,
            write_estimate(gap.children),
        ]
        for gap in gaps[:TOP]
    ]
    head = ["Kommune", "Lebensphase", "Bedarfsfeld", "Kinder"]
    if rows:
        caption = f"Die größten Lücken (zu prüfen): {REASON_LABELS[reason]}"
        if len(gaps) > TOP:
            caption += f" – {TOP} von {len(gaps)}"
        body = table(caption, head, rows, numeric_from=3)
    else:
        body = tag("p", "Keine.")
    return tag(
        "details",
        tag("summary", title),
        tag("p", REASON_MEANINGS[reason]),
        body,
        open="open" if reason == "not_found" and rows else None,
    )


def list_assumed_places(figures: Figures, read: RegionInputs) -> Markup:
    """Offers whose places are unknown and were assumed."""
    offers = figures.result.tables["offers"]
    assumed = offers.filter(offers["places_assumed"])
    if assumed.num_rows == 0:
        return tag("p", "Alle Angebote nennen ihre Plätze.")
    titles = dict(zip(read.inputs.offers.offer, read.inputs.offers.name, strict=True))
    rows = [
        [titles.get(row["offer"]) or row["offer"], row["field"], write_number(row["places"])]
        for row in assumed.slice(0, ASSUMED_SHOWN).to_pylist()
    ]
    intro = (
        f"{assumed.num_rows} Einträge nennen keine Plätze. "
        "Gerechnet ist dort mit einer Annahme, nicht mit null."
    )
    if assumed.num_rows > ASSUMED_SHOWN:
        intro += f" Die ersten {ASSUMED_SHOWN} stehen hier, alle in der Tabelle offers."
    content = table(
        "Angenommene Plätze je Angebot und Bedarfsfeld", ["Angebot", "Feld", "Plätze"], rows, numeric_from=2
    )
    return tag("details", tag("summary", intro), content)


def list_norms(read: RegionInputs, level: str) -> Markup:
    """All norms used, with their range and source."""
    norms = [norm for norm in read.inputs.norms.entries if norm.note != OUT_OF_SCOPE]
    assumed = sum(norm.is_assumption for norm in norms)
    intro = f"{len(norms)} Kennwerte, davon {assumed} Annahmen ohne Quelle"
    head = ["Kennwert", "gilt für", "unten", "Mitte", "oben", "Quelle", "Anmerkung"]
    rows = [
        [
            norm.key,
            _say_place(norm),
            *(write_number(value, 2) for value in (norm.low, norm.mid, norm.high)),
            "Annahme" if norm.is_assumption else norm.source,
            norm.note,
        ]
        for norm in norms
    ]
    used = {"low": "dem unteren Ende", "mid": "der Mitte", "high": "dem oberen Ende"}[level]
    return join(
        tag("p", f"Gerechnet ist mit {used} jeder Spanne."),
        tag(
            "details",
            tag("summary", intro),
            table("Kennwerte mit Spanne und Quelle", head, rows, numeric_from=99),
        ),
    )


def _say_place(norm: Norm) -> str:
    parts = [GROUP_LABELS.get(part, part) for part in norm.place if part]
    return ", ".join(parts) or "alle"
