"""Invitations, roles, leaving, handing over."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.members import (
    invitation_accept,
    invitation_create,
    invitation_resend,
    invitation_revoke,
    membership_change,
    membership_leave,
    membership_remove,
    ownership_transfer,
)
from accounts.models import AuditEvent, Invitation, Membership, Organization, Role, User
from accounts.selectors import role_of
from tests.factories import PASSWORD, MembershipFactory, OrganizationFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory(organization__name="Mill")


def invite(owner: Membership, email: str = "jo@example.org", role: str = Role.EDITOR) -> str:
    return invitation_create(organization=owner.organization, acting_user=owner.user, email=email, role=role)[1]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_letter_brings_somebody_in_with_the_role_that_was_meant(owner, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client_of(owner.user).post("/organization/members/", {"email": "Jo@Example.org", "role": "reviewer"})
    link = re.search(r"/invitations/\S+", mail.outbox[0].body).group(0)
    jo = UserFactory(email="jo@example.org")
    client = client_of(jo)
    assert "Join Mill" in client.get(link).content.decode()
    assert client.post(link).headers["Location"] == "/start/"
    assert role_of(jo, owner.organization) == Role.REVIEWER
    assert Invitation.objects.get().sent_at is not None


def test_the_token_is_kept_as_a_hash_only(owner) -> None:
    token = invite(owner)
    assert Invitation.objects.get().token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_an_invited_stranger_makes_an_account_without_an_organisation_of_their_own(owner) -> None:
    link, client = f"/invitations/{invite(owner)}/", Client()
    client.get(link)
    form = {"full_name": "Jo Archer", "email": "somebody@else.example", "password1": PASSWORD}
    client.post("/sign-up/", form)
    jo = User.objects.get(full_name="Jo Archer")
    assert (jo.email, role_of(jo, owner.organization)) == ("jo@example.org", Role.EDITOR)
    assert Organization.objects.count() == 1


def test_another_address_is_told_whom_the_invitation_is_for_and_not_let_in(owner) -> None:
    link, other = f"/invitations/{invite(owner)}/", UserFactory(email="other@example.org")
    client = client_of(other)
    assert "You are signed in as other@example.org" in client.get(link).content.decode()
    client.post(link)
    assert role_of(other, owner.organization) == ""


@pytest.mark.parametrize("end", ["expire", "revoke", "resend"])
def test_a_link_that_ended_opens_nothing(owner, end) -> None:
    token = invite(owner)
    invitation = Invitation.objects.get()
    given = {"organization": owner.organization, "acting_user": owner.user, "invitation": invitation}
    {
        "expire": lambda: Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        "revoke": lambda: invitation_revoke(**given),
        "resend": lambda: invitation_resend(**given),
    }[end]()
    jo = UserFactory(email="jo@example.org")
    assert client_of(jo).get(f"/invitations/{token}/").status_code == 410
    with pytest.raises(ValidationError):
        invitation_accept(token=token, acting_user=jo)
    assert role_of(jo, owner.organization) == ""


def test_a_new_link_works_after_an_old_one_ran_out(owner) -> None:
    invite(owner)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    given = {"organization": owner.organization, "acting_user": owner.user, "invitation": Invitation.objects.get()}
    membership = invitation_accept(token=invitation_resend(**given), acting_user=UserFactory(email="jo@example.org"))
    assert membership.role == Role.EDITOR


def test_accepting_twice_is_accepting_once(owner) -> None:
    token, jo = invite(owner), UserFactory(email="jo@example.org")
    assert invitation_accept(token=token, acting_user=jo) == invitation_accept(token=token, acting_user=jo)


def test_nobody_is_invited_twice_or_into_where_they_are(owner) -> None:
    invite(owner)
    with pytest.raises(ValidationError, match="invited already"):
        invite(owner, "JO@example.org")
    with pytest.raises(ValidationError, match="member already"):
        invite(owner, owner.user.email)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VIEWER, Role.BILLING])
def test_only_owners_and_administrators_invite(owner, role) -> None:
    with pytest.raises(PermissionDenied):
        invite(MembershipFactory(organization=owner.organization, role=role))


def test_an_administrator_makes_no_owner_and_touches_none(owner) -> None:
    admin = MembershipFactory(organization=owner.organization, role=Role.ADMIN)
    given = {"organization": owner.organization, "acting_user": admin.user}
    for deed in (
        lambda: invite(admin, role=Role.OWNER),
        lambda: membership_change(**given, membership=admin, role=Role.OWNER),
        lambda: membership_change(**given, membership=owner, role=Role.VIEWER),
        lambda: membership_remove(**given, membership=owner),
        lambda: ownership_transfer(**given, membership=admin),
    ):
        with pytest.raises(PermissionDenied):
            deed()


def test_the_last_owner_neither_leaves_nor_steps_down(owner) -> None:
    given = {"organization": owner.organization, "acting_user": owner.user}
    for deed in (
        lambda: membership_leave(**given),
        lambda: membership_change(**given, membership=owner, role=Role.ADMIN),
        lambda: membership_remove(**given, membership=owner),
    ):
        with pytest.raises(ValidationError, match="needs an owner"):
            deed()


def test_one_of_two_owners_may_go(owner) -> None:
    member_of(owner.organization, Role.OWNER)
    membership_leave(organization=owner.organization, acting_user=owner.user)
    assert role_of(owner.user, owner.organization) == ""


def test_ownership_is_handed_over(owner) -> None:
    editor = MembershipFactory(organization=owner.organization, role=Role.EDITOR)
    ownership_transfer(organization=owner.organization, acting_user=owner.user, membership=editor)
    assert role_of(editor.user, owner.organization) == Role.OWNER
    assert role_of(owner.user, owner.organization) == Role.ADMIN


def test_who_is_removed_finds_the_studio_closed(owner) -> None:
    editor = MembershipFactory(organization=owner.organization, role=Role.EDITOR)
    client = client_of(editor.user)
    assert client.get("/studio/").status_code == 200
    client_of(owner.user).post(f"/organization/members/{editor.pk}/", {"do": "remove"})
    assert client.get("/studio/").headers["Location"] == "/studio/new/"


def test_members_and_invitations_of_another_organisation_are_not_there(owner) -> None:
    invite(owner)
    stranger = client_of(member_of(OrganizationFactory()))
    assert stranger.post(f"/organization/members/{owner.pk}/", {"do": "remove"}).status_code == 404
    invitation = Invitation.objects.get()
    assert stranger.post(f"/organization/invitations/{invitation.pk}/", {"do": "revoke"}).status_code == 404


def test_every_step_is_in_the_ledger_without_an_address(owner) -> None:
    token = invite(owner)
    invitation_accept(token=token, acting_user=UserFactory(email="jo@example.org"))
    events = AuditEvent.objects.filter(organization=owner.organization)
    assert [event.action for event in events] == ["invitation.created", "invitation.accepted"]
    assert "jo@" not in str([event.hashed_fields() for event in events])
