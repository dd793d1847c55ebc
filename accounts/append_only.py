"""Database triggers that refuse to change or delete the rows of a table, whoever asks: the site, its admin, raw SQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_MESSAGE = "rows of {table} are kept as they were written"


def refusing_sql(table: str, vendor: str) -> list[str]:
    """The statements that make `table` append-only on "sqlite" or "postgresql".

    PostgreSQL refuses TRUNCATE too; SQLite has none, but its REPLACE tells triggers only on connections with
    `recursive_triggers` on, as the settings have it. A role that owns the table could drop the triggers: in production
    the site runs as a role that owns nothing.
    """
    message = _MESSAGE.format(table=table)
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def allowing_sql(table: str, vendor: str) -> list[str]:
    """The statements that undo `refusing_sql`: for a migration's way back, and for tests that empty the database."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_refuse_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER {table}_refuse_truncate ON {table}",
        f"DROP TRIGGER {table}_refuse_change ON {table}",
        f"DROP FUNCTION {table}_refuse()",
    ]


def append_only(table: str) -> migrations.RunPython:
    """A migration's operation that makes `table` append-only."""

    def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in refusing_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in allowing_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    return migrations.RunPython(forwards, backwards)
