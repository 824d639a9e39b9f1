"""Keep what is finished while a long run goes on: a file for every block, and a note of what it is for."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pa_parquet

from kekiz.travel.measure import SCHEMA

KIND = "kekiz-travel"
METADATA = b"kekiz_travel"
MANIFEST = "manifest.json"
READ_BYTES = 2**20


class Parts:
    """The folder ``<out>.parts`` beside the file to be written."""

    def __init__(self, out: Path, digest: str, blocks: int) -> None:
        self.out, self.digest, self.blocks = out, digest, blocks
        self.folder = out.with_name(out.name + ".parts")
        self.was_outdated = False

    def open(self) -> int:
        """Make the folder ready; parts of other inputs are dropped. Returns how many blocks are there."""
        manifest = self.folder / MANIFEST
        known = _read_json(manifest)
        if self.folder.exists() and known.get("digest") != self.digest:
            self.was_outdated = bool(known)
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        if not manifest.exists():
            _write_beside(manifest, json.dumps({"kind": KIND, "digest": self.digest, "blocks": self.blocks}))
        return sum(self.has(block) for block in range(self.blocks))

    def has(self, block: int) -> bool:
        """The block is finished: its file stands under its own name, so it was written to the end."""
        return self._path(block).exists()

    def write(self, block: int, table: pa.Table) -> None:
        """Keep a finished block; all of it or nothing."""
        beside = self._path(block).with_suffix(".new")
        pa_parquet.write_table(table, beside)
        beside.replace(self._path(block))

    def count_rows(self) -> dict[str, dict[str, int]]:
        """Rows of all blocks by mode and basis."""
        counts: dict[str, dict[str, int]] = {}
        for block in range(self.blocks):
            groups = pa_parquet.read_table(self._path(block), columns=["mode", "basis"])
            for row in groups.group_by(["mode", "basis"]).aggregate([([], "count_all")]).to_pylist():
                by_basis = counts.setdefault(row["mode"], {})
                by_basis[row["basis"]] = by_basis.get(row["basis"], 0) + row["count_all"]
        return {mode: dict(sorted(counts[mode].items())) for mode in sorted(counts)}

    def finish(self, told: Mapping[str, Any]) -> None:
        """Join the blocks into the file, with what there is to tell about them, and remove the folder."""
        beside = self.out.with_name(self.out.name + ".new")
        text = json.dumps({"kind": KIND, "digest": self.digest, **told}, ensure_ascii=False, sort_keys=True)
        schema = SCHEMA.with_metadata({METADATA: text.encode()})
        with pa_parquet.ParquetWriter(beside, schema) as writer:
            for block in range(self.blocks):
                table = pa_parquet.read_table(self._path(block))
                writer.write_table(table.replace_schema_metadata(schema.metadata))
        beside.replace(self.out)
        shutil.rmtree(self.folder)

    def _path(self, block: int) -> Path:
        return self.folder / f"{block:06d}.parquet"


def _write_beside(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) and content.get("kind") == KIND else {}


def read_told(path: Path) -> dict[str, Any]:
    """What a table of travel times tells about itself; empty where it was not made by `kekiz travel`."""
    try:
        metadata = pa_parquet.read_schema(path).metadata or {}
        told = json.loads(metadata.get(METADATA, b"{}"))
    except (OSError, ValueError, pa.ArrowException):
        return {}
    return told if isinstance(told, dict) and told.get("kind") == KIND else {}


def digest_file(path: Path) -> str:
    """SHA-256 of a file, read a piece at a time."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(READ_BYTES):
            total.update(part)
    return total.hexdigest()
