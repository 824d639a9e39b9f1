"""A row as JSON and back: what a merge keeps, so that it can be undone exactly."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

# Set by the database layer at every save; they tell when, not what.
NOT_CONTENT = frozenset({"created_at", "changed_at"})


def freeze_row(row: models.Model) -> dict[str, Any]:
    """All columns of a row as JSON values, by column name (``provider_id`` for a foreign key)."""
    return {field.attname: _freeze_value(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _freeze_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def rebuild_row(model: type[models.Model], frozen: dict[str, Any]) -> models.Model:
    """The unsaved row that was frozen, with its old number."""
    return model(**{name: thaw_value(model, name, value) for name, value in frozen.items()})


def thaw_value(model: type[models.Model], column: str, value: Any) -> Any:
    """A frozen value as the column holds it."""
    field = next(field for field in model._meta.concrete_fields if field.attname == column)
    return field.to_python(value)


def restore_columns(row: models.Model, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Set back every column that is still as in ``after``; return those that were changed since and stay."""
    now = freeze_row(row)
    changed_since = []
    for column, value in before.items():
        if column in NOT_CONTENT or after[column] == value:
            continue
        if now[column] == after[column]:
            setattr(row, column, thaw_value(type(row), column, value))
        else:
            changed_since.append(column)
    return changed_since
