"""From the figures of a run to pictures and tables of the overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from django.utils.safestring import SafeString

from kekiz.accounts.areas import is_covered
from kekiz.analysis import queries
from kekiz.analysis.models import ItemKind
from kekiz.analysis.queries import Standing
from kekiz.analysis.standing import State
from kekiz.evidence.models import Area
from kekiz.evidence.queries import areas_of_region, shipped_scheme
from kekiz.web.components.chain import GroupBar, Passage, Station, draw_chain
from kekiz.web.components.maps import MapArea, MapCell, draw_map
from kekiz.web.components.matrix import build_rows, draw_matrix
from kekiz.web.desk.choice import Choice
from kekiz.web.desk.tables import Column, Row, Table, is_too_small, reason_columns, reason_values
from kekiz.web.desk.verdicts import name_state, write_reason
from kekiz.web.words import SUPPRESSED

NOBODY = 1e-9  # a share of the cohort that nobody is left in
SHORT_GROUP_NAMES = {"low_income": "wenig Geld", "other": "andere"}


def draw_chain_of(choice: Choice) -> SafeString:
    """Draw the chain picture of the chosen area and group."""
    missing = measure_missing(choice)
    stations = [
        Station(
            code=station.code,
            name=station.name,
            ages=station.ages,
            bars=tuple(
                GroupBar(
                    code=group.code,
                    label=group.name,
                    short=SHORT_GROUP_NAMES.get(group.code, group.name),
                    reasons=group.reasons,
                    assumed_share=group.assumed_share,
                    is_hidden=is_too_small(group.reasons),
                )
                for group in station.groups
                if choice.group in {"", group.code}
            ),
            total=total_of(station, choice.group),
            missing_share=missing.get(station.code),
            url=choice.link("gaps_of_phase", station.code),
        )
        for station in queries.stations(choice.run, choice.region_area)
    ]
    passages = [
        Passage(passage.from_phase, passage.name, passage.crossing, passage.handover_share)
        for passage in queries.passages(choice.run, choice.region_area, group=choice.group)
    ]
    return draw_chain(stations, passages, title=f"Die Kette {choice.place_words}")


def total_of(station: queries.Station, group: str) -> queries.Reasons:
    """The need of a station, of all children or of one group."""
    return next((part.reasons for part in station.groups if part.code == group), station.reasons)


def measure_missing(choice: Choice) -> dict[str, float]:
    """Per phase, of the children whose chain held so far, the share (0..1) that misses something there.

    From the run's `breaks` (first breaks of a birth cohort), averaged over municipalities by cohort.
    """
    headline = queries.headline(choice.run, choice.region_area)
    unbroken = headline.unbroken_by_group[choice.group] if choice.group else headline.unbroken
    breaking = queries.first_breaks(choice.run, choice.region_area, group=choice.group)
    return share_of_arriving(shipped_scheme().phase_codes, breaking, unbroken)


def share_of_arriving(
    phases: Sequence[str], breaking: Mapping[str, float], unbroken: float | None
) -> dict[str, float]:
    """Per phase the share that breaks there of those who arrive, from shares of the cohort.

    ``breaking`` leaves out phases too small to show. They are passed from both ends, from the birth and from
    the unbroken chains. A single one would follow from the others: a neighbour is left out with it.
    """
    missing: dict[str, float] = {}
    held = 1.0
    for phase in takewhile(breaking.__contains__, phases):
        if held > NOBODY:
            missing[phase] = breaking[phase] / held
        held -= breaking[phase]
    held = unbroken or 0.0
    for phase in takewhile(breaking.__contains__, reversed(phases)):
        held += breaking[phase]
        if held > NOBODY:
            missing.setdefault(phase, breaking[phase] / held)
    hidden = [position for position, phase in enumerate(phases) if phase not in breaking]
    if len(hidden) == 1:
        neighbour = hidden[0] + 1 if hidden[0] + 1 < len(phases) else hidden[0] - 1
        missing.pop(phases[neighbour], None)
    return missing


def tabulate_chain(choice: Choice) -> Table:
    """The chain picture as a table: every station and group with its reasons."""
    rows = [
        Row(
            (
                station.name,
                station.ages,
                group.name,
                *reason_values(group.reasons),
                SUPPRESSED if is_too_small(group.reasons) else group.assumed_share,
            )
        )
        for station in queries.stations(choice.run, choice.region_area)
        for group in station.groups
        if choice.group in {"", group.code}
    ]
    columns = (
        Column("Lebensphase"),
        Column("Alter"),
        Column("Gruppe"),
        *reason_columns(),
        Column("gefunden auf angenommenen Plätzen", "share"),
    )
    return Table("kette", "Kinder in einem Jahr nach Lebensphase, Gruppe und Grund", columns, rows)


def tabulate_passages(choice: Choice) -> Table:
    """The transitions as a table."""
    rows = [
        Row((passage.name, *_passage_values(passage)))
        for passage in queries.passages(choice.run, choice.region_area, group=choice.group)
    ]
    columns = (
        Column("Übergang"),
        Column("Kinder im Jahr", "children"),
        Column("mit vereinbarter Übergabe", "share"),
    )
    return Table("uebergaenge", "Kinder, die in einem Jahr wechseln", columns, rows)


def _passage_values(passage: queries.Passage) -> tuple[Any, Any]:
    if passage.crossing is None:
        return SUPPRESSED, SUPPRESSED
    return passage.crossing, passage.handover_share


def draw_matrix_of(choice: Choice) -> SafeString:
    """Draw the matrix of the chosen area and group."""
    scheme = shipped_scheme()
    matrix = queries.matrix(choice.run, choice.region_area, group=choice.group)
    links = {place: cell.reasons for place, cell in matrix.cells.items()}
    hidden = frozenset(place for place, reasons in links.items() if is_too_small(reasons))
    rows = build_rows(scheme, links, lambda phase, field: choice.link("gap", phase, field), hidden)
    return draw_matrix(scheme, rows, "Kinder ohne Platz in einem Jahr und ihr Anteil am Bedarf.")


def name_link(phase: str, field: str) -> str:
    """Name a link: "Familie, Kita-Alter"."""
    scheme = shipped_scheme()
    return f"{scheme.field(field).name}, {scheme.phase(phase).name}"


def _order_by_unmet(cell: queries.MatrixCell) -> tuple[bool, float]:
    is_hidden = is_too_small(cell.reasons)
    return is_hidden, 0.0 if is_hidden else -cell.reasons.unmet


def gap_standings(choice: Choice, phase: str = "") -> dict[str, Standing]:
    """Where the gaps of the area stand, by their key; all links (of a phase) with a need."""
    cells = queries.matrix(choice.run, choice.region_area).cells.values()
    items = [
        queries.gap_item(choice.run, choice.area, cell.phase, cell.field, name_link(cell.phase, cell.field))
        for cell in cells
        if cell.has_need and phase in {"", cell.phase}
    ]
    return queries.standings(choice.run, ItemKind.GAP, items)


def tabulate_links(
    choice: Choice, phase: str = "", standings: Mapping[str, Standing] | None = None, state: str = ""
) -> Table:
    """All links (of a phase, in a state) with a need, those that leave most children behind first."""
    matrix = queries.matrix(choice.run, choice.region_area, group=choice.group)
    known = gap_standings(choice, phase) if standings is None else standings
    cells = [cell for cell in matrix.cells.values() if cell.has_need and phase in {"", cell.phase}]
    rows = []
    for cell in sorted(cells, key=_order_by_unmet):
        standing = known.get(queries.gap_key(cell.phase, cell.field, choice.area), Standing(State.OPEN))
        if state in {"", standing.state}:
            values = (name_state(standing), *reason_values(cell.reasons), write_reason(standing))
            name, url = name_link(cell.phase, cell.field), choice.link("gap", cell.phase, cell.field)
            rows.append(Row((name, *values), url=url))
    columns = (Column("Kettenglied"), Column("Stand"), *reason_columns(), Column("Begründung", "note"))
    return Table("luecken", "Kettenglieder, die meisten Kinder ohne Platz zuerst", columns, rows)


def list_municipalities(choice: Choice) -> list[Area]:
    """The municipalities of the region with their boundaries, whatever the chosen area."""
    areas = areas_of_region(choice.run.region_key, with_boundaries=True)
    return [area for area in areas if area.kind == Area.Kind.MUNICIPALITY]


def draw_map_of(choice: Choice, **link: str) -> SafeString:
    """Draw the municipalities; a chosen part of the region shows its cells. `link`: phase and field."""
    values = {value.ags: value.reasons for value in _map_values(choice, **link)}
    page = ("gap", link["phase"], link["field"]) if link else ("overview",)
    areas = [
        MapArea(
            key=area.key,
            name=area.name,
            boundary=area.boundary,
            reasons=values.get(area.key),
            url=choice.link(*page).partition("?")[0] + choice.query_for(area.key),
            is_here=_belongs(area.key, choice),
        )
        for area in list_municipalities(choice)
    ]
    return draw_map(
        areas, _list_cells(choice, **link), title=f"Karte: Anteil ohne Platz {choice.place_words}"
    )


def _belongs(ags: str, choice: Choice) -> bool:
    return choice.region_area is not None and is_covered(ags, choice.region_area.ags)


def _map_values(choice: Choice, **link: str) -> list[Any]:
    return queries.map_values(choice.run, None, group=choice.group, **link)


def _list_cells(choice: Choice, **link: str) -> list[MapCell]:
    if choice.region_area is None:
        return []
    values = queries.cell_values(choice.run, choice.area, group=choice.group, **link)
    return [
        MapCell(f"Zelle {value.cell}", value.lat, value.lon, value.unmet_share)
        for value in values
        if value.unmet_share is not None
    ]


def _order_by_share(value: queries.MapValue) -> tuple[bool, float, str]:
    return value.reasons.is_hidden, -(value.reasons.unmet_share or 0.0), value.name


def tabulate_municipalities(choice: Choice, **link: str) -> Table:
    """The map as a table: every municipality of the region, the chosen one marked."""
    page = ("gap", link["phase"], link["field"]) if link else ("overview",)
    rows = [
        Row(
            (value.name, *reason_values(value.reasons)),
            url=choice.link(*page).partition("?")[0] + choice.query_for(value.ags),
            is_here=_belongs(value.ags, choice),
        )
        for value in sorted(_map_values(choice, **link), key=_order_by_share)
    ]
    columns = (Column("Kommune"), *reason_columns())
    return Table("gemeinden", "Kommunen, größter Anteil ohne Platz zuerst", columns, rows)
