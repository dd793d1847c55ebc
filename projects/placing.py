"""Faces that nobody finds: points that a person places on a pet, a mug, a drawing, and a first guess at them."""

import io
import threading
from collections.abc import Mapping
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from PIL import Image

from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from consent.refusing import upload_refusal
from consent.selectors import ask_gate_for_face
from projects.models import Portrait
from projects.moderation.flagging import portrait_look
from projects.photos import advice_json, face_json
from projects.uploads import stored

Points = dict[str, tuple[float, float]]

# Where a face most likely lies in a picture that shows one, as shares of its width and height
_GUESS = {
    "right_eye": (0.38, 0.4),
    "left_eye": (0.62, 0.4),
    "mouth_right": (0.41, 0.62),
    "mouth_left": (0.59, 0.62),
    "mouth_top": (0.5, 0.595),
    "mouth_bottom": (0.5, 0.65),
    "chin": (0.5, 0.76),
}
_TRIAL_MS = (260, 90, 220, 120, 320, 140, 400)
# Trials are drawn by the site itself: one at a time, so that a page left open with somebody dragging slows nobody down
_one_trial = threading.Semaphore(1)
_TRIAL_PATIENCE = 3.0  # s


class TrialBusyError(Exception):
    """Another trial is being drawn; ask again in a moment."""


def first_points(portrait: Portrait) -> Points:
    """The points to begin with: those placed before, else those of the face that was found, else a guess."""
    from rendering.engine.faces import find_faces, read_photo  # noqa: PLC0415  loads models

    if portrait.placed:
        return {name: (x, y) for name, (x, y) in portrait.placed.items()}
    with portrait.image.open("rb") as file:
        faces = find_faces(read_photo(file.read()))
    if len(faces) <= portrait.face_index:
        return guessed_points(portrait.width, portrait.height)
    spots = faces[portrait.face_index].points
    eyes = {"right_eye": 468, "left_eye": 473, "mouth_right": 61, "mouth_left": 291}
    rest = {"mouth_top": 0, "mouth_bottom": 17, "chin": 152}
    return {name: (round(float(spots[i, 0]), 1), round(float(spots[i, 1]), 1)) for name, i in (eyes | rest).items()}


def guessed_points(width: int, height: int) -> Points:
    """A guess in a picture of `width` × `height` px, to be dragged to where things are."""
    return {name: (round(x * width, 1), round(y * height, 1)) for name, (x, y) in _GUESS.items()}


def trial(portrait: Portrait, points: Points) -> bytes:
    """A small moving picture (WebP, played over and over) of the face on these points, by the real rig.

    Of somebody living who has not agreed to this photo it is a still picture with the points' face drawn on it:
    nothing of theirs is moved before they say yes. Raises PhotoError, TrialBusyError.
    """
    from rendering.engine.faces import read_photo  # noqa: PLC0415
    from rendering.engine.puppet.trial import trial_frames  # noqa: PLC0415

    with portrait.image.open("rb") as file:
        photo = read_photo(file.read())
    if not _one_trial.acquire(timeout=_TRIAL_PATIENCE):
        raise TrialBusyError
    try:
        frames = trial_frames(photo, points)
    finally:
        _one_trial.release()
    if not may_be_moved(portrait):
        frames = frames[:1]
    pictures = [Image.fromarray(frame) for frame in frames]
    buffer = io.BytesIO()
    pictures[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=pictures[1:],
        duration=list(_TRIAL_MS[: len(pictures)]),
        loop=0,
        quality=80,
    )
    return buffer.getvalue()


def may_be_moved(portrait: Portrait) -> bool:
    """Whether a trial may move the face: nobody living is shown, or they agreed to this photo."""
    return not portrait.subject.is_living or ask_gate_for_face(portrait.subject, portrait.sha256)


def portrait_place(
    *, organization: Organization, acting_user: User, portrait: Portrait, points: Mapping[str, tuple[float, float]]
) -> Portrait:
    """The portrait with its face where these points (px of the kept picture) are, as one of its own.

    A portrait that was placed by hand before and has no clip yet is changed itself; otherwise the picture is kept a
    second time, so that clips made of it stay what they are. Raises PhotoError (points that make no face, a picture
    somebody objected to), PermissionDenied, ValidationError (it was erased).
    """
    from rendering.engine.errors import PhotoError  # noqa: PLC0415
    from rendering.engine.faces import choose_face, read_photo  # noqa: PLC0415
    from rendering.engine.faces.advice import advise  # noqa: PLC0415
    from rendering.engine.faces.placed import place_face  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    if portrait.organization_id != organization.pk:
        raise ValidationError("This belongs to another organisation.")
    if portrait.erased_at is not None:
        raise ValidationError("This picture was erased. Upload it again, or choose another one.")
    with portrait.image.open("rb") as file:
        content = file.read()
    photo = read_photo(content)
    face = choose_face((place_face(points, (photo.shape[1], photo.shape[0])),))
    placed = {name: [float(x), float(y)] for name, (x, y) in sorted(points.items())}
    refusal = upload_refusal(
        organization=organization,
        acting_user=acting_user,
        subject=portrait.subject,
        photo=photo,
        photo_sha256=portrait.sha256,
        boxes=[face.box],
    )
    if refusal is not None:
        raise PhotoError(refusal.code, refusal.message, refusal.advice)
    same = Portrait.objects.filter(
        organization=organization,
        project=portrait.project,
        subject=portrait.subject,
        sha256=portrait.sha256,
        placed=placed,
        erased_at=None,
    )
    if (existing := same.first()) is not None:
        return existing
    seen = {
        "faces": [face_json(face)],
        "face_index": 0,
        "placed": placed,
        "advice": [advice_json(piece) for piece in advise(photo, (face,), 0, placed=True)],
    }
    tell = partial(audit_record, organization=organization, acting_user=acting_user, action="portrait.placed")
    if portrait.placed is not None and not portrait.is_in_a_clip:
        with transaction.atomic():
            Portrait.objects.filter(pk=portrait.pk).update(**seen)
            tell(object_id=portrait.pk, data={})
        portrait.refresh_from_db()
        return portrait
    suffix = str(portrait.image.name)[str(portrait.image.name).rindex(".") :]
    kept = [
        *("project", "subject", "name", "sha256", "width", "height", "source_types", "credentials"),
        *("root_sha256", "repaired_from", "repairs"),
    ]
    fresh = Portrait(
        id=new_id("por"),
        organization=organization,
        created_by=acting_user,
        **{name: getattr(portrait, name) for name in kept},
        **seen,
    )
    key = f"org/{organization.pk}/portraits/{fresh.pk}{suffix}"
    try:
        with stored(key, content) as fresh.image.name, transaction.atomic():
            fresh.full_clean(validate_unique=False, validate_constraints=False)
            fresh.save(force_insert=True)
            tell(object_id=fresh.pk, data={"of": portrait.pk})
            portrait_look(fresh)
    except IntegrityError:
        if (existing := same.first()) is None:
            raise
        return existing
    return fresh
