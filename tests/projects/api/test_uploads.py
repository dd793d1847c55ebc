"""Files by the way of a place that was made for them: through the site, or straight into the object store."""

import io

import boto3
import pytest
import requests
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer
from PIL import Image

from projects.api.intake import upload_new
from projects.models import Backdrop
from tests.api import V1, client_for, post_json
from tests.factories import OrganizationFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def client(project):
    return client_for(project.organization)


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def _send(client, place, content):
    """Through the site, as the place says."""
    file = io.BytesIO(content)
    file.name = "picture.png"
    return client.post(place["url"].removeprefix("http://testserver"), {**place["fields"], "file": file})


def _use(client, project, token):
    return client.post(f"{V1}/backdrops", {"project": project.pk, "upload": token})


def test_a_file_that_was_put_away_is_used_once(client, project):
    place = post_json(client, "/uploads").json()
    assert place["direct"] is False
    assert _send(client, place, _picture()).status_code == 204

    used = _use(client, project, place["upload"])
    assert (used.status_code, used.json()["width"]) == (201, 320)
    again = _use(client, project, place["upload"])
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "upload")


def test_what_was_put_away_is_looked_at_like_any_upload(client, project):
    place = post_json(client, "/uploads").json()
    _send(client, place, b"<script>")

    refused = _use(client, project, place["upload"])
    assert (refused.status_code, refused.json()["code"]) == (422, "unusable-photo")
    assert not Backdrop.objects.exists()


def test_a_place_takes_one_file(client):
    place = post_json(client, "/uploads").json()
    _send(client, place, b"first")

    assert _send(client, place, b"second").status_code == 422


def test_another_organisations_place_is_not_there(client, project):
    other = OrganizationFactory()
    place = upload_new(other)

    assert _use(client, project, place.token).json()["errors"][0]["field"] == "upload"
    assert client.post(f"{V1}/uploads/{place.token}", {"file": io.BytesIO(b"x")}).status_code == 404


@pytest.mark.parametrize("token", ["x", "org/other/key", "W10:1abc:def"])
def test_an_invented_place_is_none(client, project, token):
    assert _use(client, project, token).status_code == 422


def test_a_file_with_the_request_or_a_place_not_both(client, project):
    token = post_json(client, "/uploads").json()["upload"]
    both = client.post(f"{V1}/backdrops", {"project": project.pk, "upload": token, "picture": io.BytesIO(_picture())})

    assert both.status_code == 422
    assert client.post(f"{V1}/backdrops", {"project": project.pk}).status_code == 422


@pytest.fixture
def bucket(settings, monkeypatch):
    """An object store: moto's server."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="likeness")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "likeness",
                "endpoint_url": address,
                "region_name": "us-east-1",
                "querystring_auth": True,
                "file_overwrite": False,
                "signature_version": "s3v4",
            },
        },
    }
    yield address
    server.stop()


def test_with_an_object_store_the_file_goes_straight_there(client, project, bucket):
    place = post_json(client, "/uploads").json()
    assert place["direct"] is True
    assert place["url"].startswith(bucket)
    sent = requests.post(place["url"], data=place["fields"], files={"file": _picture()}, timeout=10)
    assert sent.status_code == 204

    used = _use(client, project, place["upload"])
    assert (used.status_code, used.json()["width"]) == (201, 320)
    kept = default_storage.listdir(f"org/{project.organization_id}/uploads")[1]
    assert kept == []


def test_the_object_stores_form_says_how_much_it_takes(client, bucket, settings):
    settings.LIKENESS_MAX_UPLOAD_MB = 1
    place = post_json(client, "/uploads").json()

    assert place["max_bytes"] == 1_000_000
    assert {"policy", "x-amz-signature", "key"} <= set(place["fields"])
