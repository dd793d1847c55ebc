"""Writing: projects, portraits, recordings, clips."""

import hashlib
import io
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from consent.models import Subject
from consent.refusing import upload_refusal
from projects.backdrops import check_ground
from projects.models import (
    TITLE_LENGTH,
    Aspect,
    Backdrop,
    Clip,
    Ground,
    Layout,
    Music,
    OwnedModel,
    Portrait,
    Project,
    Recording,
    Scene,
)
from projects.moderation.copies import prints_taken
from projects.moderation.flagging import clip_look, nudity_seen, portrait_flag
from projects.music import check_around
from projects.photos import advice_json, check_photo_size, encode_photo, face_json
from projects.scenes import SceneWish, further_checked, scene_checked
from projects.uploads import stored

if TYPE_CHECKING:
    from rendering.engine.faces import Face
    from rendering.engine.speech import Sound

MAX_SEED = 2**31 - 1


@transaction.atomic
def project_create(*, organization: Organization, acting_user: User, name: str) -> Project:
    """A new project. Raises PermissionDenied, or ValidationError: no name."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    project = Project(organization=organization, created_by=acting_user, name=_title(name, "name"))
    insert(project, acting_user, "project.created")
    return project


def portrait_upload(
    *,
    organization: Organization,
    acting_user: User,
    project: Project,
    subject: Subject,
    name: str,
    data: bytes,
    face_index: int | None = None,
    placed: dict[str, tuple[float, float]] | None = None,
    seen: "tuple[np.ndarray, tuple[Face, ...]] | None" = None,
) -> Portrait:
    """Look at an uploaded photograph and keep it; the same photo of the same subject in the same project is kept once.

    `face_index` says which face speaks where there are several (0 is the largest). Raises PhotoError (not a photo, no
    usable face, several faces and no index), PermissionDenied, or ValidationError. `placed`: points in px of the
    upright photo that a person placed on a face no finder knows (faces.place_face); they stand for what is found.
    `seen`: what read_photo and find_faces gave for `data`, where somebody has just looked.
    """
    from rendering.disclosure.inputs import read_input_marks  # noqa: PLC0415
    from rendering.engine.errors import PhotoError  # noqa: PLC0415
    from rendering.engine.faces import choose_face, find_faces, read_photo  # noqa: PLC0415  loads models
    from rendering.engine.faces.advice import advise, refuse_covered  # noqa: PLC0415
    from rendering.engine.faces.placed import place_face  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    check_photo_size(data)
    sha256 = hashlib.sha256(data).hexdigest()
    photo = seen[0] if seen else read_photo(data)
    if placed is not None:
        faces: tuple[Face, ...] = (place_face(placed, (photo.shape[1], photo.shape[0])),)
    else:
        faces = seen[1] if seen else find_faces(photo)
    face = choose_face(faces, face_index)
    if placed is None:
        refuse_covered(photo, face)
    index = _index_of(face, faces)
    same = Portrait.objects.filter(
        organization=organization, project=project, subject=subject, sha256=sha256, face_index=index
    )
    same = same.filter(placed__isnull=True) if placed is None else same.filter(placed=_as_json(placed))
    boxes = [face.box for face in faces]
    marks = read_input_marks(data)
    refusal = upload_refusal(
        organization=organization,
        acting_user=acting_user,
        subject=subject,
        photo=photo,
        photo_sha256=sha256,
        boxes=boxes,
    )
    if refusal is not None:
        raise PhotoError(refusal.code, refusal.message, refusal.advice)
    content, suffix = encode_photo(photo, data)
    advice = [advice_json(piece) for piece in advise(photo, faces, index, placed=placed is not None)]
    if (existing := same.first()) is not None:
        if existing.erased_at is not None:
            restored = {"faces": [face_json(face) for face in faces], "advice": advice}
            restore(existing, content, fingerprints=prints_taken(photo, boxes), **restored)
            portrait_flag(existing, nudity=nudity_seen(photo))
        return existing
    portrait = Portrait(
        id=new_id("por"),
        organization=organization,
        created_by=acting_user,
        project=project,
        subject=subject,
        name=_title(name, "name"),
        sha256=sha256,
        width=photo.shape[1],
        height=photo.shape[0],
        faces=[face_json(face) for face in faces],
        face_index=index,
        placed=None if placed is None else _as_json(placed),
        advice=advice,
        source_types=list(marks.source_types),
        credentials=marks.credentials,
        fingerprints=prints_taken(photo, boxes),
    )
    seen_nude = nudity_seen(photo)
    key = f"org/{organization.pk}/portraits/{portrait.pk}{suffix}"
    try:
        with stored(key, content) as portrait.image.name, transaction.atomic():
            insert(portrait, acting_user, "portrait.uploaded", project=project.pk, subject=subject.pk)
            portrait_flag(portrait, nudity=seen_nude)
    except IntegrityError:
        # A second click was faster. Any other broken constraint finds nothing here, and is raised as it is.
        if (existing := same.first()) is None:
            raise
        return existing
    return portrait


def _as_json(points: dict[str, tuple[float, float]]) -> dict[str, list[float]]:
    return {name: [float(x), float(y)] for name, (x, y) in sorted(points.items())}


def restore(erased: Portrait | Recording, content: bytes, **fields: object) -> None:
    """Put a file back in its place that was erased, because somebody uploaded it again; what may be done with it is
    the gate's question.
    """
    file = erased.image if isinstance(erased, Portrait) else erased.file
    key = str(file.name)
    default_storage.delete(key)
    file.name = default_storage.save(key, ContentFile(content))
    erased.erased_at = None
    # Its time begins anew: the old date is over, and the next sweep would take it away again.
    erased.created_at = timezone.now()
    for name, value in fields.items():
        setattr(erased, name, value)
    erased.save()


def _index_of(chosen: "Face", faces: "tuple[Face, ...]") -> int:
    return next(index for index, face in enumerate(faces) if face is chosen)


def recording_upload(
    *, organization: Organization, acting_user: User, project: Project, name: str, data: bytes
) -> Recording:
    """Listen to an uploaded sound file and keep it as 24 kHz mono; the same file in the same project is kept once.

    Raises SoundError (not a sound, silent, too long), PermissionDenied, or ValidationError.
    """
    from rendering.engine.errors import SoundError  # noqa: PLC0415
    from rendering.engine.speech import read_recording  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    if len(data) > settings.LIKENESS_MAX_UPLOAD_MB * 1_000_000:
        raise SoundError(
            "sound-too-big",
            f"This file is bigger than {settings.LIKENESS_MAX_UPLOAD_MB} MB.",
            "Save the recording as MP3 or M4A, or make it shorter, and upload that.",
        )
    sha256 = hashlib.sha256(data).hexdigest()
    same = Recording.objects.filter(organization=organization, project=project, sha256=sha256)
    existing = same.first()
    if existing is not None and existing.erased_at is None:
        return existing
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        sound = read_recording(path)
    return _recording_keep(organization, acting_user, project, name, sha256, sound)


def silence_keep(*, organization: Organization, acting_user: User, project: Project, seconds: float) -> Recording:
    """So many seconds of silence as a recording, for a picture that moves and says nothing; kept once a project.

    It goes the way of every recording, so that a silent clip of somebody living needs their consent too.
    """
    from rendering.engine.speech import Sound  # noqa: PLC0415
    from rendering.engine.speech.silence import RATE  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    sound = Sound(np.zeros(round(RATE * seconds), np.float32), RATE)
    sha256 = hashlib.sha256(wav_of(sound)).hexdigest()
    same = Recording.objects.filter(organization=organization, project=project, sha256=sha256, erased_at=None)
    return same.first() or _recording_keep(organization, acting_user, project, "Silence", sha256, sound)


def _recording_keep(
    organization: Organization, acting_user: User, project: Project, name: str, sha256: str, sound: "Sound"
) -> Recording:
    """The recording with this SHA-256: a new one, or the erased one with its sound back in its place."""
    same = Recording.objects.filter(organization=organization, project=project, sha256=sha256)
    if (existing := same.first()) is not None:
        if existing.erased_at is not None:
            restore(existing, wav_of(sound))
        return existing
    recording = Recording(
        id=new_id("rec"),
        organization=organization,
        created_by=acting_user,
        project=project,
        name=_title(name, "name"),
        sha256=sha256,
        duration=sound.duration,
    )
    key = f"org/{organization.pk}/recordings/{recording.pk}.wav"
    try:
        with stored(key, wav_of(sound)) as recording.file.name, transaction.atomic():
            insert(recording, acting_user, "recording.uploaded", project=project.pk)
    except IntegrityError:
        if (existing := same.first()) is None:
            raise
        return existing
    return recording


def wav_of(sound: "Sound") -> bytes:
    """The sound as a 16-bit mono WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(np.round(np.clip(sound.samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())
    return buffer.getvalue()


@transaction.atomic
def clip_create(
    *,
    organization: Organization,
    acting_user: User,
    portrait: Portrait,
    words: str = "",
    recording: Recording | None = None,
    voice: str = "heart",
    style: str = "neutral",
    direction: str = "",
    aspect: str = Aspect.PHOTO,
    captions: bool = False,
    caption_look: str = "plain",
    commercial: bool = False,
    public: bool = False,
    topic: str = "",
    head: bool = False,
    background: str = Ground.KEEP,
    background_colour: str = "",
    backdrop: Backdrop | None = None,
    music: Music | None = None,
    music_level: str = "medium",
    title_card: str = "",
    end_card: str = "",
    seed: int = 0,
    title: str = "",
    scenes: Sequence[SceneWish] = (),
    layout: str = Layout.TURNS,
    caption_names: bool = False,
) -> Clip:
    """Say what is wanted: a portrait with words in a voice, or with a recording (`voice` is then "recording").

    `scenes` come after that one, in cuts or cross-fades, or, by the `layout` “together”, in one picture;
    `caption_names`: the caption files say who speaks.

    `commercial`, `public`: what it is for, which whoever is shown must have agreed to; `topic`: within which the words
    lie, for somebody who agreed to a topic instead of to each word; `head`: with a GLB beside it.
    `background`: what lies behind the person; a colour needs `background_colour` (#rrggbb), a picture a `backdrop`.
    `music` lies under it, as loud as `music_level` says; `title_card`, `end_card`: words shown before and after.

    Raises WordsError (words that cannot be spoken), PermissionDenied, or ValidationError by field.
    """
    from rendering.engine.video import LOOKS, unwritable  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    first = SceneWish(portrait, words, recording, voice, style, direction)
    played = scene_checked(organization, first)
    further = further_checked(organization, first, scenes, layout=layout, background=background, head=head)
    if caption_look not in LOOKS:
        raise ValidationError({"captions": f"There is no look “{caption_look}”. Choose one of: {', '.join(LOOKS)}."})
    if captions and (missing := unwritable(" ".join(row["words"] for row in (played, *further)))):
        raise ValidationError({"captions": f"{missing.message} {missing.advice}"})
    if aspect not in Aspect.values:
        raise ValidationError({"aspect": f"Choose one of: {', '.join(Aspect.values)}."})
    if not 0 <= seed <= MAX_SEED:
        raise ValidationError({"seed": f"The seed is a whole number from 0 to {MAX_SEED}."})
    check_ground(background, colour=background_colour, backdrop=backdrop)
    title_card, end_card = check_around(
        music=music,
        music_level=music_level,
        cards=(title_card, end_card),
        recording=next((row["recording"] for row in (played, *further) if row["recording"]), None),
        background=background,
    )
    clip = Clip(
        organization=organization,
        created_by=acting_user,
        project=portrait.project,
        further_scenes=len(further),
        layout=layout if further else Layout.TURNS,
        caption_names=caption_names,
        **played,
        aspect=aspect,
        captions=captions,
        caption_look=caption_look,
        commercial=commercial,
        public=public,
        topic=" ".join(topic.split())[:TITLE_LENGTH],
        head=head,
        background=background,
        background_colour=background_colour if background == Ground.COLOUR else "",
        backdrop=backdrop if background == Ground.PICTURE else None,
        music=music,
        music_level=music_level,
        title_card=title_card,
        end_card=end_card,
        seed=seed,
        title=_title(title or portrait.name, "title"),
    )
    about: dict[str, Any] = {"scenes": len(further) + 1} if further else {}
    insert(clip, acting_user, "clip.created", portrait=portrait.pk, style=style, voice=clip.voice, **about)
    for row in further:
        scene = Scene(organization=organization, created_by=acting_user, clip=clip, **row)
        scene.full_clean(validate_unique=False, validate_constraints=False)
        scene.save(force_insert=True)
    clip_look(clip)
    return clip


def _title(text: str, field: str) -> str:
    title = " ".join(text.split())[:TITLE_LENGTH]
    if not title:
        raise ValidationError({field: "Give it a name."})
    return title


def insert(thing: OwnedModel, acting_user: User, action: str, **data: Any) -> None:
    """Check that everything belongs to one organisation, write the row, and its line in the audit log."""
    thing.full_clean(validate_unique=False, validate_constraints=False)
    thing.save(force_insert=True)
    audit_record(organization=thing.organization, acting_user=acting_user, action=action, object_id=thing.pk, data=data)
