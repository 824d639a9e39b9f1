"""Make a run: snapshot, engine, store; the whole result in one transaction or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.analysis import bridge, rules, ways
from kekiz.analysis.models import Run, RunTable, TravelMeasurement
from kekiz.analysis.queries import latest_run
from kekiz.analysis.queries.disclosure import SMALL, build_hidden_table, small_numbers_in_force
from kekiz.analysis.queries.measurements import newest_measurement
from kekiz.analysis.queries.publications import runs_ever_published
from kekiz.analysis.queries.ranges import RANGE_DRAWS
from kekiz.analysis.wording import describe_ways_as_source
from kekiz.engine.norms import Level
from kekiz.engine.problems import InputError
from kekiz.engine.published import HIDDEN
from kekiz.engine.run import Result, analyse
from kekiz.engine.uncertainty import estimate_ranges
from kekiz.evidence.queries import NoChildrenError, find_area
from kekiz.register.validation import clean_row


def run_analysis(
    *,
    actor: Actor,
    region_key: str,
    reference_date: dt.date | None = None,
    level: Level = "mid",
    range_draws: int = 0,
    measured_ways: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Analyse the region as of a day (default today), store the result; it supersedes the last run.

    ``range_draws``: how often the analysis is repeated with other norms for the ranges of its figures; 0 for
    none. ``measured_ways``: use the newest measurement of the region's ways, if there is one; else the model.
    ``progress(done, of)`` is called as fields of need are finished.
    Raises ActionDenied, or InvalidInput if children are missing or what is stored does not fit together.
    """
    if not rules.can_run_analysis(actor, region_key):
        raise ActionDenied("Eine Analyse rechnen darf nur die Koordination dieser Region.")
    day = reference_date or timezone.localdate()
    started = time.perf_counter()
    try:
        snapshot = bridge.take_snapshot(region_key, day)
        measurement = newest_measurement(region_key) if measured_ways else None
        snapshot, told = _take_ways(snapshot, measurement)
        result = analyse(snapshot.inputs, level=level, progress=progress, with_pairs=True)
        if range_draws:
            ranges = estimate_ranges(snapshot.inputs, draws=range_draws)
            result = replace(
                result,
                tables=result.tables | ranges.tables,
                headline=result.headline | {RANGE_DRAWS: ranges.draws},
            )
    except NoChildrenError as error:
        raise InvalidInput([str(error)]) from error
    except InputError as error:
        raise InvalidInput(str(error).splitlines()) from error
    run = _build_run(actor, region_key, day, snapshot, result)
    run.ways = told
    if told is not None and measurement is not None and told["modes"]:
        run.measurement = measurement
        run.digests |= {"measurement": measurement.digest}
    tables = result.tables | bridge.write_inputs(snapshot.inputs)
    tables[HIDDEN] = build_hidden_table(
        region_key, result.tables, snapshot.inputs.children, _list_runs_seen(region_key)
    )
    run.headline |= {SMALL: small_numbers_in_force().smallest_count}
    run.seconds = time.perf_counter() - started
    return _store_run(actor, run, tables)


def _take_ways(
    snapshot: bridge.Snapshot, measurement: TravelMeasurement | None
) -> tuple[bridge.Snapshot, ways.Ways | None]:
    """The snapshot with measured ways, and what is to be said of all ways."""
    told: ways.Ways | None = None
    inputs = snapshot.inputs
    if measurement is not None:
        inputs, told = ways.use_measurement(inputs, measurement)
    source = describe_ways_as_source(told, measurement.told if measurement else {})
    return replace(snapshot, inputs=inputs, sources=[*snapshot.sources, source]), told


def _list_runs_seen(region_key: str) -> list[Run]:
    """The run that pages show until now, and all whose figures were ever public."""
    before = latest_run(region_key)
    published = [run for run in runs_ever_published(region_key) if run != before]
    return published if before is None else [before, *published]


def _build_run(actor: Actor, region_key: str, day: dt.date, snapshot: bridge.Snapshot, result: Result) -> Run:
    region = find_area(region_key)
    return Run(
        region_key=region_key,
        region_name=region.name if region else region_key,
        reference_date=day,
        inputs_digest=result.digests["inputs"],
        norms_digest=result.digests["norms"],
        code_version=f"{_software_version()}+{result.digests['code'][:12]}",
        digests=result.digests,
        level=result.digests["level"],
        travel=result.digests["travel"],
        headline=_without_nan(result.headline),
        sources=snapshot.sources,
        is_synthetic=snapshot.is_synthetic,
        has_invented_offers=snapshot.has_invented_offers,
        created_by=actor if isinstance(actor, User) else None,
    )


def _store_run(actor: Actor, run: Run, tables: dict[str, pa.Table]) -> Run:
    with transaction.atomic():
        run.supersedes = Run.objects.filter(region_key=run.region_key).order_by("-pk").first()
        clean_row(run)
        run.save()
        RunTable.objects.bulk_create(
            [_build_table(run, name, table) for name, table in sorted(tables.items())]
        )
        write_log_entry(
            actor=actor,
            code="run.created",
            target_type="run",
            target_key=run.pk,
            target_label=str(run),
            area=run.region_key,
        )
    return run


def _build_table(run: Run, name: str, table: pa.Table) -> RunTable:
    content = bridge.write_parquet(table)
    digest = hashlib.sha256(content).hexdigest()
    return RunTable(run=run, name=name, rows=table.num_rows, digest=digest, content=content)


def _without_nan(value: Any) -> Any:
    """JSON knows no "not a number": None stands for "no children here, so no figure"."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _software_version() -> str:
    try:
        return version("kekiz")
    except PackageNotFoundError:
        return "0"
