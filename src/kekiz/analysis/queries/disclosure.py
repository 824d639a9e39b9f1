"""Small numbers: what of a run is shown. Every page, file and report reads counts through these questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
from django.conf import settings

from kekiz.analysis.models import Run, RunTable
from kekiz.analysis.queries.runs import RunId, read_table, run_id, stored_inputs, table_names
from kekiz.engine.published import (
    ALL,
    HIDDEN,
    SMALL_NUMBERS,
    SmallNumbers,
    hide_small_numbers,
    list_unoffered,
    name_area,
    plant_areas,
)
from kekiz.engine.scheme import Scheme
from kekiz.evidence.queries import areas_of_region, shipped_scheme

SMALLEST_SHOWN = 3
SMALL = "small_numbers"  # in the headline of a run: the threshold its table was made with
SUMMED_TABLES = ("links", "transitions", "offers")


@dataclass(frozen=True)
class Mask:
    """The numbers of a run that are not shown; "" is the sum over areas, phases, fields or groups."""

    areas: frozenset[str]  # published sums of municipalities
    needs: frozenset[tuple[str, str, str, str]]  # area, phase, field, group
    passages: frozenset[tuple[str, str, str]]  # area, transition, group
    offers: frozenset[tuple[str, str]]  # field, offer

    def is_need_hidden(
        self,
        ags: Sequence[str],
        all_ags: Sequence[str],
        *,
        phase: str,
        field: str,
        group: str,
        scheme: Scheme,
    ) -> bool:
        """Is the need of these municipalities left out? A sum that is no part of the system shows only where
        all of its parts do: then it tells nothing new."""
        if field and not phase:
            return any(
                self.is_need_hidden(ags, all_ags, phase=code, field=field, group=group, scheme=scheme)
                for code in scheme.phase_codes
            )
        return any((name, phase, field, group) in self.needs for name in self.name_parts(ags, all_ags))

    def is_passage_hidden(
        self, ags: Sequence[str], all_ags: Sequence[str], transition: str, group: str
    ) -> bool:
        """Is the number of children who cross left out?"""
        return any((name, transition, group) in self.passages for name in self.name_parts(ags, all_ags))

    def name_parts(self, ags: Sequence[str], all_ags: Sequence[str]) -> list[str]:
        """The area as the table names it; its municipalities where it is no published sum."""
        if set(ags) == set(all_ags):
            return [ALL]
        name = name_area(ags)
        return [name] if name in self.areas else sorted(ags)


def small_numbers_in_force() -> SmallNumbers:
    """What counts as small in this installation (KEKIZ_SMALLEST_COUNT)."""
    return SmallNumbers(smallest_count=float(getattr(settings, "KEKIZ_SMALLEST_COUNT", SMALLEST_SHOWN)))


def smallest_count(run: Run) -> float:
    """The fewest children that this run shows as a number."""
    return float(run.headline.get(SMALL, SMALLEST_SHOWN))


def is_share_supported(children: float) -> bool:
    """Do enough children stand behind a share that is shown without its count?"""
    return children >= SMALL_NUMBERS.smallest_whole


def build_hidden_table(
    region_key: str, tables: dict[str, pa.Table], children: Any, before: Sequence[Run] = ()
) -> pa.Table:
    """The table ``hidden`` of a new run.

    ``before``: runs that people have seen. What they left out of the same needs stays left out.
    """
    sums = _list_sums(region_key, tables["links"])
    small = small_numbers_in_force()
    alike = [
        run
        for run in before
        if HIDDEN in table_names(run) and _has_same_needs(read_table(run_id(run), "links"), tables["links"])
    ]
    earlier = pa.concat_tables([read_table(run_id(run), HIDDEN) for run in alike]) if alike else None
    for run in alike:
        hidden = read_table(run_id(run), HIDDEN)
        if (
            all(read_table(run_id(run), name).equals(tables[name]) for name in SUMMED_TABLES)
            and smallest_count(run) == small.smallest_count
            and _sums_of(hidden) == set(_name_sums(tables, sums))
            and _needs_of(hidden) == _needs_of(earlier)
        ):
            return hidden
    return hide_small_numbers(
        tables,
        children,
        shipped_scheme(),
        areas=sums,
        small=small,
        earlier=earlier,
        told=set().union(*(list_unoffered(read_table(run_id(run), "links")) for run in alike)),
    )


def find_betrayed(run: Run, published: Iterable[Run]) -> Run | None:
    """A published run with the same needs that left out what this run shows; None if there is none."""
    links, needs = read_table(run_id(run), "links"), mask_of(run).needs
    for other in published:
        if not mask_of(other).needs <= needs and _has_same_needs(read_table(run_id(other), "links"), links):
            return other
    return None


def _sums_of(hidden: pa.Table) -> set[str]:
    return {row["area"] for row in hidden.to_pylist() if row["table"] == "areas"}


def _needs_of(hidden: pa.Table) -> set[tuple[str, ...]]:
    columns = ("area", "phase", "field", "group")
    return {tuple(row[name] for name in columns) for row in hidden.to_pylist() if row["table"] == "needs"}


def _name_sums(tables: dict[str, pa.Table], sums: list[list[str]]) -> tuple[str, ...]:
    return plant_areas(sorted(set(tables["links"]["ags"].to_pylist())), sums).names


def _has_same_needs(old: pa.Table, new: pa.Table) -> bool:
    columns = ["ags", "phase", "field", "group", "need"]
    return bool(old.select(columns).equals(new.select(columns)))


def _list_sums(region_key: str, links: pa.Table) -> list[list[str]]:
    """The municipalities of each area that pages sum, youth welfare offices first."""
    towns = sorted(set(links["ags"].to_pylist()))
    return [
        [town for town in towns if town.startswith(tuple(area.ags))] for area in areas_of_region(region_key)
    ]


def mask_of(run: Run) -> Mask:
    """What this run leaves out, kept for the next question. Runs from before kekiz stored it get it now."""
    return _read_mask(run_id(run), run.region_key)


@lru_cache(maxsize=8)
def _read_mask(identity: RunId, region_key: str) -> Mask:
    try:
        table = read_table(identity, HIDDEN)
    except RunTable.DoesNotExist:
        run = Run.objects.get(pk=identity[0])
        tables = {name: read_table(identity, name) for name in SUMMED_TABLES}
        table = build_hidden_table(region_key, tables, stored_inputs(run).children)
    rows = table.to_pylist()

    def pick(name: str, *columns: str) -> frozenset[Any]:
        return frozenset(tuple(row[column] for column in columns) for row in rows if row["table"] == name)

    return Mask(
        areas=frozenset(row["area"] for row in rows if row["table"] == "areas"),
        needs=pick("needs", "area", "phase", "field", "group"),
        passages=pick("passages", "area", "field", "group"),
        offers=pick("offers", "field", "offer"),
    )


def suppress_small(children: float, *, threshold: float | None = None) -> float | None:
    """A number of children that stands alone, in no sum: None if it is above 0 and below the threshold.

    Without a ``threshold``: that of this installation (KEKIZ_SMALLEST_COUNT).
    """
    if threshold is None:
        threshold = small_numbers_in_force().smallest_count
    return None if 0 < children < threshold else children
