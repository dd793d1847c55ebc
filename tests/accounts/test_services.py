"""Users, organisations, memberships, the demo."""

import json
import stat

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Membership, Role, User
from accounts.permissions import Act
from accounts.selectors import credits_available, organizations_of, role_of
from accounts.services import (
    authorize,
    demo_organization_create,
    membership_create,
    organization_create,
    user_create,
)
from tests.factories import PASSWORD, OrganizationFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db


def test_a_user_signs_in_by_e_mail_in_any_case(client):
    user_create(email=" Ana@Example.ORG ", password=PASSWORD)

    assert client.login(username="aNa@example.org", password=PASSWORD)


def test_an_e_mail_address_is_taken_once():
    user_create(email="ana@example.org", password=PASSWORD)

    with pytest.raises(ValidationError, match="There is an account"):
        user_create(email="ANA@example.org", password=PASSWORD)


def test_the_database_refuses_an_address_in_another_case():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Ana@example.org")


@pytest.mark.parametrize("email", ["", "ana", "ana@", "ana@example org"])
def test_what_is_not_an_address_is_refused(email):
    with pytest.raises(ValidationError):
        user_create(email=email, password=PASSWORD)


@pytest.mark.parametrize("password", ["short", "password123", "ana@example.org"])
def test_an_easy_password_is_refused(password):
    with pytest.raises(ValidationError):
        user_create(email="ana@example.org", password=password)
    assert not User.objects.exists()


def test_a_user_is_not_staff():
    user = user_create(email="ana@example.org", password=PASSWORD)

    assert (user.is_staff, user.is_superuser) == (False, False)


def test_a_new_organisation_has_its_owner_its_seconds_and_its_first_audit_entry(settings):
    settings.LIKENESS_WELCOME_SECONDS = 120
    owner = UserFactory()

    organization = organization_create(name=" Prado ", kind="museum", owner=owner)

    assert organization.name == "Prado"
    assert role_of(owner, organization) == Role.OWNER
    assert credits_available(organization) == 120
    assert AuditEvent.objects.get(organization=organization).action == "organization.created"


@pytest.mark.parametrize("values", [{"name": "  ", "kind": "museum"}, {"name": "Prado", "kind": "circus"}])
def test_an_organisation_has_a_name_and_a_kind(values):
    with pytest.raises(ValidationError):
        organization_create(**values, owner=UserFactory())


def test_organisations_of_a_user_are_those_with_a_membership():
    owner = UserFactory()
    own = organization_create(name="Prado", kind="museum", owner=owner)
    OrganizationFactory()

    assert list(organizations_of(owner)) == [own]


def test_an_administrator_lets_somebody_in():
    organization, guest = OrganizationFactory(), UserFactory()
    admin = member_of(organization, Role.ADMIN)

    membership_create(organization=organization, acting_user=admin, user=guest, role=Role.REVIEWER)

    assert role_of(guest, organization) == Role.REVIEWER
    assert AuditEvent.objects.get(object_id=guest.pk).data == {"role": "reviewer"}


@pytest.mark.parametrize("role", ["", "king"])
def test_an_unknown_role_is_refused(role):
    organization = OrganizationFactory()

    with pytest.raises(ValidationError):
        membership_create(organization=organization, acting_user=member_of(organization), user=UserFactory(), role=role)


def test_a_member_is_not_let_in_twice():
    organization = OrganizationFactory()
    member = member_of(organization, Role.VIEWER)

    with pytest.raises(ValidationError, match="member already"):
        membership_create(organization=organization, acting_user=member_of(organization), user=member, role=Role.OWNER)
    assert role_of(member, organization) == Role.VIEWER


def test_an_editor_cannot_let_anybody_in():
    organization = OrganizationFactory()
    editor = member_of(organization, Role.EDITOR)

    with pytest.raises(PermissionDenied):
        membership_create(organization=organization, acting_user=editor, user=UserFactory(), role=Role.VIEWER)
    assert Membership.objects.count() == 1


def test_a_role_counts_only_in_its_own_organisation():
    owner_of_another = member_of(OrganizationFactory())

    with pytest.raises(PermissionDenied):
        authorize(organization=OrganizationFactory(), acting_user=owner_of_another, act=Act.VIEW)


@pytest.fixture
def data_folder(tmp_path, settings):
    settings.LIKENESS_DATA_DIR = tmp_path
    return tmp_path


def test_the_demo_user_signs_in_with_the_password_that_was_kept(data_folder, client):
    demo_organization_create()
    kept = json.loads((data_folder / "demo.json").read_text())

    assert client.login(username="demo@likeness.local", password=kept["password"])


def test_the_demo_password_is_for_the_owner_of_the_file_alone(data_folder):
    demo = demo_organization_create()

    assert stat.S_IMODE(demo.password_file.stat().st_mode) == 0o600


def test_the_demo_is_made_once(data_folder):
    first, second = demo_organization_create(), demo_organization_create()

    assert (first.organization, first.user, first.password) == (second.organization, second.user, second.password)


@pytest.mark.parametrize("content", [None, "", "{}"])
def test_a_lost_demo_password_is_replaced(data_folder, client, content):
    first = demo_organization_create()
    first.password_file.unlink()
    if content is not None:
        first.password_file.write_text(content)

    second = demo_organization_create()

    assert second.password != first.password
    assert client.login(username="demo@likeness.local", password=second.password)
