"""Where the faces are: BlazeFace (Bazarevsky et al. 2019), run over the picture and over overlapping tiles of it.

The detector sees 128 × 128 pixels and finds faces that fill about an eighth of that or more. Tiles as large as the
picture's shorter side, half and a third of it let it find the small face of a full-length portrait too.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from rendering.engine.faces.networks import network

_INPUT_PX = 128
_MIN_SCORE = 0.5
_SAME_FACE_IOU = 0.3


@dataclass(frozen=True)
class Detection:
    """A face found: `box` (x, y, w, h) px, `right_eye` and `left_eye` (x, y) px of the person, `score` 0..1."""

    box: tuple[float, float, float, float]
    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    score: float


def detect_faces(photo: np.ndarray) -> list[Detection]:
    """Faces in `photo` (H, W, 3) uint8, best score first, each found once."""
    height, width = photo.shape[:2]
    # beyond 1024 px the finest tiles would look for faces of 16 px
    scale = min(1.0, 1024 / max(height, width))
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else photo
    found: list[np.ndarray] = []
    for x, y, side in _tiles(small.shape[1], small.shape[0]):
        found.extend(_detect_in_tile(small, x, y, side))
    return [
        Detection(
            box=(float(row[0]) / scale, float(row[1]) / scale, float(row[2]) / scale, float(row[3]) / scale),
            right_eye=(float(row[4]) / scale, float(row[5]) / scale),
            left_eye=(float(row[6]) / scale, float(row[7]) / scale),
            score=float(row[8]),
        )
        for row in _keep_best(found)
    ]


def _tiles(width: int, height: int) -> list[tuple[int, int, int]]:
    longer, shorter = max(width, height), min(width, height)
    tiles = [((width - longer) // 2, (height - longer) // 2, longer)]
    for side in (shorter, shorter // 2, shorter // 3):
        if side < _INPUT_PX // 2:
            break
        step = max(side // 2, 1)
        xs = sorted({min(x, width - side) for x in range(0, width - side + step, step)})
        ys = sorted({min(y, height - side) for y in range(0, height - side + step, step)})
        tiles += [(x, y, side) for y in ys for x in xs]
    return tiles


def _detect_in_tile(photo: np.ndarray, x: int, y: int, side: int) -> list[np.ndarray]:
    height, width = photo.shape[:2]
    tile = photo[max(y, 0) : y + side, max(x, 0) : x + side]
    beyond = (max(-y, 0), max(y + side - height, 0), max(-x, 0), max(x + side - width, 0))
    tile = cv2.copyMakeBorder(tile, *beyond, cv2.BORDER_CONSTANT)
    tile = cv2.resize(
        tile, (_INPUT_PX, _INPUT_PX), interpolation=cv2.INTER_AREA if side > _INPUT_PX else cv2.INTER_LINEAR
    )
    outputs = network("face_detector").run((tile.astype(np.float32) / 127.5 - 1)[None])
    scores = 1 / (1 + np.exp(-np.clip(outputs["classificators"][0, :, 0], -50, 50)))
    good = scores > _MIN_SCORE
    # (n, 16): centre, size, six key points, all in tile pixels relative to the anchor
    boxes = outputs["regressors"][0, good]
    anchors = _anchors()[good] * _INPUT_PX
    rows = []
    for box, anchor, score in zip(boxes, anchors, scores[good], strict=True):
        centre, size = box[:2] + anchor, box[2:4]
        eyes = box[4:8].reshape(2, 2) + anchor
        corner = centre - size / 2
        row = np.concatenate([corner, size, eyes.ravel()]) * side / _INPUT_PX
        row[[0, 4, 6]] += x
        row[[1, 5, 7]] += y
        rows.append(np.append(row, score))
    return rows


def _keep_best(rows: list[np.ndarray]) -> list[np.ndarray]:
    kept: list[np.ndarray] = []
    for row in sorted(rows, key=lambda r: -r[8]):
        if all(_overlap(row, other) < _SAME_FACE_IOU for other in kept):
            kept.append(row)
    return kept


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over the smaller box: a tile that cuts a face gives a box inside the whole one."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return float(max(wide, 0) * max(high, 0) / max(min(a[2] * a[3], b[2] * b[3]), 1e-6))


@cache
def _anchors() -> np.ndarray:
    """Centres (896, 2) in 0..1 of the cells that the model's rows speak of: 16 × 16 twice, 8 × 8 six times."""
    centres = []
    for cells, times in ((16, 2), (8, 6)):
        axis = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 1, 2)  # (cells², 1, 2), x first
        centres.append(np.repeat(grid, times, axis=1).reshape(-1, 2))
    return np.concatenate(centres)
