"""Consent through the API: who is shown, what they were asked, what they answered; nobody answers for them."""

import json

import pytest
from django.core import mail

from consent.models import ConsentRequest
from consent.selectors import request_token
from consent.services import consent_request_create
from tests.api import V1, client_for, post_json
from tests.factories import ClipFactory, RecordingFactory, SubjectFactory, answer, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return request_for(ClipFactory())


@pytest.fixture
def client(asked):
    return client_for(asked.organization)


def _state(client, asked):
    return client.get(f"{V1}/consent-requests/{asked.pk}").json()


def test_a_statement_stands_for_whom_nobody_can_ask(client):
    made = post_json(client, "/subjects", {"kind": "fictional", "name": "The night porter"}).json()
    stated = post_json(client, f"/subjects/{made['id']}/statement", {"statement": "A figure of our own."})

    assert (made["can_be_asked"], stated.status_code) == (False, 201)
    assert stated.json()["statement"] == "A figure of our own."
    assert client.delete(f"{V1}/subjects/{made['id']}/statement").status_code == 204


def test_a_living_person_cannot_be_stated(client, asked):
    refused = post_json(client, f"/subjects/{asked.subject_id}/statement", {"statement": "She will not mind."})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "statement")


def test_an_open_question_has_a_link_and_an_answered_one_a_way_back(client, asked):
    before = _state(client, asked)
    assert (before["state"], before["withdrawal_link"]) == ("open", None)
    assert before["link"].endswith(f"/consent/{request_token(asked)}/")

    answer(asked)
    after = _state(client, asked)
    assert (after["state"], after["link"]) == ("granted", None)
    assert after["answers"] == {"face": "granted", "voice": "granted", "words": "granted"}
    assert "/receipt/" in after["withdrawal_link"]


def test_a_question_is_sent_by_e_mail(client, asked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = post_json(client, f"/consent-requests/{asked.pk}/send", {"email": "mira@example.org"})

    assert sent.json()["email"] == "mira@example.org"
    assert [letter.to for letter in mail.outbox] == [["mira@example.org"]]


def test_the_same_is_asked_once_more_as_a_question_of_its_own(client, asked):
    renewed = post_json(client, f"/consent-requests/{asked.pk}/renew")

    assert renewed.status_code == 201
    assert renewed.json()["renews"] == asked.pk


def test_other_terms_are_another_question(client, asked):
    changed = post_json(client, f"/consent-requests/{asked.pk}/terms", {"uses": ["commercial"], "purpose": "posters"})

    assert "commercial" in changed.json()["scopes"]
    assert "commercial" not in _state(client, asked)["scopes"]


def test_the_receipt_is_signed_and_there_once_somebody_answered(client, asked):
    path = f"{V1}/consent-requests/{asked.pk}/receipt"
    assert client.get(path).json()["code"] == "conflict"

    answer(asked)
    assert "signature" in json.loads(client.get(path).content)
    assert client.get(f"{path}.pdf").content.startswith(b"%PDF-")


def test_a_portraits_question_is_about_words_a_recording_or_a_topic(client):
    clip = ClipFactory()
    client = client_for(clip.organization)
    recording = RecordingFactory(organization=clip.organization, created_by=clip.created_by)
    path = f"/portraits/{clip.portrait_id}/consent-requests"

    assert post_json(client, path, {"words": "Hello."}).json()["scopes"] == ["face", "voice", "words"]
    assert post_json(client, path, {"topic": "the garden"}).json()["scopes"] == ["face", "voice", "topic"]
    assert post_json(client, path, {"recording": recording.pk}).json()["voice"] == "recording"
    assert post_json(client, path, {}).status_code == 422


def test_the_list_can_be_of_one_person(client, asked):
    other = SubjectFactory(organization=asked.organization, created_by=asked.created_by)
    consent_request_create(
        organization=asked.organization,
        acting_user=asked.created_by,
        subject=other,
        photo_key="x",
        photo_sha256="0" * 64,
        words="Hello.",
        voice="heart",
    )

    listed = client.get(f"{V1}/consent-requests?subject={asked.subject_id}").json()["data"]
    assert [one["id"] for one in listed] == [asked.pk]
    assert ConsentRequest.objects.count() == 2
