"""Files that a library of C reads are read in a process of their own, with little memory and time.

What such a file can break then is that process, and a sentence comes back.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from .refusals import RefusedList

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 45
SECONDS = 60


def limit_this_process() -> None:
    """Little memory, little time, no core file: for the process that reads."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def ask_child(module: str, content: bytes, reasons: Mapping[str, str], *words: str) -> Any:
    """What a module of this package makes of a content, as JSON values.

    ``reasons`` are sentences by the word with which the child gives up; ``size`` also stands for no answer in
    time. Raises RefusedList.
    """
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", f"kekiz.register.imports.{module}", *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter with fixed words
            command, input=content, capture_output=True, timeout=SECONDS, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedList(reasons["size"]) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").split()
        raise RefusedList(reasons.get(said[-1] if said else "", reasons["size"]))
    return json.loads(done.stdout)


def give_up(word: str) -> int:
    """Say why in one word: for the process that reads."""
    print(word, file=sys.stderr)
    return 3
