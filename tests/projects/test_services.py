"""Projects, uploads and clips. The engine's eyes and ears are replaced here but for one test of each."""

import hashlib
import io
import wave
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEvent, Role
from projects import services
from projects.models import Clip, Portrait, Project, Recording
from projects.services import clip_create, portrait_upload, project_create, recording_upload
from rendering.engine import faces, speech
from rendering.engine.errors import PhotoError, SoundError, WordsError
from rendering.engine.speech import Sound
from tests.factories import (
    ClipFactory,
    OrganizationFactory,
    PortraitFactory,
    ProjectFactory,
    RecordingFactory,
    SubjectFactory,
    member_of,
)
from tests.rendering.engine.faces.drawings import MUG, mug

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[2] / "samples" / "portrait.png"


def seen_face(*box: float) -> faces.Face:
    """A face that will do, at `box` (x, y, w, h) px."""
    return faces.Face(box=box, points=np.zeros((478, 3), np.float32), yaw=1.5, pitch=-2.0, roll=0.5, score=0.9999)


LARGE = seen_face(10.0, 20.0, 90.0, 120.0)
SMALL = seen_face(130.0, 20.0, 60.0, 80.0)


@pytest.fixture
def seen(monkeypatch):
    """The faces that the engine finds; to be changed by a test."""
    found = [LARGE]
    monkeypatch.setattr(faces, "find_faces", lambda photo: tuple(found))
    monkeypatch.setattr("rendering.engine.faces.advice.refuse_covered", lambda photo, face: None)
    return found


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def subject(project):
    return SubjectFactory(organization=project.organization, created_by=project.created_by)


def picture(file_format="JPEG", size=(320, 400), mode="RGB", **options):
    noise = np.random.default_rng(7).integers(0, 255, (size[1] // 8, size[0] // 8, len(mode)), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise, mode).resize(size).save(buffer, file_format, **options)
    return buffer.getvalue()


def upload(to, of, data=None, **changes):
    return portrait_upload(
        **{
            "organization": to.organization,
            "acting_user": to.created_by,
            "project": to,
            "subject": of,
            "name": "Mira in the garden",
            "data": picture() if data is None else data,
            **changes,
        }
    )


def files(storage_folder):
    return [path for path in storage_folder.rglob("*") if path.is_file()]


# Portraits


def test_a_photo_is_kept_with_what_was_seen_on_it(project, subject, seen):
    data = picture()

    portrait = upload(project, subject, data)

    assert portrait.image.name == f"org/{project.organization_id}/portraits/{portrait.pk}.jpg"
    assert portrait.sha256 == hashlib.sha256(data).hexdigest()
    assert (portrait.width, portrait.height, portrait.face_index) == (320, 400, 0)
    assert Portrait.objects.get().faces == [
        {"box": [10.0, 20.0, 90.0, 120.0], "yaw": 1.5, "pitch": -2.0, "roll": 0.5, "score": 0.9999}
    ]
    assert AuditEvent.objects.get(action="portrait.uploaded").object_id == portrait.pk


def test_a_photo_is_turned_upright_and_loses_its_metadata(project, subject, seen):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter
    exif[0x010F] = "Camera of Mira"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)  # GPS latitude

    portrait = upload(project, subject, picture(exif=exif.tobytes()))

    with portrait.image.open() as file:
        content = file.read()
    kept = Image.open(io.BytesIO(content))
    assert kept.size == (portrait.width, portrait.height) == (400, 320)
    assert not kept.getexif()
    assert b"Mira" not in content


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (picture("JPEG"), ".jpg"),
        (picture("PNG"), ".png"),
        (picture("WEBP"), ".jpg"),
        (picture("WEBP", mode="RGBA", lossless=True), ".png"),
    ],
    ids=["JPEG", "PNG", "WebP", "WebP with transparency"],
)
def test_what_came_without_loss_is_kept_without_loss(project, subject, data, suffix):
    assert Path(upload(project, subject, data).image.name).suffix == suffix


def test_a_lossless_photo_is_kept_pixel_by_pixel(project, subject, seen):
    data = picture("PNG")

    with upload(project, subject, data).image.open() as file:
        assert np.array_equal(np.asarray(Image.open(file)), np.asarray(Image.open(io.BytesIO(data))))


def test_the_face_that_was_asked_for_speaks(project, subject, seen):
    seen.append(SMALL)

    portrait = upload(project, subject, face_index=1)

    assert portrait.face_index == 1
    assert len(portrait.faces) == 2


def test_two_faces_in_one_photo_are_two_portraits(project, subject, seen):
    seen.append(SMALL)

    assert upload(project, subject, face_index=0) != upload(project, subject, face_index=1)


def test_the_same_photo_again_is_the_same_portrait(project, subject, seen, storage_folder):
    first, second = upload(project, subject), upload(project, subject, name="Once more")

    assert first == second
    assert len(files(storage_folder)) == 1


def test_the_same_photo_of_another_subject_is_another_portrait(project, subject, seen):
    another = SubjectFactory(organization=project.organization)

    assert upload(project, subject) != upload(project, another)


def test_a_second_click_that_was_faster_wins(project, subject, seen, storage_folder, monkeypatch):
    encode = services.encode_photo
    faster = []

    def slow_encode(photo, data):
        # The other upload is written after this one has looked for it, and before it writes itself.
        if not faster:
            faster.append(None)
            faster[0] = upload(project, subject)
        return encode(photo, data)

    monkeypatch.setattr(services, "encode_photo", slow_encode)

    assert upload(project, subject) == faster[0]
    assert len(files(storage_folder)) == Portrait.objects.count() == 1


BAD_PHOTOS = {
    "no photo": (b"this is a letter", "photo-unreadable"),
    "empty": (b"", "photo-empty"),
    "cut off": (picture()[:600], "photo-truncated"),
}


@pytest.mark.parametrize(("data", "code"), BAD_PHOTOS.values(), ids=BAD_PHOTOS)
def test_what_is_no_photo_leaves_nothing_behind(project, subject, storage_folder, data, code):
    with pytest.raises(PhotoError) as error:
        upload(project, subject, data)

    assert error.value.code == code
    assert (files(storage_folder), Portrait.objects.count()) == ([], 0)


def test_a_photo_without_a_face_leaves_nothing_behind(project, subject, seen, storage_folder):
    seen.clear()

    with pytest.raises(PhotoError) as error:
        upload(project, subject)

    assert error.value.code == "face-none"
    assert files(storage_folder) == []


def test_a_file_that_is_too_big_is_refused_unread(project, subject, settings, monkeypatch):
    settings.LIKENESS_MAX_UPLOAD_MB = 1
    monkeypatch.setattr(faces, "read_photo", lambda data: pytest.fail("it was read"))

    with pytest.raises(PhotoError, match="bigger than 1 MB"):
        upload(project, subject, b"x" * 1_000_001)


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("failure", [DatabaseError("disk full"), KeyboardInterrupt()])
def test_a_failure_while_the_row_is_written_takes_the_file_away(project, subject, storage_folder, monkeypatch, failure):
    def fail(**values):
        raise failure

    monkeypatch.setattr(services, "audit_record", fail)

    with pytest.raises(type(failure)):
        upload(project, subject)

    assert (files(storage_folder), Portrait.objects.count()) == ([], 0)


def test_a_viewer_uploads_nothing(project, subject, seen):
    with pytest.raises(PermissionDenied):
        upload(project, subject, acting_user=member_of(project.organization, Role.VIEWER))


def test_a_photo_does_not_go_into_the_project_of_another_organisation(project, subject, seen, storage_folder):
    with pytest.raises(ValidationError, match="another organisation") as error:
        upload(project, subject, project=ProjectFactory())

    assert list(error.value.message_dict) == ["project"]
    assert files(storage_folder) == []


def test_a_photo_does_not_show_a_subject_of_another_organisation(project, subject, seen):
    with pytest.raises(ValidationError, match="another organisation"):
        upload(project, subject, subject=SubjectFactory())


def test_the_sample_portrait_is_uploaded_by_the_real_engine(project, subject):
    portrait = upload(project, subject, SAMPLE.read_bytes())

    x, y, width, height = portrait.faces[portrait.face_index]["box"]
    assert 0 < x < x + width < portrait.width
    assert 0 < y < y + height < portrait.height


# Recordings


def tone(seconds=2.0, rate=16_000):
    times = np.arange(int(seconds * rate)) / rate
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        loudness = 8000 * (1 + np.sin(2 * np.pi * 3 * times))
        file.writeframes((loudness * np.sin(2 * np.pi * 220 * times)).astype("<i2").tobytes())
    return buffer.getvalue()


def record(project, data=b"sound", **changes):
    return recording_upload(
        **{
            "organization": project.organization,
            "acting_user": project.created_by,
            "project": project,
            "name": "Greeting",
            "data": data,
            **changes,
        }
    )


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(
        speech, "read_recording", lambda path: Sound(np.array([0.0, 1.0, -1.0, 1.5] * 6000, np.float32), 24_000)
    )


def test_a_recording_is_kept_as_the_engine_heard_it(project, heard):
    recording = record(project)

    assert recording.file.name == f"org/{project.organization_id}/recordings/{recording.pk}.wav"
    assert (recording.duration, recording.sha256) == (1.0, hashlib.sha256(b"sound").hexdigest())
    with recording.file.open() as file, wave.open(file) as kept:
        assert (kept.getframerate(), kept.getnchannels(), kept.getnframes()) == (24_000, 1, 24_000)
        assert np.frombuffer(kept.readframes(4), "<i2").tolist() == [0, 32767, -32767, 32767]


def test_the_same_recording_again_is_the_same(project, heard, storage_folder):
    assert record(project) == record(project)
    assert len(files(storage_folder)) == 1


def test_a_recording_that_is_none_leaves_nothing_behind(project, storage_folder):
    with pytest.raises(SoundError):
        record(project, b"this is a letter")
    assert (files(storage_folder), Recording.objects.count()) == ([], 0)


def test_a_recording_that_is_too_big_is_refused_unread(project, settings, monkeypatch):
    settings.LIKENESS_MAX_UPLOAD_MB = 1
    monkeypatch.setattr(speech, "read_recording", lambda path: pytest.fail("it was read"))

    with pytest.raises(SoundError, match="bigger than 1 MB"):
        record(project, b"x" * 1_000_001)


def test_a_real_sound_file_goes_through_the_real_engine(project):
    assert record(project, tone(2.0)).duration == pytest.approx(2.0, abs=0.5)


# Clips


def clip(portrait, **changes):
    return clip_create(
        **{
            "organization": portrait.organization,
            "acting_user": portrait.created_by,
            "portrait": portrait,
            "words": "Good morning from the museum.",
            **changes,
        }
    )


def test_a_clip_says_what_is_wanted():
    portrait = PortraitFactory(name="Mira")

    made = clip(portrait, style="presenter", direction="  slowly,\n warmly ", aspect="9:16", captions=True, seed=7)

    kept = Clip.objects.get()
    assert kept == made
    assert (kept.project, kept.title, kept.voice) == (portrait.project, "Mira", "heart")
    assert (kept.style, kept.direction, kept.aspect, kept.captions, kept.seed) == (
        "presenter",
        "slowly, warmly",
        "9:16",
        True,
        7,
    )


def test_a_clip_of_a_recording_has_its_own_voice():
    recording = RecordingFactory()
    portrait = PortraitFactory(organization=recording.organization, project=recording.project)

    made = clip(portrait, words="", recording=recording)

    assert (made.voice, made.words, made.recording) == ("recording", "", recording)


@pytest.mark.parametrize("words", ["", "  ", "a" * 20_000, "\x00\x07"])
def test_words_that_cannot_be_spoken_are_refused(words):
    with pytest.raises(WordsError):
        clip(PortraitFactory(), words=words)
    assert not Clip.objects.exists()


INVALID_CLIPS = {
    "voice": {"voice": "nobody"},
    "style": {"style": "grim"},
    "aspect": {"aspect": "4:3"},
    "seed": {"seed": -1},
    "direction": {"direction": "slowly " * 100},
}


@pytest.mark.parametrize(("field", "values"), INVALID_CLIPS.items(), ids=INVALID_CLIPS)
def test_a_clip_that_cannot_be_made_is_refused_by_field(field, values):
    with pytest.raises(ValidationError) as error:
        clip(PortraitFactory(), **values)
    assert list(error.value.message_dict) == [field]


def test_words_and_a_recording_do_not_go_together():
    portrait = PortraitFactory()

    with pytest.raises(ValidationError, match="not both"):
        clip(portrait, recording=RecordingFactory(organization=portrait.organization))


def test_a_clip_does_not_take_a_portrait_of_another_organisation():
    organization = OrganizationFactory()

    with pytest.raises(ValidationError, match="another organisation"):
        clip(PortraitFactory(), organization=organization, acting_user=member_of(organization))


def test_a_clip_does_not_take_a_recording_of_another_organisation():
    with pytest.raises(ValidationError, match="another organisation") as error:
        clip(PortraitFactory(), words="", recording=RecordingFactory())
    assert list(error.value.message_dict) == ["recording"]


@pytest.mark.parametrize("field", ["portrait", "recording"])
def test_a_clip_is_not_made_of_what_was_erased(field):
    portrait = PortraitFactory(erased_at=timezone.now() if field == "portrait" else None)
    recording = RecordingFactory(
        organization=portrait.organization,
        project=portrait.project,
        erased_at=timezone.now() if field == "recording" else None,
    )
    with pytest.raises(ValidationError, match="Upload it again") as raised:
        clip_create(
            organization=portrait.organization,
            acting_user=member_of(portrait.organization),
            portrait=portrait,
            recording=recording,
        )
    assert set(raised.value.message_dict) == {field}


def test_a_reviewer_makes_no_clip():
    portrait = PortraitFactory()

    with pytest.raises(PermissionDenied):
        clip(portrait, acting_user=member_of(portrait.organization, Role.REVIEWER))


@pytest.mark.parametrize("values", [{"words": ""}, {"voice": "recording"}])
def test_the_database_refuses_a_clip_without_words_or_recording(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        ClipFactory(**values)


# Projects


def test_a_project_has_a_name(project):
    made = project_create(organization=project.organization, acting_user=project.created_by, name=" Spring  show ")

    assert made.name == "Spring show"
    assert AuditEvent.objects.get(action="project.created").object_id == made.pk


def test_a_project_without_a_name_is_not_made():
    organization = OrganizationFactory()

    with pytest.raises(ValidationError):
        project_create(organization=organization, acting_user=member_of(organization), name=" \n")
    assert not Project.objects.exists()


def test_factories_put_files_into_the_folder_of_the_test(storage_folder):
    portrait = PortraitFactory()

    assert Path(default_storage.path(portrait.image.name)).is_relative_to(storage_folder)


def test_points_that_a_person_placed_stand_for_a_face_nobody_finds(monkeypatch):
    monkeypatch.setattr(faces, "find_faces", lambda photo: ())
    organization = OrganizationFactory()
    owner = member_of(organization)
    project = ProjectFactory(organization=organization)
    subject = SubjectFactory(organization=organization)
    picture = io.BytesIO()
    Image.fromarray(mug()).save(picture, "PNG")

    def upload(placed):
        return portrait_upload(
            organization=organization,
            acting_user=owner,
            project=project,
            subject=subject,
            name="Mug",
            data=picture.getvalue(),
            placed=placed,
        )

    with pytest.raises(PhotoError):
        upload(None)
    portrait = upload(MUG)
    assert portrait.placed["chin"] == list(MUG["chin"])
    assert upload(MUG) == portrait
    moved = upload(MUG | {"chin": (230, 350)})
    assert moved != portrait
