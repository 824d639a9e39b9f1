"""Which ways stand behind the figures of a page, and what the coordination should know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from kekiz.analysis import queries, rules
from kekiz.analysis.models import Run
from kekiz.analysis.wording import join_modes, say_ways, write_count
from kekiz.planning.models import Proposal
from kekiz.register.queries import provider_names
from kekiz.web.desk.choice import Choice
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.words import write_date

RUN_COMMAND = "kekiz analyse --register"


@dataclass(frozen=True)
class Notice:
    """Sentences for the coordination, and the commands that mend it."""

    sentences: tuple[str, ...]
    commands: tuple[str, ...]


def build_notice(request: HttpRequest, choice: Choice, *, tells_first_time: bool = False) -> Notice | None:
    """What those who may mend it should know; None where all is well or somebody else looks.

    ``tells_first_time``: say also how to measure where that was never done.
    """
    if not rules.can_measure_ways(request.user, choice.run.region_key):
        return None
    standing = queries.measurement_standing(choice.run)
    if standing.measurement is None:
        text = "Wege lassen sich messen: im Straßennetz von OpenStreetMap und nach dem Fahrplan (GTFS)."
        return Notice((text,), (standing.command, RUN_COMMAND)) if tells_first_time else None
    sentences = _describe_misfits(standing)
    commands = [standing.command] if standing.is_stale else []
    if not standing.is_used:
        measured = write_date(timezone.localtime(standing.measurement.created_at).date())
        sentences.append(
            f"Dieser Lauf nutzt die Messung der Wege vom {measured} nicht. Ein neuer Lauf nutzt sie."
        )
    if not sentences:
        return None
    return Notice(tuple(sentences), (*commands, RUN_COMMAND))


def _describe_misfits(standing: queries.MeasurementStanding) -> list[str]:
    fit, measurement = standing.fit, standing.measurement
    assert measurement is not None
    sentences = []
    new = [
        f"{write_count(count)} {one if count == 1 else many}"
        for count, one, many in ((fit.new_offers, "Angebot", "Angebote"), (fit.new_cells, "Zelle", "Zellen"))
        if count
    ]
    if new:
        is_one = fit.new_offers + fit.new_cells == 1
        sentences.append(
            f"Seit der Messung der Wege vom {write_date(timezone.localtime(measurement.created_at).date())} "
            f"{'ist' if is_one else 'sind'} {' und '.join(new)} hinzugekommen oder verlegt. Dort steht die "
            "Schätzung ein, bis Sie neu messen."
        )
    if fit.outgrown:
        sentences.append(
            f"Zumutbar sind inzwischen längere Wege {join_modes(fit.outgrown)}, als gemessen wurden. Diese "
            "Wege werden geschätzt, bis Sie neu messen."
        )
    if fit.is_paced_anew:
        sentences.append(
            "Die Kennwerte für Geschwindigkeit oder Wartezeit sind heute andere als bei der Messung der "
            "Wege. Die gemessenen Minuten folgen noch den alten."
        )
    if standing.is_timetable_old:
        sentences.append("Der Fahrplan der Messung liegt über ein Jahr zurück.")
    return sentences


def tabulate_estimated(run: Run) -> Table | None:
    """The offers to which the model stands in for measured ways; None where there are none."""
    rows = queries.estimated_offers(run)
    if not rows:
        return None
    providers = provider_names()
    table = [Row((one.name, providers.get(one.provider, one.provider), REASONS[one.is_new])) for one in rows]
    columns = (Column("Angebot"), Column("Träger"), Column("Warum"))
    return Table("geschaetzte-wege", "Angebote, zu denen der Weg geschätzt ist", columns, table)


REASONS = {True: "neuer oder verlegter Ort", False: "über einen Kilometer von jeder Straße"}


def say_new_places(proposal: Proposal, content: dict[str, Any]) -> str:
    """To how many proposed places the way is estimated beside measured ones; "" for none."""
    spots = [(one["x"], one["y"]) for one in content["measures"] if one["kind"] == "offer" and one["x"]]
    count = queries.count_unmeasured(proposal.run, spots)
    if not count:
        return ""
    where = "einem vorgeschlagenen Ort" if count == 1 else f"{count} vorgeschlagenen Orten"
    return f"Zu {where} wurde nicht gemessen; dorthin sind die Wege geschätzt."


def explain_other_ways(run: Run) -> str:
    """That the run before rests on other ways, so that part of a change comes from there; "" if not."""
    before = run.supersedes
    if before is None or _identify(before) == _identify(run):
        return ""
    return (
        "Ein Teil der Änderung kommt daher, dass der frühere Lauf mit anderen Wegen rechnete. Für ihn galt: "
        f"{say_ways(before.ways)}"
    )


def _identify(run: Run) -> tuple[Any, ...]:
    ways = run.ways or {}
    return (ways.get("digest") if ways.get("modes") else None, tuple(ways.get("modes", ())))
