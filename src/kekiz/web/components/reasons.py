"""The six parts of a need and how they are named, in the one order used everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kekiz.analysis.queries.reasons import Reasons
from kekiz.analysis.wording import REASON_NAMES


@dataclass(frozen=True)
class Reason:
    """One part of a need: its code, its short name, and what it means in a sentence."""

    code: str
    label: str
    meaning: str


REASONS = (
    Reason("found", REASON_NAMES["found"], "Diese Kinder finden einen Platz."),
    Reason(
        "not_found",
        REASON_NAMES["not_found"],
        "Ein freier Platz ist erreichbar, aber die Familie findet ihn nicht. Hier hilft Vernetzung.",
    ),
    Reason(
        "full", REASON_NAMES["full"], "Passende Angebote sind erreichbar, aber ihre Plätze reichen nicht."
    ),
    Reason(
        "hurdle", REASON_NAMES["hurdle"], "Kosten, Überweisung, Sprache oder Anmeldung halten die Familie ab."
    ),
    Reason(
        "too_far",
        REASON_NAMES["too_far"],
        "Angebote gibt es, aber keines ist in vertretbarer Zeit erreichbar.",
    ),
    Reason("no_offer", REASON_NAMES["no_offer"], "Für dieses Alter bietet das in der Region niemand an."),
)
UNMET_REASONS = REASONS[1:]
REASON_BY_CODE = {reason.code: reason for reason in REASONS}


def list_parts(reasons: Reasons) -> list[tuple[Reason, float]]:
    """List the six parts of a need in their fixed order, with children per year."""
    return [(reason, getattr(reasons, reason.code)) for reason in REASONS]


def measure_found_share(reasons: Reasons) -> float | None:
    """Found ÷ need, 0..1; None where no need is assumed."""
    return reasons.found / reasons.need if reasons.need > 0 else None


def find_largest_reason(reasons: Reasons) -> Reason | None:
    """Find the reason that leaves most children behind; None where nobody is left behind."""
    return REASON_BY_CODE[reasons.largest_reason] if reasons.largest_reason else None


def add_reasons(parts: Iterable[Reasons]) -> Reasons:
    """Add needs part by part; an empty sum is a need of zero."""
    rows = [part.as_dict() for part in parts]
    return Reasons(**{name: sum(row[name] for row in rows) for name in Reasons().as_dict()})
