from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from projects.retention.sweep import sweep
from rendering.did.models import DidUpload, UploadKind
from rendering.engine.speech.voices import HEART
from tests.factories import MembershipFactory
from tests.rendering.did.arrangement import JPEG, check, did_client, invented_source, post, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def portrait():
    return invented_source()[0]


@pytest.fixture
def client(portrait):
    return did_client(portrait.organization)


def file(data: bytes, name: str = "face.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture(scope="module")
def sample() -> bytes:
    from django.conf import settings  # noqa: PLC0415

    return (settings.BASE_DIR / "static" / "sample" / "portrait.jpg").read_bytes()


def test_an_image_is_kept_and_its_faces_are_told(client, sample):
    response = client.post("/did/images", {"image": file(sample, "../Ada Wren.jpeg")})
    assert response.status_code == 201, response.json()
    made = check("image", response.json())
    assert made["url"] == f"s3://likeness/{made['id']}/Ada-Wren.jpg"
    assert len(made["faces"]) == 1
    detected = client.post("/did/images/face-detection", {"source_url": made["url"]}, content_type="application/json")
    assert len(check("face-detection", detected.json())["faceCrops"]) == 1


def test_faces_are_not_looked_for_where_they_are_not_wanted(client):
    made = client.post("/did/images", {"image": file(JPEG), "detect_faces": "false"})
    assert check("image", made.json())["faces"] == []


@pytest.mark.parametrize(
    ("data", "status", "kind"),
    [
        (b"<html>", 415, "UnsupportedMimeTypeError"),
        (b"", 400, "BadRequestError"),
        (b"GIF89a", 415, "UnsupportedMimeTypeError"),
        (JPEG, 400, "BadRequestError"),
    ],
)
def test_what_is_no_picture_is_not_kept(client, data: bytes, status: int, kind: str):
    before = DidUpload.objects.count()
    response = client.post("/did/images", {"image": file(data)})
    assert response.status_code in (status, 415)
    assert check("error", response.json())["kind"] in (kind, "UnsupportedMimeTypeError")
    assert DidUpload.objects.count() == before


def test_a_request_without_a_file_says_how_to_send_one(client):
    for body in ({}, {"image": "text"}):
        response = client.post("/did/images", body)
        assert response.status_code == 400
        assert "“image”" in check("error", response.json())["description"]


def test_a_picture_that_is_too_big_is_refused(client, monkeypatch):
    from rendering.did import sources  # noqa: PLC0415

    monkeypatch.setitem(sources.MAX_BYTES, UploadKind.IMAGE, 10)
    assert client.post("/did/images", {"image": file(JPEG)}).status_code == 400


def test_deleting_an_image_removes_its_file(client, portrait):
    upload = uploaded(portrait)
    assert client.delete(f"/did/images/{upload.pk}").status_code == 204
    assert not default_storage.exists(upload.file_key)
    assert client.delete(f"/did/images/{upload.pk}").status_code == 404


def test_another_organisations_image_is_not_there(portrait):
    upload = uploaded(portrait)
    stranger = did_client(MembershipFactory().organization)
    assert stranger.delete(f"/did/images/{upload.pk}").status_code == 404
    assert DidUpload.objects.filter(pk=upload.pk).exists()


def test_an_audio_is_no_image(client, portrait):
    upload = uploaded(portrait)
    assert client.delete(f"/did/audios/{upload.pk}").status_code == 404


def test_an_audio_is_kept_with_its_length_and_can_be_spoken(client, portrait, tmp_path):
    from projects.services import wav_of  # noqa: PLC0415
    from rendering.engine.speech import synthesise  # noqa: PLC0415

    sound = wav_of(synthesise("Hello from the museum.", voice=HEART.id).sound)
    response = client.post("/did/audios", {"audio": file(sound, "hello.wav")})
    made = check("audio", response.json())
    assert (response.status_code, made["duration"] > 0.5) == (201, True)
    source = f"s3://likeness/{uploaded(portrait).pk}/face.jpg"
    body = {"source_url": source, "script": {"type": "audio", "audio_url": made["url"]}}
    assert post(client, "/talks", body).status_code == 201
    assert portrait.clips.get().recording is not None


def test_what_is_no_sound_is_not_kept(client):
    before = DidUpload.objects.count()
    for data in (b"RIFF but nothing more", b"text"):
        assert client.post("/did/audios", {"audio": file(data, "x.wav")}).status_code in (400, 415)
    assert DidUpload.objects.count() == before


def test_uploads_are_gone_after_a_day_and_the_next_sweep(portrait):
    upload = DidUpload.objects.get()
    sweep(at=timezone.now() + timedelta(hours=23))
    assert default_storage.exists(upload.file_key)
    sweep(at=timezone.now() + timedelta(hours=25))
    assert not default_storage.exists(upload.file_key)
    assert not DidUpload.objects.exists()


def test_credits_are_seconds_of_video(client):
    answer = check("credits", client.get("/did/credits").json())
    assert (answer["remaining"], answer["total"]) == (600, 600)


def test_the_voices_that_speak_here_are_told(client):
    voices = check("voices", client.get("/did/tts/voices").json())
    assert voices[0]["id"] == "heart"
    named = check("voices", client.get("/did/tts/voices?provider=microsoft&id=en-US-JennyNeural").json())
    assert [(voice["id"], voice["gender"]) for voice in named] == [("en-US-JennyNeural", "female")]
    assert client.get("/did/tts/voices?id=nobody-at-all").json() == []
    assert client.get("/did/tts/voices?provider=nobody").status_code == 400


def test_a_method_that_there_is_not_is_told_so(client):
    response = client.patch("/did/talks")
    assert (response.status_code, check("error", response.json())["kind"]) == (405, "MethodNotAllowedError")
