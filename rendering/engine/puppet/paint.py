"""One frame's pixels: ground, person, eyes, the mouth's inside, lower lip."""

from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np

from rendering.engine.puppet.eyes import Eye, draw_eye
from rendering.engine.puppet.fields import Grid
from rendering.engine.puppet.mouth import UNIT_MM, place
from rendering.engine.puppet.rig import Rig, Window, dense, polygon
from rendering.engine.puppet.sampling import look_up

_WARM = np.array([0.74, 1.0, 1.12], np.float32)
# How far a frame's furthest pixel moves, of the distance between the eyes' outer corners: most move less than the first
_REACHES = (0.06, 0.12, np.inf)
_BAND_PX, _ROW = 32, 256
_FINEST_PX = 1 / 32  # OpenCV's fixed-point maps
_EYE_MARGIN = 0.12  # same unit
_UNDER_LIP = 0.02  # same unit
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


class Painter:
    """Draws the frames of one rig, one after another.

    It holds what the last frame leaves for the next: the person with the eyes as they were, and a canvas. What is drawn
    does not depend on it.
    """

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.person = rig.person.copy()
        self.eyes = [_EyePatch(eye, rig) for eye in rig.eyes]
        _, _, w, h = rig.window
        self.canvas = np.empty((h, w, 3), np.uint8)
        self.ground = _in(rig.ground, rig.window)
        matte = _in(rig.matte, rig.window)
        self.outlines = [_Outline.of(matte, reach * rig.unit_px) for reach in _REACHES]

    def paint(self, motion: FrameMotion, frame: np.ndarray) -> np.ndarray:
        """Draws into `frame` (H, W, 3) uint8; gives where the window's pixels came from, (h, w, 2) px of the photo."""
        rig = self.rig
        # eyes are drawn where they are in the photo, and go with the head like everything else
        for eye, blink in zip(self.eyes, motion.blink, strict=True):
            eye.draw(self.person, blink, motion.glance)
        source = enlarge(motion.whole, rig.grid, rig.window)
        furthest = float(np.abs(motion.whole).max())
        outline = next(outline for outline in self.outlines if furthest <= outline.reach)
        for band in outline.bands:
            # a band's maps stay in the processor's cache; fixed-point maps halve the time
            coarse, fine = cv2.convertMaps(source[band], None, cv2.CV_16SC2)
            looked_up = cv2.remap(self.person, coarse, fine, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            self.canvas[band] = looked_up
        fx, fy, fw, fh = rig.face_window
        x, y, w, h = rig.window
        face = np.s_[fy - y : fy - y + fh, fx - x : fx - x + fw]
        # the face is looked at: keep its grain, which a linear look-up would blur at half pixels
        self.canvas[face] = look_up(self.person, source[face])
        _paint_mouth(rig, motion, source, self.canvas)
        outline.lay_on(self.ground, self.canvas, rig.matte, source)
        frame[:] = rig.photo
        frame[y : y + h, x : x + w] = self.canvas
        return source


def person_share(rig: Rig, source: np.ndarray) -> np.ndarray:
    """How much of each pixel of the rig's window is the person's, (h, w) uint8; `source` as Painter.paint gives it."""
    return np.asarray(cv2.remap(rig.matte, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


class _EyePatch:
    """The part of the photo that holds one eye, drawn anew only when blink or glance change: a glance is held."""

    def __init__(self, eye: Eye, rig: Rig) -> None:
        height, width = rig.photo.shape[:2]
        x, y, w, h = eye.window(_EYE_MARGIN * rig.unit_px)
        x0, y0 = max(int(x), 0), max(int(y), 0)
        x1, y1 = min(int(np.ceil(x + w)), width), min(int(np.ceil(y + h)), height)
        self.eye, self.photo = eye, rig.photo
        self.here = np.s_[y0:y1, x0:x1]
        self.places = _pixels((x0, y0, max(x1 - x0, 0), max(y1 - y0, 0)))
        self.drawn = (0.0, (0.0, 0.0))

    def draw(self, person: np.ndarray, blink: float, glance: tuple[float, float]) -> None:
        """Into `person` (H, W, 3) uint8, which holds what this patch drew before."""
        # the iris moves in the steps that look-ups know, so that a held glance which drifts is drawn once
        step = np.rad2deg(_FINEST_PX / self.eye.eyeball)
        glance = (round(glance[0] / step) * step, round(glance[1] / step) * step)
        if (blink, glance) == self.drawn or not self.places.size:
            return
        picture = draw_eye(self.eye, self.photo, self.places, blink=blink, glance=glance)
        person[self.here] = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
        self.drawn = (blink, glance)


@dataclass(frozen=True)
class _Outline:
    """Where the person ends, for movements up to `reach` px.

    `bands` are the parts of the window to which the person can come; `edge` (2, N) the rows and columns of its pixels
    that can be partly person and partly ground, N being whole rows of a look-up; `behind` (h, w) uint8 is 255 where
    ground alone is seen, at the edge in the last frame.
    """

    reach: float
    bands: tuple[tuple[slice, slice], ...]
    edge: np.ndarray
    behind: np.ndarray

    @classmethod
    def of(cls, matte: np.ndarray, reach: float) -> "_Outline":
        """For the `matte` (h, w) uint8 of a window whose pixels move by `reach` px at most."""
        if np.isinf(reach):
            comes, whole = np.ones(matte.shape, np.uint8), np.zeros(matte.shape, np.uint8)
        else:
            size = 2 * int(np.ceil(reach) + 1) + 1
            around = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
            comes = cv2.dilate((matte > 0).astype(np.uint8), around)
            whole = cv2.erode((matte == 255).astype(np.uint8), around, borderType=cv2.BORDER_REPLICATE)
        bands = []
        for top in range(0, len(matte), _BAND_PX):
            columns = np.flatnonzero(comes[top : top + _BAND_PX].any(axis=0))
            if len(columns):
                bands.append(np.s_[top : min(top + _BAND_PX, len(matte)), int(columns[0]) : int(columns[-1]) + 1])
        edge = np.stack(np.nonzero((comes == 1) & (whole == 0)))
        if edge.size:
            edge = np.pad(edge, ((0, 0), (0, -edge.shape[1] % _ROW)), mode="edge")
        return cls(reach, tuple(bands), edge, 255 - 255 * comes)

    def lay_on(self, ground: np.ndarray, canvas: np.ndarray, matte: np.ndarray, source: np.ndarray) -> None:
        """Puts `ground` behind the person on `canvas`, both (h, w, 3) uint8.

        The photo's `matte` (H, W) uint8 is looked up at `source` (h, w, 2) px.
        """
        rows, columns = self.edge
        if not rows.size:
            cv2.copyTo(ground, self.behind, canvas)
            return
        # one number of two floats a place: gathering them is the half of the cost
        places = source.view(np.complex64)[rows, columns].view(np.float32).reshape(-1, _ROW, 2)
        share = cv2.remap(matte, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).ravel()
        self.behind[rows, columns] = np.where(share == 0, np.uint8(255), np.uint8(0))
        cv2.copyTo(ground, self.behind, canvas)
        # sums only where it is partly one and partly the other: that is few pixels
        partly = np.flatnonzero((share > 0) & (share < 255))
        at = rows[partly], columns[partly]
        part = share[partly, None].astype(np.uint16)
        canvas[at] = (canvas[at] * part + ground[at] * (255 - part) + 127) // 255


def _in(picture: np.ndarray, window: Window) -> np.ndarray:
    x, y, w, h = window
    return np.ascontiguousarray(picture[y : y + h, x : x + w])


def enlarge(shift: np.ndarray, grid: Grid, window: Window) -> np.ndarray:
    """Source positions (h, w, 2) px of the pixels of `window`, from `shift` (rows, columns, 2) px at the nodes."""
    x, y, w, h = window
    rows, columns = grid.shape
    # places grow evenly between nodes, so they are enlarged with the shift; beyond the last nodes the shift stays
    places = np.pad(shift, ((1, 1), (1, 1), (0, 0)), mode="edge") + _nodes_and_one_more(grid)
    size = ((columns + 2) * grid.step, (rows + 2) * grid.step)
    every = cv2.resize(places, size, interpolation=cv2.INTER_LINEAR)
    top, left = y - grid.y + grid.step, x - grid.x + grid.step
    return every[top : top + h, left : left + w]


@lru_cache(maxsize=8)
def _nodes_and_one_more(grid: Grid) -> np.ndarray:
    """Places (rows + 2, columns + 2, 2) px of the grid's nodes and of one more on every side."""
    rows, columns = grid.shape
    return replace(grid, x=grid.x - grid.step, y=grid.y - grid.step, shape=(rows + 2, columns + 2)).nodes()


@lru_cache(maxsize=8)
def _pixels(window: Window) -> np.ndarray:
    """Positions (h, w, 2) float32 px of the pixels of `window`."""
    x, y, w, h = window
    xs, ys = np.meshgrid(np.arange(x, x + w, dtype=np.float32), np.arange(y, y + h, dtype=np.float32))
    return np.dstack([xs, ys])


def _paint_mouth(rig: Rig, motion: FrameMotion, source: np.ndarray, person: np.ndarray) -> None:
    x, y, _, _ = rig.window
    mx, my, mw, mh = rig.mouth_window
    here = np.s_[my - y : my - y + mh, mx - x : mx - x + mw]
    canvas = person[here].astype(np.float32)
    upper, lower = (dense(line) for line in motion.contours)
    hole = _hole(upper, lower, rig.mouth_window)
    if hole is not None:
        hx, hy, hw, hh = hole
        outline = _outline_of_hole(upper, lower, rig.unit_px) - [hx, hy]
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


def _outline_of_hole(upper: np.ndarray, lower: np.ndarray, unit_px: float) -> np.ndarray:
    """What is open between the dense inner contours (N, 2) px, drawn down to where the lower lip lies over it: between
    lip and mouth nothing else may show. Where rounded lips touch at the sides there is no hole.
    """
    gap = lower[:, 1] - upper[:, 1]
    parted = np.flatnonzero(gap > _OPEN_PX)
    here = slice(max(parted[0] - 1, 0), parted[-1] + 2)
    under = np.minimum(0.5 * np.clip(gap, 0, None), _UNDER_LIP * unit_px)
    floor = np.column_stack([lower[:, 0], lower[:, 1] + under])
    return np.concatenate([upper[here], floor[here][::-1]])


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
        turn = place(mouth, name, stand[0] - [x, y], stand[1:], motion.rounding)
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
    under_lip = np.clip((rows - top[None]) / (4 * rig.unit_px / UNIT_MM), 0, 1)
    across = np.clip(2 * (columns - left) / max(right - left, 1) - 1, -1, 1)
    # the wider it opens, the more; rounded lips stand before the teeth like a tube
    let_in = (0.9 + 0.1 * np.clip(motion.opening / 0.16, 0, 1)) * (1 - 0.5 * motion.rounding)
    return ((0.74 + 0.26 * under_lip**0.7) * (1 - 0.5 * np.abs(across[None]) ** 3) * let_in).astype(np.float32)
