"""The list as Parquet for evaluation: codes, lists, dates and numbers with their types."""

from __future__ import annotations

from itertools import islice
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.exports.table import iterate_rows
from kekiz.register.imports.own_columns import COLUMNS

ROWS_IN_GROUP = 5000
_TYPES = {
    "text": pa.string(), "choice": pa.string(), "codes": pa.list_(pa.string()),
    "areas": pa.list_(pa.string()), "number": pa.int32(), "degrees": pa.float64(), "date": pa.date32(),
    "yes": pa.bool_(),
}  # fmt: skip


def write_parquet(catalogue: Catalogue, stream: IO[bytes], licence: str) -> None:
    """Write the table group by group; the licence stands in its metadata."""
    fields = [pa.field(column.name, _TYPES[column.kind]) for column in COLUMNS]
    schema = pa.schema(fields, metadata={"licence": licence, "description": "kekiz: published offers"})
    rows = iterate_rows(catalogue)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        while group := list(islice(rows, ROWS_IN_GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))
        if not len(catalogue):
            writer.write_table(schema.empty_table())
