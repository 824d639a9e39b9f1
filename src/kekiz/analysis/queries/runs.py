"""Stored runs and their tables; tables are read from the database once per process."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pyarrow as pa

from kekiz.analysis import bridge, ways
from kekiz.analysis.models import Run, RunTable
from kekiz.engine.run import Inputs

# Runs never change, so a table once read stays right. The time of the run tells apart two databases that use
# the same number (tests).
RunId = tuple[int, dt.datetime]


def latest_run(region_key: str = "") -> Run | None:
    """The newest run of a region (of any region if none is named), or None."""
    runs = Run.objects.filter(region_key=region_key) if region_key else Run.objects.all()
    return runs.select_related("supersedes").order_by("-pk").first()


def find_run(number: int) -> Run | None:
    """One run by its number, or None."""
    return Run.objects.select_related("supersedes").filter(pk=number).first()


def runs_of(region_key: str) -> list[Run]:
    """All runs of a region, newest first."""
    return list(Run.objects.filter(region_key=region_key).order_by("-pk"))


def run_id(run: Run) -> RunId:
    """What identifies a run for the caches."""
    return run.pk, run.created_at


def table_names(run: Run) -> list[str]:
    """The names of the run's tables, its inputs (``input_…``) among them."""
    return list(RunTable.objects.filter(run=run).order_by("name").values_list("name", flat=True))


def run_table(run: Run, name: str) -> pa.Table:
    """One table of a run (columns: docs/method.md). Raises RunTable.DoesNotExist for an unknown name."""
    return read_table(run_id(run), name)


@lru_cache(maxsize=64)
def read_table(identity: RunId, name: str) -> pa.Table:
    """As ``run_table``, for callers that only hold the identity of a run."""
    stored = RunTable.objects.only("content").get(run_id=identity[0], name=name)
    return bridge.read_parquet(bytes(stored.content))


def stored_inputs(run: Run) -> Inputs:
    """What the run read, from the run itself: later changes of the register do not matter."""
    return read_inputs_of(run_id(run))


@lru_cache(maxsize=4)
def read_inputs_of(identity: RunId) -> Inputs:
    """As ``stored_inputs``, for callers that only hold the identity of a run."""
    stored = RunTable.objects.filter(run_id=identity[0], name__startswith=bridge.INPUT_PREFIX)
    inputs = bridge.read_inputs({table.name: bridge.read_parquet(bytes(table.content)) for table in stored})
    run = Run.objects.only("measurement_id", "ways").get(pk=identity[0])
    if run.measurement_id is None or run.ways is None:
        return inputs
    return ways.attach_ways(inputs, run.measurement_id, run.ways["digest"], tuple(run.ways["modes"]))
