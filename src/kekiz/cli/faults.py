"""Faults of input files told to the one who called: as sentences, or as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from kekiz.cli.exits import Exit, stop
from kekiz.cli.inputs import InputFaults
from kekiz.engine.problems import Problem

TOLD_PER_COLUMN = 8


def stop_for_faults(faults: InputFaults, as_json: bool) -> NoReturn:
    """End the command with all faults."""
    if as_json:
        print(json.dumps(_list_faults(faults), ensure_ascii=False, indent=2))
        raise SystemExit(int(Exit.INPUT_FAULTS))
    stop(describe_faults(faults), Exit.INPUT_FAULTS)


def _list_faults(faults: InputFaults) -> dict[str, Any]:
    return {
        "kind": "kekiz-faults",
        "total": faults.total,
        "faults": [
            {"file": problem.file, "row": problem.row, "column": problem.column, "message": problem.message}
            for _, error in faults.faults
            for problem in error.problems
        ],
    }


def describe_faults(faults: InputFaults) -> str:
    """All faults as text, grouped by file, the first of each file in words."""
    count = f"{faults.total:,} Fehler".replace(",", "\u202f")
    lines = [f"{count} in den Eingaben. Es wurde nichts geschrieben."]
    for path, error in faults.faults:
        lines += ["", str(path)]
        shown = _choose_shown(error.problems)
        for problem in shown:
            place = [f"Zeile {problem.row}"] if problem.row is not None else []
            place += [f"Spalte „{problem.column}“"] if problem.column is not None else []
            lines.append(f"  {', '.join(place)}: {problem.message}" if place else f"  {problem.message}")
        if error.total > len(shown):
            lines.append(f"  … und {error.total - len(shown)} weitere in dieser Datei.")
    return "\n".join(lines)


def _choose_shown(problems: list[Problem]) -> list[Problem]:
    """The first faults of each column, so that one faulty column does not hide the others."""
    counts: Counter[str | None] = Counter()
    shown = []
    for problem in problems:
        counts[problem.column] += 1
        if counts[problem.column] <= TOLD_PER_COLUMN:
            shown.append(problem)
    return shown
