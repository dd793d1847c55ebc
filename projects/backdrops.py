"""Pictures to stand before, and what may lie behind a person."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from projects.models import TITLE_LENGTH, Backdrop, Ground, Project
from projects.moderation.copies import prints_taken
from projects.moderation.flagging import backdrop_flag, nudity_seen
from projects.photos import check_photo_size, encode_photo
from projects.uploads import stored


def check_ground(background: str, *, colour: str, backdrop: Backdrop | None) -> None:
    """Raises ValidationError by field where this is no ground, or something that it needs is missing."""
    from rendering.engine.errors import PhotoError  # noqa: PLC0415  the engine loads models: only when they are needed
    from rendering.engine.faces.background import read_colour  # noqa: PLC0415

    if background not in Ground.values:
        raise ValidationError({"background": f"Choose one of: {', '.join(Ground.values)}."})
    if background == Ground.COLOUR:
        try:
            read_colour(colour)
        except PhotoError as error:
            raise ValidationError({"background_colour": str(error)}) from error
    if background == Ground.PICTURE and (backdrop is None or backdrop.erased_at is not None):
        raise ValidationError({"backdrop": "Choose the picture that shall lie behind the person."})


def backdrop_upload(
    *, organization: Organization, acting_user: User, project: Project, name: str, data: bytes
) -> Backdrop:
    """Keep a picture to stand before, without its metadata; the same file in the same project is kept once.

    What may be a nude, or looks like a picture that was taken down, waits for a moderator as a portrait does.

    Raises PhotoError (not a picture), PermissionDenied, or ValidationError.
    """
    from rendering.engine.faces import read_photo  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    check_photo_size(data)
    picture = read_photo(data)
    sha256 = hashlib.sha256(data).hexdigest()
    same = Backdrop.objects.filter(organization=organization, project=project, sha256=sha256, erased_at=None)
    if (existing := same.first()) is not None:
        return existing
    content, suffix = encode_photo(picture, data)
    backdrop = Backdrop(
        id=new_id("bdp"),
        organization=organization,
        created_by=acting_user,
        project=project,
        name=" ".join(name.split())[:TITLE_LENGTH] or "A picture",
        sha256=sha256,
        width=picture.shape[1],
        height=picture.shape[0],
        fingerprints=prints_taken(picture, ()),
    )
    seen_nude = nudity_seen(picture)
    key = f"org/{organization.pk}/backdrops/{backdrop.pk}{suffix}"
    try:
        with stored(key, content) as backdrop.image.name, transaction.atomic():
            backdrop.full_clean(validate_unique=False, validate_constraints=False)
            backdrop.save(force_insert=True)
            audit_record(
                organization=organization,
                acting_user=acting_user,
                action="backdrop.uploaded",
                object_id=backdrop.pk,
                data={"project": project.pk},
            )
            backdrop_flag(backdrop, nudity=seen_nude)
    except IntegrityError:
        # A second click was faster.
        if (existing := same.first()) is None:
            raise
        return existing
    return backdrop
