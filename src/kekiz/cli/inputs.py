"""Read every file that region.toml names; collect the faults of all of them before giving up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kekiz.cli.region import RegionFile, Source
from kekiz.engine.checks import ColumnChecker
from kekiz.engine.compute import Inputs
from kekiz.engine.files import read_columns
from kekiz.engine.forms import (
    SCHOOL_FORMS,
    Boundaries,
    LowIncome,
    Reading,
    read_boundaries,
    read_census_grid,
    read_low_income,
    read_nrw_schools,
)
from kekiz.engine.norms import ASSUMPTION, Norm, Norms, load_norms
from kekiz.engine.problems import SHOWN_PER_COLUMN, InputError, Problem
from kekiz.engine.scheme import OFFER_MODES, Scheme
from kekiz.engine.tables import (
    Children,
    Cooperations,
    Offers,
    TravelTimes,
    read_children,
    read_cooperations,
    read_offers,
    read_travel_times,
)
from kekiz.travel.parts import read_told
from kekiz.travel.words import describe_measured

Read = TypeVar("Read")
OUT_OF_SCOPE = "nicht Teil dieser Auswertung"
FIRST_ROW = 2
UNTOLD_TABLE = (
    "Wege stammen aus der Tabelle der Reisezeiten; Verkehrsmittel, die darin fehlen, sind geschätzt."
)
NO_CHILDREN = "Die Tabelle enthält kein einziges Kind: Ohne Kinder gibt es nichts auszuwerten."


class InputFaults(Exception):
    """The faults of all files of a region: (file, its InputError)."""

    def __init__(self, faults: Iterable[tuple[Path, InputError]]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(error) for _, error in self.faults))

    @property
    def total(self) -> int:
        """How many faults there are, also those that are not listed one by one."""
        return sum(error.total for _, error in self.faults)


@dataclass(frozen=True)
class RegionInputs:
    """What an analysis in files mode reads, with what the report needs beside it."""

    inputs: Inputs
    names: dict[str, str]  # AGS -> name
    boundaries: Boundaries | None
    notes: tuple[str, ...]
    travel: dict[str, Any]  # what the table of travel times tells about itself; empty if nothing


@dataclass
class _Collector:
    """Runs readers and keeps what goes wrong."""

    faults: list[tuple[Path, InputError]] = field(default_factory=list)

    def run(self, path: Path, read: Callable[[], Read]) -> Read | None:
        try:
            return read()
        except InputError as error:
            self.faults.append((path, error))
            return None

    def add(self, path: Path, problems: list[Problem]) -> None:
        if problems:
            self.faults.append((path, InputError(problems[:SHOWN_PER_COLUMN], total=len(problems))))


def read_inputs(region: RegionFile, scheme: Scheme) -> RegionInputs:
    """Read all files of a region. Raises InputFaults with the faults of every file."""
    collect = _Collector()
    boundaries = region.boundaries and collect.run(
        region.boundaries, lambda: read_boundaries(region.boundaries or Path())
    )
    children = _read_children(collect, region, scheme, boundaries or None)
    offers = collect.run(region.offers.path, lambda: _read_offers(region, scheme))
    times = _read_optional(collect, region.travel_times, scheme, read_travel_times)
    cooperations = _read_optional(collect, region.cooperations, scheme, read_cooperations)
    norms = _read_norms(collect, region, scheme)
    names = region.municipalities and collect.run(
        region.municipalities, lambda: read_names(region.municipalities or Path())
    )
    if children and region.children.form == "":
        collect.add(region.children.path, _find_foreign_children(region, children.table))
    if children and not children.table.n.sum() > 0:
        collect.add(region.children.path, [Problem(region.children.path.name, NO_CHILDREN)])
    if offers and cooperations and region.cooperations:
        collect.add(region.cooperations, _find_unknown_offers(region, cooperations, offers.table))
    if collect.faults or children is None or offers is None or norms is None:
        raise InputFaults(collect.faults)
    current, ended = _drop_ended(offers.table, region.reference_date)
    told = read_told(region.travel_times) if region.travel_times else {}
    inputs = Inputs(children.table, current, norms, scheme, times, cooperations)
    return RegionInputs(
        inputs=inputs,
        names=_complete_names(names or {}, boundaries or None),
        boundaries=boundaries or None,
        notes=(
            *children.notes,
            *offers.notes,
            *ended,
            *_describe_travel(children.table, current, times, told),
        ),
        travel=told,
    )


def _read_children(
    collect: _Collector, region: RegionFile, scheme: Scheme, boundaries: Boundaries | None
) -> Reading[Children] | None:
    source = region.children
    if not source.form:
        return collect.run(source.path, lambda: Reading(read_children(source.path, scheme), ()))
    low_income = collect.run(source.low_income_file or source.path, lambda: _read_low_income(source))
    if region.boundaries and boundaries is None:
        return None  # the boundaries themselves are faulty; the grid may need them
    return collect.run(
        source.path,
        lambda: read_census_grid(
            source.path,
            scheme,
            form=source.form,
            region_key=region.prefix,
            low_income=low_income or LowIncome(0.0),
            population=source.population,
            boundaries=boundaries,
        ),
    )


def _read_low_income(source: Source) -> LowIncome:
    everywhere = source.low_income_share or 0.0
    if source.low_income_file is None:
        return LowIncome(everywhere, source=source.low_income_source)
    return read_low_income(source.low_income_file, everywhere=everywhere, source=source.low_income_source)


def _read_offers(region: RegionFile, scheme: Scheme) -> Reading[Offers]:
    if region.offers.form in SCHOOL_FORMS:
        return read_nrw_schools(region.offers.path, scheme, region_key=region.prefix)
    return Reading(read_offers(region.offers.path, scheme), ())


def _read_optional(
    collect: _Collector, path: Path | None, scheme: Scheme, read: Callable[[Path, Scheme], Read]
) -> Read | None:
    return None if path is None else collect.run(path, lambda: read(path, scheme))


def _read_norms(collect: _Collector, region: RegionFile, scheme: Scheme) -> Norms | None:
    norms: Norms | None = load_norms(scheme=scheme)
    for path in region.norms:
        own = collect.run(path, lambda path=path: load_norms(path, scheme=scheme))  # type: ignore[misc]
        norms = norms.superseded_by(own.entries) if norms and own else None
    return norms and norms.superseded_by(_leave_out(region, scheme))


def _leave_out(region: RegionFile, scheme: Scheme) -> list[Norm]:
    """Norms that take the links outside the scope of the analysis out of it: no need is looked at there."""
    inside = {(phase, code) for phase in region.phases for code in region.fields}
    return [
        Norm(
            "need_share",
            0.0,
            0.0,
            0.0,
            "share",
            dt.date(2000, 1, 1),
            ASSUMPTION,
            OUT_OF_SCOPE,
            phase=phase,
            field=code,
            group=group,
        )
        for phase in scheme.phase_codes
        for code in scheme.field_codes
        for group in scheme.group_codes
        if (phase, code) not in inside
    ]


def read_names(path: Path) -> dict[str, str]:
    """Names of municipalities by key, without the addition ", Stadt". Raises InputError."""
    columns = frozenset({"ags", "name"})
    check = ColumnChecker(read_columns(path, known=columns, required=columns), path.name)
    keys, names = check.ags("ags"), check.texts("name")
    check.unique("ags", keys)
    check.raise_problems()
    return {key: name.removesuffix(", Stadt") for key, name in zip(keys, names, strict=True)}


def _complete_names(names: dict[str, str], boundaries: Boundaries | None) -> dict[str, str]:
    drawn = dict(zip(boundaries.ags, boundaries.names, strict=True)) if boundaries else {}
    return {key: name for key, name in {**drawn, **names}.items() if name}


def _find_foreign_children(region: RegionFile, children: Children) -> list[Problem]:
    return [
        Problem(
            region.children.path.name,
            f"„{ags}“ liegt nicht in der Region {region.key}.",
            row=row + FIRST_ROW,
            column="ags",
        )
        for row, ags in enumerate(children.ags)
        if not ags.startswith(region.prefix)
    ]


def _find_unknown_offers(region: RegionFile, pairs: Cooperations, offers: Offers) -> list[Problem]:
    known = set(offers.offer)
    return [
        Problem(
            (region.cooperations or Path()).name,
            f"Das Angebot „{offer}“ steht nicht in {region.offers.path.name}.",
            row=row + FIRST_ROW,
            column=column,
        )
        for column, values in (("offer_a", pairs.offer_a), ("offer_b", pairs.offer_b))
        for row, offer in enumerate(values)
        if offer not in known
    ]


def _drop_ended(offers: Offers, reference_date: str) -> tuple[Offers, list[str]]:
    """Offers whose funding ended before the reference date no longer count."""
    if not reference_date:
        return offers, []
    ended: NDArray[np.bool_] = np.array(
        [until != "" and until < reference_date for until in offers.until.tolist()], dtype=np.bool_
    )
    if not ended.any():
        return offers, []
    kept = replace(offers, **{name: values[~ended] for name, values in vars(offers).items()})
    return kept, [
        f"{int(ended.sum())} Angebote endeten vor dem Stichtag {reference_date} und zählen nicht mit."
    ]


def _describe_travel(
    children: Children, offers: Offers, times: TravelTimes | None, told: dict[str, Any]
) -> list[str]:
    if times is None:
        return [
            "Wege sind geschätzt: Luftlinie mal Umwegfaktor durch Tempo, beim Bus mit Fußweg und Wartezeit. "
            "Fahrpläne, Berge und gesperrte Wege kennt das Modell nicht."
        ]
    stray = int((~np.isin(times.cell, children.cell) | ~np.isin(times.offer, offers.offer)).sum())
    notes = describe_measured(told) if told else [UNTOLD_TABLE]
    if stray:
        notes.append(
            f"{stray} Zeilen der Reisezeiten nennen unbekannte Zellen oder Angebote und bleiben außer Acht."
        )
    return notes + _describe_missing_ways(children, offers, times)


def _describe_missing_ways(children: Children, offers: Offers, times: TravelTimes) -> list[str]:
    """A cell or an offer without a row counts as out of reach: true where far, wrong where new."""
    cells = len(set(children.cell) - set(times.cell))
    visited = offers.offer[offers.mode == OFFER_MODES.index("visit")]
    lacking = len(set(visited) - set(times.offer))
    if not cells and not lacking:
        return []
    return [
        f"Für {cells} Zellen und {lacking} Angebote nennt die Tabelle der Reisezeiten keinen Weg: Mit den "
        "Verkehrsmitteln der Tabelle gelten sie als unerreichbar. Kamen sie erst später hinzu, bitte die "
        "Reisezeiten neu messen."
    ]
