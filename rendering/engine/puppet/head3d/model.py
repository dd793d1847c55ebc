"""The head as it is stored: a mesh of the skin and of what lies behind lips and lids, with 52 shapes."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent.parent / "data" / "head.npz"
"""Made by make_head.py from a CC0 head; decimetres, x to the head's left, y up, z forward."""

_DELTA_STEP = 0.001  # decimetres


@dataclass(frozen=True)
class HeadModel:
    """The head before it is fitted.

    `vertices` (V, 3) dm; `same` (V,) the first vertex at the same place (the texture's seams double some); `texture`
    (V, 2) in 0..1, v down, of the skin; `deltas` (52, V, 3) dm in the order of motion.ARKIT; `spots` (468, 3) vertices
    and `spot_weights` (468, 3): where the face mesh's points lie on the skin; `mirror` (V,) the vertex on the other
    side; `openness` (V,) 0..1, how much of the sky the skin sees; `triangles` by part: skin, cavity (behind the lips),
    sockets (behind the lids), upper_teeth, lower_teeth, tongue, left_eye, right_eye, each (T, 3), front sides
    counter-clockwise.
    """

    vertices: np.ndarray
    same: np.ndarray
    texture: np.ndarray
    deltas: np.ndarray
    spots: np.ndarray
    spot_weights: np.ndarray
    mirror: np.ndarray
    openness: np.ndarray
    triangles: dict[str, np.ndarray]

    def spots_of(self, values: np.ndarray) -> np.ndarray:
        """`values` (V, C) at the face mesh's points, (468, C)."""
        return np.asarray(np.einsum("pc,pcx->px", self.spot_weights, values[self.spots]))

    def members(self, part: str) -> np.ndarray:
        """The vertices of a part, ascending."""
        return np.unique(self.triangles[part])


@cache
def head_model() -> HeadModel:
    """The stored head."""
    with np.load(DATA) as data:
        return HeadModel(
            vertices=data["vertices"].astype(np.float64),
            same=data["same"].astype(np.intp),
            texture=data["texture"].astype(np.float64),
            deltas=data["deltas"].astype(np.float64) * _DELTA_STEP,
            spots=data["spots"].astype(np.intp),
            spot_weights=data["spot_weights"].astype(np.float64),
            mirror=data["mirror"].astype(np.intp),
            openness=data["openness"].astype(np.float64) / 255,
            triangles={
                name.removeprefix("triangles_"): data[name].astype(np.intp)
                for name in data.files
                if name.startswith("triangles_")
            },
        )
