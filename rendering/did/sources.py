"""Where pictures and sounds of talks come from: uploads to this interface, or addresses of others.

What an address leads to is not trusted: it is fetched by accounts.outbound, its size is limited, and its type is what
its bytes say.
"""

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.ids import is_id, new_id
from accounts.models import Organization, User
from accounts.names import visible
from accounts.outbound import OutboundError, fetch
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from consent.services import subject_create
from projects.models import Portrait, Project, Recording
from projects.retention.files import file_erase
from projects.selectors import projects_of
from projects.services import portrait_upload, project_create, recording_upload
from projects.uploads import stored
from rendering.did.errors import DidError
from rendering.did.models import DidUpload, UploadKind
from rendering.did.values import bad
from rendering.engine.errors import PhotoError

if TYPE_CHECKING:
    import numpy as np

    from rendering.engine.faces import Face

# The interface's own limits, 10 and 6 MB; the sweep comes once a day, so that a file is gone after two at the latest.
MAX_BYTES = {UploadKind.IMAGE: 10_000_000, UploadKind.AUDIO: 6_000_000}
FETCHED_MAX_BYTES = {UploadKind.IMAGE: 10_000_000, UploadKind.AUDIO: 15_000_000}
FETCH_SECONDS = 15.0
KEPT = timedelta(hours=24)
PREFIXES = {UploadKind.IMAGE: "img", UploadKind.AUDIO: "aud"}
PROJECT = "Talks"

_SUFFIXES = (
    (UploadKind.IMAGE, b"\xff\xd8\xff", 0, ".jpg"),
    (UploadKind.IMAGE, b"\x89PNG\r\n\x1a\n", 0, ".png"),
    (UploadKind.AUDIO, b"RIFF", 0, ".wav"),
    (UploadKind.AUDIO, b"ID3", 0, ".mp3"),
    (UploadKind.AUDIO, b"\xff\xfb", 0, ".mp3"),
    (UploadKind.AUDIO, b"\xff\xf3", 0, ".mp3"),
    (UploadKind.AUDIO, b"\xff\xf2", 0, ".mp3"),
    (UploadKind.AUDIO, b"fLaC", 0, ".flac"),
    (UploadKind.AUDIO, b"OggS", 0, ".ogg"),
    (UploadKind.AUDIO, b"ftyp", 4, ".m4a"),
)
_OURS = re.compile(r"s3://likeness/(?P<id>(?:img|aud)_[0-9a-z]+)/[^/]*")


def upload_create(
    *, organization: Organization, acting_user: User, kind: UploadKind, name: str, data: bytes
) -> DidUpload:
    """Keep a picture or a sound for a day. Raises DidError: too big, or not of a type that is taken."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    suffix = checked_suffix(kind, data, limit=MAX_BYTES[kind])
    upload_id = new_id(PREFIXES[kind])
    upload = DidUpload(
        id=upload_id,
        organization=organization,
        created_by=acting_user,
        kind=kind,
        name=_file_name(name, suffix),
        expires_at=timezone.now() + KEPT,
    )
    with stored(f"org/{organization.pk}/did/{upload_id}{suffix}", data) as upload.file_key:
        upload.save(force_insert=True)
    audit_record(organization=organization, acting_user=acting_user, action=f"did.{kind}-uploaded", object_id=upload_id)
    return upload


def upload_delete(*, organization: Organization, acting_user: User, upload: DidUpload) -> None:
    """Remove it before its day is over."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    _erase(upload)
    audit_record(
        organization=organization, acting_user=acting_user, action=f"did.{upload.kind}-deleted", object_id=upload.pk
    )


def uploads_purge(*, at: datetime) -> int:
    """Remove those whose time is over; how many."""
    over = list(DidUpload.objects.filter(expires_at__lte=at))
    for upload in over:
        _erase(upload)
    return len(over)


def _erase(upload: DidUpload) -> None:
    file_erase(upload.file_key)
    DidUpload.objects.filter(pk=upload.pk).delete()


def upload_url(upload: DidUpload) -> str:
    """What the client names it by from now on."""
    return f"s3://likeness/{upload.pk}/{upload.name}"


def portrait_from(*, organization: Organization, acting_user: User, source_url: str) -> Portrait:
    """The picture at this address as a portrait. One that is here already keeps whom it shows.

    Of a picture that nobody has told anything about, somebody living is taken to be shown: they are asked first.
    """
    data, name = content_of(organization, source_url, UploadKind.IMAGE)
    known = _known_portrait(organization, data)
    if known is not None and known.erased_at is None:
        return known
    # Nobody is written down for a picture that cannot be used.
    seen, face_index = _looked_at(data)
    if known is not None:
        project, subject = known.project, known.subject
    else:
        project = _project(organization, acting_user)
        subject = subject_create(
            organization=organization, acting_user=acting_user, kind="other", name=f"The person in {name}"
        )
    return portrait_upload(
        organization=organization,
        acting_user=acting_user,
        project=project,
        subject=subject,
        name=name,
        data=data,
        face_index=face_index,
        seen=seen,
    )


def recording_from(*, organization: Organization, acting_user: User, audio_url: str, project: Project) -> Recording:
    """The sound at this address as a recording."""
    data, name = content_of(organization, audio_url, UploadKind.AUDIO)
    return recording_upload(organization=organization, acting_user=acting_user, project=project, name=name, data=data)


def content_of(organization: Organization, address: str, kind: UploadKind) -> tuple[bytes, str]:
    """The bytes at an address, and a name for them. Raises DidError."""
    if match := _OURS.fullmatch(address):
        return _content_of_upload(organization, match["id"], kind)
    if not address.startswith(("https://", "http://")):
        raise bad("This is not an address that can be fetched. Upload the file first, or give one with https://.")
    try:
        answer = fetch(address, max_bytes=FETCHED_MAX_BYTES[kind], seconds=FETCH_SECONDS)
    except OutboundError as error:
        raise bad(f"The file could not be fetched. {error}", reason="SourceError", code=error.code) from error
    if answer.status != 200:
        raise bad(f"The file could not be fetched: the answer was {answer.status}.", reason="SourceError")
    suffix = checked_suffix(kind, answer.body, limit=FETCHED_MAX_BYTES[kind])
    return answer.body, _file_name(PurePosixPath(unquote(urlsplit(address).path)).name, suffix)


def _content_of_upload(organization: Organization, upload_id: str, kind: UploadKind) -> tuple[bytes, str]:
    known = is_id(upload_id, PREFIXES[kind])
    uploads = DidUpload.objects.filter(pk=upload_id, organization=organization, expires_at__gt=timezone.now())
    upload = uploads.first() if known else None
    if upload is None:
        raise DidError("NotFoundError", "There is no such upload, or its day is over. Upload the file again.")
    with default_storage.open(upload.file_key, "rb") as file:
        return file.read(), upload.name


def checked_suffix(kind: UploadKind, data: bytes, *, limit: int) -> str:
    """How the file's name should end, by its bytes. Raises DidError."""
    if len(data) > limit:
        raise bad(f"The file is bigger than {limit // 1_000_000} MB.")
    for known, start, offset, suffix in _SUFFIXES:
        if known == kind and data[offset : offset + len(start)] == start:
            return suffix
    taken = "JPEG or PNG" if kind == UploadKind.IMAGE else "MP3, WAV, M4A or FLAC"
    raise DidError("UnsupportedMimeTypeError", f"This file is not taken here: it has to be {taken}.")


def _looked_at(data: bytes) -> "tuple[tuple[np.ndarray, tuple[Face, ...]], int | None]":
    """The picture with its faces, and which of them speaks. Raises PhotoError for one that cannot be used."""
    from rendering.engine.faces import choose_face, find_faces, read_photo  # noqa: PLC0415  loads models

    photo = read_photo(data)
    faces = find_faces(photo)
    try:
        choose_face(faces, None)
    except PhotoError as error:
        if error.code != "face-choice":
            raise
        # This interface has no way to ask: the largest face it is, as its clients expect.
        choose_face(faces, 0)
        return (photo, faces), 0
    return (photo, faces), None


def _known_portrait(organization: Organization, data: bytes) -> Portrait | None:
    same = Portrait.objects.filter(organization=organization, sha256=hashlib.sha256(data).hexdigest())
    # One that can be used goes before one that was erased; where a photo stands for two, the living one goes first.
    ordered = sorted(
        same.select_related("project", "subject", "organization"),
        key=lambda each: (each.erased_at is not None, not each.subject.is_living),
    )
    return ordered[0] if ordered else None


def _project(organization: Organization, acting_user: User) -> Project:
    return projects_of(organization).filter(name=PROJECT).first() or project_create(
        organization=organization, acting_user=acting_user, name=PROJECT
    )


def _file_name(name: str, suffix: str) -> str:
    stem = re.sub(r"[^\w\-]+", "-", visible(PurePosixPath(name or "").stem)).strip("-")[:80]
    return f"{stem or 'file'}{suffix}"
