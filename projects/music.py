"""Music to lie under a clip, and the words on its cards."""

import hashlib
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from projects.models import CARD_LENGTH, TITLE_LENGTH, Music, Project, Recording
from projects.uploads import stored

RIGHTS_LENGTH = 300


def music_upload(
    *, organization: Organization, acting_user: User, project: Project, name: str, rights: str, data: bytes
) -> Music:
    """Keep music with what is said of the right to use it; the same file in the same project is kept once.

    Raises SoundError (not a sound, silent, too long), PermissionDenied, or ValidationError: no word about the rights.
    """
    from rendering.engine.errors import SoundError  # noqa: PLC0415  the engine's package: only when it is needed
    from rendering.engine.speech.music import read_music  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    rights = " ".join(rights.split())[:RIGHTS_LENGTH]
    if not rights:
        raise ValidationError({"music_rights": "Say where the music is from and why you may use it."})
    if len(data) > settings.LIKENESS_MAX_UPLOAD_MB * 1_000_000:
        raise SoundError("sound-too-big", f"This file is bigger than {settings.LIKENESS_MAX_UPLOAD_MB} MB.", "Use MP3.")
    sha256 = hashlib.sha256(data).hexdigest()
    same = Music.objects.filter(organization=organization, project=project, sha256=sha256, erased_at=None)
    if (existing := same.first()) is not None:
        return existing
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        seconds = read_music(path).duration
    music = Music(
        id=new_id("mus"),
        organization=organization,
        created_by=acting_user,
        project=project,
        name=" ".join(name.split())[:TITLE_LENGTH] or "Music",
        rights=rights,
        sha256=sha256,
        duration=seconds,
    )
    try:
        with stored(f"org/{organization.pk}/music/{music.pk}", data) as music.file.name, transaction.atomic():
            music.full_clean(validate_unique=False, validate_constraints=False)
            music.save(force_insert=True)
            audit_record(
                organization=organization,
                acting_user=acting_user,
                action="music.uploaded",
                object_id=music.pk,
                data={"project": project.pk, "rights": rights},
            )
    except IntegrityError:
        # A second click was faster.
        if (existing := same.first()) is None:
            raise
        return existing
    return music


def check_around(
    *, music: Music | None, music_level: str, cards: tuple[str, str], recording: Recording | None, background: str
) -> tuple[str, str]:
    """The two cards' words, tidied. Raises ValidationError by field where what stands around a clip cannot be."""
    from rendering.engine.speech.music import LEVELS  # noqa: PLC0415
    from rendering.engine.video import unwritable  # noqa: PLC0415

    if music is not None and music.erased_at is not None:
        raise ValidationError({"music_file": "This music was erased. Upload it again, or choose other music."})
    if music_level not in LEVELS:
        raise ValidationError({"music_level": f"Choose one of: {', '.join(LEVELS)}."})
    title, end = (" ".join(card.split()) for card in cards)
    for name, card in (("title_card", title), ("end_card", end)):
        if len(card) > CARD_LENGTH:
            raise ValidationError({name: f"A card has at most {CARD_LENGTH} characters."})
        if card and recording is not None:
            # Whoever is shown agrees to the recording itself; typed words are asked about together with their cards.
            raise ValidationError({name: "A clip of a recording has no cards yet. Type the words instead."})
        if card and background == "remove":
            raise ValidationError({name: "A clip without a background has no cards. Choose another background."})
        if missing := unwritable(card):
            raise ValidationError({name: f"{missing.message} {missing.advice}"})
    return title, end
