from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OrganizationKind, Role
from projects.retention.models import RetentionPolicy
from tests.factories import MembershipFactory, OrganizationFactory, PortraitFactory, ProjectFactory, member_of

pytestmark = pytest.mark.django_db

ADDRESS = "/retention/"


@pytest.fixture
def brand():
    return OrganizationFactory(kind=OrganizationKind.BRAND)


def test_an_administrator_says_how_long_photos_are_kept_and_when_the_campaign_ends(client, brand):
    client.force_login(member_of(brand, Role.ADMIN))
    assert b"30 days after the project" in client.get(ADDRESS).content
    assert client.post(ADDRESS, {"photo": "10", "ends_on": "2026-12-31"}).status_code == 302
    policy = RetentionPolicy.objects.get()
    assert (policy.days, str(policy.ends_on)) == ({"photo": 10}, "2026-12-31")
    assert b"10 days after the project" in client.get(ADDRESS).content


def test_a_project_has_a_policy_of_its_own(client, brand):
    project = ProjectFactory(organization=brand)
    client.force_login(member_of(brand))
    client.post(f"{ADDRESS}?project={project.pk}", {"clip": "0"})
    assert RetentionPolicy.objects.get().project == project


def test_a_time_that_is_too_long_is_said_beside_the_field(client, brand):
    client.force_login(member_of(brand))
    answer = client.post(ADDRESS, {"photo": "4000"})
    assert answer.status_code == 422
    assert b"1095" in answer.content
    assert not RetentionPolicy.objects.exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VIEWER, Role.BILLING])
def test_who_does_not_administer_reads_and_changes_nothing(client, brand, role):
    client.force_login(member_of(brand, role))
    assert b"Keep it so" not in client.get(ADDRESS).content
    assert client.post(ADDRESS, {"photo": "10"}).status_code == 403
    assert not RetentionPolicy.objects.exists()


def test_the_project_of_another_organization_is_not_found(client, brand):
    client.force_login(MembershipFactory().user)
    project = ProjectFactory(organization=brand)
    assert client.get(f"{ADDRESS}?project={project.pk}").status_code == 404


def test_what_would_be_deleted_at_once_has_to_be_said_yes_to(client, brand):
    PortraitFactory(organization=brand, created_at=timezone.now() - timedelta(days=40))
    client.force_login(member_of(brand))
    ended = {"ends_on": str(timezone.localdate() - timedelta(days=35))}
    answer = client.post(ADDRESS, ended)
    assert answer.status_code == 422
    assert b"would be over the new date" in answer.content
    assert not RetentionPolicy.objects.exists()
    assert client.post(ADDRESS, {**ended, "sure": "on"}).status_code == 302


@pytest.mark.parametrize("day", ["9999-12-31", "2126-01-01"])
def test_a_last_day_that_never_comes_is_refused(client, brand, day):
    PortraitFactory(organization=brand)
    client.force_login(member_of(brand))
    assert b"three years ahead" in client.post(ADDRESS, {"ends_on": day}).content
    assert not RetentionPolicy.objects.exists()
