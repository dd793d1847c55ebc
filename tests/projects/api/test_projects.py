"""Projects, pictures, decisions and dates through the API."""

from io import BytesIO

import pytest

from accounts.webhooks.models import WebhookEndpoint
from accounts.webhooks.signing import secret_of
from consent.models import Subject
from projects.models import Portrait
from projects.moderation.models import Case, CaseState
from tests.api import V1, client_for, post_json
from tests.config.things import things_of
from tests.factories import ClipFactory, OrganizationFactory, PortraitFactory

pytestmark = pytest.mark.django_db

ENDPOINT = {"url": "https://example.org/", "event_types": ["clip.ready"]}


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def client(organization):
    return client_for(organization)


def test_a_picture_is_redirected_to_and_gone_once_it_was_deleted(client, organization):
    portrait = PortraitFactory(organization=organization)
    path = f"{V1}/portraits/{portrait.pk}"
    shown = client.get(f"{path}/image")

    assert (shown.status_code, shown.headers["Cache-Control"]) == (302, "no-store")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert not Portrait.objects.exists()
    assert organization.deletion_certificates.filter(cause="request", object_id=portrait.pk).exists()


def test_a_picture_of_which_there_are_clips_is_emptied(organization, client):
    clip = ClipFactory(organization=organization)
    assert client.delete(f"{V1}/portraits/{clip.portrait_id}").status_code == 204

    gone = client.get(f"{V1}/portraits/{clip.portrait_id}/image")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")
    assert post_json(client, f"/clips/{clip.pk}/renders").json()["code"] == "gone"


def test_a_project_with_something_in_it_stays(organization, client):
    clip = ClipFactory(organization=organization)

    refused = client.delete(f"{V1}/projects/{clip.project_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_what_is_no_picture_is_refused_with_advice(organization, client):
    things = things_of(organization)
    sent = {"project": things["project_id"], "subject": things["subject_id"], "photo": _file(b"no picture")}
    refused = client.post(f"{V1}/portraits", sent).json()

    assert refused["code"] == "unusable-photo"
    assert refused["reason"]
    assert refused["advice"]


@pytest.mark.parametrize("points", ["x", "[]", '{"left_eye": 1}', '{"left_eye": [1, "x"]}'])
def test_points_of_the_wrong_form_are_refused_by_field(organization, client, points):
    things = things_of(organization)
    sent = {
        "project": things["project_id"],
        "subject": things["subject_id"],
        "photo": _file(b"no picture"),
        "points": points,
    }

    assert client.post(f"{V1}/portraits", sent).json()["errors"][0]["field"] == "points"


def test_another_organisations_subject_cannot_be_named(organization, client):
    project = things_of(organization)["project_id"]
    other = things_of(OrganizationFactory())["subject_id"]
    refused = client.post(f"{V1}/portraits", {"project": project, "subject": other, "photo": _file(b"x")})

    assert refused.json()["errors"][0]["field"] == "subject"
    assert Subject.objects.filter(portraits__project=project).count() == 1


def test_how_long_things_are_kept_is_read_and_set(client):
    sent = client.put(f"{V1}/retention", {"days": {"photo": 10}}, content_type="application/json")
    photo = next(rule for rule in sent.json()["rules"] if rule["data_class"] == "photo")

    assert (sent.status_code, photo["days"]) == (200, 10)
    refused = client.put(f"{V1}/retention", {"days": {"log": 1}}, content_type="application/json")
    assert refused.json()["errors"][0]["field"] == "days"


def test_a_waiting_case_is_answered_once(organization, client):
    case = Case.objects.get(pk=things_of(organization)["case_id"])
    path = f"/moderation/cases/{case.pk}/answer"
    assert post_json(client, path, {"text": "It is ours."}).status_code == 409

    Case.objects.update(state=CaseState.WAITING)
    answered = post_json(client, path, {"text": "It is ours."}).json()
    assert (answered["state"], answered["answers"][0]["text"]) == ("open", "It is ours.")


def test_an_endpoints_secret_is_told_when_it_is_made_and_when_it_is_changed(client):
    made = post_json(
        client, "/webhook-endpoints", {"url": "https://example.org/", "event_types": ["clip.ready"]}
    ).json()
    assert made["secret"] == secret_of(WebhookEndpoint.objects.get())
    assert "secret" not in client.get(f"{V1}/webhook-endpoints/{made['id']}").json()

    rotated = post_json(client, f"/webhook-endpoints/{made['id']}/rotate").json()
    assert rotated["secret"] != made["secret"]


def test_an_endpoint_is_changed_only_if_it_is_as_it_was_read(client):
    made = post_json(
        client, "/webhook-endpoints", {"url": "https://example.org/", "event_types": ["clip.ready"]}
    ).json()
    path = f"{V1}/webhook-endpoints/{made['id']}"
    etag = client.get(path).headers["ETag"]
    change = {"content_type": "application/json", "headers": {"If-Match": etag}}

    assert client.patch(path, {"enabled": False}, **change).json()["enabled"] is False
    assert client.patch(path, {"enabled": True}, **change).status_code == 412


def _file(content):
    file = BytesIO(content)
    file.name = "photo.png"
    return file
