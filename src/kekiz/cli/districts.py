"""`kekiz analyse --engine processes|spark`: district by district, told as it goes, the failed ones named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kekiz.cli.exits import stop
from kekiz.cli.figures import sum_reach
from kekiz.engine.compute import Inputs, Progress, digest_inputs
from kekiz.engine.distribute import Common, Solved, solve_in_processes
from kekiz.engine.districts import Division, cut_all, divide
from kekiz.engine.merge import Sink, merge_districts
from kekiz.engine.norms import Level
from kekiz.engine.results import Result

if TYPE_CHECKING:
    import pyarrow as pa

Engine = Literal["one", "processes", "spark"]
NO_SPARK = (
    "Apache Spark fehlt. Bitte installieren: pip install --require-hashes -r requirements/spark.txt "
    "und Java 17 (Debian: openjdk-17-jre-headless). Ohne Spark rechnet --engine processes dasselbe."
)
REASON_LENGTH = 200


@dataclass(frozen=True)
class Failure:
    """A district without a result."""

    district: str
    reason: str
    children: float
    offers: int  # that would have served it, with a part of their places


@dataclass(frozen=True)
class DistrictRun:
    """The joined result, what of it is not held in memory, and the districts that are missing in it."""

    result: Result
    reach_sums: pa.Table
    districts: int
    failures: tuple[Failure, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the report has to say about the division."""
        told = (
            f"Gerechnet ist Kreis für Kreis ({self.districts} Kreise). Die Plätze von Angeboten nahe einer "
            "Grenze sind vorher auf die Kreise verteilt, deren Kinder dort zuerst fragen; die Zahlen weichen "
            "darum leicht von einer Auswertung am Stück ab.",
        )
        return (*told, describe_failures(self).replace("\n", " ")) if self.failures else told

    def summarise(self) -> dict[str, Any]:
        """The division for summary.json."""
        return {
            "total": self.districts,
            "solved": self.districts - len(self.failures),
            "failed": [asdict(failure) for failure in self.failures],
        }


def analyse_by_district(
    inputs: Inputs, *, engine: Engine, workers: int, level: Level, progress: Progress, sink: Sink
) -> DistrictRun | None:
    """Divide, solve every district in a process or a Spark task, and join; None if no district was solved.

    ``progress(done, of)`` is called after each district; ``sink(name, table)`` receives the tables by cell.
    """
    division = divide(inputs, level=level)
    common = Common(inputs.norms, inputs.scheme, inputs.cooperations, inputs.times, level)
    of = len(division.keys)
    sums = []

    def keep(name: str, table: pa.Table) -> None:
        sink(name, table)
        if name == "reach":
            sums.append(sum_reach(table))

    solved = _solve(division, common, engine, min(workers, of))
    merged = merge_districts(_tell(solved, progress, of), inputs, digest_inputs(inputs, level), keep)
    if not merged.result.tables:
        return None
    import pyarrow as pa  # noqa: PLC0415 - kept out of the start of the program

    failures = tuple(_describe(division, key, error) for key, error in merged.failed.items())
    return DistrictRun(merged.result, pa.concat_tables(sums), of, failures)


def _solve(division: Division, common: Common, engine: Engine, workers: int) -> Iterator[Solved]:
    if engine == "processes":
        return solve_in_processes(cut_all(division), common, workers=workers)
    try:
        from kekiz.engine.on_spark import open_session, solve_on_spark  # noqa: PLC0415 - an extra

        session = open_session(workers)
    except (ImportError, RuntimeError, OSError):  # no pyspark; no Java
        stop(NO_SPARK)
    return solve_on_spark(division, common, session)


def _tell(solved: Iterator[Solved], progress: Progress, of: int) -> Iterator[Solved]:
    for done, district in enumerate(solved, start=1):
        yield district
        progress(done, of)


def _describe(division: Division, key: str, error: str) -> Failure:
    district = division.keys.index(key)
    children = division.inputs.children.n[division.children_of == district].sum()
    offers = division.start[district + 1] - division.start[district]
    return Failure(key, " ".join(error.split())[:REASON_LENGTH], float(np.round(children, 1)), int(offers))


def describe_failures(run: DistrictRun) -> str:
    """Which districts are missing, why, and what that means for the totals."""
    failed = run.failures
    one = len(failed) == 1
    lines = [f"{len(failed)} von {run.districts} Kreisen {'fehlt' if one else 'fehlen'} im Ergebnis:"]
    lines += [
        f"Kreis {each.district} ({each.children:.0f} Kinder, {each.offers} Angebote): {each.reason}."
        for each in failed
    ]
    lines.append(
        "Alle Summen und Anteile gelten ohne "
        f"{'diesen Kreis' if one else 'diese Kreise'}; für die übrigen ändert sich nichts."
    )
    return "\n".join(lines)
