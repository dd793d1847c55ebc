"""API keys: made once, hashed, bound to scopes and to their maker's role."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.api.keys import api_key_create, api_key_revoke, api_key_rotate, key_of_secret
from accounts.api.models import ApiKey
from accounts.models import AuditEvent, Membership, Role, User
from accounts.services import audit_record
from tests.api import V1, client_for, client_with, key_for, post_json
from tests.factories import OrganizationFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return OrganizationFactory()


def test_the_secret_is_nowhere_in_the_database(organization):
    made = key_for(organization)

    stored = " ".join(str(value) for value in ApiKey.objects.values_list().get())
    assert made.secret not in stored
    assert made.secret[:12] in stored
    assert len(made.secret) == 40


def test_a_key_opens_its_organisation_for_its_maker(organization):
    made = key_for(organization)

    me = client_with(made.secret).get(f"{V1}/me").json()

    assert me["organization"]["id"] == organization.pk
    assert me["acting_user"] == made.key.created_by_id
    assert me["role"] == "owner"
    assert me["key"]["id"] == made.key.pk


@pytest.mark.parametrize("secret", ["", "lk_live_", "lk_live_" + "0" * 32, "lk_live_" + "ü" * 32, "x" * 5000])
def test_what_is_no_key_opens_nothing(organization, secret):
    answer = client_with(secret).get(f"{V1}/me")

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_wrong_keys_cannot_be_tried_without_end(client, settings):
    cache.clear()
    settings.LIKENESS_API_RATE = 2
    statuses = [client_with("lk_live_" + "0" * 32).get(f"{V1}/me").status_code for _ in range(3)]

    assert statuses == [401, 401, 429]


def test_a_revoked_key_opens_nothing(organization):
    made = key_for(organization)
    api_key_revoke(organization=organization, acting_user=member_of(organization), key=made.key)

    assert client_with(made.secret).get(f"{V1}/me").status_code == 401


def test_an_expired_key_opens_nothing(organization):
    made = key_for(organization)
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client_with(made.secret).get(f"{V1}/me").status_code == 401


def test_the_key_of_somebody_who_left_opens_nothing(organization):
    made = key_for(organization)
    Membership.objects.filter(user=made.key.created_by).delete()

    assert client_with(made.secret).get(f"{V1}/me").status_code == 401


def test_the_key_of_a_dismissed_person_opens_nothing(organization):
    made = key_for(organization)
    User.objects.filter(pk=made.key.created_by_id).update(is_active=False)

    assert client_with(made.secret).get(f"{V1}/me").status_code == 401


def test_a_key_does_no_more_than_its_scopes(organization):
    client = client_for(organization, scopes=["projects:read"])

    assert client.get(f"{V1}/projects").status_code == 200
    written = post_json(client, "/projects", {"name": "Spring"})
    assert written.status_code == 403
    assert written.json()["scope"] == "projects:write"
    assert client.get(f"{V1}/clips").json()["code"] == "scope-missing"


def test_writing_includes_reading(organization):
    assert client_for(organization, scopes=["projects:write"]).get(f"{V1}/projects").status_code == 200


def test_a_key_does_no_more_than_its_makers_role_today(organization):
    client = client_for(organization, role=Role.VIEWER)

    assert client.get(f"{V1}/projects").status_code == 200
    answer = post_json(client, "/projects", {"name": "Spring"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_only_who_may_integrate_makes_keys(organization):
    with pytest.raises(PermissionDenied):
        api_key_create(
            organization=organization, acting_user=member_of(organization, Role.EDITOR), name="x", scopes=["clips:read"]
        )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["king:write"]}),
        ("days", {"days": 0}),
        ("days", {"days": 100_000}),
    ],
)
def test_a_key_that_cannot_be_is_refused_by_field(organization, field, values):
    asked = {"name": "Program", "scopes": ["clips:read"], **values}
    with pytest.raises(ValidationError) as refused:
        api_key_create(organization=organization, acting_user=member_of(organization), **asked)

    assert set(refused.value.message_dict) == {field}


def test_after_a_rotation_both_secrets_work_for_a_day(organization):
    old = key_for(organization, scopes=["clips:read"])
    new = api_key_rotate(organization=organization, acting_user=member_of(organization), key=old.key)

    assert key_of_secret(old.secret)
    assert key_of_secret(new.secret)[0].scopes == ["clips:read"]
    left = ApiKey.objects.get(pk=old.key.pk).expires_at - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)


def test_a_key_is_rotated_once(organization):
    owner, old = member_of(organization), key_for(organization)
    api_key_rotate(organization=organization, acting_user=owner, key=old.key)

    with pytest.raises(ValidationError):
        api_key_rotate(organization=organization, acting_user=owner, key=old.key)


def test_use_is_noted_but_not_with_every_request(organization):
    made = key_for(organization)
    client = client_with(made.secret)
    client.get(f"{V1}/me")
    noted = ApiKey.objects.get().last_used_at
    client.get(f"{V1}/me")

    assert noted is not None
    assert ApiKey.objects.get().last_used_at == noted


def test_the_audit_log_says_which_key_it_was(organization):
    made = key_for(organization)
    post_json(client_with(made.secret), "/projects", {"name": "Spring"})
    audit_record(organization=organization, acting_user=None, action="test.after", object_id="x")

    created = AuditEvent.objects.get(action="project.created")
    assert created.actor_id == made.key.created_by_id
    assert created.data["api_key"] == made.key.pk
    assert "api_key" not in AuditEvent.objects.get(action="test.after").data
