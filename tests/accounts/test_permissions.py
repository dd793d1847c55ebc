"""Roles, doors, ids."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from accounts.ids import is_id, new_id
from accounts.models import Role
from accounts.permissions import Act, may
from accounts.selectors import access_organization
from tests.factories import MembershipFactory, OrganizationFactory, UserFactory

EDIT = "view create delete ask-consent render review download"
MAY = {
    Role.OWNER: f"{EDIT} administer manage-members integrate audit pay own",
    Role.ADMIN: f"{EDIT} administer manage-members integrate audit",
    Role.EDITOR: EDIT,
    Role.REVIEWER: "view review download",
    Role.VIEWER: "view",
    Role.BILLING: "pay",
    "": "",
    "king": "",
}


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", MAY)
def test_who_may_do_what(role, act):
    assert may(role, act) is (act in MAY[role].split())


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_door_asks_what_the_role_may(role):
    membership = MembershipFactory(role=role)
    opened = []
    for act in Act:
        try:
            opened.append(access_organization(membership.user, membership.organization_id, act=act) and act)
        except Http404:
            continue

    assert set(opened) == {act for act in Act if may(role, act)}


@pytest.mark.django_db
def test_another_organisation_and_a_missing_one_look_the_same():
    user = MembershipFactory().user
    raised = []
    for organization_id in (OrganizationFactory().pk, new_id("org"), "org_1", "prj_" + new_id("org")[4:], ""):
        with pytest.raises(Http404) as missing:
            access_organization(user, organization_id)
        raised.append(str(missing.value))

    assert set(raised) == {""}


@pytest.mark.django_db
def test_nobody_and_the_dismissed_have_no_door():
    membership = MembershipFactory(user=UserFactory(is_active=False))

    for user in (membership.user, AnonymousUser()):
        with pytest.raises(Http404):
            access_organization(user, membership.organization_id)


def test_new_ids_have_their_prefix_and_are_not_repeated():
    ids = {new_id("prj") for _ in range(1000)}

    assert len(ids) == 1000
    assert all(is_id(value, "prj") and not is_id(value, "por") for value in ids)


@given(st.text())
def test_only_what_was_made_as_an_id_looks_like_one(text):
    assert not is_id(f"prj_{text}", "prj") or len(text) == 16
    assert not is_id(text, "prj") or text.startswith("prj_")


@pytest.mark.parametrize(
    "value", ["prj_", "prj_0123456789abcdeO", "prj_0123456789abcde", "prj_0123456789abcdef0", "prj"]
)
def test_what_has_the_wrong_shape_is_no_id(value):
    assert not is_id(value, "prj")
