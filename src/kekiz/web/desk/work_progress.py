"""How far long work on a list has come, told outside of its transaction while the browser waits.

What a transaction writes nobody sees before it ends, so the state lies in a small file in var/, seen by every
server process of the machine. It is only shown: nothing is decided by it, and where it cannot be written the
work goes on untold. The last word of a process that was killed is forgotten after some minutes.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from kekiz.accounts.models import User
from kekiz.register.import_models import ImportBatch
from kekiz.register.imports.rows import Progress
from kekiz.web.words import write_number

# Works with their stages; the numbers say how long each takes beside the others (10,000 rows, bench.imports).
CHECK: Mapping[str, float] = {"file": 1, "rows": 4, "plan": 3, "doubles": 4}
WORKBOOK: Mapping[str, float] = {"file": 1, "rows": 4, "plan": 3, "workbook": 2}
TAKE_OVER: Mapping[str, float] = {"file": 1, "rows": 4, "plan": 3, "store": 7}
PUBLISH: Mapping[str, float] = {"publish": 1}
UNDO: Mapping[str, float] = {"look": 2, "remove": 3}
WORDS = {
    "file": "Die Datei wird gelesen.",
    "rows": "{done} von {of} Zeilen gelesen",
    "plan": "{done} von {of} Zeilen verglichen",
    "doubles": "Doppelte werden gesucht.",
    "workbook": "Die Mappe wird geschrieben.",
    "store": "{done} von {of} Angeboten gespeichert",
    "publish": "{done} von {of} Angeboten veröffentlicht",
    "look": "{done} von {of} Angeboten geprüft",
    "remove": "{done} von {of} Angeboten zurückgenommen",
}
LEAST_SECONDS = 0.2
FORGOTTEN_SECONDS = 300


class Work:
    """One piece of work: stages follow each other, each may count."""

    def __init__(self, path: Path, stages: Mapping[str, float]) -> None:
        self._path = path
        self._stages = stages
        self._stage = ""
        self._told_at = 0.0

    def enter(self, stage: str) -> None:
        """A stage begins."""
        self._stage = stage
        self._tell(0, 0)

    def count(self, stage: str) -> Progress:
        """A callback for a stage that says how many of how many are done; it may be called at any rate."""

        def tell(done: int, of: int) -> None:
            if stage != self._stage:
                self._stage = stage
            elif done < of and time.monotonic() - self._told_at < LEAST_SECONDS:
                return
            self._tell(done, of)

        return tell

    def _tell(self, done: int, of: int) -> None:
        self._told_at = time.monotonic()
        before = list(self._stages).index(self._stage)
        shares = list(self._stages.values())
        share = (sum(shares[:before]) + shares[before] * (done / of if of else 0)) / sum(shares)
        told = {"stage": self._stage, "done": done, "of": of, "share": share}
        with suppress(OSError):
            _write(self._path, json.dumps(told))


@contextmanager
def tell_work(user: User | AnonymousUser, batch: ImportBatch, stages: Mapping[str, float]) -> Iterator[Work]:
    """Work that its user can follow by :func:`read_work` until it is over."""
    path = find_path(user, batch.pk)
    with suppress(OSError):
        path.unlink(missing_ok=True)  # the last word of one that was killed
        _forget_old(path.parent)
    try:
        yield Work(path, stages)
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def read_work(user: User | AnonymousUser, number: int) -> dict[str, Any]:
    """Where the user's work on a list stands: ``share`` (0 to 1, None if there is none) and a sentence."""
    path = find_path(user, number)
    try:
        is_old = path.stat().st_mtime < time.time() - FORGOTTEN_SECONDS
        told = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {"share": None, "text": ""}
    if is_old or told["stage"] not in WORDS:
        return {"share": None, "text": ""}
    words = WORDS[told["stage"]].format(done=write_number(told["done"]), of=write_number(told["of"]))
    return {"share": round(told["share"], 3), "text": words}


def find_path(user: User | AnonymousUser, number: int) -> Path:
    """Where the state of a person's work on a list lies."""
    return Path(settings.PROGRESS_FOLDER) / f"import-{number}-{user.pk}.json"


def _write(path: Path, text: str) -> None:
    """Whole or not at all: whoever reads meanwhile reads the former state."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    fresh.write_text(text, encoding="ascii")
    fresh.replace(path)


def _forget_old(folder: Path) -> None:
    """What killed processes left."""
    for path in folder.glob("import-*"):
        if path.stat().st_mtime < time.time() - FORGOTTEN_SECONDS:
            path.unlink(missing_ok=True)
