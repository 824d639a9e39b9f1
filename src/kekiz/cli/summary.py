"""summary.json: the result in figures for machines. Same input, same bytes: no clock, no path."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from kekiz.cli.districts import DistrictRun
from kekiz.cli.figures import Figures, Need
from kekiz.cli.inputs import OUT_OF_SCOPE, RegionInputs
from kekiz.cli.region import RegionFile
from kekiz.engine.results import ALL, Result

KIND = "kekiz-analysis"
TOP = 20


def build_summary(
    region: RegionFile,
    read: RegionInputs,
    figures: Figures,
    level: str,
    rows_in_parts: Mapping[str, int],
    run: DistrictRun | None = None,
) -> dict[str, Any]:
    """The summary as plain values; a figure that cannot be told, or is too small to be, is null, never 0.

    ``rows_in_parts``: rows of the tables not held in memory; ``run``: the division, if there was one.
    """
    norms = [norm for norm in read.inputs.norms.entries if norm.note != OUT_OF_SCOPE]
    result = figures.result
    return _without_nan(
        {
            "kind": KIND,
            "kekiz": program_version(),
            "region": {
                "key": region.key,
                "name": region.name,
                "reference_date": region.reference_date,
                "notice": region.notice,
            },
            "scope": {"phases": region.phases, "fields": region.fields, "level": level},
            "headline": result.headline
            if not figures.total.is_hidden
            else result.headline | {"reasons": None},
            **_list_ranges(result),
            "within_reach_share": figures.total.within_reach_share,
            "links": [
                {"phase": phase, "field": field, **_describe(need)}
                for (phase, field), need in figures.links.items()
                if need.is_hidden or need.need > 0
            ],
            "municipalities": [
                {
                    "ags": row.ags,
                    "name": row.name,
                    **_describe(row.need),
                    "equity_gap_points": row.equity_gap_points,
                    "unbroken": row.unbroken,
                    "ways": asdict(row.ways) if row.ways else None,
                }
                for row in figures.municipalities
            ],
            "gaps": {reason: [asdict(gap) for gap in gaps[:TOP]] for reason, gaps in figures.gaps.items()},
            "norms": {"total": len(norms), "assumptions": sum(norm.is_assumption for norm in norms)},
            "travel": {"basis": result.digests["travel"], "measured": read.travel or None},
            "notes": read.notes,
            "digests": result.digests,
            **({"districts": run.summarise()} if run else {}),
            "tables": dict(
                sorted(
                    {
                        **{name: table.num_rows for name, table in result.tables.items()},
                        **rows_in_parts,
                    }.items()
                )
            ),
        }
    )


def _list_ranges(result: Result) -> dict[str, Any]:
    """The ranges of the whole region, and the norms that move it; nothing where none were computed."""
    if "ranges" not in result.tables:
        return {}
    rows = result.tables["ranges"].to_pylist()
    return {
        "ranges": [row for row in rows if row["ags"] == ALL],
        "range_drivers": result.tables["range_drivers"].to_pylist(),
    }


def _describe(need: Need) -> dict[str, float | bool | None]:
    return {
        "need": need.need,
        **need.by_reason,
        "is_too_small": need.is_hidden,
        "unmet_share": need.unmet_share,
        "within_reach_share": need.within_reach_share,
    }


def program_version() -> str:
    """The version of kekiz, or "unbekannt" where it is not installed."""
    try:
        return version("kekiz")
    except PackageNotFoundError:
        return "unbekannt"


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _without_nan(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(entry) for entry in value]
    return value
