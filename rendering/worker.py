"""One render from claim to publication, in the thread that Dramatiq gives. The work is done in a child process.

The heart beats from here, not from the child: every few seconds this attempt renews its lease, and learns at the same
time whether it still holds the render. That is how a cancelled, refused or taken-over render is noticed, whatever the
reason.
"""

import errno
import json
import logging
import os
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings

from accounts.scopes import across_tenants, within
from rendering import files, services
from rendering.configuration import QueueConfiguration, configuration
from rendering.heart import Heart
from rendering.models import Render
from rendering.previewing import Preview
from rendering.spec import PersonReadable
from rendering.supervisor import Advance, Child, Crashed, Finished, Rejected, Spare

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2

# A second attempt a moment later would end the same way.
NOWHERE_TO_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
NO_ROOM = PersonReadable(
    "no-room",
    "This installation has no room left to keep the clip.",
    "Nothing was charged. Tell whoever runs it to make room on its disk, then try again.",
)
TOO_LONG = PersonReadable(
    "took-too-long",
    "Making this clip took longer than this installation allows.",
    "Nothing was charged. Shorten the words or the recording, or split them over several clips.",
)
TOO_MUCH_MEMORY = PersonReadable(
    "too-much-memory",
    "Making this clip took more memory than this installation allows.",
    "Nothing was charged. Use a smaller photo or a smaller format, or shorten the clip.",
)


@dataclass(frozen=True)
class FencedOff:
    """The render was cancelled, refused, or taken over: nothing of this attempt counts."""


@dataclass(frozen=True)
class Stopped:
    """The worker was told to stop."""


Outcome = Finished | Rejected | Crashed | FencedOff | Stopped


def run_render(render_id: str, *, seen_attempt: int, stop: threading.Event) -> None:
    """Claim the render, make its clip in a child process, publish it. Safe to call twice: the second claim finds
    nothing.

    `seen_attempt` is what the message says; `stop` is set when the worker shuts down: the claim is given back then.
    """
    if stop.is_set():
        return
    with across_tenants("a message names a render, not whose it is"):
        render = services.claim(render_id=render_id, seen_attempt=seen_attempt, worker=_worker_name())
    if render is None:
        logger.info("Render %s is not to be had (message after attempt %d)", render_id, seen_attempt)
        return
    with within(render.organization_id):
        _run_claimed(render, stop)
    if configuration().spare and not stop.is_set():
        _own.spare = Spare(**_what_children_get())


_own = threading.local()
"""This thread's spare child, if there is one."""


def _spare_taken() -> Spare | None:
    spare: Spare | None = getattr(_own, "spare", None)
    _own.spare = None
    if spare is None or spare.fits(**_what_children_get()):
        return spare
    spare.end()
    return None


def _what_children_get() -> dict[str, Any]:
    environment = {"LIKENESS_MODELS_DIR": str(settings.LIKENESS_MODELS_DIR)}
    return {"pipeline": configuration().pipeline, "root": settings.BASE_DIR, "environment": environment}


def _run_claimed(render: Render, stop: threading.Event) -> None:
    attempt = render.attempt
    try:
        with files.scratch(render) as folder, Heart(render) as heart, Preview(render, folder / files.PREVIEW):
            outcome = _make(render, folder, heart, stop)
            settled = _settle(render, outcome, folder)
    except BaseException as error:
        # A broken storage, Dramatiq's time limit: the attempt is lost, the render is not.
        files.remove_attempt(render, attempt)
        if isinstance(error, OSError) and error.errno in NOWHERE_TO_WRITE:
            services.fail(render_id=render.id, attempt=attempt, reason=NO_ROOM)
        else:
            services.lose_attempt(render_id=render.id, attempt=attempt)
        raise
    logger.info("Render %s, attempt %d: %s", render.id, attempt, settled)


def _make(render: Render, folder: Path, heart: Heart, stop: threading.Event) -> Outcome:
    limits = configuration()
    with Child(files.fetch(render, folder), **_what_children_get(), spare=_spare_taken()) as child:
        logger.info("Render %s, attempt %d: child %d", render.id, render.attempt, child.pid)
        return _watch(child, heart, stop, limits)


def _watch(child: Child, heart: Heart, stop: threading.Event, limits: QueueConfiguration) -> Outcome:
    began = monotonic()
    while True:
        event = child.next_event(timeout=POLL_SECONDS)
        if isinstance(event, Advance):
            heart.show(event.stage, event.fraction)
        elif event is not None:
            return event
        if heart.lost.is_set():
            return FencedOff()
        if stop.is_set():
            return Stopped()
        if monotonic() - began > limits.deadline:
            return Rejected(TOO_LONG)
        if child.resident_bytes() > limits.memory_mb * 2**20:
            return Rejected(TOO_MUCH_MEMORY)


def _settle(render: Render, outcome: Outcome, folder: Path) -> str:
    """Write down what became of the attempt; returns it in a word or two, for the log."""
    match outcome:
        case Finished():
            return _publish(render, folder)
        case Rejected(reason):
            services.fail(render_id=render.id, attempt=render.attempt, reason=reason)
            return f"failed: {reason.code}"
        case Crashed(detail):
            logger.error("Render %s, attempt %d crashed: %s", render.id, render.attempt, detail)
            services.lose_attempt(render_id=render.id, attempt=render.attempt)
            return "crashed"
        case Stopped():
            services.release(render_id=render.id, attempt=render.attempt)
            return "given back"
        case FencedOff():
            return "stopped, as the render ended or was taken over"


def _publish(render: Render, folder: Path) -> str:
    report = json.loads((folder / "report.json").read_text())
    key = files.put_away(render, folder)
    # The curves are long and are read by few: they stay in the file.
    summary = {name: value for name, value in report.items() if name != "controls"}
    published = services.publish(
        render_id=render.id,
        attempt=render.attempt,
        output_key=key,
        report=summary,
        seconds=float(report["duration"]),
    )
    if not published:
        files.remove_attempt(render, render.attempt)
        return "made, but not published: refused or taken over"
    return "published"


def _worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.current_thread().name}"[:120]
