"""What an uploaded picture is told to be good for: kept with it, and shown on its page."""

import io
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from consent.erasure import Erasure
from projects import looking
from projects.erasure import erase_portraits
from projects.models import Portrait
from projects.services import portrait_upload
from rendering.files import fetch
from rendering.models import Render
from tests.factories import ClipFactory, MembershipFactory, PortraitFactory, ProjectFactory, SubjectFactory
from tests.rendering.disclosure.photos import XMP

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[2] / "static" / "sample" / "portrait.jpg"
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
TURNED = {"code": "face-turned-some", "severity": "warning", "message": "It is turned.", "box": [10, 20, 90, 120]}
SMALL = {"code": "face-small", "severity": "note", "message": "It is small.", "box": [10, 20, 90, 120]}
OPEN = {"code": "mouth-open", "severity": "note", "message": "It is open.", "box": [30, 90, 40, 20]}


def uploaded(data: bytes) -> Portrait:
    project = ProjectFactory()
    owned = {"organization": project.organization, "created_by": project.created_by}
    return portrait_upload(
        organization=project.organization,
        acting_user=project.created_by,
        project=project,
        subject=SubjectFactory(**owned),
        name="Mira",
        data=data,
    )


def test_an_upload_is_kept_with_the_advice_on_it():
    small = Image.open(SAMPLE).resize((200, 250))
    file = io.BytesIO()
    small.save(file, "PNG")
    portrait = Portrait.objects.get(pk=uploaded(file.getvalue()).pk)
    assert "face-small" in {piece["code"] for piece in portrait.advice}
    about = next(piece for piece in portrait.advice if piece["code"] == "face-small")
    assert len(about["box"]) == 4


def test_what_an_upload_says_of_its_own_origin_goes_to_the_render():
    file = io.BytesIO()
    Image.open(SAMPLE).save(file, "JPEG", xmp=XMP.format(uri=GENERATED).encode())
    portrait = uploaded(file.getvalue())
    assert portrait.source_types == [GENERATED]
    with portrait.image.open() as kept:
        assert b"Secret Street" not in kept.read()

    clip = ClipFactory(
        organization=portrait.organization, created_by=portrait.created_by, portrait=portrait, project=portrait.project
    )
    render = Render.objects.create(organization=clip.organization, clip=clip, seconds_held=3)
    folder = Path(portrait.image.storage.location) / "spec"
    folder.mkdir()
    assert fetch(render, folder).photo_source_types == [GENERATED]


def test_advice_about_one_place_shares_one_mark():
    looked = looking.looked_at(PortraitFactory(advice=[TURNED, OPEN, SMALL]))
    assert [line.number for line in looked.lines] == [1, 2, 3]
    assert [(mark.numbers, mark.severity) for mark in looked.marks] == [("1, 3", "warning"), ("2", "note")]


def test_praise_marks_nothing():
    good = {"code": "photo-good", "severity": "good", "message": "It will do."}
    looked = looking.looked_at(PortraitFactory(advice=[good]))
    assert looked.marks == ()


def test_the_page_tells_and_marks_and_a_stranger_finds_nothing():
    portrait = PortraitFactory(advice=[TURNED], source_types=[GENERATED], credentials="intact")
    member, stranger = Client(), Client()
    member.force_login(portrait.created_by)
    stranger.force_login(MembershipFactory().user)
    page = member.get(f"/portraits/{portrait.pk}/").content.decode()
    assert "It is turned." in page
    assert '<g class="mark warning">' in page
    assert "made by AI" in page
    assert "signed Content Credentials, and they fit" in page
    assert stranger.get(f"/portraits/{portrait.pk}/").status_code == 404


@pytest.mark.parametrize("withdrawn", ["the upload", "the repaired one"])
def test_who_takes_back_a_picture_takes_back_what_was_repaired_of_it(withdrawn: str):
    first = PortraitFactory()
    owned = {"organization": first.organization, "created_by": first.created_by}
    second = PortraitFactory(
        **owned, project=first.project, subject=first.subject, repaired_from=first, root_sha256=first.sha256
    )
    other = PortraitFactory(**owned, project=first.project, subject=first.subject)
    sha256 = first.sha256 if withdrawn == "the upload" else second.sha256
    gone = erase_portraits(Erasure(subject=first.subject, content_sha256s=frozenset({sha256})))
    assert set(gone) == {first.pk, second.pk}
    assert Portrait.objects.get(pk=other.pk).erased_at is None
