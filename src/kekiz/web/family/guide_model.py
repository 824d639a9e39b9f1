"""What the printed guide holds; plain texts only, turned into JSON for the typesetter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GuideEntry:
    """One offer as it is printed."""

    number: int
    title: str
    summary: str
    facts: tuple[str, ...]
    provider: str
    where: tuple[str, ...]
    hours: tuple[str, ...]
    contact: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class GuideReference:
    """An offer that is printed in an earlier phase and serves this one too."""

    number: int
    title: str


@dataclass(frozen=True)
class GuideField:
    """The offers of one field of need."""

    name: str
    entries: tuple[GuideEntry, ...]


@dataclass(frozen=True)
class GuidePhase:
    """One phase of the chain."""

    name: str
    ages: str
    fields: tuple[GuideField, ...]
    also: tuple[GuideReference, ...]


@dataclass(frozen=True)
class Guide:
    """The guide of one municipality on a day."""

    municipality: str
    region_note: str
    date: str
    page_url: str
    count: int
    is_invented: bool
    phases: tuple[GuidePhase, ...]
