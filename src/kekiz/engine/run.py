"""One analysis from input tables to result tables. Same input, same bytes."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from kekiz.engine.compute import Inputs, Outcome, Progress, compute
from kekiz.engine.handovers import find_handovers
from kekiz.engine.norms import Level
from kekiz.engine.overlaps import find_overlaps
from kekiz.engine.results import Result, tabulate

__all__ = ["PAIR_TABLES", "Inputs", "Result", "analyse", "tabulate_pairs"]

PAIR_TABLES = ("overlaps", "replaceable", "overlap_clusters", "handovers")


def analyse(
    inputs: Inputs,
    *,
    level: Level = "mid",
    progress: Progress | None = None,
    with_pairs: bool = False,
    workers: int = 2,
) -> Result:
    """Answer which children do not find what they need, where and why.

    ``level`` settles every norm at the low end, the middle or the high end of its range;
    ``progress(done, of)`` is called as fields of need are finished; ``with_pairs`` adds the tables that set
    offers beside each other (PAIR_TABLES); ``workers``: fields computed side by side, which changes no figure
    but the memory needed. Raises InputError if a norm is missing.
    """
    outcome = compute(inputs, level=level, progress=progress, keep_markets=with_pairs, workers=workers)
    result = tabulate(outcome)
    return replace(result, tables=result.tables | tabulate_pairs(outcome)) if with_pairs else result


def tabulate_pairs(outcome: Outcome) -> dict[str, pa.Table]:
    """The tables of overlaps.py and handovers.py by name. Needs an outcome with its markets kept."""
    overlaps = find_overlaps(outcome)
    tables = (overlaps.pairs, overlaps.replaceable, overlaps.clusters, find_handovers(outcome))
    return dict(zip(PAIR_TABLES, tables, strict=True))
