"""The 52 ARKit shapes as movements of the face mesh's points, fitted to a face."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from rendering.engine.faces.pose import RIGID_POINTS, fit_rigid

DATA = Path(__file__).parent / "data" / "blend_shapes.npz"
"""Made by make_blend_shapes.py from a CC0 head; in units of the distance between the eyes' outer corners."""


@dataclass(frozen=True)
class FittedShapes:
    """Shapes in the photo's own axes.

    `names` (K) ARKit; `deltas` (K, 468, 3) px at weight 1: x to the right, y down, z away from the viewer; `rotation`
    (3, 3) turns
    the head's own axes (x to its left, y up, z forward) into the photo's; `unit_px` is the distance between the eyes'
    outer corners.
    """

    names: tuple[str, ...]
    deltas: np.ndarray
    rotation: np.ndarray
    unit_px: float


def fit_shapes(points: np.ndarray) -> FittedShapes:
    """The shapes, turned and sized as the face with `points` (478, 3) px is."""
    names, rest, deltas = _stored()
    rotation, scale, _ = fit_rigid(rest[RIGID_POINTS], points[RIGID_POINTS] * [1, -1, -1])
    to_image = np.diag([1.0, -1.0, -1.0]) @ rotation
    return FittedShapes(names, (scale * deltas @ to_image.T).astype(np.float32), to_image, scale)


@cache
def _stored() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    with np.load(DATA) as data:
        return tuple(str(name) for name in data["names"]), data["rest"], data["deltas"].astype(np.float32)
