"""From a specification to a finished clip: plain functions, one a stage, frames streaming from the puppet to the
encoder.

analyse → rig → speak → perform → draw → compose → encode (→ head) → mark → sign. Runs in the child process; knows no
database.
The same specification gives the same frames.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from rendering.captioning import write_captions
from rendering.disclosure import sign, sign_beside, write_source_type
from rendering.disclosure.label import LABELS
from rendering.disclosure.webm import SIDECAR, webm_tags
from rendering.engine.faces.background import GREEN
from rendering.engine.puppet.backdrop import flat
from rendering.engine.puppet.glb import write_glb
from rendering.engine.video.compose import compose
from rendering.engine.video.encoding import Encoded, encode, write_poster
from rendering.engine.video.preview import PreviewWriter
from rendering.engine.video.transparent import TransparentWriter
from rendering.footage import FPS, Footage, one_scene
from rendering.montage import several_scenes
from rendering.report import Stopwatch, render_report
from rendering.spec import Progress, RenderResult, RenderSpec
from rendering.staging import staged_frames, staged_performance

CUT_OUT = "cut-out.webm"

# Share of the whole time that is over when a stage begins, measured on two CPU cores with an 11-s clip of 864 × 1080.
# Compose and encode run inside draw, frame by frame, so the bar moves with the frames.
BEGINS = {
    "analyse": 0.0,
    "rig": 0.03,
    "speak": 0.18,
    "perform": 0.25,
    "draw": 0.26,
    "head": 0.94,
    "mark": 0.985,
    "sign": 0.99,
}


def run(spec: RenderSpec, *, progress: Progress) -> RenderResult:
    """Make the clip at `spec.output`, with poster.jpg and, where the words are known, captions beside it, and
    cut-out.webm with cut-out.c2pa where the background is removed.

    Raises EngineError for a photo, words or a recording that cannot become a clip.
    """
    reached = _Reached(progress)
    watch = Stopwatch(on_stage=lambda stage: reached(stage, BEGINS[stage]))
    unsigned = spec.output.with_name("unsigned.mp4")
    rigs = spec.output.with_name("rigs")
    try:
        if spec.scenes:
            footage = several_scenes(_keeping(spec, rigs), stage=watch.stage)
        else:
            footage = one_scene(spec, stage=watch.stage)
        encoded = film(unsigned, spec, footage, watch=watch, progress=reached)
    finally:
        shutil.rmtree(rigs, ignore_errors=True)
    if spec.head:
        with watch.stage("head"):
            write_glb(
                spec.output.with_name("head.glb"),
                photo=footage.prepared.scene.photo,
                face=footage.prepared.scene.face,
                matte=footage.prepared.matte,
                performance=footage.performance,
                title=f"AI generated talking head, {spec.render_id}",
            )
    with watch.stage("mark"):
        write_source_type(unsigned, render_id=spec.render_id)
        write_captions(spec, footage.captions.text)
    with watch.stage("sign"):
        photos = dict.fromkeys(shot.photo for shot in spec.shots)
        stated = sorted({uri for shot in spec.shots for uri in shot.photo_source_types})
        sign(
            unsigned,
            spec.output,
            render_id=spec.render_id,
            photo=spec.photo,
            keys=spec.keys,
            stated=stated,
            further=tuple(photos)[1:],
        )
        if spec.background == "remove":
            cut_out = spec.output.with_name(CUT_OUT)
            sign_beside(
                cut_out,
                cut_out.with_suffix(SIDECAR),
                render_id=spec.render_id,
                photo=spec.photo,
                keys=spec.keys,
                stated=stated,
            )
        unsigned.unlink()
    reached("sign", 1.0)
    report = render_report(
        spec,
        encoded=encoded,
        speech=footage.speech,
        performance=staged_performance(spec, footage.performance),
        direction=footage.direction,
        seconds=watch.seconds,
    )
    return RenderResult(path=spec.output, report=report | footage.told)


class _Reached:
    """Passes progress on, never less than before: of several scenes each has its analysis and its rig."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._furthest = 0.0

    def __call__(self, stage: str, fraction: float) -> None:
        self._furthest = max(self._furthest, fraction)
        self._progress(stage, self._furthest)


def _keeping(spec: RenderSpec, folder: Path) -> RenderSpec:
    """`spec` with a folder for the rigs of scenes that have none, so that they need not be built twice."""
    scenes = tuple(replace(scene, keep=scene.keep or folder) for scene in spec.scenes)
    return replace(spec, keep=spec.keep or folder, scenes=scenes)


def film(path: Path, spec: RenderSpec, footage: Footage, *, watch: Stopwatch, progress: Progress) -> Encoded:
    """Draw, lay label and captions over, encode to `path`: a chain of generators, so that few frames exist at a time.

    The watch gets what each of the three took of the wall clock; the encoder's share is what drawing had to wait for
    it.
    """
    total = len(next(iter(staged_performance(spec, footage.performance).controls.values())))
    drawn = watch.iterate("draw", footage.frames())
    staged = staged_frames(spec, drawn, first_photo=footage.first_photo, last_photo=footage.last_photo, fps=FPS)
    composed = watch.iterate("compose", compose(staged, footage.overlays, fps=FPS), inner="draw")
    poster = spec.output.with_name("poster.jpg")
    progress("draw", BEGINS["draw"])
    with watch.rest("encode", inner=("draw", "compose")), ExitStack() as files:
        if spec.background == "remove":
            tags = {"COMMENT": LABELS["generated"], **webm_tags(spec.render_id)}
            target = spec.output.with_name(CUT_OUT)
            writer = TransparentWriter(target, size=footage.size, fps=FPS, sound=footage.speech.sound, tags=tags)
            composed = _on_green(composed, files.enter_context(writer))
        counted = _counted(composed, total, poster, lambda share: progress("draw", _during("draw", share)))
        return encode(
            path,
            counted,
            size=footage.size,
            fps=FPS,
            sound=footage.speech.sound,
            captions=footage.captions.text,
            language=footage.captions.language,
            preview=PreviewWriter(spec.preview, seconds=total / FPS) if spec.preview else None,
        )


def _on_green(chunks: Iterator[np.ndarray], writer: TransparentWriter) -> Iterator[np.ndarray]:
    """Chunks with alpha: written as they are, and passed on over the green of a green screen."""
    for chunk in chunks:
        writer.write(chunk)
        yield flat(chunk, GREEN)


def _counted(
    chunks: Iterator[np.ndarray], total: int, poster: Path, advance: Callable[[float], None]
) -> Iterator[np.ndarray]:
    done = 0
    for chunk in chunks:
        if not done:
            write_poster(poster, chunk[0])
        yield chunk
        done += len(chunk)
        advance(min(done / total, 1.0))


def _during(stage: str, share: float) -> float:
    """The share of the whole that is done when `share` of `stage` is."""
    begin = BEGINS[stage]
    end = min((other for other in BEGINS.values() if other > begin), default=1.0)
    return begin + share * (end - begin)
