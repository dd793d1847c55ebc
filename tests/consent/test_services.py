"""Asking, answering, withdrawing, stating."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.append_only import allowing_sql
from accounts.models import AuditEvent, Role
from consent import withdrawal
from consent.errors import ConsentError
from consent.fingerprints import words_fingerprint
from consent.gate import SCOPES, Action, Moderation, Scope, SubjectKind
from consent.models import ConsentEvent, ConsentRequest, ConsentTrace, Evidence, Subject
from consent.notices import VERSION
from consent.selectors import (
    RequestState,
    ask_gate,
    consent_breaks,
    receipt_data,
    receipt_token,
    request_notices,
    request_state,
    request_token,
    request_url,
)
from consent.services import (
    challenge_issue,
    consent_answer,
    consent_request_change,
    consent_withdraw,
    statement_record,
    statement_withdraw,
    subject_create,
    subject_moderate,
    traces_purge,
)
from tests.factories import (
    ClipFactory,
    OrganizationFactory,
    RecordingFactory,
    SubjectFactory,
    UserFactory,
    answer,
    member_of,
    request_for,
    statement_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    return ClipFactory()


@pytest.fixture
def handlers(monkeypatch):
    registered: list = []
    monkeypatch.setattr(withdrawal, "_handlers", registered)
    return registered


def decision(clip, action=Action.SUBMIT, **changes):
    values = {
        "photo_sha256": clip.portrait.sha256,
        "words": clip.words,
        "voice": clip.voice,
        "recording_sha256": clip.recording.sha256 if clip.recording else "",
        **changes,
    }
    return ask_gate(subject=clip.portrait.subject, action=action, **values)


# Asking


def test_a_request_opens_for_two_weeks(clip):
    request = request_for(clip)

    assert request.expires_at - request.created_at == timedelta(days=14)
    assert request_state(request) is RequestState.OPEN
    assert request_state(request, at=request.expires_at) is RequestState.EXPIRED


def test_the_link_of_a_request_is_whole_and_always_the_same(clip, settings):
    settings.LIKENESS_SITE_URL = "https://likeness.example"
    request = request_for(clip)

    assert request_url(request) == f"https://likeness.example/consent/{request_token(request)}/"
    assert request_url(ConsentRequest.objects.get()) == request_url(request)


def test_the_gate_stays_shut_until_somebody_answers(clip):
    request_for(clip)

    assert decision(clip).missing == SCOPES


@pytest.mark.parametrize("kind", [SubjectKind.DECEASED, SubjectKind.HISTORICAL, SubjectKind.FICTIONAL])
def test_those_who_cannot_answer_are_not_asked(kind):
    subject = SubjectFactory(kind=kind)
    clip = ClipFactory(organization=subject.organization, portrait__subject=subject)

    with pytest.raises(ValidationError, match="Nobody can be asked"):
        request_for(clip)


def test_a_viewer_cannot_ask(clip):
    clip.created_by = member_of(clip.organization, Role.VIEWER)

    with pytest.raises(PermissionDenied):
        request_for(clip)


def test_a_subject_of_another_organisation_cannot_be_asked(clip):
    clip.portrait.subject = SubjectFactory()

    with pytest.raises(PermissionDenied):
        request_for(clip)


def test_words_or_a_recording_have_to_be_there(clip):
    clip.words = "  "

    with pytest.raises(ValidationError, match="one of the two"):
        request_for(clip)


# Answering


def test_a_full_answer_opens_the_gate_for_exactly_what_was_shown(clip):
    answer(request_for(clip))

    assert decision(clip).allowed
    assert decision(clip, words=f"  {clip.words}\n").allowed
    assert decision(clip, photo_sha256="another").missing == (Scope.FACE,)
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
    assert decision(clip, recording_sha256="another").missing == (Scope.WORDS,)


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


def test_the_same_answer_twice_is_recorded_once(clip):
    request = request_for(clip)
    first, second = answer(request), answer(request)

    assert first.answers == second.answers
    assert ConsentEvent.objects.count() == 3


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
    assert all(request.holds_until.date().isoformat() in notice.text for notice in texts.values())


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


# Withdrawing


@pytest.mark.parametrize("action", Action)
def test_a_withdrawal_shuts_the_gate_at_once(clip, action, handlers):
    receipt = answer(request_for(clip))

    consent_withdraw(token=receipt.token)

    assert decision(clip, action).missing == SCOPES


def test_a_withdrawal_names_what_it_stopped(clip, handlers):
    seen = []
    handlers += [lambda withdrawn: seen.append(withdrawn) or ["rnd_1", "rnd_2"], lambda withdrawn: ["shr_1"]]
    request = request_for(clip)

    withdrawn = consent_withdraw(token=answer(request).token)

    assert withdrawn.affected == ("rnd_1", "rnd_2", "shr_1")
    assert withdrawn.receipt.state is RequestState.WITHDRAWN
    assert (seen[0].subject, seen[0].request) == (clip.portrait.subject, request)
    assert AuditEvent.objects.get(action="consent.withdrawn").data == {"affected": ["rnd_1", "rnd_2", "shr_1"]}


def test_the_gate_is_shut_when_the_handlers_are_called(clip, handlers):
    handlers.append(lambda withdrawn: [str(decision(clip).allowed)])

    assert consent_withdraw(token=answer(request_for(clip)).token).affected == ("False",)


def test_withdrawing_twice_changes_nothing(clip, handlers):
    calls = []
    handlers.append(lambda withdrawn: calls.append(withdrawn) or [])
    token = answer(request_for(clip)).token

    first, second = consent_withdraw(token=token), consent_withdraw(token=token)

    assert first.receipt.withdrawn_at == second.receipt.withdrawn_at
    assert (len(calls), ConsentEvent.objects.count()) == (1, 6)


def test_only_what_was_granted_is_withdrawn(clip, handlers):
    consent_withdraw(token=answer(request_for(clip), {Scope.VOICE}).token)

    assert ConsentEvent.objects.get(state="withdrawn").scope == Scope.VOICE


@pytest.mark.parametrize("answered", [False, True])
def test_where_nothing_was_granted_nothing_is_withdrawn(clip, answered, handlers):
    request = request_for(clip)
    if answered:
        answer(request, set())

    with pytest.raises(ConsentError) as error:
        consent_withdraw(token=receipt_token(request))

    assert error.value.code == "nothing-to-withdraw"


def test_a_handler_that_fails_undoes_the_withdrawal(clip, handlers):
    handlers.append(lambda withdrawn: 1 / 0)
    token = answer(request_for(clip)).token

    with pytest.raises(ZeroDivisionError):
        consent_withdraw(token=token)

    assert not ConsentEvent.objects.filter(state="withdrawn").exists()


def test_a_receipt_shows_the_photo_until_it_is_withdrawn(clip, handlers):
    receipt = answer(request_for(clip))
    assert receipt.photo_url

    consent_withdraw(token=receipt.token)

    assert receipt_data(receipt.token).photo_url == ""


def test_a_handler_is_registered_once(handlers):
    def handler(withdrawn):
        return []

    withdrawal.on_withdrawn(handler)
    withdrawal.on_withdrawn(handler)

    assert handlers == [handler]


# Stating


def stated_clip(kind, **values):
    subject = SubjectFactory(kind=kind, **values)
    return ClipFactory(organization=subject.organization, portrait__subject=subject)


@pytest.mark.parametrize(
    ("kind", "values"),
    [(SubjectKind.DECEASED, {}), (SubjectKind.HISTORICAL, {"year_of_death": 1519}), (SubjectKind.FICTIONAL, {})],
)
def test_a_statement_opens_the_gate(kind, values):
    clip = stated_clip(kind, **values)
    assert not decision(clip).allowed

    statement_for(clip.portrait.subject)

    clip.portrait.subject.refresh_from_db()
    assert decision(clip).allowed
    assert clip.portrait.subject.statement == "A talk about the painting, for visitors."


def test_a_withdrawn_statement_shuts_it_again(handlers):
    clip = stated_clip(SubjectKind.FICTIONAL)
    subject = clip.portrait.subject
    statement_for(subject)
    handlers.append(lambda withdrawn: [withdrawn.subject.pk])

    who = {"organization": clip.organization, "acting_user": clip.created_by, "subject": subject}

    assert statement_withdraw(**who) == (subject.pk,)
    assert statement_withdraw(**who) == ()
    assert not decision(clip).allowed


INVALID_STATEMENTS = {
    "about the living": (SubjectKind.OTHER, {"statement": "I may."}, "asked"),
    "without authority": (SubjectKind.DECEASED, {"statement": "I may."}, "authority"),
    "without the right authority": (SubjectKind.DECEASED, {"statement": "I may.", "authority": "editor"}, "authority"),
    "empty": (SubjectKind.FICTIONAL, {"statement": " "}, "Say why"),
    "historical without a source": (SubjectKind.HISTORICAL, {"statement": "I may."}, "come from"),
}


@pytest.mark.parametrize(("kind", "values", "reason"), INVALID_STATEMENTS.values(), ids=INVALID_STATEMENTS)
def test_a_statement_is_refused_that_is(kind, values, reason):
    subject = SubjectFactory(kind=kind)

    with pytest.raises(ValidationError, match=reason):
        statement_record(organization=subject.organization, acting_user=subject.created_by, subject=subject, **values)
    assert not ConsentEvent.objects.exists()


def test_a_moderator_lets_a_historical_person_without_a_year_through():
    clip = stated_clip(SubjectKind.HISTORICAL)
    subject = clip.portrait.subject
    statement_for(subject)
    assert not decision(clip).allowed

    subject_moderate(
        organization=clip.organization,
        acting_user=UserFactory(is_staff=True),
        subject=subject,
        state=Moderation.APPROVED,
    )

    assert decision(clip).allowed


def test_an_owner_is_no_moderator():
    subject = SubjectFactory(kind=SubjectKind.HISTORICAL)

    with pytest.raises(PermissionDenied):
        subject_moderate(
            organization=subject.organization,
            acting_user=member_of(subject.organization),
            subject=subject,
            state=Moderation.APPROVED,
        )


def moderate(clip, state: Moderation, reason: str = ""):
    return subject_moderate(
        organization=clip.organization,
        acting_user=UserFactory(is_staff=True),
        subject=clip.portrait.subject,
        state=state,
        reason=reason,
    )


def test_a_moderators_question_shuts_the_gate_until_the_moderator_is_content():
    clip = stated_clip(SubjectKind.FICTIONAL)
    subject = clip.portrait.subject
    statement_for(subject)

    moderate(clip, Moderation.QUESTIONED, "Who drew it?")
    assert not decision(clip).allowed
    statement_for(subject)
    assert not decision(clip).allowed

    moderate(clip, Moderation.APPROVED)
    assert decision(clip).allowed
    assert consent_breaks(subject) == []
    assert [event.state for event in subject.events.filter(scope="review")] == ["questioned", "granted"]


def test_a_moderators_no_stops_a_living_persons_clips_too(clip, handlers):
    handlers.append(lambda withdrawn: ["rnd_1"])
    answer(request_for(clip))

    moderate(clip, Moderation.REFUSED)

    assert not decision(clip).allowed
    assert AuditEvent.objects.get(action="subject.moderated").data["affected"] == ["rnd_1"]


def test_for_the_dead_the_document_is_needed_and_kept_in_the_private_storage():
    clip = stated_clip(SubjectKind.DECEASED)
    subject = clip.portrait.subject
    values = {"organization": clip.organization, "acting_user": clip.created_by, "subject": subject}
    statement_record(**values, statement="I am the executor.", authority="executor")
    assert "Upload a document" in decision(clip).reasons[0]

    event = statement_record(
        **values, statement="I am the executor.", authority="rights-holder", evidence=b"%PDF-1.7 contract"
    )

    assert decision(clip).allowed
    kept = Evidence.objects.get()
    assert kept.sha256 == event.evidence_sha256 == hashlib.sha256(b"%PDF-1.7 contract").hexdigest()
    assert default_storage.open(kept.file_key).read() == b"%PDF-1.7 contract"


@pytest.mark.parametrize("document", [b"<html>", b"PK\x03\x04", b"%PDF-" + b"x" * 10_000_000])
def test_a_document_that_cannot_be_kept_is_refused(document):
    subject = SubjectFactory(kind=SubjectKind.DECEASED)

    with pytest.raises(ValidationError, match="document"):
        statement_record(
            organization=subject.organization,
            acting_user=subject.created_by,
            subject=subject,
            statement="I am the executor.",
            authority="executor",
            evidence=document,
        )
    assert not Evidence.objects.exists()


def test_fields_that_came_later_do_not_change_older_hashes(clip):
    statement_for(figure := SubjectFactory(kind=SubjectKind.FICTIONAL))
    event = figure.events.get()
    event.signature_method = ""

    assert "topic" not in event.hashed_fields()
    assert "challenge_words" not in event.hashed_fields()


# Other terms


def change(request, **terms):
    return consent_request_change(
        organization=request.organization,
        acting_user=request.created_by,
        request=request,
        **{"topic": "", "uses": (), "purpose": "an advert", "audience": "everybody", "language": "de", **terms},
    )


def test_other_terms_are_another_question_about_the_same(clip):
    first = request_for(clip)
    changed = change(first, topic="the museum", uses=[Scope.COMMERCIAL])

    assert changed.scopes == ["face", "voice", "words", "topic", "commercial"]
    assert (changed.photo_sha256, changed.words_sha256, changed.language) == (
        first.photo_sha256,
        first.words_sha256,
        "de",
    )
    assert change(first, topic="the museum", uses=[Scope.COMMERCIAL]) == changed
    assert change(first, topic="the museum") != changed


def test_a_yes_on_other_terms_opens_the_gate_for_them(clip):
    answer(change(request_for(clip), topic="the museum", uses=[Scope.PUBLIC]), tuple(Scope))

    assert decision(clip, public=True).allowed
    assert decision(clip, words="Anything at all.", topic=" the  museum ").allowed
    assert not decision(clip, words="Anything at all.").allowed
    assert not decision(clip, commercial=True).allowed


# Subjects


def create(**values):
    organization = values.pop("organization", None) or OrganizationFactory()
    who = values.pop("acting_user", None) or member_of(organization)
    return subject_create(organization=organization, acting_user=who, **{"kind": "other", "name": "Mira", **values})


def test_a_subject_can_come_with_its_statement():
    subject = create(
        kind="historical",
        name="  Leonardo   da Vinci ",
        year_of_death=1519,
        statement="For a talk.",
        statement_source="A catalogue.",
    )

    assert subject.name == "Leonardo da Vinci"
    assert subject.events.get().source == "A catalogue."


def test_a_subject_whose_statement_is_refused_is_not_made():
    with pytest.raises(ValidationError):
        create(kind="deceased", statement="I may.")
    assert not Subject.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "robot"}, "kind"),
        ({"name": "  "}, "name"),
        ({"kind": "historical", "year_of_death": 9999}, "year_of_death"),
        ({"kind": "other", "year_of_death": 1519}, "year_of_death"),
    ],
)
def test_a_subject_that_makes_no_sense_is_refused(values, field):
    with pytest.raises(ValidationError) as error:
        create(**values)
    assert list(error.value.message_dict) == [field]


def test_a_viewer_makes_no_subject():
    organization = OrganizationFactory()

    with pytest.raises(PermissionDenied):
        create(organization=organization, acting_user=member_of(organization, Role.VIEWER))


def test_words_of_a_request_are_bound_by_their_fingerprint(clip):
    assert request_for(clip).words_sha256 == words_fingerprint(clip.words)
