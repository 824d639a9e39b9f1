"""Rows that are written once: published versions, runs, norms. Shared by the apps above."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations.operations import RunPython


class FrozenRowError(TypeError):
    """Raised where code tries to change a row that is written once."""


class FrozenModel(models.Model):
    """A row that can be added but not changed; a database trigger holds the same (:func:`forbid_updates`)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FrozenRowError(
                f"{self._meta.verbose_name} kann nicht geändert werden. Legen Sie einen neuen Stand an."
            )
        super().save(*args, **kwargs)


def forbid_updates(table: str) -> RunPython:
    """Migration step: the database itself refuses to update rows of the table.

    SQLite drops triggers when Django rebuilds a table, so a migration that alters it later repeats this
    step; the tests that try to update such a row notice if it does not.
    """

    def install(apps: Any, schema_editor: Any) -> None:
        for statement in _install_statements(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def remove(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen")

    return RunPython(install, remove)


def _install_statements(table: str, vendor: str) -> list[str]:
    message = f"Rows of {table} are written once"
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_frozen BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    ]
