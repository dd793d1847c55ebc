"""What a head is put together from, each part with its own material."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Part:
    """A piece of a head: `vertices`, `normals` (N, 3) and `triangles` (T, 3), front sides counter-clockwise.

    `deltas` (52, N, 3) in the order of motion.ARKIT; `material` skin, eyes, teeth or mouth; `texture` (N, 2) in 0..1,
    v down, where the material has a picture; `colours` (N, 3) sRGB 0..1 where it has none; `with_head` (N,) 0..1, how
    much of the head's turn it takes part in. Places and shapes in decimetres.
    """

    material: str
    vertices: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    deltas: np.ndarray
    with_head: np.ndarray
    texture: np.ndarray | None = None
    colours: np.ndarray | None = None
