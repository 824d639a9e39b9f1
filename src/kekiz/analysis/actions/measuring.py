"""Keep measured ways of a region; the next runs use them. Written once, like the runs that rest on them."""

from __future__ import annotations

import hashlib
from typing import Any

import pyarrow as pa
from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.analysis import bridge, rules, ways
from kekiz.analysis.models import TravelMeasurement
from kekiz.engine.problems import InputError
from kekiz.engine.tables import Spots, TravelTimes
from kekiz.engine.ways import BEGIN, END
from kekiz.evidence.queries import find_area
from kekiz.register.validation import clean_row
from kekiz.travel.words import tell_dates

NEEDED = ("digest", "modes", "rows", "limits", "norms")


def store_measurement(
    *, actor: Actor, region_key: str, times: pa.Table, spots: pa.Table, told: dict[str, Any]
) -> TravelMeasurement:
    """Keep a table of travel times between spots, with all that is told of it; the newest of a region counts.

    ``told``: as ``travel.provenance`` tells it, with the ``limits`` of ``travel.spots``.
    Raises ActionDenied, or InvalidInput with every fault; nothing is stored then.
    """
    if not rules.can_measure_ways(actor, region_key):
        raise ActionDenied("Gemessene Wege speichern darf nur die Koordination dieser Region.")
    if find_area(region_key) is None:
        raise InvalidInput([f"Die Region „{region_key}“ gibt es in dieser Datenbank nicht."])
    lacking = [name for name in NEEDED if name not in told]
    if lacking:
        raise InvalidInput([f"Zur Messung fehlen Angaben: {', '.join(lacking)}."])
    try:
        checked = ways.check_measurement(times, spots)
    except InputError as error:
        raise InvalidInput(str(error).splitlines()) from error
    _require_known_spots(*checked)
    contents = [bridge.write_parquet(table.replace_schema_metadata(None)) for table in (times, spots)]
    row = TravelMeasurement(
        region_key=region_key,
        digest=hashlib.sha256(b"".join(contents)).hexdigest(),
        request_digest=told["digest"],
        told={name: value for name, value in told.items() if name not in {"state", "blocks"}},
        rows=times.num_rows,
        times=contents[0],
        spots=contents[1],
        created_by=actor if isinstance(actor, User) else None,
    )
    with transaction.atomic():
        clean_row(row)
        row.save()
        write_log_entry(
            actor=actor,
            code="travel.measured",
            target_type="measurement",
            target_key=row.pk,
            target_label=tell_dates(told) or str(row),
            area=region_key,
        )
    return row


def _require_known_spots(times: TravelTimes, spots: Spots) -> None:
    for names, role in ((times.cell, BEGIN), (times.offer, END)):
        unknown = sorted(set(names) - set(spots.name[spots.role == role]))
        if unknown:
            raise InvalidInput([f"Die Reisezeiten nennen Orte ohne Lage, etwa „{unknown[0]}“."])
