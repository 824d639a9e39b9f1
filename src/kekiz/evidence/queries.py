"""Every read on areas, children, norms and places."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
from django.db.models import Q

from kekiz.accounts.actors import Actor
from kekiz.engine.norms import DIMENSIONS, Norm, Norms, load_norms
from kekiz.engine.scheme import Scheme, load_scheme
from kekiz.engine.tables import Children
from kekiz.evidence import rules
from kekiz.evidence.models import Area, ChildrenCount, ChildrenLoad, NormEntry, Place, ReportedNeed
from kekiz.register.search_text import fold_text

_KIND_ORDER = {kind: position for position, kind in enumerate(Area.Kind.values)}
_PLACE_ORDER = {Place.Kind.MUNICIPALITY: 0, Place.Kind.POSTCODE: 1, Place.Kind.LOCALITY: 2}


class NoChildrenError(LookupError):
    """No children are stored for the region, so nothing can be analysed."""


@cache
def shipped_scheme() -> Scheme:
    """The scheme of phases, fields and groups in use."""
    return load_scheme()


@cache
def shipped_norms() -> Norms:
    """The norms that come with kekiz."""
    return load_norms(scheme=shipped_scheme())


def norms_in_force(region_key: str = "", *, on: dt.date | None = None) -> Norms:
    """The norms on a day: the shipped ones and the region's own entries valid by then, the newest of each.

    Without a region the shipped ones. ``on`` None takes every entry, whatever its date.
    """
    if not region_key:
        return shipped_norms()
    entries = NormEntry.objects.filter(region_key=region_key)
    if on is not None:
        entries = entries.filter(valid_from__lte=on)
    own = [_as_norm(entry) for entry in entries.order_by("valid_from", "pk")]
    return shipped_norms().superseded_by(own) if own else shipped_norms()


def _as_norm(entry: NormEntry) -> Norm:
    named = {name: getattr(entry, name) for name in DIMENSIONS}
    return Norm(
        key=entry.key,
        low=entry.low,
        mid=entry.mid,
        high=entry.high,
        unit=entry.unit,
        valid_from=entry.valid_from,
        source=entry.source,
        note=entry.note,
        **named,
    )


def norms_beneath(norms: Norms, key: str, **named: str) -> list[Norm]:
    """More specific norms that go on to count beside one set for these dimensions.

    A region that sets a norm for all fields learns here which single fields keep a norm of their own.
    """
    wanted = {name: code for name, code in named.items() if code}
    return [
        norm
        for norm in norms.entries
        if norm.key == key
        and all(getattr(norm, name) == code for name, code in wanted.items())
        and sum(bool(code) for code in norm.place) > len(wanted)
    ]


def norm_history(region_key: str, key: str = "") -> list[NormEntry]:
    """The region's own entries, newest first; of one norm if ``key`` is given."""
    entries = NormEntry.objects.filter(region_key=region_key).select_related("entered_by")
    if key:
        entries = entries.filter(key=key)
    return list(entries.order_by("-valid_from", "-pk"))


def newest_children_load(region_key: str) -> ChildrenLoad | None:
    """The table of children in force for a region, with its data set."""
    return (
        ChildrenLoad.objects.filter(region_key=region_key).select_related("dataset").order_by("-pk").first()
    )


def children_table(region_key: str) -> Children:
    """The children in force as the engine reads them. Raises NoChildrenError if none are stored."""
    load = newest_children_load(region_key)
    if load is None:
        raise NoChildrenError(f"Für die Region {region_key} sind noch keine Kinderzahlen eingelesen.")
    scheme = shipped_scheme()
    phase_index = {code: index for index, code in enumerate(scheme.phase_codes)}
    group_index = {code: index for index, code in enumerate(scheme.group_codes)}
    rows = ChildrenCount.objects.filter(load=load).order_by("pk")
    columns = (
        list(zip(*rows.values_list("cell", "x", "y", "ags", "phase", "group", "n"), strict=True)) or [()] * 7
    )
    cell, x, y, ags, phase, group, n = columns
    return Children(
        cell=np.array(cell, dtype=object),
        x=np.array(x, dtype=np.float64),
        y=np.array(y, dtype=np.float64),
        ags=np.array(ags, dtype=object),
        phase=np.array([phase_index[code] for code in phase], dtype=np.int64),
        group=np.array([group_index[code] for code in group], dtype=np.int64),
        n=np.array(n, dtype=np.float64),
    )


def find_area(key: str) -> Area | None:
    """The area of this key, or None."""
    return Area.objects.filter(key=key).select_related("parent").first()


def region_of(area: Area) -> Area:
    """The region an area belongs to (itself if it is one)."""
    while area.parent is not None and area.kind != Area.Kind.REGION:
        area = area.parent
    return area


def regions() -> list[Area]:
    """All regions of the installation; usually one."""
    return list(Area.objects.filter(kind=Area.Kind.REGION).order_by("key"))


def areas_of_region(region_key: str, *, with_boundaries: bool = False) -> list[Area]:
    """The region, its youth welfare offices, municipalities and social areas, in the order of the choice.

    Boundaries are long: only maps need them, and every page of the cockpit has a choice of areas.
    """
    areas = Area.objects.filter(
        Q(key=region_key) | Q(parent__key=region_key) | Q(parent__parent__key=region_key)
    )
    if not with_boundaries:
        areas = areas.defer("boundary")
    return sorted(areas, key=lambda area: (_KIND_ORDER[area.kind], area.name))


def areas_of(actor: Actor) -> list[Area]:
    """Every area whose figures the actor may read: all of each region in which the actor holds a role."""
    return [
        area
        for region in regions()
        if rules.can_read_area(actor, region.key)
        for area in areas_of_region(region.key)
    ]


def municipality_names(region_key: str) -> dict[str, str]:
    """AGS -> name of the region's municipalities, by AGS."""
    rows = Area.objects.filter(kind=Area.Kind.MUNICIPALITY, key__startswith=region_key).order_by("key")
    return dict(rows.values_list("key", "name"))


def place_positions(region_key: str) -> list[tuple[float, float]]:
    """Latitude and longitude of all places of the region that have a name, in a fixed order."""
    places = Place.objects.filter(ags__startswith=region_key).order_by("lat", "lon")
    return list(places.values_list("lat", "lon").distinct())


def find_places(text: str, *, limit: int = 8) -> list[Place]:
    """Places that start with, then hold, what was typed: a name, a postcode, or both ("32657 Lemgo")."""
    words = fold_text(text).split()
    digits = [word for word in words if word.isdigit()]
    name = " ".join(word for word in words if not word.isdigit())
    if not words:
        return []
    places = Place.objects.all()
    if digits:
        places = places.filter(postcode__startswith=digits[0][:5])
    if name:
        starts = Q(folded_name__startswith=name)
        places = (
            places.filter(starts)
            if places.filter(starts).exists()
            else places.filter(folded_name__contains=name)
        )
    # A region has a few hundred names: sorting here keeps the order the same on both databases.
    found = sorted(
        places,
        key=lambda place: (place.folded_name != name, _PLACE_ORDER[Place.Kind(place.kind)], place.name),
    )
    return found[:limit]


def locate_place(text: str) -> Place | None:
    """The best place for what was typed, or None."""
    return next(iter(find_places(text, limit=1)), None)


def needs_for_triage(actor: Actor, *, region_key: str, state: str = "") -> list[ReportedNeed]:
    """What families of a region reported, the newest first; empty for everybody but its coordination.

    Needs without a place that is known belong to every region of the installation.
    """
    if not rules.can_triage_needs(actor, region_key):
        return []
    needs = ReportedNeed.objects.filter(Q(ags="") | Q(ags__startswith=region_key))
    if state:
        needs = needs.filter(state=state)
    return list(needs.select_related("decided_by"))


def find_need(actor: Actor, *, region_key: str, number: int) -> ReportedNeed | None:
    """One reported need, or None if there is none or the actor may not see it."""
    return next((need for need in needs_for_triage(actor, region_key=region_key) if need.pk == number), None)
