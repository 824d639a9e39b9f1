"""Offers beside each other, as a stored run knows them: overlaps and missing handovers of an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kekiz.accounts.areas import is_covered
from kekiz.analysis import bridge
from kekiz.analysis.models import Run
from kekiz.analysis.queries.disclosure import SMALLEST_SHOWN
from kekiz.analysis.queries.runs import run_table, stored_inputs, table_names
from kekiz.evidence.models import Area
from kekiz.register.queries import provider_names


@dataclass(frozen=True)
class PairedOffer:
    """One of the two offers."""

    key: str
    name: str
    provider: str
    children: float
    places: float | None = None
    replaceable: float | None = None  # None: cannot tell


@dataclass(frozen=True)
class Overlap:
    """Two offers that could stand in for each other; ``score`` None: cannot tell, places are unknown."""

    first: PairedOffer
    second: PairedOffer
    fields: tuple[str, ...]
    phases: tuple[str, ...]
    likeness: float
    distance_km: float | None
    score: float | None
    is_floor: bool  # others could take more if assumed places are really there


@dataclass(frozen=True)
class MissingHandover:
    """Two offers that share children without a recorded cooperation; ``transition`` "" within a phase."""

    first: PairedOffer
    second: PairedOffer
    from_phase: str
    to_phase: str
    transition: str
    shared: float  # children a year
    share_of_first: float


def has_pairs(run: Run) -> bool:
    """False for runs from before kekiz set offers beside each other."""
    return {"overlaps", "handovers"} <= set(table_names(run))


def overlaps(run: Run, area: Area | None) -> list[Overlap]:
    """Overlaps whose children mostly live in the area (None: the region), the best founded first.

    Two sites of one offer are no pair: one house knows what it does.
    """
    names = _name_offers(run)
    rows = [row for row in _rows_of_area(run, "overlaps", area) if not _is_same_offer(row)]
    return [
        Overlap(
            first=_build_offer(names, row, "a"),
            second=_build_offer(names, row, "b"),
            fields=tuple(row["fields"].split()),
            phases=tuple(row["phases"].split()),
            likeness=row["likeness"],
            distance_km=row["distance_km"],
            score=row["score"],
            is_floor=row["capacity"] == "takers_unknown",
        )
        for row in rows
    ]


def missing_handovers(run: Run, area: Area | None) -> list[MissingHandover]:
    """Missing handovers at the transitions of life phases, most shared children first.

    Pairs that share fewer children a year than may be shown are left out.
    """
    names = _name_offers(run)
    return [
        MissingHandover(
            first=_build_offer(names, row, "a"),
            second=_build_offer(names, row, "b"),
            from_phase=row["from_phase"],
            to_phase=row["to_phase"],
            transition=row["transition"],
            shared=row["shared"],
            share_of_first=row["share_of_a"],
        )
        for row in _rows_of_area(run, "handovers", area)
        if row["is_missing"]
        and row["kind"] == "transition"
        and row["shared"] >= SMALLEST_SHOWN
        and not _is_same_offer(row)
    ]


def _is_same_offer(row: dict[str, Any]) -> bool:
    return bridge.offer_key(row["offer_a"]) == bridge.offer_key(row["offer_b"])


def _rows_of_area(run: Run, name: str, area: Area | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run_table(run, name).to_pylist()
    return rows if area is None else [row for row in rows if is_covered(row["ags"], area.ags)]


def _name_offers(run: Run) -> dict[str, tuple[str, str]]:
    """Title and provider by row of the engine."""
    offers, providers = stored_inputs(run).offers, provider_names()
    return {
        offer: (name or offer, providers.get(provider, provider))
        for offer, name, provider in zip(offers.offer, offers.name, offers.provider, strict=True)
    }


def _build_offer(names: dict[str, tuple[str, str]], row: dict[str, Any], end: str) -> PairedOffer:
    offer = row[f"offer_{end}"]
    name, provider = names[offer]
    return PairedOffer(
        key=bridge.offer_key(offer),
        name=name,
        provider=provider,
        children=row[f"children_{end}"],
        places=row.get(f"places_{end}"),
        replaceable=row.get(f"replaceable_{end}"),
    )
