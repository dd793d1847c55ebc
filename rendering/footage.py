"""What is filmed: the frames of a clip's scenes with everything that goes with them, made ready before the first one is
drawn. A clip of one scene is drawn here; of several: rendering.montage.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from rendering.captioning import Captioning, captioning
from rendering.disclosure import label_overlay
from rendering.engine.errors import PhotoError
from rendering.engine.faces import read_photo
from rendering.engine.faces.background import MODES, Background, read_colour
from rendering.engine.motion import STYLES, Direction, Performance, perform, read_direction
from rendering.engine.puppet import draw
from rendering.engine.puppet.backdrop import on_ground
from rendering.engine.puppet.reach import mouth_reach
from rendering.engine.speech import TONES, Speech, listen, read_recording, synthesise
from rendering.engine.speech.silence import silence_in
from rendering.engine.video.compose import Overlay
from rendering.preparing import Prepared, prepare, spoken
from rendering.spec import RenderSpec
from rendering.staging import staged_speech

FPS = 25.0

Stage = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Footage:
    """`frames` draws the scenes, chunk by chunk, in frames of `size` (W, H) px; `first_photo` and `last_photo` are what
    they begin and end on, the grounds of the cards. `speech` is that of the clip, cards and music included,
    `performance` that of its scenes. `overlays`: the label and the captions.
    """

    size: tuple[int, int]
    first_photo: np.ndarray
    last_photo: np.ndarray
    speech: Speech
    performance: Performance
    direction: Direction
    captions: Captioning
    overlays: tuple[Overlay, ...]
    frames: Callable[[], Iterator[np.ndarray]]
    prepared: Prepared
    told: dict[str, Any] = field(default_factory=dict)
    """What the report says of several scenes."""


def one_scene(spec: RenderSpec, *, stage: Stage) -> Footage:
    """The footage of a clip of one scene. Raises EngineError."""
    prepared = prepare(spec, stage=stage)
    scene = prepared.scene
    with stage("rig"):
        rig = on_ground(prepared.rig, prepared.matte, wished_background(spec))
    with stage("speak"):
        direction = read_direction(spec.direction, STYLES[spec.style])
        speech = speak(spec, direction)
    with stage("perform"):
        performance = perform(speech, style=direction.style, seed=spec.seed, fps=FPS)
        speech = staged_speech(spec, speech)
        captions = captioning(spec, speech)
    label, mouth = label_overlay(scene.framing.size), mouth_reach(rig, scene.face.points, performance)
    return Footage(
        size=scene.framing.size,
        first_photo=scene.photo,
        last_photo=scene.photo,
        speech=speech,
        performance=performance,
        direction=direction,
        captions=captions,
        overlays=(label, *captions.overlays(scene.framing.size, mouth=mouth, label=label)),
        frames=lambda: draw(rig, performance, device=spec.device, alpha=spec.background == "remove"),
        prepared=prepared,
    )


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
