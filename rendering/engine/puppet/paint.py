"""One frame's pixels: ground, person, eyes, the mouth's inside, lower lip."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from rendering.engine.puppet.eyes import Eye, draw_eye
from rendering.engine.puppet.fields import Grid
from rendering.engine.puppet.mouth import UNIT_MM, place
from rendering.engine.puppet.rig import Rig, Window, dense, polygon
from rendering.engine.puppet.sampling import look_up

_WARM = np.array([0.85, 1.0, 1.1], np.float32)
_OPEN_PX = 0.25  # a smaller gap is less than the outline's own softness


@dataclass(frozen=True)
class FrameMotion:
    """What moves in one frame.

    `whole` (rows, columns, 2) px: how far from each node of the rig's grid its pixel came; `lip` the same for the
    lower lip's layer on
    `lip_grid`; `contours` (2, 11, 2) px; teeth (3, 2) px: origin, shift for 1 mm to the person's left, for 1 mm down;
    `opening` share of the mouth's width; `rounding` 0..1 of the lips; `blink` 0..1 right and left; `glance`
    degrees right, down.
    """

    whole: np.ndarray
    lip: np.ndarray
    lip_grid: Grid
    contours: np.ndarray
    upper_teeth: np.ndarray
    lower_teeth: np.ndarray
    opening: float
    rounding: float
    blink: tuple[float, float]
    glance: tuple[float, float]


def paint(rig: Rig, motion: FrameMotion, frame: np.ndarray) -> None:
    """Draws into `frame` (H, W, 3) uint8."""
    frame[:] = rig.photo
    x, y, w, h = rig.window
    source = enlarge(motion.whole, rig.grid, rig.window)
    # fixed-point maps halve the time; colour and matte in one look-up
    coarse, fine = cv2.convertMaps(source, None, cv2.CV_16SC2)
    layer = cv2.remap(rig.layer, coarse, fine, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    person, share = cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB), cv2.extractChannel(layer, 3)
    fx, fy, fw, fh = rig.face_window
    face = np.s_[fy - y : fy - y + fh, fx - x : fx - x + fw]
    # the face is looked at: keep its grain, which a linear look-up would blur at half pixels
    person[face] = look_up(rig.person, source[face])
    for eye, blink in zip(rig.eyes, motion.blink, strict=True):
        _paint_eye(rig, eye, source, person, blink, motion.glance)
    _paint_mouth(rig, motion, source, person)
    _lay_over(frame[y : y + h, x : x + w], rig.ground[y : y + h, x : x + w], person, share)


def _lay_over(target: np.ndarray, ground: np.ndarray, person: np.ndarray, share: np.ndarray) -> None:
    """`person` over `ground` into `target`, all (h, w, 3) uint8, by `share` (h, w) uint8."""
    target[:] = ground
    cv2.copyTo(person, cv2.compare(share, 255, cv2.CMP_EQ), target)
    # sums only along the outline: a frame has few pixels that are partly one and partly the other
    rows, columns = np.divmod(np.flatnonzero(cv2.inRange(share, 1, 254)), share.shape[1])
    part = share[rows, columns, None].astype(np.uint16)
    mixed = person[rows, columns] * part + ground[rows, columns] * (255 - part)
    target[rows, columns] = (mixed + 127) // 255


def enlarge(shift: np.ndarray, grid: Grid, window: Window) -> np.ndarray:
    """Source positions (h, w, 2) px of the pixels of `window`, from `shift` (rows, columns, 2) px at the nodes."""
    x, y, w, h = window
    rows, columns = grid.shape
    every = cv2.resize(shift, (columns * grid.step, rows * grid.step), interpolation=cv2.INTER_LINEAR)
    return cv2.add(every[y - grid.y : y - grid.y + h, x - grid.x : x - grid.x + w], _pixels(window))


@lru_cache(maxsize=4)
def _pixels(window: Window) -> np.ndarray:
    """Positions (h, w, 2) float32 px of the pixels of `window`."""
    x, y, w, h = window
    xs, ys = np.meshgrid(np.arange(x, x + w, dtype=np.float32), np.arange(y, y + h, dtype=np.float32))
    return np.dstack([xs, ys])


def _paint_eye(
    rig: Rig, eye: Eye, source: np.ndarray, person: np.ndarray, blink: float, glance: tuple[float, float]
) -> None:
    if blink == 0 and glance == (0.0, 0.0):
        return
    x, y, w, h = rig.window
    # the head's turn moves the eye by a few px: look for its window where the pixels come from
    ex, ey, ew, eh = eye.window(0.12 * rig.unit_px)
    middle = source[min(max(int(ey + eh / 2) - y, 0), h - 1), min(max(int(ex + ew / 2) - x, 0), w - 1)]
    moved = np.array([ex + ew / 2, ey + eh / 2]) - middle
    x0, y0 = max(int(ex + moved[0]) - x, 0), max(int(ey + moved[1]) - y, 0)
    x1, y1 = min(int(ex + ew + moved[0]) - x + 1, w), min(int(ey + eh + moved[1]) - y + 1, h)
    if x1 <= x0 or y1 <= y0:
        return
    here = np.s_[y0:y1, x0:x1]
    drawn = draw_eye(eye, rig.photo, source[here], blink=blink, glance=glance)
    person[here] = np.clip(drawn + 0.5, 0, 255).astype(np.uint8)


def _paint_mouth(rig: Rig, motion: FrameMotion, source: np.ndarray, person: np.ndarray) -> None:
    x, y, _, _ = rig.window
    mx, my, mw, mh = rig.mouth_window
    here = np.s_[my - y : my - y + mh, mx - x : mx - x + mw]
    canvas = person[here].astype(np.float32)
    upper, lower = (dense(line) for line in motion.contours)
    hole = _hole(upper, lower, rig.mouth_window)
    if hole is not None:
        hx, hy, hw, hh = hole
        outline = np.concatenate([upper, lower[::-1]]) - [hx, hy]
        inside = cv2.GaussianBlur(polygon(outline, (hh, hw)), (0, 0), 0.6)
        part = canvas[hy - my : hy - my + hh, hx - mx : hx - mx + hw]
        picture = _inside_of_mouth(rig, motion, upper, hole, source[hy - y : hy - y + hh, hx - x : hx - x + hw])
        part += (picture - part) * inside[..., None]
    lip_source = enlarge(motion.lip, motion.lip_grid, rig.mouth_window)
    share = look_up(rig.lip, lip_source - np.array([mx, my], np.float32), outside=0.0, fine=False)
    canvas += (look_up(rig.photo, lip_source) - canvas) * share[..., None]
    person[here] = np.clip(canvas + 0.5, 0, 255).astype(np.uint8)


def _hole(upper: np.ndarray, lower: np.ndarray, window: Window) -> Window | None:
    """The part of `window` that the open mouth reaches; None while the lips touch."""
    if float((lower[:, 1] - upper[:, 1]).max()) < _OPEN_PX:
        return None
    mx, my, mw, mh = window
    both = np.concatenate([upper, lower])
    low, high = np.floor(both.min(axis=0)).astype(int) - 3, np.ceil(both.max(axis=0)).astype(int) + 4
    x0, y0, x1, y1 = max(low[0], mx), max(low[1], my), min(high[0], mx + mw), min(high[1], my + mh)
    return (x0, y0, x1 - x0, y1 - y0) if x1 > x0 and y1 > y0 else None


def _inside_of_mouth(rig: Rig, motion: FrameMotion, upper: np.ndarray, hole: Window, source: np.ndarray) -> np.ndarray:
    """What is behind the lips in the window `hole`, (h, w, 3); `source` (h, w, 2) px is where its pixels come from."""
    x, y, w, h = hole
    mouth = rig.mouth
    canvas = np.empty((h, w, 3), np.float32)
    canvas[:] = mouth.dark
    for name, texture, stand in (
        ("tongue", mouth.tongue, motion.lower_teeth),
        ("lower", mouth.lower, motion.lower_teeth),
        ("upper", mouth.upper, motion.upper_teeth),
    ):
        turn = place(mouth, name, stand[0] - [x, y], stand[1:])
        layer = cv2.warpAffine(texture, turn, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        canvas = canvas * (1 - layer[..., 3:]) + layer[..., :3]
    # shadow in a mouth is warm: what light there is has been through lips and cheeks
    canvas *= _light(rig, motion, upper, hole)[..., None] ** _WARM
    if rig.own_mouth.any():
        corner = np.array(rig.mouth_window[:2], np.float32)
        share = look_up(rig.own_mouth, source - corner, outside=0.0, fine=False)
        canvas += (look_up(rig.photo, source) - canvas) * share[..., None]
    return canvas


def _light(rig: Rig, motion: FrameMotion, upper: np.ndarray, hole: Window) -> np.ndarray:
    """Share of the light (h, w) that reaches the pixels of `hole`: little under the upper lip and in the corners."""
    x, y, w, h = hole
    columns, rows = x + np.arange(w), (y + np.arange(h))[:, None]
    top = np.interp(columns, upper[:, 0], upper[:, 1])
    left, right = upper[0, 0], upper[-1, 0]
    under_lip = np.clip((rows - top[None]) / (5 * rig.unit_px / UNIT_MM), 0, 1)
    across = np.clip(2 * (columns - left) / max(right - left, 1) - 1, -1, 1)
    # the wider it opens, the more; rounded lips stand before the teeth like a tube
    let_in = (0.72 + 0.28 * np.clip(motion.opening / 0.16, 0, 1)) * (1 - 0.6 * motion.rounding)
    return ((0.62 + 0.38 * under_lip**0.7) * (1 - 0.55 * np.abs(across[None]) ** 3) * let_in).astype(np.float32)
