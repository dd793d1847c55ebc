"""The three words, spoken, for a copy of a voice: heard by this machine, or by a person."""

import io
import wave
from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from consent import speaking
from consent.challenge import says
from consent.errors import ConsentError
from consent.gate import Scope, VoiceKind, clone_voice
from consent.hearing import Heard, can_hear, hear
from consent.models import ConsentEvent, ConsentRequest, SpokenProof, SpokenState
from consent.selectors import RequestState, receipt_data, receipt_token, request_state, request_token
from consent.services import (
    challenge_issue,
    consent_answer,
    consent_request_change,
    consent_request_renew,
    consent_withdraw,
    spoken_decide,
)
from consent.speaking import DAYS_TO_LISTEN, spoken_lapse
from rendering.engine.speech import Sound, synthesise
from tests.consent.deciding import decision
from tests.factories import ClipFactory, UserFactory, request_for


def wav(sound: Sound) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes((sound.samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def tone(seconds: float = 2.0) -> bytes:
    times = np.arange(int(24_000 * seconds)) / 24_000
    return wav(Sound((0.3 * np.sin(2 * np.pi * 220 * times)).astype(np.float32), 24_000))


@pytest.fixture
def asked(transactional_db) -> ConsentRequest:
    first = request_for(ClipFactory())
    return consent_request_change(
        organization=first.organization,
        acting_user=first.created_by,
        request=first,
        topic="",
        uses=(),
        purpose=first.purpose,
        audience=first.audience,
        language="en",
        clone=True,
        voice_recording=tone(),
    )


@pytest.fixture
def machine(monkeypatch):
    """What the machine hears, and how alike it finds the voices; (None, None): it has no ears."""

    def set_to(text: str | None, likeness: float | None = None) -> None:
        monkeypatch.setattr(speaking, "hear", lambda recording, language: Heard(text, None))
        monkeypatch.setattr(speaking, "voice_likeness", lambda sound, other: likeness)

    return set_to


ALL = (Scope.FACE, Scope.CLONE, Scope.WORDS)


def say(request: ConsentRequest, *, typed: str | None = None, granted=ALL, spoken: bytes = b"sound"):
    words = challenge_issue(request, language="en").words
    return consent_answer(
        token=request_token(request),
        granted=set(granted),
        typed_name="Mira Example",
        ip="",
        user_agent="",
        language="en",
        challenge=words if typed is None else typed,
        spoken=spoken,
    )


def allowed(request: ConsentRequest) -> bool:
    portrait_clip = request.subject.portraits.get().clips.get()
    return decision(portrait_clip, voice=request.voice, voice_kind=VoiceKind.CLONED).allowed


def words_of(request: ConsentRequest) -> str:
    return challenge_issue(request, language="en").words


def test_a_copy_of_the_voice_is_a_question_of_its_own(asked):
    assert asked.scopes == ["face", "clone", "words"]
    assert asked.voice == clone_voice(asked.subject_id)
    page = Client().get(f"/consent/{request_token(asked)}/").content.decode()
    assert "May a copy of your voice speak?" in page
    assert "the recording from which the voice would be copied" in page


def test_without_speaking_nobody_agrees_to_a_copy_of_their_voice(asked):
    with pytest.raises(ConsentError) as error:
        say(asked, spoken=b"")
    assert error.value.code == "voice-missing"
    assert not ConsentEvent.objects.exists()

    # A no to the copy needs no voice.
    say(asked, spoken=b"", granted=(Scope.FACE, Scope.WORDS))
    assert not allowed(asked)


def test_words_that_the_machine_hears_in_the_same_voice_are_enough(asked, machine):
    machine(f"Well, {words_of(asked)}!", 0.9)

    receipt = say(asked, typed="")

    assert receipt.state is RequestState.GRANTED
    assert allowed(asked)
    assert ConsentEvent.objects.get(scope="clone").signature_method == "typed name and spoken words"
    assert not SpokenProof.objects.exists()


@pytest.mark.parametrize(
    ("text", "likeness", "code"),
    [("something else entirely", 0.9, "challenge-wrong"), ("", 0.9, "challenge-wrong"), (None, 0.5, "voice-differs")],
)
def test_other_words_or_another_voice_are_not_taken(asked, machine, text, likeness, code):
    machine(text, likeness)

    with pytest.raises(ConsentError) as error:
        say(asked)

    assert error.value.code == code
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize(("hears", "likeness"), [(False, None), (False, 0.9), (True, 0.7), (True, None)])
def test_what_the_machine_cannot_tell_waits_for_a_person_and_is_no_yes_meanwhile(asked, machine, hears, likeness):
    machine(words_of(asked) if hears else None, likeness)

    receipt = say(asked)

    assert receipt.state is RequestState.PARTLY
    assert not allowed(asked)
    proof = SpokenProof.objects.get()
    assert default_storage.open(proof.file_key).read() == b"sound"
    page = Client().get(f"/receipt/{receipt.token}/").content.decode()
    assert "A person listens to your recording first" in page
    assert "Thank you. One of your answers waits." in page

    # Sent twice it is one answer.
    assert say(asked, typed=proof.words).token == receipt.token


@pytest.mark.parametrize("accepted", [True, False])
def test_a_moderator_listens_and_the_recording_goes(asked, machine, accepted):
    machine(None)
    say(asked)
    proof = SpokenProof.objects.get()

    spoken_decide(acting_user=UserFactory(is_staff=True), proof=proof, accepted=accepted)

    assert allowed(asked) is accepted
    assert not default_storage.exists(proof.file_key)
    assert SpokenProof.objects.get().file_key == ""
    with pytest.raises(ConsentError):
        spoken_decide(acting_user=UserFactory(is_staff=True), proof=proof, accepted=True)


def test_only_a_moderator_decides(asked, machine):
    machine(None)
    say(asked)

    with pytest.raises(PermissionDenied):
        spoken_decide(acting_user=asked.created_by, proof=SpokenProof.objects.get(), accepted=True)
    client = Client()
    client.force_login(asked.created_by)
    assert client.get("/consents/spoken/").status_code == 302


def test_the_moderators_page_decides(asked, machine):
    machine(None)
    say(asked)
    proof = SpokenProof.objects.get()
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    assert proof.words in client.get("/consents/spoken/").content.decode()

    client.post("/consents/spoken/", {"proof": proof.pk, "heard": "yes"})

    assert allowed(asked)
    assert "Nothing waits." in client.get("/consents/spoken/").content.decode()


def test_what_nobody_heard_in_time_is_no_yes(asked, machine):
    machine(None)
    say(asked)
    proof = SpokenProof.objects.get()
    assert spoken_lapse() == 0

    assert spoken_lapse(at=timezone.now() + timedelta(days=DAYS_TO_LISTEN)) == 1

    assert not allowed(asked)
    assert not default_storage.exists(proof.file_key)


@pytest.mark.parametrize("granted", [ALL, (Scope.CLONE,)])
def test_who_withdraws_before_anybody_listened_is_not_heard_any_more(asked, machine, granted):
    machine(None)
    say(asked, granted=granted)
    proof = SpokenProof.objects.get()

    consent_withdraw(token=receipt_token(asked))

    assert not default_storage.exists(proof.file_key)
    assert SpokenProof.objects.get().state == SpokenState.REFUSED
    with pytest.raises(ConsentError):
        spoken_decide(acting_user=UserFactory(is_staff=True), proof=proof, accepted=True)
    assert not allowed(asked)
    assert request_state(asked) in (RequestState.WITHDRAWN, RequestState.REFUSED)


def test_the_recording_of_the_voice_goes_with_the_consent(asked, machine):
    machine(words_of(asked), 0.9)
    receipt = say(asked)
    assert default_storage.exists(asked.voice_sample_key)

    consent_withdraw(token=receipt.token, scopes={Scope.CLONE})

    assert not default_storage.exists(asked.voice_sample_key)
    assert receipt_data(receipt.token).withdrawn == {Scope.CLONE}


def test_a_renewal_asks_with_a_copy_of_the_recording(asked):
    renewed = consent_request_renew(organization=asked.organization, acting_user=asked.created_by, request=asked)

    assert renewed.voice_kind == VoiceKind.CLONED
    assert renewed.voice_sample_key != asked.voice_sample_key
    assert default_storage.exists(renewed.voice_sample_key)


@pytest.mark.parametrize("recording", [b"", b"no sound at all"])
def test_a_copy_is_not_asked_about_without_a_recording_of_the_voice(asked, recording):
    with pytest.raises(ValidationError) as error:
        consent_request_change(
            organization=asked.organization,
            acting_user=asked.created_by,
            request=asked,
            **{"topic": "", "uses": (), "purpose": "x", "audience": "x", "language": "en"},
            clone=True,
            voice_recording=recording,
        )
    assert list(error.value.message_dict) == ["voice_recording"]


def test_the_page_says_beside_the_field_what_is_wrong_with_a_recording(asked):
    yes = {"face": "yes", "clone": "yes", "words": "yes", "typed_name": "Mira", "challenge": words_of(asked)}
    path = f"/consent/{request_token(asked)}/"

    assert "record the three words" in Client().post(path, yes).content.decode()
    page = Client().post(path, {**yes, "spoken": SimpleUploadedFile("a.wav", b"no sound at all")})
    assert "This recording cannot be used" in page.content.decode()
    page = Client().post(path, {**yes, "spoken": SimpleUploadedFile("a.wav", tone(70))})
    assert "too long" in page.content.decode()
    assert not ConsentEvent.objects.exists()


@pytest.mark.django_db
def test_the_page_of_other_terms_asks_for_the_copy(clip):
    request = request_for(clip)
    client = Client()
    client.force_login(clip.created_by)
    terms = {"purpose": "a greeting", "audience": "our door", "language": "de", "clone": "on"}
    path = f"/consents/{request.pk}/terms/"

    assert "Add the recording" in client.post(path, terms).content.decode()
    client.post(path, {**terms, "voice_recording": SimpleUploadedFile("voice.wav", tone())})

    assert ConsentRequest.objects.get(renews=request).scopes == ["face", "clone", "words"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("harbor lantern tiger", True),
        ("So: Harbour, lantern... TIGER, please.", True),
        ("lantern harbor tiger", False),
        ("harbor lantern", False),
        ("", False),
        ("harbor harbor lantern and a tiger", True),
    ],
)
def test_the_words_are_heard_in_their_order_nearly_is_enough(text, heard):
    assert says(text, "harbor lantern tiger") is heard


@pytest.mark.skipif(not can_hear("en"), reason="no recogniser for English: requirements/recognition.txt, whisper-en")
def test_this_machine_hears_three_words():
    sound = synthesise("Window, river, tiger.", voice="heart").sound

    assert says(hear(wav(sound), language="en").text or "", "window river tiger")
