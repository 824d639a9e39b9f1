"""Norms: the dated, sourced parameters of the analysis, each with low, mid and high."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import HURDLES, MODES, OFFER_MODES, Scheme

DEFAULT_FOLDER = Path(__file__).with_name("norms")
ASSUMPTION = "assumption"
DIMENSIONS = ("phase", "field", "group", "hurdle", "mode")
Level = Literal["low", "mid", "high"]
LEVELS: tuple[Level, ...] = ("low", "mid", "high")

# key -> unit; the keys that the engine reads. docs/norms.md describes each.
KEYS = {
    "need_share": "share",
    "car_share": "share",
    "tries": "rounds",
    "never_asks": "share",
    "acceptable_minutes": "minutes",
    "hurdle_stops": "share",
    "assumed_places": "places",
    "speed": "kmh",
    "detour": "factor",
    "boarding": "minutes",
    "decay_at_limit": "share",
}


@dataclass(frozen=True)
class Norm:
    """One parameter for the dimensions it names; a dimension left empty means "for all"."""

    key: str
    low: float
    mid: float
    high: float
    unit: str
    valid_from: dt.date
    source: str
    note: str
    phase: str = ""
    field: str = ""
    group: str = ""
    hurdle: str = ""
    mode: str = ""

    @property
    def is_assumption(self) -> bool:
        """True where no source backs the figure; shown wherever the figure is used."""
        return self.source == ASSUMPTION

    @property
    def place(self) -> tuple[str, ...]:
        """The dimensions the norm speaks of, in the order of DIMENSIONS."""
        return tuple(getattr(self, dimension) for dimension in DIMENSIONS)

    def value(self, level: Level) -> float:
        """The figure at one end or in the middle of its range."""
        return float(getattr(self, level))


class Norms:
    """The norms in force. Later entries of the same key and place supersede earlier ones."""

    def __init__(self, entries: Iterable[Norm]) -> None:
        in_force: dict[tuple[str, ...], Norm] = {}
        for norm in entries:
            in_force[(norm.key, *norm.place)] = norm
        self.entries: tuple[Norm, ...] = tuple(in_force[key] for key in sorted(in_force))

    @cached_property
    def _by_key(self) -> Mapping[str, list[Norm]]:
        grouped: dict[str, list[Norm]] = {}
        for norm in self.entries:
            grouped.setdefault(norm.key, []).append(norm)
        return grouped

    def find(self, key: str, **dimensions: str) -> Norm | None:
        """The most specific norm of this key whose named dimensions all match; None if there is none."""
        best: Norm | None = None
        best_named = -1
        for norm in self._by_key.get(key, ()):
            named = 0
            for dimension in DIMENSIONS:
                wanted = getattr(norm, dimension)
                if not wanted:
                    continue
                if dimensions.get(dimension) != wanted:
                    break
                named += 1
            else:
                if named > best_named:
                    best, best_named = norm, named
        return best

    def superseded_by(self, overrides: Iterable[Norm]) -> Norms:
        """These norms with a region's own ones in their place."""
        return Norms([*self.entries, *overrides])

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all entries: equal norms, equal digest."""
        rows = [
            asdict(norm)
            | {"valid_from": norm.valid_from.isoformat()}
            | {name: norm.value(name) for name in LEVELS}  # 1 and 1.0 are the same norm
            for norm in self.entries
        ]
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def load_norms(*paths: Path, scheme: Scheme) -> Norms:
    """Read norms from TOML files or folders of them; without a path, the ones that ship with kekiz.

    Raises InputError with every faulty entry of every file.
    """
    entries: list[Norm] = []
    problems: list[Problem] = []
    for path in paths or (DEFAULT_FOLDER,):
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not files:
            problems.append(Problem(path.name, "Der Ordner enthält keine Kennwert-Datei (*.toml)."))
        for file in files:
            read, faults = _read_file(file, scheme)
            entries += read
            problems += faults
    if problems:
        raise InputError(problems)
    return Norms(entries)


def _read_file(path: Path, scheme: Scheme) -> tuple[list[Norm], list[Problem]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return [], [Problem(path.name, f"Die Datei ist nicht lesbar: {error}")]
    entries, problems = [], []
    for number, raw in enumerate(content.get("norm", []), start=1):
        faults = find_faults(raw, scheme)
        if faults:
            problems += [
                Problem(path.name, f"Kennwert Nr. {number} ({_describe(raw)}): {text}") for text in faults
            ]
        else:
            entries.append(Norm(**raw))
    return entries, problems


def _describe(raw: Mapping[str, Any]) -> str:
    return " ".join(str(raw[name]) for name in ("key", *DIMENSIONS) if raw.get(name))


def find_faults(raw: Mapping[str, Any], scheme: Scheme) -> list[str]:
    """What is wrong with one raw entry, as German sentences; an empty list if it is sound."""
    faults = [
        f"„{name}“ fehlt."
        for name in ("key", "low", "mid", "high", "unit", "valid_from", "source", "note")
        if name not in raw
    ]
    if faults:
        return faults
    if raw["key"] not in KEYS:
        return [f"Den Kennwert „{raw['key']}“ gibt es nicht. Möglich sind: {', '.join(KEYS)}."]
    allowed = {
        "phase": scheme.phase_codes,
        "field": scheme.field_codes,
        "group": scheme.group_codes,
        "hurdle": HURDLES,
        "mode": MODES + OFFER_MODES,
    }
    for name in raw:
        if name in allowed and raw[name] and raw[name] not in allowed[name]:
            faults.append(f"„{name} = {raw[name]}“ ist unbekannt. Möglich sind: {', '.join(allowed[name])}.")
        elif name not in Norm.__dataclass_fields__:
            faults.append(f"Die Angabe „{name}“ ist unbekannt.")
    if raw["unit"] != KEYS[raw["key"]]:
        faults.append(f"Die Einheit muss „{KEYS[raw['key']]}“ sein, nicht „{raw['unit']}“.")
    if not isinstance(raw["valid_from"], dt.date):
        faults.append("„valid_from“ muss ein Datum sein, z. B. 2024-01-01.")
    if not str(raw["source"]).strip():
        faults.append("Die Quelle fehlt; ohne Quelle steht hier das Wort assumption.")
    return faults + _find_range_faults(raw)


def _find_range_faults(raw: Mapping[str, Any]) -> list[str]:
    values = [raw["low"], raw["mid"], raw["high"]]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return ["„low“, „mid“ und „high“ müssen Zahlen sein."]
    faults = []
    if not values[0] <= values[1] <= values[2]:
        faults.append("Es muss gelten: low ≤ mid ≤ high.")
    if not all(0 <= value < float("inf") for value in values):
        faults.append("Die Werte dürfen nicht negativ oder unendlich sein.")
    if raw["unit"] == "share" and values[2] > 1:
        faults.append("Ein Anteil liegt zwischen 0 und 1.")
    if raw["unit"] == "rounds" and not all(float(value).is_integer() for value in values):
        faults.append("Versuche sind ganze Zahlen.")
    if raw["key"] in ("speed", "detour") and values[0] <= 0:
        faults.append("Der Wert muss größer als 0 sein.")
    return faults
