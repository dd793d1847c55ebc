"""The files of a render: fetched for the child, put away for viewers, removed when they lose.

Keys: org/{organization}/renders/{render}/{attempt}/{name}. An attempt writes only below its own number, so two attempts
never touch the same file.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from projects.retention.files import file_erase
from rendering.configuration import configuration, scratch_folder
from rendering.models import Render
from rendering.spec import RenderSpec

CLIP = "clip.mp4"
HEAD = "head.glb"
OUTPUTS = (CLIP, "poster.jpg", "captions.vtt", "report.json", HEAD)


def attempt_key(render: Render, attempt: int, name: str) -> str:
    """Storage key of the file `name` of that attempt."""
    return f"org/{render.organization_id}/renders/{render.id}/{attempt}/{name}"


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
    clip, portrait, recording = render.clip, render.clip.portrait, render.clip.recording
    return RenderSpec(
        render_id=render.id,
        attempt=render.attempt,
        photo=_copy(portrait.image.name, folder / "photo"),
        output=folder / CLIP,
        keys=settings.LIKENESS_KEYS_DIR,
        face_index=portrait.face_index,
        words=None if recording else clip.words,
        recording=_copy(recording.file.name, folder / "recording") if recording else None,
        voice=clip.voice,
        style=clip.style,
        direction=clip.direction,
        aspect=clip.aspect,
        captions=clip.captions,
        head=clip.head,
        placed=portrait.placed,
        photo_source_types=portrait.source_types,
        seed=clip.seed,
        device=configuration().device,
    )


def put_away(render: Render, folder: Path) -> str:
    """Store what the attempt made in `folder`; returns the clip's key."""
    keys = {}
    for name in OUTPUTS:
        if (path := folder / name).is_file():
            with path.open("rb") as file:
                keys[name] = default_storage.save(attempt_key(render, render.attempt, name), File(file))
    return keys[CLIP]


def keys_of(render: Render) -> list[str]:
    """The keys of everything that any attempt may have stored."""
    return [attempt_key(render, attempt, name) for attempt in range(1, render.attempt + 1) for name in OUTPUTS]


def remove_attempt(render: Render, attempt: int) -> None:
    """Remove what an attempt may have stored. Never raises: an orphan is a lesser evil than a stuck queue."""
    for name in OUTPUTS:
        with suppress(OSError):
            file_erase(attempt_key(render, attempt, name))


def _copy(key: str | None, target: Path) -> Path:
    with default_storage.open(key or "", "rb") as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)
    return target
