"""A fresh PostgreSQL database with the schema of the site, where a server answers."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
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


def manage(*arguments: str, database: str) -> str:
    """Run manage.py on a database; what it printed."""
    return run_python("manage.py", *arguments, database=database)


def run_python(*arguments: str, database: str) -> str:
    """Run Python in the project's folder on a database; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
