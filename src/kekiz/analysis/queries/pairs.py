"""Offers beside each other, as a stored run knows them: overlaps and missing handovers of an area."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kekiz.accounts.areas import is_covered
from kekiz.analysis import bridge
from kekiz.analysis.models import Run
from kekiz.analysis.queries.disclosure import small_numbers_in_force
from kekiz.analysis.queries.runs import RunId, read_inputs_of, read_table, run_id, stored_inputs, table_names
from kekiz.engine.closing import TAKERS_SHOWN
from kekiz.engine.worklists import order_handovers, order_overlaps
from kekiz.evidence.models import Area
from kekiz.register.queries import provider_names, published_places


@dataclass(frozen=True)
class PairedOffer:
    """One of the two offers; ``row`` is its name in the engine (key, or key@site)."""

    key: str
    name: str
    provider: str
    children: float
    places: float | None = None
    replaceable: float | None = None  # None: cannot tell
    row: str = ""


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
    ags: str = ""  # where most children of both live
    towns_alike: int = 0  # municipalities with such a constellation of offers
    group: str = ""  # the kind of offers that three or more of overlap here, see engine/worklists.py


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
    ags: str = ""  # where the first offer stands; where it has no site, where most of its children live
    comparable: int = 0  # pairs of such offers at most as far apart …
    comparable_agreed: int = 0  # … and how many of them have a cooperation

    @property
    def step(self) -> str:
        """The transition, or the two phases where the scheme names none: "T3", "P5-P6"."""
        return self.transition or f"{self.from_phase}-{self.to_phase}"


def has_pairs(run: Run) -> bool:
    """False for runs from before kekiz set offers beside each other."""
    return {"overlaps", "handovers"} <= set(table_names(run))


def overlaps(run: Run, area: Area | None) -> list[Overlap]:
    """Overlaps whose children mostly live in the area (None: the region), in the order of the work list.

    Two sites of one offer are no pair: one house knows what it does.
    """
    names = _name_offers(run)
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
            ags=row["ags"],
            towns_alike=row["towns_alike"],
            group=row["group"],
        )
        for row in _ordered_overlaps(run_id(run))
        if _belongs(row["ags"], area) and not _is_same_offer(row)
    ]


def missing_handovers(run: Run, area: Area | None) -> list[MissingHandover]:
    """Missing handovers of first offers that stand in the area, in the order of the work lists.

    Pairs that share fewer children a year than may be shown are left out.
    """
    names, places = _name_offers(run), published_places()
    least = small_numbers_in_force().smallest_count
    listed = [
        (row, _find_town(row, places))
        for row in _ordered_handovers(run_id(run))
        if row["shared"] >= least and not _is_same_offer(row)
    ]
    return [
        MissingHandover(
            first=_build_offer(names, row, "a"),
            second=_build_offer(names, row, "b"),
            from_phase=row["from_phase"],
            to_phase=row["to_phase"],
            transition=row["transition"],
            shared=row["shared"],
            share_of_first=row["share_of_a"],
            ags=town,
            comparable=row["comparable"],
            comparable_agreed=row["comparable_agreed"],
        )
        for row, town in listed
        if _belongs(town, area)
    ]


@lru_cache(maxsize=4)
def _ordered_overlaps(identity: RunId) -> list[dict[str, Any]]:
    inputs = read_inputs_of(identity)
    return order_overlaps(read_table(identity, "overlaps"), inputs.offers, inputs.scheme)


@lru_cache(maxsize=4)
def _ordered_handovers(identity: RunId) -> list[dict[str, Any]]:
    inputs = read_inputs_of(identity)
    return order_handovers(read_table(identity, "handovers"), inputs.offers, inputs.scheme, bridge.offer_key)


def _find_town(row: dict[str, Any], places: dict[str, dict[str, str]]) -> str:
    """The municipality where the first offer stands, as published today; without a site: of its children."""
    key, _, site = row["offer_a"].partition(bridge.SITE_MARK)
    sites = places.get(key, {})
    only = next(iter(sites.values()), "") if len(sites) == 1 else ""
    return sites.get(site) or only or str(row["ags"])


def _belongs(ags: str, area: Area | None) -> bool:
    return area is None or is_covered(ags, area.ags)


def _is_same_offer(row: dict[str, Any]) -> bool:
    return bridge.offer_key(row["offer_a"]) == bridge.offer_key(row["offer_b"])


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
        row=offer,
        name=name,
        provider=provider,
        children=row[f"children_{end}"],
        places=row.get(f"places_{end}"),
        replaceable=row.get(f"replaceable_{end}"),
    )


@dataclass(frozen=True)
class Replacement:
    """What would become of the children of one offer in one field if it were not there."""

    field: str
    children: float
    spare_places: float
    replaceable: float | None  # share into known places; None: cannot tell
    if_assumed: float | None  # the same with assumed places counted
    capacity: str  # known, takers_unknown, own_unknown
    takers: tuple[tuple[str, float], ...]  # names of offers and children who would use their free places


def replacements(run: Run, row_name: str) -> list[Replacement]:
    """Who would take whom, by field, for one offer as the engine names it."""
    names = _name_offers(run)
    return [
        Replacement(
            field=row["field"],
            children=row["children"],
            spare_places=row["spare_places"],
            replaceable=row["replaceable"],
            if_assumed=row["replaceable_if_assumed"],
            capacity=row["capacity"],
            takers=tuple(
                (names[row[f"taker_{place}"]][0], row[f"taken_{place}"])
                for place in range(1, TAKERS_SHOWN + 1)
                if row[f"taker_{place}"]
            ),
        )
        for row in read_table(run_id(run), "replaceable").to_pylist()
        if row["offer"] == row_name
    ]
