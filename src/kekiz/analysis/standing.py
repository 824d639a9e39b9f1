"""Does a verdict still stand? The evidence it was given on beside the evidence of today. Pure, no database.

Evidence is ``{"figures": {code: number or None}, "facts": {code: text}}`` as a run has it. It counts as
changed (docs/method.md, Verdicts) where

- a figure moved by more than a fifth of the larger one, and by more than what is noise in its unit;
- a figure became known or unknown;
- a fact (what an offer is, which offers belong to a group) is another one.

Compared is always with the evidence of the verdict, never with the last run, so that slow drift counts too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Evidence = dict[str, dict[str, Any]]

MATERIAL_PART = 0.2  # of the larger of the two figures
NOISE = {"children": 3.0, "places": 1.0, "share": 0.05, "km": 0.2, "count": 1.0}
# The figures of the three kinds of items and their units.
UNITS = {
    "likeness": "share", "replaceable_a": "share", "replaceable_b": "share", "distance_km": "km",
    "children_a": "children", "children_b": "children", "places_a": "places", "places_b": "places",
    "offers": "count", "shared": "children", "share_of_first": "share", "need": "children",
    "found": "children", "not_found": "children", "full": "children", "hurdle": "children",
    "too_far": "children", "no_offer": "children",
}  # fmt: skip


class State(StrEnum):
    """Where an item stands."""

    OPEN = "offen"
    AGAIN = "neu"
    DECIDED = "entschieden"


@dataclass(frozen=True)
class EvidenceChange:
    """A figure (``unit`` of UNITS) or a fact (``unit`` "") that is no longer what the verdict rests on."""

    code: str
    unit: str
    before: Any
    after: Any


def build_evidence(figures: Mapping[str, float | None], facts: Mapping[str, str]) -> Evidence:
    """Evidence as it is stored: figures to three decimals."""
    rounded = {code: None if value is None else round(float(value), 3) for code, value in figures.items()}
    return {"figures": rounded, "facts": dict(facts)}


def digest_evidence(evidence: Evidence) -> str:
    """SHA-256 of the evidence; the same evidence gives the same digest."""
    return hashlib.sha256(json.dumps(evidence, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def find_changes(before: Evidence, after: Evidence) -> list[EvidenceChange]:
    """What of the evidence changed materially since the verdict, facts first."""
    changes = []
    for part in ("facts", "figures"):
        earlier, today = before.get(part, {}), after.get(part, {})
        for code in [*earlier, *(code for code in today if code not in earlier)]:
            unit = UNITS[code] if part == "figures" else ""
            pair = earlier.get(code), today.get(code)
            if _is_material(*pair, unit) if unit else pair[0] != pair[1]:
                changes.append(EvidenceChange(code, unit, *pair))
    return changes


def _is_material(before: float | None, after: float | None, unit: str) -> bool:
    if before is None or after is None:
        return before is not after
    moved = abs(after - before)
    return moved >= NOISE[unit] and moved > MATERIAL_PART * max(abs(before), abs(after))
