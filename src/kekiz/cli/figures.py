"""The figures of a result that report and summary tell: by link, municipality, reason and way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kekiz.engine.chain import measure_equity_gap
from kekiz.engine.gaps import REASONS
from kekiz.engine.results import ALL, Result
from kekiz.engine.scheme import Scheme

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
UNMET = REASONS[1:]


@dataclass
class Need:
    """Children with a need, by reason; adds up row by row."""

    by_reason: dict[str, float] = field(default_factory=lambda: dict.fromkeys(REASONS, 0.0))
    need: float = 0.0

    def add(self, row: Row) -> None:
        """Add a row of a result table."""
        self.need += row["need"]
        for reason in REASONS:
            self.by_reason[reason] += row[reason]

    @classmethod
    def hidden(cls) -> Need:
        """A need too small to show: not a number in every part, so that nothing can be read from it."""
        return cls(by_reason=dict.fromkeys(REASONS, math.nan), need=math.nan)

    @property
    def is_hidden(self) -> bool:
        """Is it left out because it is small, or because it would give a small one away?"""
        return math.isnan(self.need)

    @property
    def found(self) -> float:
        """Children who found a place."""
        return self.by_reason["found"]

    @property
    def unmet(self) -> float:
        """Children without a place; not a number where it is left out."""
        return max(self.need - self.found, 0.0)

    @property
    def unmet_share(self) -> float | None:
        """Share 0..1 without a place; None where there is no need."""
        return self.unmet / self.need if self.need > 0 else None

    @property
    def within_reach_share(self) -> float | None:
        """Share 0..1 for whom a place exists in reach, found or not: found + not_found."""
        return (self.found + self.by_reason["not_found"]) / self.need if self.need > 0 else None


@dataclass(frozen=True)
class Ways:
    """What is in reach, averaged over the children of a municipality and the links looked at."""

    offers_without_car: float
    offers_with_car: float
    minutes_without_car: float | None  # to the nearest, of those who reach one
    minutes_with_car: float | None
    without_any: float  # share 0..1 of children who reach none without a car


@dataclass(frozen=True)
class MunicipalityFigures:
    """One municipality of the report."""

    ags: str
    name: str
    need: Need
    equity_gap_points: float | None
    unbroken: float | None
    ways: Ways | None


@dataclass(frozen=True)
class Gap:
    """Children of one link in one municipality who go without, and why."""

    ags: str
    name: str
    phase: str
    field: str
    reason: str
    children: float


@dataclass(frozen=True)
class Figures:
    """All that the report and the summary tell of a result."""

    result: Result
    scheme: Scheme
    total: Need
    links: dict[tuple[str, str], Need]  # phase, field
    phases: dict[tuple[str, str], Need]  # phase, group
    phase_totals: dict[str, Need]
    municipalities: list[MunicipalityFigures]
    gaps: dict[str, list[Gap]]  # by reason, the largest first
    handovers: dict[str, float | None]  # transition -> share with an agreed handover


def gather_figures(
    result: Result,
    scheme: Scheme,
    names: Mapping[str, str],
    reach_sums: pa.Table | None = None,
    hidden: pa.Table | None = None,
) -> Figures:
    """Add the result tables up to the figures of the report.

    ``reach_sums``: what ``sum_reach`` made of the table reach, where that is not at hand as a whole.
    ``hidden`` (see engine/published.py) says what is too small to be told; None: everything is told.
    """
    rows = result.tables["links"].to_pylist()
    sums = sum_reach(result.tables["reach"]) if reach_sums is None else reach_sums
    figures = _add_up(result, scheme, names, rows, sums)
    return figures if hidden is None else _leave_out(figures, hidden)


def _leave_out(figures: Figures, hidden: pa.Table) -> Figures:
    """The figures without what is too small. Shares that rest on a need go with it."""
    out = {
        (row["area"], row["phase"], row["field"], row["group"])
        for row in hidden.to_pylist()
        if row["table"] == "needs"
    }
    crossing = {
        (row["area"], row["field"], row["group"]) for row in hidden.to_pylist() if row["table"] == "passages"
    }

    def show(need: Need, *place: str) -> Need:
        return Need.hidden() if place in out else need

    groups = figures.scheme.group_codes
    cohorts = {
        row["ags"]: row["birth_cohort"]
        for row in figures.result.tables["chain"].to_pylist()
        if row["group"] == ALL
    }
    return replace(
        figures,
        total=show(figures.total, ALL, ALL, ALL, ALL),
        links={link: show(need, ALL, *link, ALL) for link, need in figures.links.items()},
        phases={(p, g): show(need, ALL, p, ALL, g) for (p, g), need in figures.phases.items()},
        municipalities=[
            replace(
                row,
                need=show(row.need, row.ags, ALL, ALL, ALL),
                equity_gap_points=None
                if any((row.ags, ALL, ALL, group) in out for group in groups)
                else row.equity_gap_points,
                unbroken=None
                if (row.ags, ALL, ALL, ALL) in out
                else _round_course(row.unbroken, cohorts[row.ags]),
            )
            for row in figures.municipalities
        ],
        gaps={
            reason: [gap for gap in gaps if (gap.ags, gap.phase, gap.field, ALL) not in out]
            for reason, gaps in figures.gaps.items()
        },
        handovers={
            code: None if (ALL, code, ALL) in crossing else share for code, share in figures.handovers.items()
        },
        phase_totals={
            phase: show(need, ALL, phase, ALL, ALL) for phase, need in figures.phase_totals.items()
        },
    )


def _round_course(share: float | None, cohort: float) -> float | None:
    """A share of a birth cohort in whole percent, as pages write it; None of too few children.

    It is a product over the links. In full, with the sums of two links left out, it would tell both of them.
    """
    from kekiz.engine.published import SMALL_NUMBERS  # noqa: PLC0415 - kept out of the start of the program

    return None if share is None or cohort < SMALL_NUMBERS.smallest_whole else round(share, 2)


def _add_up(
    result: Result, scheme: Scheme, names: Mapping[str, str], rows: list[Row], sums: pa.Table
) -> Figures:
    return Figures(
        result=result,
        scheme=scheme,
        total=_add(rows, lambda _: "")[""],
        links=_add(rows, lambda row: (row["phase"], row["field"])),
        phases=_add(rows, lambda row: (row["phase"], row["group"])),
        phase_totals=_add(rows, lambda row: row["phase"]),
        municipalities=_gather_municipalities(result, rows, scheme, names, sums),
        gaps={reason: _list_gaps(rows, reason, names) for reason in UNMET},
        handovers={
            row["transition"]: _clean(row["with_handover"])
            for row in result.tables["transitions"].to_pylist()
            if row["ags"] == ALL and row["group"] == ALL
        },
    )


def _add(rows: Iterable[Row], key_of: Callable[[Row], Any]) -> dict[Any, Need]:
    totals: dict[Any, Need] = defaultdict(Need)
    for row in rows:
        totals[key_of(row)].add(row)
    return totals


def _clean(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _gather_municipalities(
    result: Result, rows: list[Row], scheme: Scheme, names: Mapping[str, str], reach_sums: pa.Table
) -> list[MunicipalityFigures]:
    needs = _add(rows, lambda row: row["ags"])
    by_group = _add(rows, lambda row: (row["ags"], row["group"]))
    unbroken = {
        row["ags"]: row["unbroken"] for row in result.tables["chain"].to_pylist() if row["group"] == ALL
    }
    ways = _average_ways(reach_sums, {key for key, need in _add(rows, _link_of).items() if need.need > 0})
    return [
        MunicipalityFigures(
            ags=ags,
            name=names.get(ags, ags),
            need=need,
            equity_gap_points=_measure_gap([by_group[ags, group] for group in scheme.group_codes]),
            unbroken=_clean(unbroken.get(ags)),
            ways=ways.get(ags),
        )
        for ags, need in sorted(needs.items(), key=lambda item: names.get(item[0], item[0]))
    ]


def _link_of(row: Row) -> tuple[str, str]:
    return row["phase"], row["field"]


def _measure_gap(groups: list[Need]) -> float | None:
    import numpy as np  # noqa: PLC0415 - kept out of the start of the program

    need, found = (np.array([getattr(group, name) for group in groups]) for name in ("need", "found"))
    return _clean(measure_equity_gap(need, found))


def sum_reach(reach: pa.Table) -> pa.Table:
    """The table reach added up by municipality, phase and field: children, and sums weighted with them."""
    import pyarrow as pa  # noqa: PLC0415 - kept out of the start of the program
    import pyarrow.compute as pc  # noqa: PLC0415

    children = reach["children"]
    columns = {name: reach[name] for name in ("ags", "phase", "field", "children")}
    for side in ("without_car", "with_car"):
        minutes = reach[f"minutes_{side}"]
        is_reached = pc.is_finite(minutes)
        columns[f"offers_{side}"] = pc.multiply(children, reach[f"offers_{side}"])
        columns[f"minutes_{side}"] = pc.if_else(is_reached, pc.multiply(children, minutes), 0.0)
        columns[f"reaching_{side}"] = pc.if_else(is_reached, children, 0.0)
    keys = ["ags", "phase", "field"]
    sums = [name for name in columns if name not in keys]
    grouped = pa.table(columns).group_by(keys, use_threads=False).aggregate([(name, "sum") for name in sums])
    return grouped.rename_columns([name.removesuffix("_sum") for name in grouped.column_names])


def _average_ways(reach_sums: pa.Table, links: set[tuple[str, str]]) -> dict[str, Ways]:
    """Averages over children and links with a need; minutes of those only who reach an offer."""
    totals: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in reach_sums.to_pylist():
        if _link_of(row) in links:
            for name, value in row.items():
                if name not in ("ags", "phase", "field"):
                    totals[row["ags"]][name] += value
    return {ags: _build_ways(total) for ags, total in totals.items() if total["children"] > 0}


def _build_ways(total: Mapping[str, float]) -> Ways:
    def minutes(side: str) -> float | None:
        reaching = total[f"reaching_{side}"]
        return total[f"minutes_{side}"] / reaching if reaching > 0 else None

    return Ways(
        offers_without_car=total["offers_without_car"] / total["children"],
        offers_with_car=total["offers_with_car"] / total["children"],
        minutes_without_car=minutes("without_car"),
        minutes_with_car=minutes("with_car"),
        without_any=1 - total["reaching_without_car"] / total["children"],
    )


def _list_gaps(rows: list[Row], reason: str, names: Mapping[str, str]) -> list[Gap]:
    totals: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in rows:
        totals[row["ags"], row["phase"], row["field"]] += row[reason]
    ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return [
        Gap(ags, names.get(ags, ags), phase, code, reason, children)
        for (ags, phase, code), children in ordered
        if children >= 0.5  # less than half a child is nothing to look at
    ]
