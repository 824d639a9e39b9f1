"""The columns of the figures: English names and codes for programs, German headers and words for people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_noop

from kekiz.analysis.exports.dossier import Dossier, Figure
from kekiz.analysis.queries.reasons import Reasons
from kekiz.analysis.wording import REASON_NAMES
from kekiz.evidence.models import Area
from kekiz.evidence.queries import shipped_scheme

Kind = Literal["text", "children", "share", "yes", "date"]
Value = str | float | bool | dt.date | None

DIGITS = 3  # of a child, and of a share: as the files of the cockpit
ALL_CODE, ALL_WORD = "all", "alle"
_KIND_WORDS = dict(Area.Kind.choices)


@dataclass(frozen=True)
class FigureColumn:
    """One column: its name for programs, its header for people, what its values are and mean."""

    name: str
    header: str
    kind: Kind
    meaning: str


FIGURE_COLUMNS = (
    FigureColumn(
        "unmet_share", "Anteil ohne Platz", "share", gettext_noop("Anteil ohne Platz am Bedarf, 0 bis 1")
    ),
    FigureColumn("unmet", "ohne Platz", "children", gettext_noop("Kinder im Jahr, die keinen Platz finden")),
    FigureColumn("need", "Bedarf", "children", gettext_noop("Kinder im Jahr, die einen Platz brauchen")),
    FigureColumn("found", REASON_NAMES["found"], "children", gettext_noop("davon: finden einen Platz")),
    FigureColumn(
        "not_found", REASON_NAMES["not_found"], "children",
        gettext_noop("davon: ein freier Platz ist erreichbar, aber die Familie findet ihn nicht"),
    ),
    FigureColumn("full", REASON_NAMES["full"], "children", gettext_noop("davon: die Plätze reichen nicht")),
    FigureColumn(
        "hurdle", REASON_NAMES["hurdle"], "children",
        gettext_noop("davon: Kosten, Sprache oder Anmeldung halten ab"),
    ),
    FigureColumn("too_far", REASON_NAMES["too_far"], "children", gettext_noop("davon: der Weg ist zu weit")),
    FigureColumn(
        "no_offer", REASON_NAMES["no_offer"], "children",
        gettext_noop("davon: für dieses Alter gibt es kein Angebot"),
    ),
    FigureColumn("is_hidden", "geschützt", "yes", gettext_noop("ja: Die Zahlen dieser Zeile sind geschützt")),
)  # fmt: skip
COLUMNS = (
    FigureColumn(
        "area", "Schlüssel", "text", gettext_noop("amtlicher Schlüssel; bei Jugendämtern ein Kurzname")
    ),
    FigureColumn("area_name", "Gebiet", "text", gettext_noop("Name des Gebiets")),
    FigureColumn("area_kind", "Art", "text", gettext_noop("Region, Jugendamt oder Kommune")),
    FigureColumn("phase", "Lebensphase", "text", gettext_noop("Lebensphase; „alle“ ist ihre Summe")),
    FigureColumn("field", "Bedarfsfeld", "text", gettext_noop("Bedarfsfeld; „alle“ ist ihre Summe")),
    FigureColumn(
        "group", "Gruppe", "text",
        gettext_noop("Kinder mit wenig Geld in der Familie, oder andere; „alle“ ist ihre Summe"),
    ),
    *FIGURE_COLUMNS,
    FigureColumn("reference_date", "Stichtag", "date", gettext_noop("Tag, für den gerechnet ist")),
    FigureColumn(
        "is_estimated", "Kinderzahlen geschätzt", "yes",
        gettext_noop("ja: Die Kinderzahlen sind nach Annahmen verteilt"),
    ),
    FigureColumn(
        "is_invented", "Angebote erfunden", "yes", gettext_noop("ja: Die Angebote sind erfunden")
    ),
)  # fmt: skip


def describe_figure(dossier: Dossier, figure: Figure) -> dict[str, Value]:
    """A row by column name, with codes."""
    return {
        "area": figure.area.key,
        "area_name": figure.area.name,
        "area_kind": figure.area.kind,
        "phase": figure.phase or ALL_CODE,
        "field": figure.field or ALL_CODE,
        "group": figure.group or ALL_CODE,
        **describe_reasons(figure.reasons),
        **describe_run(dossier),
    }


def describe_reasons(reasons: Reasons) -> dict[str, Value]:
    """The figures of a row by column name; None is a protected number, or the share of no need."""
    if reasons.is_hidden:
        nothing: dict[str, Value] = dict.fromkeys(column.name for column in FIGURE_COLUMNS)
        return nothing | {"is_hidden": True}
    values: dict[str, Value] = {
        column.name: _round(getattr(reasons, column.name)) for column in FIGURE_COLUMNS[:-1]
    }
    return values | {"is_hidden": False}


def describe_run(dossier: Dossier) -> dict[str, Value]:
    """What every row says of the run."""
    run = dossier.run
    return {
        "reference_date": run.reference_date,
        "is_estimated": run.is_synthetic,
        "is_invented": run.has_invented_offers,
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS) + 0.0  # no minus zero


def say_codes(row: dict[str, Any]) -> dict[str, Any]:
    """The row with German words for its codes."""
    scheme = shipped_scheme()
    words = {
        "area_kind": _KIND_WORDS,
        "phase": {one.code: one.name for one in scheme.phases},
        "field": {one.code: one.name for one in scheme.fields},
        "group": {one.code: one.name for one in scheme.groups},
    }
    said = {name: known.get(row[name], ALL_WORD) for name, known in words.items()}
    return row | said
