"""Who works with whom: the recorded cooperations of providers, in words and as a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kekiz.analysis import queries
from kekiz.analysis.queries import NetworkNode
from kekiz.register.facets import CooperationKind
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.tables import Column, Row, Table, answer_csv
from kekiz.web.words import join_words, write_number

PARTNERS_NAMED = 5  # on the page; the CSV file names all


@show_for_choice
def show_network(request: HttpRequest, choice: Choice) -> HttpResponse:
    """The network of the area: who works with whom, who links others, who has nothing recorded."""
    network = queries.network(choice.run, choice.region_area)
    table = tabulate_network(network.nodes, PARTNERS_NAMED)
    context = {
        "choice": choice,
        "network": network,
        "linked": len(network.nodes) - len(network.isolated),
        "kinds": [(str(CooperationKind(code).label), count) for code, count in sorted(network.kinds.items())],
        "table": Table(table.name, table.caption, table.columns, table.rows, choice.link("network_csv")),
    }
    return render(request, "desk/network.html", context)


def tabulate_network(nodes: tuple[NetworkNode, ...], partners_named: int | None) -> Table:
    """Who works with whom, those with most partners first; so many partners are named (None: all)."""
    columns = (
        Column("Träger"),
        Column("Angebote", "exact"),
        Column("arbeitet zusammen mit", "exact"),
        Column("mit wem", "note"),
        Column("Stellung"),
    )
    rows = [
        Row((node.name, node.offers, node.partners, _name_partners(node, partners_named), _name_place(node)))
        for node in nodes
    ]
    return Table("netzwerk", "Wer mit wem: eingetragene Zusammenarbeit der Träger", columns, rows)


def _name_partners(node: NetworkNode, partners_named: int | None) -> str:
    named = [name for name, _ in node.works_with[:partners_named]]
    rest = len(node.works_with) - len(named)
    if not named:
        return "–"
    return join_words([*named, f"{write_number(rest)} weiteren"] if rest else named)


def _name_place(node: NetworkNode) -> str:
    if node.is_isolated:
        return "nichts eingetragen"
    return "hält Teile zusammen" if node.is_broker else "verbunden"


@show_for_choice
def send_network_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """The network of the area as a CSV file, all partners named."""
    network = queries.network(choice.run, choice.region_area)
    return answer_csv(tabulate_network(network.nodes, None), f"netzwerk-{choice.area.key}")
