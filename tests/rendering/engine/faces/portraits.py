"""The sample portrait at the sizes that tests look at, and pictures made of it; read-only, for they are shared."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from rendering.engine.faces import Face, find_faces, person_matte

SAMPLE = Path(__file__).parents[4] / "samples" / "portrait.png"
SIZE = (480, 600)  # px, of `portrait`: the face in it is 190 px tall


@cache
def portrait(width: int = SIZE[0]) -> np.ndarray:
    """Our own drawing, (5/4 width, width, 3) uint8 RGB."""
    large = cv2.cvtColor(cv2.imread(str(SAMPLE)), cv2.COLOR_BGR2RGB)
    return frozen(cv2.resize(large, (width, width * 5 // 4), interpolation=cv2.INTER_AREA))


@cache
def portrait_face(width: int = SIZE[0]) -> Face:
    (face,) = find_faces(portrait(width))
    return face


@cache
def portrait_matte(width: int = SIZE[0]) -> np.ndarray:
    return frozen(person_matte(portrait(width), portrait_face(width).box))


def moved(matrix: np.ndarray) -> np.ndarray:
    """`portrait()` moved by an affine `matrix` (2, 3), its edges drawn on."""
    return cv2.warpAffine(portrait(), matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def points_moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """x, y (N, 2) of `points` (N, 2+) moved by an affine `matrix` (2, 3)."""
    return points[:, :2] @ matrix[:, :2].T + matrix[:, 2]


def on_grey(*placed: tuple[int, int, int], size: tuple[int, int]) -> np.ndarray:
    """A grey picture of `size` (w, h) with the portrait pasted at each (x, y, its width)."""
    picture = np.full((size[1], size[0], 3), 120, np.uint8)
    for x, y, width in placed:
        picture[y : y + width * 5 // 4, x : x + width] = portrait(width)
    return picture


def frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
