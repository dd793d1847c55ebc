import base64
import hashlib
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, CreditEntry, Role
from accounts.selectors import credits_available
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.models import Clip, Portrait
from rendering.did import sources
from rendering.did.models import DidTalk, UploadKind
from rendering.did.sources import upload_url
from rendering.files import attempt_key
from rendering.models import Render
from rendering.services import fail
from rendering.spec import PersonReadable
from rendering.states import RenderState
from tests.factories import MembershipFactory, PortraitFactory, answer
from tests.rendering.did.arrangement import (
    JPEG,
    check,
    did_client,
    invented_source,
    post,
    talk_body,
    uploaded,
)
from tests.web import web

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _https(settings):
    settings.LIKENESS_SITE_URL = "https://testserver"


@pytest.fixture
def source():
    return invented_source()


@pytest.fixture
def portrait(source):
    return source[0]


@pytest.fixture
def client(source):
    return did_client(source[0].organization)


def talked(client, source, **changes) -> dict:
    response = post(client, "/talks", talk_body(source[1], **changes))
    assert response.status_code == 201, response.json()
    return response.json()


def told(client, talk_id: str) -> dict:
    return check("talk", client.get(f"/did/talks/{talk_id}").json())


def publish() -> Render:
    render = Render.objects.get()
    key = default_storage.save(attempt_key(render, 1, "clip.mp4"), ContentFile(b"the film"))
    report = {"duration": 2.5, "frames": 62, "fps": 25.0, "resolution": [512, 512]}
    Render.objects.update(state=RenderState.PUBLISHED, output_key=key, seconds_charged=3, attempt=1, report=report)
    return render


class TestRequest:
    def test_a_talk_is_a_clip_that_waits_in_the_queue(self, client, source, portrait):
        made = check("talk-created", talked(client, source))
        assert made["id"].startswith("tlk_")
        assert made["object"] == "talk"
        clip = Clip.objects.get()
        assert (clip.portrait, clip.words, clip.aspect) == (portrait, "Hello from the museum.", "1:1")
        assert Render.objects.get().state == RenderState.QUEUED
        assert AuditEvent.objects.filter(action="did.talk-requested", object_id=made["id"]).exists()

    def test_strings_stand_for_numbers_and_truths(self, client, source):
        config = {"stitch": "true", "fluent": "false", "pad_audio": "0.0", "result_format": "mp4"}
        talked(client, source, config=config)
        assert Clip.objects.get().aspect == "photo"
        assert DidTalk.objects.get().unused == []

    def test_what_has_no_counterpart_here_is_told_with_the_talk(self, client, source):
        config = {"pad_audio": 1.5, "logo": {"url": "https://example.org/l.png", "position": [0, 0]}, "fluent": True}
        made = talked(client, source, config=config)
        assert told(client, made["id"])["metadata"]["unused"] == ["config.logo", "config.pad_audio", "config.fluent"]

    def test_expressions_driver_and_subtitles_become_manner_and_captions(self, client, source):
        body = talk_body(source[1], driver_url="bank://lively/driver-03")
        body["script"]["subtitles"] = "true"
        expressions = [{"start_frame": "0", "expression": "happy", "intensity": "1.0"}]
        body["config"] = {"driver_expressions": {"expressions": expressions, "transition_frames": 20}}
        assert post(client, "/talks", body).status_code == 201
        clip = Clip.objects.get()
        assert (clip.style, clip.direction, clip.captions) == ("social", "happy", True)

    def test_words_are_said_as_they_are_written_unless_they_are_ssml(self, client, source):
        body = talk_body(source[1])
        body["script"]["input"] = "Hello *you* [pause 9s]."
        post(client, "/talks", body)
        body["script"] |= {"input": '<speak>Hello <break time="500ms"/> you.</speak>', "ssml": "true"}
        post(client, "/talks", body)
        assert set(Clip.objects.values_list("words", flat=True)) == {
            "Hello you (pause 9s).",
            '<speak>Hello <break time="500ms"/> you.</speak>',
        }

    @pytest.mark.parametrize(
        ("changes", "about"),
        [
            ({"source_url": ""}, "source_url is missing"),
            ({"source_url": 7.5}, "address that can be fetched"),
            ({"source_url": "ftp://x/y.jpg"}, "address that can be fetched"),
            ({"script": {"type": "text", "input": "ab"}}, "at least three"),
            ({"script": {"type": "video"}}, "text or audio"),
            ({"script": {"type": "audio"}}, "audio_url is missing"),
            ({"script": "Hello"}, "script is an object"),
            ({"config": {"stitch": "maybe"}}, "true or false"),
            ({"config": {"pad_audio": "NaN"}}, "lies from"),
            ({"config": {"driver_expressions": {"expressions": [{"expression": "bored"}]}}}, "neutral, happy"),
            ({"webhook": "http://example.org"}, "https://"),
            ({"user_data": {"a": 1}}, "user_data is a text"),
            ({"script": {"type": "text", "input": "Привет, мир!"}}, "Cyrillic"),
        ],
    )
    def test_a_bad_request_is_told_in_words_and_makes_nothing(self, client, source, changes: dict, about: str):
        response = post(client, "/talks", talk_body(source[1]) | changes)
        error = check("error", response.json())
        assert (response.status_code, error["kind"]) == (400, "BadRequestError")
        assert about in error["description"]
        assert not Clip.objects.exists()

    def test_a_body_that_is_no_json_is_told_so(self, client):
        response = client.post("/did/talks", "{", content_type="application/json")
        assert (response.status_code, check("error", response.json())["kind"]) == (400, "BadRequestError")

    def test_without_seconds_it_is_402_and_nothing_is_left_behind(self, source, client):
        CreditEntry.objects.filter(kind="grant")
        poor, address = invented_source(seconds=0, data=JPEG + b"2")
        response = post(did_client(poor.organization), "/talks", talk_body(address))
        assert (response.status_code, check("error", response.json())["kind"]) == (402, "InsufficientCreditsError")
        assert not Clip.objects.exists()

    def test_whoever_may_not_make_clips_may_not(self, source):
        viewer = did_client(source[0].organization, role=Role.VIEWER)
        response = post(viewer, "/talks", talk_body(source[1]))
        assert (response.status_code, check("error", response.json())["kind"]) == (403, "PermissionError")


class TestConsent:
    def test_somebody_living_is_asked_first_and_the_answer_says_where(self):
        portrait = PortraitFactory(sha256=hashlib.sha256(JPEG).hexdigest())
        client = did_client(portrait.organization)
        body = talk_body(upload_url(uploaded(portrait)))
        for _ in range(2):
            response = post(client, "/talks", body)
            error = check("error", response.json())
            assert (response.status_code, error["kind"]) == (451, "ConsentRequiredError")
        assert error["details"]["missing"] == ["face", "voice", "words"]
        assert "/consent/" in error["details"]["url"]
        assert error["details"]["url"] in error["description"]
        assert ConsentRequest.objects.count() == 1
        assert not Clip.objects.exists()

    def test_after_the_yes_the_same_request_is_taken_and_after_a_withdrawal_its_film_is_gone(self):
        from accounts.services import credits_grant  # noqa: PLC0415

        portrait = PortraitFactory(sha256=hashlib.sha256(JPEG).hexdigest())
        credits_grant(organization=portrait.organization, seconds=60, reason="test")
        client = did_client(portrait.organization)
        body = talk_body(upload_url(uploaded(portrait)))
        post(client, "/talks", body)
        request = ConsentRequest.objects.get()
        answer(request)
        made = post(client, "/talks", body).json()
        publish()
        link = told(client, made["id"])["result_url"]
        assert Client().get(link).status_code == 302
        consent_withdraw(token=receipt_token(request))
        assert Client().get(link).status_code == 404
        rejected = told(client, made["id"])
        assert rejected["status"] == "rejected"
        assert "result_url" not in rejected
        assert rejected["error"]["kind"] == "ConsentRequiredError"

    @pytest.mark.render
    def test_of_an_unknown_picture_somebody_living_is_taken_to_be_shown(self, source, client, settings):
        picture = (settings.BASE_DIR / "static" / "sample" / "portrait.jpg").read_bytes()
        body = talk_body(upload_url(uploaded(source[0], picture)))
        for _ in range(2):
            assert post(client, "/talks", body).json()["kind"] == "ConsentRequiredError"
        made = Portrait.objects.get(sha256=hashlib.sha256(picture).hexdigest())
        assert (made.subject.kind, made.subject.name) == ("other", "The person in face.jpg")
        assert made.project.name == "Talks"


class TestTold:
    def test_while_it_waits_the_fields_that_clients_look_for_are_there(self, client, source):
        made = talked(client, source, user_data="order 7", name="Hello")
        raw = client.get(f"/did/talks/{made['id']}").json()
        check("talk", raw)
        assert raw["status"] == "created"
        assert (raw["audio_url"], raw["started_at"]) == ("", "")
        # Clients wait for it to appear.
        assert "result_url" not in raw
        assert (raw["user_data"], raw["name"]) == ("order 7", "Hello")
        assert raw["face"]["top_left"] == [200, 200]

    def test_running_is_started(self, client, source):
        made = talked(client, source)
        Render.objects.update(state="running", attempt=1, lease_until="2030-01-01T00:00Z", started_at=timezone.now())
        assert told(client, made["id"])["status"] == "started"

    def test_done_has_a_link_that_shows_the_film_to_whoever_has_it(self, client, source):
        made = talked(client, source)
        publish()
        done = told(client, made["id"])
        assert (done["status"], done["duration"]) == ("done", 2.5)
        assert done["metadata"]["num_frames"] == 62
        film = Client().get(done["result_url"], follow=True)
        assert film.getvalue() == b"the film"

    def test_a_link_is_good_for_a_day_and_cannot_be_made_up(self, client, source, monkeypatch):
        made = talked(client, source)
        publish()
        link = told(client, made["id"])["result_url"]
        assert Client().get(link.replace("/results/", "/results/x")).status_code == 404
        later = timezone.now() + timedelta(hours=24, seconds=1)
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert Client().get(link).status_code == 404

    def test_a_failure_is_told_with_its_kind_and_the_seconds_come_back(self, client, source, portrait):
        made = talked(client, source)
        Render.objects.update(state="running", attempt=1, lease_until="2030-01-01T00:00Z")
        reason = PersonReadable("face-none", "No face was found.", "Use another picture.")
        fail(render_id=Render.objects.get().pk, attempt=1, reason=reason)
        failed = told(client, made["id"])
        assert failed["status"] == "error"
        assert failed["error"]["kind"] == "FaceError"
        assert failed["error"]["description"] == "No face was found."
        assert credits_available(portrait.organization) == 600

    def test_another_organisations_talk_is_not_there(self, client, source):
        made = talked(client, source)
        stranger = did_client(MembershipFactory().organization)
        for method in ("get", "delete"):
            response = getattr(stranger, method)(f"/did/talks/{made['id']}")
            assert (response.status_code, check("error", response.json())["kind"]) == (404, "NotFoundError")
        assert check("talks", stranger.get("/did/talks").json()) == {"talks": []}

    @pytest.mark.parametrize("talk_id", ["tlk_0000000000000000", "x", "tlk_", "anm_0000000000000000"])
    def test_what_is_not_there_is_not_found(self, client, talk_id: str):
        assert client.get(f"/did/talks/{talk_id}").status_code == 404


class TestList:
    def test_the_newest_come_first_and_a_token_leads_on(self, client, source):
        ids = [talked(client, source, name=f"n{n}")["id"] for n in range(3)]
        first = check("talks", client.get("/did/talks?limit=2").json())
        assert [talk["id"] for talk in first["talks"]] == [ids[2], ids[1]]
        second = check("talks", client.get("/did/talks", {"limit": 2, "token": first["token"]}).json())
        assert [talk["id"] for talk in second["talks"]] == [ids[0]]
        assert "token" not in second

    @pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=9999", "token=x", "token=e30=", "token=WzEsMl0="])
    def test_a_bad_query_is_400(self, client, query: str):
        assert client.get(f"/did/talks?{query}").status_code == 400


class TestDelete:
    def test_while_it_is_being_made_it_is_409(self, client, source):
        made = talked(client, source)
        response = client.delete(f"/did/talks/{made['id']}")
        assert (response.status_code, check("error", response.json())["kind"]) == (409, "NotReadyError")

    def test_deleting_answers_with_the_talk_and_leaves_nothing(self, client, source):
        made = talked(client, source)
        key = publish().output_key or Render.objects.get().output_key
        response = client.delete(f"/did/talks/{made['id']}/")
        assert (response.status_code, check("talk", response.json())["id"]) == (200, made["id"])
        assert not Clip.objects.exists()
        assert not default_storage.exists(key)
        assert client.get(f"/did/talks/{made['id']}").status_code == 404


class TestAnimations:
    def test_a_silent_picture_is_an_animation_and_no_talk(self, client, source):
        response = post(client, "/animations", {"source_url": source[1], "driver_url": "bank://nostalgia"})
        made = check("talk-created", response.json())
        assert (response.status_code, made["object"]) == (201, "animation")
        clip = Clip.objects.get()
        assert (clip.style, clip.recording.duration, clip.words) == ("living-portrait", 8.0, "")
        assert check("talk", client.get(f"/did/animations/{made['id']}").json())["status"] == "created"
        assert client.get(f"/did/talks/{made['id']}").status_code == 404
        assert len(client.get("/did/animations").json()["animations"]) == 1
        assert client.get("/did/talks").json()["talks"] == []

    def test_its_silence_is_kept_once(self, client, source, portrait):
        for _ in range(2):
            post(client, "/animations", {"source_url": source[1]})
        assert portrait.project.recordings.count() == 1

    def test_somebody_living_is_asked_for_a_silent_clip_too(self):
        portrait = PortraitFactory(sha256=hashlib.sha256(JPEG).hexdigest())
        client = did_client(portrait.organization)
        response = post(client, "/animations", {"source_url": upload_url(uploaded(portrait))})
        assert response.status_code == 451


class TestFetched:
    def test_a_picture_is_fetched_from_its_address(self, client, portrait, settings):
        with web() as site:
            settings.LIKENESS_OUTBOUND_ALLOW = [site.host_port]
            site.answer = lambda got: (200, {"Content-Type": "text/html"}, JPEG)
            response = post(client, "/talks", talk_body(f"{site.address}/face.jpg"))
        assert response.status_code == 201, response.json()
        assert Clip.objects.get().portrait == portrait

    def test_an_address_inside_the_house_is_not_asked(self, client):
        with web() as site:
            response = post(client, "/talks", talk_body(f"{site.address}/face.jpg"))
            assert site.got == []
        error = check("error", response.json())
        assert (response.status_code, error["details"]["reason"]) == (400, "SourceError")

    @pytest.mark.parametrize("answered", [(404, {}, b""), (200, {}, b"<html>"), (200, {}, b"x" * 100)])
    def test_what_is_no_picture_is_refused(self, client, settings, answered):
        with web() as site:
            settings.LIKENESS_OUTBOUND_ALLOW = [site.host_port]
            site.answer = lambda got: answered
            response = post(client, "/talks", talk_body(f"{site.address}/face.jpg"))
        assert response.status_code in (400, 415)
        assert not Clip.objects.exists()

    def test_a_file_that_is_too_big_is_refused(self, client, settings, monkeypatch):
        monkeypatch.setitem(sources.FETCHED_MAX_BYTES, UploadKind.IMAGE, 10)
        with web() as site:
            settings.LIKENESS_OUTBOUND_ALLOW = [site.host_port]
            site.answer = lambda got: (200, {}, JPEG)
            response = post(client, "/talks", talk_body(f"{site.address}/face.jpg"))
        assert (response.status_code, response.json()["details"]["code"]) == (400, "too-large")

    def test_another_organisations_upload_is_not_there(self, source):
        stranger = did_client(MembershipFactory().organization)
        assert post(stranger, "/talks", talk_body(source[1])).status_code == 404

    def test_an_upload_whose_day_is_over_is_not_there(self, client, source, monkeypatch):
        later = timezone.now() + timedelta(hours=25)
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert post(client, "/talks", talk_body(source[1])).status_code == 404


def test_a_client_that_was_written_for_another_server_gets_through(source):
    """What published examples do: a raw “user:password” after Basic, and polling until it is done."""
    from tests.api import key_for  # noqa: PLC0415

    secret = key_for(source[0].organization).secret
    user = base64.b64encode(b"me@example.org").decode()
    client = Client(headers={"Authorization": f"Basic {user}:{secret}", "Accept": "application/json"})
    voices = check("voices", client.get("/did/tts/voices?provider=microsoft").json())
    script = {"type": "text", "subtitles": "false", "ssml": "false", "input": "Hello there, friend.",
              "provider": {"type": "microsoft", "voice_id": voices[0]["id"]}}  # fmt: skip
    body = {"script": script, "config": {"fluent": "false", "pad_audio": "0.0"}, "source_url": source[1]}
    created = client.post("/did/talks/", body, content_type="application/json")
    assert created.status_code == 201
    publish()
    talk = client.get(f"/did/talks/{created.json()['id']}").json()
    assert talk["status"] == "done"
    assert b"".join(Client().get(talk["result_url"], follow=True).streaming_content) == b"the film"
