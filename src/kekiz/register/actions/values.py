"""Shared by the actions: set values on a row and note what changed; find a free key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models

from kekiz.register.search_text import fold_text

KEY_LENGTH = 70


def assign_values(
    row: models.Model, values: Mapping[str, Any], allowed: frozenset[str]
) -> dict[str, list[Any]]:
    """Set the values on the row; return field -> [old, new] of those that differ, as JSON values.

    Raises TypeError for a name that is not allowed: that is a fault of the caller, not of the input.
    """
    unknown = set(values) - allowed
    if unknown:
        raise TypeError(f"Unknown values: {', '.join(sorted(unknown))}")
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        old, new = getattr(row, name), _empty_to_none(row, name, value)
        if old != new:
            changes[name] = [_as_json(old), _as_json(new)]
            setattr(row, name, new)
    return changes


def _empty_to_none(row: models.Model, name: str, value: Any) -> Any:
    return None if value == "" and row._meta.get_field(name).null else value


def _as_json(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, bool, list)) or value is None else str(value)


def find_free_key(model: type[models.Model], name: str) -> str:
    """A key made of the name, with a number behind it if it is taken."""
    stem = fold_text(name).replace(" ", "-")[:KEY_LENGTH].strip("-") or "eintrag"
    taken = set(model._default_manager.filter(key__startswith=stem).values_list("key", flat=True))
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key
