"""Ranges of the headline of a run, and the norms that move it most; only where the run has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kekiz.analysis.models import Run
from kekiz.analysis.queries.figures import is_course_shown
from kekiz.analysis.queries.reasons import municipalities_in
from kekiz.analysis.queries.runs import run_table
from kekiz.evidence.models import Area

WHOLE_REGION = ALL_CHILDREN = ""
RANGE_DRAWS = "range_draws"  # in the headline of a run that has ranges: the number of draws


@dataclass(frozen=True)
class Range:
    """The middle 80 % of a figure over the draws of the norms, in the unit of the figure."""

    low: float
    high: float


@dataclass(frozen=True)
class HeadlineRanges:
    """Ranges of the headline; None where the run or the area has none."""

    unbroken: Range | None = None
    unbroken_low_income: Range | None = None
    equity_gap_points: Range | None = None


@dataclass(frozen=True)
class Driver:
    """A group of norms that moves a figure: -1..1, positive where larger norms make the figure larger."""

    key: str
    subject: str  # the field, hurdle or travel mode they speak of
    effect: float


def headline_ranges(run: Run, area: Area | None = None) -> HeadlineRanges:
    """The ranges for the region or one municipality; an area of several has none of its own."""
    places = [WHOLE_REGION] if area is None else municipalities_in(run, area)
    if RANGE_DRAWS not in run.headline or len(places) != 1 or not is_course_shown(run, area):
        return HeadlineRanges()
    found = {
        (row["group"], row["figure"]): Range(row["low"], row["high"])
        for row in run_table(run, "ranges").to_pylist()
        if row["ags"] == places[0]
    }
    is_second_shown = is_course_shown(run, area, "low_income")
    return HeadlineRanges(
        unbroken=found.get((ALL_CHILDREN, "unbroken")),
        unbroken_low_income=found.get(("low_income", "unbroken")) if is_second_shown else None,
        equity_gap_points=found.get((ALL_CHILDREN, "equity_gap_points")) if is_second_shown else None,
    )


def range_drivers(run: Run, figure: str) -> list[Driver]:
    """The norms that move a figure of the whole region most, the strongest first."""
    if RANGE_DRAWS not in run.headline:
        return []
    rows: list[dict[str, Any]] = run_table(run, "range_drivers").to_pylist()
    chosen = [row for row in rows if (row["group"], row["figure"]) == (ALL_CHILDREN, figure)]
    return [
        Driver(row["key"], row["subject"], row["effect"])
        for row in sorted(chosen, key=lambda row: row["position"])
    ]
