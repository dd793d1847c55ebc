"""What the person hears before they answer: some of the very words, in the very voice."""

import io
import wave

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from consent.gate import Scope
from consent.models import ConsentRequest
from consent.reminding import lapsed_erase
from consent.samples import SPOKEN_CHARACTERS, beginning_of, own_words, sample_key
from consent.selectors import receipt_of, request_token
from consent.services import consent_withdraw
from tests.factories import ClipFactory, RecordingFactory, answer, request_for


def opened(request: ConsentRequest):
    return Client().get(f"/consent/{request_token(request)}/voice/")


@pytest.mark.django_db
def test_the_voice_is_heard_and_a_part_of_it_can_be_asked_for(clip):
    request = request_for(clip)
    assert (
        f"/consent/{request_token(request)}/voice/"
        in Client().get(f"/consent/{request_token(request)}/").content.decode()
    )

    address = opened(request).headers["Location"]

    sound = b"".join(Client().get(address).streaming_content)
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getnframes() / file.getframerate() > 1
    part = Client().get(address, headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "100")
    request.refresh_from_db()
    assert sample_key(request) == request.voice_sample_key


@pytest.mark.django_db
def test_a_recording_is_played_itself_and_an_unknown_voice_not_at_all(clip):
    recording = RecordingFactory()
    spoken = ClipFactory(
        organization=recording.organization,
        portrait__project=recording.project,
        recording=recording,
        words="",
        voice="recording",
    )
    unknown = ClipFactory(voice="nobody")

    assert opened(request_for(spoken)).status_code == opened(request_for(unknown)).status_code == 404
    assert "/voice/" not in Client().get(f"/consent/{request_token(request_for(unknown))}/").content.decode()


def sampled(request: ConsentRequest) -> str:
    """The key of a sample, which is not made for this test."""
    key = default_storage.save(f"org/{request.organization_id}/consent/{request.pk}.wav", io.BytesIO(b"sound"))
    ConsentRequest.objects.filter(pk=request.pk).update(voice_sample_key=key)
    return key


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scope", [Scope.FACE, Scope.VOICE, Scope.WORDS])
def test_the_sample_goes_with_the_consent_it_was_made_for(scope):
    request = request_for(ClipFactory())
    key = sampled(request)
    answer(request)
    assert opened(request).status_code == 404

    consent_withdraw(token=receipt_of(request).token, scopes={scope})

    assert not default_storage.exists(key)


@pytest.mark.django_db(transaction=True)
def test_the_sample_of_a_question_that_nobody_answered_goes_when_the_link_ends():
    request = request_for(ClipFactory())
    key = sampled(request)
    assert lapsed_erase() == 0

    ConsentRequest.objects.update(expires_at=timezone.now())

    assert lapsed_erase() == 1
    assert not default_storage.exists(key)
    assert opened(request).status_code == 404


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Good morning.", "Good morning."),
        ("First. " + "Second is long " * 20, "First."),
        ("One two three " * 40, ("One two three " * 40)[:SPOKEN_CHARACTERS].rpartition(" ")[0]),
        ("a" * 500, "a" * SPOKEN_CHARACTERS),
        ("", ""),
    ],
)
def test_only_the_beginning_is_said(words, said):
    assert beginning_of(words) == said


def test_what_others_say_and_what_cards_say_is_not_said_in_this_voice():
    words = "Good morning.\n\n(Ben: Who are you?)\n\nI am (still) Ada.\n\n(Shown after: The end)"
    assert own_words(words) == "Good morning.\n\nI am (still) Ada."
