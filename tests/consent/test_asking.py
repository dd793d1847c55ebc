"""Asking: who is asked, about what, and once more on other terms."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role
from consent.gate import SCOPES, Scope, SubjectKind
from consent.models import ConsentRequest
from consent.selectors import (
    RequestState,
    request_state,
    request_token,
    request_url,
)
from consent.services import (
    consent_request_change,
)
from tests.consent.deciding import decision
from tests.factories import (
    ClipFactory,
    SubjectFactory,
    answer,
    member_of,
    request_for,
)

pytestmark = pytest.mark.django_db


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
