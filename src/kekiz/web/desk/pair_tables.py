"""Offers beside each other as tables: overlaps and missing handovers, each with a sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence

from kekiz.analysis.queries import MissingHandover, Overlap, suppress_small
from kekiz.evidence.queries import shipped_scheme
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.navigation import find_url
from kekiz.web.words import SUPPRESSED, THIN_SPACE, join_words, write_estimate, write_number, write_percent

SHOWN = 50  # on the page; the CSV file has all


def tabulate_overlaps(overlaps: Sequence[Overlap]) -> Table:
    """The overlaps in the order given, one row a pair."""
    columns = (
        Column("Angebot"),
        Column("steht neben"),
        Column("Warum das hier steht", "note"),
        Column("Bedarfsfelder"),
        Column("Lebensphasen"),
        Column("gleiche Kinder", "share"),
        Column("Abstand"),
        Column("Kinder im ersten", "children"),
        Column("Plätze im ersten", "exact"),
        Column("Kinder im zweiten", "children"),
        Column("Plätze im zweiten", "exact"),
    )
    rows = [
        Row(_overlap_values(overlap), url=find_url("finder:offer", overlap.first.key)) for overlap in overlaps
    ]
    return Table("ueberschneidungen", "Überschneidungen (Prüfhinweise)", columns, rows)


def _overlap_values(overlap: Overlap) -> tuple[object, ...]:
    first, second = overlap.first, overlap.second
    return (
        first.name,
        second.name,
        explain_overlap(overlap),
        _name_fields(overlap.fields),
        _name_phases(overlap.phases),
        overlap.likeness,
        _write_distance(overlap.distance_km),
        _hide_small(first.children),
        first.places,
        _hide_small(second.children),
        second.places,
    )


def _hide_small(children: float) -> float | str:
    shown = suppress_small(children)
    return SUPPRESSED if shown is None else shown


def _write_distance(km: float | None) -> str:
    """The crow-fly distance; an offer that comes home or is online has none."""
    if km is None:
        return "ohne Weg"
    return f"{write_number(km, 1)}{THIN_SPACE}km" if km >= 0.05 else "am selben Ort"


def explain_overlap(overlap: Overlap) -> str:
    """Why the two are listed, in sentences."""
    common = f"Beide stehen zu {write_percent(overlap.likeness)} denselben Kindern offen."
    if overlap.score is None:
        return f"{common} Ob andere einspringen könnten, lässt sich nicht sagen: Plätze sind nicht bekannt."
    shares = sorted(
        {share for share in (overlap.first.replaceable, overlap.second.replaceable) if share is not None}
    )
    least = write_percent(shares[0])
    more = " Mit angenommenen Plätzen wären es mehr." if overlap.is_floor else ""
    return (
        f"{common} Stünde eines der beiden nicht zur Verfügung, fänden mindestens {least} seiner Kinder "
        f"einen anderen Platz, ohne dass ein Kind seinen verliert.{more}"
    )


def tabulate_handovers(handovers: Sequence[MissingHandover]) -> Table:
    """Missing handovers in the order given, one row a pair."""
    columns = (
        Column("Angebot davor"),
        Column("Angebot danach"),
        Column("Warum das hier steht", "note"),
        Column("Übergang"),
        Column("Kinder im Jahr", "children"),
        Column("Anteil der Abgehenden", "share"),
    )
    rows = [Row(_handover_values(one), url=find_url("finder:offer", one.first.key)) for one in handovers]
    return Table("uebergaben", "Übergänge ohne eingetragene Absprache (Prüfhinweise)", columns, rows)


def _handover_values(handover: MissingHandover) -> tuple[object, ...]:
    return (
        handover.first.name,
        handover.second.name,
        explain_handover(handover),
        _name_step(handover),
        handover.shared,
        handover.share_of_first,
    )


def explain_handover(handover: MissingHandover) -> str:
    """Why the pair is listed, in a sentence."""
    children = write_estimate(handover.shared)
    return (
        f"Voraussichtlich wechseln im Jahr {children} Kinder von einem zum anderen, "
        f"{write_percent(handover.share_of_first)} der Kinder, die hier abgehen. "
        "Eine Zusammenarbeit der beiden ist nicht eingetragen."
    )


def _name_step(handover: MissingHandover) -> str:
    scheme = shipped_scheme()
    named = {transition.code: transition.name for transition in scheme.transitions}
    if handover.transition in named:
        return named[handover.transition]
    return f"{scheme.phase(handover.from_phase).name} → {scheme.phase(handover.to_phase).name}"


def _name_fields(codes: Sequence[str]) -> str:
    return join_words([shipped_scheme().field(code).name for code in codes])


def _name_phases(codes: Sequence[str]) -> str:
    return join_words([shipped_scheme().phase(code).name for code in codes])


def shorten(table: Table, csv_url: str) -> Table:
    """The first rows for the page, with the address of the whole table."""
    total = len(table.rows)
    shown = f" – die ersten {SHOWN} von {write_number(total)}" if total > SHOWN else ""
    return Table(table.name, table.caption + shown, table.columns, table.rows[:SHOWN], csv_url)
