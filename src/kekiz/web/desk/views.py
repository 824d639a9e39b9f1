"""The pages of the cockpit; every figure comes from a stored run."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kekiz.analysis import queries
from kekiz.evidence.queries import shipped_scheme
from kekiz.web.components.bars import draw_bar, draw_legend
from kekiz.web.desk import figures, gap_tables, method, ways
from kekiz.web.desk.changes import list_changes
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.publication import handle_publication
from kekiz.web.desk.tables import Table, answer_csv, is_too_small
from kekiz.web.desk.verdicts import handle_verdict
from kekiz.web.desk.worklists import build_chips, read_state
from kekiz.web.words import write_number


def _with_csv(table: Table, url: str) -> Table:
    return Table(table.name, table.caption, table.columns, table.rows, url)


@show_for_choice
def show_overview(request: HttpRequest, choice: Choice) -> HttpResponse:
    """The headline, the chain, what changed, the matrix and the map."""
    tables = {
        name: _with_csv(build(choice), choice.link("csv", name)) for name, build in OVERVIEW_TABLES.items()
    }
    context = {
        "choice": choice,
        "headline": queries.headline(choice.run, choice.region_area),
        "ranges": queries.headline_ranges(choice.run, choice.region_area),
        "legend": draw_legend(),
        "chain": figures.draw_chain_of(choice),
        "changes": list_changes(choice.run, choice.region_area),
        "other_ways": ways.explain_other_ways(choice.run),
        "ways_notice": ways.build_notice(request, choice),
        "matrix": figures.draw_matrix_of(choice),
        "map": figures.draw_map_of(choice),
        "tables": tables,
    }
    return render(request, "desk/overview.html", context)


OVERVIEW_TABLES = {
    "kette": figures.tabulate_chain,
    "uebergaenge": figures.tabulate_passages,
    "luecken": figures.tabulate_links,
    "gemeinden": figures.tabulate_municipalities,
}


@show_for_choice
def send_csv(request: HttpRequest, choice: Choice, name: str) -> HttpResponse:
    """A table of the overview as a CSV file."""
    if name not in OVERVIEW_TABLES:
        raise Http404("unknown table")
    return answer_csv(OVERVIEW_TABLES[name](choice), f"{name}-{choice.area.key}")


@show_for_choice
def show_gaps(request: HttpRequest, choice: Choice, phase: str = "") -> HttpResponse:
    """All gaps of the area, of one phase if it is named; the largest first."""
    if phase and phase not in shipped_scheme().phase_codes:
        raise Http404("unknown phase")
    state, standings = read_state(request), figures.gap_standings(choice, phase)
    page, args = ("gaps_of_phase", (phase,)) if phase else ("gaps", ())
    context = {
        "choice": choice,
        "phase": shipped_scheme().phase(phase) if phase else None,
        "phases": shipped_scheme().phases,
        "legend": draw_legend(),
        "chips": build_chips(choice, page, standings, state, args=args),
        "ranges": queries.headline_ranges(choice.run, choice.region_area),
        "headline": queries.headline(choice.run, choice.region_area),
        "table": _with_csv(
            figures.tabulate_links(choice, phase, standings, state), choice.link("csv", "luecken")
        ),
    }
    return render(request, "desk/gaps.html", context)


def _read_link(choice: Choice, phase: str, field: str) -> queries.GapDetail:
    try:
        return queries.gaps(choice.run, choice.region_area, phase, field, group=choice.group)
    except KeyError as error:
        raise Http404("unknown phase or field") from error


@show_for_choice
def show_gap(request: HttpRequest, choice: Choice, phase: str, field: str) -> HttpResponse:
    """One link: who stays behind and why, which offers there are, which norms, and what people say of it."""
    detail = _read_link(choice, phase, field)
    title = f"{figures.name_link(phase, field)} ({choice.area.name})"
    item = queries.gap_item(choice.run, choice.area, phase, field, title)
    panel = handle_verdict(request, choice, item)
    if isinstance(panel, HttpResponse):
        return panel
    built = {name: build(choice, detail) for name, build in GAP_TABLES.items()}
    context = {
        "choice": choice,
        "detail": detail,
        "phase": shipped_scheme().phase(phase),
        "field": shipped_scheme().field(field),
        "sentences": gap_tables.explain_gap(detail),
        "is_shown": not is_too_small(detail.reasons) and detail.reasons.need > 0,
        "bar": "" if is_too_small(detail.reasons) else draw_bar(detail.reasons),
        "legend": draw_legend(),
        "map": figures.draw_map_of(choice, phase=phase, field=field),
        "panel": panel,
        "question": f"Wie soll es mit dieser Lücke {choice.place_words} weitergehen (alle Kinder)?",
        "tables": {
            name: _with_csv(table, choice.link("gap_csv", phase, field, name))
            for name, table in built.items()
        },
    }
    return render(request, "desk/gap.html", context)


GAP_TABLES = {
    "gruppen": lambda choice, detail: gap_tables.tabulate_groups(detail),
    "gemeinden": lambda choice, detail: figures.tabulate_municipalities(
        choice, phase=detail.phase, field=detail.field
    ),
    "angebote": lambda choice, detail: gap_tables.tabulate_offers(detail),
    "kennwerte": lambda choice, detail: gap_tables.tabulate_norms(detail),
}


@show_for_choice
def send_gap_csv(request: HttpRequest, choice: Choice, phase: str, field: str, name: str) -> HttpResponse:
    """A table of one link as a CSV file."""
    if name not in GAP_TABLES:
        raise Http404("unknown table")
    table = GAP_TABLES[name](choice, _read_link(choice, phase, field))
    return answer_csv(table, f"{name}-{phase}-{field}-{choice.area.key}")


@show_for_choice
def show_method(request: HttpRequest, choice: Choice) -> HttpResponse:
    """How the figures are computed, from what, what they cannot tell, and whether they are open data."""
    publication = handle_publication(request, choice)
    if isinstance(publication, HttpResponse):
        return publication
    context = {
        "choice": choice,
        "publication": publication,
        "legend": draw_legend(),
        "summary": method.summarise_norms(choice.run),
        "smallest": write_number(queries.smallest_count(choice.run)),
        "drivers": method.list_drivers(choice.run),
        "tells_ways": method.tells_ways(choice.run),
        "estimated": ways.tabulate_estimated(choice.run),
        "ways_notice": ways.build_notice(request, choice, tells_first_time=True),
        "offers": write_number(choice.run.headline.get("offers")),
        "assumed": write_number(choice.run.headline.get("offers_with_assumed_places")),
        "norms": _with_csv(method.tabulate_norms(choice.run), choice.link("norms_csv")),
        "runs": queries.runs_of(choice.run.region_key)[:10],
    }
    return render(request, "desk/method.html", context)


@show_for_choice
def send_norms_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """All norms of the run as a CSV file."""
    return answer_csv(method.tabulate_norms(choice.run), "kennwerte")
