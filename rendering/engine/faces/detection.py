"""Where the faces are: BlazeFace (Bazarevsky et al. 2019), run over the picture and over overlapping tiles of it.

The detector sees 128 × 128 pixels and finds faces that fill about an eighth of that or more. Tiles as large as the
picture's shorter side, half and a third of it let it find the small face of a full-length portrait too.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from rendering.engine.faces.networks import at_once, network
from rendering.engine.faces.shrinking import halved

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


def detect_faces(photo: np.ndarray, *, levels: int = 3) -> list[Detection]:
    """Faces in `photo` (H, W, 3) uint8, best score first, each found once.

    `levels` 1..3: how fine the tiles become; with 2, faces that are an eighth of half the shorter side and more.
    """
    picture = halved(photo, 3 * _INPUT_PX)  # the finest tiles are a third of the shorter side: they lose nothing
    tiles = [tile for side, step in _sides(*picture.shape[1::-1])[: 1 + levels] for tile in _tiles(picture, side, step)]
    found = [row for rows in at_once(_faces_in, tiles) for row in rows]
    scale = photo.shape[1] / picture.shape[1]
    return [
        Detection(
            box=(float(row[0]) * scale, float(row[1]) * scale, float(row[2]) * scale, float(row[3]) * scale),
            right_eye=(float(row[4]) * scale, float(row[5]) * scale),
            left_eye=(float(row[6]) * scale, float(row[7]) * scale),
            score=float(row[8]),
        )
        for row in _keep_best(found)
    ]


@dataclass(frozen=True)
class _Tile:
    """What the network sees at once: `pixels` (128, 128, 3) uint8, their corner (x, y) and px of the picture by px of
    the tile across and down.
    """

    pixels: np.ndarray
    corner: tuple[float, float]
    by: tuple[float, float]


def _sides(width: int, height: int) -> list[tuple[int, int]]:
    """How large tiles are and how far apart, px."""
    longer, shorter = max(width, height), min(width, height)
    sides = [side for side in (shorter, shorter // 2, shorter // 3) if side >= _INPUT_PX // 2]
    # A face up to half a tile lies whole in one of tiles half a tile apart. The finest are for faces that are a quarter
    # of one and less, the larger having been seen before: those may stand further apart.
    return [(longer, longer)] + [(side, round(side * (0.75 if side == shorter // 3 else 0.5))) for side in sides]


def _tiles(picture: np.ndarray, side: int, step: int) -> Iterator[_Tile]:
    """Tiles `side` px wide that cover `picture` (H, W, 3): shrunk once, then cut."""
    height, width = picture.shape[:2]
    size = (max(round(width * _INPUT_PX / side), 1), max(round(height * _INPUT_PX / side), 1))
    method = cv2.INTER_AREA if side > _INPUT_PX else cv2.INTER_LINEAR
    level = cv2.resize(halved(picture, min(size)), size, interpolation=method)
    by = (width / size[0], height / size[1])
    if side == max(width, height):  # the whole picture, with black beside it
        left, top = (_INPUT_PX - size[0]) // 2, (_INPUT_PX - size[1]) // 2
        beyond = (top, _INPUT_PX - size[1] - top, left, _INPUT_PX - size[0] - left)
        whole = cv2.copyMakeBorder(level, *beyond, cv2.BORDER_CONSTANT)
        yield _Tile(whole, (-left * by[0], -top * by[1]), by)
        return
    apart = round(step * _INPUT_PX / side)
    for y, x in itertools.product(_starts(size[1], apart), _starts(size[0], apart)):
        yield _Tile(level[y : y + _INPUT_PX, x : x + _INPUT_PX], (x * by[0], y * by[1]), by)


def _starts(length: int, apart: int) -> list[int]:
    """Where tiles begin along `length` px, the last one flush with the end."""
    last = max(length - _INPUT_PX, 0)
    return sorted({min(start, last) for start in range(0, last + apart, apart)})


def _faces_in(tile: _Tile) -> list[np.ndarray]:
    """A row a face: box, eyes and score, in px of the picture."""
    outputs = network("face_detector").run((tile.pixels.astype(np.float32) / 127.5 - 1)[None])
    scores = 1 / (1 + np.exp(-np.clip(outputs["classificators"][0, :, 0], -50, 50)))
    good = scores > _MIN_SCORE
    # (n, 16): centre, size, six key points, all in tile pixels relative to the anchor
    boxes = outputs["regressors"][0, good]
    anchors = _anchors()[good] * _INPUT_PX
    by, corner = np.tile(tile.by, 4), np.concatenate([tile.corner, (0, 0), tile.corner, tile.corner])
    rows = []
    for box, anchor, score in zip(boxes, anchors, scores[good], strict=True):
        centre, size = box[:2] + anchor, box[2:4]
        eyes = box[4:8].reshape(2, 2) + anchor
        row = np.concatenate([centre - size / 2, size, eyes.ravel()]) * by + corner
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
