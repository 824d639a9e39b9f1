"""One analysis from input tables to result tables. Same input, same bytes."""

from __future__ import annotations

from kekiz.engine.compute import Inputs, Progress, compute
from kekiz.engine.norms import Level
from kekiz.engine.results import Result, tabulate

__all__ = ["Inputs", "Result", "analyse"]


def analyse(inputs: Inputs, *, level: Level = "mid", progress: Progress | None = None) -> Result:
    """Answer which children do not find what they need, where and why.

    ``level`` settles every norm at the low end, the middle or the high end of its range;
    ``progress(done, of)`` is called as fields of need are finished. Raises InputError if a norm is missing.
    """
    return tabulate(compute(inputs, level=level, progress=progress))
