"""Which organisation a page is about, and who may open it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from accounts.models import Membership, Organization, Role
from accounts.permissions import Act, may
from accounts.scopes import EVERYTHING, ScopeError, across_tenants, active_ids, narrow_to, resolved_by, within
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Client, Membership, Membership]:
    """Somebody who owns "Atelier" and looks on in "Zoo"."""
    user = UserFactory()
    atelier = MembershipFactory(user=user, organization__name="Atelier")
    zoo = MembershipFactory(user=user, organization__name="Zoo", role=Role.VIEWER)
    client = Client()
    client.force_login(user)
    return client, atelier, zoo


def eyebrow(client: Client) -> str:
    return str(client.get("/studio/").context["organization"].name)


def test_the_first_by_name_is_current_until_another_is_chosen(two) -> None:
    client, _, zoo = two
    before = eyebrow(client)
    client.post("/organization/switch/", {"organization": zoo.organization_id})
    assert (before, eyebrow(client)) == ("Atelier", "Zoo")


def test_nobody_switches_to_where_they_do_not_belong(two) -> None:
    client, *_ = two
    foreign = MembershipFactory().organization
    assert client.post("/organization/switch/", {"organization": foreign.pk}).status_code == 404
    assert client.post("/organization/switch/", {"organization": "nonsense"}).status_code == 404
    assert client.get("/organization/switch/").status_code == 405
    assert eyebrow(client) == "Atelier"


def test_who_was_let_go_is_not_kept_in_by_the_session(two) -> None:
    client, _, zoo = two
    client.post("/organization/switch/", {"organization": zoo.organization_id})
    zoo.delete()
    assert eyebrow(client) == "Atelier"


def test_a_role_that_sees_no_clips_begins_at_the_organisation_and_is_told_why_the_studio_is_closed() -> None:
    client = Client()
    client.force_login(MembershipFactory(role=Role.BILLING, organization__name="Mill").user)
    assert client.get("/start/").headers["Location"] == "/organization/"
    refused = client.get("/studio/")
    assert refused.status_code == 403
    assert "Your role in Mill does not open this page" in refused.content.decode()


def test_another_organisation_can_be_made_and_is_current_then(two) -> None:
    client, *_ = two
    client.post("/studio/new/", {"organization_name": "Barn", "organization_kind": "family"})
    assert eyebrow(client) == "Barn"


@pytest.mark.parametrize("role", Role)
def test_only_administrators_change_name_and_kind(role: str) -> None:
    membership = MembershipFactory(role=role, organization__name="Mill")
    client = Client()
    client.force_login(membership.user)
    answer = client.post("/organization/", {"organization_name": "Water mill", "organization_kind": "school"})
    changed = Organization.objects.get()
    allowed = may(role, Act.ADMINISTER)
    assert answer.status_code == (302 if allowed else 403)
    assert (changed.name, changed.kind) == (("Water mill", "school") if allowed else ("Mill", "museum"))


def test_the_kind_decides_what_a_new_clip_begins_with() -> None:
    client = Client()
    client.force_login(MembershipFactory(organization__kind="family").user)
    assert client.get("/clips/new/").context["form"]["style"].value() == "birthday"


def test_a_scope_ends_where_it_began() -> None:
    with within("org_a"):
        with across_tenants("a test"):
            assert active_ids() is EVERYTHING
        assert active_ids() == {"org_a"}
        with within("org_b", "org_c"):
            assert active_ids() == {"org_b", "org_c"}


def test_a_scope_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="why"), across_tenants(""):
        pass


def test_a_request_that_signs_in_late_narrows_its_own_scope_only() -> None:
    with within("org_a"):
        with resolved_by(lambda: EVERYTHING):
            narrow_to("org_b")
            assert active_ids() == {"org_b"}
        assert active_ids() == {"org_a"}


def test_a_thread_begins_without_a_scope() -> None:
    with within("org_a"), ThreadPoolExecutor(1) as pool, pytest.raises(ScopeError, match="No tenant scope"):
        pool.submit(active_ids).result()
