"""Motion: phonemes, melody and a style become one curve for each control of the face."""

from rendering.engine.motion.controls import (
    ARKIT,
    BREATH,
    CONTROLS,
    GAZE_DEGREES,
    POSE,
    Performance,
    empty_performance,
    lip_opening,
)
from rendering.engine.motion.direction import Direction, read_direction
from rendering.engine.motion.performing import perform
from rendering.engine.motion.styles import STYLES, Style

__all__ = [
    "ARKIT",
    "BREATH",
    "CONTROLS",
    "GAZE_DEGREES",
    "POSE",
    "STYLES",
    "Direction",
    "Performance",
    "Style",
    "empty_performance",
    "lip_opening",
    "perform",
    "read_direction",
]
