"""Life phases, fields of need, transitions and groups: the grid that the chain is seen on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kekiz.engine.problems import InputError, Problem

DEFAULT_FILE = Path(__file__).with_name("scheme.toml")
MODES = ("foot", "bike", "bus", "car")
OFFER_MODES = ("visit", "outreach", "online")
HURDLES = ("paid", "registration", "referral", "language", "waiting_list", "application")


@dataclass(frozen=True)
class Phase:
    """A span of a child's life, ``age_from <= age < age_to`` in months; pregnancy is -9 to 0."""

    code: str
    name: str
    age_from: int
    age_to: int

    @property
    def years(self) -> float:
        """Birth cohorts that the phase holds at one time (pregnancies count as one cohort)."""
        return (self.age_to - self.age_from) / 12 if self.age_from >= 0 else 1.0


@dataclass(frozen=True)
class FieldOfNeed:
    """A field of need and the dimension of a living situation it belongs to."""

    code: str
    name: str
    dimension: str


@dataclass(frozen=True)
class Transition:
    """The passage between two phases, covered by a handover agreement."""

    code: str
    name: str
    from_phase: str
    to_phase: str


@dataclass(frozen=True)
class Group:
    """Children who are compared, the most disadvantaged first."""

    code: str
    name: str


@dataclass(frozen=True)
class Scheme:
    """Everything that names the links of the chain, in display order."""

    phases: tuple[Phase, ...]
    fields: tuple[FieldOfNeed, ...]
    transitions: tuple[Transition, ...]
    groups: tuple[Group, ...]

    @cached_property
    def phase_codes(self) -> tuple[str, ...]:
        return tuple(phase.code for phase in self.phases)

    @cached_property
    def field_codes(self) -> tuple[str, ...]:
        return tuple(field.code for field in self.fields)

    @cached_property
    def group_codes(self) -> tuple[str, ...]:
        return tuple(group.code for group in self.groups)

    def phase(self, code: str) -> Phase:
        """The phase of this code; KeyError if the scheme has none."""
        return {phase.code: phase for phase in self.phases}[code]

    def field(self, code: str) -> FieldOfNeed:
        """The field of need of this code; KeyError if the scheme has none."""
        return {field.code: field for field in self.fields}[code]


def load_scheme(path: Path = DEFAULT_FILE) -> Scheme:
    """Read a scheme from TOML.

    Raises InputError if a phase, field or transition is incomplete or contradicts another.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(path.name, f"Die Datei ist nicht lesbar: {error}")]) from error
    try:
        scheme = _build_scheme(content)
    except (KeyError, TypeError) as error:
        raise InputError(
            [Problem(path.name, f"Eintrag unvollständig: {error} fehlt oder ist falsch.")]
        ) from error
    problems = [Problem(path.name, text) for text in _find_contradictions(scheme)]
    if problems:
        raise InputError(problems)
    return scheme


def _build_scheme(content: dict[str, Any]) -> Scheme:
    return Scheme(
        phases=tuple(Phase(**entry) for entry in content["phase"]),
        fields=tuple(FieldOfNeed(**entry) for entry in content["field"]),
        transitions=tuple(
            Transition(entry["code"], entry["name"], entry["from"], entry["to"])
            for entry in content["transition"]
        ),
        groups=tuple(Group(**entry) for entry in content["group"]),
    )


def _find_contradictions(scheme: Scheme) -> list[str]:
    texts = [
        f"Lebensphase {phase.code}: „age_from“ muss kleiner sein als „age_to“."
        for phase in scheme.phases
        if phase.age_from >= phase.age_to
    ]
    for label, codes in (
        ("Lebensphase", scheme.phase_codes),
        ("Bedarfsfeld", scheme.field_codes),
        ("Gruppe", scheme.group_codes),
    ):
        texts += [
            f"{label} {code} kommt mehrfach vor." for code in sorted(set(codes)) if codes.count(code) > 1
        ]
    for transition in scheme.transitions:
        texts += [
            f"Übergang {transition.code}: Die Lebensphase {code} gibt es nicht."
            for code in (transition.from_phase, transition.to_phase)
            if code not in scheme.phase_codes
        ]
    return texts
