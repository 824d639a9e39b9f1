"""The index of what families see: in memory, refreshed as soon as something is published or withdrawn.

The database stays the truth. Each question first asks whether anything was written at all (changes.py); if
so, it reads a few numbers that change with every publication; only if they differ, rows that are new are read
and the index is built again.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, F, Max, Sum
from numpy.typing import NDArray

from kekiz.register.models import Offer, OfferVersion, PublishedPlace, SearchEntry
from kekiz.register.search.analysed import Analysed
from kekiz.register.search.analyser import ANALYSER_VERSION
from kekiz.register.search.changes import read_once_for_each_write
from kekiz.register.search.columns import FOREVER, Columns, text_array
from kekiz.register.search.entries import write_terms
from kekiz.register.search.facts import build_facts
from kekiz.register.search.index import TermIndex
from kekiz.register.search.words import fold_phrase

State = tuple[Any, ...]
_COLUMNS = (
    "pk", "title", "age_from_months", "age_to_months", "fields", "languages", "service_area", "cost",
    "barrier_free", "until", "content__opening_hours",
)  # fmt: skip
_BATCH = 500


@dataclass(frozen=True)
class FamilyIndex:
    """Terms and columns of the visible versions; row i of both is the same version."""

    state: State
    terms: TermIndex
    columns: Columns


class _Store:
    """The newest index of this process, and the analysed versions it was built from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.newest: FamilyIndex | None = None
        self.analysed = Analysed()


_STORE = _Store()


def current_index() -> FamilyIndex:
    """The index of what is published now."""
    state = read_once_for_each_write(read_state)
    newest = _STORE.newest
    if newest is not None and newest.state == state:
        return newest
    with _STORE.lock:
        newest = _STORE.newest
        if newest is None or newest.state != state:
            newest = _STORE.newest = _build(state)
        return newest


def read_state() -> State:
    """Numbers that change when a version becomes visible or is withdrawn."""
    published = F("published_id")
    sums = Offer.objects.filter(published__isnull=False).aggregate(
        Count("published_id"),
        Max("published_id"),
        Sum("published_id"),
        mixed=Sum(published * (published % 8191)),
    )
    newest = OfferVersion.objects.order_by("-pk").values_list("pk", "digest", "published_at").first()
    return (connection.settings_dict["NAME"], *sums.values(), newest)


def _build(state: State) -> FamilyIndex:
    rows = list(OfferVersion.objects.filter(published_of__isnull=False).order_by("pk").values(*_COLUMNS))
    ids = [row["pk"] for row in rows]
    # Keys of versions are never used again, except by a test that rolls back: the newest version tells.
    if (
        _STORE.newest is None
        or _STORE.newest.state[0] != state[0]
        or not _continues(_STORE.newest.state, state)
    ):
        _STORE.analysed = Analysed()
    analysed = _STORE.analysed
    for batch in _read_entries([pk for pk in ids if pk not in analysed]):
        analysed.add(batch)
    analysed.keep(ids)
    facts = build_facts([(row["age_from_months"], row["age_to_months"], row["fields"]) for row in rows])
    return FamilyIndex(state, analysed.build_index(facts), _build_columns(rows))


def _continues(before: State, now: State) -> bool:
    """The versions of the earlier state are still the same rows: its newest one is unchanged."""
    earlier = before[-1]
    if earlier is None:
        return True
    row = OfferVersion.objects.filter(pk=earlier[0]).values_list("pk", "digest", "published_at").first()
    return bool(row == earlier)


def _read_entries(ids: list[int]) -> Iterator[dict[int, str]]:
    """The terms of versions, in batches; those without an entry of this analyser are analysed now."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        stored = dict(
            SearchEntry.objects.filter(version__in=batch, analyser=ANALYSER_VERSION).values_list(
                "version", "terms"
            )
        )
        missing = [pk for pk in batch if pk not in stored]
        if missing:
            contents = OfferVersion.objects.filter(pk__in=missing).values_list("pk", "content")
            stored |= {pk: write_terms(content) for pk, content in contents}
        yield stored


def _build_columns(rows: list[dict[str, Any]]) -> Columns:
    ids = np.array([row["pk"] for row in rows], dtype=np.int64)
    places = list(
        PublishedPlace.objects.filter(version__published_of__isnull=False)
        .order_by("version", "pk")
        .values_list("version_id", "ags", "lat", "lon")
    )
    version, ags, lat, lon = (
        (list(column) for column in zip(*places, strict=True)) if places else ([], [], [], [])
    )
    hours_written = sorted({_hours_of(row) for row in rows})
    hours_at = {notation: position for position, notation in enumerate(hours_written)}
    titles = sorted(range(len(rows)), key=lambda row: (rows[row]["title"], rows[row]["pk"]))
    title_rank = np.empty(len(rows), dtype=np.int64)
    title_rank[titles] = np.arange(len(rows))
    titled: dict[str, list[int]] = {}
    for row in titles:
        titled.setdefault(fold_phrase(rows[row]["title"]), []).append(row)
    return Columns(
        version=ids,
        title_rank=title_rank,
        titled=titled,
        age_from=_numbers(rows, "age_from_months"),
        age_to=_numbers(rows, "age_to_months"),
        fields=_codes(rows, "fields"),
        languages=_codes(rows, "languages"),
        service_area=_codes(rows, "service_area"),
        cost=text_array([row["cost"] for row in rows]),
        barrier_free=text_array([row["barrier_free"] for row in rows]),
        until=np.array([_number_day(row["until"]) for row in rows], dtype=np.int64),
        hours=np.array([hours_at[_hours_of(row)] for row in rows], dtype=np.int64),
        hours_written=tuple(hours_written),
        place_row=np.searchsorted(ids, np.array(version, dtype=np.int64)),
        place_ags=text_array(ags),
        place_lat=np.array(lat, dtype=float),
        place_lon=np.array(lon, dtype=float),
    )


def _numbers(rows: Iterable[Mapping[str, Any]], name: str) -> NDArray[np.int64]:
    return np.array([row[name] for row in rows], dtype=np.int64)


def _codes(rows: Iterable[Mapping[str, Any]], name: str) -> NDArray[np.str_]:
    return text_array([f" {' '.join(row[name])} " if row[name] else "" for row in rows])


def _hours_of(row: Mapping[str, Any]) -> str:
    return str(row["content__opening_hours"] or "").strip()


def _number_day(day: dt.date | None) -> int:
    return FOREVER if day is None else day.toordinal()
