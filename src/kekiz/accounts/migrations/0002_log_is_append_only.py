"""The database itself refuses to alter a log entry, whoever asks.

Removing is refused in the models only: a test database has to be emptied, and old entries may one day
have to go.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CREATE = {
    "sqlite": [
        """
        CREATE TRIGGER accounts_logentry_append_only BEFORE UPDATE ON accounts_logentry
        BEGIN SELECT RAISE(ABORT, 'log entries are append-only'); END
        """,
    ],
    "postgresql": [
        """
        CREATE FUNCTION accounts_refuse_log_update() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'log entries are append-only' USING ERRCODE = 'check_violation'; END $$
        """,
        """
        CREATE TRIGGER accounts_logentry_append_only BEFORE UPDATE ON accounts_logentry
        FOR EACH ROW EXECUTE FUNCTION accounts_refuse_log_update()
        """,
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER accounts_logentry_append_only"],
    "postgresql": [
        "DROP TRIGGER accounts_logentry_append_only ON accounts_logentry",
        "DROP FUNCTION accounts_refuse_log_update()",
    ],
}


def create_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the guard in place."""
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the guard away."""
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("accounts", "0001_initial"),)
    operations = (migrations.RunPython(create_triggers, drop_triggers),)
