"""The matrix of links: fields of need as rows, life phases as columns, children without a place in cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kekiz.analysis.queries.reasons import Reasons
from kekiz.engine.scheme import FieldOfNeed, Phase, Scheme
from kekiz.web.components.reasons import find_largest_reason
from kekiz.web.words import (
    NO_NEED,
    SUPPRESSED_SIGN,
    SUPPRESSED_WORDS,
    UNKNOWN,
    round_estimate,
    write_number,
    write_percent,
)

# Upper ends of the first four tints; the fifth has none.
TINT_LIMITS = (0.05, 0.15, 0.30, 0.50)
DIMENSION_NAMES = {
    "materiell": "Materiell",
    "sozial": "Sozial",
    "kulturell": "Kulturell",
    "gesundheitlich": "Gesundheitlich",
}


def choose_tint(share: float | None) -> int:
    """Choose the tint 0 (few left behind) to 4 (at least half) for an unmet share 0..1."""
    return bisect_right(TINT_LIMITS, share or 0.0)


def list_tints() -> list[tuple[int, str]]:
    """List the tints with the shares they stand for, for legends."""
    edges = [write_number(limit * 100) for limit in TINT_LIMITS]
    labels = [f"unter {edges[0]} %"]
    labels += [f"{low} bis unter {high} %" for low, high in pairwise(edges)]
    return list(enumerate([*labels, f"{edges[-1]} % und mehr"]))


@dataclass(frozen=True)
class MatrixCell:
    """One link. `reasons` is None where nothing is known; `is_suppressed` hides too small a number."""

    phase: Phase
    field: FieldOfNeed
    reasons: Reasons | None
    url: str = ""
    is_suppressed: bool = False

    @property
    def state(self) -> str:
        """What the cell shows: "value", "none" (no need), "suppressed" or "unknown"; never a false zero."""
        if self.reasons is None:
            return "unknown"
        if self.reasons.is_hidden or self.is_suppressed:
            return "suppressed"
        return "value" if self.reasons.need > 0 else "none"

    @property
    def text(self) -> str:
        """The number of children without a place, or the sign that stands for its absence."""
        signs = {"unknown": UNKNOWN, "none": NO_NEED, "suppressed": SUPPRESSED_SIGN}
        if self.state in signs or self.reasons is None:
            return signs[self.state]
        return write_number(round_estimate(self.reasons.unmet))

    @property
    def share_text(self) -> str:
        """The unmet share in percent; empty where there is no number."""
        return write_percent(self.reasons.unmet_share) if self.state == "value" and self.reasons else ""

    @property
    def tint(self) -> int:
        """Tint of the cell, 0..4."""
        return choose_tint(self.reasons.unmet_share if self.reasons else None)

    @property
    def name(self) -> str:
        """The link in words: "Familie, Kita-Alter"."""
        return f"{self.field.name}, {self.phase.name}"

    @property
    def reason_words(self) -> str:
        """The weightiest reason as the end of a sentence; empty where nobody stays behind."""
        reason = find_largest_reason(self.reasons) if self.reasons else None
        return f" vom Bedarf, vor allem: {reason.label}" if reason else " vom Bedarf"

    @property
    def sentence(self) -> str:
        """What a cell without a number says, in words."""
        meanings = {
            "none": "kein Bedarf angenommen",
            "suppressed": SUPPRESSED_WORDS,
            "unknown": "unbekannt",
        }
        return f"{self.name}: {meanings.get(self.state, self.text)}"


@dataclass(frozen=True)
class MatrixRow:
    """One field of need with its seven cells; `dimension_span` > 0 on the first row of a dimension."""

    field: FieldOfNeed
    cells: tuple[MatrixCell, ...]
    dimension: str
    dimension_span: int


def build_rows(
    scheme: Scheme,
    links: Mapping[tuple[str, str], Reasons],
    url_of: Callable[[str, str], str],
    suppressed: frozenset[tuple[str, str]] = frozenset(),
) -> list[MatrixRow]:
    """Arrange links by (phase, field) into rows; a missing link is unknown, not zero."""
    rows = []
    for index, field in enumerate(scheme.fields):
        cells = tuple(
            MatrixCell(
                phase,
                field,
                links.get((phase.code, field.code)),
                url_of(phase.code, field.code),
                (phase.code, field.code) in suppressed,
            )
            for phase in scheme.phases
        )
        is_first = index == 0 or scheme.fields[index - 1].dimension != field.dimension
        span = sum(other.dimension == field.dimension for other in scheme.fields) if is_first else 0
        rows.append(MatrixRow(field, cells, DIMENSION_NAMES.get(field.dimension, field.dimension), span))
    return rows


def draw_matrix(scheme: Scheme, rows: list[MatrixRow], caption: str) -> SafeString:
    """Draw the matrix as an HTML table with links; `matrix.js` adds the arrow keys."""
    context = {"phases": scheme.phases, "rows": rows, "caption": caption, "tints": list_tints()}
    return render_to_string("components/matrix.html", context)
