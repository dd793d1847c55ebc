"""Pipelines for the queue's tests: as long, as heavy or as broken as a test needs, and a file for a clip.

The bytes of the portrait are the name of a folder through which a test and the child speak to each other.
"""

import os
import signal
import time
from pathlib import Path

import numpy as np

from rendering.engine.errors import PhotoError
from rendering.spec import Progress, RenderResult, RenderSpec

SECONDS = 1.6
PATIENCE = 60.0


def quick(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    progress("draw", 0.5)
    spec.output.write_bytes(b"clip of attempt %d" % spec.attempt)
    spec.output.with_name("poster.jpg").write_bytes(b"poster")
    return RenderResult(spec.output, {"duration": SECONDS, "frames": 40, "controls": {"jawOpen": [0.0, 0.1]}})


def waiting(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """Says that it began, goes on when the test says go."""
    talk = _folder(spec)
    progress("draw", 0.4)
    (talk / f"began-{spec.attempt}").write_text(str(os.getpid()))
    until = time.monotonic() + PATIENCE
    while not (talk / "go").exists() and time.monotonic() < until:
        time.sleep(0.02)
    return quick(spec, progress=progress)


def previewed(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """As `waiting`, with two pieces of a preview that are there before it begins."""
    if spec.preview is not None:
        spec.preview.mkdir()
        for number in range(2):
            (spec.preview / f"{number:05}.m4s").write_bytes(b"piece %d of attempt %d" % (number, spec.attempt))
    return waiting(spec, progress=progress)


def announcing(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """Goes on and on; the stage that it reports is its process id."""
    progress(f"pid-{os.getpid()}", 0.1)
    time.sleep(PATIENCE)
    return quick(spec, progress=progress)


def waiting_deaf(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """As `waiting`, in code that does not hear SIGTERM, as a native encoder would not."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return waiting(spec, progress=progress)


def chattering(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """Prints in the middle, from Python and from below it."""
    print('{"result": {"path": "/nowhere"}}')  # noqa: T201
    os.write(1, b"not json\n")
    return quick(spec, progress=progress)


def refusing(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    raise PhotoError("face-none", "No face was found in this picture.", "Use another one.")


def raising(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    raise ZeroDivisionError("a bug")


def dying(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """Ends as a crash in native code does."""
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError("unreachable")


def greedy(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    held = np.ones(400_000_000, np.uint8)
    return waiting(spec, progress=progress) if held.all() else quick(spec, progress=progress)


def telling_environment(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    (_folder(spec) / "environment").write_text("\n".join(sorted(os.environ)))
    return quick(spec, progress=progress)


def _folder(spec: RenderSpec) -> Path:
    return Path(spec.photo.read_text())
