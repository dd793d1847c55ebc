"""What the site's own role can do in a PostgreSQL database with two tenants; prints each outcome by its name.

A program (`python -m tests.accounts.two_tenants`) that runs in the database of DATABASE_URL.
"""

import json
from collections.abc import Callable
from typing import Any


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    print(json.dumps(outcomes()))  # noqa: T201


def outcomes() -> dict[str, Any]:
    from django.db import Error, connection, transaction  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from accounts.row_security import faults  # noqa: PLC0415
    from accounts.scopes import across_tenants, within  # noqa: PLC0415
    from accounts.services import organization_create, user_create  # noqa: PLC0415
    from projects.models import Project  # noqa: PLC0415
    from projects.retention.models import RetentionPolicy  # noqa: PLC0415
    from projects.services import project_create  # noqa: PLC0415

    def rows(sql: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    def refused(work: Callable[[], Any]) -> str:
        try:
            with transaction.atomic():
                work()
        except Error as error:
            return type(error.__cause__).__name__
        return "done"

    people, tenants, projects = [], [], []
    for name in ("Atelier", "Zoo"):
        user = user_create(email=f"{name.lower()}@example.org", password="correct horse battery")
        tenant = organization_create(name=name, kind="museum", owner=user)
        with within(tenant):
            projects.append(project_create(organization=tenant, acting_user=user, name=f"{name}'s"))
        people.append(user)
        tenants.append(tenant)
    (mine, theirs), (my_project, their_project) = tenants, projects
    count = "SELECT count(*) FROM projects_project"
    found: dict[str, Any] = {"faults": faults(), "no scope": rows(count)[0][0]}
    with across_tenants("a test"):
        found["all"] = rows(count)[0][0]
        policy = {"organization": mine, "project": their_project, "days": {}}
        found["foreign key out of the tenant"] = refused(lambda: RetentionPolicy.objects.create(**policy))
        found["truncate"] = refused(lambda: rows("TRUNCATE projects_project CASCADE"))
        found["policy taken away"] = refused(lambda: rows("DROP POLICY tenant ON projects_project"))
    with within(mine):
        found["mine"] = rows("SELECT name FROM projects_project")
        found["theirs by id"] = rows("SELECT name FROM projects_project WHERE id = %s", their_project.pk)
        found["update of theirs"] = rows("UPDATE projects_project SET name = 'x' WHERE id = %s", their_project.pk)
        found["delete of theirs"] = rows("DELETE FROM projects_project WHERE id = %s", their_project.pk)
        plant = "INSERT INTO projects_project (id, name, organization_id, created_by_id, created_at) VALUES "
        found["insert for them"] = refused(
            lambda: rows(plant + "('prj_x', 'x', %s, %s, now())", theirs.pk, people[0].pk)
        )
        found["moved to them"] = refused(
            lambda: rows("UPDATE projects_project SET organization_id = %s WHERE id = %s", theirs.pk, my_project.pk)
        )
        found["upsert over theirs"] = refused(
            lambda: rows(
                plant + "(%s, 'x', %s, %s, now()) ON CONFLICT (id) DO UPDATE SET name = 'x'",
                their_project.pk,
                mine.pk,
                people[0].pk,
            )
        )
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE projects_project SET name = %s WHERE id = %s", [("y", their_project.pk)])
            found["many updates of theirs"] = cursor.rowcount
        found["many rows by the ORM"] = len(
            Project.objects.bulk_create(
                [Project(organization=mine, created_by=people[0], name=f"Number {number}") for number in range(3)]
            )
        )
        found["streamed"] = len(list(Project.objects.iterator(chunk_size=2)))
        with transaction.atomic():
            rows(count)
            transaction.set_rollback(True)
    found["after a rollback"] = rows(count)[0][0]
    # Two requests of two tenants, one after the other over this one connection.
    backend = "SELECT pg_backend_pid()"
    before, seen = rows(backend), []
    for user, tenant in zip(people, tenants, strict=True):
        client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
        client.force_login(user)
        page = client.get("/studio/").content.decode()
        seen.append([one.name in page for one in tenants])
        found[f"{tenant.name} after the request"] = rows("SELECT current_setting('app.organizations', true)")[0][0]
    found["pages"], found["one connection"] = seen, rows(backend) == before
    found["their name still"] = rows_across(rows, their_project.pk)
    return found


def rows_across(rows: Callable[..., Any], project_id: str) -> str:
    from accounts.scopes import across_tenants  # noqa: PLC0415

    with across_tenants("a test"):
        name: str = rows("SELECT name FROM projects_project WHERE id = %s", project_id)[0][0]
        return name


if __name__ == "__main__":
    main()
