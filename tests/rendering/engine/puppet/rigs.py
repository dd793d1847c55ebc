"""The sample portrait rigged, at 240 × 300 px, and frames drawn with it."""

from functools import cache

import numpy as np

from rendering.engine.motion.controls import Performance, empty_performance
from rendering.engine.puppet import Rig, build_rig, draw
from rendering.engine.puppet.blend_shapes import FittedShapes, fit_shapes
from tests.rendering.engine.faces.portraits import portrait, portrait_face, portrait_matte

WIDTH = 240


@cache
def rig() -> Rig:
    return build_rig(portrait(WIDTH), portrait_face(WIDTH), matte=portrait_matte(WIDTH))


@cache
def shapes() -> FittedShapes:
    return fit_shapes(portrait_face(WIDTH).points)


def performance(frames: int, **controls: list[float] | float) -> Performance:
    """A performance in which nothing moves but `controls`: a value for each frame, or one for all."""
    played = empty_performance(frames)
    for name, curve in controls.items():
        played.controls[name][:] = curve
    return played


def drawn(frames: int = 1, *, chunk: int = 25, **controls: list[float] | float) -> np.ndarray:
    """All frames (T, H, W, 3) uint8 of such a performance on the rig."""
    return np.concatenate(list(draw(rig(), performance(frames, **controls), chunk=chunk)))
