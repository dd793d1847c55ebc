"""Answering: a yes, a no, and what is kept of either."""

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.append_only import allowing_sql
from accounts.models import AuditEvent
from consent.errors import ConsentError
from consent.gate import SCOPES, Scope, SubjectKind
from consent.models import ConsentEvent, ConsentRequest, ConsentTrace, Subject
from consent.notices import VERSION, day_words
from consent.selectors import (
    RequestState,
    consent_breaks,
    receipt_token,
    request_notices,
    request_token,
)
from consent.services import (
    challenge_issue,
    consent_answer,
    consent_withdraw,
    traces_purge,
)
from tests.consent.deciding import decision
from tests.factories import (
    ClipFactory,
    RecordingFactory,
    SubjectFactory,
    answer,
    request_for,
)

pytestmark = pytest.mark.django_db


def test_a_full_answer_opens_the_gate_for_exactly_what_was_shown(clip):
    answer(request_for(clip))

    assert decision(clip).allowed
    assert decision(clip, words=f"  {clip.words}\n").allowed
    assert decision(clip, photo_sha256="another").missing == SCOPES
    assert decision(clip, voice="bella").missing == (Scope.VOICE,)
    assert decision(clip, words="Something else.").missing == (Scope.WORDS,)


def test_a_recording_is_bound_to_its_own_bytes():
    recording = RecordingFactory()
    clip = ClipFactory(
        organization=recording.organization,
        portrait__project=recording.project,
        recording=recording,
        words="",
        voice="recording",
    )
    answer(request_for(clip))

    assert decision(clip).allowed
    assert decision(clip, recording_sha256="another").missing == (Scope.VOICE, Scope.WORDS)


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_not_granted_is_refused(clip, scope):
    receipt = answer(request_for(clip), set(SCOPES) - {scope})

    assert decision(clip).missing == (scope,)
    assert receipt.state is RequestState.PARTLY
    assert {event.scope for event in receipt.answers if event.state == "refused"} == {scope}


def test_refusing_everything_needs_no_name(clip):
    token = request_token(request_for(clip))

    receipt = consent_answer(
        token=token, granted=set(), typed_name="", ip="", user_agent="", language="en", challenge=""
    )

    assert receipt.state is RequestState.REFUSED


def test_agreeing_needs_a_name(clip):
    token = request_token(request_for(clip))

    with pytest.raises(ConsentError, match="Your name is missing") as error:
        consent_answer(
            token=token, granted={Scope.FACE}, typed_name=" ", ip="", user_agent="", language="en", challenge=""
        )

    assert error.value.code == "name-missing"
    assert not ConsentEvent.objects.exists()


def signed(request, words: str, name: str = "Mira Example", granted=SCOPES):
    return consent_answer(
        token=request_token(request),
        granted=granted,
        typed_name=name,
        ip="",
        user_agent="",
        language="en",
        challenge=words,
    )


def test_the_same_answer_twice_is_recorded_once(clip):
    request = request_for(clip)
    words = challenge_issue(request, language="en").words

    assert signed(request, words).answers == signed(request, words.upper()).answers
    assert ConsentEvent.objects.count() == 3


@pytest.mark.parametrize(("words", "name"), [("other words here", "Mira Example"), ("", "Somebody Else")])
def test_who_has_the_link_and_guesses_the_answer_does_not_get_to_the_receipt(clip, words, name):
    request = request_for(clip)
    right = challenge_issue(request, language="en").words
    signed(request, right)

    with pytest.raises(ConsentError) as error:
        signed(request, words or right, name)

    assert error.value.code == "link-answered"


def test_another_answer_to_the_same_link_is_refused(clip):
    request = request_for(clip)
    answer(request, {Scope.FACE})

    with pytest.raises(ConsentError) as error:
        answer(request)

    assert error.value.code == "link-answered"
    assert decision(clip).missing == (Scope.VOICE, Scope.WORDS)


def test_an_expired_link_is_not_answered(clip):
    request = request_for(clip)
    ConsentRequest.objects.update(expires_at=timezone.now())

    with pytest.raises(ConsentError, match="has run out") as error:
        answer(request)

    assert error.value.code == "link-expired"
    assert not decision(clip).allowed


def test_a_withdrawn_link_is_not_answered_again(clip):
    request = request_for(clip)
    consent_withdraw(token=answer(request).token)

    with pytest.raises(ConsentError) as error:
        answer(request)

    assert error.value.code == "link-withdrawn"


def test_forged_and_misused_tokens_are_unknown(clip):
    request = request_for(clip)
    token = request_token(request)
    forged = ["", "x", request.pk, f"{request.pk}:x", token[:-1], receipt_token(request)]

    codes = set()
    for candidate in forged:
        with pytest.raises(ConsentError) as error:
            consent_answer(
                token=candidate,
                granted=set(SCOPES),
                typed_name="Mira",
                ip="",
                user_agent="",
                language="en",
                challenge="",
            )
        codes.add(error.value.code)
    with pytest.raises(ConsentError) as error:
        consent_withdraw(token=token)

    assert codes | {error.value.code} == {"link-unknown"}


def test_a_consent_runs_out(clip, settings):
    settings.LIKENESS_CONSENT_DAYS = 30
    answer(request_for(clip))

    assert decision(clip, at=timezone.now() + timedelta(days=29)).allowed
    assert not decision(clip, at=timezone.now() + timedelta(days=30)).allowed


def test_a_guardian_answers_for_a_child():
    subject = SubjectFactory(kind=SubjectKind.MINOR, name="Ida")
    clip = ClipFactory(organization=subject.organization, portrait__subject=subject)

    receipt = answer(request_for(clip))

    assert {event.grantor_kind for event in receipt.answers} == {"guardian"}
    assert "parent or legal guardian of Ida" in receipt.answers[0].text
    assert decision(clip).allowed


@pytest.mark.parametrize(("language", "kept"), [("en", "en"), ("de-AT", "de"), ("es", "es"), ("tlh", "en")])
def test_the_event_keeps_the_text_exactly_as_it_was_shown(clip, language, kept):
    request = request_for(clip)
    shown = request_notices(request, language=language)
    # What the organisation is called later does not change what was shown.
    type(clip.organization).objects.update(name="Renamed")
    Subject.objects.update(name="Renamed")

    consent_answer(
        token=request_token(request),
        granted=SCOPES,
        typed_name="Mira",
        ip="",
        user_agent="",
        language=language,
        challenge=challenge_issue(request, language=language).words,
    )

    for event in ConsentEvent.objects.all():
        assert event.text == shown[event.scope].text
        assert event.text_sha256 == hashlib.sha256(event.text.encode()).hexdigest() == shown[event.scope].sha256
        assert (event.language, event.text_version) == (kept, VERSION)


def test_the_texts_name_who_what_and_how_long(clip):
    request = request_for(clip)
    texts = request_notices(request, language="en")

    assert clip.portrait.subject.name in texts[Scope.FACE].text
    assert clip.organization.name in texts[Scope.FACE].text
    assert clip.words in texts[Scope.WORDS].text
    assert all(day_words(request.holds_until.date(), "en") in notice.text for notice in texts.values())


def test_braces_in_words_and_names_are_shown_as_they_are():
    clip = ClipFactory(words="Set {name} and {0} and {words}.", portrait__subject__name="{voice}")

    texts = request_notices(request_for(clip), language="en")

    assert "Set {name} and {0} and {words}." in texts[Scope.WORDS].text
    assert "{voice}" in texts[Scope.FACE].text


def test_from_where_an_answer_came_is_kept_apart_and_for_a_while(clip):
    answer(request_for(clip))
    trace = ConsentTrace.objects.first()

    assert (trace.ip, trace.user_agent) == ("203.0.113.0", "Test/1.0")
    assert traces_purge(at=timezone.now() + timedelta(days=89)) == 0
    assert traces_purge(at=timezone.now() + timedelta(days=91)) == 3
    assert ConsentEvent.objects.count() == 3


def test_an_answer_is_in_the_audit_log_without_a_name(clip):
    request = request_for(clip)
    answer(request, {Scope.FACE})

    event = AuditEvent.objects.get(action="consent.answered")

    assert (event.object_id, event.actor_id) == (request.pk, "")
    assert event.data == {"face": "granted", "voice": "refused", "words": "refused"}


def test_the_events_of_a_subject_are_chained(clip):
    request = request_for(clip)
    consent_withdraw(token=answer(request).token)

    assert ConsentEvent.objects.count() == 6
    assert consent_breaks(clip.portrait.subject) == []


@pytest.mark.parametrize(
    "change",
    [
        "state = 'refused'",
        "typed_name = 'Somebody'",
        "expires_at = NULL",
        "words_sha256 = 'x'",
        "text = 'I agree to everything.'",
    ],
)
def test_a_changed_event_breaks_the_chain(clip, change):
    answer(request_for(clip))
    with connection.cursor() as cursor:
        for drop in allowing_sql("consent_consentevent", connection.vendor):
            cursor.execute(drop)
        cursor.execute(f"UPDATE consent_consentevent SET {change} WHERE sequence = 2")  # noqa: S608

    assert consent_breaks(clip.portrait.subject) == [2]
