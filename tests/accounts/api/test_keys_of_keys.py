"""Keys made through a key: never more than it has, never longer than it lasts, gone when it goes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.acting import acting_through
from accounts.api.keys import api_key_create, api_key_revoke, api_key_rotate, key_of_secret
from accounts.api.models import ApiKey, IdempotentAnswer
from accounts.api.scopes import SCOPES
from accounts.members import ownership_transfer
from accounts.models import Membership, Role
from accounts.permissions import Act
from accounts.services import authorize
from tests.api import V1, client_with, key_for, post_json
from tests.factories import OrganizationFactory, member_of

pytestmark = pytest.mark.django_db

WANTED = {"name": "Website", "scopes": ["clips:read"]}


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def manager(organization):
    """A key that may make keys, and write clips."""
    return key_for(organization, scopes=["keys:write", "clips:write"])


def make(manager, **values):
    return post_json(client_with(manager.secret), "/keys", {**WANTED, **values})


def test_a_key_hands_on_what_it_has(organization, manager):
    made = make(manager).json()

    me = client_with(made["secret"]).get(f"{V1}/me").json()
    assert (me["organization"]["id"], me["key"]["scopes"]) == (organization.pk, ["clips:read"])
    assert made["key"]["made_with"] == manager.key.pk
    assert made["key"]["created_by"] == manager.key.created_by_id


@pytest.mark.parametrize("scope", sorted(set(SCOPES) - {"clips:read", "clips:write"}))
def test_a_key_hands_on_nothing_else(manager, scope):
    answer = make(manager, scopes=["clips:read", scope])

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "scopes")


def test_a_key_with_reading_hands_on_no_writing(organization):
    reader = key_for(organization, scopes=["keys:write", "clips:read"])

    assert make(reader, scopes=["clips:write"]).status_code == 422


@pytest.mark.parametrize("days", [30, 730, None])
def test_what_a_key_makes_lasts_no_longer_than_it(organization, manager, days):
    end = timezone.now() + timedelta(days=7)
    ApiKey.objects.filter(pk=manager.key.pk).update(expires_at=end)
    make(manager, days=days)

    assert ApiKey.objects.get(made_with=manager.key).expires_at == end


def test_with_a_key_goes_what_it_made(organization, manager):
    secret = make(manager).json()["secret"]
    api_key_revoke(organization=organization, acting_user=member_of(organization), key=manager.key)

    assert key_of_secret(secret) is None


def test_with_the_key_in_its_place_goes_what_it_made_before(organization, manager):
    owner, secret = member_of(organization), make(manager).json()["secret"]
    renewed = api_key_rotate(organization=organization, acting_user=owner, key=manager.key)
    api_key_revoke(organization=organization, acting_user=owner, key=renewed.key)

    assert key_of_secret(secret) is None


def test_a_key_renews_what_it_made_also_in_the_place_of_another(organization, manager):
    child = make(manager).json()["key"]["id"]
    renewed = api_key_rotate(organization=organization, acting_user=member_of(organization), key=manager.key)
    answer = client_with(renewed.secret).post(f"{V1}/keys/{child}/rotate")

    assert answer.status_code == 201
    assert answer.json()["key"]["replaces"] == child


@pytest.mark.parametrize("whose", ["its own", "another"])
def test_a_key_renews_neither_itself_nor_others(organization, manager, whose):
    other = key_for(organization, scopes=["clips:read"])
    key = manager.key if whose == "its own" else other.key
    answer = client_with(manager.secret).post(f"{V1}/keys/{key.pk}/rotate")

    assert (answer.status_code, answer.json()["code"]) == (403, "in-person")
    assert not key.replaced_by.exists()


def test_a_key_ends_itself_and_what_it_made_but_no_other(organization, manager):
    child, other = make(manager).json()["key"]["id"], key_for(organization).key
    client = client_with(manager.secret)

    assert client.delete(f"{V1}/keys/{other.pk}").json()["code"] == "in-person"
    assert client.delete(f"{V1}/keys/{child}").status_code == 204
    assert client.delete(f"{V1}/keys/{manager.key.pk}").status_code == 204
    assert client.get(f"{V1}/keys").status_code == 401


def test_a_child_is_renewed_by_a_person_after_its_maker_has_expired(organization, manager):
    child = ApiKey.objects.get(pk=make(manager).json()["key"]["id"])
    ApiKey.objects.filter(pk=manager.key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    renewed = api_key_rotate(organization=organization, acting_user=member_of(organization), key=child)

    assert key_of_secret(renewed.secret)


def test_the_secret_is_nowhere_in_the_database_though_its_answer_is_remembered(manager):
    client = client_with(manager.secret)
    first = post_json(client, "/keys", WANTED, Idempotency_Key="one")
    again = post_json(client, "/keys", WANTED, Idempotency_Key="one")

    kept = str(list(IdempotentAnswer.objects.values_list()))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json()["secret"] not in kept
    assert first.json()["secret"][8:20] not in kept


def test_another_key_is_not_told_what_was_answered_to_the_first(organization, manager):
    other = key_for(organization, scopes=["keys:write"])
    first = post_json(client_with(manager.secret), "/keys", WANTED, Idempotency_Key="one")
    answer = post_json(client_with(other.secret), "/keys", WANTED, Idempotency_Key="one")

    assert (answer.status_code, answer.json()["code"]) == (422, "other-body")
    assert first.json()["secret"] not in answer.content.decode()


def test_after_the_site_lost_its_secret_key_a_replay_says_so(manager, settings):
    client = client_with(manager.secret)
    post_json(client, "/keys", WANTED, Idempotency_Key="one")
    settings.SECRET_KEY = "another"
    answer = post_json(client, "/keys", WANTED, Idempotency_Key="one")

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert ApiKey.objects.filter(name="Website").count() == 1


def test_secrets_are_listed_nowhere(manager):
    secret = make(manager).json()["secret"]
    client = client_with(manager.secret)
    listed = client.get(f"{V1}/keys").json()["data"]

    assert secret not in str(listed)
    assert {key["state"] for key in listed} == {"active"}
    assert listed[-1]["last_used_at"] is not None


def test_an_owners_key_is_no_owner(organization, manager):
    owner, admin = manager.key.created_by, member_of(organization, Role.ADMIN)
    membership = Membership.objects.get(user=admin)
    with acting_through(manager.key.pk):
        with pytest.raises(PermissionDenied):
            authorize(organization=organization, acting_user=owner, act=Act.OWN)
        with pytest.raises(PermissionDenied):
            ownership_transfer(organization=organization, acting_user=owner, membership=membership)

    assert Membership.objects.get(user=admin).role == Role.ADMIN


def test_a_key_of_another_organisation_hands_nothing_on_here(organization):
    owner, stranger = member_of(organization), key_for(OrganizationFactory())
    with acting_through(stranger.key.pk), pytest.raises(ApiKey.DoesNotExist):
        api_key_create(organization=organization, acting_user=owner, **WANTED)
