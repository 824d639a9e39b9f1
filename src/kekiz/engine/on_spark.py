"""Districts on Apache Spark (the extra ``kekiz[spark]``): the same function, the same bytes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from kekiz.engine.distribute import PAYLOAD, Common, Solved, read_payload, solve_district
from kekiz.engine.districts import Division, cut_all
from kekiz.engine.tables import to_arrow

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DISTRICT = "district"
GATEWAY = "PYSPARK_GATEWAY_PORT"  # set by spark-submit
LOCAL = "127.0.0.1"
SCHEMA = "district string, table string, content binary, error string"


def open_session(workers: int) -> SparkSession:
    """The session of ``spark-submit`` where that started the program, else one of this machine alone."""
    if GATEWAY not in os.environ:
        return open_local_session(workers)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra that few installations have

    session: SparkSession = SparkSession.builder.appName("kekiz").getOrCreate()
    return session


def open_local_session(workers: int) -> SparkSession:
    """A Spark of this machine alone: nothing listens on the network, workers run this very Python."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra that few installations have

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": LOCAL,
        "spark.driver.bindAddress": LOCAL,
        "spark.driver.memory": "2g",
        "spark.sql.shuffle.partitions": str(4 * workers),
        "spark.sql.adaptive.enabled": "false",  # small rows, long work: keep the partitions apart
    }
    builder = SparkSession.builder.master(f"local[{workers}]").appName("kekiz")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.sparkContext.pythonExec = sys.executable
    return session


def solve_on_spark(division: Division, common: Common, session: SparkSession) -> Iterator[Solved]:
    """Solve every district in a Spark task and yield them in the order of their keys.

    Children and offers are grouped by district and handed to Python as Arrow tables (``applyInArrow``).
    """
    children, offers = _label_rows(division)
    left = session.createDataFrame(children).groupBy(DISTRICT)
    right = session.createDataFrame(offers).groupBy(DISTRICT)

    def solve(key: tuple[pa.Scalar, ...], own: pa.Table, reachable: pa.Table) -> pa.Table:
        if own.num_rows == 0:
            return PAYLOAD.empty_table()
        return solve_district(
            key[0].as_py(), own.drop_columns([DISTRICT]), reachable.drop_columns([DISTRICT]), common
        )

    solved = left.cogroup(right).applyInArrow(solve, SCHEMA).orderBy(DISTRICT, "table")
    rows: list[dict[str, object]] = []
    for row in solved.toLocalIterator():
        if rows and rows[0][DISTRICT] != row[DISTRICT]:
            yield read_payload(pa.Table.from_pylist(rows, schema=PAYLOAD))
            rows = []
        rows.append(row.asDict())
    if rows:
        yield read_payload(pa.Table.from_pylist(rows, schema=PAYLOAD))


def _label_rows(division: Division) -> tuple[pa.Table, pa.Table]:
    """All children and offers with their district; an offer of several districts stands in each."""
    children: list[pa.Table] = []
    offers: list[pa.Table] = []
    for district in cut_all(division):
        for parts, rows in ((children, district.inputs.children), (offers, district.inputs.offers)):
            table = to_arrow(rows)
            parts.append(
                table.append_column(DISTRICT, pa.array([district.key] * table.num_rows, pa.string()))
            )
    return pa.concat_tables(children), pa.concat_tables(offers)
