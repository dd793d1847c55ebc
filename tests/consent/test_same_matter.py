"""What an answer speaks of: this picture, with this voice and these words, and nothing else."""

from dataclasses import replace

import pytest

from consent.gate import Action, Fact, GateFacts, Grantor, Scope, State, SubjectKind, VoiceKind, decide
from consent.selectors import RequestState, consent_breaks, receipt_of, request_state
from consent.services import consent_withdraw
from rendering.gating import ask
from tests.consent.test_gate import NOON
from tests.factories import ClipFactory, answer, request_for


def allowed(asked: GateFacts) -> bool:
    return decide(asked, Action.VIEW, NOON.replace(hour=13)).allowed


def test_a_topic_and_one_recording_do_not_open_another_recording():
    def said(scope: Scope, words: str) -> Fact:
        return Fact(
            scope=scope,
            state=State.GRANTED,
            grantor=Grantor.SUBJECT,
            at=NOON,
            photo_sha256="photo-1",
            voice="recording",
            words_sha256=words,
            topic="the museum",
        )

    events = tuple(said(scope, "recording-1") for scope in (Scope.FACE, Scope.VOICE, Scope.TOPIC))
    asked = GateFacts(
        kind=SubjectKind.OTHER,
        photo_sha256="photo-1",
        voice="recording",
        words_sha256="recording-1",
        voice_kind=VoiceKind.RECORDING,
        topic="the museum",
        events=events,
    )

    assert allowed(asked)
    assert not allowed(replace(asked, words_sha256="recording-2"))


@pytest.mark.django_db
def test_words_that_were_agreed_to_with_one_picture_are_not_with_another_one(clip):
    other = ClipFactory(
        organization=clip.organization, created_by=clip.created_by, portrait__subject=clip.portrait.subject
    )
    answer(request_for(clip))
    same = {"organization": clip.organization, "created_by": clip.created_by}
    answer(request_for(ClipFactory(**same, portrait=other.portrait, words="Something else.")))

    assert ask(clip, Action.SUBMIT).allowed
    assert ask(other, Action.SUBMIT).missing == (Scope.WORDS,)


@pytest.mark.django_db
def test_what_is_withdrawn_on_one_receipt_is_not_agreed_to_on_another_one(clip):
    first, second = request_for(clip), request_for(clip)
    other = ClipFactory(
        organization=clip.organization, created_by=clip.created_by, portrait__subject=clip.portrait.subject
    )
    elsewhere = request_for(other)
    for request in (first, second, elsewhere):
        answer(request)

    consent_withdraw(token=receipt_of(first).token, scopes={Scope.WORDS})

    assert receipt_of(second).withdrawn == {Scope.WORDS}
    assert request_state(second) is RequestState.PARTLY
    # Another picture with the same words was asked about by itself.
    assert request_state(elsewhere) is RequestState.GRANTED
    assert ask(other, Action.VIEW).allowed
    assert not ask(clip, Action.VIEW).allowed
    assert consent_breaks(clip.portrait.subject) == []
