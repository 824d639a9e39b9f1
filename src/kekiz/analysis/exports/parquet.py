"""The figures as Parquet for evaluation: codes, numbers and dates with their types."""

from __future__ import annotations

import json
from itertools import islice
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from kekiz.analysis.exports.columns import COLUMNS, describe_figure
from kekiz.analysis.exports.dossier import Dossier, write_sources

ROWS_IN_GROUP = 20_000
_TYPES = {
    "text": pa.string(), "children": pa.float64(), "share": pa.float64(), "yes": pa.bool_(),
    "date": pa.date32(),
}  # fmt: skip


def write_parquet(dossier: Dossier, stream: IO[bytes]) -> None:
    """Write the table group by group; licence, sources and notes stand in its metadata."""
    metadata = {
        "description": "kekiz: figures of the published analysis",
        "licence": dossier.licence.url,
        "publisher": dossier.licence.publisher,
        "sources": json.dumps(write_sources(dossier.run), ensure_ascii=False),
        "notes": json.dumps(dossier.write_notes(), ensure_ascii=False),
    }
    schema = pa.schema([pa.field(one.name, _TYPES[one.kind]) for one in COLUMNS], metadata=metadata)
    rows = (describe_figure(dossier, figure) for figure in dossier.figures())
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        while group := list(islice(rows, ROWS_IN_GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))
