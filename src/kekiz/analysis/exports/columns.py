"""The columns of the figures: English names and codes for programs, German headers and words for people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

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
    FigureColumn("unmet_share", "Anteil ohne Platz", "share", "ohne Platz ÷ Bedarf, 0 bis 1"),
    FigureColumn("unmet", "ohne Platz", "children", "Kinder im Jahr, die keinen Platz finden"),
    FigureColumn("need", "Bedarf", "children", "Kinder im Jahr, die einen Platz brauchen"),
    FigureColumn("found", REASON_NAMES["found"], "children", "davon: finden selbst einen Platz"),
    FigureColumn(
        "not_found", REASON_NAMES["not_found"], "children",
        "davon: ein freier Platz ist erreichbar, aber die Familie findet ihn nicht",
    ),
    FigureColumn("full", REASON_NAMES["full"], "children", "davon: die erreichbaren Plätze reichen nicht"),
    FigureColumn("hurdle", REASON_NAMES["hurdle"], "children", "davon: eine Hürde hält die Familie ab"),
    FigureColumn("too_far", REASON_NAMES["too_far"], "children", "davon: der Weg ist zu weit"),
    FigureColumn("no_offer", REASON_NAMES["no_offer"], "children", "davon: für dieses Alter gibt es nichts"),
    FigureColumn("is_hidden", "geschützt", "yes", "geschützte Zahl: die ganze Zeile nennt keine Kinder"),
)  # fmt: skip
COLUMNS = (
    FigureColumn("area", "Schlüssel", "text", "amtlicher Schlüssel; Kurzname eines Jugendamts"),
    FigureColumn("area_name", "Gebiet", "text", "Name des Gebiets"),
    FigureColumn("area_kind", "Art", "text", "Region, Jugendamt oder Kommune"),
    FigureColumn("phase", "Lebensphase", "text", "„alle“: die ganze Kette"),
    FigureColumn("field", "Bedarfsfeld", "text", "„alle“: Summe der Bedarfsfelder"),
    FigureColumn("group", "Gruppe", "text", "„alle“: alle Kinder"),
    *FIGURE_COLUMNS,
    FigureColumn("reference_date", "Stichtag", "date", "Stand der Angebote und Kennwerte"),
    FigureColumn("is_estimated", "Kinderzahlen geschätzt", "yes", "auf Orte und Gruppen verteilt geschätzt"),
    FigureColumn("is_invented", "Angebote erfunden", "yes", "gerechnet mit erfundenen Angeboten"),
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
