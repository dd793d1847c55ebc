"""The files of a render: fetched for the child, put away for viewers, removed when they lose.

Keys: org/{organization}/renders/{render}/{attempt}/{name}, and preview/{number} below that. An attempt writes only
below its own number, so two attempts never touch the same file.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.credits import organization_lock
from projects.models import Clip, Scene
from projects.parts import subject_ids
from projects.retention.certificates import certificate_write
from projects.retention.classes import DataClass
from projects.retention.files import folder_erase
from projects.retention.models import DeletionCause
from projects.retention.policies import covers, holds_on
from projects.retention.registry import Erased
from rendering.configuration import configuration, scratch_folder
from rendering.models import Render
from rendering.spec import RenderSpec, SceneSpec
from rendering.states import RenderState
from rendering.takes import portrait_folder, words_folder

logger = logging.getLogger(__name__)

CLIP = "clip.mp4"
HEAD = "head.glb"
PREVIEW = "preview"
CUT_OUT, CUT_OUT_CREDENTIALS = "cut-out.webm", "cut-out.c2pa"
OUTPUTS = (
    *(CLIP, "poster.jpg", "captions.vtt", "captions.srt", "report.json", HEAD),
    *(CUT_OUT, CUT_OUT_CREDENTIALS),
)


def attempt_key(render: Render, attempt: int, name: str) -> str:
    """Storage key of the file `name` of that attempt."""
    return f"org/{render.organization_id}/renders/{render.id}/{attempt}/{name}"


def preview_key(render: Render, attempt: int, number: int) -> str:
    """Storage key of one piece of that attempt's preview."""
    return attempt_key(render, attempt, f"{PREVIEW}/{number}.m4s")


def beside_clip(render: Render, name: str) -> str:
    """Key of the published file `name`, or "" when the render is not published or has no such file."""
    if not render.output_key:
        return ""
    key = render.output_key.removesuffix(CLIP) + name
    return key if default_storage.exists(key) else ""


@contextmanager
def scratch(render: Render) -> Iterator[Path]:
    """An empty folder for this attempt, gone afterwards."""
    folder = scratch_folder() / f"{render.id}.{render.attempt}"
    folder.mkdir(parents=True, mode=0o700, exist_ok=False)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetch(render: Render, folder: Path) -> RenderSpec:
    """Copy what the child needs out of storage into `folder`, and say what it shall do."""
    clip = render.clip
    taken: dict[str, Path] = {}  # of a portrait or recording that several scenes share there is one copy
    return RenderSpec(
        render_id=render.id,
        attempt=render.attempt,
        output=folder / CLIP,
        keys=settings.LIKENESS_KEYS_DIR,
        **_played(clip, clip, folder, taken),
        scenes=tuple(SceneSpec(**_played(clip, scene, folder, taken), fade=scene.fade) for scene in clip.later_scenes),
        layout=clip.layout,
        aspect=clip.aspect,
        captions=clip.captions,
        caption_look=clip.caption_look,
        head=clip.head,
        background=clip.background,
        background_colour=clip.background_colour,
        music=_copy(clip.music.file.name, folder / "music") if clip.music else None,
        music_level=clip.music_level,
        title_card=clip.title_card,
        end_card=clip.end_card,
        backdrop=_copy(clip.backdrop.image.name, folder / "backdrop") if clip.backdrop else None,
        seed=clip.seed,
        device=configuration().device,
        preview=folder / PREVIEW,
    )


def _played(clip: Clip, scene: Clip | Scene, folder: Path, taken: dict[str, Path]) -> dict[str, Any]:
    """What the child is told of one scene."""
    portrait, recording = scene.portrait, scene.recording
    number = str(len(taken)) if taken else ""
    if portrait.pk not in taken:
        taken[portrait.pk] = _copy(portrait.image.name, folder / f"photo{number}")
    if recording is not None and recording.pk not in taken:
        taken[recording.pk] = _copy(recording.file.name, folder / f"recording{number}")
    return {
        "photo": taken[portrait.pk],
        "face_index": portrait.face_index,
        "words": None if recording else scene.words,
        "recording": taken[recording.pk] if recording else None,
        "voice": scene.voice,
        "lexicon": scene.lexicon,
        "style": scene.style,
        "direction": scene.direction,
        "transcript": recording.transcript if recording else [],
        "language": recording.language if recording else "",
        "placed": portrait.placed,
        "photo_source_types": portrait.source_types,
        "keep": portrait_folder(portrait),
        "keep_words": words_folder(clip, portrait),
        "name": portrait.subject.name if clip.caption_names else "",
    }


def put_away(render: Render, folder: Path) -> str:
    """Store what the attempt made in `folder`; returns the clip's key."""
    keys = {}
    for name in OUTPUTS:
        if (path := folder / name).is_file():
            with path.open("rb") as file:
                keys[name] = default_storage.save(attempt_key(render, render.attempt, name), File(file))
    return keys[CLIP]


def folder_of(render: Render) -> str:
    """The folder that everything lies in that any attempt has stored."""
    return f"org/{render.organization_id}/renders/{render.id}"


def withdrawn_erase(render_id: str) -> None:
    """Remove the files of a render whose consent is gone, with a certificate; under a legal hold they stay, unseen.

    Never raises: the withdrawal stands already. What stays because the storage is away goes as orphans, later.
    """
    try:
        _withdrawn_erase(render_id)
    except Exception:
        logger.exception("The files of %s could not be removed", render_id)


@transaction.atomic
def _withdrawn_erase(render_id: str) -> None:
    render = Render.objects.select_related("organization", "clip__portrait").get(pk=render_id)
    organization_lock(render.organization)
    holds, clip = holds_on(render.organization), render.clip
    held = any(covers(holds, project_id=clip.project_id, subject_id=subject) for subject in subject_ids(clip))
    if held or render.state == RenderState.PUBLISHED:
        return
    erased = Erased("files removed from the storage in every version", folder_erase(folder_of(render)))
    cache.delete(f"disclosure:{attempt_key(render, render.attempt, CLIP)}")
    if erased.files:
        certificate_write(
            organization=render.organization,
            acting_user=None,
            object_id=render.pk,
            data_class=DataClass.CLIP,
            cause=DeletionCause.WITHDRAWAL,
            erased=erased,
        )


def remove_attempt(render: Render, attempt: int) -> None:
    """Remove what an attempt may have stored. Never raises: an orphan is a lesser evil than a stuck queue."""
    try:
        folder_erase(f"{folder_of(render)}/{attempt}")
    except Exception:
        # Whatever the storage raises when it is away; the next sweep finds the orphans.
        logger.exception("What attempt %d of %s stored could not be removed", attempt, render.pk)


def previews_erase(render: Render) -> bool:
    """Remove what is stored of the previews of all attempts so far. Never raises; False: the storage is away."""
    try:
        for attempt in range(1, render.attempt + 1):
            folder_erase(f"{folder_of(render)}/{attempt}/{PREVIEW}")
    except Exception:
        logger.exception("The preview of %s could not be removed", render.pk)
        return False
    return True


def _copy(key: str | None, target: Path) -> Path:
    with default_storage.open(key or "", "rb") as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)
    return target
