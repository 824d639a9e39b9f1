"""What a reader of a cell returns, and how a cell becomes text."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")
LONGEST_CELL = 20_000
_CONTROLS = re.compile(r"[^\w !-/:-@\[-`{-~]")
# What people write where they do not know: an empty cell, said in words.
NOTHING_WORDS = frozenset(
    {"", "-", "–", "--", "?", "k. a.", "k.a.", "ka", "n. n.", "n.n.", "n/a", "na", "none", "null", "nan",
     "unbekannt", "nicht bekannt", "keine angabe", "keine angaben", "(n.v.)", "n.v.", "#nv", "#n/a", "#name?"}
)  # fmt: skip


@dataclass(frozen=True)
class Reading(Generic[Value]):
    """The value read from a cell, or None; ``assumed`` says what was added, ``missed`` what was not
    understood.

    Both are German sentences for the person who made the list. An empty cell is no fault: value None, both
    empty.
    """

    value: Value | None = None
    assumed: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def as_text(cell: object) -> str:  # noqa: PLR0911 - one kind of input after the other
    """A cell as people see it: whole numbers without ".0", dates as 31.12.2026, no control characters.

    Blanks are single, except that line breaks stay. Cells beyond 20,000 characters are cut.
    """
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.strftime("%d.%m.%Y") if cell.time() == dt.time() else cell.strftime("%d.%m.%Y %H:%M")
    if isinstance(cell, dt.date):
        return cell.strftime("%d.%m.%Y")
    if isinstance(cell, dt.time):
        return cell.strftime("%H:%M")
    text = str(cell)[:LONGEST_CELL]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text)
    lines = (" ".join(_CONTROLS.sub(_keep_printable, line).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _keep_printable(match: re.Match[str]) -> str:
    """Blanks and marks of all scripts stay; control, format and private signs become a blank."""
    sign = match.group()
    return sign if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"} else " "


def is_nothing(text: str) -> bool:
    """Does the cell say nothing, or say in words that nobody knows?"""
    return text.strip().lower() in NOTHING_WORDS


def fold_dashes(text: str) -> str:
    """Every dash as "-", lower case, quotation marks plain."""
    for dash in "‐‑‒–—−―":
        text = text.replace(dash, "-")
    return text.replace("\u00a0", " ").lower().strip()


def shorten(text: str, length: int = 60) -> str:
    """A text for a message: one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
