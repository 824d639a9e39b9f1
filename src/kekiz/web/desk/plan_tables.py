"""The tables of the planning: for the page and for the CSV file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kekiz.evidence.queries import shipped_scheme
from kekiz.planning.models import Practice, Proposal
from kekiz.planning.queries import plan_of
from kekiz.register.facets import Mode
from kekiz.register.wording import describe_ages
from kekiz.web.desk.plan_words import (
    LOW_INCOME,
    NOTHING_BETTER,
    count_group,
    describe_reasons,
    describe_weight,
)
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.words import join_words, write_estimate, write_euro, write_percent

Content = dict[str, Any]
WHOLE_REGION = "ganze Region"


def name_fields(codes: Any) -> str:
    """Fields of need by name."""
    return join_words([shipped_scheme().field(code).name for code in codes])


def list_measures(content: Content) -> Table:
    """What is proposed: where, for how many, what it costs whom in the first year."""
    columns = (
        Column("Maßnahme"),
        Column("Ort"),
        Column("Kinder", "children"),
        Column("davon wenig Geld", "children"),
        Column("Kosten im 1. Jahr", "euro"),
        Column("Förderung", "euro"),
        Column("eigene Mittel", "euro"),
        Column("Warum fehlte es bisher?", "note"),
        Column("Bedarfsfelder", "note"),
    )
    rows = []
    for number, one in enumerate(content["measures"], start=1):
        first = one["years"][0]
        rows.append(
            Row(
                (
                    f"{number}. {one['title']}",
                    one["place"] or WHOLE_REGION,
                    one["predicted"],
                    one["predicted_by_group"].get(LOW_INCOME, 0.0),
                    first["cost_eur"],
                    first["state_eur"],
                    first["own_eur"],
                    describe_reasons(one["predicted_by_reason"], one["predicted"]),
                    name_fields(one["predicted_by_field"]),
                )
            )
        )
    return Table("massnahmen", "Vorgeschlagene Maßnahmen, vorausberechnete Wirkung im Jahr", columns, rows)


def list_money(content: Content) -> Table:
    """Who pays what in each year, by funding block."""
    blocks = [block["name"] for block in content["rule"]["blocks"]]
    columns = (
        Column("Jahr"),
        Column("Kosten", "euro"),
        *(Column(name, "euro") for name in blocks),
        Column("eigene Mittel", "euro"),
        Column("noch frei im Budget", "euro"),
    )
    rows = []
    for year in content["money"]:
        name = str(year["year"]) if year["year"] > 1 else "1. Jahr"
        paid = [year["blocks_eur"].get(block, 0.0) for block in blocks]
        left = content["budget_own_eur_per_year"] - year["own_eur"]
        rows.append(Row((name, year["cost_eur"], *paid, year["own_eur"], max(left, 0.0))))
    return Table("geld", "Wer zahlt was in welchem Jahr?", columns, rows)


def list_measure_money(content: Content) -> Table:
    """Cost, state share and own share of every measure in every year."""
    columns = (
        Column("Maßnahme"),
        Column("Jahr"),
        Column("Kosten", "euro"),
        Column("Förderung", "euro"),
        Column("eigene Mittel", "euro"),
    )
    rows = [
        Row(
            (
                one["title"],
                str(year["year"]) if year["year"] > 1 else "1. Jahr",
                year["cost_eur"],
                year["state_eur"],
                year["own_eur"],
            )
        )
        for one in content["measures"]
        for year in one["years"]
    ]
    return Table("kosten", "Kosten je Maßnahme und Jahr", columns, rows)


def sum_by(content: Content, name: str) -> dict[str, tuple[str, float, float]]:
    """Predicted and verified, summed by ``ags`` or ``group``: key → (name, predicted, verified)."""
    sums: dict[str, tuple[str, float, float]] = {}
    for row in content["places"]:
        label = row["name"] if name == "ags" else row["group"]
        _, predicted, verified = sums.get(row[name], ("", 0.0, 0.0))
        sums[row[name]] = (label, predicted + row["predicted"], verified + row["verified"])
    return sums


EFFECT_COLUMNS = (
    Column("vorausberechnet", "children"),
    Column("nachgerechnet", "children"),
    Column("Unterschied", "change"),
)


def compare_places(content: Content) -> Table:
    """Predicted beside verified, by municipality, the largest effect first."""
    sums = sorted(sum_by(content, "ags").values(), key=lambda entry: (-entry[2], entry[0]))
    rows = [Row((name, predicted, verified, verified - predicted)) for name, predicted, verified in sums]
    return Table(
        "kommunen", "Kinder, die mehr finden, nach Kommune", (Column("Kommune"), *EFFECT_COLUMNS), rows
    )


def compare_groups(content: Content) -> Table:
    """Predicted beside verified, by group."""
    names = {group.code: group.name for group in shipped_scheme().groups}
    rows = [
        Row((names.get(code, code), predicted, verified, verified - predicted))
        for code, (_, predicted, verified) in sum_by(content, "group").items()
    ]
    return Table("gruppen", "Kinder, die mehr finden, nach Gruppe", (Column("Gruppe"), *EFFECT_COLUMNS), rows)


def list_next(content: Content) -> Table:
    """What would come next if there were more money."""
    columns = (
        Column("Maßnahme"),
        Column("Ort"),
        Column("zusätzliche Kinder" + (" (gewichtet)" if content["equity"] != 1 else ""), "children"),
        Column("zusätzliche eigene Mittel im Jahr", "euro"),
    )
    rows = [
        Row((one["title"], one["place"] or WHOLE_REGION, one["adds_weighted"], one["own_eur"]))
        for one in content["next_best"]
    ]
    return Table("naechste", "Die nächstbesten Maßnahmen, die nicht gewählt sind", columns, rows)


PROPOSAL_TABLES: dict[str, Callable[[Content], Table]] = {
    "massnahmen": list_measures,
    "geld": list_money,
    "kosten": list_measure_money,
    "kommunen": compare_places,
    "gruppen": compare_groups,
    "naechste": list_next,
}


def list_practices(practices: list[Practice]) -> Table:
    """The practices of the region with their figures and where these come from."""
    columns = (
        Column("Praxis"),
        Column("Bedarfsfelder", "note"),
        Column("Alter"),
        Column("Form"),
        Column("Plätze im Jahr", "exact"),
        Column("Kosten im Jahr", "euro"),
        Column("einmalig", "euro"),
        Column("Woher die Zahlen kommen", "note"),
    )
    modes = dict(Mode.choices)
    rows = []
    for one in practices:
        is_guide = one.kind == "guide"
        rows.append(
            Row(
                (
                    one.name,
                    name_fields(one.fields),
                    "alle" if is_guide else describe_ages(int(one.age_from_months), int(one.age_to_months)),
                    "Begleitung" if is_guide else str(modes[one.mode]),
                    one.places,
                    one.staff_eur + one.material_eur,
                    one.fixed_eur,
                    "Annahme" if one.is_assumption else one.source,
                )
            )
        )
    return Table("praxen", "Gute Praxis, die sich übertragen lässt", columns, rows)


def compare_proposals(proposals: list[Proposal]) -> Table:
    """Proposals with a result side by side: one column each, first figures, then who has which measure."""
    contents = [plan_of(proposal) for proposal in proposals]
    columns = (Column("Vergleich"), *(Column(f"Vorschlag {proposal.pk}", "note") for proposal in proposals))
    figures: list[tuple[str, Callable[[Content], str]]] = [
        ("Eigene Mittel im Jahr (Budget)", lambda c: write_euro(c["budget_own_eur_per_year"])),
        ("Förderung", lambda c: c["rule"]["name"]),
        ("Gewicht", lambda c: describe_weight(c["equity"])),
        ("Kinder, die mehr finden (nachgerechnet)", lambda c: write_estimate(c["verified"])),
        ("vorausberechnet", lambda c: write_estimate(c["predicted"])),
        ("davon aus Familien mit wenig Geld", lambda c: write_estimate(count_group(c, LOW_INCOME))),
        ("Kosten im 1. Jahr", lambda c: write_euro(c["money"][0]["cost_eur"])),
        ("davon Förderung", lambda c: write_euro(c["money"][0]["state_eur"])),
        ("davon eigene Mittel", lambda c: write_euro(c["money"][0]["own_eur"])),
        ("Eigene Mittel je Kind", _price_of_child),
        ("Höchstens noch besser (bewiesen)", _write_gap),
    ]
    rows = [Row((label, *(write(content) for content in contents))) for label, write in figures]
    titles = {one["key"]: one["title"] for content in contents for one in content["measures"]}
    for key, title in sorted(titles.items(), key=lambda item: item[1]):
        reached = [
            next((one["predicted"] for one in content["measures"] if one["key"] == key), None)
            for content in contents
        ]
        rows.append(Row((title, *("–" if value is None else write_estimate(value) for value in reached))))
    return Table("vergleich", "Vorschläge nebeneinander", columns, rows)


def _write_gap(content: Content) -> str:
    is_best = content["gap"] <= NOTHING_BETTER
    return "nichts" if is_best else f"um {write_percent(content['gap'], 1)}"


def _price_of_child(content: Content) -> str:
    if not content["verified"] > 0:
        return "–"
    return write_euro(content["money"][0]["own_eur"] / content["verified"])
