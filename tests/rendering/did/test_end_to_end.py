"""A program that was written for this interface makes a film, over HTTP, with the real renderer."""

import base64
import time

import av
import httpx
import pytest
from django.conf import settings as django_settings

from accounts.services import credits_grant
from consent.services import subject_create
from projects.services import portrait_upload, project_create
from rendering.disclosure import verify
from rendering.queue import start_embedded_worker
from tests.api import key_for
from tests.factories import MembershipFactory

PICTURE = django_settings.BASE_DIR / "static" / "sample" / "portrait.jpg"
PATIENCE = 120.0


@pytest.fixture
def key(transactional_db) -> str:
    """Of an organisation that has said of the picture that whom it shows never lived."""
    member = MembershipFactory()
    here = {"organization": member.organization, "acting_user": member.user}
    credits_grant(organization=member.organization, seconds=60, reason="test")
    figure = subject_create(**here, kind="fictional", name="Ada Wren", statement="Drawn for this project.")
    project = project_create(**here, name="First")
    portrait_upload(**here, project=project, subject=figure, name="Ada Wren", data=PICTURE.read_bytes())
    return key_for(member.organization).secret


@pytest.mark.render
def test_a_talk_is_asked_for_waited_for_and_played(key, live_server, settings, tmp_path):
    settings.LIKENESS_SITE_URL = live_server.url
    token = base64.b64encode(f"me@example.org:{key}".encode()).decode()
    with (
        start_embedded_worker(),
        httpx.Client(base_url=f"{live_server.url}/did", headers={"Authorization": f"Basic {token}"}) as client,
    ):
        image = client.post("/images", files={"image": ("face.jpg", PICTURE.read_bytes(), "image/jpeg")}).json()
        provider = {"type": "microsoft", "voice_id": "en-US-JennyNeural"}
        script = {"type": "text", "input": "Hello there.", "subtitles": "false", "provider": provider}
        config = {"fluent": "false", "pad_audio": "0.0", "stitch": True}
        created = client.post("/talks", json={"source_url": image["url"], "script": script, "config": config})
        assert created.status_code == 201, created.text
        until = time.monotonic() + PATIENCE
        talk = {"status": "created"}
        while talk["status"] in ("created", "started") and time.monotonic() < until:
            time.sleep(0.2)
            talk = client.get(f"/talks/{created.json()['id']}").json()
        assert talk["status"] == "done", talk
    film = tmp_path / "film.mp4"
    film.write_bytes(httpx.get(talk["result_url"], follow_redirects=True).content)
    with av.open(str(film)) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == talk["metadata"]["num_frames"] > 20
    assert verify(film).credentials.valid
