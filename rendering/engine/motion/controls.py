"""The names of everything that moves, and a performance: one curve for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float32]

_EYE = ("eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide")

ARKIT: tuple[str, ...] = (
    *(f"{name}Left" for name in _EYE),
    *(f"{name}Right" for name in _EYE),
    "jawForward",
    "jawLeft",
    "jawRight",
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLeft",
    "mouthRight",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
)
"""The 52 blend shapes of Apple's ARKit (ARFaceAnchor.BlendShapeLocation), 0..1. "Left" is the subject's left."""

POSE: tuple[str, ...] = ("headYaw", "headPitch", "headRoll")
"""Degrees.

Yaw > 0 turns to the subject's left (image right), pitch > 0 looks up, roll > 0 tilts to the subject's left.
"""

BREATH = "breath"
"""0 breathed out .. 1 breathed in."""

CONTROLS: tuple[str, ...] = (*ARKIT, *POSE, BREATH)

GAZE_DEGREES = 25.0
"""How far an eye has turned when its eyeLook control is 1."""

# Share of a wide-open jaw by which each control parts the lips: proportions of our own choice, in the order of the
# shapes of ARKit's face.
_OPENING_JAW = 1.0
_OPENING_LOWER_DOWN = 0.22
_OPENING_UPPER_UP = 0.14
_OPENING_FUNNEL = 0.08
_OPENING_ROLL_LOWER = -0.10
_OPENING_ROLL_UPPER = -0.05


@dataclass(frozen=True)
class Performance:
    """What the puppet plays.

    `controls` holds all names of CONTROLS, each float32 (T,); frame i stands for i / fps seconds.
    """

    fps: float
    controls: dict[str, Curve]

    @property
    def frames(self) -> int:
        """T, the number of frames."""
        return len(self.controls[BREATH])


def empty_performance(frames: int, *, fps: float = 25.0) -> Performance:
    """A performance of `frames` frames in which nothing moves: all 56 controls, float32 zeros of shape (frames,)."""
    return Performance(fps=fps, controls={name: np.zeros(frames, np.float32) for name in CONTROLS})


def both(name: str) -> tuple[str, str]:
    """The names of the left and the right control of a pair: `both("eyeBlink")`."""
    return f"{name}Left", f"{name}Right"


def lip_opening(controls: Mapping[str, Curve]) -> Curve:
    """How far the lips are asked to part: (T,) float32 in 0..1, where 1 is the jaw wide open and 0 is lips that touch.

    This is what a report calls the commanded opening. As in ARKit, mouthClose closes the lips over an open jaw:
    they are sealed where mouthClose equals jawOpen and nothing else parts them. `perform` makes it exactly 0 on p, b, m
    and in pauses over 350 ms.
    """

    def mean(name: str) -> Curve:
        left, right = both(name)
        return np.asarray((controls[left] + controls[right]) / 2, np.float32)

    opening = (
        _OPENING_JAW * (controls["jawOpen"] - controls["mouthClose"])
        + _OPENING_LOWER_DOWN * mean("mouthLowerDown")
        + _OPENING_UPPER_UP * mean("mouthUpperUp")
        + _OPENING_FUNNEL * controls["mouthFunnel"]
        + _OPENING_ROLL_LOWER * controls["mouthRollLower"]
        + _OPENING_ROLL_UPPER * controls["mouthRollUpper"]
    )
    return np.asarray(np.clip(opening, 0.0, 1.0), np.float32)
