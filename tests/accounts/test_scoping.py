"""The managers: nothing without a scope, and only the scope's rows within one. On SQLite they have to hold alone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from django.apps import apps
from django.db import models, transaction

from accounts.models import Membership, Organization
from accounts.scopes import EVERYTHING, ScopeError, across_tenants, resolved_by, within
from accounts.scoping import TenantManager, is_tenant_model, tenant_models
from projects.models import Clip, Project
from tests.factories import ClipFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def no_scope():
    """As in a new thread, or in a request of a stranger."""

    def nobody():
        raise ScopeError("nobody")

    return resolved_by(nobody)


@pytest.fixture
def mine() -> Project:
    return ProjectFactory(name="Mine")


@pytest.fixture
def theirs() -> Project:
    return ProjectFactory(name="Theirs")


def test_every_model_with_an_organization_is_scoped_in_all_its_managers() -> None:
    assert {Clip, Membership, Organization} <= set(tenant_models())
    for model in tenant_models():
        assert isinstance(model._default_manager, TenantManager), model
        assert isinstance(model._base_manager, TenantManager), model
        assert all(isinstance(manager, TenantManager) for manager in model._meta.managers), model


def test_a_column_that_points_at_an_organisation_is_called_so() -> None:
    """Another name would be overlooked."""
    overlooked = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Organization and not is_tenant_model(model)
    }
    assert overlooked == set()


# Each asks for the manager only when it is called.
UNSCOPED = {
    "all": lambda: list(Project.objects.all()),
    "get": lambda: Project.objects.get(name="x"),
    "count": lambda: Project.objects.filter(name="x").count(),
    "exists": lambda: Project.objects.filter(name="x").exists(),
    "explain": lambda: Project.objects.filter(name="x").explain(),
    "aggregate": lambda: Project.objects.aggregate(n=models.Count("pk")),
    "iterator": lambda: list(Project.objects.iterator()),
    "update": lambda: Project.objects.update(name="x"),
    "delete": lambda: Project.objects.filter(name="x").delete(),
    "raw": lambda: list(Project.objects.raw("SELECT * FROM projects_project")),
    "bulk_create": lambda: Project.objects.bulk_create([Project(name="x")]),
    "upsert": lambda: Project.objects.bulk_create(
        [Project(name="x")], update_conflicts=True, update_fields=["name"], unique_fields=["id"]
    ),
    "bulk_update": lambda: Project.objects.bulk_update([Project(pk="prj_x", name="x")], ["name"]),
    "exclude": lambda: list(Project.objects.exclude(name="x")),
}


@pytest.mark.parametrize("query", UNSCOPED)
def test_without_a_scope_nothing_can_be_asked_or_written(query: str, mine: Project) -> None:
    with no_scope(), pytest.raises(ScopeError):
        UNSCOPED[query]()


def test_an_asynchronous_question_is_refused_as_well(mine: Project) -> None:
    async def exists() -> bool:
        return await Project.objects.aexists()

    async def loop() -> list[Project]:
        return [project async for project in Project.objects.exclude(name="x")]

    # in a thread of its own: the browser tests leave their event loop running in this one
    with no_scope(), ThreadPoolExecutor(1) as thread:
        for question in (exists, loop):
            asked = thread.submit(copy_context().run, lambda ask=question: asyncio.run(ask()))
            with pytest.raises(ScopeError):
                asked.result()


def test_only_the_scopes_rows_are_seen(mine: Project, theirs: Project) -> None:
    with within(mine.organization):
        assert [project.name for project in Project.objects.all()] == ["Mine"]
        assert not Project.objects.filter(pk=theirs.pk).exists()
        assert list(Organization.objects.all()) == [mine.organization]
    with within(mine.organization, theirs.organization):
        assert Project.objects.count() == 2
    with within():
        assert Project.objects.count() == 0


def test_rows_of_others_are_neither_changed_nor_deleted(mine: Project, theirs: Project) -> None:
    with within(mine.organization):
        assert Project.objects.filter(pk=theirs.pk).update(name="Stolen") == 0
        assert Project.objects.filter(pk=theirs.pk).delete()[0] == 0
        theirs.name = "Stolen"
        with pytest.raises(ScopeError), transaction.atomic():
            theirs.save()
        with pytest.raises(Project.DoesNotExist):
            theirs.refresh_from_db()
    assert Project.objects.get(pk=theirs.pk).name == "Theirs"


def test_nothing_is_written_into_another_organisation(mine: Project, theirs: Project) -> None:
    values = {"name": "Planted", "created_by": mine.created_by, "organization": theirs.organization}
    with within(mine.organization):
        for write in (
            lambda: Project.objects.create(**values),
            lambda: Project(**values).save(),
            lambda: Project.objects.bulk_create([Project(**values)]),
            lambda: Project.objects.get_or_create(**values),
            lambda: Project.objects.filter(pk=mine.pk).update(organization=theirs.organization),
            lambda: Project.objects.filter(pk=mine.pk).update(organization_id=theirs.organization_id),
            lambda: theirs.organization.projects.create(name="Planted", created_by=mine.created_by),
        ):
            with pytest.raises(ScopeError), transaction.atomic():
                write()
        mine.organization = theirs.organization
        with pytest.raises(ScopeError), transaction.atomic():
            mine.save()
    assert not Project.objects.filter(name="Planted").exists()


def test_an_upsert_cannot_overwrite_a_row_of_another_organisation(mine: Project, theirs: Project) -> None:
    forged = Project(pk=theirs.pk, name="Stolen", organization=mine.organization, created_by=mine.created_by)
    with within(mine.organization), pytest.raises(ScopeError):
        Project.objects.bulk_create([forged], update_conflicts=True, update_fields=["name"], unique_fields=["id"])
    assert Project.objects.get(pk=theirs.pk).name == "Theirs"


def test_a_foreign_key_does_not_lead_out_of_the_scope() -> None:
    clip, other = ClipFactory(), ClipFactory()
    Clip.objects.filter(pk=clip.pk).update(portrait=other.portrait)
    with within(clip.organization):
        found = Clip.objects.get(pk=clip.pk)
        with pytest.raises(models.ObjectDoesNotExist):
            _ = found.portrait


def test_the_back_side_of_a_foreign_key_needs_a_scope_too(mine: Project) -> None:
    with no_scope(), pytest.raises(ScopeError):
        list(mine.organization.projects.all())


def test_no_rows_can_be_named_without_a_scope_where_a_form_needs_a_place_for_them() -> None:
    with no_scope():
        assert list(Project.objects.none()) == []


def test_raw_sql_is_for_those_who_may_see_all(mine: Project) -> None:
    with within(mine.organization), pytest.raises(ScopeError):
        Project.objects.raw("SELECT * FROM projects_project")
    with across_tenants("a test"):
        assert len(list(Project.objects.raw("SELECT * FROM projects_project"))) == 1


def test_a_scope_inside_another_holds_alone(mine: Project, theirs: Project) -> None:
    with resolved_by(lambda: EVERYTHING), within(theirs.organization):
        assert [project.name for project in Project.objects.all()] == ["Theirs"]
