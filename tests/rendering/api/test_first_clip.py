"""A program's way to a clip: project, person, picture, question, answer, clip, render."""

import pytest

from accounts.services import credits_grant
from consent.models import ConsentRequest
from rendering.models import Render
from tests.api import V1, client_for, post_json
from tests.factories import ClipFactory, OrganizationFactory, answer, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    clip = ClipFactory()
    credits_grant(organization=clip.organization, seconds=60, reason="test")
    return clip


@pytest.fixture
def client(clip):
    return client_for(clip.organization)


def test_a_clip_is_made_of_a_picture_and_words(client, clip):
    made = post_json(client, "/clips", {"portrait": clip.portrait_id, "words": "Good evening.", "style": "presenter"})

    assert made.status_code == 201, made.json()
    assert made.json()["state"] == "not-requested"
    assert made.json()["title"] == "Good evening."
    assert client.get(f"{V1}/clips/{made.json()['id']}").json() == made.json()


def test_without_consent_the_answer_says_what_is_missing_and_where_it_can_be_given(client, clip):
    refused = post_json(client, f"/clips/{clip.pk}/renders")

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "consent-missing")
    assert set(problem["missing"]) == {"face", "voice", "words"}
    assert client.get(f"{V1}/consent-requests").json()["data"][0]["link"] == problem["url"]
    assert not Render.objects.exists()


def test_the_question_stays_though_the_request_had_an_idempotency_key(client, clip):
    for _ in range(2):
        post_json(client, f"/clips/{clip.pk}/renders", Idempotency_Key="a")

    assert ConsentRequest.objects.count() == 1


def test_with_consent_the_same_request_is_taken(client, clip):
    assert post_json(client, f"/clips/{clip.pk}/renders", Idempotency_Key="a").status_code == 409
    answer(ConsentRequest.objects.get())

    made = post_json(client, f"/clips/{clip.pk}/renders", Idempotency_Key="a")
    assert (made.status_code, made.json()["state"]) == (201, "queued")
    assert client.get(f"{V1}/clips/{clip.pk}").json()["render"] == made.json()
    assert client.get(f"{V1}/clips?state=queued").json()["data"][0]["id"] == clip.pk
    assert client.get(f"{V1}/clips?state=failed").json()["data"] == []


def test_a_render_is_stopped_once(client, clip):
    answer(request_for(clip))
    made = post_json(client, f"/clips/{clip.pk}/renders").json()

    stopped = post_json(client, f"/renders/{made['id']}/cancel")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "cancelled")
    assert post_json(client, f"/renders/{made['id']}/cancel").json()["state"] == "cancelled"
    assert client.get(f"{V1}/credits").json()["available"] == 60


def test_too_few_credits_are_told_in_numbers(clip):
    poor = ClipFactory()
    answer(request_for(poor))
    refused = post_json(client_for(poor.organization), f"/clips/{poor.pk}/renders")

    assert (refused.status_code, refused.json()["code"]) == (402, "not-enough-credits")
    assert refused.json()["available"] == 0


def test_words_that_cannot_be_spoken_are_refused_with_advice(client, clip):
    refused = post_json(client, "/clips", {"portrait": clip.portrait_id, "words": "🤷"})

    assert (refused.status_code, refused.json()["code"]) == (422, "unusable-words")
    assert refused.json()["advice"]


def test_another_organisations_picture_is_not_there(clip):
    refused = post_json(client_for(OrganizationFactory()), "/clips", {"portrait": clip.portrait_id, "words": "Hello."})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "portrait")


def test_a_clip_is_deleted_with_a_certificate(client, clip):
    assert client.delete(f"{V1}/clips/{clip.pk}").status_code == 204

    assert client.get(f"{V1}/clips/{clip.pk}").status_code == 404
    assert clip.organization.deletion_certificates.get().cause == "request"
