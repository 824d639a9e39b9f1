"""The freshness list and the expiry radar as tables, for the page and for the CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from kekiz.analysis.queries import BrokenLink, EndingOffer, FieldLoss, suppress_small
from kekiz.engine.scheme import Scheme
from kekiz.register.freshness_queries import OfferFreshness, StaleShare
from kekiz.web import words
from kekiz.web.desk.tables import Column, Row, Table, write_children
from kekiz.web.words import join_words, write_date

LIST_COLUMNS = (
    Column("Angebot"),
    Column("Träger"),
    Column("Kommune"),
    Column("Stand"),
    Column("bestätigt am"),
    Column("bestätigt von"),
    Column("fällig am"),
    Column("zuletzt erinnert am"),
    Column("für Familien als nicht bestätigt"),
    Column("Hinweis des Trägers", "note"),
)


def tabulate_list(listed: Iterable[OfferFreshness], towns: Mapping[str, str]) -> Table:
    """All offers of the list; dates as the calendar writes them, so that spreadsheets can sort."""
    rows = [
        Row(
            (
                one.title,
                one.provider_name,
                name_areas(one.areas, towns),
                one.standing.label,
                one.assured_on.isoformat() if one.assured_on else "nie",
                one.assured_by,
                one.due_on.isoformat(),
                one.last_reminder.isoformat() if one.last_reminder else "",
                "ja" if one.is_unconfirmed else "nein",
                one.note,
            )
        )
        for one in listed
    ]
    return Table("aktualitaet", "Wie aktuell die Angebote sind", LIST_COLUMNS, rows)


def name_areas(areas: Iterable[str], towns: Mapping[str, str]) -> str:
    """Municipalities by name; the whole region where an offer names no single one."""
    return join_words([towns.get(area, "ganze Region") for area in areas]) or "ganze Region"


def tabulate_shares(
    name: str,
    caption: str,
    heading: str,
    shares: Iterable[StaleShare],
    names: Mapping[str, str],
    csv_url: str,
) -> Table:
    """Offers, due ones and unconfirmed ones of each, the largest number of due ones first."""
    columns = (
        Column(heading),
        Column("Angebote", "exact"),
        Column("fällig", "exact"),
        Column("Anteil fällig", "share"),
        Column("nicht bestätigt", "exact"),
    )
    ordered = sorted(shares, key=lambda one: (-one.stale, names.get(one.key, one.key)))
    rows = [
        Row(
            (names.get(one.key, "ganze Region"), one.offers, one.stale, one.share, one.unconfirmed),
        )
        for one in ordered
    ]
    return Table(name, caption, columns, rows, csv_url)


EXPIRY_COLUMNS = (
    Column("Angebot"),
    Column("Träger"),
    Column("Kommune"),
    Column("endet am"),
    Column("Finanzierung"),
    Column("Lebensphasen"),
    Column("Kinder im Jahr", "children"),
    Column("ohne anderen Platz", "children"),
    Column("Warum", "note"),
)


SHOWN_OF_ENDING = ("Angebot", "Träger", "endet am", "Kinder im Jahr", "ohne anderen Platz", "Warum")


def tabulate_ending(
    ending: Iterable[EndingOffer],
    scheme: Scheme,
    towns: Mapping[str, str],
    titles: Mapping[str, str],
    *,
    area_key: str,
    csv_url: str,
) -> Table:
    """Offers that end, with what children would lose and why."""
    rows = [
        Row(
            (
                one.title,
                one.provider,
                name_areas(one.areas, towns),
                write_date(one.until),
                one.funding or "nicht angegeben",
                join_words([scheme.phase(code).name for code in one.phases]),
                _show_small(one.children),
                _show_small(one.lost),
                explain_losses(one, scheme, titles),
            ),
            url=link_what_if(one, area_key),
        )
        for one in ending
    ]
    return Table("auslaufende-angebote", "Angebote, die enden", EXPIRY_COLUMNS, rows, csv_url)


def narrow_ending(table: Table) -> Table:
    """The columns that fit on a page; the CSV file has all."""
    places = [place for place, column in enumerate(table.columns) if column.heading in SHOWN_OF_ENDING]
    rows = [Row(tuple(row.values[place] for place in places), row.url) for row in table.rows]
    return replace(table, columns=tuple(table.columns[place] for place in places), rows=rows)


def link_what_if(one: EndingOffer, area_key: str) -> str:
    """The what-if of this end, computed when it is opened; none where the run does not know the offer."""
    if not one.phases:
        return ""
    query = {"art": "ende", "gebiet": area_key, "angebot": one.key, "rechnen": "1"}
    return f"{reverse('desk:what_if')}?{urlencode(query)}"


def _show_small(children: float | None) -> float | str | None:
    if children is None:
        return None
    return words.SUPPRESSED if suppress_small(children) is None else children


def explain_losses(one: EndingOffer, scheme: Scheme, titles: Mapping[str, str]) -> str:
    """What happens to the children in words, field by field."""
    if not one.phases:
        return "Im neuesten Analyselauf kommt das Angebot nicht vor."
    if not one.losses:
        return "Im neuesten Analyselauf findet hier kein Kind einen Platz."
    return " ".join(_explain_field(loss, scheme, titles) for loss in one.losses)


def _explain_field(loss: FieldLoss, scheme: Scheme, titles: Mapping[str, str]) -> str:
    name = scheme.field(loss.field).name
    if loss.lost is None:
        return f"{name}: nicht zu sagen, die Plätze dieses Angebots sind nicht bekannt."
    takers = [titles[key] for key in loss.takers[:2] if key in titles]
    there = f" Andere Plätze gibt es etwa bei {join_words(takers)}." if takers else ""
    if suppress_small(loss.lost) is None or loss.lost < 0.5:
        few = "fast alle" if loss.lost else "alle"
        return f"{name}: {few} fänden einen anderen Platz.{there}"
    lead = "bis zu " if loss.is_ceiling else ""
    return (
        f"{name}: {lead}{write_children(loss.lost)} von {write_children(loss.children)} Kindern fänden "
        f"keinen anderen Platz.{there}"
    )


def tabulate_links(links: Iterable[BrokenLink], scheme: Scheme) -> Table:
    """Links that lose children if everything on the list ends."""
    columns = (
        Column("Lebensphase"),
        Column("Bedarfsfeld"),
        Column("finden heute einen Platz", "children"),
        Column("danach", "children"),
        Column("verlieren ihn", "children"),
        Column("ohne Platz danach", "share"),
    )
    rows = [
        Row(
            (
                scheme.phase(link.phase).name,
                scheme.field(link.field).name,
                link.before.found,
                link.after.found,
                _show_small(link.lost),
                link.after.unmet_share,
            )
        )
        for link in links
    ]
    return Table("kettenglieder", "Kettenglieder, in denen Kinder ihren Platz verlieren", columns, rows)
