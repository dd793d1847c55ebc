"""The register and erasure where they meet real uploads, with the real finder of faces."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from consent.models import OptOut
from consent.refusing import report_create
from consent.services import consent_withdraw
from projects.models import Portrait
from projects.services import portrait_upload
from rendering.engine.errors import PhotoError
from tests.factories import ClipFactory, ProjectFactory, SubjectFactory, answer, request_for

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLE = Path(__file__).parents[2] / "samples" / "portrait.png"


def jpeg(share: float, *, mirrored: bool = False, trimmed: float = 0.0) -> bytes:
    """The drawing as a JPEG of this size, mirrored or trimmed on each side."""
    picture = Image.open(SAMPLE).convert("RGB")
    w, h = picture.size
    picture = picture.crop((int(trimmed * w), int(trimmed * h), int((1 - trimmed) * w), int((1 - trimmed) * h)))
    picture = picture.resize((int(picture.width * share), int(picture.height * share)))
    if mirrored:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def upload(subject, data: bytes) -> Portrait:
    owned = {"organization": subject.organization, "acting_user": subject.created_by}
    project = ProjectFactory(organization=subject.organization, created_by=subject.created_by)
    return portrait_upload(**owned, project=project, subject=subject, name="Portrait", data=data)


@pytest.mark.parametrize(
    "copy",
    [{"share": 1.0}, {"share": 0.5}, {"share": 0.8, "mirrored": True}, {"share": 0.9, "trimmed": 0.1}],
    ids=["saved again", "half the size", "mirrored", "trimmed by a tenth"],
)
def test_copies_of_a_registered_photo_are_refused_and_leave_nothing(copy, storage_folder):
    report_create(clip_reference="", name="Mira", email="", message="", photo=SAMPLE.read_bytes())
    assert len(OptOut.objects.get().fingerprints) == 4

    with pytest.raises(PhotoError) as error:
        upload(SubjectFactory(), jpeg(**copy))

    assert error.value.code == "face-registered"
    assert not Portrait.objects.exists()
    assert not storage_folder.exists()


def test_an_erased_picture_is_put_back_when_somebody_uploads_it_again():
    subject = SubjectFactory()
    portrait = upload(subject, jpeg(1.0))
    kept = default_storage.open(portrait.image.name).read()
    clip = ClipFactory(
        organization=subject.organization, created_by=subject.created_by, portrait=portrait, project=portrait.project
    )
    consent_withdraw(token=answer(request_for(clip)).token)
    portrait.refresh_from_db()
    assert portrait.erased_at is not None

    again = portrait_upload(
        organization=subject.organization,
        acting_user=subject.created_by,
        project=portrait.project,
        subject=subject,
        name="Portrait",
        data=jpeg(1.0),
    )

    assert again.pk == portrait.pk
    assert again.erased_at is None
    # Else the next sweep takes it away at once.
    assert again.created_at > portrait.created_at
    assert default_storage.open(again.image.name).read() == kept
    assert again.faces
