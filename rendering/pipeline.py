"""From a specification to a finished clip: plain functions, one a stage, frames streaming from the puppet to the
encoder.

analyse → rig → speak → perform → draw → compose → encode (→ head) → mark → sign. Runs in the child process; knows no
database.
The same specification gives the same frames.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rendering.captioning import Captioning, captioning, write_captions
from rendering.disclosure import label_overlay, sign, sign_beside, write_source_type
from rendering.disclosure.label import LABELS
from rendering.disclosure.webm import SIDECAR, webm_tags
from rendering.engine.errors import PhotoError
from rendering.engine.faces import read_photo
from rendering.engine.faces.background import GREEN, MODES, Background, read_colour
from rendering.engine.motion import STYLES, Direction, Performance, perform, read_direction
from rendering.engine.puppet import Rig, draw
from rendering.engine.puppet.backdrop import flat, on_ground
from rendering.engine.puppet.glb import write_glb
from rendering.engine.puppet.reach import mouth_reach
from rendering.engine.speech import TONES, Speech, listen, read_recording, synthesise
from rendering.engine.speech.silence import silence_in
from rendering.engine.video.compose import compose
from rendering.engine.video.encoding import Encoded, encode, write_poster
from rendering.engine.video.preview import PreviewWriter
from rendering.engine.video.transparent import TransparentWriter
from rendering.preparing import Scene, prepare, spoken
from rendering.report import Stopwatch, render_report
from rendering.spec import Progress, RenderResult, RenderSpec
from rendering.staging import staged_frames, staged_performance, staged_speech

FPS = 25.0
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
    watch = Stopwatch(on_stage=lambda stage: progress(stage, BEGINS[stage]))
    unsigned = spec.output.with_name("unsigned.mp4")

    prepared = prepare(spec, stage=watch.stage)
    scene, matte = prepared.scene, prepared.matte
    with watch.stage("rig"):
        rig = on_ground(prepared.rig, matte, wished_background(spec))
    with watch.stage("speak"):
        direction = read_direction(spec.direction, STYLES[spec.style])
        speech = speak(spec, direction)
    with watch.stage("perform"):
        performance = perform(speech, style=direction.style, seed=spec.seed, fps=FPS)
        speech = staged_speech(spec, speech)
        captions = captioning(spec, speech)
    encoded = film(
        unsigned,
        spec,
        scene=scene,
        rig=rig,
        performance=performance,
        speech=speech,
        captions=captions,
        watch=watch,
        progress=progress,
    )
    if spec.head:
        with watch.stage("head"):
            write_glb(
                spec.output.with_name("head.glb"),
                photo=scene.photo,
                face=scene.face,
                matte=matte,
                performance=performance,
                title=f"AI generated talking head, {spec.render_id}",
            )
    with watch.stage("mark"):
        write_source_type(unsigned, render_id=spec.render_id)
        write_captions(spec, captions.text)
    with watch.stage("sign"):
        stated = spec.photo_source_types
        sign(unsigned, spec.output, render_id=spec.render_id, photo=spec.photo, keys=spec.keys, stated=stated)
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
    progress("sign", 1.0)
    report = render_report(
        spec,
        encoded=encoded,
        speech=speech,
        performance=staged_performance(spec, performance),
        direction=direction,
        seconds=watch.seconds,
    )
    return RenderResult(path=spec.output, report=report)


def speak(spec: RenderSpec, direction: Direction) -> Speech:
    """The words said, or the recording listened to. Raises WordsError, SoundError."""
    rate, tone = direction.style.speech_rate, TONES[spec.style]

    def make() -> Speech:
        if spec.recording is not None:
            return silence_in(spec.recording) or listen(read_recording(spec.recording))
        return synthesise(
            spec.words or "", voice=spec.voice, rate=rate, seed=spec.seed, lexicon=spec.lexicon, tone=tone
        )

    return spoken(spec, make, rate, asdict(tone), sorted(spec.lexicon.items()))


def film(
    path: Path,
    spec: RenderSpec,
    *,
    scene: Scene,
    rig: Rig,
    performance: Performance,
    speech: Speech,
    captions: Captioning,
    watch: Stopwatch,
    progress: Progress,
) -> Encoded:
    """Draw, lay label and captions over, encode to `path`: a chain of generators, so that few frames exist at a time.

    The watch gets what each of the three took of the wall clock; the encoder's share is what drawing had to wait for
    it.
    """
    total = len(next(iter(staged_performance(spec, performance).controls.values())))
    cut_out = spec.background == "remove"
    drawn = watch.iterate("draw", draw(rig, performance, device=spec.device, alpha=cut_out))
    label = label_overlay(scene.framing.size)
    mouth = mouth_reach(rig, scene.face.points, performance)
    overlays = (label, *captions.overlays(scene.framing.size, mouth=mouth, label=label))
    staged = staged_frames(spec, scene.photo, drawn, fps=FPS)
    composed = watch.iterate("compose", compose(staged, overlays, fps=FPS), inner="draw")
    poster = spec.output.with_name("poster.jpg")
    progress("draw", BEGINS["draw"])
    with watch.rest("encode", inner=("draw", "compose")), ExitStack() as files:
        if cut_out:
            tags = {"COMMENT": LABELS["generated"], **webm_tags(spec.render_id)}
            target = spec.output.with_name(CUT_OUT)
            writer = TransparentWriter(target, size=scene.framing.size, fps=FPS, sound=speech.sound, tags=tags)
            composed = _on_green(composed, files.enter_context(writer))
        counted = _counted(composed, total, poster, lambda share: progress("draw", _during("draw", share)))
        return encode(
            path,
            counted,
            size=scene.framing.size,
            fps=FPS,
            sound=speech.sound,
            captions=captions.text,
            language=captions.language,
            preview=PreviewWriter(spec.preview, seconds=total / FPS) if spec.preview else None,
        )


def wished_background(spec: RenderSpec) -> Background:
    """What shall lie behind the person. Raises PhotoError where the colour is none, or the picture cannot be read."""
    match spec.background:
        case "colour":
            return Background("colour", read_colour(spec.background_colour))
        case "picture":
            if spec.backdrop is None:
                raise PhotoError("background-missing", "The picture for behind is missing.", "Choose it again.")
            return Background("picture", picture=read_photo(spec.backdrop.read_bytes()))
    if spec.background not in MODES:
        raise PhotoError(
            "background-unknown",
            f"There is no background “{spec.background}”.",
            f"Choose one of: {', '.join(MODES)}.",
        )
    return Background(spec.background)


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
