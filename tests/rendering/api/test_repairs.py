"""Repairs of a picture, and appeals against a refused one, through the API."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from benchmarks.spoiling import faded
from consent.models import Appeal, OptOut
from projects.models import Portrait
from rendering.engine.faces import read_photo
from tests.api import V1, client_for, post_json
from tests.factories import OrganizationFactory, ProjectFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def client(organization):
    return client_for(organization)


@pytest.fixture
def faded_portrait(client, organization, settings):
    photo = faded(read_photo((settings.BASE_DIR / "samples" / "portrait.png").read_bytes()))
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "PNG")
    subject = post_json(client, "/subjects", {"kind": "fictional", "name": "The porter"}).json()["id"]
    sent = {
        "project": ProjectFactory(organization=organization).pk,
        "subject": subject,
        "photo": SimpleUploadedFile("p.png", buffer.getvalue(), "image/png"),
    }
    uploaded = client.post(f"{V1}/portraits", sent)
    assert uploaded.status_code == 201, uploaded.json()
    return uploaded.json()["id"]


def test_a_picture_is_repaired_compared_and_thrown_away(client, faded_portrait):
    steps = client.get(f"{V1}/portraits/{faded_portrait}/repairs").json()["data"]
    repaired = post_json(client, f"/portraits/{faded_portrait}/repairs", {"steps": ["tone"]})
    address = f"{V1}/portraits/{repaired.json()['id']}/repair"
    compared = client.get(address).json()

    assert {step["id"]: step["advised"] for step in steps}["tone"] is True
    assert (repaired.status_code, repaired.json()["repaired_from"]) == (201, faded_portrait)
    assert (compared["before"], compared["after"]) == (faded_portrait, repaired.json()["id"])
    assert compared["notes"]
    assert client.delete(address).status_code == 204
    assert [portrait.pk for portrait in Portrait.objects.all()] == [faded_portrait]


def test_a_step_that_is_none_is_refused_and_an_upload_is_no_repair(client, faded_portrait):
    assert post_json(client, f"/portraits/{faded_portrait}/repairs", {"steps": ["magic"]}).json()["code"] == "invalid"
    assert client.get(f"{V1}/portraits/{faded_portrait}/repair").json()["code"] == "conflict"
    assert client.delete(f"{V1}/portraits/{faded_portrait}/repair").json()["code"] == "invalid"


def test_an_appeal_is_written_until_it_is_decided(client, organization):
    appeal = Appeal.objects.create(
        organization=organization, opt_out=OptOut.objects.create(fingerprints=[]), created_by=member_of(organization)
    )
    listed = client.get(f"{V1}/appeals").json()["data"]
    written = post_json(client, f"/appeals/{appeal.pk}", {"reason": "Our own painting."})
    Appeal.objects.update(state="dismissed")

    assert [one["id"] for one in listed] == [appeal.pk]
    assert written.json()["reason"] == "Our own painting."
    assert post_json(client, f"/appeals/{appeal.pk}", {"reason": "Again."}).json()["code"] == "invalid"
