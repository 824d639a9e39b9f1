"""A need as one bar, split by reason: upright in the chain picture, lying in lists."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kekiz.analysis.queries.reasons import Reasons
from kekiz.web.components.reasons import REASONS, Reason, list_parts
from kekiz.web.words import write_estimate, write_percent

GAP = 0.6  # white line between two parts, in hundredths of the bar


@dataclass(frozen=True)
class Segment:
    """One part of a bar: where it starts and how long it is, in hundredths of the whole."""

    reason: Reason
    children: float
    start: float
    length: float

    @property
    def drawn_length(self) -> float:
        """Length without the line to the next part; short parts are drawn whole so that they stay visible."""
        return round(self.length - GAP if self.length > 3 * GAP else self.length, 2)

    @property
    def start_from_top(self) -> float:
        """Where the part begins in an upright bar that grows from the bottom."""
        return round(100 - self.start - self.drawn_length, 2)


def cut_segments(reasons: Reasons) -> list[Segment]:
    """Cut a bar of 100 into the parts of a need, in the fixed order; empty parts are left out."""
    segments: list[Segment] = []
    start = 0.0
    for reason, children in list_parts(reasons):
        length = 100 * children / reasons.need if reasons.need > 0 else 0.0
        if length > 0:
            segments.append(Segment(reason, children, round(start, 2), round(length, 2)))
        start += length
    return segments


def describe_reasons(reasons: Reasons) -> str:
    """Say a need in words, for readers who do not see the bar."""
    if reasons.need <= 0:
        return "Hier wird kein Bedarf angenommen."
    parts = ", ".join(
        f"{reason.label} {write_percent(children / reasons.need)}"
        for reason, children in list_parts(reasons)
        if children > 0
    )
    return f"Von {write_estimate(reasons.need)} Kindern mit Bedarf: {parts}."


def draw_bar(reasons: Reasons) -> SafeString:
    """Draw a lying bar of a need as inline SVG; the sentence for screen readers is part of it."""
    context = {"segments": cut_segments(reasons), "sentence": describe_reasons(reasons)}
    return render_to_string("components/bar.html", context)


def draw_legend() -> SafeString:
    """Draw the legend of the reasons, used once per page."""
    return render_to_string("components/legend.html", {"reasons": REASONS})
