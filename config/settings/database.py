"""SQLite in the data folder, or what DATABASE_URL names."""

from typing import Any

from config.settings.environment import LIKENESS_DATA_DIR, env

__all__ = ["DATABASES", "LIKENESS_ROW_SECURITY"]

# "require": a server or a worker starts only where PostgreSQL itself keeps tenants apart (docs/deployment.md).
LIKENESS_ROW_SECURITY = env.str("LIKENESS_ROW_SECURITY", default="")


def _database() -> dict[str, Any]:
    database: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{LIKENESS_DATA_DIR / 'db.sqlite3'}")
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # A transaction takes the write lock when it begins: one that starts as a reader and becomes a writer fails with
        # "database is locked" however long the timeout is. WAL lets readers go on meanwhile. What is deleted is
        # overwritten, not left in free pages. REPLACE deletes what it replaces, and triggers hear of that only with the
        # last pragma (https://sqlite.org/lang_conflict.html): append-only tables rely on it.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA secure_delete=ON;"
            "PRAGMA recursive_triggers=ON;",
        }
        # A file: the threads and child processes of a test see one database, as they do in use.
        database["TEST"] = {"NAME": str(LIKENESS_DATA_DIR / "test.sqlite3")}
    else:
        database.setdefault("CONN_MAX_AGE", env.int("DATABASE_CONN_MAX_AGE", default=60))
        database["CONN_HEALTH_CHECKS"] = True
        # The tenant travels with each statement (accounts.row_security), which a cursor kept on the server is not; a
        # pooler that hands connections out by the transaction could not keep one either.
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
    return database


DATABASES = {"default": _database()}
