"""The chain picture: seven stations, who finds a place at each, and where the chain breaks.

Pure functions: stations and passages in, HTML with inline SVG out. No inline styles, no script: the picture
stands alone, `chain.js` only opens the facts on hover and focus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kekiz.analysis.queries.reasons import Reasons
from kekiz.web.components.bars import Segment, cut_segments, describe_reasons
from kekiz.web.components.reasons import add_reasons, measure_found_share
from kekiz.web.words import NO_NEED, SUPPRESSED_SIGN, round_estimate, write_number, write_percent

# A link counts as broken when at least 10 of 100 children miss something there, as thin from 5 of 100: seven
# links of 10 leave fewer than half of the children an unbroken chain. The picture names both limits.
BROKEN_FROM = 0.10
THIN_FROM = 0.05


@dataclass(frozen=True)
class GroupBar:
    """The need of one group at a station; `short` labels its bar, `label` names it in sentences."""

    code: str
    label: str
    short: str
    reasons: Reasons
    assumed_share: float = 0.0  # share of the found places, 0..1, whose number is assumed
    is_hidden: bool = False  # the need is too small to show

    @cached_property
    def segments(self) -> list[Segment]:
        """The bar cut by reason, in hundredths; none where the need is too small to show."""
        return [] if self.is_hidden else cut_segments(self.reasons)

    @property
    def found_share(self) -> float | None:
        """Found ÷ need, 0..1."""
        return measure_found_share(self.reasons)

    @property
    def share_text(self) -> str:
        """The found share in percent, "–" without a need, "·" where it is too small to show."""
        if self.is_hidden:
            return SUPPRESSED_SIGN
        return NO_NEED if self.found_share is None else write_percent(self.found_share)

    @property
    def sentence(self) -> str:
        """The bar in words."""
        if self.is_hidden:
            return f"{self.label}. Geschützte Zahl: klein, oder sie würde eine kleine verraten."
        return f"{self.label}. {describe_reasons(self.reasons)}"

    @property
    def assumed_height(self) -> float:
        """Height of the hatched part of the found places, in hundredths of the bar."""
        return 0.0 if self.is_hidden else round(100 * (self.found_share or 0.0) * self.assumed_share, 2)

    @property
    def assumed_top(self) -> float:
        """Where the hatched part begins from the top: it lies at the upper end of the found places."""
        return round(100 - 100 * (self.found_share or 0.0), 2)


@dataclass(frozen=True)
class Station:
    """One life phase of the chain with a bar per group; `url` leads to its gaps."""

    code: str
    name: str
    ages: str
    bars: tuple[GroupBar, ...]
    missing_share: float | None = None  # of the children who come this far, 0..1; None if there are none
    url: str = ""
    total: Reasons | None = None  # of all bars; their sum where it is not given

    @cached_property
    def reasons(self) -> Reasons:
        """The need of all groups together."""
        return self.total or add_reasons(bar.reasons for bar in self.bars)

    @property
    def state(self) -> str:
        """How the link holds: "whole", "thin", "broken", "empty" where no need is assumed, "hidden"."""
        if self.reasons.is_hidden or (self.reasons.need > 0 and self.missing_share is None):
            return "hidden"
        if self.reasons.need <= 0 or self.missing_share is None:
            return "empty"
        if self.missing_share >= BROKEN_FROM:
            return "broken"
        return "thin" if self.missing_share >= THIN_FROM else "whole"

    @property
    def missing_words(self) -> str:
        """How many of 100 children miss something here: "12 von 100 fehlt etwas"."""
        number = round(100 * (self.missing_share or 0.0))
        return f"{number or 'unter 1'} von 100 fehlt etwas"

    @property
    def unmet_number(self) -> str:
        """Children without a place, rounded as far as an estimate bears, for the middle of the link."""
        return SUPPRESSED_SIGN if self.reasons.is_hidden else write_number(round_estimate(self.reasons.unmet))


@dataclass(frozen=True)
class Passage:
    """The way to the next station: children crossing per year, and the share with an agreed handover."""

    from_code: str
    name: str = ""
    crossing: float | None = None
    handover_share: float | None = None

    @property
    def solid(self) -> float:
        """Length of the solid part of the line in percent."""
        return round(100 * (self.handover_share or 0.0), 1)

    @property
    def sentence(self) -> str:
        """The passage in words."""
        if self.crossing is None and self.name:
            return f"{self.name}: zu wenige Kinder, um die Zahl zu zeigen."
        if self.handover_share is None:
            return f"{self.name}: dazu liegen keine Angaben vor." if self.name else ""
        return f"{self.name}: {write_percent(self.handover_share)} wechseln mit vereinbarter Übergabe."


@dataclass(frozen=True)
class ChainLink:
    """A station with the passage that follows it."""

    station: Station
    passage: Passage | None
    is_last: bool
    is_largest_break: bool


def pair_links(stations: Sequence[Station], passages: Sequence[Passage]) -> list[ChainLink]:
    """Put each station beside the passage that leaves it; mark where most are left behind."""
    by_start = {passage.from_code: passage for passage in passages}
    most = max((s.reasons.unmet for s in stations if not s.reasons.is_hidden), default=0.0)
    return [
        ChainLink(
            station,
            by_start.get(station.code),
            is_last=index == len(stations) - 1,
            is_largest_break=most > 0 and station.reasons.unmet == most,
        )
        for index, station in enumerate(stations)
    ]


def draw_chain(
    stations: Sequence[Station], passages: Sequence[Passage], title: str = "Die Kette"
) -> SafeString:
    """Draw the chain picture as HTML with inline SVG; the table beside it is the caller's."""
    context = {
        "links": pair_links(stations, passages),
        "title": title,
        "broken_from": round(100 * BROKEN_FROM),
        "thin_from": round(100 * THIN_FROM),
    }
    return render_to_string("components/chain.html", context)
