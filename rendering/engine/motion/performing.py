"""A speech and a style become a performance."""

import math
from collections.abc import Sequence

import numpy as np

from rendering.engine.motion.breath import breath, breath_loop
from rendering.engine.motion.controls import BREATH, POSE, Performance, both, empty_performance
from rendering.engine.motion.easing import Times
from rendering.engine.motion.emphasis import accents, jaw_gains, phrases
from rendering.engine.motion.expression import expression, expression_loop, yielding
from rendering.engine.motion.eyes import blink_curve, blink_times, gaze_angles, gaze_curves, glance_times, large_glances
from rendering.engine.motion.head import brows, head, head_loop, within
from rendering.engine.motion.listening import listening
from rendering.engine.motion.mouth import mouth
from rendering.engine.motion.styles import Style
from rendering.engine.speech import Phoneme, Speech, prosody

_EYES_STAY = 0.7  # share of a head's turn that the eyes turn back, so as to stay with the viewer
_ASYMMETRY = 0.03  # at most so much more on one side and less on the other: no face is quite even
_EVEN = ("eyeBlink", "eyeLook")  # eyes move together


def perform(
    speech: Speech,
    *,
    style: Style,
    seed: int,
    fps: float = 25.0,
    heard: Sequence[Phoneme] = (),
    toward: float = 0.0,
) -> Performance:
    """Every control for every frame: T = ceil(duration · fps) frames, frame i at i / fps seconds.

    The same speech, style, seed and fps give the same curves. Blend shapes are in 0..1 (the eyes' by GAZE_DEGREES),
    pose in degrees within the style's limits and 0 at both ends, breath in 0..1. A silent speech is played too:
    blinks, breath, glances and expression go on, and with a style that loops the last frame equals the first, in
    place and in speed. `heard`: the phonemes of who speaks beside them meanwhile, to the left (`toward` 1) or the right
    (-1) of this person: they are listened to.
    """
    frames = max(math.ceil(round(speech.sound.duration * fps, 6)), 1)
    t = np.arange(frames) / fps
    melody = prosody(speech.sound, fps=fps)
    spoken = phrases(speech.phonemes)
    looped = style.loop and not spoken
    # one generator each: a change to one leaves the others' choices alone
    for_head, for_breath, for_gaze, for_blinks, for_sides = (
        np.random.default_rng([seed % 2**64, stream]) for stream in range(5)
    )

    if looped:
        breathing = breath_loop(t, style=style)
        pose = head_loop(t, breathing=breathing, style=style, random=for_head)
        face = [expression_loop(t, style=style)]
    else:
        breathing = breath(t, spoken, style=style, random=for_breath)
        stressed = accents(speech, melody)
        pose = head(
            t, spoken=spoken, accents=stressed, prosody=melody, breathing=breathing, style=style, random=for_head
        )
        face = [expression(t, spoken, style=style), brows(t, stressed, style=style)]

    glances = glance_times(frames / fps, style=style, random=for_gaze)
    inviting = [phrase.end for phrase in spoken] + large_glances(glances)
    blinks = blink_times(frames / fps, style=style, anchors=inviting, random=for_blinks)
    left, up = gaze_angles(t, glances)
    if heard:
        attention = listening(t, phrases(heard), toward=toward, style=style, random=np.random.default_rng([seed, 5]))
        pose = (
            within(pose[0] + attention.yaw, style.head_yaw),
            within(pose[1] + attention.pitch, style.head_pitch),
            within(pose[2] + attention.roll, style.head_roll),
        )
        left = left + attention.left
    speaking = mouth(t, speech.phonemes, jaw_gains(speech.phonemes, melody), style=style)

    curves = _added([*face, speaking, gaze_curves(left - _EYES_STAY * pose[0], up - _EYES_STAY * pose[1])])
    for side in both("mouthSmile"):
        curves[side] = yielding(curves[side], curves["mouthPucker"])
    blink = blink_curve(t, blinks)
    curves |= dict.fromkeys(both("eyeBlink"), blink)
    for side in both("eyeWide"):
        curves[side] = curves.get(side, np.zeros_like(t)) * (1 - blink)
    _make_uneven(curves, for_sides)

    controls = {name: np.clip(curve, 0.0, 1.0) for name, curve in curves.items()}
    controls |= dict(zip(POSE, pose, strict=True)) | {BREATH: breathing}
    performance = empty_performance(frames, fps=fps)
    for name, curve in controls.items():
        performance.controls[name][:] = curve
    return performance


def _added(parts: list[dict[str, Times]]) -> dict[str, Times]:
    total: dict[str, Times] = {}
    for part in parts:
        for name, curve in part.items():
            total[name] = total[name] + curve if name in total else curve
    return total


def _make_uneven(curves: dict[str, Times], random: np.random.Generator) -> None:
    """Gives each pair of controls a little more on one side: a constant of the person."""
    for name in sorted(curves):
        if not name.endswith("Left") or name.startswith(_EVEN):
            continue
        more = random.uniform(-_ASYMMETRY, _ASYMMETRY)
        other = name.removesuffix("Left") + "Right"
        curves[name] = curves[name] * (1 + more)
        curves[other] = curves[other] * (1 - more)
