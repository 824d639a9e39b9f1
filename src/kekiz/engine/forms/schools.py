"""The list of schools of North Rhine-Westphalia as offers of formal education.

Source of the form: Ministerium für Schule und Bildung NRW / IT.NRW, "Schulgrunddaten", with positions added.
A school's pupils of today stand for its places: the list tells no capacity.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kekiz.engine.checks import ColumnChecker
from kekiz.engine.files import read_columns
from kekiz.engine.forms.readings import Reading
from kekiz.engine.positions import read_positions
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import OFFER_MODES, Scheme
from kekiz.engine.tables import Offers

Texts = NDArray[np.object_]
SCHOOL_FORMS = ("nrw_schools",)
FIELD = "K1"
PRIMARY, LOWER_SECONDARY = (72, 120), (120, 192)  # months: 4 years from 6, 6 years from 10
TO_ABITUR = 228  # nine years of Gymnasium or Gesamtschule
AGES: dict[str, tuple[int, int]] = {
    "Grundschule": PRIMARY,
    "Volksschule": (72, 192),
    "PRIMUS-Schule": (72, 192),
    "Hauptschule": LOWER_SECONDARY,
    "Realschule": LOWER_SECONDARY,
    "Sekundarschule": LOWER_SECONDARY,
    "Gemeinschaftsschule": LOWER_SECONDARY,
    "Gesamtschule": (120, TO_ABITUR),
    "Gymnasium": (120, TO_ABITUR),
    "Freie Waldorfschule": (72, TO_ABITUR),
    "Förderschule Grund-/Hauptschule": (72, 192),
    "Förderschule Realschule/Gymnasium": (120, TO_ABITUR),
    "Berufskolleg": (192, 252),
    "Förderschule Berufskolleg": (192, 252),
    "Weiterbildungskolleg": (216, 324),
}
NAME = "Amtliche Bezeichnung"
POSITIONS = (("lat_best", "lon_best"), ("lat", "lon"), ("latitude", "longitude"))
REQUIRED = frozenset({"Schulform", "Schulnummer", "Anzahl"})
KNOWN = REQUIRED | {
    "AGS",
    "Ort",
    f"{NAME} 1",
    f"{NAME} 2",
    f"{NAME} 3",
    *(name for pair in POSITIONS for name in pair),
}
HARMLESS = {"Schulform": "Grundschule", "Anzahl": "0"} | {
    name: value for lat, lon in POSITIONS for name, value in ((lat, "51"), (lon, "8"))
}


def read_nrw_schools(path: Path, scheme: Scheme, *, region_key: str) -> Reading[Offers]:
    """Read schools as offers of the field K1 with pupils as places.

    Schools outside ``region_key`` are left out. Raises InputError with every fault.
    """
    if FIELD not in scheme.field_codes:
        raise InputError([Problem(path.name, f"Das Bedarfsfeld {FIELD} fehlt im Schema der Region.")])
    table = _leave_out_foreign(read_columns(path, known=KNOWN, required=REQUIRED), region_key)
    lat, lon = next((pair for pair in POSITIONS if set(pair) <= set(table.column_names)), POSITIONS[0])
    others = {name for pair in POSITIONS for name in pair} - {lat, lon}
    table = table.drop_columns([name for name in table.column_names if name in others])
    table = table.rename_columns([{lat: "lat", lon: "lon"}.get(name, name) for name in table.column_names])
    check = ColumnChecker(table, path.name)
    kind, number = check.texts("Schulform"), check.texts("Schulnummer")
    check.unique("Schulnummer", number)
    check.report("Schulform", _is_unknown(kind), lambda row: _explain_kind(kind[row]))
    places = check.numbers(
        "Anzahl", default=np.nan, low=0, high=1e5, expected="eine Anzahl ab 0 oder leer für unbekannt"
    )
    x, y = read_positions(check)
    own_names = {"lat": lat, "lon": lon}  # faults name the columns as the file does
    check.problems = [
        replace(fault, column=own_names.get(fault.column or "", fault.column)) for fault in check.problems
    ]
    ags = check.ags("AGS") if check.has("AGS") else np.full(len(kind), region_key, dtype=object)
    check.raise_problems()
    ages = _find_ages(kind, _join_names(check))
    keep = np.array([str(key).startswith(region_key) for key in ags.tolist()], dtype=np.bool_)
    if not keep.any():
        raise InputError([Problem(path.name, f"Keine Schule liegt in der Region {region_key}.")])
    count = int(keep.sum())
    offers = Offers(
        offer=number[keep],
        provider=_empty(count),
        name=_title(check)[keep],
        x=x[keep],
        y=y[keep],
        age_from=ages[keep, 0],
        age_to=ages[keep, 1],
        fields=np.full(count, 1 << scheme.field_codes.index(FIELD), dtype=np.int64),
        places=places[keep],
        mode=np.full(count, OFFER_MODES.index("visit"), dtype=np.int64),
        area=_empty(count),
        hurdles=np.zeros(count, dtype=np.int64),
        languages=_empty(count),
        until=_empty(count),
    )
    return Reading(offers, _describe(kind[keep], int(np.isnan(places[keep]).sum())))


def _leave_out_foreign(table: pa.Table, region_key: str) -> pa.Table:
    """Give schools of other regions harmless values: their faults are not this region's business."""
    if "AGS" not in table.column_names:
        return table
    is_own = pc.starts_with(pc.fill_null(pc.cast(table["AGS"], pa.string()), ""), region_key)
    is_own = pc.or_(is_own, pc.not_equal(pc.utf8_length(pc.cast(table["AGS"], pa.string())), 8))
    for column, neutral in HARMLESS.items():
        if column in table.column_names:
            values = pc.if_else(is_own, pc.cast(table[column], pa.string()), neutral)
            table = table.set_column(table.column_names.index(column), column, values)
    return table


def _is_unknown(kind: Texts) -> NDArray[np.bool_]:
    return np.array([value not in AGES and value != "" for value in kind], dtype=bool)


def _explain_kind(kind: str) -> str:
    return f"Die Schulform „{kind}“ ist unbekannt. Möglich sind: {', '.join(AGES)}."


def _empty(count: int) -> Texts:
    return np.full(count, "", dtype=object)


def _join_names(check: ColumnChecker) -> Texts:
    parts = [check.texts(f"{NAME} {part}", required=False) for part in (1, 2, 3)]
    return np.array([" ".join(row) for row in zip(*parts, strict=True)], dtype=object)


def _title(check: ColumnChecker) -> Texts:
    names, towns = check.texts(f"{NAME} 1", required=False), check.texts("Ort", required=False)
    return np.array(
        [
            f"{name} ({town})" if town and town not in name else name
            for name, town in zip(names, towns, strict=True)
        ],
        dtype=object,
    )


def _find_ages(kind: Texts, names: Texts) -> NDArray[np.float64]:
    """Months from and to; what a special school serves stands in its name only."""
    ages = np.array([AGES[value] for value in kind], dtype=np.float64).reshape(len(kind), 2)
    for row in np.flatnonzero(kind == "Förderschule Grund-/Hauptschule"):
        name = names[row].lower().replace(" ", "")
        if "geistige" in name:  # goes on to the Berufspraxisstufe
            ages[row] = (72, 216)
        elif ("sek.i" in name or "sekundarstufei" in name) and "primar" not in name:
            ages[row] = LOWER_SECONDARY
        elif "primar" in name and "sek" not in name:
            ages[row] = PRIMARY
    return ages


def _describe(kind: Texts, unknown: int) -> tuple[str, ...]:
    special = int(np.sum([value.startswith("Förderschule") for value in kind]))
    notes = [
        "Plätze einer Schule sind ihre Schülerinnen und Schüler von heute: Das ist keine Kapazität. "
        "Eine Schule kann mehr aufnehmen, als die Liste zeigt, oder schon heute zu voll sein.",
        "Die Altersjahre folgen der Schulform (Grundschule 6 bis 10, weiterführende Schule ab 10, "
        "Berufskolleg ab 16).",
    ]
    if special:
        notes.append(
            f"Die {special} Förderschulen stehen hier jedem Kind offen; in Wirklichkeit setzt der Besuch ein "
            "Feststellungsverfahren voraus."
        )
    if unknown:
        notes.append(f"{unknown} Schulen nennen keine Zahl; dort gilt die angenommene Platzzahl.")
    return tuple(notes)
