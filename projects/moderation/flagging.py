"""Flagging at the door: called in the transaction that makes a clip, a portrait or a backdrop. Nothing is stopped in
silence: what is held says so on its page, and by a letter when it is decided.
"""

import logging
from typing import TYPE_CHECKING

from projects.models import Backdrop, Clip, Portrait, Scene
from projects.moderation.copies import (
    backdrop_hold,
    clip_hold,
    looks_taken_down,
    portrait_hold,
    prints_taken,
    stored_photo,
)
from projects.moderation.flags import nudity_flag, photo_flag, words_flag
from projects.moderation.models import CaseKind
from projects.moderation.opening import case_open
from projects.moderation.selectors import said_alone, said_sha256, upload_sha256

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)


def nudity_seen(photo: "np.ndarray") -> float | None:
    """How likely the photo, (H, W, 3) uint8, is a nude, 0 to 1; None where nothing could tell, which is flagged too."""
    from rendering.engine.errors import EngineError  # noqa: PLC0415
    from rendering.engine.faces.nudity import nudity  # noqa: PLC0415  loads a model

    try:
        return nudity(photo)
    except EngineError:
        logger.exception("A photo could not be looked at for nudity")
        return None


def clip_look(clip: Clip) -> None:
    """Put the clip into the moderators' queue if its words say something that a person should look at, or if it looks
    like one that was taken down.
    """
    if (flag := words_flag("\n\n".join(map(_heard, clip.scenes)))) is not None:
        case_open(
            key=f"words:{clip.pk}",
            kind=CaseKind.WORDS,
            risk=flag.risk,
            summary=flag.summary,
            organization=clip.organization,
            clip=clip,
        )
    whole, scenes = said_sha256(clip), clip.scenes
    said = [(scene.portrait, {whole, said_alone(scene)} if len(scenes) > 1 else {whole}) for scene in scenes]
    if any(looks_taken_down(portrait, said_sha256=sha256) for portrait, saying in said for sha256 in saying):
        clip_hold(clip)


def _heard(scene: Clip | Scene) -> str:
    """Of a recording the words are known where somebody wrote them down for its captions."""
    return scene.words or (" ".join(str(word) for word, *_ in scene.recording.transcript) if scene.recording else "")


def portrait_look(portrait: Portrait) -> None:
    """Look at the stored photo of a portrait as `portrait_flag` does, and keep what it looks like."""
    photo = stored_photo(portrait)
    if photo is not None and not portrait.fingerprints:
        portrait.fingerprints = prints_taken(photo, [tuple(face["box"]) for face in portrait.faces])
        Portrait.objects.filter(pk=portrait.pk).update(fingerprints=portrait.fingerprints)
    portrait_flag(portrait, nudity=None if photo is None else nudity_seen(photo))


def portrait_flag(portrait: Portrait, *, nudity: float | None) -> None:
    """Put the portrait into the moderators' queue if its photo is shown elsewhere as somebody else, may be a nude, or
    looks like one that was taken down. `nudity`: 0 to 1, None where nobody could tell.
    """
    if (flag := photo_flag(portrait)) is not None:
        case_open(
            key=f"photo:{portrait.pk}",
            kind=CaseKind.PHOTO,
            risk=flag.risk,
            summary=flag.summary,
            organization=portrait.organization,
            portrait=portrait,
        )
    if (flag := nudity_flag(nudity)) is not None:
        case_open(
            # What was decided of a photo is not asked again when it is uploaded for another project.
            key=f"nudity:{portrait.organization_id}:{upload_sha256(portrait)}",
            kind=CaseKind.PHOTO,
            risk=flag.risk,
            summary=flag.summary,
            organization=portrait.organization,
            portrait=portrait,
            holds=flag.holds,
        )
    if looks_taken_down(portrait):
        portrait_hold(portrait)


def backdrop_flag(backdrop: Backdrop, *, nudity: float | None) -> None:
    """The same for a picture to stand before: whatever is put behind a person is shown with them."""
    if (flag := nudity_flag(nudity, "A picture to stand before")) is not None:
        case_open(
            key=f"nudity:{backdrop.organization_id}:{backdrop.sha256}",
            kind=CaseKind.PHOTO,
            risk=flag.risk,
            summary=flag.summary,
            organization=backdrop.organization,
            backdrop=backdrop,
            holds=flag.holds,
        )
    if looks_taken_down(backdrop):
        backdrop_hold(backdrop)
