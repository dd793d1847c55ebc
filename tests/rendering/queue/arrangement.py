"""What the queue's tests arrange: clips that may be rendered, conditions that are waited for, processes that look
alive.
"""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import CreditEntry
from accounts.services import credits_grant
from projects.models import Clip
from rendering.files import attempt_key
from rendering.models import OutboxMessage, Render
from rendering.services import request_render
from rendering.states import RenderState
from tests.factories import ClipFactory, PortraitFactory, answer, request_for

PIPELINES = "tests.rendering.queue.pipelines"
GRANTED = 600
LEASE = 2.0
PATIENCE = 40.0
Start = Callable[..., "subprocess.Popen[bytes]"]


def consented_clip(*, photo: bytes = b"photo") -> Clip:
    """A clip of somebody who agreed to all of it, in an organisation with GRANTED seconds."""
    portrait = PortraitFactory(image=ContentFile(photo, name="portraits/photo.png"))
    clip = ClipFactory(organization=portrait.organization, created_by=portrait.created_by, portrait=portrait)
    credits_grant(organization=clip.organization, seconds=GRANTED, reason="test")
    answer(request_for(clip))
    return clip


def queued_render(*, photo: bytes = b"photo") -> Render:
    """A render of such a clip, waiting."""
    clip = consented_clip(photo=photo)
    return request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)


def eventually(condition: Callable[[], bool], *, within: float, what: str) -> None:
    """Wait until `condition` holds; fail after `within` seconds."""
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, f"not within {within} s: {what}"
        time.sleep(0.02)


def state_of(render: Render) -> str:
    return Render.objects.values_list("state", flat=True).get(pk=render.pk)


def settled(render: Render) -> list[tuple[str, int]]:
    """The credit entries of a render, as (kind, delta), in order."""
    return list(CreditEntry.objects.filter(render_id=render.pk).order_by("id").values_list("kind", "delta"))


def messages_of(render: Render) -> list[int]:
    """The attempts that messages about the render were written after, in order."""
    return list(OutboxMessage.objects.filter(render=render).order_by("id").values_list("attempt", flat=True))


def child_pid(folder: Path, attempt: int, *, within: float = 30.0) -> int:
    """The process id of the `waiting` child of that attempt, once it has begun."""
    note = folder / f"began-{attempt}"
    eventually(lambda: note.exists() and note.read_text() != "", within=within, what=f"attempt {attempt} began")
    return int(note.read_text())


def is_alive(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def become(render: Render, state: RenderState) -> None:
    """Wait until the render is in that state."""
    eventually(lambda: state_of(render) == state, within=PATIENCE, what=f"{render.id} becomes {state}")


def stored_clips(render: Render, attempts: int = 6) -> list[int]:
    """The attempts whose clip lies in the storage."""
    return [n for n in range(1, attempts) if default_storage.exists(attempt_key(render, n, "clip.mp4"))]
