"""Erasing pictures and recordings: because consent is gone, or because their time is over. The file goes; the row goes
with it unless something hangs on it.

In a picture's place lies an empty one for as long as a page shows it; it shows no face, and nothing can be made of it.
"""

import io
from datetime import datetime
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone
from PIL import Image

from consent.erasure import Erasure
from consent.models import ConsentRequest, SpokenProof, Subject
from consent.selectors import is_own_file
from projects.models import Backdrop, Music, Portrait, Recording
from projects.parts import parts_of
from projects.retention.certificates import certificate_write
from projects.retention.classes import DataClass
from projects.retention.files import file_erase
from projects.retention.models import DeletionCause
from projects.retention.policies import covers, holds_on
from projects.retention.registry import Erased
from projects.selectors import clips_with

GREY = (196, 190, 182)
_SIZE = (320, 400)
ASKED = "/asked/"  # in the keys of what was drawn for a question: a copy of the picture, before another, or framed
ERASED_NAME = "(erased)"
FILE_REMOVED = "file removed from the storage in every version; row emptied"
ROW_REMOVED = "file removed from the storage in every version; row deleted"


class HeldError(Exception):
    """A legal hold covers what a withdrawal asks to erase: it can be used no more, and it is kept until that ends."""


def erase_portraits(erasure: Erasure) -> list[str]:
    """Take away the pictures; the ids of those that were there. Raises HeldError."""
    refuse_held(erasure.subject)
    portraits = Portrait.objects.filter(subject=erasure.subject, erased_at=None)
    # A repaired picture shows what its upload showed: whoever takes one back takes back both.
    shas = {sha for portrait in portraits if any(map(erasure.covers, _asked_of(portrait))) for sha in portrait.sha256s}
    gone = [portrait for portrait in portraits if shas & set(portrait.sha256s)]
    for portrait in gone:
        _certify(portrait, DataClass.PHOTO, _portrait_empty(portrait, timezone.now()))
    return [portrait.pk for portrait in gone]


def _asked_of(portrait: Portrait) -> set[str]:
    """Whatever may stand for this portrait in a question to the person shown."""
    clips = clips_with(portrait).select_related("portrait__subject", "backdrop")
    parts = (part for clip in clips for part in parts_of(clip) if part.portrait.pk == portrait.pk)
    return {*portrait.sha256s, *(part.shown_sha256 for part in parts)}


def erase_recordings(erasure: Erasure) -> list[str]:
    """Take away the recordings that this subject's clips speak with; the ids of those that were there."""
    refuse_held(erasure.subject)
    spoken = Q(clips__portrait__subject=erasure.subject) | Q(scenes__portrait__subject=erasure.subject)
    recordings = Recording.objects.filter(spoken, erased_at=None).distinct()
    gone = {recording.pk: recording for recording in recordings if erasure.covers(recording.sha256)}
    # What a copy was cut from is the same voice, and so is what else was cut from it.
    sources = [recording.source_id or recording.pk for recording in gone.values()]
    family = Recording.objects.filter(Q(pk__in=sources) | Q(source__in=sources), erased_at=None)
    gone |= {recording.pk: recording for recording in family}
    for recording in gone.values():
        _certify(recording, DataClass.RECORDING, _recording_empty(recording, timezone.now()))
    return list(gone)


def erase_samples(erasure: Erasure) -> list[str]:
    """Take away what was stored for the questions themselves: a class's photos, samples of a voice; the ids of those
    questions.
    """
    refuse_held(erasure.subject)
    gone = []
    for request in ConsentRequest.objects.filter(subject=erasure.subject):
        own_photo = is_own_file(request.photo_key) and erasure.covers(request.photo_sha256)
        names = ["photo_key"] if own_photo else []
        names += ["voice_sample_key"] if request.voice_sample_key and erasure.covers(request.pk) else []
        if not names:
            continue
        erased = Erased("files of the question removed from the storage in every version")
        erased.add(*(file_erase(getattr(request, name)) for name in names))
        ConsentRequest.objects.filter(pk=request.pk).update(**dict.fromkeys(names, ""))
        if erased.files:
            _certify(request, DataClass.PHOTO, erased)
            gone.append(request.pk)
    return gone


def erase_spoken(erasure: Erasure) -> list[str]:
    """Take away recordings of three spoken words, kept until somebody had listened; the ids of the proofs."""
    gone = []
    for proof in SpokenProof.objects.filter(request__subject=erasure.subject).exclude(file_key=""):
        if erasure.covers(proof.sha256):
            erased = Erased(FILE_REMOVED)
            erased.add(file_erase(proof.file_key))
            SpokenProof.objects.filter(pk=proof.pk).update(file_key="")
            _certify(proof, DataClass.RECORDING, erased)
            gone.append(proof.pk)
    return gone


def portrait_erase(portrait: Portrait, at: datetime) -> Erased:
    """The picture's time is over: its file, what was measured in it, its name, and its row once no clip hangs on it."""
    erased = _portrait_empty(portrait, at) if portrait.erased_at is None else Erased(ROW_REMOVED)
    if portrait.is_in_a_clip:
        Portrait.objects.filter(pk=portrait.pk).update(name=ERASED_NAME)
        return erased
    portrait.refresh_from_db()
    key = str(portrait.image.name)
    if not ConsentRequest.objects.filter(photo_key=key).exists():
        file_erase(key)
    erased.method, erased.rows = ROW_REMOVED, [portrait.pk]
    portrait.delete()
    return erased


def recording_erase(recording: Recording, at: datetime) -> Erased:
    """The recording's time is over: its file, its name, and its row once no clip hangs on it."""
    erased = _recording_empty(recording, at) if recording.erased_at is None else Erased(ROW_REMOVED)
    if recording.is_in_a_clip:
        Recording.objects.filter(pk=recording.pk).update(name=ERASED_NAME)
        return erased
    erased.method, erased.rows = ROW_REMOVED, [recording.pk]
    recording.delete()
    return erased


def music_erase(music: Music, at: datetime) -> Erased:
    """The time of music is over: its file, its name, and its row once no clip hangs on it."""
    erased = Erased(FILE_REMOVED)
    if music.erased_at is None:
        erased.add(file_erase(str(music.file.name)))
        Music.objects.filter(pk=music.pk).update(erased_at=at, name=ERASED_NAME)
    if music.clips.exists():
        return erased
    erased.method, erased.rows = ROW_REMOVED, [music.pk]
    music.delete()
    return erased


def backdrop_erase(backdrop: Backdrop, at: datetime) -> Erased:
    """The time of a picture to stand before is over: its file, its name, and its row once no clip hangs on it."""
    erased = Erased(FILE_REMOVED)
    if backdrop.erased_at is None:
        erased.add(file_erase(str(backdrop.image.name)))
        Backdrop.objects.filter(pk=backdrop.pk).update(erased_at=at, name=ERASED_NAME, fingerprints=[])
    if backdrop.clips.exists():
        return erased
    erased.method, erased.rows = ROW_REMOVED, [backdrop.pk]
    backdrop.delete()
    return erased


def _portrait_empty(portrait: Portrait, at: datetime) -> Erased:
    key = str(portrait.image.name)
    erased = Erased(FILE_REMOVED)
    erased.add(file_erase(key))
    left = default_storage.save(key, ContentFile(_empty_picture(PurePosixPath(key).suffix)))
    for asked in ConsentRequest.objects.filter(
        subject=portrait.subject_id, photo_sha256__in=_asked_of(portrait), photo_key__contains=ASKED
    ):
        erased.add(file_erase(asked.photo_key))
        default_storage.save(asked.photo_key, ContentFile(_empty_picture(".jpg")))
    # Not None: of the same photo there may be a portrait without placed points, and of those only one may be.
    placed: dict[str, list[float]] | None = {} if portrait.placed is not None else None
    Portrait.objects.filter(pk=portrait.pk).update(
        image=left, faces=[], fingerprints=[], advice=[], repairs=[], placed=placed, erased_at=at
    )
    return erased


def _recording_empty(recording: Recording, at: datetime) -> Erased:
    erased = Erased(FILE_REMOVED)
    erased.add(file_erase(str(recording.file.name)))
    Recording.objects.filter(pk=recording.pk).update(erased_at=at, transcript=[])
    return erased


def refuse_held(subject: Subject) -> None:
    """Raises HeldError where a legal hold covers anything of the subject. Asked before the first file goes: files do
    not come back when a transaction is rolled back.
    """
    holds = holds_on(subject.organization)
    projects = {"", *Portrait.objects.filter(subject=subject).values_list("project_id", flat=True)}
    if any(covers(holds, project_id=project_id, subject_id=subject.pk) for project_id in projects):
        raise HeldError(f"A legal hold keeps what there is of {subject.pk}; it is erased when the hold is lifted.")


def _certify(thing: Portrait | Recording | ConsentRequest | SpokenProof, data_class: DataClass, erased: Erased) -> None:
    certificate_write(
        organization=thing.organization,
        acting_user=None,
        object_id=thing.pk,
        data_class=data_class,
        cause=DeletionCause.WITHDRAWAL,
        erased=erased,
    )


def _empty_picture(suffix: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", _SIZE, GREY).save(buffer, "PNG" if suffix == ".png" else "JPEG")
    return buffer.getvalue()
