"""The figures of a run for an area: headline, chain, matrix, map. All from stored tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kekiz.analysis.models import Run
from kekiz.analysis.queries.disclosure import is_share_supported, mask_of
from kekiz.analysis.queries.reasons import Reasons, link_cube, municipalities_in, shown_total
from kekiz.analysis.queries.runs import run_table
from kekiz.engine.positions import unproject
from kekiz.evidence.models import Area
from kekiz.evidence.queries import municipality_names, shipped_scheme
from kekiz.register.wording import describe_ages

WHOLE_REGION = ""  # ags of the region, and group of all children, in the tables of the engine


@dataclass(frozen=True)
class MatrixCell:
    """One link of an area: phase × field."""

    phase: str
    field: str
    reasons: Reasons

    @property
    def has_need(self) -> bool:
        """False where the norms assume no need: shown as a dash, never as zero."""
        return self.reasons.is_hidden or self.reasons.need > 0


@dataclass(frozen=True)
class Matrix:
    """All links of an area."""

    cells: dict[tuple[str, str], MatrixCell]

    def cell(self, phase: str, field: str) -> MatrixCell:
        """The link of a phase and a field."""
        return self.cells[(phase, field)]


@dataclass(frozen=True)
class StationGroup:
    """One group at a station; ``assumed_share``: part of the found places whose number is assumed, 0..1."""

    code: str
    name: str
    reasons: Reasons
    assumed_share: float


@dataclass(frozen=True)
class Station:
    """One life phase of the chain: children by reason, summed over the fields, by group."""

    code: str
    name: str
    ages: str
    groups: tuple[StationGroup, ...]
    reasons: Reasons
    share_breaking_here: float | None  # of a birth cohort, first break in this phase


@dataclass(frozen=True)
class Passage:
    """One transition: children who cross it in a year, and the share that does so with an agreed handover."""

    code: str
    name: str
    from_phase: str
    to_phase: str
    crossing: float | None  # None: too few children to show
    handover_share: float | None  # None: nobody crosses, or too few do


@dataclass(frozen=True)
class Headline:
    """What the cockpit opens with. Shares 0..1, None without children; the gap in percentage points."""

    birth_cohort: float
    unbroken: float | None
    unbroken_by_group: dict[str, float | None]
    expected_unmet: float | None
    reasons: Reasons
    equity_gap_points: float | None
    change: float | None  # of ``unbroken`` since the run before, as a difference of shares


@dataclass(frozen=True)
class MapValue:
    """One municipality on the map."""

    ags: str
    name: str
    reasons: Reasons


@dataclass(frozen=True)
class CellValue:
    """One cell of the map, degrees (WGS84): the share without a place, 0..1; None where too few need one.

    No number of children: cells add up to their municipality, and a solver would find the small ones.
    """

    cell: str
    ags: str
    lat: float
    lon: float
    unmet_share: float | None


def total_reasons(
    run: Run, area: Area | None = None, *, phase: str = "", field: str = "", group: str = ""
) -> Reasons:
    """Children by reason of an area, summed over what is not named; hidden where they are too few."""
    ags = municipalities_in(run, area)
    return shown_total(run, link_cube(run), ags=ags, phase=phase, field=field, group=group)


def matrix(run: Run, area: Area | None = None, *, group: str = "") -> Matrix:
    """The 7 × 8 links of an area, of all children or one group."""
    scheme = shipped_scheme()
    return Matrix(
        {
            (phase, field): MatrixCell(
                phase, field, total_reasons(run, area, phase=phase, field=field, group=group)
            )
            for phase in scheme.phase_codes
            for field in scheme.field_codes
        }
    )


def stations(run: Run, area: Area | None = None) -> list[Station]:
    """The phases of the chain in order, each with its groups."""
    scheme = shipped_scheme()
    breaks = first_breaks(run, area)
    return [
        Station(
            code=phase.code,
            name=phase.name,
            ages=describe_ages(phase.age_from, phase.age_to),
            groups=tuple(
                StationGroup(
                    code=group.code,
                    name=group.name,
                    reasons=total_reasons(run, area, phase=phase.code, group=group.code),
                    assumed_share=_assumed_share(run, area, phase.code, group.code),
                )
                for group in scheme.groups
            ),
            reasons=total_reasons(run, area, phase=phase.code),
            share_breaking_here=breaks.get(phase.code),
        )
        for phase in scheme.phases
    ]


def _assumed_share(run: Run, area: Area | None, phase: str, group: str) -> float:
    """Found places weighted with the region's share of assumed places in each field that is shown."""
    offers = run_table(run, "offers")
    found = assumed = 0.0
    for field in shipped_scheme().field_codes:
        reasons = total_reasons(run, area, phase=phase, field=field, group=group)
        here = 0.0 if reasons.is_hidden else reasons.found
        part = offers.filter(pc.equal(offers["field"], field))
        taken = pc.sum(part["taken_found"]).as_py() or 0.0
        unsure = pc.sum(part.filter(part["places_assumed"])["taken_found"]).as_py() or 0.0
        found += here
        assumed += here * (unsure / taken if taken else 0.0)
    return assumed / found if found else 0.0


def passages(run: Run, area: Area | None = None, *, group: str = WHOLE_REGION) -> list[Passage]:
    """The transitions of the chain in order."""
    table = run_table(run, "transitions")
    rows = [row for row in _rows_of_area(run, area, table) if row["group"] == group]
    ags, all_ags, mask = municipalities_in(run, area), link_cube(run).ags, mask_of(run)
    found = []
    for transition in shipped_scheme().transitions:
        here = [row for row in rows if row["transition"] == transition.code and row["crossing"] > 0]
        crossing = sum(row["crossing"] for row in here)
        handed = sum(row["crossing"] * row["with_handover"] for row in here)
        is_hidden = mask.is_passage_hidden(ags, all_ags, transition.code, group)
        found.append(
            Passage(
                code=transition.code,
                name=transition.name,
                from_phase=transition.from_phase,
                to_phase=transition.to_phase,
                crossing=None if is_hidden else crossing,
                handover_share=None if is_hidden or not crossing else handed / crossing,
            )
        )
    return found


def headline(run: Run, area: Area | None = None) -> Headline:
    """How many of a birth cohort walk an unbroken chain, by group; equity gap; change since the last run."""
    groups = shipped_scheme().group_codes
    reasons = {group: total_reasons(run, area, group=group) for group in groups}
    unbroken = _chain_value(run, area, "unbroken", WHOLE_REGION)
    before = run.supersedes
    earlier = _chain_value(before, area, "unbroken", WHOLE_REGION) if before else None
    return Headline(
        birth_cohort=sum(row["birth_cohort"] for row in _chain_rows(run, area, WHOLE_REGION)),
        unbroken=unbroken,
        unbroken_by_group={group: _chain_value(run, area, "unbroken", group) for group in groups},
        expected_unmet=_chain_value(run, area, "expected_unmet", WHOLE_REGION),
        reasons=total_reasons(run, area),
        equity_gap_points=_measure_gap(reasons, groups),
        change=None if unbroken is None or earlier is None else unbroken - earlier,
    )


def _measure_gap(reasons: dict[str, Reasons], groups: tuple[str, ...]) -> float | None:
    """Unmet share of the first (most disadvantaged) group minus that of the others, in points."""
    first = reasons[groups[0]].unmet_share
    if any(reasons[group].is_hidden for group in groups):
        return None
    need = sum(reasons[group].need for group in groups[1:])
    unmet = sum(reasons[group].unmet for group in groups[1:])
    return None if first is None or not need else 100 * (first - unmet / need)


def _rows_of_area(run: Run, area: Area | None, table: pa.Table) -> list[dict[str, Any]]:
    """Rows of the municipalities of an area; the region's own row if there is no area."""
    wanted = [WHOLE_REGION] if area is None else municipalities_in(run, area)
    rows: list[dict[str, Any]] = table.filter(
        pc.is_in(table["ags"], pa.array(wanted, pa.string()))
    ).to_pylist()
    return rows


def _chain_rows(run: Run, area: Area | None, group: str) -> list[dict[str, Any]]:
    return [row for row in _rows_of_area(run, area, run_table(run, "chain")) if row["group"] == group]


def _chain_value(run: Run, area: Area | None, column: str, group: str) -> float | None:
    """A column of ``chain`` for an area: the mean of its municipalities by birth cohort, which is exact.

    None without children, or with too few to speak of shares.
    """
    if not is_course_shown(run, area, group):
        return None
    rows = [row for row in _chain_rows(run, area, group) if row["birth_cohort"] > 0]
    cohort = sum(row["birth_cohort"] for row in rows)
    return sum(row[column] * row["birth_cohort"] for row in rows) / cohort if cohort else None


def is_course_shown(run: Run, area: Area | None, group: str = WHOLE_REGION) -> bool:
    """Are there enough children for shares of a birth cohort, and is the need of the whole chain shown?"""
    cohort = sum(row["birth_cohort"] for row in _chain_rows(run, area, group))
    return is_share_supported(cohort) and not total_reasons(run, area, group=group).is_hidden


def first_breaks(run: Run, area: Area | None, *, group: str = WHOLE_REGION) -> dict[str, float]:
    """Per phase the share of a birth cohort whose chain first breaks there; none for phases too small."""
    if not is_course_shown(run, area, group):
        return {}
    shares = _weigh_by_cohort(run, area, "breaks", "share_breaking_here", group, key="phase")
    return {
        phase: share
        for phase, share in shares.items()
        if not total_reasons(run, area, phase=phase, group=group).is_hidden
    }


def _weigh_by_cohort(
    run: Run, area: Area | None, table: str, column: str, group: str, *, key: str
) -> dict[str, float]:
    """A column of a table by a key, averaged over the municipalities of an area by birth cohort."""
    cohort = {
        row["ags"]: row["birth_cohort"] for row in _chain_rows(run, area, group) if row["birth_cohort"] > 0
    }
    total = sum(cohort.values())
    sums: dict[str, float] = {}
    for row in _rows_of_area(run, area, run_table(run, table)):
        if row["group"] == group and row["ags"] in cohort:
            sums[row[key]] = sums.get(row[key], 0.0) + row[column] * cohort[row["ags"]]
    return {name: value / total for name, value in sums.items()}


def map_values(
    run: Run, area: Area | None = None, *, phase: str = "", field: str = "", group: str = ""
) -> list[MapValue]:
    """Children by reason of every municipality of an area, by AGS."""
    names, cube = municipality_names(run.region_key), link_cube(run)
    return [
        MapValue(
            ags,
            names.get(ags, ags),
            shown_total(run, cube, ags=[ags], phase=phase, field=field, group=group),
        )
        for ags in municipalities_in(run, area)
    ]


def cell_values(
    run: Run, area: Area | None = None, *, phase: str = "", field: str = "", group: str = ""
) -> list[CellValue]:
    """The share without a place of every cell with a need, in the municipalities that are shown."""
    table, cube = run_table(run, "cells"), link_cube(run)
    shown = [
        ags
        for ags in municipalities_in(run, area)
        if not shown_total(run, cube, ags=[ags], phase=phase, field=field, group=group).is_hidden
    ]
    keep = pc.is_in(table["ags"], pa.array(shown, pa.string()))
    for column, code in (("phase", phase), ("field", field), ("group", group)):
        if code:
            keep = pc.and_(keep, pc.equal(table[column], code))
    part = table.filter(keep)
    sums = part.group_by(["cell", "ags", "x", "y"], use_threads=False).aggregate(
        [("need", "sum"), ("found", "sum")]
    )
    lat, lon = unproject(sums["x"].to_numpy(), sums["y"].to_numpy())
    need, found = sums["need_sum"].to_numpy(), sums["found_sum"].to_numpy()
    shares = [
        float(max(n - f, 0.0) / n) if is_share_supported(n) else None
        for n, f in zip(need, found, strict=True)
    ]
    places = zip(sums["cell"].to_pylist(), sums["ags"].to_pylist(), lat.tolist(), lon.tolist(), strict=True)
    return [CellValue(*place, unmet_share=share) for place, share in zip(places, shares, strict=True)]
