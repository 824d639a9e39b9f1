"""Expiry radar: offers whose funding ends soon, and what children would lose, as a stored run knows it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from kekiz.accounts.areas import is_touching
from kekiz.analysis import bridge
from kekiz.analysis.models import Run
from kekiz.analysis.queries.reasons import Reasons, link_cube, municipalities_in
from kekiz.analysis.queries.runs import RunId, run_id, run_table, stored_inputs, table_names
from kekiz.analysis.queries.what_if import WhatIf, what_if
from kekiz.engine.reach import find_phases_served
from kekiz.evidence.models import Area
from kekiz.register.queries import visible_versions

TABLE = "replaceable"
LEAST_LOSS = 0.5  # children a year; less is rounding, not a broken link


@dataclass(frozen=True)
class FieldLoss:
    """What one field would lose; ``lost`` None: cannot tell, the places of the offer are not known."""

    field: str
    children: float
    lost: float | None
    is_ceiling: bool  # fewer lose if the assumed places of others are really there
    takers: tuple[str, ...]  # keys of offers whose free places would be used


@dataclass(frozen=True)
class EndingOffer:
    """An offer that ends; ``losses`` is empty where the run does not know the offer."""

    key: str
    title: str
    provider: str
    until: dt.date
    funding: str
    areas: tuple[str, ...]
    phases: tuple[str, ...]
    losses: tuple[FieldLoss, ...]

    @property
    def children(self) -> float | None:
        """Places that the best coordination fills here, all fields together; None if the run has none."""
        return sum(loss.children for loss in self.losses) if self.losses else None

    @property
    def lost(self) -> float | None:
        """Children a year who would find no other place, all fields together; None: cannot tell."""
        known = [loss.lost for loss in self.losses if loss.lost is not None]
        return sum(known) if known and len(known) == len(self.losses) else None


@dataclass(frozen=True)
class BrokenLink:
    """A link before and after all the offers have ended."""

    phase: str
    field: str
    before: Reasons
    after: Reasons

    @property
    def lost(self) -> float:
        """Children a year who find a place before and none after."""
        return self.before.found - self.after.found


def ending_offers(run: Run, area: Area | None, *, on: dt.date, until: dt.date) -> list[EndingOffer]:
    """Published offers of the area whose last day lies from ``on`` to ``until``, the earliest first.

    What children would lose is read from the run's table ``replaceable``: the offer is closed in thought and
    its children look for another free place, with the best coordination (docs/method.md, Overlaps).
    """
    versions = visible_versions(on=on).filter(until__isnull=False, until__lte=until)
    contents = list(versions.values_list("content", flat=True))
    losses, phases = _losses_by_offer(run), _phases_by_offer(run)
    listed = [_describe(content, losses, phases) for content in contents]
    near = [one for one in listed if area is None or is_touching_any(one.areas, area.ags)]
    return sorted(near, key=lambda one: (one.until, one.key))


def is_touching_any(areas: Iterable[str], prefixes: Iterable[str]) -> bool:
    """Does one of the areas lie in, or hold, one of the prefixes?"""
    wanted = tuple(prefixes)
    return any(is_touching(area, wanted) for area in areas)


def _describe(
    content: dict[str, Any], losses: dict[str, list[FieldLoss]], phases: dict[str, tuple[str, ...]]
) -> EndingOffer:
    key = content["key"]
    sites = tuple(sorted({site["ags"] for site in content["sites"]}))
    return EndingOffer(
        key=key,
        title=content["title"],
        provider=content["provider"]["name"],
        until=dt.date.fromisoformat(content["until"]),
        funding=content["funding"],
        areas=sites or tuple(content["service_area"]),
        phases=phases.get(key, ()),
        losses=tuple(losses.get(key, ())),
    )


def _losses_by_offer(run: Run) -> dict[str, list[FieldLoss]]:
    """Per offer and field; sites are closed one by one, so their sum is what the offer loses at least."""
    if TABLE not in table_names(run):
        return {}
    sites: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in run_table(run, TABLE).to_pylist():
        if row["children"]:
            sites[(bridge.offer_key(row["offer"]), row["field"])].append(row)
    losses: dict[str, list[FieldLoss]] = defaultdict(list)
    for (key, field), rows in sites.items():
        losses[key].append(_sum_sites(key, field, rows))
    return losses


def _sum_sites(key: str, field: str, rows: list[dict[str, Any]]) -> FieldLoss:
    shares = [row["replaceable"] for row in rows]
    takers = (row[f"taker_{place}"] for row in rows for place in (1, 2, 3))
    return FieldLoss(
        field=field,
        children=sum(row["children"] for row in rows),
        lost=None if None in shares else sum(row["children"] * (1 - row["replaceable"]) for row in rows),
        is_ceiling=any(row["capacity"] == "takers_unknown" for row in rows),
        takers=tuple(sorted({bridge.offer_key(name) for name in takers if name} - {key})),
    )


def _phases_by_offer(run: Run) -> dict[str, tuple[str, ...]]:
    inputs = stored_inputs(run)
    served = find_phases_served(inputs.offers, inputs.scheme)
    codes = np.array(inputs.scheme.phase_codes)
    return {
        bridge.offer_key(name): tuple(codes[row].tolist())
        for name, row in zip(inputs.offers.offer, served, strict=True)
    }


def broken_links(run: Run, keys: Iterable[str], area: Area | None) -> list[BrokenLink]:
    """The links of the area in which children lose their place if all these offers end, most children first.

    Computed with the whole engine on the run's own input, as a what-if; offers that the run does not know are
    left out. Losses of single offers do not add up to this: two that stand in for each other may both end.
    """
    known = {bridge.offer_key(name) for name in stored_inputs(run).offers.offer}
    gone = tuple(sorted(known & set(keys)))
    if not gone:
        return []
    answer = _end_all(run_id(run), gone)
    ags, before = municipalities_in(run, area), link_cube(run)
    links = [
        BrokenLink(
            phase,
            field,
            before.total(ags=ags, phase=phase, field=field),
            answer.cube_after.total(ags=ags, phase=phase, field=field),
        )
        for phase in before.scheme.phase_codes
        for field in before.scheme.field_codes
    ]
    return sorted((link for link in links if link.lost >= LEAST_LOSS), key=lambda link: -link.lost)


@lru_cache(maxsize=16)
def _end_all(identity: RunId, keys: tuple[str, ...]) -> WhatIf:
    """A run never changes, so the answer stays right; the computation takes seconds."""
    return what_if(Run.objects.get(pk=identity[0]), remove_offers=keys)
