"""The 52 ARKit shapes as movements of the face mesh's points, fitted to a face."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from rendering.engine.faces.pose import RIGID_POINTS, fit_rigid
from rendering.engine.puppet.topology import LOWER_LIP, UPPER_LIP

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


_ROUNDED = ("jawOpen", "mouthClose", "mouthFunnel")
_ROUNDNESS = 0.65  # 0 leaves the head's own shape, 1 makes every opening an ellipse; tuned by eye on the paintings


@cache
def _stored() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    with np.load(DATA) as data:
        names, rest, deltas = (
            tuple(str(name) for name in data["names"]),
            data["rest"],
            data["deltas"].astype(np.float32),
        )
    for name in _ROUNDED:
        deltas[names.index(name)] = _rounded(deltas[names.index(name)], rest)
    return names, rest, deltas


def _rounded(delta: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """The movement `delta` (468, 3) with lips that part in an arc: the head's few vertices leave them a wedge.

    `rest` (468, 3) are the points at rest. Corners and each lip's furthest movement stay as they were.
    """
    delta = delta.copy()
    for ring in (np.array(ring) for lip in (UPPER_LIP, LOWER_LIP) for ring in lip):
        x, moved = rest[ring, 0], delta[ring, 1]
        along = (x - x[0]) / (x[-1] - x[0])  # 0..1 from corner to corner
        chord = moved[0] + (moved[-1] - moved[0]) * along
        away = moved - chord
        furthest = away[np.argmax(np.abs(away))]
        arc = furthest * np.sqrt(np.clip(4 * along * (1 - along), 0, 1))
        delta[ring, 1] = chord + (1 - _ROUNDNESS) * away + _ROUNDNESS * arc
    return delta
