"""Enter a region's own norm. Entries are never edited: a newer one supersedes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.engine.norms import KEYS, find_faults
from kekiz.evidence import rules
from kekiz.evidence.models import NormEntry
from kekiz.evidence.queries import norms_in_force, shipped_scheme
from kekiz.register.validation import clean_row


def set_norm(
    *,
    actor: Actor,
    region_key: str,
    key: str,
    low: float,
    mid: float,
    high: float,
    valid_from: dt.date,
    source: str,
    note: str = "",
    phase: str = "",
    field: str = "",
    group: str = "",
    hurdle: str = "",
    mode: str = "",
) -> NormEntry:
    """Enter a norm of the region; it counts from ``valid_from`` on, in every run that is made then.

    ``source`` names where the figure comes from, or is ``assumption``. Raises ActionDenied, InvalidInput.
    """
    if not rules.can_set_norm(actor, region_key):
        raise ActionDenied("Kennwerte festlegen darf nur die Koordination dieser Region.")
    named = {"phase": phase, "field": field, "group": group, "hurdle": hurdle, "mode": mode}
    raw = {
        "key": key, "low": low, "mid": mid, "high": high, "unit": KEYS.get(key, ""), "valid_from": valid_from,
        "source": source, "note": note, **{name: value for name, value in named.items() if value},
    }  # fmt: skip
    faults = find_faults(raw, shipped_scheme())
    if faults:
        raise InvalidInput(faults)
    before = norms_in_force(region_key, on=valid_from).find(key, **named)
    entry = NormEntry(
        region_key=region_key, key=key, low=low, mid=mid, high=high, unit=KEYS[key], valid_from=valid_from,
        source=source.strip(), note=note, entered_by=actor if isinstance(actor, User) else None, **named,
    )  # fmt: skip
    with transaction.atomic():
        clean_row(entry)
        entry.save()
        write_log_entry(
            actor=actor,
            code="norm.set",
            target_type="norm",
            target_key=entry.pk,
            target_label=" ".join(part for part in (key, *named.values()) if part),
            area=region_key,
            changes={"mid": [before.mid if before else None, mid]},
        )
    return entry
