"""Withdrawing a part; who is told; what is erased."""

import pytest
from django.core import mail
from django.core.files.storage import default_storage

from consent import erasure
from consent.erasure import Erasure, erasures_run
from consent.errors import ConsentError
from consent.gate import SCOPES, Action, Scope
from consent.letters import letters_send
from consent.models import ConsentEvent, ErasureRequest, Letter
from consent.selectors import RequestState, ask_gate, receipt_data
from consent.services import consent_request_create, consent_withdraw
from projects.models import Portrait
from tests.factories import ClipFactory, RecordingFactory, answer, request_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clip():
    return ClipFactory()


def decision(clip, **changes):
    return ask_gate(
        subject=clip.portrait.subject,
        photo_sha256=clip.portrait.sha256,
        words=clip.words,
        voice=clip.voice,
        action=Action.VIEW,
        **changes,
    )


def used_request(clip, *uses: Scope):
    return consent_request_create(
        organization=clip.organization,
        acting_user=clip.created_by,
        subject=clip.portrait.subject,
        photo_key=clip.portrait.image.name,
        photo_sha256=clip.portrait.sha256,
        words=clip.words,
        voice=clip.voice,
        uses=uses,
    )


def test_a_use_is_withdrawn_alone(clip):
    request = used_request(clip, Scope.COMMERCIAL, Scope.PUBLIC)
    receipt = answer(request, tuple(Scope))
    assert decision(clip, commercial=True, public=True).allowed

    withdrawn = consent_withdraw(token=receipt.token, scopes={Scope.COMMERCIAL})

    assert withdrawn.receipt.state is RequestState.PARTLY
    assert withdrawn.receipt.withdrawn == {"commercial"}
    assert decision(clip, commercial=True).missing == (Scope.COMMERCIAL,)
    assert decision(clip, public=True).allowed
    assert not ErasureRequest.objects.exists()


def test_what_is_left_is_withdrawn_later(clip):
    receipt = answer(used_request(clip, Scope.PUBLIC), tuple(Scope))

    consent_withdraw(token=receipt.token, scopes={Scope.PUBLIC})
    last = consent_withdraw(token=receipt.token)

    assert last.receipt.state is RequestState.WITHDRAWN
    assert ConsentEvent.objects.filter(state="withdrawn").count() == 4


def test_what_was_not_granted_is_not_withdrawn(clip):
    token = answer(request_for(clip), {Scope.FACE}).token

    with pytest.raises(ConsentError) as error:
        consent_withdraw(token=token, scopes={Scope.WORDS})
    assert error.value.code == "nothing-to-withdraw"


def test_a_refused_use_leaves_a_plain_clip_allowed(clip):
    answer(used_request(clip, Scope.COMMERCIAL), SCOPES)

    assert decision(clip).allowed
    assert decision(clip, commercial=True).missing == (Scope.COMMERCIAL,)


def test_the_photo_is_gone_when_the_face_is_withdrawn(clip):
    photo = default_storage.open(clip.portrait.image.name).read()
    other = ClipFactory(organization=clip.organization, portrait__subject=clip.portrait.subject)

    consent_withdraw(token=answer(request_for(clip)).token)

    erased = Portrait.objects.get(pk=clip.portrait.pk)
    assert default_storage.open(erased.image.name).read() != photo
    assert erased.erased_at is not None
    assert erased.faces == []
    asked = ErasureRequest.objects.get()
    assert asked.done_at is not None
    assert clip.portrait.pk in asked.report
    assert Portrait.objects.get(pk=other.portrait.pk).erased_at is None


def test_the_receipt_still_opens_after_the_photo_is_gone(clip):
    token = answer(request_for(clip)).token
    consent_withdraw(token=token)

    assert receipt_data(token).photo_url == ""


def test_a_recording_is_gone_when_the_voice_is_withdrawn():
    recording = RecordingFactory()
    clip = ClipFactory(
        organization=recording.organization,
        portrait__project=recording.project,
        recording=recording,
        words="",
        voice="recording",
    )
    receipt = answer(request_for(clip))

    consent_withdraw(token=receipt.token, scopes={Scope.VOICE})

    assert not default_storage.exists(recording.file.name)
    assert default_storage.exists(clip.portrait.image.name)


def test_an_erasure_that_fails_is_tried_again(clip, monkeypatch):
    calls = []

    def failing_once(asked: Erasure) -> list[str]:
        calls.append(asked.subject.pk)
        if len(calls) == 1:
            raise OSError("the storage does not answer")
        return ["por_1"]

    monkeypatch.setattr(erasure, "_erasers", [failing_once])
    consent_withdraw(token=answer(request_for(clip)).token)
    assert ErasureRequest.objects.get().done_at is None
    assert ConsentEvent.objects.filter(state="withdrawn").count() == 3

    assert erasures_run() == 1
    assert erasures_run() == 0

    asked = ErasureRequest.objects.get()
    assert (asked.report, asked.attempts) == (["por_1"], 2)


def test_the_organisation_is_told_of_a_withdrawal(clip):
    receipt = answer(request_for(clip))
    mail.outbox.clear()

    consent_withdraw(token=receipt.token)

    assert clip.created_by.email in {address for letter in mail.outbox for address in letter.to}
    assert "was withdrawn" in mail.outbox[0].body


def test_a_mail_server_that_is_away_undoes_nothing_and_the_letter_goes_later(clip, settings):
    receipt = answer(request_for(clip))
    mail.outbox.clear()
    settings.EMAIL_BACKEND = "no.such.backend"

    consent_withdraw(token=receipt.token)

    assert not decision(clip).allowed
    waiting = Letter.objects.filter(key__startswith="withdrawn:", sent_at=None).count()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert letters_send() == waiting > 0
    assert letters_send() == 0
