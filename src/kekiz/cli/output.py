"""Write the results of an analysis: all files or none, and never over somebody else's folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kekiz.cli.summary import KIND
from kekiz.engine.run import PAIR_TABLES

RANGE_TABLES = ("ranges", "range_drivers")  # only with --ranges

SUMMARY, REPORT = "summary.json", "report.html"
TABLES = ("links", "cells", "offers", "chain", "breaks", "transitions", "reach", *PAIR_TABLES, *RANGE_TABLES)


class RefusedFolder(Exception):
    """The folder of the results cannot be used; the message says why and what to do."""


def check_folder(folder: Path) -> None:
    """Raise RefusedFolder unless it is absent, empty, or holds older results of kekiz and nothing else."""
    if not folder.exists():
        parent = _existing_parent(folder)
        if not parent.is_dir():
            raise RefusedFolder(f"{folder}: {parent} ist kein Ordner. Bitte mit --out einen anderen wählen.")
        return
    if not folder.is_dir():
        raise RefusedFolder(f"{folder} ist eine Datei. Bitte mit --out einen Ordner wählen.")
    if folder.is_symlink():
        raise RefusedFolder(f"{folder} ist eine Verknüpfung. Bitte den Ordner selbst angeben.")
    entries = {entry.name for entry in folder.iterdir()}
    if not entries:
        return
    foreign = sorted(entries - _own_names())
    if foreign or not _is_result(folder / SUMMARY):
        shown = ", ".join((foreign or sorted(entries))[:3])
        raise RefusedFolder(
            f"{folder} enthält Dateien, die nicht von „kekiz analyse“ stammen ({shown}). Damit nichts "
            "verloren geht, wird dort nichts geschrieben: Bitte mit --out einen leeren oder neuen Ordner "
            "wählen."
        )


def _existing_parent(folder: Path) -> Path:
    return next(parent for parent in folder.absolute().parents if parent.exists())


def _own_names() -> set[str]:
    return {SUMMARY, REPORT, *(f"{name}.{end}" for name in TABLES for end in ("csv", "parquet"))}


def _is_result(path: Path) -> bool:
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("kind") == KIND
    except (OSError, ValueError, AttributeError):
        return False


def write_results(folder: Path, tables: Mapping[str, Any], summary: Mapping[str, Any], report: str) -> None:
    """Write tables, summary and report; all or nothing, see ``open_results``."""
    with open_results(folder) as results:
        results.write(tables, summary, report)


@contextmanager
def open_results(folder: Path) -> Iterator[ResultFolder]:
    """A new folder beside, put in place of ``folder`` at the end; after an error nothing is left of it.

    Raises RefusedFolder if that cannot be done; the older results are then still there.
    """
    target = folder.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise RefusedFolder(f"In {target.parent} lässt sich nicht schreiben ({error.strerror}).") from error
    results = ResultFolder(fresh)
    try:
        yield results
        results.close()
        fresh.chmod(0o755)
        _exchange(fresh, target)
    except OSError as error:
        raise RefusedFolder(f"{folder} lässt sich nicht schreiben ({error.strerror}).") from error
    finally:
        results.close()
        shutil.rmtree(fresh, ignore_errors=True)


class ResultFolder:
    """A folder of results on its way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Any] = {}
        self.rows: dict[str, int] = {}  # of the tables that came in parts

    def append(self, name: str, table: Any) -> None:
        """Add the next part of a table that is too large to be held as a whole: Parquet only."""
        import pyarrow.parquet as pa_parquet  # noqa: PLC0415 - kept out of the start of the program

        if name not in self._open:
            self._open[name] = pa_parquet.ParquetWriter(self._folder / f"{name}.parquet", table.schema)
        self._open[name].write_table(table)
        self.rows[name] = self.rows.get(name, 0) + table.num_rows

    def write(self, tables: Mapping[str, Any], summary: Mapping[str, Any], report: str) -> None:
        """Write whole tables as Parquet and CSV, the summary and the report."""
        import pyarrow.csv as pa_csv  # noqa: PLC0415 - kept out of the start of the program
        import pyarrow.parquet as pa_parquet  # noqa: PLC0415

        for name, table in tables.items():
            pa_parquet.write_table(table, self._folder / f"{name}.parquet")
            pa_csv.write_csv(table, self._folder / f"{name}.csv")
        text = json.dumps(summary, ensure_ascii=False, indent=2)
        (self._folder / SUMMARY).write_text(text + "\n", encoding="utf-8")
        (self._folder / REPORT).write_text(report, encoding="utf-8")

    def close(self) -> None:
        """End the tables that came in parts."""
        while self._open:
            self._open.popitem()[1].close()


def _exchange(fresh: Path, target: Path) -> None:
    """Put ``fresh`` in place of ``target``; between the two renames the older results lie beside."""
    if not target.exists():
        fresh.rename(target)
        return
    check_folder(target)  # somebody may have put a file there meanwhile
    shelf = Path(tempfile.mkdtemp(prefix=f".{target.name}-alt-", dir=target.parent))
    target.rename(shelf / target.name)
    try:
        fresh.rename(target)
    except OSError:
        (shelf / target.name).rename(target)
        shelf.rmdir()
        raise
    shutil.rmtree(shelf, ignore_errors=True)
