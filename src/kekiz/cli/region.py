"""region.toml: which files describe a region, and what of the chain to look at."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import Scheme

# Table -> key -> the type its value must have.
ALLOWED: dict[str, dict[str, type | tuple[type, ...]]] = {
    "region": {"key": str, "name": str, "reference_date": (dt.date, str), "notice": str},
    "files": {
        "children": str,
        "offers": str,
        "travel_times": str,
        "cooperations": str,
        "norms": list,
        "municipalities": str,
        "boundaries": str,
    },
    "children": {
        "file": str,
        "form": str,
        "population_file": str,
        "low_income_share": (int, float),
        "low_income_file": str,
        "low_income_source": str,
    },
    "offers": {"file": str, "form": str},
    "analysis": {"fields": list, "phases": list},
}
WHOLE_COUNTRY = "DE"
TYPE_NAMES = {str: "Text", list: "eine Liste", dt.date: "ein Datum", int: "eine Zahl", float: "eine Zahl"}


@dataclass(frozen=True)
class Source:
    """One table of the region: its file, and the public form it comes in ("" = kekiz's own columns)."""

    path: Path
    form: str = ""
    population: Path | None = None
    low_income_share: float | None = None
    low_income_file: Path | None = None
    low_income_source: str = "assumption"


@dataclass(frozen=True)
class RegionFile:
    """A checked region.toml with all paths resolved."""

    path: Path
    key: str
    name: str
    reference_date: str  # ISO date or ""
    notice: str
    children: Source
    offers: Source
    travel_times: Path | None
    cooperations: Path | None
    norms: tuple[Path, ...]
    municipalities: Path | None
    boundaries: Path | None
    fields: tuple[str, ...]  # of the scheme; all by default
    phases: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """What the keys of the region's municipalities begin with; "" for the whole country."""
        return "" if self.key == WHOLE_COUNTRY else self.key


def read_region(path: Path, scheme: Scheme, data: Path | None = None) -> RegionFile:
    """Read region.toml; ``data`` replaces its folder as the place of the other files.

    Raises InputError with every fault.
    """
    content = _parse(path)
    problems = _find_shape_faults(path, content)
    if problems:
        raise InputError(problems)
    reader = _Reader(path, content, data or path.parent)
    region = reader.build(scheme)
    if reader.problems:
        raise InputError(reader.problems)
    return region


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")]) from error
    except IsADirectoryError as error:
        raise InputError([Problem(path.name, "Das ist ein Ordner. Erwartet wird region.toml.")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(path.name, "Die Datei ist nicht in UTF-8 gespeichert.")]) from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(path.name, f"Die Datei ist nicht als TOML lesbar: {error}")]) from error


def _find_shape_faults(path: Path, content: dict[str, Any]) -> list[Problem]:
    texts = []
    for table, values in content.items():
        if table not in ALLOWED:
            texts.append(f"Den Abschnitt [{table}] gibt es nicht. Möglich sind: {_list_tables()}.")
        elif not isinstance(values, dict):
            texts.append(f"„{table}“ muss ein Abschnitt sein: [{table}].")
        else:
            texts += _find_key_faults(table, values)
    return [Problem(path.name, text) for text in texts]


def _list_tables() -> str:
    return ", ".join(f"[{name}]" for name in ALLOWED)


def _find_key_faults(table: str, values: dict[str, Any]) -> list[str]:
    texts = []
    for key, value in values.items():
        wanted = ALLOWED[table].get(key)
        if wanted is None:
            texts.append(f"[{table}] {key} ist unbekannt. Möglich sind: {', '.join(ALLOWED[table])}.")
            continue
        types = wanted if isinstance(wanted, tuple) else (wanted,)
        if isinstance(value, bool) or not isinstance(value, types):
            texts.append(f"[{table}] {key} muss {TYPE_NAMES[types[0]]} sein.")
        elif isinstance(value, list) and not all(isinstance(entry, str) for entry in value):
            texts.append(f"[{table}] {key} muss eine Liste von Texten sein.")
    return texts


class _Reader:
    """Takes the checked shape over and notes what is missing or contradicts."""

    def __init__(self, path: Path, content: dict[str, Any], folder: Path) -> None:
        self.path, self.content, self.folder = path, content, folder
        self.problems: list[Problem] = []

    def build(self, scheme: Scheme) -> RegionFile:
        region, files = self.content.get("region", {}), self.content.get("files", {})
        return RegionFile(
            path=self.path,
            key=self._read_key(region),
            name=self._require(region, "region", "name", "z. B. „Kreis Lippe“"),
            reference_date=self._read_date(region),
            notice=region.get("notice", ""),
            children=self._read_source("children"),
            offers=self._read_source("offers"),
            travel_times=self._locate(files.get("travel_times")),
            cooperations=self._locate(files.get("cooperations")),
            # norms belong to the region's own folder first: they are written by hand beside region.toml
            norms=tuple(self._locate_norms(name) for name in files.get("norms", [])),
            municipalities=self._locate(files.get("municipalities")),
            boundaries=self._locate(files.get("boundaries")),
            fields=self._read_scope("fields", scheme.field_codes),
            phases=self._read_scope("phases", scheme.phase_codes),
        )

    def _fault(self, text: str) -> None:
        self.problems.append(Problem(self.path.name, text))

    def _require(self, values: dict[str, Any], table: str, key: str, example: str) -> str:
        value = str(values.get(key, "")).strip()
        if not value:
            self._fault(f"[{table}] {key} fehlt, {example}.")
        return value

    def _read_key(self, region: dict[str, Any]) -> str:
        key = self._require(region, "region", "key", "z. B. „05766“ für Kreis Lippe")
        if key not in ("", WHOLE_COUNTRY) and not (key.isdecimal() and 2 <= len(key) <= 8):
            self._fault(
                f"[region] key ist „{key}“. Erwartet: der Anfang des Gemeindeschlüssels, 2 bis 8 Ziffern, "
                f"oder {WHOLE_COUNTRY} für ganz Deutschland."
            )
        return key

    def _read_date(self, region: dict[str, Any]) -> str:
        value = region.get("reference_date", "")
        if isinstance(value, dt.date):
            return value.isoformat()[:10]
        try:
            return dt.date.fromisoformat(value).isoformat() if value else ""
        except ValueError:
            self._fault(f"[region] reference_date ist „{value}“. Erwartet: ein Datum, z. B. 2024-10-15.")
            return ""

    def _locate(self, name: str | None) -> Path | None:
        return self.folder / name if name else None

    def _locate_norms(self, name: str) -> Path:
        beside = self.path.parent / name
        return beside if beside.exists() else self.folder / name

    def _read_source(self, table: str) -> Source:
        simple, special = self.content.get("files", {}).get(table), self.content.get(table)
        if simple and special:
            self._fault(f"[files] {table} und [{table}] sind beide angegeben. Bitte nur eines davon.")
        if not special:
            if not simple:
                self._fault(f"[files] {table} fehlt, z. B. {table} = „{table}.csv“.")
            return Source(self.folder / (simple or ""))
        file = self._require(special, table, "file", f"z. B. „{table}.csv“")
        form = self._require(special, table, "form", f"möglich sind: {', '.join(list_forms(table))}")
        if form and form not in list_forms(table):
            self._fault(
                f"[{table}] form „{form}“ ist unbekannt. Möglich sind: {', '.join(list_forms(table))}."
            )
        share = special.get("low_income_share")
        if table == "children" and (share is None or not 0 <= share <= 1):
            self._fault(
                "[children] low_income_share fehlt oder liegt nicht zwischen 0 und 1: der Anteil der "
                "Kinder in einkommensarmen Familien, z. B. 0.16. Die Statistik nennt ihn nicht."
            )
            share = None
        return Source(
            path=self.folder / file,
            form=form,
            population=self._locate(special.get("population_file")),
            low_income_share=share,
            low_income_file=self._locate(special.get("low_income_file")),
            low_income_source=special.get("low_income_source", "assumption"),
        )

    def _read_scope(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        wanted = self.content.get("analysis", {}).get(key, list(allowed))
        unknown = [code for code in wanted if code not in allowed]
        if unknown or not wanted:
            self._fault(
                f"[analysis] {key}: „{', '.join(unknown) or 'leer'}“ ist unbekannt. "
                f"Möglich sind: {', '.join(allowed)}."
            )
        return tuple(code for code in allowed if code in wanted)


def list_forms(table: str) -> tuple[str, ...]:
    """The public forms that can be read for a table."""
    from kekiz.engine.forms import CENSUS_FORMS, SCHOOL_FORMS  # noqa: PLC0415 - only where a form is used

    return tuple(CENSUS_FORMS) if table == "children" else SCHOOL_FORMS
