"""What is wrong with an input, said so that the person who made it can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_PER_COLUMN = 50


@dataclass(frozen=True)
class Problem:
    """One fault: where it is, what is wrong, what was expected (German, shown to users)."""

    file: str
    message: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"Zeile {self.row}")
        if self.column is not None:
            place.append(f"Spalte „{self.column}“")
        return f"{', '.join(place)}: {self.message}"


class InputError(ValueError):
    """All faults of an input at once; nothing of the input was taken over.

    ``problems`` lists what is shown, ``total`` counts all of them.
    """

    def __init__(self, problems: Iterable[Problem], total: int | None = None) -> None:
        self.problems = list(problems)
        self.total = len(self.problems) if total is None else total
        lines = [str(problem) for problem in self.problems]
        if self.total > len(lines):
            lines.append(f"… und {self.total - len(lines)} weitere Fehler derselben Art.")
        super().__init__("\n".join(lines))
