"""PostgreSQL itself keeps tenants apart, from the site's own role too."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from accounts.row_security import composite_keys
from accounts.scoping import tenant_column, tenant_models
from tests.postgres import SERVER, database_with_roles, manage, run_python

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("row-security")]


@pytest.fixture(scope="module")
def addresses() -> Iterator[tuple[str, str]]:
    with database_with_roles() as both:
        yield both


@pytest.fixture(scope="module")
def found(addresses: tuple[str, str]) -> dict:
    return json.loads(run_python("-m", "tests.accounts.two_tenants", database=addresses[1]).splitlines()[-1])


@pytest.fixture(scope="module")
def server(addresses: tuple[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(f"{SERVER}/{addresses[0].rpartition('/')[2]}", autocommit=True) as connection:
        yield connection


def test_the_sites_role_finds_nothing_wrong(found) -> None:
    assert found["faults"] == []


def test_rows_are_seen_by_scope_and_without_one_there_are_none(found) -> None:
    assert (found["no scope"], found["all"], found["mine"]) == (0, 2, [["Atelier's"]])
    assert found["theirs by id"] == []


@pytest.mark.parametrize("deed", ["update of theirs", "delete of theirs", "many updates of theirs"])
def test_rows_of_others_are_not_there_to_be_changed(found, deed) -> None:
    assert found[deed] == 0
    assert found["their name still"] == "Zoo's"


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        ("insert for them", "InsufficientPrivilege"),
        ("moved to them", "InsufficientPrivilege"),
        ("upsert over theirs", "InsufficientPrivilege"),
        ("foreign key out of the tenant", "ForeignKeyViolation"),
        ("truncate", "InsufficientPrivilege"),
        ("policy taken away", "InsufficientPrivilege"),
    ],
)
def test_what_would_cross_over_is_refused(found, deed, error) -> None:
    assert found[deed] == error


def test_the_orm_works_as_ever_under_a_scope(found) -> None:
    assert (found["many rows by the ORM"], found["streamed"]) == (3, 4)


def test_two_requests_over_one_connection_each_see_their_own_and_leave_nothing_behind(found) -> None:
    assert found["one connection"]
    assert found["pages"] == [[True, False], [False, True]]
    assert (found["Atelier after the request"], found["Zoo after the request"]) == ("", "")
    assert found["after a rollback"] == 0


def test_every_table_with_a_tenant_column_is_forced_under_a_policy(server) -> None:
    with_column = {
        table
        for (table,) in server.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name = 'organization_id'"
        )
    }
    forced = {
        table
        for (table,) in server.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname "
            "WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.cmd = 'ALL' AND p.permissive = 'PERMISSIVE'"
        )
    }
    assert with_column - forced == set()
    assert {model._meta.db_table for model in tenant_models()} == forced
    assert "accounts_organization" in forced


def test_every_policy_reads_the_setting_and_checks_what_is_written(server) -> None:
    for table, using, check in server.execute("SELECT tablename, qual, with_check FROM pg_policies"):
        assert "app.organizations" in using, table
        assert using == check, table


def test_every_foreign_key_between_tenants_names_the_tenant_of_both(server) -> None:
    there = {name for (name,) in server.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")}
    expected = {key.name for key in composite_keys()}
    assert len(expected) > 15
    assert expected - there == set()


def test_the_owner_and_a_superuser_are_reported(addresses) -> None:
    ask = "from accounts.row_security import faults; print('\\n'.join(faults()))"
    owners = manage("shell", "--no-imports", "-c", ask, database=addresses[0])
    assert "owns projects_clip, and could take its policy away" in owners
    everything = manage("shell", "--no-imports", "-c", ask, database=f"{SERVER}/{addresses[0].rpartition('/')[2]}")
    assert "is a superuser, which no policy holds back" in everything


def test_a_policy_that_was_taken_away_is_reported_and_a_migrate_puts_back_that_and_nothing_else(
    addresses, server
) -> None:
    count = "SELECT (SELECT count(*) FROM pg_policies), (SELECT count(*) FROM pg_constraint)"
    before = server.execute(count).fetchone()
    server.execute("DROP POLICY tenant ON projects_recording")
    start = "from accounts.row_security import refuse_unsafe_start as start; start()"
    demanded = {"LIKENESS_ROW_SECURITY": "require"}
    with pytest.raises(AssertionError, match="projects_recording is not held by its policy"):
        manage("shell", "-c", start, database=addresses[1], environment=demanded)
    manage("migrate", "--verbosity=0", "--skip-checks", database=addresses[0])
    manage("shell", "-c", start, database=addresses[1], environment=demanded)
    assert server.execute(count).fetchone() == before


def test_columns_are_known_for_every_tenant_model() -> None:
    assert all(tenant_column(model) in ("", "organization_id") for model in tenant_models())
