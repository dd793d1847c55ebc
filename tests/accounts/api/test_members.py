"""Members through the API, and what no key does with them."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.members import invitation_accept, invitation_create, membership_change, membership_remove
from accounts.models import AuditEvent, Invitation, Membership, Role
from accounts.permissions import GIVEN_BY_PROGRAMS, PERMISSIONS, may_give
from accounts.selectors import role_of
from tests.api import V1, client_for, post_json
from tests.factories import MembershipFactory, OrganizationFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db

MANAGES = ["members:write"]


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def client(organization):
    return client_for(organization, scopes=MANAGES)


def invite(client, role=Role.EDITOR, **headers):
    return post_json(client, "/invitations", {"email": "Jo@example.org", "role": role}, **headers)


def test_somebody_is_invited_and_comes_in(organization, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = invite(client)
    link = answer.json()["link"]
    membership = invitation_accept(
        token=link.rstrip("/").rpartition("/")[2], acting_user=UserFactory(email="jo@example.org")
    )

    assert link in mail.outbox[0].body
    assert (membership.organization_id, membership.role) == (organization.pk, Role.EDITOR)
    assert AuditEvent.objects.get(action="invitation.created").data["api_key"]


def test_the_link_is_shown_once_and_kept_nowhere(client):
    token = invite(client, Idempotency_Key="one").json()["link"].rstrip("/").rpartition("/")[2]

    assert token not in client.get(f"{V1}/invitations").content.decode()
    assert token not in str(list(Invitation.objects.values_list()))


def test_the_same_request_invites_once(client):
    first, again = invite(client, Idempotency_Key="one"), invite(client, Idempotency_Key="one")

    assert first.json() == again.json()
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("role", sorted(set(Role) - GIVEN_BY_PROGRAMS))
def test_no_key_lets_in_who_could_do_more_than_it(client, role):
    answer = invite(client, role)

    assert (answer.status_code, answer.json()["code"]) == (403, "in-person")
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - GIVEN_BY_PROGRAMS))
def test_no_key_touches_who_can_do_more_than_it(organization, client, role):
    person = member_of(organization, role)
    address = f"{V1}/members/{person.pk}"
    changed = client.patch(address, {"role": "viewer"}, content_type="application/json")

    assert (changed.status_code, changed.json()["code"]) == (403, "in-person")
    assert client.delete(address).json()["code"] == "in-person"
    assert role_of(person, organization) == role


@pytest.mark.parametrize("role", sorted(set(Role) - GIVEN_BY_PROGRAMS))
def test_no_key_raises_anybody(organization, client, role):
    person = member_of(organization, Role.VIEWER)
    answer = client.patch(f"{V1}/members/{person.pk}", {"role": role}, content_type="application/json")

    assert answer.json()["code"] == "in-person"
    assert role_of(person, organization) == Role.VIEWER


def test_a_key_changes_and_lets_go_whom_programs_may(organization, client):
    person = member_of(organization, Role.VIEWER)
    address = f"{V1}/members/{person.pk}"

    assert client.patch(address, {"role": "editor"}, content_type="application/json").json()["role"] == "editor"
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_a_change_of_what_has_changed_meanwhile_is_refused(organization, client):
    person = member_of(organization, Role.VIEWER)
    address = f"{V1}/members/{person.pk}"
    seen = client.get(address).headers["ETag"]
    Membership.objects.filter(user=person).update(role=Role.REVIEWER)
    answer = client.patch(address, {"role": "editor"}, content_type="application/json", headers={"If-Match": seen})

    assert answer.status_code == 412
    assert role_of(person, organization) == Role.REVIEWER


def test_a_person_in_two_organisations_is_changed_in_the_keys_own(organization, client):
    person = member_of(organization, Role.VIEWER)
    other = MembershipFactory(user=person, role=Role.VIEWER)
    client.patch(f"{V1}/members/{person.pk}", {"role": "editor"}, content_type="application/json")

    assert role_of(person, organization) == Role.EDITOR
    assert role_of(person, other.organization) == Role.VIEWER


def test_a_person_who_is_signed_in_does_through_the_api_what_they_do_on_the_site(organization):
    client = Client()
    client.force_login(member_of(organization))

    assert invite(client, Role.ADMIN).status_code == 201


# ------------------------------------------------------------------------------------------------ anywhere
def test_nobody_gives_a_role_that_does_more_than_theirs():
    for role in Role:
        for given in Role:
            assert may_give(role, given) is (not PERMISSIONS[given] - PERMISSIONS[role])
    assert not may_give(Role.ADMIN, Role.BILLING)
    assert not may_give("king", Role.VIEWER)


def test_an_administrator_who_does_not_pay_makes_nobody_who_does(organization):
    admin = member_of(organization, Role.ADMIN)
    common = {"organization": organization, "acting_user": admin}
    payer = MembershipFactory(organization=organization, role=Role.BILLING)
    viewer = MembershipFactory(organization=organization, role=Role.VIEWER)
    for deed in (
        lambda: invitation_create(**common, email="me@example.org", role=Role.BILLING),
        lambda: membership_change(**common, membership=viewer, role=Role.BILLING),
        lambda: membership_change(**common, membership=payer, role=Role.VIEWER),
        lambda: membership_remove(**common, membership=payer),
    ):
        with pytest.raises(PermissionDenied):
            deed()


def test_the_page_offers_an_administrator_only_what_they_may_give(organization):
    client = Client()
    client.force_login(member_of(organization, Role.ADMIN))
    page = client.get("/organization/members/").content.decode()

    assert 'value="editor"' in page
    assert 'value="billing"' not in page
    assert 'value="owner"' not in page


@pytest.mark.parametrize("end", ["let go", "made less", "closed"])
def test_who_was_let_go_leaves_no_way_in_behind(organization, end):
    admin = MembershipFactory(organization=organization, role=Role.ADMIN)
    _, token = invitation_create(
        organization=organization, acting_user=admin.user, email="second@example.org", role=Role.ADMIN
    )
    if end == "let go":
        admin.delete()
    elif end == "made less":
        Membership.objects.filter(pk=admin.pk).update(role=Role.EDITOR)
    else:
        admin.user.is_active = False
        admin.user.save()
    second = UserFactory(email="second@example.org")

    with pytest.raises(ValidationError, match="cannot do that any more"):
        invitation_accept(token=token, acting_user=second)
    assert role_of(second, organization) == ""


def test_the_organisation_is_renamed_by_who_may(organization):
    client = client_for(organization, scopes=["organization:write"])
    answer = client.patch(f"{V1}/organization", {"name": "The mill"}, content_type="application/json")

    assert (answer.json()["name"], answer.json()["kind"]) == ("The mill", organization.kind)
