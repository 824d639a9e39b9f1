"""Lists of the cockpit to work through: overlaps and missing handovers of the chosen area, with verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kekiz.analysis import queries
from kekiz.analysis.models import ItemKind
from kekiz.analysis.queries import HandoverEntry, OverlapEntry, Standing
from kekiz.evidence.queries import municipality_names, shipped_scheme
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.pair_tables import (
    HANDOVER_COLUMNS_SHOWN,
    OVERLAP_COLUMNS_SHOWN,
    name_step,
    shorten,
    tabulate_handovers,
    tabulate_overlaps,
)
from kekiz.web.desk.tables import Table, answer_csv
from kekiz.web.desk.worklists import StateChip, build_chips, filter_state, read_state

# On the page; the CSV file has all.
SHOWN = 30
SHOWN_IN_TOWN = 10
SHOWN_IN_REGION = 3


@show_for_choice
def show_overlaps(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Offers that could stand in for each other, those with a place before those without."""
    state = read_state(request)
    entries = queries.overlap_entries(choice.run, choice.region_area)
    standings = queries.standings(choice.run, ItemKind.OVERLAP, (entry.item for entry in entries))
    shown = filter_state(entries, standings, state)
    with_way = [entry for entry in shown if entry.lead.distance_km is not None]
    without_way = [entry for entry in shown if entry.lead.distance_km is None]
    captions = (
        "Angebote mit einem Ort (Prüfhinweise)",
        "Angebote ohne Weg: online oder zu Hause (Prüfhinweise)",
    )
    tables = [
        shorten(_tabulate_overlaps(choice, part, standings, caption), SHOWN, OVERLAP_COLUMNS_SHOWN)
        for caption, part in zip(captions, (with_way, without_way), strict=True)
        if part or caption == captions[0]
    ]
    context = {
        "choice": choice,
        "tables": tables,
        "csv_url": choice.link("overlaps_csv"),
        "chips": build_chips(choice, "overlaps", standings, state),
        "is_known": queries.has_pairs(choice.run),
        "headline": queries.headline(choice.run, choice.region_area),
        "ranges": queries.headline_ranges(choice.run, choice.region_area),
    }
    return render(request, "desk/overlaps.html", context)


def _tabulate_overlaps(
    choice: Choice, entries: Sequence[OverlapEntry], standings: Mapping[str, Standing], caption: str
) -> Table:
    towns = municipality_names(choice.run.region_key)
    return tabulate_overlaps(entries, standings, towns, lambda key: choice.link("overlap", key), caption)


@show_for_choice
def send_overlaps_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """All overlaps of the area with their verdicts as a CSV file."""
    entries = queries.overlap_entries(choice.run, choice.region_area)
    standings = queries.standings(choice.run, ItemKind.OVERLAP, (entry.item for entry in entries))
    table = _tabulate_overlaps(choice, entries, standings, "Überschneidungen")
    return answer_csv(table, f"ueberschneidungen-{choice.area.key}")


@show_for_choice
def show_handovers(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Missing handovers by transition and municipality: one list for each, the weightiest first."""
    state, entries = read_state(request), queries.handover_entries(choice.run, choice.region_area)
    steps = list(dict.fromkeys(entry.handover.step for entry in entries))
    step = request.GET.get("uebergang", "")
    if step and step not in {*steps, *(one.code for one in shipped_scheme().transitions)}:
        raise Http404("unknown transition")
    towns = municipality_names(choice.run.region_key)
    is_one_town = len({entry.handover.ags for entry in entries}) == 1
    if not step and steps and not is_one_town:
        step = steps[0]
    listed = [entry for entry in entries if step in {"", entry.handover.step}]
    standings = queries.standings(choice.run, ItemKind.HANDOVER, (entry.item for entry in listed))
    context = {
        "choice": choice,
        "groups": _group_handovers(
            choice, filter_state(listed, standings, state), standings, towns, is_one_town
        ),
        "step_chips": _build_step_chips(choice, steps, step, is_one_town),
        "chips": build_chips(choice, "handovers", standings, state, f"&uebergang={step}" if step else ""),
        "csv_url": choice.link("handovers_csv"),
        "is_known": queries.has_pairs(choice.run),
        "headline": queries.headline(choice.run, choice.region_area),
        "ranges": queries.headline_ranges(choice.run, choice.region_area),
    }
    return render(request, "desk/handovers.html", context)


def _group_handovers(
    choice: Choice,
    entries: Sequence[HandoverEntry],
    standings: Mapping[str, Standing],
    towns: Mapping[str, str],
    is_one_town: bool,
) -> list[Table]:
    """One table for each municipality and transition; towns by name, transitions in their order."""
    groups: dict[tuple[str, str], list[HandoverEntry]] = {}
    for entry in entries:
        groups.setdefault((entry.handover.ags, entry.handover.step), []).append(entry)
    ordered = sorted(groups.items(), key=lambda group: towns.get(group[0][0], group[0][0]))
    return [
        shorten(
            tabulate_handovers(
                part,
                standings,
                towns,
                lambda key: choice.link("handover", key),
                name_step(step) if is_one_town else towns.get(ags, ags),
            ),
            SHOWN_IN_TOWN if is_one_town else SHOWN_IN_REGION,
            HANDOVER_COLUMNS_SHOWN,
        )
        for (ags, step), part in ordered
    ]


def _build_step_chips(choice: Choice, steps: Sequence[str], step: str, is_one_town: bool) -> list[StateChip]:
    address = choice.link("handovers")
    chips = [StateChip("Alle Übergänge", address, not step)] if is_one_town else []
    return chips + [StateChip(name_step(code), f"{address}&uebergang={code}", code == step) for code in steps]


@show_for_choice
def send_handovers_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """All missing handovers of the area with their verdicts as a CSV file."""
    entries = queries.handover_entries(choice.run, choice.region_area)
    standings = queries.standings(choice.run, ItemKind.HANDOVER, (entry.item for entry in entries))
    towns = municipality_names(choice.run.region_key)
    table = tabulate_handovers(
        entries, standings, towns, lambda key: choice.link("handover", key), "Übergaben"
    )
    return answer_csv(table, f"uebergaben-{choice.area.key}")
