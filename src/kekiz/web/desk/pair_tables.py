"""Offers beside each other as tables: overlaps and missing handovers, each with a sentence that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kekiz.analysis.queries import (
    HandoverEntry,
    MissingHandover,
    Overlap,
    OverlapEntry,
    Standing,
    suppress_small,
)
from kekiz.evidence.queries import shipped_scheme
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.desk.verdicts import name_state, write_reason
from kekiz.web.words import (
    NO_NEED,
    SUPPRESSED,
    THIN_SPACE,
    join_words,
    write_estimate,
    write_number,
    write_percent,
)

Link = Callable[[str], str]


def tabulate_overlaps(
    entries: Sequence[OverlapEntry],
    standings: Mapping[str, Standing],
    towns: Mapping[str, str],
    link: Link,
    caption: str,
) -> Table:
    """The overlaps in the order given, one row an entry, with everything the file holds."""
    columns = (
        Column("Angebote"),
        Column("Stand"),
        Column("Kommune"),
        Column("Bedarfsfelder"),
        Column("gleiche Kinder", "share"),
        Column("mit anderem Platz", "share"),
        Column("Abstand"),
        Column("so in Kommunen", "exact"),
        Column("Lebensphasen"),
        Column("Warum das hier steht", "note"),
        Column("Kinder im ersten", "children"),
        Column("Plätze im ersten", "exact"),
        Column("Kinder im zweiten", "children"),
        Column("Plätze im zweiten", "exact"),
        Column("Begründung", "note"),
    )
    rows = [
        Row(
            (
                name_entry(entry, towns),
                name_state(standings[entry.item.key]),
                towns.get(entry.lead.ags, "ohne Ort"),
                name_fields(entry.lead.fields),
                entry.lead.likeness,
                find_least_share(entry.lead),
                "mehrere" if entry.is_group else write_distance(entry.lead.distance_km),
                entry.lead.towns_alike,
                name_phases(entry.lead.phases),
                explain_entry(entry),
                *_count_children(entry),
                write_reason(standings[entry.item.key]),
            ),
            url=link(entry.item.key),
        )
        for entry in entries
    ]
    return Table("ueberschneidungen", caption, columns, rows)


OVERLAP_COLUMNS_SHOWN = 8  # on the page; the rest stands on the page of the entry and in the file


def find_least_share(overlap: Overlap) -> float | None:
    """The share of children of either offer who would find another place; None: cannot tell."""
    shares = [overlap.first.replaceable, overlap.second.replaceable]
    known = [share for share in shares if share is not None]
    return min(known) if overlap.score is not None and known else None


def name_entry(entry: OverlapEntry, towns: Mapping[str, str]) -> str:
    """The entry in words: two names, or how many of which kind where."""
    lead = entry.lead
    if not entry.is_group:
        return f"{lead.first.name} – {lead.second.name}"
    place = f" in {towns[lead.ags]}" if lead.ags in towns else ""
    return f"{len(entry.rows)} Angebote{place}: {name_fields(lead.fields)}, {name_phases(lead.phases)}"


def _count_children(entry: OverlapEntry) -> tuple[object, ...]:
    if entry.is_group:  # they differ from pair to pair; the page of the entry has them
        return (NO_NEED,) * 4
    first, second = entry.lead.first, entry.lead.second
    return (hide_small(first.children), first.places, hide_small(second.children), second.places)


def hide_small(children: float) -> float | str:
    """The children as they may be shown, "." where they are too few."""
    shown = suppress_small(children)
    return SUPPRESSED if shown is None else shown


def write_distance(km: float | None) -> str:
    """The crow-fly distance; an offer that comes home or is online has none."""
    if km is None:
        return "ohne Weg"
    return f"{write_number(km, 1)}{THIN_SPACE}km" if km >= 0.05 else "am selben Ort"


def explain_entry(entry: OverlapEntry) -> str:
    """Why the entry is listed, in sentences."""
    if not entry.is_group:
        return explain_overlap(entry.lead)
    return (
        "Mehrere Angebote der gleichen Art stehen denselben Kindern offen und könnten einander vertreten, "
        f"in {write_number(len(entry.pairs))} Paaren. Meist ist das gewollt: Familien brauchen ein Angebot "
        "in der Nähe."
    )


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


def tabulate_handovers(
    entries: Sequence[HandoverEntry],
    standings: Mapping[str, Standing],
    towns: Mapping[str, str],
    link: Link,
    caption: str,
) -> Table:
    """Missing handovers in the order given, one row a pair, with everything the file holds."""
    columns = (
        Column("Angebot davor → Angebot danach"),
        Column("Stand"),
        Column("Kinder im Jahr", "children"),
        Column("Anteil der Abgehenden", "share"),
        Column("anderswo eingetragen"),
        Column("Übergang"),
        Column("Kommune"),
        Column("Warum das hier steht", "note"),
        Column("Begründung", "note"),
    )
    rows = [
        Row(
            (
                entry.item.title,
                name_state(standings[entry.item.key]),
                hide_small(entry.handover.shared),
                entry.handover.share_of_first,
                write_usual(entry.handover),
                name_step(entry.handover.step),
                towns.get(entry.handover.ags, entry.handover.ags or "ohne Ort"),
                explain_handover(entry.handover),
                write_reason(standings[entry.item.key]),
            ),
            url=link(entry.item.key),
        )
        for entry in entries
    ]
    return Table("uebergaben", caption, columns, rows)


HANDOVER_COLUMNS_SHOWN = 5


def write_usual(handover: MissingHandover) -> str:
    """How many comparable pairs have an agreement: "18 von 24"."""
    if not handover.comparable:
        return "kein Vergleich"
    return f"{write_number(handover.comparable_agreed)} von {write_number(handover.comparable)}"


def explain_handover(handover: MissingHandover) -> str:
    """Why the pair is listed, in a sentence."""
    children = write_estimate(handover.shared)
    return (
        f"Voraussichtlich wechseln im Jahr {children} Kinder von einem zum anderen, "
        f"{write_percent(handover.share_of_first)} der Kinder, die hier abgehen. "
        "Eine Zusammenarbeit der beiden ist nicht eingetragen."
    )


def name_step(step: str) -> str:
    """A transition in words: "Kita → Grundschule"."""
    scheme = shipped_scheme()
    named = {transition.code: transition.name for transition in scheme.transitions}
    if step in named:
        return named[step]
    before, _, after = step.partition("-")
    return f"{scheme.phase(before).name} → {scheme.phase(after).name}"


def name_fields(codes: Sequence[str]) -> str:
    """Fields of need in words."""
    return join_words([shipped_scheme().field(code).name for code in codes])


def name_phases(codes: Sequence[str]) -> str:
    """Life phases in words."""
    return join_words([shipped_scheme().phase(code).name for code in codes])


def shorten(table: Table, rows_shown: int, columns_shown: int) -> Table:
    """The first rows and columns for the page; the caption says how many rows there are."""
    total = len(table.rows)
    shown = f" – die ersten {rows_shown} von {write_number(total)}" if total > rows_shown else ""
    rows = [Row(row.values[:columns_shown], row.url, row.is_here) for row in table.rows[:rows_shown]]
    return Table(table.name, table.caption + shown, table.columns[:columns_shown], rows, table.csv_url)
