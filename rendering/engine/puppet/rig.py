"""The rig of a portrait: everything about a photo that does not change from frame to frame."""

from dataclasses import dataclass

import cv2
import numpy as np

from rendering.engine.faces import Face
from rendering.engine.puppet.blend_shapes import fit_shapes
from rendering.engine.puppet.expression import Expression, build_expression
from rendering.engine.puppet.eyes import Eye, build_eyes
from rendering.engine.puppet.fields import Grid
from rendering.engine.puppet.head import HeadField, head_field
from rendering.engine.puppet.layers import take_apart
from rendering.engine.puppet.lips import is_parted, mouth_width, snap_to_lip_line
from rendering.engine.puppet.mouth import Mouth, build_mouth
from rendering.engine.puppet.topology import BELOW_LOWER_LIP, INNER_LOWER, INNER_UPPER

Window = tuple[int, int, int, int]
"""x, y, w, h in px."""

_NODES = 18  # grid nodes over the distance between the eyes' outer corners: 5 mm each
_FILL_MARGIN = 0.035
_CUT_LOWER = 0.006  # of the distance between the eyes' outer corners
_EDGE_STILL = 0.35  # motion fades to nothing within this distance of the moving window's edge


@dataclass(frozen=True)
class Rig:
    """A photo ready to be moved.

    `photo` (H, W, 3) uint8; `person` (H, W, 3) uint8, the person's own colours, and `matte` (H, W) uint8, which pixels
    are theirs; `ground` (H, W, 3) uint8, the photo without the person near their outline; `window` the part that can
    change; `face_window` the face in it; `mouth_window` the part that the lower lip can reach; `lip` (h, w) float32,
    the lower lip's layer over `mouth_window`; `own_mouth` (h, w) float32 over it, where the photo's open mouth shows
    its own inside (all 0 when it is closed).
    """

    photo: np.ndarray
    person: np.ndarray
    matte: np.ndarray
    ground: np.ndarray
    window: Window
    face_window: Window
    grid: Grid
    head: HeadField
    expression: Expression
    eyes: tuple[Eye, Eye]
    mouth: Mouth
    mouth_window: Window
    lip: np.ndarray
    own_mouth: np.ndarray
    unit_px: float


def build_rig(photo: np.ndarray, face: Face, *, matte: np.ndarray) -> Rig:
    """The rig of `face` in `photo` (H, W, 3) uint8; `matte` (H, W) 0..1 says which pixels are the person's."""
    shapes = fit_shapes(face.points)
    unit = shapes.unit_px
    parted = is_parted(face.points)
    points = face.points if parted else snap_to_lip_line(photo, face.points)
    window = _window(points, unit, matte)
    grid = Grid.over(window, unit / _NODES)
    stillness = _stillness(grid, window, photo.shape[:2], unit)
    mouth_window = _mouth_window(points, unit, window)
    lip, own = _lip_layers(points, mouth_window, unit, parted=parted)
    layers = take_apart(photo, matte, _FILL_MARGIN * unit)
    return Rig(
        photo=photo,
        person=layers.person,
        matte=layers.matte,
        ground=layers.ground,
        window=window,
        face_window=_face_window(points, unit, window),
        grid=grid,
        head=head_field(points, shapes, grid, stillness),
        expression=build_expression(points, shapes, grid),
        eyes=build_eyes(photo, points, unit),
        mouth=build_mouth(photo, points, shapes),
        mouth_window=mouth_window,
        lip=lip,
        own_mouth=own,
        unit_px=unit,
    )


def _window(points: np.ndarray, unit: float, matte: np.ndarray) -> Window:
    """Head, hair and shoulders: what the head's turn and the breath can reach, as far as there is a person."""
    centre = points[[33, 263], :2].mean(axis=0)
    left, right = centre[0] - 3.2 * unit, centre[0] + 3.2 * unit
    top, bottom = centre[1] - 2.6 * unit, points[152, 1] + 3.4 * unit
    columns, rows = np.nonzero(matte.max(axis=0) > 0)[0], np.nonzero(matte.max(axis=1) > 0)[0]
    room = 0.3 * unit  # the outline moves into the ground by less than that
    x0, y0 = max(int(left), int(columns[0] - room), 0), max(int(top), int(rows[0] - room), 0)
    x1 = min(int(np.ceil(right)), int(columns[-1] + room) + 1, matte.shape[1])
    y1 = min(int(np.ceil(bottom)), int(rows[-1] + room) + 1, matte.shape[0])
    return x0, y0, x1 - x0, y1 - y0


def _face_window(points: np.ndarray, unit: float, window: Window) -> Window:
    """The face itself, as far as it moves: brows, eyes, nose, mouth, chin."""
    low, high = points[:468, :2].min(axis=0) - 0.08 * unit, points[:468, :2].max(axis=0) + 0.16 * unit
    x, y, w, h = window
    x0, y0 = max(int(low[0]), x), max(int(low[1]), y)
    x1, y1 = min(int(np.ceil(high[0])), x + w), min(int(np.ceil(high[1])), y + h)
    return x0, y0, x1 - x0, y1 - y0


def _stillness(grid: Grid, window: Window, shape: tuple[int, int], unit: float) -> np.ndarray:
    """(rows, columns) 1 inside, smoothly 0 at the window's edges: the frame's border is never pulled in."""
    nodes = grid.nodes()
    x, y, w, h = window
    room = _EDGE_STILL * unit
    inside = np.minimum.reduce(
        [nodes[..., 0] - x, x + w - 1 - nodes[..., 0], nodes[..., 1] - y, y + h - 1 - nodes[..., 1]]
    )
    # the outermost nodes lie half a cell inside of the edge and speak for the pixels up to it
    t = np.clip((inside - grid.step) / room, 0, 1)
    return t * t * (3 - 2 * t)


def _mouth_window(points: np.ndarray, unit: float, window: Window) -> Window:
    mouth = points[[57, 287, 0, 17, 18], :2]
    low, high = mouth.min(axis=0) - 0.2 * unit, mouth.max(axis=0) + [0.2 * unit, 0.4 * unit]
    x, y, w, h = window
    x0, y0 = max(int(low[0]), x), max(int(low[1]), y)
    x1, y1 = min(int(np.ceil(high[0])), x + w), min(int(np.ceil(high[1])), y + h)
    return x0, y0, x1 - x0, y1 - y0


def _lip_layers(points: np.ndarray, window: Window, unit: float, *, parted: bool) -> tuple[np.ndarray, np.ndarray]:
    """The lower lip's layer: sharp along the inner contour, fading below where both fields agree; and the photo's own
    inside.
    """
    x, y, w, h = window
    flat = points[:, :2] - [x, y]
    inner = _dense(flat[list(INNER_LOWER)])
    # what is a little above the cut belongs to the upper lip and would hang on the lower one as a bright thread
    if not parted:
        inner[:, 1] += _CUT_LOWER * unit * np.sin(np.linspace(0, np.pi, len(inner))) ** 0.5
    skin = flat[list(BELOW_LOWER_LIP)]
    outline = np.concatenate([inner, skin[::-1]])
    solid = _polygon(outline, (h, w))
    # the fade goes outwards from the skin ring only; above the lip's line nothing may be added
    fade = 0.05 * unit
    spread = np.clip(cv2.GaussianBlur(cv2.dilate(solid, _disc(fade)), (0, 0), fade / 2), 0, 1)
    upper_side = np.concatenate(
        [inner, [[w + 50.0, inner[-1, 1]], [w + 50.0, -50.0], [-50.0, -50.0], [-50.0, inner[0, 1]]]]
    )
    above = _polygon(upper_side, (h, w))
    lip = np.maximum(solid, spread * (1 - above))
    own = np.zeros_like(lip)
    if parted:
        own = _polygon(np.concatenate([_dense(flat[list(INNER_UPPER)]), inner[::-1]]), (h, w))
        own = cv2.GaussianBlur(
            cv2.erode(own, _disc(0.01 * mouth_width(points))), (0, 0), max(0.012 * mouth_width(points), 0.5)
        )
    return lip.astype(np.float32), own.astype(np.float32)


def _dense(line: np.ndarray, count: int = 61) -> np.ndarray:
    """A polyline (N, 2) as a smooth one of `count` points through the same places."""
    n = len(line)
    position = np.linspace(0, n - 1, count)
    index = np.clip(position.astype(int), 0, n - 2)
    f = (position - index)[:, None]
    padded = np.concatenate([2 * line[:1] - line[1:2], line, 2 * line[-1:] - line[-2:-1]])
    a, b, c, d = (padded[index + k] for k in range(4))
    return 0.5 * (
        2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3
    )  # Catmull-Rom


def _polygon(outline: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Share (h, w) float32 0..1 of each pixel inside `outline` (N, 2) px; pixel centres are whole numbers."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 256).astype(np.int32)], 255, cv2.LINE_AA, 8)
    return mask.astype(np.float32) / 255


def _disc(radius: float) -> np.ndarray:
    size = 2 * max(round(radius), 1) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


dense, polygon = _dense, _polygon
