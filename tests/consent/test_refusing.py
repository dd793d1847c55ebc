"""Not me: reports, registered pictures that are refused at upload, and the way to appeal."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from PIL import Image

from consent.classes import class_ask, read_list
from consent.errors import ConsentError
from consent.gate import ALL_SCOPES, Action
from consent.models import AppealState, ConsentRequest, LikenessReport, OptOut, ReportState
from consent.refusing import access_appeal, appeal_decide, appeal_write, report_create, report_decide, upload_refusal
from consent.selectors import ask_gate
from projects.models import Portrait
from rendering.engine.errors import PhotoError
from tests.factories import (
    ClipFactory,
    OrganizationFactory,
    SubjectFactory,
    UserFactory,
    answer,
    member_of,
    request_for,
)

pytestmark = pytest.mark.django_db(transaction=True)
PORTRAIT = (Path(__file__).parents[2] / "samples" / "portrait.png").read_bytes()
PIXELS = np.asarray(Image.open(Path(__file__).parents[2] / "samples" / "portrait.png").convert("RGB"))
BOX = (300.0, 250.0, 400.0, 480.0)


@pytest.fixture
def faces(monkeypatch):
    """One face, found without the models."""
    monkeypatch.setattr("rendering.engine.faces.find_faces", lambda photo: [type("Face", (), {"box": BOX})()])


@pytest.fixture
def moderator():
    return UserFactory(is_staff=True)


def report(**values) -> LikenessReport:
    return report_create(**{"clip_reference": "", "name": "Mira", "email": "", "message": "", **values})


def refusal(subject, photo=PIXELS, sha256="photo-1"):
    return upload_refusal(
        organization=subject.organization,
        acting_user=subject.created_by,
        subject=subject,
        photo=photo,
        photo_sha256=sha256,
        boxes=[BOX],
    )


def test_a_registered_picture_is_refused_at_upload_and_is_not_kept(faces):
    subject = SubjectFactory()
    assert refusal(subject) is None

    report(photo=PORTRAIT)

    refused = refusal(subject)
    assert refused.code == "face-registered"
    assert "/consents/appeals/apl_" in refused.advice
    assert set(OptOut.objects.get().fingerprints[0]) == {"p", "d"}


def test_another_picture_is_not_refused(faces):
    report(photo=PORTRAIT)
    noise = np.asarray(
        Image.fromarray(np.random.default_rng(3).integers(0, 255, (6, 5, 3), dtype=np.uint8)).resize((800, 900))
    )

    assert refusal(SubjectFactory(), noise) is None


def test_a_file_that_is_no_photo_is_not_registered():
    with pytest.raises(PhotoError):
        report(photo=b"no photo")
    assert not LikenessReport.objects.exists()


def test_a_report_needs_a_clip_or_a_photo():
    with pytest.raises(ValidationError):
        report(message="It is me.")


@pytest.mark.parametrize("form", ["{}", "https://likeness.example/clips/{}/", "see {} please"])
def test_a_report_finds_whom_the_clip_shows(form):
    clip = ClipFactory()

    made = report(clip_reference=form.format(clip.pk))

    assert made.subject == clip.portrait.subject
    assert made.due_at - made.created_at == timedelta(hours=48)


def test_an_upheld_report_stops_and_erases(moderator):
    clip = ClipFactory()
    answer(request_for(clip))

    report_decide(acting_user=moderator, report=report(clip_reference=clip.pk), state=ReportState.UPHELD)

    decision = ask_gate(
        subject=clip.portrait.subject,
        photo_sha256=clip.portrait.sha256,
        words=clip.words,
        voice=clip.voice,
        action=Action.VIEW,
    )
    assert not decision.allowed
    assert "moderator said no" in decision.reasons[0]
    assert Portrait.objects.get().erased_at is not None


def test_a_dismissed_report_lifts_its_registration(faces, moderator):
    made = report(photo=PORTRAIT)

    report_decide(acting_user=moderator, report=made, state=ReportState.DISMISSED)

    assert refusal(SubjectFactory()) is None


def test_who_is_not_a_moderator_decides_nothing():
    somebody = UserFactory()
    with pytest.raises(PermissionDenied):
        report_decide(acting_user=somebody, report=report(clip_reference="x"), state=ReportState.UPHELD)


def test_one_network_cannot_flood_the_moderators():
    for _ in range(6):
        report(clip_reference="x", ip="203.0.113.5")

    with pytest.raises(ConsentError, match="too often"):
        report(clip_reference="x", ip="203.0.113.99")
    assert report(clip_reference="x", ip="198.51.100.5")


def appealed(subject):
    appeal_id = refusal(subject).advice.rpartition("/appeals/")[2].strip("/")
    return access_appeal(subject.created_by, appeal_id)


def test_an_appeal_that_is_upheld_lets_this_picture_through(faces, moderator):
    report(photo=PORTRAIT)
    subject = SubjectFactory()
    appeal = appealed(subject)
    appeal_write(
        organization=subject.organization, acting_user=subject.created_by, appeal=appeal, reason="It is my own face."
    )
    assert refusal(subject) is not None

    appeal_decide(acting_user=moderator, appeal=appeal, state=AppealState.UPHELD)

    assert refusal(subject) is None
    assert refusal(subject, sha256="another file") is not None
    assert refusal(SubjectFactory()) is not None


def test_an_appeal_opens_for_its_organisation_alone(faces):
    report(photo=PORTRAIT)
    appeal = appealed(SubjectFactory())

    with pytest.raises(Http404):
        access_appeal(member_of(OrganizationFactory()), appeal.pk)


def test_a_pupils_photo_is_taken_when_the_guardian_agreed_and_not_before(settings):
    organization = OrganizationFactory()
    who = {"organization": organization, "acting_user": member_of(organization)}
    class_ask(
        **who,
        name="4b",
        pupils=read_list("Ida;Lou;lou@example.org;ida.png"),
        photos={"ida.png": PORTRAIT},
        topic="our town",
        voice="heart",
    )
    request = ConsentRequest.objects.get()
    ida = request.subject
    assert refusal(ida, sha256=request.photo_sha256).code == "guardian-not-agreed"

    answer(request, ALL_SCOPES)

    assert refusal(ida, sha256=request.photo_sha256) is None
    assert refusal(ida, sha256="another photo").code == "guardian-not-agreed"
