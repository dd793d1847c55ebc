"""What a person agrees to when it is not the photo alone: another ground, another face, points by hand."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from consent.erasure import Erasure
from consent.gate import Action
from consent.models import ConsentRequest
from projects.backdrops import backdrop_upload
from projects.erasure import erase_portraits
from projects.models import Backdrop, Clip
from projects.parts import parts_of
from projects.services import portrait_upload
from rendering.asked import asked_picture
from rendering.gating import ask, request_consent
from tests.factories import ClipFactory, PortraitFactory, ProjectFactory, SubjectFactory, answer, request_for
from tests.rendering.engine.faces.files import encoded

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[2] / "static" / "sample" / "portrait.jpg"
BOX = [200.0, 200.0, 240.0, 300.0]
FACE = {"box": BOX, "yaw": 0.0, "pitch": 0.0, "roll": 0.0, "score": 1.0}


def clip_before(clip: Clip, colour: tuple[int, int, int] = (0, 0, 255)) -> Clip:
    """The same clip before a plain picture."""
    backdrop = backdrop_upload(
        organization=clip.organization,
        acting_user=clip.created_by,
        project=clip.project,
        name="Wall",
        data=encoded(Image.new("RGB", (300, 200), colour), "PNG"),
    )
    owned = {"organization": clip.organization, "created_by": clip.created_by}
    return ClipFactory(**owned, portrait=clip.portrait, background="picture", backdrop=backdrop)


@pytest.fixture
def seen_clip() -> Clip:
    """A clip of the sample drawing as a living person."""
    project = ProjectFactory()
    owned = {"organization": project.organization, "created_by": project.created_by}
    portrait = portrait_upload(
        organization=project.organization,
        acting_user=project.created_by,
        project=project,
        subject=SubjectFactory(**owned),
        name="Mira",
        data=SAMPLE.read_bytes(),
    )
    return ClipFactory(**owned, portrait=portrait)


def test_a_yes_to_the_photo_is_no_yes_to_standing_before_something_else(seen_clip: Clip):
    answer(request_for(seen_clip))
    before = clip_before(seen_clip)
    assert ask(seen_clip, Action.SUBMIT).allowed
    assert not ask(before, Action.SUBMIT).allowed

    request_consent(organization=before.organization, acting_user=before.created_by, clip=before)
    asked = ConsentRequest.objects.get(photo_sha256=before.shown_sha256)
    with before.portrait.image.storage.open(asked.photo_key) as file:
        picture = np.asarray(Image.open(io.BytesIO(file.read())))
    assert (np.abs(picture[5, 5].astype(int) - (0, 0, 255)) < 12).all()  # she sees herself before the blue wall
    answer(asked)
    assert ask(before, Action.SUBMIT).allowed
    assert not ask(clip_before(seen_clip, (255, 0, 0)), Action.SUBMIT).allowed


def test_a_withdrawal_takes_the_photo_and_what_was_drawn_for_the_question(seen_clip: Clip):
    before = clip_before(seen_clip)
    request_consent(organization=before.organization, acting_user=before.created_by, clip=before)
    asked = ConsentRequest.objects.get()
    gone = erase_portraits(Erasure(subject=before.portrait.subject, content_sha256s=frozenset({before.shown_sha256})))
    assert gone == [before.portrait.pk]
    with before.portrait.image.storage.open(asked.photo_key) as file:
        assert np.asarray(Image.open(file)).std(axis=(0, 1)).max() < 2  # a plain grey


@pytest.mark.parametrize("change", [{"face_index": 1, "faces": [FACE, FACE]}, {"placed": {"chin": [1, 2]}}])
def test_another_face_of_the_same_photo_is_asked_about_by_itself(change):
    plain = PortraitFactory()
    owned = {"organization": plain.organization, "created_by": plain.created_by}
    other = PortraitFactory(**owned, project=plain.project, subject=plain.subject, sha256=plain.sha256, **change)
    agreed, neighbour = ClipFactory(**owned, portrait=plain), ClipFactory(**owned, portrait=other)
    answer(request_for(agreed))
    assert ask(agreed, Action.SUBMIT).allowed
    assert not ask(neighbour, Action.SUBMIT).allowed


def test_of_several_faces_the_one_that_would_speak_is_framed():
    photo = encoded(Image.new("RGB", (640, 800), (120, 120, 120)), "PNG")
    portrait = PortraitFactory(faces=[FACE, FACE | {"box": [20.0, 20.0, 90.0, 90.0]}])
    portrait.image.storage.delete(portrait.image.name)
    portrait.image.storage.save(portrait.image.name, io.BytesIO(photo))
    picture = np.asarray(
        Image.open(io.BytesIO(asked_picture(parts_of(ClipFactory(portrait=portrait, **_owner(portrait)))[0])))
    )
    assert np.abs(picture[150, 320].astype(int) - 120).max() < 10
    assert np.abs(picture[196:202, 320].astype(int) - 120).max() > 60


def test_a_photo_with_one_face_is_asked_about_as_it_is():
    assert asked_picture(parts_of(ClipFactory())[0]) is None


def test_the_same_backdrop_is_kept_once(seen_clip: Clip):
    clip_before(seen_clip)
    clip_before(seen_clip)
    assert Backdrop.objects.count() == 1


def _owner(portrait) -> dict:
    return {"organization": portrait.organization, "created_by": portrait.created_by}
