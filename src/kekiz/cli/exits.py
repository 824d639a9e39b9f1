"""How a command ends: the exit codes of docs/cli.md, and sentences instead of tracebacks."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import NoReturn


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    INPUT_FAULTS = 1  # the input is faulty, or something is missing; the message says what
    USAGE = 2  # the command was called in a way that cannot work
    PARTIAL = 3  # the result is written, but some districts could not be computed


def stop(message: str, code: Exit = Exit.INPUT_FAULTS) -> NoReturn:
    """End the program with a sentence on the error stream."""
    print(message, file=sys.stderr)
    raise SystemExit(int(code))
