"""Suggestions of fields of need and life phases from the words of a text (lexicon.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from kekiz.engine.scheme import Scheme, load_scheme

from .headers import fold_header

MOST_FIELDS = 3


@dataclass(frozen=True)
class Suggestion:
    """Fields and phases that a text points to, each with the words it rests on."""

    fields: dict[str, tuple[str, ...]]
    phases: dict[str, tuple[str, ...]]

    def describe(self) -> str:
        """The words, for a message."""
        return ", ".join(
            f"„{word}“" for word in dict.fromkeys(word for words in self.fields.values() for word in words)
        )


@dataclass(frozen=True)
class _Lexicon:
    pattern: re.Pattern[str]
    entries: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]


@cache
def _scheme() -> Scheme:
    return load_scheme()


@cache
def _load() -> _Lexicon:
    text = resources.files("kekiz.register.imports").joinpath("lexicon.toml").read_text(encoding="utf-8")
    scheme = _scheme()
    entries: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    starts: set[str] = set()
    insides: set[str] = set()
    for entry in tomllib.loads(text)["entry"]:
        fields, phases = tuple(entry["fields"]), tuple(entry["phases"])
        if set(fields) - set(scheme.field_codes) or set(phases) - set(scheme.phase_codes):
            raise ValueError(f"lexicon.toml: unknown code in {entry}")
        for stem in entry["stems"]:
            bare = fold_header(stem.lstrip("*"))
            (insides if stem.startswith("*") else starts).add(bare)
            entries.setdefault(bare, []).append((fields, phases))
    lead = "|".join(sorted(map(re.escape, starts), key=len, reverse=True))
    inner = "|".join(sorted(map(re.escape, insides), key=len, reverse=True))
    return _Lexicon(re.compile(rf"(?<![a-z0-9])(?P<lead>{lead})|(?P<inner>{inner})"), entries)


def suggest(*texts: str) -> Suggestion:
    """Suggest from the first text that says anything: give title and kind first, then the description.

    At most three fields, those with most words.
    """
    for text in texts:
        found = _find_words(text)
        if found:
            return _weigh(found)
    return Suggestion({}, {})


def _find_words(text: str) -> dict[str, str]:
    """Stem -> the word of the text that holds it."""
    folded = fold_header(text[:3000])
    return {
        match.group(): folded[match.start() :].split(" ", match.group().count(" ") + 1)[0]
        if " " not in match.group() else match.group()
        for match in _load().pattern.finditer(folded)
    }  # fmt: skip


def _weigh(found: dict[str, str]) -> Suggestion:
    fields: dict[str, list[str]] = {}
    phases: dict[str, list[str]] = {}
    for stem, word in found.items():
        for its_fields, its_phases in _load().entries[stem]:
            for codes, into in ((its_fields, fields), (its_phases, phases)):
                for code in codes:
                    into.setdefault(code, []).append(word)
    ranked = sorted(fields, key=lambda code: -len(fields[code]))[:MOST_FIELDS]
    return Suggestion(
        {code: tuple(dict.fromkeys(fields[code])) for code in ranked},
        {code: tuple(dict.fromkeys(words)) for code, words in phases.items()},
    )


def span_of_phases(codes: Iterable[str]) -> tuple[int, int] | None:
    """From the beginning of the first phase to the end of the last, in months."""
    chosen = [phase for phase in _scheme().phases if phase.code in set(codes)]
    if not chosen:
        return None
    return min(int(phase.age_from) for phase in chosen), max(int(phase.age_to) for phase in chosen)
