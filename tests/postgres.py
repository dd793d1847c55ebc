"""A fresh PostgreSQL database with the schema of the site, where a server answers."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.conf import settings

from tests.services import absent

SERVER = os.environ.get("LIKENESS_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432")


@contextmanager
def fresh_database() -> Iterator[str]:
    """Its address, for DATABASE_URL and psycopg alike; skips the test where no server answers."""
    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        absent(f"no PostgreSQL at {SERVER}: {error}")
    name = f"likeness_{secrets.token_hex(6)}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            manage("migrate", "--verbosity=0", "--skip-checks", database=f"{SERVER}/{name}")
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(*arguments: str, database: str, environment: Mapping[str, str] | None = None) -> str:
    """Run manage.py on a database; what it printed."""
    return run_python("manage.py", *arguments, database=database, environment=environment)


def run_python(*arguments: str, database: str, environment: Mapping[str, str] | None = None) -> str:
    """Run Python in the project's folder on a database; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def database_with_roles() -> Iterator[tuple[str, str]]:
    """The addresses of a fresh database for its owner, who migrated it, and for the role that the site runs as.

    The roles are made as docs/deployment.md says.
    """
    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        absent(f"no PostgreSQL at {SERVER}: {error}")
    name = f"likeness_{secrets.token_hex(6)}"
    owner, app = f"{name}_owner", f"{name}_app"
    password = secrets.token_hex(12)
    host = SERVER.rpartition("@")[2]
    with server:
        for role in (owner, app):
            server.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        server.execute(f"CREATE DATABASE {name} OWNER {owner}")
        try:
            with psycopg.connect(f"{SERVER}/{name}", autocommit=True) as inside:
                inside.execute(f"GRANT USAGE ON SCHEMA public TO {app}")
                for rights, things in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
                    later = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
                    inside.execute(f"{later} GRANT {rights} ON {things} TO {app}")
            addresses = (f"postgres://{owner}:{password}@{host}/{name}", f"postgres://{app}:{password}@{host}/{name}")
            manage("migrate", "--verbosity=0", "--skip-checks", database=addresses[0])
            yield addresses
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            for role in (owner, app):
                server.execute(f"DROP ROLE {role}")
