"""Pipelines for the browser's tests: a real, marked and signed clip of a still picture, made in a second."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rendering import disclosure
from rendering.engine.faces import read_photo
from rendering.engine.speech import Sound
from rendering.engine.video.compose import compose
from rendering.engine.video.encoding import encode, write_poster
from rendering.engine.video.preview import PreviewWriter
from rendering.spec import Progress, RenderResult, RenderSpec

SIDE_PX = 320
FPS = 25.0
HOLD = "hold"
"""Words that hold the film up half-way until its render is cancelled."""
GO_ON = "go-on"
"""A file in the attempt's folder that lets `halting` go on."""


def still(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """Two seconds of the portrait's middle with a quiet tone, with everything that a clip says of itself."""
    return _film(spec, progress, seconds=2)


def halting(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """Ten such seconds, whose preview is seen; after six of them it waits until the test lets it go on."""
    return _film(spec, progress, seconds=10, halt_after=6)


def _film(spec: RenderSpec, progress: Progress, *, seconds: int, halt_after: int | None = None) -> RenderResult:
    progress("analyse", 0.1)
    photo = read_photo(spec.photo.read_bytes())
    picture = np.ascontiguousarray(photo[:SIDE_PX, :SIDE_PX])
    size = (picture.shape[1] // 2 * 2, picture.shape[0] // 2 * 2)
    picture = picture[: size[1], : size[0]]
    progress("draw", 0.5)
    while spec.words and HOLD in spec.words:
        time.sleep(0.1)
    unsigned = spec.output.with_name("unsigned.mp4")
    label = disclosure.label_overlay(size)
    frames = compose(_chunks(picture, seconds, halt_after, spec.output.with_name(GO_ON)), [label], fps=FPS)
    preview = PreviewWriter(spec.preview, seconds=seconds) if spec.preview else None
    encoded = encode(unsigned, frames, size=size, fps=FPS, sound=_tone(seconds), preview=preview)
    write_poster(spec.output.with_name("poster.jpg"), picture)
    disclosure.write_source_type(unsigned, render_id=spec.render_id)
    progress("sign", 0.98)
    disclosure.sign(unsigned, spec.output, render_id=spec.render_id, photo=spec.photo, keys=Path(spec.keys))
    report = {"duration": encoded.duration, "frames": encoded.frames, "fps": FPS, "resolution": list(size)}
    return RenderResult(spec.output, report)


def _chunks(picture: np.ndarray, seconds: int, halt_after: int | None, go_on: Path) -> Iterator[np.ndarray]:
    for second in range(seconds):
        while second == halt_after and not go_on.exists():
            time.sleep(0.05)
        yield np.repeat(picture[None], round(FPS), axis=0)


def _tone(length: int) -> Sound:
    seconds = np.arange(24_000 * length) / 24_000
    return Sound((0.05 * np.sin(2 * np.pi * 220 * seconds)).astype(np.float32), 24_000)
