"""Pictures that look like one that was taken down: another file of it, smaller, cropped, or in a mirror.

Identical files are stopped by their hash. What only looks alike may be another picture: it waits for a moderator, and
who uploaded it is told so.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet

from accounts.scopes import across_tenants
from projects.models import Backdrop, Clip, Portrait
from projects.moderation.models import Block, BlockKind, Case, CaseKind
from projects.moderation.opening import case_open
from projects.moderation.selectors import said_by_photo, upload_sha256
from projects.selectors import clips_with

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)

Prints = Sequence[Mapping[str, str]]
SIMILAR = "It looks like a picture that was taken down."
SIMILAR_RISK = 4


def prints_taken(photo: "np.ndarray", boxes: Sequence[tuple[float, float, float, float]]) -> list[dict[str, str]]:
    """What is kept of a portrait's photo, (H, W, 3) uint8, to tell later what it looks like: of it, and each face."""
    from rendering.engine.faces.fingerprint import fingerprints  # noqa: PLC0415  the engine loads its libraries

    return [found.as_json() for found in fingerprints(photo, boxes)]


def prints_of(picture: Portrait | Backdrop | None) -> list[dict[str, str]]:
    """What to keep of a picture that is taken down: as it is, and in a mirror. [] where its file is gone."""
    from rendering.engine.faces.fingerprint import register  # noqa: PLC0415

    photo = stored_photo(picture) if picture else None
    if picture is None or photo is None:
        return []
    boxes = [tuple(face["box"]) for face in picture.faces] if isinstance(picture, Portrait) else []
    return [found.as_json() for found in register(photo, boxes)]


def stored_photo(picture: Portrait | Backdrop) -> "np.ndarray | None":
    """The picture as it is kept, (H, W, 3) uint8; None where its file is gone, or is none."""
    from rendering.engine.errors import PhotoError  # noqa: PLC0415
    from rendering.engine.faces import read_photo  # noqa: PLC0415

    key = str(picture.image.name)
    if not default_storage.exists(key):
        return None
    with default_storage.open(key, "rb") as file:
        content = file.read()
    try:
        return read_photo(content)
    except PhotoError:
        return None


def portraits_of_upload(sha256: str) -> QuerySet[Portrait]:
    """The pictures that are this upload, or were repaired from it."""
    return Portrait.objects.filter(Q(sha256=sha256) | Q(root_sha256=sha256))


def picture_of_upload(sha256: str) -> Portrait | Backdrop | None:
    """One picture of this upload whose file is still there: of a person, or to stand before."""
    portrait = portraits_of_upload(sha256).filter(erased_at=None).first()
    return portrait or Backdrop.objects.filter(sha256=sha256, erased_at=None).first()


@across_tenants("what was taken down of one organisation is not made in another")
def looks_taken_down(picture: Portrait | Backdrop, *, said_sha256: str = "") -> bool:
    """Whether a picture that looks like this one was taken down: altogether, or saying just `said_sha256`."""
    blocks = Block.objects.filter(kind=BlockKind.TAKE_DOWN, lifted_at=None, said_sha256=said_sha256)
    own = picture.sha256s if isinstance(picture, Portrait) else (picture.sha256,)
    blocks = blocks.exclude(photo_sha256__in=own).exclude(fingerprints=[])
    return any(any_alike(picture.fingerprints, block.fingerprints) for block in blocks.iterator())


@across_tenants("what is taken down of one organisation may lie in another")
def similar_hold(block: Block) -> None:
    """Have a moderator look at what is here already and looks like what was just taken down. Never raises."""
    try:
        _similar_hold(block)
    except Exception:
        logger.exception("What looks like %s could not be held", block.pk)


def _similar_hold(block: Block) -> None:
    if not block.fingerprints:
        return
    same = Q(sha256=block.photo_sha256) | Q(root_sha256=block.photo_sha256)
    others = Portrait.objects.filter(erased_at=None).exclude(same).exclude(fingerprints=[])
    alike = [pk for pk, prints in others.values_list("pk", "fingerprints") if any_alike(prints, block.fingerprints)]
    for portrait in Portrait.objects.filter(pk__in=alike).select_related("organization", "subject"):
        if not block.said_sha256:
            portrait_hold(portrait)
        for clip in clips_with(portrait).select_related("organization", "portrait__subject", "recording"):
            if block.said_sha256 and any(block.said_sha256 in said for _, said in said_by_photo(clip)):
                clip_hold(clip)
    if block.said_sha256:
        return
    behind = Backdrop.objects.filter(erased_at=None).exclude(sha256=block.photo_sha256).exclude(fingerprints=[])
    alike = [pk for pk, prints in behind.values_list("pk", "fingerprints") if any_alike(prints, block.fingerprints)]
    for backdrop in Backdrop.objects.filter(pk__in=alike).select_related("organization"):
        backdrop_hold(backdrop)


def portrait_hold(portrait: Portrait) -> Case:
    """Hold a portrait until a moderator has looked; once for the same file in the same organisation."""
    return case_open(
        key=f"similar:{portrait.organization_id}:{upload_sha256(portrait)}",
        kind=CaseKind.PHOTO,
        risk=SIMILAR_RISK,
        summary=SIMILAR,
        organization=portrait.organization,
        portrait=portrait,
        holds=True,
    )


def backdrop_hold(backdrop: Backdrop) -> Case:
    """Hold a picture to stand before until a moderator has looked; once for the same file in the same organisation."""
    return case_open(
        key=f"similar:{backdrop.organization_id}:{backdrop.sha256}",
        kind=CaseKind.PHOTO,
        risk=SIMILAR_RISK,
        summary=SIMILAR,
        organization=backdrop.organization,
        backdrop=backdrop,
        holds=True,
    )


def clip_hold(clip: Clip) -> Case:
    """Hold a clip that says what was taken down, with a picture that looks like that one."""
    return case_open(
        key=f"similar:{clip.pk}",
        kind=CaseKind.PHOTO,
        risk=SIMILAR_RISK,
        summary="It says what a clip said that was taken down, with a picture that looks the same.",
        organization=clip.organization,
        clip=clip,
        holds=True,
    )


def any_alike(ones: Prints, others: Iterable[Mapping[str, str]]) -> bool:
    """Whether one of these pictures is one of those."""
    from rendering.engine.faces.fingerprint import Fingerprint, alike  # noqa: PLC0415

    known = [Fingerprint.from_json(value) for value in others]
    return any(alike(Fingerprint.from_json(one), other) for one in ones for other in known)
