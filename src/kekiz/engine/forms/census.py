"""The 1 km census grid of 2011 and 2022 as children by cell, phase and group.

Source of the forms: Destatis, Zensus 2011, "Ergebnisse auf Basis von Gitterzellen, spitze Werte" and Zensus
2022, "Gitterdaten" (Bevölkerungszahl; Anteil unter 18; Alter in 5 Altersklassen). The 2022 files separate by
semicolon, write a decimal comma, "–" for zero and "." or "/" for a value that is unknown or kept secret; 2011
uses -1 and -9.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.engine.checks import ColumnChecker
from kekiz.engine.files import read_columns
from kekiz.engine.forms.boundaries import Boundaries
from kekiz.engine.forms.low_income import LowIncome
from kekiz.engine.forms.readings import Reading, choose_column, replace_marks, write_rounded
from kekiz.engine.positions import X_RANGE, Y_RANGE
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import Scheme
from kekiz.engine.tables import Children

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
ADULT_MONTHS = 18 * 12


@dataclass(frozen=True)
class CensusForm:
    """How one census writes its grid."""

    name: str
    zero: tuple[str, ...]
    unknown: tuple[str, ...]


CENSUS_FORMS = {
    "census_grid_2011": CensusForm("Zensus 2011 (Stichtag 9. Mai 2011)", (), ("-1", "-9", "NA")),
    "census_grid_2022": CensusForm(
        "Zensus 2022 (Stichtag 15. Mai 2022)", ("–", "-", "—"), (".", "/", "x", "X", "…")
    ),
}
CELL = ("GITTER_ID_1km", "Gitter_ID_1km", "grid_id")
X, Y = ("x_mp_1km", "x"), ("y_mp_1km", "y")
PEOPLE = ("Einwohner", "Insgesamt_Bevoelkerung")
SHARE = ("AnteilUnter18", "unter18_A")
COUNT = ("Unter18", "u18_est")
AGS = ("AGS", "ags")
NAMES = frozenset({*CELL, *X, *Y, *PEOPLE, *SHARE, *COUNT, *AGS})


@dataclass(frozen=True)
class Grid:
    """One file of the grid: cells with what the file tells of them (not a number = not told)."""

    cell: Texts
    x: Floats
    y: Floats
    people: Floats
    share: Floats  # 0..1 under 18
    minors: Floats  # children under 18
    ags: Texts


def read_census_grid(
    path: Path,
    scheme: Scheme,
    *,
    form: str,
    region_key: str,
    low_income: LowIncome,
    population: Path | None = None,
    boundaries: Boundaries | None = None,
) -> Reading[Children]:
    """Read children from the 1 km grid and spread those under 18 over the phases in equal birth years.

    ``form``: a key of CENSUS_FORMS. ``population``: a second file with the people of each cell, where
    ``path`` has only shares. ``boundaries`` places cells whose file names no municipality. Cells outside
    ``region_key`` are left out. Raises InputError with every fault of both files.
    """
    style = CENSUS_FORMS[form]
    grid = _read_grid(path, style)
    if population is not None:
        grid = _join_people(grid, _read_grid(population, style))
    grid = _keep_region(grid, region_key, boundaries, path.name)
    minors, note_unknown = _count_minors(grid, path.name)
    children = _spread(grid, minors, scheme, low_income, path.name)
    notes = [
        f"Kinder unter 18 je Gitterzelle von 1 km: {style.name}. Die Zahlen tragen ein Rauschen der "
        "Geheimhaltung: Teile ergeben nicht genau das Ganze, und seit dem Stichtag haben sie sich verändert.",
        *note_unknown,
        *_describe_spread(scheme),
        low_income.describe(),
    ]
    return Reading(children, tuple(notes))


def _read_grid(path: Path, style: CensusForm) -> Grid:
    table = read_columns(path, known=NAMES, required=frozenset())
    check = ColumnChecker(table, path.name)
    x, y = choose_column(check, X), choose_column(check, Y)
    lacking = [names for names in (X, Y) if choose_column(check, names) not in table.column_names]
    told = [names for names in (PEOPLE, SHARE, COUNT) if choose_column(check, names) in table.column_names]
    if lacking or not told:
        expected = [" oder ".join(names) for names in lacking] or ["Einwohner, AnteilUnter18 oder Unter18"]
        raise InputError(
            [
                Problem(path.name, f"Die Spalte fehlt. Gefunden wurden: {_list_columns(path)}.", 1, names)
                for names in expected
            ]
        )
    numeric = [*PEOPLE, *SHARE, *COUNT]
    check.table = replace_marks(table, numeric, style.zero, style.unknown)
    grid = Grid(
        cell=_name_cells(check, x, y),
        x=check.numbers(
            x, low=X_RANGE[0], high=X_RANGE[1], expected="Meter nach EPSG:3035 (Ost), z. B. 4239500"
        ),
        y=check.numbers(
            y, low=Y_RANGE[0], high=Y_RANGE[1], expected="Meter nach EPSG:3035 (Nord), z. B. 3188500"
        ),
        people=_read_counts(check, PEOPLE),
        share=_read_share(check),
        minors=_read_counts(check, COUNT),
        ags=check.ags(choose_column(check, AGS)) if any(map(check.has, AGS)) else _no_texts(table),
    )
    check.unique(choose_column(check, (*CELL, x)), grid.cell)
    check.raise_problems()
    return grid


def _list_columns(path: Path) -> str:
    with path.open("rb") as file:
        return file.readline(2000).decode("utf-8", "replace").lstrip("\ufeff").strip()[:200]


def _no_texts(table: pa.Table) -> Texts:
    return np.full(table.num_rows, "", dtype=object)


def _name_cells(check: ColumnChecker, x: str, y: str) -> Texts:
    column = choose_column(check, CELL)
    if check.has(column):
        return check.texts(column)
    east, north = check.texts(x, required=False), check.texts(y, required=False)
    return np.array([f"E{e}N{n}" for e, n in zip(east, north, strict=True)], dtype=object)


def _read_counts(check: ColumnChecker, names: tuple[str, ...]) -> Floats:
    return check.numbers(
        choose_column(check, names), default=np.nan, low=0, high=1e6, expected="eine Anzahl ab 0"
    )


def _read_share(check: ColumnChecker) -> Floats:
    column = choose_column(check, SHARE)
    percent = check.numbers(column, default=np.nan, low=0, high=100, expected="Prozent von 0 bis 100")
    return percent / 100


def _join_people(grid: Grid, people: Grid) -> Grid:
    by_cell = dict(zip(people.cell.tolist(), people.people.tolist(), strict=True))
    joined = np.array([by_cell.get(cell, np.nan) for cell in grid.cell], dtype=np.float64)
    return Grid(**{**vars(grid), "people": np.where(np.isnan(grid.people), joined, grid.people)})


def _keep_region(grid: Grid, region_key: str, boundaries: Boundaries | None, name: str) -> Grid:
    ags = grid.ags
    if not np.any(ags != ""):
        if boundaries is None:
            raise InputError(
                [
                    Problem(
                        name,
                        "Die Datei nennt keine Kommunen (Spalte AGS). Bitte in region.toml unter [files] mit "
                        "„boundaries“ die Grenzen der Kommunen als GeoJSON angeben.",
                    )
                ]
            )
        ags = boundaries.locate(grid.x, grid.y)
    keep = np.array([key != "" and key.startswith(region_key) for key in ags], dtype=bool)
    if not keep.any():
        raise InputError([Problem(name, f"Keine Zelle liegt in der Region {region_key}.")])
    return Grid(**{column: values[keep] for column, values in {**vars(grid), "ags": ags}.items()})


def _count_minors(grid: Grid, name: str) -> tuple[Floats, list[str]]:
    """Children under 18 per cell; where kept secret, the mean share of the municipality stands in."""
    minors = np.where(np.isnan(grid.minors), grid.people * grid.share, grid.minors)
    known = ~np.isnan(minors) & (grid.people > 0)
    secret = np.isnan(minors) & (grid.people > 0)
    if not np.any(~np.isnan(minors)):
        raise InputError(
            [
                Problem(
                    name, "Aus der Datei lassen sich keine Kinder ablesen: Einwohner und Anteil oder Unter18."
                )
            ]
        )
    notes = []
    if secret.any() and known.any():
        mean = minors[known].sum() / grid.people[known].sum()
        for key in np.unique(grid.ags[secret].astype(str)):
            there = known & (grid.ags == key)
            share = minors[there].sum() / grid.people[there].sum() if there.any() else mean
            rows = secret & (grid.ags == key)
            minors[rows] = grid.people[rows] * share
        notes = [
            f"In {int(secret.sum())} Zellen mit zusammen {write_rounded(grid.people[secret].sum())} "
            "Einwohnern hält die Statistik den Anteil der Kinder geheim. Dort gilt der mittlere Anteil der "
            "Kommune: rund "
            f"{write_rounded(minors[secret].sum())} Kinder (Annahme)."
        ]
    return np.nan_to_num(minors), notes


def share_of_phases(scheme: Scheme) -> Floats:
    """P: children of each phase per child under 18, if all birth years are equally large.

    A pregnancy counts as one birth year; of a phase that goes beyond the 18th birthday only the years before
    count.
    """
    months = [
        max(min(phase.age_to, ADULT_MONTHS) - max(phase.age_from, 0), 0) if phase.age_to > 0 else 12
        for phase in scheme.phases
    ]
    return np.array(months, dtype=np.float64) / ADULT_MONTHS


def _describe_spread(scheme: Scheme) -> list[str]:
    notes = [
        "Die 18 Altersjahre gelten als gleich stark (Annahme); Schwangerschaften zählen wie ein Altersjahr."
    ]
    cut = [
        phase.name for phase in scheme.phases if phase.age_to > ADULT_MONTHS and phase.age_from < ADULT_MONTHS
    ]
    if cut:
        notes.append(
            f"{' und '.join(cut)}: Gezählt sind nur die Jahre vor dem 18. Geburtstag; "
            "ältere nennt die Quelle nicht."
        )
    return notes


def _spread(grid: Grid, minors: Floats, scheme: Scheme, low_income: LowIncome, name: str) -> Children:
    if len(scheme.groups) != 2:
        raise InputError(
            [Problem(name, "Diese Quelle kann nur zwei Gruppen trennen (einkommensarm und andere).")]
        )
    poor = low_income.share_of(grid.ags)
    per_phase = share_of_phases(scheme)
    shape = (len(minors), len(per_phase), 2)
    cell, phase, group = (axis.ravel() for axis in np.indices(shape))
    n = minors[:, None, None] * per_phase[None, :, None] * np.stack([poor, 1 - poor], axis=1)[:, None, :]
    return Children(
        cell=grid.cell[cell],
        x=grid.x[cell],
        y=grid.y[cell],
        ags=grid.ags[cell],
        phase=phase.astype(np.int64),
        group=group.astype(np.int64),
        n=n.ravel(),
    )
