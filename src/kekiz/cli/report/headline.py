"""The sentence that heads a result."""

from __future__ import annotations

import math

from kekiz.cli.figures import Figures
from kekiz.cli.report.words import UNKNOWN, write_estimate, write_number, write_percent
from kekiz.engine.results import ALL


def write_headline(figures: Figures, region_name: str) -> list[str]:
    """Two or three sentences: who walks an unbroken chain, and for how many children a place is in reach."""
    headline = figures.result.headline
    is_whole = _covers_whole_chain(figures)
    way = "auf dem ganzen Weg" if is_whole else "in den untersuchten Gliedern der Kette"
    sentences = [
        f"Von 100 Kindern, die heute in {region_name} geboren werden, finden "
        f"{_of_hundred(headline['unbroken'])} {way}, was sie brauchen{_write_range(figures)}."
    ]
    poor = headline["unbroken_by_group"].get("low_income")
    if poor is not None:
        sentences.append(
            f"Von 100 Kindern aus einkommensarmen Familien sind es "
            f"{_of_hundred(poor)}{_write_range(figures, 'low_income')}."
        )
    total = figures.total
    if total.need > 0:
        sentences.append(
            f"Ein Platz ist in vertretbarer Zeit da für {write_percent(total.within_reach_share, 1)} der "
            f"{write_estimate(total.need)} gezählten Bedarfe; {write_percent(total.found / total.need, 1)} "
            "werden gefunden."
        )
    return sentences


def _write_range(figures: Figures, group: str = ALL) -> str:
    """The range of the unbroken chains, " (52–63)"; empty where none was computed."""
    table = figures.result.tables.get("ranges")
    for row in table.to_pylist() if table is not None else ():
        if (row["ags"], row["group"], row["figure"]) == (ALL, group, "unbroken"):
            return f" ({_of_hundred(row['low'])}–{_of_hundred(row['high'])})"
    return ""


def _covers_whole_chain(figures: Figures) -> bool:
    phases = {phase for (phase, _), need in figures.links.items() if need.is_hidden or need.need > 0}
    fields = {field for (_, field), need in figures.links.items() if need.is_hidden or need.need > 0}
    scheme = figures.scheme
    return phases == set(scheme.phase_codes) and fields == set(scheme.field_codes)


def _of_hundred(share: float | None) -> str:
    if share is None or not math.isfinite(share):
        return UNKNOWN
    if 0 < share < 0.005:
        return "weniger als 1"
    return write_number(share * 100)
