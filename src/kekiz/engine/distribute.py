"""The same analysis district by district: in processes of one machine, or on Apache Spark.

Both call :func:`solve_district` with the same rows and get the same bytes. A district that fails is tried
again; if it fails again it is reported and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context

import pyarrow as pa

from kekiz.engine.compute import Inputs, compute
from kekiz.engine.districts import District
from kekiz.engine.norms import Level, Norms
from kekiz.engine.results import tabulate
from kekiz.engine.scheme import Scheme
from kekiz.engine.tables import Children, Cooperations, Offers, TravelTimes, from_arrow, to_arrow

TRIES = 2
PAYLOAD = pa.schema(
    [("district", pa.string()), ("table", pa.string()), ("content", pa.binary()), ("error", pa.string())]
)


@dataclass(frozen=True)
class Common:
    """What every district needs besides its own children and offers."""

    norms: Norms
    scheme: Scheme
    cooperations: Cooperations | None = None
    times: TravelTimes | None = None
    level: Level = "mid"


@dataclass(frozen=True)
class Solved:
    """The result tables of one district, or why there are none."""

    key: str
    tables: dict[str, pa.Table] = field(default_factory=dict)
    error: str = ""


def solve_district(key: str, children: pa.Table, offers: pa.Table, common: Common) -> pa.Table:
    """Analyse one district; rows of PAYLOAD, one for each result table, or a single one with the error."""
    for attempt in range(1, TRIES + 1):
        try:
            tables = _analyse(children, offers, common)
        except Exception as error:  # whatever one district breaks on must not stop the others
            if attempt == TRIES:
                text = f"{type(error).__name__}: {error}"
                return pa.Table.from_pylist([{"district": key, "error": text}], schema=PAYLOAD)
        else:
            break
    rows = [
        {"district": key, "table": name, "content": write_stream(table), "error": ""}
        for name, table in sorted(tables.items())
    ]
    return pa.Table.from_pylist(rows, schema=PAYLOAD)


def _analyse(children: pa.Table, offers: pa.Table, common: Common) -> dict[str, pa.Table]:
    inputs = Inputs(
        children=from_arrow(Children, children),
        offers=from_arrow(Offers, offers),
        norms=common.norms,
        scheme=common.scheme,
        times=common.times,
        cooperations=common.cooperations,
    )
    return tabulate(compute(inputs, level=common.level, workers=1)).tables


def write_stream(table: pa.Table) -> bytes:
    """A table as an Arrow stream: equal content, equal bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    content: bytes = sink.getvalue().to_pybytes()
    return content


def read_payload(payload: pa.Table) -> Solved:
    """The result of a district from the rows that ``solve_district`` returned."""
    rows = payload.to_pylist()
    if rows[0]["error"]:
        return Solved(rows[0]["district"], error=rows[0]["error"])
    tables = {row["table"]: pa.ipc.open_stream(row["content"]).read_all() for row in rows}
    return Solved(rows[0]["district"], tables)


def solve_in_processes(
    districts: Iterable[District], common: Common, *, workers: int = 2
) -> Iterator[Solved]:
    """Solve districts in worker processes and yield them in order; at most two a worker are under way.

    A worker that dies (memory, a crash in a library) takes the districts under way with it; the first of them
    is tried again alone and the others anew, so that the one that kills workers is found and reported.
    """
    waiting: list[tuple[District, Future[pa.Table]]] = []
    pool = _open_pool(common, workers)
    try:
        for district in districts:
            waiting.append((district, _submit(pool, district)))
            if len(waiting) >= 2 * workers:
                pool, solved = _finish_first(pool, waiting, common, workers)
                yield solved
        while waiting:
            pool, solved = _finish_first(pool, waiting, common, workers)
            yield solved
    finally:
        pool.shutdown(cancel_futures=True)


_common: Common | None = None  # of a worker process, set once when it starts


def _set_common(common: Common) -> None:
    global _common  # noqa: PLW0603 - a process pool hands its workers their start value this way only
    _common = common


def _solve_in_worker(key: str, children: pa.Table, offers: pa.Table) -> pa.Table:
    assert _common is not None
    return solve_district(key, children, offers, _common)


def _open_pool(common: Common, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_set_common, initargs=(common,)
    )


def _submit(pool: ProcessPoolExecutor, district: District) -> Future[pa.Table]:
    children, offers = to_arrow(district.inputs.children), to_arrow(district.inputs.offers)
    return pool.submit(_solve_in_worker, district.key, children, offers)


def _finish_first(
    pool: ProcessPoolExecutor,
    waiting: list[tuple[District, Future[pa.Table]]],
    common: Common,
    workers: int,
) -> tuple[ProcessPoolExecutor, Solved]:
    """The first district's result; after a dead worker from a fresh process, and a new pool for the rest."""
    district, future = waiting.pop(0)
    try:
        return pool, read_payload(future.result())
    except BrokenProcessPool:
        pool.shutdown(cancel_futures=True)
        solved = _solve_alone(district, common)
        pool = _open_pool(common, workers)
        waiting[:] = [(other, _submit(pool, other)) for other, _ in waiting]
        return pool, solved


def _solve_alone(district: District, common: Common) -> Solved:
    with _open_pool(common, 1) as pool:
        try:
            return read_payload(_submit(pool, district).result())
        except BrokenProcessPool:
            return Solved(district.key, error="Der Rechenprozess ist abgebrochen (etwa: zu wenig Speicher).")
