"""Who is shown, what is stated about those who cannot be asked, and what moderators say."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage

from accounts.models import AuditEvent, Role
from consent.fingerprints import words_fingerprint
from consent.gate import Moderation, SubjectKind
from consent.models import ConsentEvent, Evidence, Subject
from consent.selectors import (
    consent_breaks,
)
from consent.services import (
    statement_record,
    statement_withdraw,
    subject_create,
    subject_moderate,
)
from tests.consent.deciding import decision
from tests.factories import (
    ClipFactory,
    OrganizationFactory,
    SubjectFactory,
    UserFactory,
    answer,
    member_of,
    request_for,
    statement_for,
)

pytestmark = pytest.mark.django_db


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
