"""The same analysis district by district: in processes of one machine, or on Apache Spark.

Both call :func:`solve_district` with the same rows and get the same bytes. A district that fails is tried
again; if it fails again it is reported and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

import pyarrow as pa

from kekiz.engine.compute import Inputs, compute
from kekiz.engine.districts import District
from kekiz.engine.norms import Level, Norms
from kekiz.engine.results import tabulate
from kekiz.engine.scheme import Scheme
from kekiz.engine.tables import Children, Cooperations, Offers, TravelTimes, from_arrow, to_arrow

TRIES = 2
DIED = "Der Rechenprozess ist zweimal abgebrochen (etwa: zu wenig Speicher)."
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
    """Solve districts in worker processes and yield them in order.

    A worker that dies (memory, a crash in a library) is replaced and its district tried again; if that kills
    a worker once more, the district is reported. Every worker has its own pipe, so that a message cut off
    by a death ends that pipe and blocks nobody else.
    """
    crew = [Worker(common) for _ in range(workers)]
    try:
        waiting: dict[int, Solved] = {}
        following = 0
        for index, solved in _solve_as_they_come(districts, crew):
            waiting[index] = solved
            while following in waiting:
                yield waiting.pop(following)
                following += 1
    finally:
        for worker in crew:
            worker.stop()


def _solve_as_they_come(districts: Iterable[District], crew: list[Worker]) -> Iterator[tuple[int, Solved]]:
    tasks, idle, busy = enumerate(districts), list(crew), list[Worker]()
    while True:
        while idle and (task := next(tasks, None)) is not None:
            idle[-1].begin(*task)
            busy.append(idle.pop())
        if not busy:
            return
        ready = wait([worker.connection for worker in busy])
        for worker in [worker for worker in busy if worker.connection in ready]:
            solved = worker.finish()
            if solved is not None:
                busy.remove(worker)
                idle.append(worker)
                yield worker.index, solved


class Worker:
    """One process and the district it works on."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._task: tuple[str, pa.Table, pa.Table]
        self._attempt = 0
        self.index = -1
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")  # a forked copy would share locks of threads it does not have
        self.connection, other_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(other_end, self._common), daemon=True)
        self._process.start()
        other_end.close()

    @property
    def pid(self) -> int:
        """The number of the process."""
        pid = self._process.pid
        assert pid is not None
        return pid

    def begin(self, index: int, district: District) -> None:
        """Hand a district to the process."""
        self.index, self._attempt = index, 1
        self._task = (district.key, to_arrow(district.inputs.children), to_arrow(district.inputs.offers))
        self._send()

    def _send(self) -> None:
        try:
            self.connection.send(self._task)
        except OSError:  # it died while it had nothing to do
            self._restart()
            self.connection.send(self._task)

    def finish(self) -> Solved | None:
        """What the process answered; None if it died and its district is tried again."""
        try:
            content = self.connection.recv_bytes()
        except (EOFError, OSError):
            self._restart()
            if self._attempt < TRIES:
                self._attempt += 1
                self._send()
                return None
            return Solved(self._task[0], error=DIED)
        return read_payload(pa.ipc.open_stream(content).read_all())

    def _restart(self) -> None:
        self.stop()
        self._start()

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _serve(connection: Connection, common: Common) -> None:
    """The life of a worker: solve what comes until nothing comes any more."""
    while True:
        try:
            key, children, offers = connection.recv()
        except EOFError:
            return
        connection.send_bytes(write_stream(solve_district(key, children, offers, common)))
