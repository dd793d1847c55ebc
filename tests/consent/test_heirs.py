"""Executors, rights holders and families: asked by a link, as a guardian is."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consent.gate import SCOPES, Scope, SubjectKind
from consent.models import ConsentRequest, Evidence
from consent.record import record_of_request
from consent.selectors import receipt_of, request_token
from consent.services import challenge_issue, consent_withdraw, statement_record, subject_asked_by_link
from rendering.gating import request_consent
from tests.consent.deciding import decision
from tests.factories import ClipFactory, SubjectFactory, request_for

pytestmark = pytest.mark.django_db

WILL = b"%PDF-1.7 the will"


def clip_of(kind: SubjectKind = SubjectKind.DECEASED, authority: str = "executor", **values):
    subject = SubjectFactory(kind=kind, name="Ada Example")
    clip = ClipFactory(organization=subject.organization, created_by=subject.created_by, portrait__subject=subject)
    by_link(clip, authority)
    return clip


def by_link(clip, authority: str):
    clip.portrait.subject = subject_asked_by_link(
        organization=clip.organization,
        acting_user=clip.created_by,
        subject=clip.portrait.subject,
        authority=authority,
        name="Lou Example",
    )


def say(request: ConsentRequest, said: str = "yes", document: bytes = WILL, **others: str):
    data = dict.fromkeys(request.scopes, said) | {"typed_name": "Lou Example"} | others
    data["challenge"] = challenge_issue(request, language=request.language).words
    if document:
        data["evidence"] = SimpleUploadedFile("will.pdf", document)  # type: ignore[assignment]
    return Client().post(f"/consent/{request_token(request)}/", data)


def test_an_executor_says_yes_on_a_link_with_the_will():
    clip = clip_of()
    request = request_for(clip)
    page = Client().get(f"/consent/{request_token(request)}/").content.decode()
    assert "A question to whoever decides for Ada Example" in page
    assert "I am the executor of the estate of Ada Example" in page

    assert say(request).status_code == 302

    assert decision(clip).allowed
    kept = Evidence.objects.get()
    assert (kept.created_by, kept.subject) == (None, clip.portrait.subject)
    record = record_of_request(request)
    assert record["likeness"]["evidence_of_authority"] == kept.sha256
    assert ["executor", "Lou Example"] in [
        [party["party_id"], party["party_name"]] for party in record["party_identification"]
    ]


def test_without_a_document_the_yes_waits_for_one_or_for_a_moderator():
    clip = clip_of()

    say(request_for(clip), document=b"")

    assert "Upload a document" in decision(clip).reasons[0]


def test_a_file_that_is_no_document_is_not_taken_and_nothing_is_recorded():
    clip = clip_of()

    page = say(request_for(clip), document=b"<script>")

    assert "This is not a document that can be kept" in page.content.decode()
    assert not clip.portrait.subject.events.exists()


def test_the_family_alone_does_not_sell():
    clip = clip_of(authority="family")
    request = request_for(clip)
    ConsentRequest.objects.update(scopes=[*request.scopes, "commercial"])
    request.refresh_from_db()

    say(request)

    assert decision(clip).allowed
    assert "not the family alone" in decision(clip, commercial=True).reasons[0]


def test_an_executors_no_counts_more_than_an_editors_statement():
    clip = clip_of()
    statement_record(
        organization=clip.organization,
        acting_user=clip.created_by,
        subject=clip.portrait.subject,
        statement="The executor agreed on the telephone.",
        authority="executor",
        evidence=WILL,
    )
    assert decision(clip).allowed

    say(request_for(clip), "no")

    assert not decision(clip).allowed
    assert "said no" in decision(clip).reasons[0]


def test_an_executor_takes_it_back():
    clip = clip_of()
    request = request_for(clip)
    say(request)

    consent_withdraw(token=receipt_of(request).token, scopes={Scope.WORDS})

    assert decision(clip).missing == SCOPES


def test_a_rights_holder_speaks_for_a_brands_figure():
    clip = clip_of(SubjectKind.BRAND, "rights-holder")

    say(request_for(clip), document=b"")

    assert decision(clip).allowed


@pytest.mark.parametrize(
    ("kind", "authority"),
    [(SubjectKind.BRAND, "family"), (SubjectKind.HISTORICAL, "executor"), (SubjectKind.OTHER, "executor")],
)
def test_nobody_else_is_asked_for_them(kind, authority):
    clip = ClipFactory(portrait__subject__kind=kind)

    with pytest.raises(ValidationError, match="By a link can be asked"):
        by_link(clip, authority)


def test_with_the_next_clip_the_link_is_there():
    clip = clip_of()

    address = request_consent(organization=clip.organization, acting_user=clip.created_by, clip=clip)

    assert address.endswith(f"/consent/{request_token(ConsentRequest.objects.get())}/")


def test_the_page_sets_who_is_asked():
    subject = SubjectFactory(kind=SubjectKind.DECEASED)
    client = Client()
    client.force_login(subject.created_by)

    client.post(f"/consents/about/{subject.pk}/link/", {"authority": "family", "name": "Lou"})

    subject.refresh_from_db()
    assert (subject.decided_by, subject.guardian_name, subject.can_be_asked) == ("family", "Lou", True)
