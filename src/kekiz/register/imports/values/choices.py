"""Words that stand for a choice: yes and no, barrier-free, access, form, languages. The words are in
words.toml.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from .reading import Reading, as_text, fold_dashes, is_nothing, shorten

_LANGUAGE_PARTS = re.compile(
    r"[,;/|+&\n]|\s-\s|\s+(?:und|and|sowie|oder|or|u\.(?:\s*a\.)?)(?:\s+|$)|(?<=[a-zäöü])-(?=[a-zäöü])"
)


@cache
def load_words() -> dict[str, Any]:
    """The word lists of words.toml."""
    file = resources.files("kekiz.register.imports.values").joinpath("words.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _language_codes() -> dict[str, str]:
    return {word: code for code, words in load_words()["languages"].items() for word in words}


def read_yes_no(cell: object, *, name: str = "Angabe") -> Reading[bool]:
    """Yes or no: ja, x, ✓, true, 1; nein, false, 0."""
    if isinstance(cell, bool):
        return Reading(cell)
    original = as_text(cell)
    text = fold_dashes(original)
    if text in load_words()["yes"]["words"]:
        return Reading(True)
    if text in load_words()["no"]["words"]:
        return Reading(False)
    if is_nothing(original):
        return Reading()
    return Reading(missed=(f"{name} „{shorten(original)}“: Erwartet wird ja oder nein.",))


def read_barrier_free(cell: object) -> Reading[str]:
    """Barrier-free: yes, partly or no."""
    is_it = read_yes_no(cell)
    if is_it.value is not None:
        return Reading("yes" if is_it.value else "no")
    return _read_choice(cell, "barrier_free", "Barrierefreiheit")


def read_access(cell: object) -> Reading[str]:
    """How one gets in: walk_in, registration, referral, outreach or online."""
    if fold_dashes(as_text(cell)) in load_words()["no"]["words"]:
        return Reading("walk_in")  # a column "Anmeldung nötig" that says no
    return _read_choice(cell, "access", "Zugang")


def read_mode(cell: object) -> Reading[str]:
    """Where it happens: visit, outreach or online."""
    return _read_choice(cell, "mode", "Form")


def _read_choice(cell: object, table: str, name: str) -> Reading[str]:
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    text = fold_dashes(original)
    codes: dict[str, list[str]] = load_words()[table]
    if text in codes:
        return Reading(text)
    for code, words in codes.items():
        if any(
            re.search(rf"(?<!\w){re.escape(word)}" if len(word) < 4 else re.escape(word), text)
            for word in words
        ):
            return Reading(code)
    return Reading(missed=(f"{name} „{shorten(original)}“ nicht verstanden.",))


def read_languages(cell: object) -> Reading[tuple[str, ...]]:
    """Codes of the languages named in a cell, in their order."""
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    found: list[str] = []
    odd: list[str] = []
    for part in _LANGUAGE_PARTS.split(fold_dashes(original)):
        word = re.sub(r"\(.*?\)|\b(?:auch|sprachig\w*|auf|teilweise|etwas|in)\b", " ", part).strip(" .:()")
        code = _language_codes().get(word) or _language_codes().get(
            re.sub(r"(?:sprachig\w*|e)$", "", word).strip()
        )
        if code is None:
            odd += [shorten(word, 30)] if word else []
        elif code not in found:
            found.append(code)
    missed = (f"Sprachen: „{', '.join(odd)}“ nicht bekannt.",) if odd else ()
    return Reading(tuple(found) or None, missed=missed)
