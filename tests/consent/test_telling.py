"""What a person is told: everything that was asked and made of them, to look at and to take along."""

import io
import json
import zipfile

import pytest

from consent.errors import ConsentError
from consent.selectors import subject_by_token, subject_token
from consent.signing import check_receipt
from consent.telling import export_of, made_of
from rendering.models import Render
from tests.factories import ClipFactory, SubjectFactory, answer, request_for, statement_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    clip = ClipFactory()
    Render.objects.create(organization=clip.organization, clip=clip, requested_by=clip.created_by, seconds_held=3)
    return clip


def test_clips_and_pictures_are_told(clip):
    ClipFactory(organization=clip.organization)

    made = made_of(clip.portrait.subject)

    assert {thing.id for thing in made} == {clip.renders.get().pk, clip.portrait.pk}


def test_the_export_holds_every_question_with_its_receipt(clip, settings):
    answered, ignored = request_for(clip), request_for(clip)
    answer(answered)
    stranger = request_for(ClipFactory())

    archive = zipfile.ZipFile(io.BytesIO(export_of(clip.portrait.subject)))

    names = set(archive.namelist())
    assert {f"requests/{answered.pk}.json", f"requests/{ignored.pk}.json", f"receipts/{answered.pk}.json"} <= names
    assert not any(stranger.pk in name for name in names)
    assert f"receipts/{ignored.pk}.json" not in names
    assert check_receipt(archive.read(f"receipts/{answered.pk}.json"), keys=settings.LIKENESS_KEYS_DIR).good
    assert {thing["id"] for thing in json.loads(archive.read("made.json"))} == {
        clip.renders.get().pk,
        clip.portrait.pk,
    }


def test_a_statement_about_somebody_is_in_the_export():
    subject = SubjectFactory(kind="fictional")
    statement_for(subject)

    archive = zipfile.ZipFile(io.BytesIO(export_of(subject)))

    assert f"statements/{subject.events.get().pk}.json" in archive.namelist()


def test_the_persons_page_opens_with_its_own_token_alone(clip):
    subject = clip.portrait.subject
    assert subject_by_token(subject_token(subject)) == subject

    for token in ("", subject.pk, subject_token(subject)[:-1], answer(request_for(clip)).token):
        with pytest.raises(ConsentError):
            subject_by_token(token)
