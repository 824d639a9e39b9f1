"""`kekiz analyse`: from files to tables, summary and report, without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kekiz.cli.districts import DistrictRun, Engine, analyse_by_district, describe_failures
from kekiz.cli.exits import Exit, stop
from kekiz.cli.faults import stop_for_faults
from kekiz.cli.figures import Figures, gather_figures
from kekiz.cli.inputs import InputFaults, RegionInputs, read_inputs
from kekiz.cli.output import REPORT, RefusedFolder, ResultFolder, check_folder, open_results
from kekiz.cli.progress import show_progress
from kekiz.cli.region import RegionFile, read_region
from kekiz.cli.summary import build_summary
from kekiz.engine.norms import Level
from kekiz.engine.problems import InputError
from kekiz.engine.published import hide_small_numbers
from kekiz.engine.results import Result
from kekiz.engine.run import analyse
from kekiz.engine.scheme import load_scheme
from kekiz.engine.uncertainty import SMALLEST_DRAWS, estimate_ranges

# Beyond a district nobody works through such lists, and the kept markets would fill the memory of a laptop.
PAIRS_UP_TO = 5_000  # offers


@dataclass(frozen=True)
class Order:
    """What the command line asked for."""

    region_file: Path
    out: Path
    data: Path | None
    level: Level
    ranges: int
    as_json: bool
    engine: Engine
    workers: int


def run_analyse(order: Order) -> None:
    """Read the region, analyse it, write the results. Ends the program with a code of Exit."""
    _check_usage(order)
    try:
        check_folder(order.out)
        with show_progress(order.as_json) as progress:
            region, read = _read(order, progress)
            with open_results(order.out) as results:
                read, figures, run = _compute(order, read, results, progress)
                summary = build_summary(region, read, figures, order.level, results.rows, run)
                results.write(figures.result.tables, summary, _write_report(region, read, figures, summary))
    except RefusedFolder as error:
        stop(str(error), Exit.USAGE)
    except InputFaults as error:
        stop_for_faults(error, order.as_json)
    except InputError as error:
        stop_for_faults(InputFaults([(order.region_file, error)]), order.as_json)
    if order.as_json:
        print(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        print(_conclude(region, figures, order.out))
    if run and run.failures:
        stop(describe_failures(run), Exit.PARTIAL)


def _check_usage(order: Order) -> None:
    if order.data is not None and not order.data.is_dir():
        stop(f"--data: Den Ordner {order.data} gibt es nicht.", Exit.USAGE)
    if 0 < order.ranges < SMALLEST_DRAWS:
        stop(f"--ranges: Für einen Bereich braucht es mindestens {SMALLEST_DRAWS} Rechnungen.", Exit.USAGE)
    if order.ranges and order.engine != "one":
        stop("--ranges: Bereiche gibt es nur für eine Auswertung am Stück (--engine one).", Exit.USAGE)


Bar = Callable[[int, int, str], None]


def _read(order: Order, progress: Bar) -> tuple[RegionFile, RegionInputs]:
    scheme = load_scheme()
    progress(0, 10, "Dateien lesen und prüfen")
    region = read_region(order.region_file, scheme, order.data)
    return region, read_inputs(region, scheme)


def _compute(
    order: Order, read: RegionInputs, results: ResultFolder, progress: Bar
) -> tuple[RegionInputs, Figures, DistrictRun | None]:
    """The figures, with the notes that the way of computing adds to those of reading."""
    scheme = read.inputs.scheme
    if order.engine == "one":
        result = _analyse_at_once(order, read, progress)
        progress(9, 10, "Bericht schreiben")
        hidden = hide_small_numbers(result.tables, read.inputs.children, scheme)
        return read, gather_figures(result, scheme, read.names, hidden=hidden), None
    progress(0, 1, "Plätze auf Kreise verteilen")
    run = analyse_by_district(
        read.inputs,
        engine=order.engine,
        workers=order.workers,
        level=order.level,
        progress=lambda done, of: progress(done, of, f"Kreis {done} von {of}"),
        sink=results.append,
    )
    if run is None:
        stop("Kein einziger Kreis ließ sich rechnen. Es wurde nichts geschrieben.")
    read = replace(read, notes=(*read.notes, *run.notes))
    hidden = hide_small_numbers(run.result.tables, read.inputs.children, scheme)
    return read, gather_figures(run.result, scheme, read.names, run.reach_sums, hidden), run


def _analyse_at_once(order: Order, read: RegionInputs, progress: Bar) -> Result:
    progress(1, 10, "Kette rechnen")
    result = analyse(
        read.inputs,
        level=order.level,
        progress=lambda done, of: progress(1 + round(7 * done / of), 10, "Kette rechnen"),
        with_pairs=len(read.inputs.offers.offer) <= PAIRS_UP_TO,
        workers=order.workers,
    )
    if order.ranges:
        drawn = estimate_ranges(
            read.inputs, draws=order.ranges, progress=lambda done, of: progress(done, of, "Bereiche rechnen")
        )
        result = replace(result, tables=result.tables | drawn.tables)
    return result


def _write_report(region: RegionFile, read: RegionInputs, figures: Figures, summary: dict[str, Any]) -> str:
    from kekiz.cli.report.page import write_report  # noqa: PLC0415 - not needed when the input is faulty

    return write_report(region, read, figures, summary)


def _conclude(region: RegionFile, figures: Figures, out: Path) -> str:
    from kekiz.cli.report.headline import write_headline  # noqa: PLC0415

    return "\n".join([*write_headline(figures, region.name), f"Bericht: {out / REPORT}"])
