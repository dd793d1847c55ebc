"""Every test runs in a folder of its own, away from the data of whoever runs it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as hypothesis_settings

from accounts.append_only import allowing_sql, refusing_sql
from accounts.scopes import across_tenants

# pytest-django has read the settings before this file is imported, so they are set right here; the environment is for
# the child processes that tests start.
_FOLDER = Path(tempfile.mkdtemp(prefix="likeness-tests-"))
os.environ["LIKENESS_DATA_DIR"] = str(_FOLDER)
os.environ["LIKENESS_MODELS_DIR"] = str(_FOLDER / "models")
django_settings.LIKENESS_DATA_DIR = _FOLDER
django_settings.LIKENESS_KEYS_DIR = _FOLDER / "keys"
django_settings.LIKENESS_MODELS_DIR = _FOLDER / "models"
django_settings.MEDIA_ROOT = _FOLDER / "media"
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    connections.settings["default"]["TEST"]["NAME"] = str(_FOLDER / "test.sqlite3")

# The same examples every time, so that a checkout that passed passes; `--hypothesis-profile=explore` looks for new
# ones.
hypothesis_settings.register_profile("default", derandomize=True, deadline=None)
hypothesis_settings.register_profile("explore", max_examples=1000, deadline=None)
hypothesis_settings.load_profile("default")

APPEND_ONLY_TABLES = (
    "accounts_auditevent",
    "accounts_creditentry",
    "consent_consentevent",
    "projects_deletioncertificate",
)


def pytest_unconfigure() -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture(autouse=True)
def storage_folder(tmp_path: Path, settings) -> Path:
    """The folder that this test's uploads and clips go to."""
    folder = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "projects.storage.SignedFileStorage", "OPTIONS": {"location": folder}},
    }
    return folder


@pytest.fixture(autouse=True)
def _arranging_for_all_tenants() -> Iterator[None]:
    """Tests arrange what they need. Requests, workers and threads have scopes of their own, or none."""
    with across_tenants("a test's arrangements"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _emptying_append_only_tables() -> Iterator[None]:
    """Tests with real transactions empty the database afterwards, which append-only tables refuse: let them."""
    original = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        vendor = self.connection.vendor
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            for table in APPEND_ONLY_TABLES:
                for statement in allowing_sql(table, vendor):
                    cursor.execute(statement)
            original(self, sql_list)
            for table in APPEND_ONLY_TABLES:
                for statement in refusing_sql(table, vendor):
                    cursor.execute(statement)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]
