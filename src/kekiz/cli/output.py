"""Write the results of an analysis: all files or none, and never over somebody else's folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
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
    """Write tables, summary and report into a new folder beside, then put it in place of ``folder``.

    Raises RefusedFolder if that cannot be done; the older results are then still there.
    """
    target = folder.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise RefusedFolder(f"In {target.parent} lässt sich nicht schreiben ({error.strerror}).") from error
    try:
        _write_files(fresh, tables, summary, report)
        fresh.chmod(0o755)
        _exchange(fresh, target)
    except OSError as error:
        raise RefusedFolder(f"{folder} lässt sich nicht schreiben ({error.strerror}).") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write_files(folder: Path, tables: Mapping[str, Any], summary: Mapping[str, Any], report: str) -> None:
    import pyarrow.csv as pa_csv  # noqa: PLC0415 - kept out of the start of the program
    import pyarrow.parquet as pa_parquet  # noqa: PLC0415

    for name, table in tables.items():
        pa_parquet.write_table(table, folder / f"{name}.parquet")
        pa_csv.write_csv(table, folder / f"{name}.csv")
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (folder / SUMMARY).write_text(text + "\n", encoding="utf-8")
    (folder / REPORT).write_text(report, encoding="utf-8")


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
