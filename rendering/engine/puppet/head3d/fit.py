"""The stored head laid over a face: one smooth bend of space that carries the skin, all that is behind it, and its 52
shapes.

Bending space, and not each shape by itself, keeps what touches touching: a lid that meets the other one in the stored
head meets it in the fitted one, however wide the eye has become.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RBFInterpolator

from rendering.engine.faces.pose import RIGID_POINTS, fit_rigid
from rendering.engine.motion.controls import ARKIT
from rendering.engine.puppet.head3d.model import HeadModel
from rendering.engine.puppet.lips import RING_FOLLOW
from rendering.engine.puppet.topology import CORNERS, INNER_LOWER, INNER_UPPER, LOWER_LIP, UPPER_LIP

Bend = Callable[[np.ndarray], np.ndarray]
"""Places (N, 3) dm of the stored head to those of the fitted one."""

_FORGIVING = 2e-3  # of the spline: lets the mesh be off by about half a millimetre where points crowd
_BACK_DM = 0.35  # what lies behind keeps its place: no point of the face mesh is there
_DEPTH_TRUST = 0.75  # of the mesh's depth, which is guessed from one view; the rest is the stored head's


@dataclass(frozen=True)
class FittedHead:
    """A head in its own axes: decimetres, x to its left, y up, z forward; it looks straight ahead.

    `vertices` (V, 3) at rest, lips closed; `deltas` (52, V, 3) in the order of motion.ARKIT; `in_photo` (V, 3) px
    where each vertex lies in the photo, x right, y down, z towards the viewer; `bend` takes more places along;
    `rotation` (3, 3), `scale` px per dm and `shift` (3,) px take places into the photo (its y and z turned round).
    """

    model: HeadModel
    vertices: np.ndarray
    deltas: np.ndarray
    in_photo: np.ndarray
    bend: Bend
    rotation: np.ndarray
    scale: float
    shift: np.ndarray

    def to_photo(self, places: np.ndarray) -> np.ndarray:
        """`places` (N, 3) dm as px of the photo (N, 3): x right, y down, z towards the viewer."""
        return (self.scale * places @ self.rotation.T + self.shift) * [1, -1, 1]

    def from_photo(self, points: np.ndarray) -> np.ndarray:
        """The face mesh's `points` (N, 3) px, smaller z nearer, as places (N, 3) dm."""
        return (points * [1, -1, -1] - self.shift) @ self.rotation / self.scale


def fit_head(model: HeadModel, points: np.ndarray) -> FittedHead:
    """`model` laid over the face `points` (478, 3) px of the photo, as in `Face`."""
    spots = model.spots_of(model.vertices)
    rotation, scale, shift = fit_rigid(spots[RIGID_POINTS], points[RIGID_POINTS] * [1, -1, -1])
    found = (points[:468] * [1, -1, -1] - shift) @ rotation / scale
    found[:, 2] = spots[:, 2] + _DEPTH_TRUST * (found[:, 2] - spots[:, 2])
    back = _thinned(model.vertices[model.vertices[:, 2] < _BACK_DM])
    bend = _bend(spots, _closed(found), back)
    vertices = bend(model.vertices)
    deltas = np.zeros_like(model.deltas)
    shape, vertex = np.nonzero(np.any(model.deltas != 0, axis=-1))
    deltas[shape, vertex] = bend(model.vertices[vertex] + model.deltas[shape, vertex]) - vertices[vertex]
    parted = _parted(model, spots, found, back)
    return FittedHead(
        model=model,
        vertices=vertices,
        deltas=deltas,
        in_photo=(scale * parted @ rotation.T + shift) * [1, -1, 1],
        bend=bend,
        rotation=rotation,
        scale=scale,
        shift=shift,
    )


def _bend(spots: np.ndarray, found: np.ndarray, back: np.ndarray) -> Bend:
    """The spline that takes `spots` (N, 3) to `found` (N, 3) and leaves `back` (M, 3) where it is."""
    spline = RBFInterpolator(
        np.concatenate([spots, back]),
        np.concatenate([found - spots, np.zeros_like(back)]),
        kernel="thin_plate_spline",
        smoothing=_FORGIVING,
    )
    return lambda places: places + spline(places)


def _closed(found: np.ndarray) -> np.ndarray:
    """The places (468, 3) with the lips drawn together."""
    closed = found.copy()
    half = (found[list(INNER_LOWER)] - found[list(INNER_UPPER)])[1:-1] / 2
    for lip, sign in ((UPPER_LIP, 1), (LOWER_LIP, -1)):
        for ring, follow in zip(lip, RING_FOLLOW, strict=True):
            closed[list(ring)[1:-1]] += sign * follow * half
    return closed


def _parted(model: HeadModel, spots: np.ndarray, found: np.ndarray, back: np.ndarray) -> np.ndarray:
    """The vertices (V, 3) where the photo has them: each lip by a bend that knows nothing of the other one."""
    sides = []
    for other in (LOWER_LIP, UPPER_LIP):
        hidden = {point for ring in other for point in ring} - set(CORNERS)
        seen = [i for i in range(468) if i not in hidden]
        sides.append(_bend(spots[seen], found[seen], back)(model.vertices))
    upper, lower = sides
    return upper + (lower - upper) * lower_share(model)[:, None]


def lower_share(model: HeadModel) -> np.ndarray:
    """How much each vertex (V,) goes with the lower jaw, 0..1."""
    moved = np.linalg.norm(model.deltas[ARKIT.index("jawOpen")], axis=1)
    lip = np.linalg.norm(model.spots_of(model.deltas[ARKIT.index("jawOpen")])[list(INNER_LOWER[3:8])], axis=1).mean()
    return np.clip((moved / lip - 0.35) / 0.3, 0, 1)


def _thinned(places: np.ndarray) -> np.ndarray:
    """Some of `places` (N, 3), evenly spread: one for each cube of 3 cm."""
    _, first = np.unique(np.floor(places / 0.3), axis=0, return_index=True)
    return places[first]
