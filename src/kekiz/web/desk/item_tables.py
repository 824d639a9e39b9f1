"""The page of one overlap or handover in words and tables: offers side by side, who would take whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kekiz.analysis.models import Run
from kekiz.analysis.queries import (
    MissingHandover,
    Overlap,
    OverlapEntry,
    PairedOffer,
    Replacement,
    replacements,
)
from kekiz.evidence.queries import shipped_scheme
from kekiz.register.facets import HURDLE_CHOICES, Access, Cost, Mode
from kekiz.register.queries import published_offer
from kekiz.register.wording import describe_ages
from kekiz.web.desk.pair_tables import hide_small, name_fields, name_phases, write_distance
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.finder.opening_hours import describe_hours
from kekiz.web.navigation import find_url
from kekiz.web.words import SUPPRESSED, UNKNOWN, join_words, write_estimate, write_number, write_percent

HURDLE_NAMES = dict(HURDLE_CHOICES)


@dataclass(frozen=True)
class OfferColumn:
    """One of the offers side by side."""

    offer: PairedOffer
    content: Mapping[str, Any] | None  # as published today; None: no longer published
    parts: Sequence[Replacement] = ()

    @property
    def url(self) -> str:
        """Its page in the finder."""
        return find_url("finder:offer", self.offer.key)


def read_columns(run: Run, offers: Sequence[PairedOffer]) -> list[OfferColumn]:
    """The offers with what is published of them and what would become of their children."""
    columns = []
    for offer in offers:
        found = published_offer(offer.key)
        columns.append(OfferColumn(offer, found.content if found else None, replacements(run, offer.row)))
    return columns


def compare_offers(columns: Sequence[OfferColumn]) -> Table:
    """The offers side by side: what it is, for whom, when, where, and the figures of the run."""
    writers = {
        "Träger": lambda one: one.offer.provider,
        "Alter": lambda one: _read(one, lambda c: describe_ages(c["age_from_months"], c["age_to_months"])),
        "Bedarfsfelder": lambda one: _read(one, lambda c: name_fields(c["fields"])),
        "Form": lambda one: _read(one, lambda c: str(Mode(c["mode"]).label)),
        "Zugang": lambda one: _read(one, lambda c: str(Access(c["access"]).label)),
        "Kosten": lambda one: _read(one, lambda c: str(Cost(c["cost"]).label)),
        "Hürden": lambda one: _read(
            one, lambda c: join_words([HURDLE_NAMES[h] for h in c["hurdles"]]) or "keine"
        ),
        "Zeiten": lambda one: _read(one, _write_hours),
        "Ort": lambda one: _read(one, _write_sites),
        "Kinder im Jahr (Modell)": lambda one: _write_small(one.offer.children),
        "Plätze im Jahr": lambda one: (
            "nicht bekannt" if one.offer.places is None else write_number(one.offer.places)
        ),
        "davon frei (Modell)": _write_spare,
    }
    headings = (Column("Merkmal"), *(Column(one.offer.name) for one in columns))
    rows = [Row((name, *(write(one) for one in columns))) for name, write in writers.items()]
    return Table("vergleich", "Die Angebote nebeneinander", headings, rows)


def _read(column: OfferColumn, write: Any) -> str:
    return "nicht mehr veröffentlicht" if column.content is None else str(write(column.content))


def _write_hurdles(content: Mapping[str, Any]) -> str:
    return join_words([HURDLE_NAMES[code] for code in content["hurdles"]]) or "keine"


def _write_places(places: float | None) -> str:
    return "nicht bekannt" if places is None else write_number(places)


def _write_hours(content: Mapping[str, Any]) -> str:
    notation = content["opening_hours"]
    lines = [f"{line.days} {line.times}".strip() for line in describe_hours(notation)]
    return "; ".join(lines) or notation or "nicht bekannt"


def _write_sites(content: Mapping[str, Any]) -> str:
    return "; ".join(f"{site['name']}, {site['town']}" for site in content["sites"]) or "ohne Ort"


def _write_small(children: float) -> str:
    shown = hide_small(children)
    return SUPPRESSED if isinstance(shown, str) else write_estimate(shown)


def _write_spare(column: OfferColumn) -> str:
    """Free places in the best assignment, in the fullest field; assumed places are not told as free."""
    if column.offer.places is None or not column.parts:
        return UNKNOWN
    return write_number(min(part.spare_places for part in column.parts))


def explain_takers(column: OfferColumn) -> list[str]:
    """Who would take the children of an offer, field by field, in sentences."""
    fields = {one.code: one.name for one in shipped_scheme().fields}
    return [_explain_part(part, fields[part.field]) for part in column.parts if part.children > 0]


def _explain_part(part: Replacement, name: str) -> str:
    if hide_small(part.children) == SUPPRESSED:
        return f"{name}: Hier sind es so wenige Kinder, dass kekiz nichts dazu sagt."
    if part.replaceable is None:
        return (
            f"{name}: Das lässt sich nicht sagen, denn die Plätze dieses Angebots sind nicht bekannt. "
            "Fragen Sie den Träger danach; dann rechnet der nächste Lauf damit."
        )
    placed = write_estimate(part.replaceable * part.children)
    lead = f"{name}: {write_percent(part.replaceable)} seiner Kinder ({placed})"
    takers = [
        f"{taker} ({write_estimate(children)})"
        for taker, children in part.takers
        if hide_small(children) != SUPPRESSED
    ]
    where = f", am ehesten auf freien Plätzen bei {join_words(takers)}" if takers else ""
    more = ""
    if part.capacity == "takers_unknown" and part.if_assumed is not None:
        more = (
            " Wie viele es wirklich wären, lässt sich nicht genau sagen: Bei anderen Angeboten sind Plätze "
            f"nicht bekannt. Mit angenommenen Plätzen wären es {write_percent(part.if_assumed)}."
        )
    return f"{lead} fänden einen anderen Platz{where}.{more}"


def explain_overlap_item(entry: OverlapEntry, towns_of_region: int) -> list[str]:
    """Why the entry stands in the list and where, in sentences."""
    lead = entry.lead
    if entry.is_group:
        return [
            f"{len(entry.rows)} Angebote der gleichen Art – {name_fields(lead.fields)}, "
            f"{name_phases(lead.phases)} – stehen zu großen Teilen denselben Kindern offen.",
            "Jedes für sich könnte von anderen vertreten werden. Alle zusammen meist nicht: Die Kinder "
            "brauchen Plätze.",
            "kekiz zeigt sie als einen Hinweis, weil die Frage bei allen dieselbe ist.",
        ]
    return [
        f"Beide Angebote sind für {name_fields(lead.fields)} da ({name_phases(lead.phases)}). "
        f"Sie stehen zu {write_percent(lead.likeness)} denselben Kindern offen. "
        f"{_say_distance(lead)}",
        _say_rarity(lead, towns_of_region),
    ]


def _say_distance(lead: Overlap) -> str:
    if lead.distance_km is None:
        return "Mindestens eines braucht keinen Weg: Es kommt nach Hause oder ist online."
    if lead.distance_km < 0.05:
        return "Sie liegen am selben Ort."
    return f"Sie liegen {write_distance(lead.distance_km)} Luftlinie auseinander."


def _say_rarity(lead: Overlap, towns: int) -> str:
    if lead.towns_alike <= 1:
        return (
            "Angebote, die so nebeneinanderstehen, gibt es sonst in keiner Kommune. Darum steht der Hinweis "
            "weit oben."
        )
    return (
        f"Angebote dieser Art stehen in {write_number(lead.towns_alike)} von {write_number(towns)} Kommunen "
        "so nebeneinander. Je üblicher das ist, desto weiter unten steht der Hinweis."
    )


def list_members(entry: OverlapEntry) -> Table:
    """The offers of a group with their figures."""
    offers = {offer.row: offer for pair in entry.pairs for offer in (pair.first, pair.second)}
    columns = (
        Column("Angebot"),
        Column("Träger"),
        Column("Kinder im Jahr", "children"),
        Column("Plätze im Jahr", "exact"),
        Column("Anteil mit anderem Platz", "share"),
    )
    rows = [
        Row(
            (offer.name, offer.provider, hide_small(offer.children), offer.places, offer.replaceable),
            url=find_url("finder:offer", offer.key),
        )
        for offer in sorted(offers.values(), key=lambda one: one.name.casefold())
    ]
    return Table("angebote", "Die Angebote", columns, rows)


def list_pairs(entry: OverlapEntry) -> Table:
    """The pairs of a group, the weightiest first."""
    columns = (Column("Angebot"), Column("steht neben"), Column("gleiche Kinder", "share"), Column("Abstand"))
    rows = [
        Row((pair.first.name, pair.second.name, pair.likeness, write_distance(pair.distance_km)))
        for pair in entry.pairs
    ]
    return Table("paare", "Die Paare", columns, rows)


def explain_handover_item(handover: MissingHandover) -> list[str]:
    """Why the pair stands in the list and where, in sentences."""
    sentences = [
        f"kekiz nimmt an, dass im Jahr {write_estimate(handover.shared)} Kinder vom ersten Angebot zum "
        f"zweiten wechseln. Das sind {write_percent(handover.share_of_first)} der Kinder, die beim ersten "
        "abgehen. "
        "Gezählt sind sie nicht: Es ist das, was nach Wohnort, Alter und Plätzen zu erwarten ist.",
        "Eine Zusammenarbeit der beiden ist nicht eingetragen. Vielleicht gibt es sie trotzdem.",
    ]
    if handover.comparable:
        sentences.append(
            f"Von {write_number(handover.comparable)} vergleichbaren Paaren, die höchstens so weit "
            f"auseinanderliegen, haben {write_number(handover.comparable_agreed)} eine eingetragene "
            "Zusammenarbeit. "
            "Je üblicher sie ist und je mehr Kinder wechseln, desto weiter oben steht der Hinweis."
        )
    return sentences
