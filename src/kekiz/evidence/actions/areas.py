"""Take over areas and the gazetteer of places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.engine.problems import Problem
from kekiz.evidence import rules
from kekiz.evidence.models import Area, Place
from kekiz.register.search_text import fold_text

Row = Mapping[str, Any]
AREA_VALUES = ("name", "kind", "ags", "population", "population_on", "area_km2", "boundary", "source")
PLACE_VALUES = ("name", "postcode", "kind", "ags", "municipality", "lat", "lon", "source")
FIRST_ROW = 2
BATCH = 500


def load_areas(*, actor: Actor, region_key: str, areas: Sequence[Row]) -> int:
    """Store or refresh areas by ``key``: AREA_VALUES and ``parent`` (a key, listed before its children).

    Returns how many. Raises ActionDenied, or InvalidInput with every fault; nothing is stored then.
    """
    _require_loader(actor, region_key)
    with transaction.atomic():
        stored = {area.key: area for area in Area.objects.all()}
        problems: list[Problem] = []
        for number, row in enumerate(areas, start=FIRST_ROW):
            area = stored.setdefault(str(row.get("key", "")), Area(key=str(row.get("key", ""))))
            problems += _store_area(area, row, stored, number)
        _raise_problems(problems)
        _log_load(actor, "areas.loaded", region_key, f"{len(areas)} Gebiete")
    return len(areas)


def _store_area(area: Area, row: Row, stored: dict[str, Area], number: int) -> list[Problem]:
    for name in AREA_VALUES:
        if name in row:
            setattr(area, name, row[name])
    parent_key = row.get("parent") or ""
    if parent_key and parent_key not in stored:
        return [Problem("Gebiete", f"Das Gebiet „{parent_key}“ gibt es nicht.", row=number, column="parent")]
    area.parent = stored[parent_key] if parent_key else None
    problems = _check_row("Gebiete", area, number)
    if not problems:
        area.save()
    return problems


def load_places(*, actor: Actor, region_key: str, places: Sequence[Row]) -> int:
    """Replace the gazetteer of the region: PLACE_VALUES. Repeated names of one place are stored once.

    Returns how many are stored. Raises ActionDenied, or InvalidInput with every fault; nothing changes then.
    """
    _require_loader(actor, region_key)
    built: dict[tuple[str, str, str, str], Place] = {}
    problems: list[Problem] = []
    for number, row in enumerate(places, start=FIRST_ROW):
        place = Place(**{name: row[name] for name in PLACE_VALUES if name in row})
        place.folded_name = fold_text(place.name)
        problems += _check_row("Orte", place, number)
        if not place.ags.startswith(region_key):
            text = f"„{place.ags}“ liegt nicht in der Region {region_key}."
            problems.append(Problem("Orte", text, row=number, column="ags"))
        built.setdefault((place.folded_name, place.postcode, place.kind, place.ags), place)
    _raise_problems(problems)
    with transaction.atomic():
        Place.objects.filter(ags__startswith=region_key).delete()
        Place.objects.bulk_create(built.values(), batch_size=BATCH)
        _log_load(actor, "places.loaded", region_key, f"{len(built)} Orte")
    return len(built)


def _require_loader(actor: Actor, region_key: str) -> None:
    if not rules.can_load_evidence(actor, region_key):
        raise ActionDenied("Gebiete und Orte einlesen darf nur die Koordination dieser Region.")


def _check_row(table: str, row: Area | Place, number: int) -> list[Problem]:
    try:
        row.clean_fields(exclude={"parent"})
    except ValidationError as error:
        return [
            Problem(table, message, row=number, column=column)
            for column, messages in error.message_dict.items()
            for message in messages
        ]
    return []


def _raise_problems(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInput([str(problem) for problem in problems])


def _log_load(actor: Actor, code: str, region_key: str, label: str) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="region",
        target_key=region_key,
        target_label=label,
        area=region_key,
    )
