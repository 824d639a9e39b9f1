"""Every read on runs: stored figures by area, drill-down, what-if. Nothing here writes."""

from kekiz.analysis.queries.disclosure import SMALLEST_SHOWN, suppress_small
from kekiz.analysis.queries.figures import (
    CellValue,
    Headline,
    MapValue,
    Matrix,
    MatrixCell,
    Passage,
    Station,
    StationGroup,
    cell_values,
    headline,
    map_values,
    matrix,
    passages,
    stations,
    total_reasons,
)
from kekiz.analysis.queries.gaps import GapDetail, GapOffer, NormUsed, gaps
from kekiz.analysis.queries.pairs import MissingHandover, Overlap, has_pairs, missing_handovers, overlaps
from kekiz.analysis.queries.ranges import Driver, HeadlineRanges, Range, headline_ranges, range_drivers
from kekiz.analysis.queries.reasons import REASONS, LinkCube, Reasons, link_cube, municipalities_in
from kekiz.analysis.queries.runs import find_run, latest_run, run_table, runs_of, stored_inputs, table_names
from kekiz.analysis.queries.what_if import Comparison, WhatIf, what_if

__all__ = [
    "REASONS",
    "SMALLEST_SHOWN",
    "CellValue",
    "Comparison",
    "Driver",
    "GapDetail",
    "GapOffer",
    "Headline",
    "HeadlineRanges",
    "LinkCube",
    "MapValue",
    "Matrix",
    "MatrixCell",
    "MissingHandover",
    "NormUsed",
    "Overlap",
    "Passage",
    "Range",
    "Reasons",
    "Station",
    "StationGroup",
    "WhatIf",
    "cell_values",
    "find_run",
    "gaps",
    "has_pairs",
    "headline",
    "headline_ranges",
    "latest_run",
    "link_cube",
    "map_values",
    "matrix",
    "missing_handovers",
    "municipalities_in",
    "overlaps",
    "passages",
    "range_drivers",
    "run_table",
    "runs_of",
    "stations",
    "stored_inputs",
    "suppress_small",
    "table_names",
    "total_reasons",
    "what_if",
]
