"""The six parts of a need and how they are named, in the one order used everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Reason:
    """One part of a need: its code, its short name, and what it means in a sentence."""

    code: str
    label: str
    meaning: str


REASONS = (
    Reason("found", "gefunden", "Diese Kinder finden einen Platz."),
    Reason(
        "not_found",
        "nicht gefunden",
        "Ein freier Platz ist erreichbar, aber die Familie findet ihn nicht. Hier hilft Vernetzung.",
    ),
    Reason("full", "voll", "Passende Angebote sind erreichbar, aber ihre Plätze reichen nicht."),
    Reason("hurdle", "Hürde", "Kosten, Überweisung, Sprache oder Anmeldung halten die Familie ab."),
    Reason("too_far", "zu weit", "Angebote gibt es, aber keines ist in vertretbarer Zeit erreichbar."),
    Reason("no_offer", "kein Angebot", "Für dieses Alter bietet das in der Region niemand an."),
)
UNMET_REASONS = REASONS[1:]
REASON_BY_CODE = {reason.code: reason for reason in REASONS}


@dataclass(frozen=True)
class Split:
    """A need in children per year, split into its six parts; need = sum of the parts."""

    need: float = 0.0
    found: float = 0.0
    not_found: float = 0.0
    full: float = 0.0
    hurdle: float = 0.0
    too_far: float = 0.0
    no_offer: float = 0.0

    @classmethod
    def read(cls, row: Mapping[str, object]) -> Split:
        """Take the need and its parts from a row of a result table."""
        return cls(**{field.name: float(row[field.name]) for field in fields(cls)})  # type: ignore[arg-type]

    @property
    def unmet(self) -> float:
        """Children per year who need a place and do not get one."""
        return max(self.need - self.found, 0.0)

    @property
    def unmet_share(self) -> float | None:
        """Unmet ÷ need, 0..1; None where there is no need."""
        return self.unmet / self.need if self.need > 0 else None

    @property
    def found_share(self) -> float | None:
        """Found ÷ need, 0..1; None where there is no need."""
        return self.found / self.need if self.need > 0 else None

    @property
    def largest_reason(self) -> Reason | None:
        """The reason that leaves most children behind; None where nobody is left behind."""
        reason = max(UNMET_REASONS, key=lambda part: getattr(self, part.code))
        return reason if getattr(self, reason.code) > 0 else None

    def parts(self) -> list[tuple[Reason, float]]:
        """The six parts in their fixed order, with children per year."""
        return [(reason, getattr(self, reason.code)) for reason in REASONS]

    def __add__(self, other: Split) -> Split:
        return Split(
            **{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        )


def add_splits(splits: Iterable[Split]) -> Split:
    """Add needs part by part; an empty sum is a need of zero."""
    total = Split()
    for split in splits:
        total = total + split
    return total
