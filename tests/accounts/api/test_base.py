"""What every resource does alike: problems, pages, ETags, idempotency, limits, sessions."""

import json
import time

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.api.models import IdempotentAnswer
from accounts.models import Role
from projects.models import Project
from tests.api import V1, client_for, post_json
from tests.factories import MembershipFactory, OrganizationFactory, ProjectFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def client(organization):
    return client_for(organization)


def _names(answer):
    return [project["name"] for project in answer.json()["data"]]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "not-found"),
        ("/projects/prj_0123456789abcdef", 404, "not-found"),
        ("/projects/x", 404, "not-found"),
    ],
)
def test_errors_are_problem_details(client, path, status, code):
    answer = client.get(V1 + path)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["type"].endswith(f"/problems#{code}")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"[1]", "application/json", 400, "malformed"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b"{}", "application/json", 422, "invalid"),
        (b'{"name": ' + b" " * 1_000_000 + b'"x"}', "application/json", 413, "too-large"),
    ],
)
def test_a_body_that_will_not_do_is_told_apart(client, body, content_type, status, code):
    answer = client.post(f"{V1}/projects", body, content_type=content_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_is_wrong_is_said_by_field(client):
    assert post_json(client, "/projects", {"name": ""}).json()["errors"][0]["field"] == "name"


def test_an_upload_beyond_the_limit_is_a_problem_too(client, settings):
    settings.LIKENESS_MAX_UPLOAD_MB = 1
    answer = client.generic("POST", f"{V1}/portraits", b"", CONTENT_LENGTH="99999999")

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_wrong_method_says_which_there_are(client):
    answer = client.patch(f"{V1}/projects")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_pages_hold_each_row_once_though_rows_come_in(client, organization):
    for number in range(5):
        ProjectFactory(organization=organization, name=f"old {number}")
    first = client.get(f"{V1}/projects?limit=2")
    ProjectFactory(organization=organization, name="new")
    second = client.get(f"{V1}/projects?limit=2&cursor={first.json()['next_cursor']}")
    third = client.get(f"{V1}/projects?limit=2&cursor={second.json()['next_cursor']}")

    assert _names(first) + _names(second) + _names(third) == ["old 4", "old 3", "old 2", "old 1", "old 0"]
    assert third.json()["next_cursor"] is None
    assert second.headers["Link"].endswith('rel="next"')


def test_rows_of_one_moment_are_all_seen(client, organization):
    ProjectFactory.create_batch(5, organization=organization)
    Project.objects.update(created_at=Project.objects.first().created_at)
    seen, cursor = [], ""
    for _ in range(3):
        page = client.get(f"{V1}/projects?limit=2{cursor}").json()
        seen += [project["id"] for project in page["data"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert len(set(seen)) == 5


@pytest.mark.parametrize("cursor", ["x", "e30", "WyIyMDI2Il0", "WyIyMDI2LTAxLTAxIiwgIngiXQ", "%00"])
def test_an_invented_cursor_is_refused(client, cursor):
    assert client.get(f"{V1}/projects?cursor={cursor}").status_code in (400, 422)


def test_what_has_not_changed_is_not_sent_again(client, organization):
    path = f"{V1}/projects/{ProjectFactory(organization=organization).pk}"
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag


def test_what_has_changed_meanwhile_is_not_deleted(client, organization):
    project = ProjectFactory(organization=organization)
    path = f"{V1}/projects/{project.pk}"
    etag = client.get(path).headers["ETag"]
    Project.objects.update(name="other")

    refused = client.delete(path, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition-failed")
    assert client.delete(path, headers={"If-Match": client.get(path).headers["ETag"]}).status_code == 204


def test_the_same_request_with_its_key_is_done_once(client):
    first = post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")
    again = post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")

    assert again.json() == first.json()
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert Project.objects.count() == 1


def test_another_body_with_the_same_key_is_refused(client):
    post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")
    other = post_json(client, "/projects", {"name": "Autumn"}, Idempotency_Key="a")

    assert (other.status_code, other.json()["code"]) == (422, "other-body")


def test_two_organisations_may_choose_the_same_key(client):
    post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")
    other = post_json(client_for(OrganizationFactory()), "/projects", {"name": "Autumn"}, Idempotency_Key="a")

    assert other.json()["name"] == "Autumn"


def test_while_the_first_is_at_work_the_second_waits(client):
    post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")
    IdempotentAnswer.objects.update(status=None)
    second = post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")

    assert (second.status_code, second.json()["code"]) == (409, "in-flight")
    assert second.headers["Retry-After"] == "1"


def test_a_key_whose_worker_died_is_free_again(client):
    post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")
    IdempotentAnswer.objects.update(status=None, busy_until="2020-01-01T00:00:00Z")

    assert post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a").status_code == 201


def test_a_refused_request_leaves_its_key_free(client):
    assert post_json(client, "/projects", {"name": ""}, Idempotency_Key="a").status_code == 422
    assert post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a").status_code == 201


def test_a_day_later_the_key_is_forgotten(client):
    post_json(client, "/projects", {"name": "Spring"}, Idempotency_Key="a")
    IdempotentAnswer.objects.update(expires_at="2020-01-01T00:00:00Z")

    assert post_json(client, "/projects", {"name": "Autumn"}, Idempotency_Key="a").json()["name"] == "Autumn"


def test_every_answer_says_how_many_requests_are_left(client, settings, monkeypatch):
    cache.clear()
    now = time.time()
    monkeypatch.setattr("accounts.api.limits.time.time", lambda: now)  # else a new window may begin in between
    settings.LIKENESS_API_RATE = 2
    first, second, third = (client.get(f"{V1}/me") for _ in range(3))

    assert first.headers["RateLimit-Policy"] == '"default";q=2;w=60'
    assert first.headers["RateLimit"].startswith('"default";r=1;t=')
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 429)
    assert int(third.headers["Retry-After"]) > 0
    assert third.json()["code"] == "too-many-requests"


def test_who_is_signed_in_on_the_site_can_read(organization):
    browser = Client()
    browser.force_login(member_of(organization, Role.VIEWER))

    me = browser.get(f"{V1}/me").json()
    assert (me["organization"]["id"], me["key"], me["role"]) == (organization.pk, None, "viewer")


def test_a_cookie_without_its_token_writes_nothing(organization):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member_of(organization))

    assert post_json(browser, "/projects", {"name": "Spring"}).status_code == 403


def test_a_person_of_two_organisations_says_which(organization):
    user = member_of(organization)
    second = MembershipFactory(user=user).organization
    browser = Client()
    browser.force_login(user)

    named = browser.get(f"{V1}/me", headers={"Likeness-Organization": second.pk}).json()
    assert named["organization"]["id"] == second.pk
    stranger = OrganizationFactory().pk
    assert browser.get(f"{V1}/me", headers={"Likeness-Organization": stranger}).status_code == 403


def test_a_key_does_not_open_its_makers_other_organisation(organization):
    owner = member_of(organization)
    other = MembershipFactory(user=owner).organization
    project = ProjectFactory(organization=other)

    assert client_for(organization).get(f"{V1}/projects/{project.pk}").status_code == 404


def test_no_other_site_may_read_the_api(client):
    answer = client.get(f"{V1}/me", headers={"Origin": "https://elsewhere.example"})

    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_nothing_is_kept_by_caches_in_between(client):
    assert client.get(f"{V1}/me").headers["Cache-Control"] == "private, no-cache"


def test_the_description_names_every_operation_once(client):
    schema = json.loads(client.get(f"{V1}/openapi.json").content)
    names = [operation["operationId"] for path in schema["paths"].values() for operation in path.values()]

    assert schema["openapi"].startswith("3.1")
    assert len(names) == len(set(names)) > 50
