"""What an unmodified published client sent as it ran against this site, and how it reads the answers.

Recorded on 30 November 2026; docs/did.md says which clients were run, and how their traffic was led here.
"""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.services import credits_grant
from consent.services import statement_record, subject_create
from projects.services import portrait_upload, project_create
from rendering.files import attempt_key
from rendering.models import Render
from rendering.states import RenderState
from tests.api import key_for
from tests.config.things import a_second_of_sound
from tests.factories import OrganizationFactory, member_of
from tests.rendering.did.arrangement import basic

pytestmark = pytest.mark.django_db

HEADERS = {
    "Host": "api.d-id.com",
    "User-Agent": "python-requests/2.34.2",
    "Accept-Encoding": "gzip, deflate",
    "accept": "application/json",
    "Connection": "keep-alive",
}


@pytest.fixture
def picture(settings):
    return (settings.BASE_DIR / "samples" / "portrait.png").read_bytes()


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def client(organization, picture, settings):
    """One whose organisation has said of the picture that whom it shows never lived."""
    settings.ALLOWED_HOSTS = ["api.d-id.com"]
    here = {"organization": organization, "acting_user": member_of(organization)}
    credits_grant(organization=organization, seconds=600, reason="test")
    figure = subject_create(**here, kind="fictional", name="The porter")
    statement_record(**here, subject=figure, statement="A figure of our own.")
    portrait_upload(**here, project=project_create(**here, name="P"), subject=figure, name="Porter", data=picture)
    return Client(headers={**HEADERS, "authorization": basic(key_for(organization).secret)})


def test_a_client_that_waits_for_the_result_to_appear_gets_it(client, picture):
    sound = SimpleUploadedFile("hello.wav", a_second_of_sound(), "audio/mpeg")
    audio = client.post("/did/audios", {"audio": sound})
    image = client.post("/did/images", {"image": SimpleUploadedFile("portrait.png", picture, "image/png")})
    body = {
        "script": {
            "type": "audio",
            "subtitles": "false",
            "provider": {"type": "microsoft", "voice_id": "en-US-JennyNeural"},
            "audio_url": audio.json()["url"],
        },
        "config": {"fluent": "false", "pad_audio": "0.0", "align_driver": False, "stitch": True},
        "source_url": image.json()["url"],
    }
    made = client.post("/did/talks", body, content_type="application/json")
    waiting = client.get(f"/did/talks/{made.json()['id']}")
    render = Render.objects.get()
    key = default_storage.save(attempt_key(render, 1, "clip.mp4"), ContentFile(b"film"))
    Render.objects.update(
        state=RenderState.PUBLISHED, output_key=key, attempt=1, seconds_charged=1, finished_at=timezone.now()
    )
    done = client.get(f"/did/talks/{made.json()['id']}")

    assert [answer.status_code for answer in (audio, image, made, waiting, done)] == [201, 201, 201, 200, 200]
    assert "result_url" not in waiting.json()
    assert done.json()["result_url"].startswith("http")


def test_a_client_that_reads_what_nobody_sent_as_json_finds_nothing_there(client, picture):
    image = client.post("/did/images", {"image": SimpleUploadedFile("portrait.png", picture, "image/png")}).json()
    script = {
        "type": "text",
        "input": "Good evening.",
        "provider": {"type": "microsoft", "voice_id": "en-US-GuyNeural"},
    }
    client.post("/did/talks", {"source_url": image["url"], "script": script}, content_type="application/json")
    listed = client.get("/did/talks").json()["talks"]

    assert [talk.get("user_data", "{}") for talk in listed] == ["{}"]


def test_a_client_that_looks_for_english_voices_by_that_name_finds_them(client):
    voices = client.get("/did/tts/voices?provider=microsoft").json()

    assert [voice["id"] for voice in voices if "english" in voice["languages"][0]["language"].lower()]
    assert [voice["id"] for voice in voices if "English" in voice["language"] and voice["gender"].lower() == "female"]
