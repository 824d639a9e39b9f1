"""The drill-down of one link as tables: groups, offers, norms."""

from __future__ import annotations

from typing import Any

from kekiz.analysis.queries import GapDetail, GapOffer, NormUsed
from kekiz.evidence.queries import shipped_scheme
from kekiz.register.facets import HURDLE_CHOICES, Mode
from kekiz.register.wording import describe_ages
from kekiz.web.components.reasons import UNMET_REASONS, Reason
from kekiz.web.desk.tables import Column, Row, Table, is_too_small, reason_columns, reason_values
from kekiz.web.navigation import find_url
from kekiz.web.words import SUPPRESSED, THIN_SPACE, write_date, write_estimate, write_number, write_percent

HURDLE_NAMES = dict(HURDLE_CHOICES)
TRAVEL_NAMES = {"foot": "zu Fuß", "bike": "mit dem Rad", "bus": "mit dem Bus", "car": "mit dem Auto"}
UNIT_NAMES = {"minutes": "Minuten", "kmh": "km/h", "rounds": "", "places": "Plätze", "factor": ""}


def explain_gap(detail: GapDetail) -> list[str]:
    """Say in sentences who stays behind at a link and why, the weightiest reason first."""
    if is_too_small(detail.reasons):
        return [
            "Hier ist die Zahl der Kinder zu klein, um sie zu zeigen, oder sie würde eine kleine verraten."
        ]
    if detail.reasons.need <= 0:
        return ["Für dieses Kettenglied nehmen die Kennwerte keinen Bedarf an."]
    if detail.reasons.unmet < 0.5 and detail.reasons.found > 0:
        return ["Hier finden alle Kinder, die etwas brauchen, einen Platz."]
    parts = [(getattr(detail.reasons, reason.code), reason) for reason in UNMET_REASONS]
    least = min(0.5, detail.reasons.unmet)  # where nobody finds anything even "unter 1" is told
    weighty = sorted((part for part in parts if part[0] >= least), key=lambda part: -part[0])
    return [_explain_reason(children, reason, detail.reasons.unmet) for children, reason in weighty]


def _explain_reason(children: float, reason: Reason, unmet: float) -> str:
    who = f"{_capitalise(write_estimate(children))} {'Kind' if children < 1.5 else 'Kinder'}"
    part = "" if unmet - children < 0.5 else f" ({write_percent(children / unmet)} davon)"
    return f"{who}{part}: {reason.label}. {reason.meaning}"


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def tabulate_groups(detail: GapDetail) -> Table:
    """The link by group."""
    names = {group.code: group.name for group in shipped_scheme().groups}
    rows = [
        Row((names[code], *reason_values(reasons)), is_here=code == detail.group)
        for code, reasons in detail.by_group.items()
    ]
    return Table("gruppen", "Nach Gruppe", (Column("Gruppe"), *reason_columns()), rows)


def tabulate_offers(detail: GapDetail) -> Table:
    """The offers that children of the area reach, those that most children reach first."""
    columns = (
        Column("Angebot"),
        Column("Träger"),
        Column("Alter"),
        Column("Form"),
        Column("Plätze im Jahr", "exact"),
        Column("Plätze sind"),
        Column("belegt", "children"),
        Column("Anteil der Kinder in Reichweite", "share"),
        Column("Hürden"),
    )
    rows = [Row(_offer_values(offer), url=_offer_url(offer)) for offer in detail.offers]
    return Table("angebote", "Angebote, die Kinder von hier erreichen", columns, rows)


def _offer_values(offer: GapOffer) -> tuple[Any, ...]:
    return (
        offer.name,
        offer.provider,
        describe_ages(offer.age_from_months, offer.age_to_months),
        f"{Mode(offer.mode).label}, Weg geschätzt" if offer.is_way_estimated else Mode(offer.mode).label,
        round(offer.places),
        "angenommen" if offer.is_places_assumed else "angegeben",
        SUPPRESSED if offer.taken is None else offer.taken,
        SUPPRESSED if offer.share_in_reach is None else offer.share_in_reach,
        ", ".join(_name_hurdle(code, offer) for code in offer.hurdles) or "keine",
    )


def _name_hurdle(code: str, offer: GapOffer) -> str:
    """A hurdle in words; of an unknown cost it is said to be assumed."""
    is_assumed = code == "paid" and offer.is_cost_assumed
    return f"{HURDLE_NAMES[code]} (angenommen, Kosten nicht bekannt)" if is_assumed else HURDLE_NAMES[code]


def _offer_url(offer: GapOffer) -> str:
    return find_url("finder:offer", offer.key)


def tabulate_norms(detail: GapDetail) -> Table:
    """The norms behind the link, with range and source; an assumption is named so."""
    columns = (
        Column("Kennwert"),
        Column("gilt für"),
        Column("Wert"),
        Column("Spanne"),
        Column("Quelle", "note"),
        Column("gilt ab"),
        Column("Hinweis", "note"),
    )
    rows = [Row(_norm_values(used)) for used in detail.norms]
    return Table("kennwerte", "Kennwerte hinter diesen Zahlen", columns, rows)


def _norm_values(used: NormUsed) -> tuple[Any, ...]:
    norm = used.norm
    names = {group.code: group.name for group in shipped_scheme().groups}
    concerns = [names.get(used.group, ""), TRAVEL_NAMES.get(used.detail, HURDLE_NAMES.get(used.detail, ""))]
    return (
        used.name,
        ", ".join(part for part in concerns if part) or "alle",
        write_norm(norm.mid, norm.unit),
        f"{write_norm(norm.low, norm.unit)} bis {write_norm(norm.high, norm.unit)}",
        "Annahme" if used.is_assumption else norm.source,
        write_date(norm.valid_from),
        norm.note,
    )


def write_norm(value: float, unit: str) -> str:
    """Write the value of a norm with its unit."""
    if unit == "share":
        return write_percent(value)
    number = write_number(value, 0 if float(value).is_integer() else 1)
    name = UNIT_NAMES.get(unit, unit)
    return f"{number}{THIN_SPACE}{name}" if name else number
