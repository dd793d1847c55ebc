"""A whole class at once: the guardians of a list of pupils are asked together, and somebody sees who answered."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from PIL import Image

from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.names import visible
from accounts.permissions import Act
from accounts.selectors import access_organization
from accounts.services import audit_record, authorize
from consent import gate
from consent.asking import consent_request_create
from consent.models import ConsentBatch, ConsentRequest
from consent.selectors import RequestState, request_state, request_url
from consent.subjects import subject_create

MAX_PUPILS = 100
SHOWN_PX = 1200


@dataclass(frozen=True)
class Pupil:
    """One line of the list: the pupil's name, who is asked, at which address, and the file name of the photo."""

    name: str
    guardian_name: str
    email: str
    photo: str


def read_list(text: str) -> list[Pupil]:
    """The pupils of a pasted list or CSV: name, guardian's name, guardian's e-mail, file name of the photo.

    Commas, semicolons or tabs; a first line with titles is left out. Raises ValidationError with every line that is
    wrong, so that all of it can be put right at once.
    """
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        raise ValidationError({"pupils": "The list is empty. Paste one pupil a line."})
    delimiter = max("\t;,", key=lines[-1].count)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)]
    if "@" not in "".join(rows[0]):
        rows = rows[1:]
    if not rows or len(rows) > MAX_PUPILS:
        raise ValidationError({"pupils": f"A list has 1 to {MAX_PUPILS} pupils; this one has {len(rows)}."})
    pupils, problems = [], []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        name, guardian, email, photo, *_ = [*row, "", "", "", ""]
        problem = _problem(name, email, photo, seen)
        if problem:
            problems.append(f"Pupil {number} ({name or 'no name'}): {problem}")
        seen.add(name.casefold())
        pupils.append(Pupil(name, guardian, email.lower(), photo))
    if problems:
        raise ValidationError({"pupils": problems})
    return pupils


def _problem(name: str, email: str, photo: str, seen: set[str]) -> str:
    if not name:
        return "the name is missing."
    if name.casefold() in seen:
        return "this name is there twice. Add a second name, so that they can be told apart."
    try:
        validate_email(email)
    except ValidationError:
        return "the guardian’s e-mail address is missing or wrong."
    return "" if photo else "the photo’s file name is missing."


def class_ask(
    *,
    organization: Organization,
    acting_user: User,
    name: str,
    pupils: list[Pupil],
    photos: Mapping[str, bytes],
    topic: str,
    voice: str,
    voice_label: str = "",
    purpose: str = "",
    audience: str = "",
    language: str = "en",
) -> ConsentBatch:
    """Ask the guardian of each pupil about the photo of that name, in one batch; the links are sent by e-mail.

    All are asked or none. `photos` are files by name; each is kept until its consent is refused or withdrawn.
    Raises PermissionDenied, or ValidationError by field.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.ASK_CONSENT)
    name = visible(name)
    if not name:
        raise ValidationError({"name": "Give the class a name."})
    if not topic.strip():
        raise ValidationError({"topic": "Say what the pupils will talk about."})
    by_name = {PurePath(file).name.casefold(): content for file, content in photos.items()}
    lacking = [pupil.photo for pupil in pupils if pupil.photo.casefold() not in by_name]
    if lacking:
        raise ValidationError({"photos": f"These photos are in the list, but were not chosen: {', '.join(lacking)}."})
    shown = {file: _shown_photo(file, by_name[file]) for file in {pupil.photo.casefold() for pupil in pupils}}
    with transaction.atomic():
        batch = ConsentBatch.objects.create(organization=organization, name=name, created_by=acting_user)
        for pupil in pupils:
            subject = subject_create(
                organization=organization,
                acting_user=acting_user,
                kind=gate.SubjectKind.MINOR,
                name=pupil.name,
                guardian_name=pupil.guardian_name,
                language=language,
            )
            file = pupil.photo.casefold()
            key = f"org/{organization.pk}/consent/{batch.pk}/{subject.pk}.jpg"
            consent_request_create(
                organization=organization,
                acting_user=acting_user,
                subject=subject,
                photo_key=default_storage.save(key, ContentFile(shown[file])),
                photo_sha256=hashlib.sha256(by_name[file]).hexdigest(),
                words="",
                topic=topic,
                voice=voice,
                voice_label=voice_label,
                purpose=purpose,
                audience=audience,
                language=language,
                email=pupil.email,
                batch=batch,
            )
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action="consent.class-asked",
            object_id=batch.pk,
            data={"pupils": len(pupils)},
        )
    return batch


def _shown_photo(name: str, content: bytes) -> bytes:
    """The photo as the guardian sees it, smaller, without metadata; what is agreed to is bound to the file itself."""
    from rendering.engine.errors import PhotoError  # noqa: PLC0415  the engine is slow to load
    from rendering.engine.faces import find_faces, read_photo  # noqa: PLC0415

    try:
        photo = read_photo(content)
    except PhotoError as error:
        raise ValidationError({"photos": f"{name}: {error.message} {error.advice}"}) from error
    # A guardian decides about one child: nobody else's face may be in what is agreed to.
    if (faces := len(find_faces(photo))) != 1:
        found = "No face was found" if not faces else f"{faces} faces were found"
        raise ValidationError({"photos": f"{name}: {found}. Choose a photo of this pupil alone."})
    picture = Image.fromarray(photo)
    picture.thumbnail((SHOWN_PX, SHOWN_PX))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@dataclass(frozen=True)
class ClassLine:
    """How it stands with one pupil. `available`: whether clips of the pupil can be made at all."""

    request: ConsentRequest
    name: str
    state: RequestState
    available: bool
    link: str


def class_overview(batch: ConsentBatch, *, at: datetime | None = None) -> list[ClassLine]:
    """Who answered and how, by name."""
    at = at or timezone.now()
    requests = (
        ConsentRequest.objects.filter(batch=batch).prefetch_related("events").order_by("subject_name", "-created_at")
    )
    lines: dict[str, ClassLine] = {}
    for request in requests:
        state = request_state(request, at=at)
        line = ClassLine(
            request=request,
            name=request.subject_name,
            state=state,
            available=_available(request, state),
            link=request_url(request) if state is RequestState.OPEN else "",
        )
        # A renewal is newer than what it renews: only the newest counts for the overview.
        lines.setdefault(request.subject_id, line)
    return list(lines.values())


def _available(request: ConsentRequest, state: RequestState) -> bool:
    given = {event.scope for event in request.events.all() if event.state == gate.State.GRANTED}
    taken = {event.scope for event in request.events.all() if event.state == gate.State.WITHDRAWN}
    return state in (RequestState.GRANTED, RequestState.PARTLY) and gate.Scope.FACE in given - taken


def access_batch(user: User, batch_id: str, *, act: Act = Act.ASK_CONSENT) -> ConsentBatch:
    """The class, for a member of its organisation whose role may do `act`; else Http404."""
    batch = ConsentBatch.objects.select_related("organization").filter(pk=batch_id).first()
    if not is_id(batch_id, "cba") or batch is None:
        raise Http404
    access_organization(user, batch.organization_id, act=act)
    return batch
